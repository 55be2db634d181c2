//! Load shedding at the door: how many are taken in, whom it refuses first, and
//! what it does not know.

use crate::common;

use std::collections::{BTreeMap, BTreeSet};

use common::{count, events, preset};
use proptest::prelude::*;
use stampede_sim::scenario::{Deed, Scenario};
use stampede_sim::telemetry::{Event, Kind, Reason};

fn refused(seen: &[Event], reason: Reason) -> usize {
    seen.iter().filter(|e| e.kind == Kind::Refuse && e.arg == reason as u32).count()
}

/// Fifty at once, to one process without a cache in which there is room for
/// seven: 43 are refused at once, and nothing is asked for them.
#[test]
fn a_process_takes_in_so_many() {
    let scenario = preset(
        "demo-without-singleflight",
        &[
            ("load", r#"{"executor": "burst", "requests": 50}"#),
            ("cache.enabled", "false"),
            ("protect.shed", "true"),
            ("shed.most", "7"),
        ],
    );
    let seen = events(&scenario, 1);
    assert_eq!((refused(&seen, Reason::Overloaded), count(&seen, Kind::Query)), (43, 7));
    // Hits are counted, too: the door does not know that they cost nothing.
    let warm = [("protect.shed", "true"), ("shed.most", "7"), ("keys.warm", "true")];
    let seen = events(&preset("demo-without-singleflight", &warm), 1);
    assert!(refused(&seen, Reason::Overloaded) > 0 && count(&seen, Kind::Query) == 0);
}

/// Whoever is refused costs no CPU: the door stands before it.
#[test]
fn a_refusal_costs_no_cpu() {
    let scenario = preset(
        "demo-without-singleflight",
        &[
            ("load", r#"{"executor": "burst", "requests": 50}"#),
            ("cpu", r#"{"cores": 1, "request_ms": 2}"#),
            ("protect.shed", "true"),
            ("shed.most", "7"),
        ],
    );
    let seen = events(&scenario, 1);
    assert_eq!((refused(&seen, Reason::Overloaded), count(&seen, Kind::Compute)), (43, 7));
}

/// The seed's mistake (flaw 23): in front of the flight, followers who would
/// have cost nothing are turned away. Behind it there is one load, and nobody is.
#[test]
fn in_front_of_the_flight_it_refuses_followers() {
    for seed in 0..20 {
        let (first, behind) =
            (events(&preset("shed-first", &[]), seed), events(&preset("shed-behind", &[]), seed));
        for seen in [&first, &behind] {
            assert_eq!(count(seen, Kind::Query), 1, "seed {seed}");
        }
        assert_eq!(count(&behind, Kind::Error), 0);
        // All come within 20 ms, and the load takes longer: of those who come
        // while it is under way there is room for a hundred.
        assert_eq!(
            (count(&first, Kind::Ok), count(&first, Kind::Error)),
            (100, 900),
            "seed {seed}"
        );
    }
}

/// A fifth of a load of twice what can be done is 160 requests a second; the 25
/// places, of which half are theirs, turn over 400 times a second. So no
/// important one is refused; without their places, about as many as of the others.
#[test]
fn the_important_are_refused_last() {
    for seed in 0..10 {
        let seen = |name: &str| events(&preset(name, &[]), seed);
        let (blind, kept) = (seen("shed-blind"), seen("shed-important"));
        let overloaded = |seen: &[Event]| refused(seen, Reason::Overloaded) as f64;
        let others = |seen: &[Event]| refused(seen, Reason::Unimportant) as f64;
        let sent = count(&blind, Kind::Send) as f64;
        // Blind: half of each class (ρ = 2), give or take what waits.
        assert!(
            (0.4..0.6).contains(&(overloaded(&blind) / (0.2 * sent))),
            "{}",
            overloaded(&blind)
        );
        assert!((0.4..0.6).contains(&(others(&blind) / (0.8 * sent))), "{}", others(&blind));
        assert_eq!(overloaded(&kept), 0.0, "seed {seed}");
        assert!(others(&kept) / (0.8 * sent) > 0.6);
    }
}

/// With the limit found out, from far too many on, the process stays about as fast,
/// at twice its load; without a door everybody is late.
#[test]
fn an_adaptive_door_keeps_what_it_serves_fast() {
    let report = |changes: &[(&str, &str)]| common::report(&preset("shed-blind", changes), 3);
    let none = report(&[("protect.shed", "false")]);
    let adaptive = report(&[
        ("shed.adaptive", "true"),
        ("concurrency", r#"{"rule": "aimd", "timeout_ms": 120, "initial": 400}"#),
    ]);
    assert!(none.ok * 2 < adaptive.ok, "{} and {}", none.ok, adaptive.ok);
    // 50 ms for the query, 11 for the ways.
    assert!(adaptive.p50_ms < 3.0 * 61.0, "{}", adaptive.p50_ms);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Never is one too many in a process, whatever else stands on the way.
    #[test]
    fn never_one_too_many(number in any::<u64>(), most in 1u32..30, seed in 0u64..1000) {
        let mut s: Scenario = common::random::scenario(number);
        s.protect.shed = true;
        (s.shed.most, s.shed.adaptive, s.shed.delay) = (most, false, false);
        // Who waits at the edge is in no process.
        s.edge.pops = 0;
        // Who leaves a process is answered at that instant, and nobody leaves otherwise.
        (s.network.client_ms, s.client.timeout_ms) = (0.0, 0.0);
        (s.fleet.memory_mb, s.db.panic_rate) = (0.0, 0.0);
        s.events.retain(|e| !matches!(e.deed, Deed::Crash { .. } | Deed::Switch { .. }));
        let mut process = BTreeMap::new();
        let (mut inside, mut most_inside) = (BTreeMap::<u32, BTreeSet<u32>>::new(), 0);
        let mut behind = BTreeSet::new();
        for event in events(&s, seed) {
            let (who, at_door) = (event.who, [Reason::Overloaded, Reason::Unimportant]);
            match event.kind {
                Kind::Part => drop(behind.insert(who)),
                kind if kind.is_offspring() && kind != Kind::Retry => drop(behind.insert(who)),
                Kind::Arrive if !behind.contains(&who) => drop(process.insert(who, event.arg)),
                Kind::Refuse if at_door.map(|reason| reason as u32).contains(&event.arg) => {
process.remove(&who);
                }
                Kind::Ok | Kind::Error | Kind::Fail => {
                    if let Some(process) = process.remove(&who) {
                        inside.entry(process).or_default().remove(&who);
                    }
                }
                _ => if let Some(process) = process.get(&who) {
                    let inside = inside.entry(*process).or_default();
                    inside.insert(who);
                    most_inside = most_inside.max(inside.len());
                }
            }
        }
        prop_assert!(most_inside <= most as usize, "{most_inside} of {most}");
    }
}

/// CoDel at the process's own queue, as folly has it. A request comes each millisecond
/// and takes two: the n-th waits for n. The first interval has had a delay of nothing;
/// the second, from 100 to 200 ms, one of 50 and more. So nobody is refused until 200,
/// and then at once whoever came more than 10 ms ago.
#[test]
fn a_queue_that_does_not_empty_is_shed() {
    let changes = [
        (
            "load",
            r#"{"executor": "constant-arrival-rate", "rate": 1000, "duration_ms": 1000, "arrivals": "paced"}"#,
        ),
        ("events", "[]"),
    ];
    let seen = events(&preset("shed-delay", &changes), 1);
    let at = |kind| -> BTreeMap<u32, f64> {
        seen.iter().filter(|e| e.kind == kind).map(|e| (e.who, e.at.ms())).collect()
    };
    let (came, done, refused) = (at(Kind::Compute), at(Kind::Computed), at(Kind::Refuse));
    // Clients are 2 ms away.
    let first = refused.values().copied().fold(f64::MAX, f64::min) - 2.0;
    assert!((200.0..=204.0).contains(&first), "{first}");
    let together = refused.values().filter(|at| **at == first + 2.0).count();
    assert!((85..=95).contains(&together), "{together}");
    for (who, done) in done.iter().filter(|(_, at)| **at > first + 4.0 + 2.0) {
        let waited = done - 2.0 - came[who];
        assert!(waited <= 10.0, "#{who} waited for {waited} ms");
    }
    assert!(refused.iter().all(|(who, at)| at - came[who] > 10.0));
    assert_eq!(done.len() + refused.len(), 1000);
}

/// A limit that is low enough for an overload refuses a burst; the queue's delay tells
/// them apart. In the overload as many are served, and they wait less.
#[test]
fn a_delay_tells_a_burst_from_an_overload() {
    for seed in 0..10 {
        let [count, delay] = ["shed-count", "shed-delay"].map(|name| {
            let seen = events(&preset(name, &[]), seed);
            let sent: BTreeMap<u32, f64> =
                seen.iter().filter(|e| e.kind == Kind::Send).map(|e| (e.who, e.at.ms())).collect();
            let ends = |kind, from: f64, until: f64| -> Vec<f64> {
                let these = seen.iter().filter(|e| e.kind == kind);
                let spans = these.map(|e| (sent[&e.who], e.at.ms() - sent[&e.who]));
                spans.filter(|(at, _)| (from..until).contains(at)).map(|(_, span)| span).collect()
            };
            let served = ends(Kind::Ok, 5000.0, 8000.0);
            let mean = served.iter().sum::<f64>() / served.len() as f64;
            (ends(Kind::Error, 0.0, 4000.0).len(), served.len(), mean)
        });
        assert!(count.0 >= 15 && delay.0 == 0, "seed {seed}: {count:?}, {delay:?}");
        // Three seconds of 500.
        assert!(count.1.abs_diff(1500) < 75 && delay.1.abs_diff(1500) < 75, "{count:?}, {delay:?}");
        // Ways, work and query take 12 ms; what is more is the queue.
        let [of_count, of_delay] = [count.2 - 12.0, delay.2 - 12.0];
        assert!(of_count > 25.0 && of_delay < 0.75 * of_count, "seed {seed}: {count:?}, {delay:?}");
    }
}
