//! A process that dies knows nothing when it is back, and what it was doing
//! has ended.

use crate::common;

use common::{events, ms, preset};
use stampede_sim::protect::path::Kept;
use stampede_sim::scenario::Scenario;
use stampede_sim::telemetry::{Event, Kind, Reason};

/// Ten requests at once, at 0, 100 and 400 ms; the only process dies at
/// 200 ms and is back at 300.
fn thrice(changes: &[(&str, &str)]) -> Scenario {
    let events = r#"[{"at_ms": 100, "do": {"burst": {"requests": 10, "spread_ms": 0}}},
        {"at_ms": 200, "do": {"crash": {"process": 0, "for_ms": 100}}},
        {"at_ms": 400, "do": {"burst": {"requests": 10, "spread_ms": 0}}}]"#;
    let base = [
        ("load", r#"{"executor": "burst", "requests": 10, "spread_ms": 0}"#),
        ("cache.enabled", "false"),
        ("network.jitter", "0"),
        ("events", events),
    ];
    preset("demo-without-singleflight", &[&base, changes].concat())
}

fn refused(events: &[Event], reason: Reason, from: f64, until: f64) -> usize {
    let during = |e: &&Event| (from..until).contains(&e.at.ms());
    let refusals = events.iter().filter(during).filter(|e| e.kind == Kind::Refuse);
    refusals.filter(|e| e.arg == reason as u32).count()
}

/// A bucket of five that gets a token every hundred seconds: of the first ten
/// five pass, of the second none; the bucket of a process that was started
/// again is full.
#[test]
fn a_limiter_starts_full() {
    let system = [("protect.limiter", "true"), ("limiter.rate", "0.01"), ("limiter.burst", "5")];
    let events = events(&thrice(&system), 1);
    let refused = |from, until| refused(&events, Reason::RateLimited, from, until);
    assert_eq!([refused(0.0, 100.0), refused(100.0, 200.0), refused(400.0, 500.0)], [5, 10, 5]);
}

/// CoDel that has seen a standing queue refuses whoever waited long; that of a
/// process that was started again has seen nothing.
#[test]
fn codel_starts_without_a_queue() {
    let kept = Kept::default();
    let codel = kept.part(|| stampede_sim::protect::codel::Codel::new(&Default::default()));
    for i in 0..12 {
        codel.refuses(ms(f64::from(i) * 10.0), ms(20.0));
    }
    assert!(codel.refuses(ms(120.0), ms(20.0)));
    kept.reset();
    assert!(!codel.refuses(ms(130.0), ms(20.0)));
}

/// A process that stands still does nothing, whoever asks and whatever it waited
/// for; when it goes on, everything in it goes on where it was. Only clients do
/// what they want meanwhile.
#[test]
fn a_process_that_stands_still_goes_on_where_it_was() {
    let pause = r#"[{"at_ms": 50, "do": {"pause": {"process": 0, "for_ms": 400}}},
        {"at_ms": 300, "do": {"burst": {"requests": 40, "spread_ms": 50}}}]"#;
    for (name, cache_ms) in
        [("four-processes", "0"), ("four-processes-lock", "4"), ("four-processes-lease", "4")]
    {
        let load = ("load", r#"{"executor": "burst", "requests": 100, "spread_ms": 100}"#);
        let network = [("network.cache_ms", cache_ms), ("network.client_ms", "1")];
        let scenario = preset(name, &[&network[..], &[load, ("events", pause)]].concat());
        for seed in 0..10 {
            let mut process = std::collections::BTreeMap::new();
            let (mut still, mut after) = (0, 0);
            for Event { at, kind, who, arg } in events(&scenario, seed) {
                match kind {
                    Kind::Arrive => drop(process.insert(who, arg)),
                    // The database does not know.
                    Kind::Answer => {}
                    // On its way to the client already.
                    Kind::Ok if at < ms(52.0) => {}
                    _ if process.get(&who) == Some(&0) => {
                        still += usize::from(at > ms(50.0) && at < ms(450.0));
                        after += usize::from(at >= ms(450.0));
                    }
                    _ => {}
                }
            }
            assert_eq!(still, 0, "{name}, seed {seed}");
            assert!(after > 10, "{name}, seed {seed}: {after}");
        }
    }
}

/// One that dies while it stands still does not stand still when it is back.
#[test]
fn a_process_that_is_back_does_not_stand_still() {
    let deeds = r#"[{"at_ms": 50, "do": {"pause": {"process": 0, "for_ms": 10000}}},
        {"at_ms": 100, "do": {"crash": {"process": 0, "for_ms": 50}}},
        {"at_ms": 200, "do": {"burst": {"requests": 10, "spread_ms": 0}}}]"#;
    let seen = events(&thrice(&[("events", deeds)]), 1);
    let answered = seen.iter().filter(|e| e.kind == Kind::Ok && e.at < ms(400.0));
    assert_eq!(answered.count(), 10);
}
