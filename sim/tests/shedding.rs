//! Load shedding against Google's SRE book (adaptive throttling) and CoDel as
//! in folly.

use crate::common;

use common::{events, mean, ms, preset};
use stampede_sim::protect::codel::Codel;
use stampede_sim::protect::throttle::Throttle;
use stampede_sim::scenario::{CodelSpec, ThrottleSpec};
use stampede_sim::telemetry::{Event, Kind, Reason};

fn throttle(k: f64) -> Throttle {
    Throttle::new(&ThrottleSpec { k, ..ThrottleSpec::default() }, 0, 1)
}

/// p = max(0, (requests − K·accepts) / (requests + 1)).
#[test]
fn the_formula() {
    for (requests, accepts, p) in [
        (0, 0, 0.0),
        (100, 100, 0.0),
        (100, 50, 0.0),
        (100, 25, 50.0 / 101.0),
        (100, 0, 100.0 / 101.0),
    ] {
        let t = throttle(2.0);
        t.count(ms(0.0), requests, accepts);
        assert_eq!(t.refusal(ms(1.0)), p, "{requests} {accepts}");
    }
}

/// What is older than two minutes is forgotten.
#[test]
fn the_window_is_two_minutes() {
    let t = throttle(2.0);
    t.count(ms(0.0), 100, 0);
    assert!(t.refusal(ms(119_000.0)) > 0.9);
    assert_eq!(t.refusal(ms(122_000.0)), 0.0);
}

/// A backend that cannot accept what is offered is asked for K times what it
/// accepts: a database with one connection and no queue for it, offered ten
/// times what it can do. Each process counts for itself; here is one.
#[test]
fn the_backend_sees_k_times_what_it_accepts() {
    for k in [1.5, 2.0, 4.0] {
        let scenario = preset(
            "outage-without-breaker",
            &[
                (
                    "load",
                    r#"{"executor": "constant-arrival-rate", "rate": 200, "duration_ms": 400000}"#,
                ),
                ("fleet.processes", "1"),
                ("events", "[]"),
                ("db.pool", "1"),
                ("db.acquire_timeout_ms", "1"),
                ("protect.throttle", "true"),
                ("throttle.k", &k.to_string()),
                ("throttle.window_ms", "10000"),
            ],
        );
        let seen = events(&scenario, 1);
        let late = |e: &&Event| e.at.ms() > 100_000.0;
        let throttled = |e: &&Event| e.arg == Reason::Throttled as u32 && e.kind == Kind::Refuse;
        let of = |kind| seen.iter().filter(late).filter(|e| e.kind == kind).count() as f64;
        let asked = of(Kind::Send) - seen.iter().filter(late).filter(throttled).count() as f64;
        let ratio = asked / of(Kind::Ok);
        assert!((ratio / k - 1.0).abs() < 0.05, "K = {k}: {ratio} times");
    }
}

/// Nothing is refused while the smallest delay of an interval is under the
/// target, however long somebody else waits.
#[test]
fn a_queue_that_empties_is_left_alone() {
    let codel = Codel::new(&CodelSpec::default());
    for i in 0..100 {
        let delay = if i % 5 == 0 { 0.0 } else { 500.0 };
        assert!(!codel.refuses(ms(f64::from(i) * 12.0), ms(delay)));
    }
}

/// A standing queue: after an interval of it, who waited more than twice the
/// target is refused, and who waited less is not; when it is gone, nobody.
#[test]
fn a_standing_queue_is_shed() {
    let codel = Codel::new(&CodelSpec::default());
    for i in 0..10 {
        assert!(!codel.refuses(ms(10.0 + f64::from(i) * 10.0), ms(20.0)), "the first interval");
    }
    assert!(codel.refuses(ms(115.0), ms(20.0)));
    assert!(!codel.refuses(ms(120.0), ms(9.0)), "less than twice the target");
    assert!(codel.refuses(ms(130.0), ms(11.0)));
    codel.refuses(ms(140.0), ms(1.0));
    assert!(!codel.refuses(ms(216.0), ms(50.0)), "the last interval had a moment of rest");
}

/// In the whole system: overloaded at 1.5 times what the database can do, the
/// answers that are given come in time.
#[test]
fn shedding_keeps_the_others_in_time() {
    let scenario = |codel: &str| {
        preset(
            "outage-without-breaker",
            &[
                (
                    "load",
                    r#"{"executor": "constant-arrival-rate", "rate": 300, "duration_ms": 20000}"#,
                ),
                ("fleet.processes", "1"),
                ("events", "[]"),
                ("db.cores", "10"),
                ("db.pool", "10"),
                ("protect.codel", codel),
            ],
        )
    };
    let late = |codel| {
        let seen = events(&scenario(codel), 1);
        let mut sent = std::collections::BTreeMap::new();
        let mut took = Vec::new();
        for e in &seen {
            match e.kind {
                Kind::Send => drop(sent.insert(e.who, e.at.ms())),
                Kind::Ok => took.push(e.at.ms() - sent[&e.who]),
                _ => {}
            }
        }
        (mean(&took).0, took.len())
    };
    let ((without, _), (with, answered)) = (late("false"), late("true"));
    assert!(without > 2000.0, "{without}");
    assert!(with < 130.0, "{with}");
    // 10 cores, 50 ms each: 200 a second for 20 s; most of that is kept.
    assert!(answered > 3000, "{answered}");
}
