//! The bulkhead against resilience4j's `SemaphoreBulkhead`: so many calls at
//! once, fair, a wait of its own.

use crate::common;

use common::{events, preset};
use stampede_sim::scenario::Scenario;
use stampede_sim::telemetry::{Event, Kind, Reason};

/// Forty requests for as many keys within 40 ms, a query takes 50 ms.
fn crowd(changes: &[(&str, &str)]) -> Scenario {
    let mut all = vec![
        ("load", r#"{"executor": "burst", "requests": 40, "spread_ms": 40}"#),
        ("keys.count", "1000000"),
        ("fleet.processes", "1"),
        ("db.query", "constant"),
        ("protect.bulkhead", "true"),
        ("bulkhead.most", "5"),
    ];
    all.extend(changes);
    preset("demo-without-singleflight", &all)
}

fn of(seen: &[Event], kind: Kind) -> Vec<&Event> {
    seen.iter().filter(|event| event.kind == kind).collect()
}

/// The most at the database at once.
fn most_at_once(seen: &[Event]) -> i32 {
    let (mut now, mut most) = (0, 0);
    for event in seen {
        now += i32::from(event.kind == Kind::Query) - i32::from(event.kind == Kind::Answer);
        most = most.max(now);
    }
    most
}

/// Without a wait, whoever finds it full is refused at once: all come within
/// 40 ms, and the first place is free after 50.
#[test]
fn without_a_wait_the_rest_is_refused() {
    let seen = events(&crowd(&[]), 1);
    assert_eq!(most_at_once(&seen), 5);
    assert_eq!((of(&seen, Kind::Query).len(), of(&seen, Kind::Refuse).len()), (5, 35));
    assert!(of(&seen, Kind::Full).is_empty());
    for refused in of(&seen, Kind::Refuse) {
        assert_eq!(refused.arg, Reason::BulkheadFull as u32);
    }
}

/// With one, they go in in the order in which they came.
#[test]
fn who_waits_is_served_in_order() {
    let seen = events(&crowd(&[("bulkhead.wait_ms", "100000")]), 1);
    assert_eq!(most_at_once(&seen), 5);
    assert!(of(&seen, Kind::Refuse).is_empty());
    let waited: Vec<u32> = of(&seen, Kind::Full).iter().map(|event| event.who).collect();
    assert_eq!(waited.len(), 35);
    let queries = of(&seen, Kind::Query);
    let served: Vec<u32> = queries[5..].iter().map(|event| event.who).collect();
    assert_eq!(served, waited);
}

/// Whoever waits too long is refused after just that time. Five are done every
/// 50 ms: within 120 ms two more rounds get in, or three for who came last.
#[test]
fn a_wait_ends() {
    let seen = events(&crowd(&[("bulkhead.wait_ms", "120")]), 1);
    let since = |who| of(&seen, Kind::Full).iter().find(|e| e.who == who).unwrap().at;
    let refused = of(&seen, Kind::Refuse);
    assert!(!refused.is_empty());
    for event in &refused {
        assert_eq!((event.at - since(event.who)).ms(), 120.0);
    }
    let served = of(&seen, Kind::Query).len();
    assert_eq!(served + refused.len(), 40);
    assert!((15..=20).contains(&served), "{served}");
}

/// A restarted process has all its places: they came back with the tasks.
#[test]
fn a_crash_gives_places_back() {
    let crash = r#"[{"at_ms": 60, "do": {"crash": {"process": 0, "for_ms": 1}}},
                    {"at_ms": 200, "do": {"burst": {"requests": 40, "spread_ms": 0}}}]"#;
    let seen = events(&crowd(&[("events", crash)]), 1);
    let later: Vec<Event> = seen.into_iter().filter(|event| event.at.ms() >= 200.0).collect();
    assert_eq!(of(&later, Kind::Query).len(), 5);
}
