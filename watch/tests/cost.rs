//! What a rule costs over all that a run of half a million requests leaves:
//! 600 series, scraped each second for 10 minutes, and evaluated each second.

use std::time::Duration;

use stampede_oracle::work::worked;
use stampede_watch::eval::Times;
use stampede_watch::notify::{Route, notifications};
use stampede_watch::parse::parse;
use stampede_watch::rule::{Alert, Evaluator, Group, Rule};
use stampede_watch::series::{Labels, Sample, Store};

const SECONDS: i64 = 600;

/// Counters, of which half are a histogram's, for 23 processes.
fn store() -> Store {
    let mut store = Store::new();
    for nr in 0..600 {
        let (name, le) =
            if nr % 2 == 0 { ("a_bucket", nr / 2 % 13) } else { ("b_total", nr / 2 % 13) };
        let le = if le == 12 { "+Inf".to_owned() } else { le.to_string() };
        let labels = Labels::named(name, &[("instance", &(nr / 26).to_string()), ("le", &le)]);
        for second in 0..=SECONDS {
            let v = (second * (nr + 1)) as f64;
            store.append(&labels, Sample { t: second * 1000, v }).unwrap();
        }
    }
    store
}

/// The shortest of several tries.
fn cost(store: &Store, expr: &str) -> Duration {
    let rule = Rule::Alert(Alert::new("a", parse(expr).unwrap()));
    let group = Group { name: "g".to_owned(), interval: 1000, rules: vec![rule] };
    let once = |_| {
        let (mut store, mut evaluator) = (store.clone(), Evaluator::new(group.clone()));
        let begin = worked();
        evaluator.advance(&mut store, Times::between(0, SECONDS * 1000, 1000));
        let cost = worked() - begin;
        assert!(evaluator.timeline().troubles.is_empty());
        cost
    };
    (0..5).map(once).min().unwrap()
}

#[test]
fn a_rule_over_half_a_million_requests_takes_no_200_ms() {
    let store = store();
    for expr in [
        "rate(b_total[1m]) > 100",
        "sum(rate(b_total[5m])) > 10000",
        "histogram_quantile(0.95, sum by (le) (rate(a_bucket[5m]))) > 5",
        "sum by (instance) (rate(a_bucket[1m])) / sum by (instance) (rate(b_total[1m])) > 0.5",
        "max_over_time(b_total[1m]) > 1000",
        "topk(5, b_total)",
    ] {
        let cost = cost(&store, expr);
        println!("{expr}: {cost:?}");
        assert!(cost < Duration::from_millis(200), "{expr}: {cost:?}");
    }
}

#[test]
fn a_long_range_of_rate_costs_what_a_short_one_does() {
    let store = store();
    let [short, long] =
        ["5s", "10m"].map(|range| cost(&store, &format!("sum(rate(b_total[{range}]))")));
    // If each range were gone through, it would be 60 times as much.
    assert!(long < short * 3, "{short:?}, {long:?}");
}

/// One alert for each of 500 requests that fail in each second of a minute, with a label
/// that names it: all of it takes a thirtieth of the time that it is about, and one page
/// goes out for the 30,000.
#[test]
fn five_hundred_alerts_a_second_are_cheap() {
    const FAIL: i64 = 60;
    let mut store = Store::new();
    for second in 0..FAIL {
        for nr in 0..500 {
            let request = (500 * second + nr).to_string();
            let labels = Labels::named("failed", &[("request", &request)]);
            let t = second * 1000;
            store.append(&labels, Sample { t, v: 1.0 }).unwrap();
            store.append(&labels, Sample::stale(t + 1000)).unwrap();
        }
    }
    let rule = Rule::Alert(Alert::new("Failed", parse("failed > 0").unwrap()));
    let group = Group { name: "g".to_owned(), interval: 1000, rules: vec![rule] };
    let once = |_| {
        let (mut store, mut evaluator) = (store.clone(), Evaluator::new(group.clone()));
        let begin = worked();
        // A second at a time, as while it is watched.
        for second in 0..=FAIL {
            evaluator.advance(&mut store, Times::at(second * 1000));
        }
        let spells = &evaluator.timeline().spells;
        let pages = notifications(spells, &Route::default(), FAIL * 1000);
        let cost = worked() - begin;
        assert_eq!((spells.len(), pages.len()), (30_000, 1));
        cost
    };
    let cost = (0..3).map(once).min().unwrap();
    println!("500 alerts a second for a minute: {cost:?}");
    assert!(cost < Duration::from_secs(2), "{cost:?}");
}
