//! Adaptive limits on concurrency against Netflix's concurrency-limits: the
//! numbers are those of its own tests and of its formulas.

use crate::common;

use common::{events, ms, preset};
use stampede_sim::protect::concurrency::Limit;
use stampede_sim::scenario::{ConcurrencyRule, ConcurrencySpec, Scenario};
use stampede_sim::telemetry::{Event, Kind, Reason};

fn limit(rule: ConcurrencyRule, initial: u32, most: u32) -> Limit {
    let spec = ConcurrencySpec { rule, initial, least: 1, most, ..ConcurrencySpec::default() };
    Limit::new(&spec, 0)
}

/// One more after a success while at least half of it is used, a tenth less
/// after a failure or a time-out, whole numbers only.
#[test]
fn aimd() {
    let after = |initial, most, took, inflight, dropped| {
        let mut limit = limit(ConcurrencyRule::Aimd, initial, most);
        limit.sample(ms(took), inflight, dropped);
        limit.whole()
    };
    assert_eq!(after(20, 200, 1.0, 10, false), 21);
    assert_eq!(after(20, 200, 1.0, 9, false), 20, "less than half is used");
    assert_eq!(after(30, 200, 0.0, 0, true), 27);
    assert_eq!(after(30, 200, 5_001.0, 30, false), 27, "as good as failed");
    assert_eq!(after(21, 21, 1.0, 21, false), 21, "never more than the most");
    assert_eq!(after(1, 21, 1.0, 1, true), 1, "never less than the least");
}

fn vegas(initial: u32, most: u32, samples: &[(f64, u32, bool)]) -> u32 {
    let mut limit = limit(ConcurrencyRule::Vegas, initial, most);
    samples.iter().for_each(|(took, inflight, bad)| limit.sample(ms(*took), *inflight, *bad));
    limit.whole()
}

/// The first sample is the time without a queue. Then: no queue, six more; a
/// queue of eight of ten, one less; of three, as it is.
#[test]
fn vegas_follows_the_queue() {
    assert_eq!(vegas(10, 20, &[(10.0, 10, false)]), 10);
    assert_eq!(vegas(10, 20, &[(10.0, 10, false), (10.0, 11, false)]), 16);
    assert_eq!(vegas(10, 20, &[(10.0, 10, false), (50.0, 11, false)]), 9);
    assert_eq!(vegas(10, 20, &[(10.0, 10, false), (14.0, 14, false)]), 10);
    assert_eq!(vegas(10, 20, &[(10.0, 10, false), (10.0, 4, false)]), 10, "hardly used");
    assert_eq!(vegas(10, 20, &[(10.0, 10, false), (10.0, 11, true)]), 9, "a failure");
    // Steps grow with the logarithm: 6 · log10(10,000).
    assert_eq!(
        vegas(10_000, 20_000, &[(10_000.0, 5_000, false), (10_000.0, 6_000, false)]),
        10_024
    );
}

/// After 15 to 30 times as many samples as the limit is, the time without a
/// queue is measured anew; until then only a faster one counts.
#[test]
fn vegas_measures_anew() {
    let mut limit = limit(ConcurrencyRule::Vegas, 10, 10);
    limit.sample(ms(10.0), 10, false);
    // Three times as long from now on: by the old time a queue of seven of ten.
    for _ in 0..5 {
        limit.sample(ms(30.0), 10, false);
    }
    let lower = limit.whole();
    assert!(lower < 10, "{lower}");
    // By the new one there is no queue, and it goes back to its most.
    for _ in 0..30 * 10 {
        limit.sample(ms(30.0), 10, false);
    }
    assert_eq!(limit.whole(), 10);
}

