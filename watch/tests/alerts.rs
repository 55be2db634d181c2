//! Alerts and pages whose times are known by hand.

use stampede_watch::Millis;
use stampede_watch::eval::Times;
use stampede_watch::notify::{Notification, Route, notifications};
use stampede_watch::parse::parse;
use stampede_watch::rule::{
    Alert, BadRule, Evaluator, Group, Recording, Rule, Spell, State, Template, Timeline, What,
};
use stampede_watch::series::{Labels, Sample, Store};

const MINUTE: Millis = 60_000;

fn put(store: &mut Store, labels: &Labels, step: Millis, values: &[f64]) {
    for (nr, &v) in values.iter().enumerate() {
        let t = nr as Millis * step;
        let sample = if v.is_nan() { Sample::stale(t) } else { Sample { t, v } };
        store.append(labels, sample).unwrap();
    }
}

fn alert(expr: &str, hold: Millis, keep_firing: Millis) -> Alert {
    Alert { hold, keep_firing, ..Alert::new("HTTPRequestRateLow", parse(expr).unwrap()) }
}

fn watched(store: &mut Store, rules: Vec<Rule>, times: Times) -> Timeline {
    let group = Group { name: "g".to_owned(), interval: times.step, rules };
    let mut evaluator = Evaluator::new(group);
    evaluator.advance(store, times);
    evaluator.timeline().clone()
}

/// The states of all alerts at each time, by their instance: `-` for inactive.
fn states(timeline: &Timeline, instance: &str, times: Times) -> String {
    let letter = |t| {
        let mut here =
            timeline.active(t).filter(|(spell, _)| spell.labels.get("instance") == instance);
        match here.next().map(|(_, state)| state) {
            Some(State::Firing) => 'F',
            Some(State::Pending) => 'P',
            _ => '-',
        }
    };
    times.iter().map(letter).collect()
}

#[test]
fn an_alert_is_pending_then_fires_and_starts_anew_after_one_evaluation_without() {
    // As in Prometheus's own test: evaluated each 5 minutes, for 1 minute.
    let mut store = Store::new();
    let series = |instance: &str| Labels::named("http_requests", &[("instance", instance)]);
    put(&mut store, &series("0"), 5 * MINUTE, &[75.0, 85.0, 95.0, 105.0, 105.0, 95.0, 85.0]);
    put(&mut store, &series("1"), 5 * MINUTE, &[80.0, 90.0, 100.0, 110.0, 120.0, 130.0, 140.0]);
    let times = Times::between(0, 30 * MINUTE, 5 * MINUTE);
    let rule = Rule::Alert(alert("http_requests < 100", MINUTE, 0));
    let timeline = watched(&mut store, vec![rule], times);
    assert_eq!(states(&timeline, "0", times), "PFF--PF");
    assert_eq!(states(&timeline, "1", times), "PF-----");
}

#[test]
fn without_for_it_fires_at_once_and_it_holds_that_long_to_the_millisecond() {
    for (hold, expected) in [
        (0, "FFFF-FF"),
        (1, "PFFF-PF"),
        (60_000, "PFFF-PF"),
        (60_001, "PPFF-PP"),
        (120_000, "PPFF-PP"),
        (240_000, "PPPP-PP"),
    ] {
        let mut store = Store::new();
        let series = Labels::named("g", &[("instance", "0")]);
        put(&mut store, &series, MINUTE, &[1.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0]);
        let times = Times::between(0, 6 * MINUTE, MINUTE);
        let timeline = watched(&mut store, vec![Rule::Alert(alert("g > 0", hold, 0))], times);
        assert_eq!(states(&timeline, "0", times), expected, "{hold}");
    }
}

