//! The chain of fallbacks: in which order, how old, and never stored.

use crate::common;

use common::{count, events, finish, preset, random};
use proptest::prelude::*;
use stampede_sim::engine::Nanos;
use stampede_sim::scenario::{Deed, Scenario, Switch};
use stampede_sim::telemetry::{Event, Kind, Reason};
use stampede_sim::world::Value;

/// One key, read every 500 ms and kept for 600; the database answers in 10 ms,
/// and not at all from 1,050 ms to 3,050.
fn outage(changes: &[(&str, &str)]) -> Scenario {
    let base = [
        (
            "load",
            r#"{"executor": "constant-arrival-rate", "rate": 2, "duration_ms": 4000, "arrivals": "paced"}"#,
        ),
        ("cache.ttl_ms", "600"),
        ("network", r#"{"client_ms": 0, "cache_ms": 0, "db_ms": 0}"#),
        ("db.query_ms", "10"),
        ("protect.fallback", "true"),
        ("events", r#"[{"at_ms": 1050, "do": {"db-outage": {"for_ms": 2000}}}]"#),
    ];
    preset("demo-without-singleflight", &[&base[..], changes].concat())
}

/// What clients got, in order: values, or the reason of their error.
fn answers(events: &[Event]) -> Vec<Result<Value, u32>> {
    let ended = events.iter().filter(|e| matches!(e.kind, Kind::Ok | Kind::Error));
    ended.map(|e| if e.kind == Kind::Ok { Ok(Value(e.arg)) } else { Err(e.arg) }).collect()
}

/// Queries 1 and 2 bring values, at 10 and at 1,010 ms; 3, 4 and 5 fail, at
/// 2,000, 2,500 and 3,000 ms; 6 brings a value again. What is answered in
/// between is the chain's to say, and whoever asks later gets the real thing.
#[test]
fn the_chain_in_every_order() {
    let ancient = Ok(Value(2));
    let (default, placeholder) = (Ok(Value::DEFAULT), Ok(Value::PLACEHOLDER));
    let error = Err(Reason::Database as u32);
    for (first, second, third, expected) in [
        ("ancient", "default", "none", ancient),
        ("default", "ancient", "none", default),
        ("placeholder", "default", "ancient", placeholder),
        ("none", "placeholder", "ancient", placeholder),
        ("none", "none", "ancient", ancient),
        ("none", "none", "none", error),
    ] {
        let chain =
            [("fallback.first", first), ("fallback.second", second), ("fallback.third", third)];
        let got = answers(&events(&outage(&chain), 1));
        let [one, two, six] = [1, 2, 6].map(|n| Ok(Value(n)));
        let expected = [one, one, two, two, expected, expected, expected, six];
        assert_eq!(got, expected, "{first}, {second}, {third}");
    }
}

/// How old it is counts from when the process got the value, however often it
/// has given it since: 990, 1,490 and 1,990 ms.
#[test]
fn age_and_its_bound() {
    let ages = |oldest: &str| {
        let events = events(&outage(&[("fallback.oldest_ms", oldest)]), 1);
        let ancient = events.iter().filter(|e| e.kind == Kind::Ancient);
        ancient.map(|e| e.arg).collect::<Vec<_>>()
    };
    assert_eq!(ages("1990"), [990, 1490, 1990]);
    assert_eq!(ages("1989.999"), [990, 1490]);
    assert!(ages("0").is_empty());
    // Where there is no ancient value that is young enough, the default comes.
    assert_eq!(count(&events(&outage(&[("fallback.oldest_ms", "1489")]), 1), Kind::Default), 2);
}

/// A key that the process has never had has no ancient value; nor has any after
/// the process has died.
#[test]
fn what_was_never_known_is_not_ancient() {
    let from_the_start = r#"[{"at_ms": 0, "do": {"db-outage": {"for_ms": 9000}}}]"#;
    let all = events(&outage(&[("events", from_the_start)]), 1);
    assert_eq!((count(&all, Kind::Ancient), count(&all, Kind::Default)), (0, 8));
    let crash = r#"[{"at_ms": 1050, "do": {"db-outage": {"for_ms": 2000}}},
                    {"at_ms": 2200, "do": {"crash": {"process": 0, "for_ms": 100}}}]"#;
    let all = events(&outage(&[("events", crash)]), 1);
    assert_eq!((count(&all, Kind::Ancient), count(&all, Kind::Default)), (1, 2));
}

/// "Not found" is an answer, and so is the refusal of a gateway, which stands in
/// front; an update that fails has failed.
#[test]
fn what_is_no_failed_read_stays_as_it_is() {
    let missing = events(&outage(&[("keys.missing", "1"), ("events", "[]")]), 1);
    assert_eq!(answers(&missing), [Ok(Value::NOTHING); 8]);
    let gateway = [
        ("protect.gateway", "true"),
        ("client.count", "1"),
        ("gateway.limit", "1"),
        ("events", "[]"),
    ];
    let refused = answers(&events(&outage(&gateway), 1));
    assert_eq!(refused[1..], [Err(Reason::OverQuota as u32); 7]);
    let updates = answers(&events(&outage(&[("writes.share", "1")]), 1));
    assert_eq!(updates.iter().filter(|got| got.is_err()).count(), 4, "{updates:?}");
}

/// The pair of presets (flaw 22 of the documents: the default comes before the
/// real old value). One and the same outage: no errors in either; a default for
/// all who would have had one, or for those few whose key was never there.
#[test]
fn the_default_first_is_the_flaw() {
    let of = |name: &str| events(&preset(name, &[]), 1);
    let (wrong, right) = (of("fallback-default-first"), of("fallback-ancient-first"));
    let tally =
        |e: &[Event]| [Kind::Error, Kind::Ancient, Kind::Default].map(|kind| count(e, kind));
    let ([no, none, all], [never, most, few]) = (tally(&wrong), tally(&right));
    assert_eq!((no, none, never), (0, 0, 0));
    assert_eq!(most + few, all);
    assert!(few * 10 < all && few > 0, "{few} of {all}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Nothing is stored as if it were the value, and who got something in place
    /// of it was told so.
    #[test]
    fn nothing_in_place_of_a_value_is_stored(number in any::<u64>(), seed in 0u64..1000) {
        let mut s = random::scenario(number);
        s.protect.fallback = true;
        // Who waits at the edge, or for another's answer, gets what somebody of
        // another number was told.
        s.edge.pops = 0;
        s.protect.coalesce = false;
        let coalesces = |deed: &Deed| matches!(deed, Deed::Switch { defence: Switch::Coalesce, .. });
        s.events.retain(|event| !coalesces(&event.deed));
        let run = finish(&s, &[], seed);
        run.read(|tape| {
            let mut told = std::collections::BTreeSet::new();
            let mut page = std::collections::BTreeMap::new();
            for event in tape.log.iter() {
                match event.kind {
                    // A page is what its parts are.
                    Kind::PartOf => { page.insert(event.who, event.arg); }
                    Kind::Default | Kind::Placeholder => {
                        told.insert(page.get(&event.who).copied().unwrap_or(event.who));
                    }
                    Kind::Ok if !Value(event.arg).is_real() => prop_assert!(told.contains(&event.who)),
                    _ => {}
                }
            }
            Ok(())
        })?;
        for app in run.apps() {
            let Some(cache) = &app.world.cache else { continue };
            for key in 0..s.keys.count {
                let stored = cache.store.borrow_mut().get(Nanos::ZERO, key);
                prop_assert!(stored.is_none_or(Value::is_real), "{stored:?}");
            }
        }
    }
}
