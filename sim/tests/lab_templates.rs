//! The templates of the lab make the very same calls as the built-in defences.

use stampede_sim::engine::Nanos;
use stampede_sim::lab::templates;
use stampede_sim::run::Run;
use stampede_sim::scenario::{Scenario, presets};
use stampede_sim::telemetry::{Event, Recording, Report};

fn run(scenario: &Scenario, seed: u64) -> (Vec<Event>, String) {
    let mut run = Run::new(scenario, &[], seed, Recording::Trace).unwrap();
    run.run_until(Nanos::MAX, u64::MAX);
    run.read(|tape| {
        let events = tape.log.iter().collect();
        (events, format!("{:?}", Report::of(tape, "", seed)))
    })
}

/// A preset with one defence alone, as it is built in and as a script.
fn both(preset: &str, template: &str, changes: &[(&str, &str)]) {
    let template = templates::find(template).unwrap();
    let mut built_in = presets::find(preset).unwrap();
    built_in.protect = Default::default();
    for (path, value) in changes {
        built_in = built_in.with(path, value).unwrap();
    }
    if let Some(defence) = template.defence {
        let path = format!("protect.{}", defence.word());
        built_in = built_in.with(&path, "true").unwrap();
    }
    let script = built_in.with("script.source", template.source).unwrap();
    for seed in 1..=50 {
        let ((ours, report), (theirs, written)) = (run(&built_in, seed), run(&script, seed));
        for (number, (a, b)) in ours.iter().zip(&theirs).enumerate() {
            assert_eq!(a, b, "{} seed {seed}, event {number}", template.name);
        }
        assert_eq!(ours.len(), theirs.len(), "{} seed {seed}", template.name);
        assert_eq!(report, written, "{} seed {seed}", template.name);
    }
}

#[test]
fn plain() {
    both("demo-without-singleflight", "plain", &[]);
    both("expiry-without-singleflight", "plain", &[]);
    both("four-processes", "plain", &[("network.jitter", "0.25")]);
}

#[test]
fn singleflight() {
    both("demo-with-singleflight", "singleflight", &[("network.jitter", "0.25")]);
    both("expiry-with-singleflight", "singleflight", &[]);
    both("four-processes", "singleflight", &[]);
    both("leader-leaves", "singleflight", &[]);
    both("outage-errors", "singleflight", &[]);
}

#[test]
fn lock() {
    both("four-processes-lock", "lock", &[]);
    both("four-processes-lock", "lock", &[("lock.wait_ms", "30"), ("lock.fallback", "fail")]);
    both("lock-down", "lock", &[]);
}

#[test]
fn stale() {
    both("expiry-stale", "stale", &[]);
    both("outage-stale-if-error", "stale", &[]);
    both(
        "outage-stale-if-error",
        "stale",
        &[("stale.while_ms", "1000"), ("stale.if_error_ms", "2000")],
    );
}

#[test]
fn jitter() {
    both("warm-jitter", "jitter", &[]);
    both("warm-jitter", "jitter", &[("keys.warm", "false"), ("jitter.share", "0.5")]);
}

#[test]
fn breaker() {
    both("outage-with-breaker", "breaker", &[]);
    both("outage-with-breaker", "breaker", &[("breaker.half_open", "5"), ("db.error_rate", "0.3")]);
    both("half-open", "breaker", &[]);
}
