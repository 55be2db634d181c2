//! Servers with a CPU, against queueing theory: processor sharing (Kleinrock,
//! *Queueing Systems* II, ch. 4) and first come first served (Pollaczek and
//! Khinchine); and what waking many followers does to an event loop.

use crate::common;

use common::{count, events, finish, mean, ms, times};
use stampede_sim::engine::Nanos;
use stampede_sim::run::Run;
use stampede_sim::scenario::Scenario;
use stampede_sim::telemetry::{Event, Kind, Recording};

/// A process of which only the CPU takes time: 10 ms a request, 70 requests a
/// second for each core.
fn server(cores: u32, mode: &str, request: &str) -> Scenario {
    let rate = 70 * cores;
    Scenario::from_json(&format!(
        r#"{{"name": "cpu", "network": {{"cache_ms": 0}}, "cache": {{"enabled": false}},
            "load": {{"executor": "constant-arrival-rate", "rate": {rate}, "duration_ms": 600000}},
            "cpu": {{"cores": {cores}, "mode": "{mode}", "request_ms": 10, "request": "{request}"}},
            "db": {{"pool": 10000, "cores": 10000, "query_ms": 0.001}}}}"#
    ))
    .unwrap()
}

/// The mean response time lies within the runs' interval, which is narrow.
fn check(scenario: &Scenario, theory: f64) {
    let of = |seed| {
        let mut run = Run::new(scenario, &[], seed, Recording::Counters).unwrap();
        run.run_to_end();
        run.read(|tape| tape.latency.mean() / 1e6 - 0.001)
    };
    let (mean, error) = mean(&(0..40).map(of).collect::<Vec<f64>>());
    assert!((mean - theory).abs() < 4.0 * error, "theory {theory}, runs {mean} ± {error}");
    assert!(4.0 * error < 0.05 * theory, "runs {mean} ± {error}");
}

/// M/G/1 with processor sharing: E[S]/(1−ρ), whatever the distribution.
#[test]
fn processor_sharing() {
    for request in ["constant", "exponential"] {
        check(&server(1, "sharing", request), 10.0 / 0.3);
    }
}

/// Two cores that are shared are M/M/2 as far as the mean goes: with a = 1.4 and
/// Erlang's C = a²/2 / ((1−ρ)(1 + a) + a²/2), S + C·S/(2 − a).
#[test]
fn processor_sharing_on_two_cores() {
    let a: f64 = 1.4;
    let half = a * a / 2.0;
    let waits = half / (0.3 * (1.0 + a) + half);
    check(&server(2, "sharing", "exponential"), 10.0 + 10.0 * waits / (2.0 - a));
}

/// An event loop is M/G/1, first come first served: the mean wait is
/// ρ·S·(1 + C²)/(2(1−ρ)), with C² = 0 for constant work and 1 for exponential.
/// More cores do not help it.
#[test]
fn event_loop() {
    check(&server(1, "event-loop", "constant"), 10.0 + 0.7 * 10.0 / (2.0 * 0.3));
    check(&server(1, "event-loop", "exponential"), 10.0 / 0.3);
    let one = mean_of(&server(1, "event-loop", "constant"));
    let mut four = server(1, "event-loop", "constant");
    four.cpu.cores = 4;
    assert_eq!(one, mean_of(&four));
}

fn mean_of(scenario: &Scenario) -> f64 {
    finish(scenario, &[], 1).read(|tape| tape.latency.mean())
}

/// A hundred requests at once for a key that takes 50 ms to load; answering a
/// follower takes 1 ms.
fn herd(mode: &str, cores: u32, events: &str) -> Vec<Event> {
    let scenario = Scenario::from_json(&format!(
        r#"{{"name": "herd", "network": {{"cache_ms": 0}},
            "load": {{"executor": "burst", "requests": 100}},
            "cpu": {{"cores": {cores}, "mode": "{mode}", "follower_ms": 1}},
            "db": {{"query_ms": 50}}, "protect": {{"singleflight": true}},
            "events": [{events}]}}"#
    ))
    .unwrap();
    self::events(&scenario, 1)
}

/// The leader has its answer at once, and then one follower a millisecond.
#[test]
fn followers_are_answered_one_by_one() {
    let log = herd("event-loop", 1, "");
    let answers = times(&log, Kind::Ok);
    let expected: Vec<f64> = (0..100).map(|n| 50.0 + f64::from(n)).collect();
    assert_eq!(answers, expected);
    assert_eq!([Kind::Wake, Kind::Reply, Kind::Replied].map(|kind| count(&log, kind)), [99; 3]);
}

