//! The templates of the lab make the very same calls as the built-in defences.

use stampede_sim::engine::Nanos;
use stampede_sim::lab::templates;
use stampede_sim::run::Run;
use stampede_sim::scenario::defences::Stands;
use stampede_sim::scenario::{Scenario, presets};
use stampede_sim::telemetry::{Event, Kind, Recording, Report};

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
    let mut script = built_in.with("script.source", template.source).unwrap();
    // Whoever stands at the door would stand before the script, too.
    if let Some(door) = template.defence.filter(|defence| defence.stands() == Stands::AtDoor) {
        *script.protect.flag(door) = false;
    }
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

/// Some get the right from a holder that has not used it in time, some have waited long
/// enough, and may not write; of some the key is deleted, for some the cache is down for
/// a while, and some leave.
#[test]
fn lease() {
    let four = |more: &[(&str, &str)]| both("four-processes-lease", "lease", more);
    four(&[("lease.wait_ms", "30")]);
    four(&[("lease.hold_ms", "30"), ("db.error_rate", "0.5")]);
    four(&[("events", r#"[{"at_ms": 25, "do": {"cache-outage": {"for_ms": 30}}}]"#)]);
    let leave = [("client.timeout_ms", "60"), ("client.cancels", "true")];
    four(&[leave[0], leave[1], ("client.retries", "5"), ("lease.hold_ms", "80")]);
    both("writes-lease", "lease", &[("network.jitter", "0.5"), ("lease.wait_ms", "40")]);
}

/// A short run with a database that is slow for a while.
const SLOW: [(&str, &str); 2] = [
    ("load.duration_ms", "6000"),
    ("events", r#"[{"at_ms": 1500, "do": {"db-brownout": {"for_ms": 2000, "slowdown": 5}}}]"#),
];

/// Counts leave the window over and over; connections are not got; some there is not.
#[test]
fn throttle() {
    both("metastable", "throttle", &[SLOW[0], SLOW[1], ("throttle.window_ms", "3000")]);
    let late = ("db.acquire_timeout_ms", "50");
    both("metastable", "throttle", &[SLOW[0], SLOW[1], late, ("throttle.k", "1.1")]);
    let some = [("keys.missing", "0.5"), ("db.error_rate", "0.4"), ("throttle.k", "1.5")];
    both("metastable", "throttle", &[&some[..], &[("load.duration_ms", "3000")]].concat());
}

/// Times grow, clients leave, and calls fail for every reason.
#[test]
fn concurrency() {
    let limits = |more: &[(&str, &str)]| {
        both("metastable-adaptive", "concurrency", &[&SLOW, more].concat());
    };
    limits(&[]);
    limits(&[("concurrency.least", "15"), ("concurrency.most", "25"), ("client.cancels", "true")]);
    limits(&[("db.query_timeout_ms", "120"), ("db.acquire_timeout_ms", "20"), ("db.pool", "5")]);
    limits(&[("concurrency.initial", "2"), ("keys.missing", "0.5"), ("db.error_rate", "0.2")]);
}

/// A queue that does not empty for a while; one that always does; and clients that leave it.
#[test]
fn codel() {
    let queues = |more: &[(&str, &str)]| both("metastable-codel", "codel", &[&SLOW, more].concat());
    queues(&[("db.pool", "8")]);
    queues(&[("db.pool", "20"), ("codel.target_ms", "30"), ("db.error_rate", "0.2")]);
    queues(&[("db.pool", "8"), ("client.timeout_ms", "300"), ("client.cancels", "true")]);
    both("outage-errors", "codel", &[("codel.target_ms", "1")]);
}

/// Asked for more and less often, and all at one instant.
#[test]
fn adaptive_ttl() {
    let shorter = ("load.duration_ms", "10000");
    both("ttl-longer", "adaptive-ttl", &[shorter]);
    both("ttl-shorter", "adaptive-ttl", &[shorter, ("keys.missing", "0.2")]);
    let once = [("load.spread_ms", "0"), ("network.jitter", "0"), ("cache.ttl_ms", "100")];
    both("demo-without-singleflight", "adaptive-ttl", &once);
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

/// Some look again and find a value; and some of a cache that is down.
#[test]
fn recheck() {
    let flights = ("protect.singleflight", "true");
    both("gap-race-recheck", "recheck", &[flights]);
    both("gap-race-recheck", "recheck", &[flights, ("keys.count", "5"), ("db.error_rate", "0.3")]);
    both("l1-emptied", "recheck", &[flights, ("cache.ttl_ms", "300"), ("network.jitter", "0.5")]);
}

#[test]
fn xfetch() {
    both("hot-key-xfetch", "xfetch", &[("load.rate", "100"), ("load.duration_ms", "12000")]);
    both("cold-start-xfetch", "xfetch", &[("cache.ttl_ms", "70")]);
    // Some load early while the database fails.
    both("outage-errors", "xfetch", &[("xfetch.beta", "20"), ("keys.missing", "0.2")]);
}

#[test]
fn negative() {
    both("not-found-cached", "negative", &[]);
    both("not-found-cached", "negative", &[("keys.missing", "0.3"), ("db.error_rate", "0.3")]);
}

/// Copies that are full, that hear of updates, that are emptied, and that are as old as
/// they may be.
#[test]
fn local() {
    both("l1", "local", &[("local.capacity", "5")]);
    both("l1-fresh", "local", &[]);
    both("l1-remaining", "local", &[("network.jitter", "0.5")]);
    both("l1-word", "local", &[("local.lost", "0.5")]);
    both("l1-emptied", "local", &[]);
}

#[test]
fn backup() {
    both("backup-at-once", "backup", &[("load.rate", "400")]);
    both("backup-at-once", "backup", &[("load.rate", "400"), ("backup.ttl_ms", "1500")]);
    both("backup", "backup", &[("backup.promote", "fresh"), ("cache.ttl_ms", "700")]);
}

#[test]
fn limiter() {
    both("limit-behind", "limiter", &[]);
    both("fallback-ancient-first", "limiter", &[("limiter.rate", "8"), ("limiter.burst", "3")]);
}

/// Some are refused at once, some after a while, and some leave before that.
#[test]
fn bulkhead() {
    let shorter = ("load.duration_ms", "24000");
    both("shed-behind", "bulkhead", &[("bulkhead.most", "100")]);
    both("metastable-bulkhead", "bulkhead", &[shorter]);
    both(
        "metastable-bulkhead",
        "bulkhead",
        &[shorter, ("client.timeout_ms", "150"), ("client.cancels", "true")],
    );
}

#[test]
fn spill() {
    both("cache-down", "spill", &[("load.rate", "150"), ("spill.loads", "3")]);
    both("backup-none", "spill", &[]);
}

#[test]
fn fallback() {
    both("fallback-ancient-first", "fallback", &[("fallback.oldest_ms", "2500")]);
    both("fallback-default-first", "fallback", &[("keys.missing", "0.2")]);
    let last = ("fallback.second", "none");
    both("fallback-ancient-first", "fallback", &[last, ("fallback.third", "placeholder")]);
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
    let closed = |template| (1..=10).map(|seed| closed_in_brownout(template, seed)).collect();
    each(closed("flawed-breaker"), |times| times >= 5.0);
    // Open for 3 s; then one slow call succeeds, and that is a result of now.
    each(closed("breaker"), |times| times <= 1.0);
}

/// How often a breaker closes while the database is slow, from 2 to 8 s.
fn closed_in_brownout(template: &str, seed: u64) -> f64 {
    let script = templates::find(template).unwrap().source;
    let late = presets::find("late-success").unwrap().with("script.source", script).unwrap();
    let slow = Nanos::from_ms(2_000.0)..Nanos::from_ms(8_000.0);
    let closes = |event: &&Event| event.kind == Kind::Close && slow.contains(&event.at);
    run(&late, seed).0.iter().filter(closes).count() as f64
}
