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

/// A number of a preset's run with a template, by seed.
fn with(preset: &str, template: &str, number: impl Fn(&Report) -> f64) -> Vec<f64> {
    let script = templates::find(template).unwrap().source;
    let scenario = presets::find(preset).unwrap().with("script.source", script).unwrap();
    let number = |seed| {
        let mut run = Run::new(&scenario, &[], seed, Recording::Counters).unwrap();
        run.run_to_end();
        run.read(|tape| number(&Report::of(tape, "", seed)))
    };
    (1..=10).map(number).collect()
}

/// Each mistake shows what its first line says, and the right version does not.
#[test]
fn what_is_to_be_mended() {
    let each = |numbers: Vec<f64>, is: fn(f64) -> bool| {
        assert!(numbers.iter().all(|number| is(*number)), "{numbers:?}");
    };
    each(with("leader-leaves", "leader", |r| r.ok as f64), |ok| ok == 0.0);
    each(with("leader-leaves", "singleflight", |r| r.ok as f64), |ok| ok > 30.0);
    let fills = |r: &Report| r.fills as f64;
    each(with("demo-with-singleflight", "followers", fills), |fills| fills == 100.0);
    each(with("demo-with-singleflight", "singleflight", fills), |fills| fills == 1.0);
    let slowest = |r: &Report| r.p99_ms;
    each(with("lock-down", "flawed-lock", slowest), |ms| ms > 2_000.0);
    each(with("lock-down", "lock", slowest), |ms| ms < 1_000.0);
    let calls = |r: &Report| r.db_calls as f64;
    each(with("expiry-stale", "flawed-stale", calls), |calls| calls > 50.0);
    // Ten refreshes, and whoever came before the first value was there.
    each(with("expiry-stale", "stale", calls), |calls| calls < 30.0);
}
