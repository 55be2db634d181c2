//! The protector's four acceptance tests, and that they can fail.

use crate::common;

use std::process::Command;

use common::{finish, preset};
use stampede_sim::check;
use stampede_sim::telemetry::exposition;

#[test]
fn all_four_pass() {
    let verdicts = check::all();
    let names: Vec<&str> = verdicts.iter().map(|v| v.name).collect();
    assert_eq!(
        names,
        ["SingleFlight", "DistributedLock", "CircuitBreaker", "StaleWhileRevalidate"]
    );
    for verdict in &verdicts {
        assert!(verdict.passed, "{verdict:?}");
        assert!(!verdict.facts.is_empty());
    }
    let facts =
        |i: usize| verdicts[i].facts.iter().map(|f| f.en.clone()).collect::<Vec<_>>().join("; ");
    assert_eq!(
        facts(0),
        "1,000 concurrent requests, 1 database query; 1,000 answered with a value"
    );
    assert_eq!(facts(1), "10 processes asked for the lock, 1 got it; 1 database query");
    assert_eq!(
        facts(2),
        "opened after 5 failures (threshold 5); then 0 queries, 190 requests refused"
    );
}

#[test]
fn the_terminal_prints_a_line_for_each() {
    let output = Command::new(env!("CARGO_BIN_EXE_stampede")).arg("check").output().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.lines().filter(|line| line.starts_with("PASS  ")).count(), 4, "{text}");
}

/// The protector's eight counters, by name.
#[test]
fn eight_counters() {
    let run = finish(&preset("layered", &[]), &[], 1);
    let text = run.read(|tape| exposition::prometheus(&tape.counters, &tape.latency));
    for (name, theirs) in [
        ("thundering_herd_requests_total", "TotalRequests"),
        ("cache_hits_total", "CacheHits"),
        ("cache_misses_total", "CacheMisses"),
        ("single_flight_hits_total", "SingleFlightHits"),
        ("lock_acquisitions_total", "LockAcquisitions"),
        ("circuit_breaker_trips_total", "CircuitBreakerTrips"),
        ("stale_returns_total", "StaleReturns"),
        ("background_refresh_total", "BackgroundRefresh"),
    ] {
        let value = text.lines().find_map(|line| line.strip_prefix(&format!("{name} ")));
        assert!(value.is_some_and(|v| v.parse::<u64>().unwrap() > 0), "{name} in\n{text}");
        assert!(text.contains(theirs), "{theirs}");
    }
}

/// A bad day without and with the protector: an outage, then a crash.
#[test]
fn the_layered_protector_on_a_bad_day() {
    for seed in 1..6 {
        let count = |name: &str| {
            finish(&preset(name, &[]), &[], seed)
                .read(|t| (t.counters.errors(), t.counters.db_calls()))
        };
        let ((bare, calls), (protected, fewer)) = (count("unprotected"), count("layered"));
        assert!(bare > 800 && protected <= 10, "{bare} {protected}");
        assert!(fewer * 3 < calls, "{fewer} of {calls}");
    }
}