/// The smoothed step: 20 · 0.8 + (20 · gradient + 4) · 0.2.
#[test]
fn gradient2() {
    let after = |samples: &[(f64, u32)]| {
        let mut limit = limit(ConcurrencyRule::Gradient2, 20, 200);
        samples.iter().for_each(|(took, inflight)| limit.sample(ms(*took), *inflight, false));
        limit.whole()
    };
    // As fast as ever: 20.8, 21.6, 22.4.
    assert_eq!(after(&[(10.0, 20); 2]), 21);
    assert_eq!(after(&[(10.0, 22); 3]), 22);
    assert_eq!(after(&[(10.0, 9); 5]), 20, "no growth while less than half is used");
    // Nine at 10 ms, then one at 90: the average of ten is 18, the ratio
    // 1.5 · 18 / 90 = 0.3, and half is the least: 27.2 · 0.8 + (13.6 + 4) · 0.2.
    let mut samples = [(10.0, 30); 10];
    samples[9].0 = 90.0;
    assert_eq!(after(&samples), 25);
    // Half as long again is tolerated: 1.5 · 10.45 / 14.5 is more than 1.
    let mut samples = [(10.0, 30); 10];
    samples[9].0 = 14.5;
    assert_eq!(after(&samples), 28);
}

/// A database with ten cores, offered one and a half times what it can do, for
/// 30 s; each client waits for up to 2 s.
fn overloaded(changes: &[(&str, &str)]) -> Scenario {
    let load = r#"{"executor": "constant-arrival-rate", "rate": 300, "duration_ms": 30000}"#;
    let mut all = vec![
        ("load", load),
        ("keys.count", "1000000"),
        ("fleet.processes", "1"),
        ("events", "[]"),
        ("db.cores", "10"),
        ("db.pool", "1000"),
        ("client.timeout_ms", "2000"),
        ("client.retries", "0"),
    ];
    all.extend(changes);
    preset("outage-without-breaker", &all)
}

/// Answers after the first 10 s, and how long the slowest of them took.
fn late_answers(scenario: &Scenario) -> (usize, f64) {
    let mut sent = std::collections::BTreeMap::new();
    let mut took = Vec::new();
    for Event { at, kind, who, .. } in events(scenario, 1) {
        match kind {
            Kind::Send => drop(sent.insert(who, at.ms())),
            Kind::Ok if at.ms() > 10_000.0 => took.push(at.ms() - sent[&who]),
            _ => {}
        }
    }
    (took.len(), took.into_iter().fold(0.0, f64::max))
}

/// The database can do 200 a second. Without a limit all 300 get into it, each
/// goes slower, and hardly anybody has an answer in time. With one, at least
/// three quarters of what it can do are answers. How long they take: AIMD goes
/// up to where they take its time-out, Vegas to a queue of a few; Gradient2
/// follows an average that grows with it.
#[test]
fn the_rest_are_served_well() {
    let (answered, _) = late_answers(&overloaded(&[]));
    assert!(answered < 400, "{answered} without a limit");
    for (rule, most) in [("aimd", 300.0), ("vegas", 200.0), ("gradient2", 2_000.0)] {
        let with = [
            ("protect.concurrency", "true"),
            ("concurrency.rule", rule),
            ("concurrency.timeout_ms", "150"),
        ];
        let (answered, slowest) = late_answers(&overloaded(&with));
        assert!(answered >= 3000, "{rule}: {answered} of 4000");
        assert!(slowest < most, "{rule}: {slowest} ms");
    }
}

/// As many at the database as the limit says, never more; whoever is over it
/// is refused, and by it.
#[test]
fn a_limit_is_kept() {
    let fixed = [
        ("protect.concurrency", "true"),
        ("concurrency.rule", "vegas"),
        ("concurrency.initial", "7"),
        ("concurrency.most", "7"),
        ("concurrency.least", "7"),
    ];
    let seen = events(&overloaded(&fixed), 1);
    let (mut now, mut most, mut refused) = (0i32, 0, 0);
    for event in &seen {
        match event.kind {
            Kind::Query => now += 1,
            Kind::Answer => now -= 1,
            Kind::Refuse => {
                assert_eq!(event.arg, Reason::OverLimit as u32);
                assert_eq!(now, 7, "refused though there was room");
                refused += 1;
            }
            _ => {}
        }
        most = most.max(now);
    }
    assert_eq!(most, 7);
    assert!(refused > 1000, "{refused}");
}