#[test]
fn one_that_fires_is_kept_firing_and_one_that_is_pending_is_not() {
    for (keep, values, expected) in [
        (MINUTE, &[1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0], "PFFFF--"),
        (MINUTE, &[1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0], "P-PFFFF"),
        (3 * MINUTE, &[1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0], "PFFFF-P"),
        // One evaluation with a value, and it begins to count again.
        (2 * MINUTE, &[1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0], "PFFFFF-"),
    ] {
        let mut store = Store::new();
        put(&mut store, &Labels::named("g", &[("instance", "0")]), MINUTE, values);
        let times = Times::between(0, 6 * MINUTE, MINUTE);
        let timeline = watched(&mut store, vec![Rule::Alert(alert("g > 0", MINUTE, keep))], times);
        assert_eq!(states(&timeline, "0", times), expected, "{keep} {values:?}");
    }
}

#[test]
fn labels_and_annotations_are_those_of_the_series_and_its_value() {
    let mut store = Store::new();
    put(&mut store, &Labels::named("g", &[("instance", "0")]), MINUTE, &[0.5, 0.5, 0.25]);
    let template = |text: &str| Template::new(text).unwrap();
    let mut rule = alert("g > 0", 0, 0);
    rule.labels = vec![
        ("severity".to_owned(), template("page")),
        ("where".to_owned(), template("{{ $labels.instance }}!")),
    ];
    rule.annotations = vec![("summary".to_owned(), template("{{$value | humanizePercentage}}"))];
    let timeline =
        watched(&mut store, vec![Rule::Alert(rule.clone())], Times::between(0, 2 * MINUTE, MINUTE));
    let [spell] = timeline.spells.as_slice() else { panic!("{timeline:?}") };
    let labels = r#"{alertname="HTTPRequestRateLow", instance="0", severity="page", where="0!"}"#;
    assert_eq!(spell.labels.to_string(), labels);
    let said = |t| {
        let said = spell.said(t).unwrap();
        (said.value, said.annotations(&rule)[0].1.clone())
    };
    assert_eq!(said(MINUTE), (0.5, "50%".to_owned()));
    assert_eq!(said(2 * MINUTE), (0.25, "25%".to_owned()));
    assert_eq!(spell.said.len(), 2);
    // What Prometheus writes of it.
    let alerts = parse("ALERTS{alertstate=\"firing\", where=\"0!\"} == 1").unwrap();
    let found = stampede_watch::eval::range(&store, &alerts, Times::at(MINUTE)).unwrap();
    assert_eq!(found.len(), 1);
}

#[test]
fn an_evaluation_that_fails_changes_nothing_and_is_told() {
    let mut store = Store::new();
    put(&mut store, &Labels::named("g", &[("instance", "0")]), MINUTE, &[1.0, 1.0, 1.0, 0.0]);
    put(&mut store, &Labels::named("g", &[("instance", "1")]), MINUTE, &[f64::NAN, 1.0, f64::NAN]);
    let times = Times::between(0, 3 * MINUTE, MINUTE);
    // With two instances, the rule's label makes them the same.
    let mut rule = alert("g > 0", 0, 0);
    rule.labels = vec![("instance".to_owned(), Template::new("all").unwrap())];
    let record = |expr: &str| {
        let (expr, labels) =
            (parse(expr).unwrap(), vec![("instance".to_owned(), "all".to_owned())]);
        Rule::Recording(Recording { name: "r".to_owned(), expr, labels })
    };
    let rules = vec![Rule::Alert(rule), record("g"), record("g * on() g")];
    let timeline = watched(&mut store, rules, times);
    assert_eq!(states(&timeline, "all", times), "FFF-");
    let troubles: Vec<_> = timeline.troubles.iter().map(|it| (it.at, it.rule)).collect();
    // The third writes what the second has written.
    assert_eq!(
        troubles,
        [(MINUTE, 0), (MINUTE, 1), (0, 2), (MINUTE, 2), (2 * MINUTE, 2), (3 * MINUTE, 2)]
    );
    assert!(matches!(timeline.troubles[0].what, What::SameLabels(_)));
    assert!(matches!(timeline.troubles[1].what, What::SameLabels(_)));
    assert!(matches!(timeline.troubles[2].what, What::Order(_)));
    assert!(matches!(timeline.troubles[3].what, What::Eval(_)));
}

