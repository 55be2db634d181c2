//! A soft TTL of the copies in a process, against Caffeine's `refreshAfterWrite`: the
//! first read past it starts a reload, and nobody waits for that.

use crate::common;

use common::{count, events, ms, preset, report, times};
use stampede_sim::telemetry::{Event, Kind};
use stampede_sim::world::Value;

fn of(seen: &[Event], who: u32, kind: Kind) -> Option<Event> {
    seen.iter().find(|e| e.who == who && e.kind == kind).copied()
}

fn all(seen: &[Event], kind: Kind) -> Vec<Event> {
    seen.iter().filter(|e| e.kind == kind).copied().collect()
}

/// One key in one process, read every 10 ms from the start; loading it takes 50 ms
/// and there is no other cache.
fn renewed(changes: &[(&str, &str)]) -> Vec<Event> {
    let base = [
        (
            "load",
            r#"{"executor": "constant-arrival-rate", "rate": 100, "duration_ms": 2000, "arrivals": "paced"}"#,
        ),
        ("keys", r#"{"count": 1}"#),
        ("network", r#"{"client_ms": 0, "cache_ms": 0, "db_ms": 0}"#),
        ("cache.enabled", "false"),
        ("fleet.processes", "1"),
        ("db", r#"{"query_ms": 50}"#),
        ("local", r#"{"ttl_ms": 200, "soft_ms": 100}"#),
    ];
    events(&preset("l1", &[&base[..], changes].concat()), 1)
}

/// Caffeine's `refreshAfterWrite`: the first read after the span has the old value and
/// starts a reload, and there is one of them at a time; the new one is written when
/// that is over, and from then on it is again as long. So nobody waits after the first.
#[test]
fn the_first_reader_past_the_soft_ttl_renews() {
    let seen = renewed(&[]);
    let (renewals, fills) = (times(&seen, Kind::Renewal), times(&seen, Kind::LocalFill));
    // Loaded from 0 to 50, asked for at 150, there at 200, asked for at 300, …
    let first: Vec<f64> = fills.iter().copied().filter(|at| *at < 1000.0).collect();
    assert_eq!(*renewals, (1..=13).map(|n| 150.0 * f64::from(n)).collect::<Vec<_>>());
    assert!([50.0, 200.0, 350.0, 500.0, 650.0, 800.0, 950.0].iter().all(|at| first.contains(at)));
    assert!(all(&seen, Kind::LocalMiss).iter().all(|miss| miss.at < ms(50.0)));
    assert_eq!(count(&seen, Kind::Renewed), renewals.len());
}

/// It is the reader who starts it: without one a copy ends at its hard TTL, as ever.
#[test]
fn nobody_renews_what_nobody_reads() {
    let seldom = r#"{"executor": "constant-arrival-rate", "rate": 3, "duration_ms": 2000, "arrivals": "paced"}"#;
    let seen = renewed(&[("load", seldom)]);
    assert_eq!(
        [Kind::Renewal, Kind::LocalHit, Kind::LocalMiss].map(|kind| count(&seen, kind)),
        [0, 0, 6]
    );
}

/// A reload that fails is swallowed: the copy is there until its end, and its next
/// reader tries again.
#[test]
fn a_copy_that_cannot_be_renewed_stays_to_its_end() {
    let down = r#"[{"at_ms": 100, "do": {"db-outage": {"for_ms": 10000}}}]"#;
    let seen = renewed(&[("events", down)]);
    let until = ms(50.0 + 200.0);
    for end in seen.iter().filter(|e| matches!(e.kind, Kind::Ok | Kind::Error)) {
        assert_eq!(end.kind == Kind::Ok, end.at < until, "{end:?}");
    }
    // From 150 to 240 each reader tries, as the one before has failed at once.
    assert_eq!(count(&seen, Kind::Renewal), 10);
    assert!(all(&seen, Kind::Renewed).iter().all(|e| e.arg != 0));
}

/// Word that a value is old is worth more than a renewal that had begun before it:
/// what comes after it from before is not kept.
#[test]
fn word_overtakes_a_renewal() {
    let mut overtaken = 0;
    for seed in 0..40 {
        let changes = [
            ("events", r#"[{"at_ms": 50, "do": "update"}]"#),
            ("writes.method", "versioned-keys"),
            ("network", r#"{"client_ms":0,"cache_ms":20,"jitter":0.9}"#),
            ("local.ttl_ms", "200"),
            ("local.soft_ms", "1"),
            ("db.query_ms", "1"),
            ("load.rate", "4000"),
            ("load.duration_ms", "250"),
        ];
        let seen = events(&preset("l1-word", &changes), seed);
        let at = |who: u32, kind| of(&seen, who, kind);
        let new = of(&seen, all(&seen, Kind::Write)[0].who, Kind::Ok).unwrap().arg;
        for told in all(&seen, Kind::Told) {
            let here = |who: u32| at(who, Kind::Arrive).is_some_and(|e| e.arg == told.arg);
            for hit in all(&seen, Kind::LocalHit).iter().filter(|hit| hit.at > told.at) {
                let got = of(&seen, hit.who, Kind::Ok).unwrap().arg;
                let is_old = got < new || got == Value::WARM.0;
                assert!(!here(hit.who) || !is_old, "seed {seed}: {hit:?}");
            }
            let begun = all(&seen, Kind::Renewal).into_iter().filter(|e| e.at < told.at);
            let later = |who| at(who, Kind::Renewed).is_some_and(|e| e.at > told.at);
            overtaken += begun.filter(|e| here(e.who) && later(e.who)).count();
        }
    }
    assert!(overtaken > 20, "{overtaken}");
}

/// Whatever a process was renewing when it died, it renews when it is back.
#[test]
fn a_renewal_dies_with_its_process() {
    let crash = r#"[{"at_ms": 170, "do": {"crash": {"process": 0, "for_ms": 30}}}]"#;
    let seen = renewed(&[("events", crash)]);
    let renewals = times(&seen, Kind::Renewal);
    // Back at 200, loaded at 250, asked for at 350.
    assert_eq!(renewals[..3], [150.0, 350.0, 500.0]);
    assert_eq!(all(&seen, Kind::Renewed)[0].at, ms(170.0));
}

/// With a soft TTL the end of a copy is nobody's: one trip for each copy, and only the
/// first reads wait. Without, a crowd makes it: a hit is 10 ms away, a trip is 20.
#[test]
fn a_soft_ttl_spares_the_crowd() {
    for seed in 0..5 {
        let [hard, soft] = ["l1-hard", "l1-soft"].map(|name| events(&preset(name, &[]), seed));
        let late = |seen: &[Event]| {
            let misses = all(seen, Kind::LocalMiss);
            misses.iter().filter(|miss| miss.at > ms(400.0)).count()
        };
        assert_eq!(late(&soft), 0, "seed {seed}");
        // Twenty copies, five times, and at each end more than one.
        assert!(late(&hard) > 2 * 20 * 5, "seed {seed}: {}", late(&hard));
        let trips = |seen: &[Event]| count(seen, Kind::Hit);
        assert!(trips(&soft) * 4 < trips(&hard) * 3, "{} and {}", trips(&soft), trips(&hard));
        let [hard, soft] = ["l1-hard", "l1-soft"].map(|name| report(&preset(name, &[]), seed));
        assert_eq!((hard.p99_ms.round(), soft.p99_ms.round()), (20.0, 10.0), "seed {seed}");
    }
}
