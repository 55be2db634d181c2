//! Stale-while-revalidate and stale-if-error against RFC 5861, and the
//! behaviours of nginx and Varnish.

use crate::common;

use common::{count, events, preset, report, times};
use stampede_sim::scenario::Scenario;
use stampede_sim::telemetry::{Event, Kind};

/// A key that was warm, TTL 1 s; one reader at each of some instants.
fn readers(at: &[u32], changes: &[(&str, &str)]) -> Scenario {
    let bursts: Vec<String> = at
        .iter()
        .map(|at| {
            format!(r#"{{"at_ms": {at}, "do": {{"burst": {{"requests": 1, "spread_ms": 0}}}}}}"#)
        })
        .collect();
    let bursts = format!("[{}]", bursts.join(","));
    let base = [
        ("load", r#"{"executor": "burst", "requests": 1}"#),
        ("keys.warm", "true"),
        ("network", r#"{"client_ms": 0, "cache_ms": 0, "db_ms": 0}"#),
        ("cache.ttl_ms", "1000"),
        ("db.query_ms", "50"),
        ("protect.stale", "true"),
        ("events", &*bursts),
    ];
    preset("demo-without-singleflight", &[&base, changes].concat())
}

fn kinds(events: &[Event]) -> Vec<Kind> {
    let looks = [Kind::Hit, Kind::Miss, Kind::Stale];
    events.iter().map(|e| e.kind).filter(|kind| looks.contains(kind)).collect()
}

/// max-age=1, swr=3600: long after its end the value is still served, and
/// refreshed behind; the next reader gets the new one.
#[test]
fn stale_is_served_within_the_window() {
    let seen = events(&readers(&[3_000_000, 3_000_100], &[("stale.while_ms", "3600000")]), 1);
    assert_eq!(kinds(&seen), [Kind::Hit, Kind::Stale, Kind::Hit]);
    assert_eq!(count(&seen, Kind::Refreshed), 1);
}

/// max-age=1, swr=4: stale at 3 s, and at 8 s the origin is asked.
#[test]
fn stale_is_not_served_past_the_window() {
    let down = (
        "events",
        r#"[{"at_ms": 900, "do": {"db-outage": {"for_ms": 6000}}},
        {"at_ms": 3000, "do": {"burst": {"requests": 1, "spread_ms": 0}}},
        {"at_ms": 8000, "do": {"burst": {"requests": 1, "spread_ms": 0}}}]"#,
    );
    let seen = events(&readers(&[], &[("stale.while_ms", "4000"), down]), 1);
    // The refresh of the second reader fails, and the old value stays.
    assert_eq!(kinds(&seen), [Kind::Hit, Kind::Stale, Kind::Miss]);
    assert!(seen.iter().any(|e| e.kind == Kind::Refreshed && e.arg != 0));
}

/// One refresh for a key, however many read it while it is stale.
#[test]
fn one_refresh_at_a_time() {
    let burst =
        ("load", r#"{"executor": "burst", "requests": 500, "at_ms": 1500, "spread_ms": 20}"#);
    let seen = events(&readers(&[], &[burst]), 1);
    assert_eq!((count(&seen, Kind::Stale), count(&seen, Kind::Refresh)), (500, 1));
    assert_eq!(count(&seen, Kind::Query), 1);
}

/// stale-if-error: an old value in place of an error, for so long and no longer.
#[test]
fn stale_if_error_helps_for_a_while() {
    let window = [("stale.while_ms", "0"), ("stale.if_error_ms", "60000"), ("db.error_rate", "1")];
    let seen = events(&readers(&[30_000, 62_000], &window), 1);
    assert_eq!(kinds(&seen), [Kind::Hit, Kind::Miss, Kind::Stale, Kind::Miss]);
    assert_eq!((count(&seen, Kind::Ok), count(&seen, Kind::Error)), (2, 1));
}

/// A whole outage of five seconds: errors without it, none with it.
#[test]
fn an_outage_without_and_with() {
    for seed in 0..10 {
        let errors = |name| report(&preset(name, &[]), seed).errors;
        assert!(errors("outage-errors") > 500);
        assert_eq!(errors("outage-stale-if-error"), 0);
    }
}

/// nginx with `proxy_cache_lock` alone: a new element is merged, and the
/// waiters look every 500 ms; an expired one passes, all of them.
#[test]
fn nginx_locks_new_elements_only() {
    let seen = events(&preset("nginx-lock", &[]), 1);
    let cold = times(&seen, Kind::Query).iter().filter(|at| **at < 400.0).count();
    assert_eq!(cold, 1);
    // The first waiters get it at 500 ms at the earliest, though it took 51.
    assert!(times(&seen, Kind::Wake).iter().all(|at| *at >= 500.0));
    // Nine expiries of λ·Δ + 1 loads each.
    let later = times(&seen, Kind::Query).len() - cold;
    assert!((60..160).contains(&later), "{later}");
}

/// `use_stale updating` without `background_update`: the first waits.
#[test]
fn nginx_updating_makes_the_first_wait() {
    let seen = events(&preset("nginx-updating", &[]), 1);
    let r = report(&preset("nginx-updating", &[]), 1);
    assert_eq!((r.refreshes, r.db_calls), (0, 10));
    // After the cold start, one reader an expiry waits: it misses.
    let waited = times(&seen, Kind::Miss).iter().filter(|at| **at > 1000.0).count();
    assert_eq!(waited, 9);
    assert!(r.stale > 50);
}

/// `proxy_cache_lock_timeout`: that waiter goes upstream, and its response is
/// not stored.
#[test]
fn nginx_lock_timeout_is_not_cached() {
    let slow = preset(
        "nginx-lock",
        &[
            ("load", r#"{"executor": "burst", "requests": 10, "spread_ms": 20}"#),
            ("db.query_ms", "6000"),
            ("singleflight.forget_ms", "0"),
        ],
    );
    let r = report(&slow, 1);
    assert_eq!((r.db_calls, r.fills, r.ok), (10, 1, 10));
}

/// Varnish: parked on a busy object when there is nothing, served stale with
/// one fetch behind within grace, and made to wait after it.
#[test]
fn varnish_parks_and_graces() {
    let seen = events(&preset("varnish-grace", &[]), 1);
    assert_eq!(count(&seen, Kind::Query), 10, "one fetch for the start and each expiry");
    let parked = times(&seen, Kind::Join);
    assert!(!parked.is_empty() && parked.iter().all(|at| *at < 100.0), "only at the start");
    let after_grace = preset(
        "varnish-grace",
        &[
            ("load", r#"{"executor": "burst", "requests": 5, "at_ms": 130000, "spread_ms": 10}"#),
            ("keys.warm", "true"),
        ],
    );
    let seen = events(&after_grace, 1);
    assert_eq!((count(&seen, Kind::Miss), count(&seen, Kind::Stale)), (5, 0));
    assert_eq!(count(&seen, Kind::Query), 1);
}

/// Caffeine's refreshAfterWrite: no reader, no refresh.
#[test]
fn nobody_reads_nobody_refreshes() {
    let seen = events(&readers(&[], &[]), 1);
    assert_eq!(count(&seen, Kind::Refresh), 0);
}