#[test]
fn a_rule_that_prometheus_would_not_load_is_named() {
    let group = |rule: Rule| Group { name: "g".to_owned(), interval: MINUTE, rules: vec![rule] };
    let bad = |rule| group(rule).check().unwrap_err();
    assert_eq!(
        bad(Rule::Alert(alert("g[5m]", 0, 0))),
        (0, BadRule::Type(stampede_watch::parse::Type::Range))
    );
    let mut label = alert("g", 0, 0);
    label.labels.push(("a-b".to_owned(), Template::new("").unwrap()));
    assert_eq!(bad(Rule::Alert(label)), (0, BadRule::Label("a-b".to_owned())));
    let record = Recording { name: "a b".to_owned(), expr: parse("g").unwrap(), labels: vec![] };
    assert_eq!(bad(Rule::Recording(record)), (0, BadRule::Name("a b".to_owned())));
    assert_eq!(Template::new("a {{ $valu }}").unwrap_err().at, 2..13);
    assert_eq!(Template::new("a {{ $value").unwrap_err().at, 2..11);
}

#[test]
fn whether_a_burst_is_noticed_depends_on_how_often_one_looks() {
    // Half a million requests in one second, which a rule looks for each 15 s.
    // Over a minute that is 8333 a second. Only scrapes that are far apart make
    // more of it: with n of them in a minute, rate divides by n - 1 spans.
    // At 15 s it reads 11,111, at 30 s 16,667, but for two evaluations.
    let fires = |scrape: Millis, phase: Millis| {
        let mut store = Store::new();
        for nr in 0..600_000 / scrape {
            let t = nr * scrape + phase;
            let v = if t >= 300_000 { 1_500_000.0 } else { 1_000_000.0 };
            store.append(&Labels::named("requests_total", &[]), Sample { t, v }).unwrap();
        }
        let rule = alert("rate(requests_total[1m]) > 10000", 30_000, 0);
        let timeline =
            watched(&mut store, vec![Rule::Alert(rule)], Times::between(0, 600_000, 15_000));
        timeline.spells.iter().any(|spell| spell.fired.is_some())
    };
    let phases = (0..100).map(|nr| nr * 150 + 75);
    for (scrape, expected) in [(5000, 0), (10_000, 0), (15_000, 100), (30_000, 0), (60_000, 0)] {
        let fired = phases.clone().filter(|&phase| fires(scrape, phase)).count();
        assert_eq!(fired, expected, "{scrape}");
    }
    // Exactly in step, a range of Prometheus 2 holds both its ends, and it is 8333.
    assert!(!fires(15_000, 0));
}

/// An alert that fires from one time to another, in seconds.
fn spell(name: &str, zone: &str, fired: Millis, ended: Option<Millis>) -> Spell {
    let labels = [("alertname", name), ("zone", zone)].into_iter().collect();
    let since = fired * 1000;
    Spell {
        rule: 0,
        labels,
        since,
        fired: Some(since),
        ended: ended.map(|t| t * 1000),
        said: vec![],
    }
}

/// When each page goes out, in seconds, and how many fire and are resolved.
fn pages(spells: &[Spell], route: &Route, until: Millis) -> Vec<(Millis, usize, usize)> {
    let page = |it: Notification| (it.at / 1000, it.firing.len(), it.resolved.len());
    notifications(spells, route, until * 1000).into_iter().map(page).collect()
}

