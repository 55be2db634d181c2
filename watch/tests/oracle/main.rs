//! A real Prometheus has the last word: the same series, the same expressions,
//! the same values. Needs Debian's package `prometheus`.

mod chance;
mod data;
mod expressions;
mod random;
mod rules;

use std::sync::{Arc, LazyLock, Mutex, Weak};

use serde_json::Value;
use stampede_oracle::compare::{self, difference, ours_at, ours_over, theirs};
use stampede_oracle::server::Server;
use stampede_watch::Millis;
use stampede_watch::eval::{Instant, Times, instant};
use stampede_watch::parse::parse;
use stampede_watch::series::Store;

/// The series,
static STORE: LazyLock<Store> = LazyLock::new(data::store);
/// and a Prometheus that has them, while a test needs it.
fn with_server(test: impl FnOnce(&Store, &Server)) {
    static SERVER: Mutex<Weak<Server>> = Mutex::new(Weak::new());
    let server = {
        let mut running = SERVER.lock().unwrap();
        running.upgrade().unwrap_or_else(|| {
            let server = Arc::new(Server::with(&STORE));
            *running = Arc::downgrade(&server);
            server
        })
    };
    test(&STORE, &server);
}

/// A moment within everything, one in a gap, one after markers, one at which
/// most have a sample, one after the end, one that is just seen from, one before the beginning.
fn instants() -> [i64; 7] {
    let minutes = [
        25 * 60_000 + 3210,
        13 * 60_000 + 1,
        21 * 60_000,
        40 * 60_000,
        53 * 60_000,
        55 * 60_000,
        -5000,
    ];
    minutes.map(|ms| data::START + ms)
}

/// In what we and Prometheus differ about an expression, at some instants and
/// over time.
fn differences(store: &Store, server: &Server, expr: &str, instants: &[Millis]) -> Vec<String> {
    let mut out = Vec::new();
    for &t in instants {
        let theirs = theirs(&server.instant(expr, t));
        out.extend(
            difference(&ours_at(store, expr, t), &theirs).map(|it| format!("{expr} at {t}: {it}")),
        );
    }
    let (start, end) = (data::START - 60_000, data::START + data::LENGTH + 400_000);
    for step in [60_000, 37_000] {
        let times = Times::between(start, end, step);
        let theirs = theirs(&server.range(expr, start, end, step));
        let ours = ours_over(store, expr, times);
        out.extend(difference(&ours, &theirs).map(|it| format!("{expr} each {step}: {it}")));
    }
    out
}

/// Nothing but the list of what differs.
fn none(differences: Vec<String>) {
    let count = differences.len();
    let some: Vec<String> = differences.into_iter().take(30).collect();
    assert_eq!(count, 0, "\n{}", some.join("\n"));
}

#[test]
fn expressions_have_the_values_that_prometheus_says() {
    assert!(expressions::VALUES.len() >= 250, "{}", expressions::VALUES.len());
    with_server(|store, server| {
        let mut differ = Vec::new();
        for expr in expressions::VALUES.iter().chain(expressions::EMPTY) {
            differ.extend(differences(store, server, expr, &instants()));
        }
        none(differ);
        let values = |expr: &&&str| {
            instants()
                .iter()
                .any(|&t| theirs(&server.instant(expr, t)).is_ok_and(|found| !found.is_empty()))
        };
        let without: Vec<_> = expressions::VALUES.iter().filter(|expr| !values(expr)).collect();
        assert!(without.is_empty(), "they have no values: {without:#?}");
        let with: Vec<_> = expressions::EMPTY.iter().filter(values).collect();
        assert!(with.is_empty(), "they have values: {with:#?}");
    });
}

#[test]
fn what_is_sorted_comes_in_the_same_order() {
    with_server(|store, server| {
        for expr in [
            "sort(special)",
            "sort_desc(special)",
            "sort(pool_usage)",
            "sort_desc(http_requests_total)",
            "topk(3, pool_usage)",
            "topk(3, special{kind!~\"nan|mixed\"})",
            "bottomk(2, pool_usage)",
            "bottomk(4, special)",
        ] {
            let t = instants()[0];
            let parsed = parse(expr).unwrap();
            let Instant::Vector(ours) = instant(store, &parsed, t).unwrap() else { panic!() };
            let theirs = &server.instant(expr, t)["data"]["result"];
            let value = |it: &Value| it["value"][1].as_str().unwrap().parse().unwrap();
            let theirs: Vec<f64> = theirs.as_array().unwrap().iter().map(value).collect();
            let ours: Vec<f64> = ours.into_iter().map(|(_, v)| v).collect();
            let same = ours.iter().zip(&theirs).all(|(a, b)| compare::near(*a, *b));
            assert!(same && ours.len() == theirs.len(), "{expr}: {ours:?}, they {theirs:?}");
        }
    });
}

#[test]
fn what_prometheus_refuses_is_refused() {
    with_server(|store, server| {
        let mut differ = Vec::new();
        for expr in expressions::REFUSED {
            let t = instants()[0];
            if ours_at(store, expr, t).is_ok() {
                differ.push(format!("we take {expr}"));
            }
            if theirs(&server.instant(expr, t)).is_ok() {
                differ.push(format!("they take {expr}"));
            }
        }
        none(differ);
    });
}

#[test]
fn expressions_by_chance_have_the_values_that_prometheus_says() {
    with_server(|store, server| {
        let mut chance = chance::Chance(7);
        let (mut differ, mut good) = (Vec::new(), 0);
        for nr in 0..1500 {
            let expr = random::vector(&mut chance, 1 + nr % 4);
            differ.extend(differences(store, server, &expr, &instants()[..2]));
            good += u32::from(ours_at(store, &expr, instants()[0]).is_ok());
        }
        none(differ);
        assert!(good > 1200, "{good} are not refused");
    });
}