/// On four cores all 99 of them share: each has a core's 4/99, and all end after
/// 99/4 ms.
#[test]
fn followers_share_the_cores() {
    let answers = times(&herd("sharing", 4, ""), Kind::Ok);
    assert_eq!(answers[0], 50.0);
    assert!(answers[1..].iter().all(|at| (at - 74.75).abs() < 1e-5), "{answers:?}");
}

/// Somebody who comes while followers are answered waits for all of them, though
/// what is asked for is in the cache: 99 ms at most.
#[test]
fn a_hit_waits_behind_the_followers() {
    let scenario = Scenario::from_json(
        r#"{"name": "behind", "network": {"cache_ms": 0},
            "load": {"executor": "burst", "requests": 100},
            "cpu": {"cores": 1, "mode": "event-loop", "request_ms": 0.1, "follower_ms": 1},
            "db": {"query_ms": 50}, "protect": {"singleflight": true},
            "events": [{"at_ms": 65.5, "do": {"burst": {"requests": 1, "spread_ms": 0}}}]}"#,
    )
    .unwrap();
    let log = events(&scenario, 1);
    // The leader asks the database after 0.1 ms, and has its answer 50 ms later,
    // when the other 99 wake up; each takes 1 ms.
    let hit = log.iter().find(|e| e.kind == Kind::Hit).unwrap();
    assert_eq!(hit.who, 100);
    assert!((hit.at.ms() - (50.1 + 99.0 + 0.1)).abs() < 1e-6, "{}", hit.at);
}

/// When a process dies, its CPU has nothing more to do, and is free for those who
/// come when it is back.
#[test]
fn a_process_that_died_owes_nothing() {
    for (mode, done) in [("event-loop", 10.0), ("sharing", 10.0)] {
        let scenario = Scenario::from_json(&format!(
            r#"{{"name": "died", "network": {{"cache_ms": 0}}, "cache": {{"enabled": false}},
                "load": {{"executor": "burst", "requests": 100}},
                "cpu": {{"cores": 1, "mode": "{mode}", "request_ms": 10}},
                "db": {{"pool": 1000, "query_ms": 1}},
                "events": [{{"at_ms": 5, "do": {{"crash": {{"process": 0, "for_ms": 20}}}}}},
                           {{"at_ms": 30, "do": {{"burst": {{"requests": 1, "spread_ms": 0}}}}}}]}}"#
        ))
        .unwrap();
        let log = events(&scenario, 1);
        assert_eq!(count(&log, Kind::Error), 100, "{mode}");
        assert_eq!(times(&log, Kind::Computed), [30.0 + done], "{mode}");
    }
}

/// A request that is refused has taken CPU time, too.
#[test]
fn refusing_is_not_free() {
    let scenario = Scenario::from_json(
        r#"{"name": "refused", "network": {"cache_ms": 0}, "cache": {"enabled": false},
            "load": {"executor": "burst", "requests": 100},
            "client": {"count": 1}, "protect": {"gateway": true}, "gateway": {"limit": 1, "shared": false},
            "cpu": {"cores": 1, "mode": "event-loop", "request_ms": 2},
            "db": {"query_ms": 1}}"#,
    )
    .unwrap();
    let log = events(&scenario, 1);
    assert_eq!(count(&log, Kind::Refuse), 99);
    assert_eq!(log.iter().rfind(|e| e.kind == Kind::Refuse).map(|e| e.at), Some(ms(200.0)));
}

/// How much CPU has been used is what the work was, in both ways to use it.
#[test]
fn what_is_used_is_the_work() {
    use stampede_sim::protect::Node;
    for mode in ["event-loop", "sharing"] {
        let mut scenario = server(2, mode, "constant");
        scenario = scenario.with("load.duration_ms", "2000").unwrap();
        let run = finish(&scenario, &[], 1);
        let sent = run.read(|tape| tape.counters.requests());
        let apps = run.apps();
        let used = apps[0].path.iter().find_map(|node| match node {
            Node::Compute(compute) => Some(compute.cpu().used()),
            _ => None,
        });
        let used = used.unwrap().ms() / 10.0;
        assert!((used - sent as f64).abs() < 1e-3, "{mode}: {used} of {sent}");
        assert!(Nanos::ZERO < run.now());
    }
}