#[test]
fn one_page_for_all_that_come_while_the_group_waits() {
    let mut spells: Vec<Spell> =
        (0..500).map(|nr| spell(&format!("a{nr}"), "eu", 100 + nr / 20, None)).collect();
    let route = Route::default();
    assert_eq!(pages(&spells, &route, 1000), [(130, 500, 0)]);
    // One more goes with the next look at the group, 5 minutes later.
    spells.push(spell("late", "eu", 131, None));
    assert_eq!(pages(&spells, &route, 1000), [(130, 500, 0), (430, 501, 0)]);
    // Pending ones are nobody's business.
    spells.push(Spell { fired: None, ..spell("pending", "eu", 200, None) });
    assert_eq!(pages(&spells, &route, 1000).len(), 2);
}

#[test]
fn groups_are_by_labels() {
    let spells =
        [spell("a", "eu", 0, None), spell("b", "eu", 10, None), spell("a", "us", 20, None)];
    let by = |labels: Option<&[&str]>| {
        let group_by = labels.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
        let route = Route { group_by, ..Route::default() };
        notifications(&spells, &route, 100_000)
    };
    let found = by(Some(&["zone"]));
    let found: Vec<_> =
        found.iter().map(|it| (it.at, it.group.to_string(), it.firing.len())).collect();
    assert_eq!(
        found,
        [(30_000, r#"{zone="eu"}"#.to_owned(), 2), (50_000, r#"{zone="us"}"#.to_owned(), 1),]
    );
    assert_eq!(by(Some(&[])).len(), 1);
    assert_eq!(by(None).len(), 3);
}

#[test]
fn what_is_over_is_told_with_the_next_look_and_what_came_and_went_is_not() {
    let route = Route::default();
    // Fires at 0, is over at 60: one page at 30, one at 330.
    let over = spell("a", "eu", 0, Some(60));
    assert_eq!(pages(std::slice::from_ref(&over), &route, 2000), [(30, 1, 0), (330, 0, 1)]);
    let quiet = Route { send_resolved: false, ..route.clone() };
    assert_eq!(pages(&[over], &quiet, 2000), [(30, 1, 0)]);
    // Over before anybody has looked.
    assert_eq!(pages(&[spell("a", "eu", 0, Some(15))], &route, 2000), []);
    // Came and went between two looks, while another fires: told as resolved.
    let between = [spell("a", "eu", 0, None), spell("b", "eu", 60, Some(120))];
    assert_eq!(pages(&between, &route, 700), [(30, 1, 0), (330, 1, 1)]);
    // Fires again before the next look: nothing has changed.
    let again = [spell("a", "eu", 0, Some(60)), spell("a", "eu", 120, None)];
    assert_eq!(pages(&again, &route, 700), [(30, 1, 0)]);
    // The same while nothing else fires, after a page: nobody knows of it.
    let unknown = [spell("a", "eu", 0, Some(60)), spell("b", "eu", 335, Some(400))];
    assert_eq!(pages(&unknown, &route, 2000), [(30, 1, 0), (330, 0, 1)]);
    // Fires again after it is told that it is over: a new group waits anew.
    let anew = [spell("a", "eu", 0, Some(60)), spell("a", "eu", 400, None)];
    assert_eq!(pages(&anew, &route, 700), [(30, 1, 0), (330, 0, 1), (430, 1, 0)]);
    // But in the half minute before the empty group is thrown away, it keeps
    // the old one's time.
    let soon = [spell("a", "eu", 0, Some(60)), spell("a", "eu", 335, None)];
    assert_eq!(pages(&soon, &route, 700), [(30, 1, 0), (330, 0, 1), (630, 1, 0)]);
}

#[test]
fn a_page_is_repeated_at_the_first_look_after_the_interval() {
    let route = Route { repeat_interval: 3_600_000, ..Route::default() };
    // Looked at each 300 s from 30 on; at 3630 it is not yet more than an hour.
    assert_eq!(
        pages(&[spell("a", "eu", 0, None)], &route, 8000),
        [(30, 1, 0), (3930, 1, 0), (7830, 1, 0)]
    );
}
