//! Retries against AWS's backoff simulator (Brooker, 2015): v = min(cap,
//! base·2ⁿ); full U(0, v); equal v/2 + U(0, v/2); decorrelated
//! min(cap, U(base, 3·last)).

use crate::common;

use common::{count, events, ms, preset, times};
use proptest::prelude::*;
use stampede_sim::engine::streams::{Purpose, Stream};
use stampede_sim::protect::retry::{Budget, delay};
use stampede_sim::scenario::{Backoff, Scenario};
use stampede_sim::telemetry::Kind;

/// The simulator's own setting: base 5, cap 2000.
fn draw(backoff: Backoff, n: u32, last: f64, stream: &mut Stream) -> f64 {
    delay(backoff, ms(5.0), ms(2000.0), n, ms(last), stream).ms()
}

fn stream(seed: u64) -> Stream {
    Stream::new(seed, Purpose::Backoff, 0)
}

#[test]
fn without_jitter() {
    let s = &mut stream(1);
    for (n, exponential) in
        [(1, 10.0), (2, 20.0), (5, 160.0), (8, 1280.0), (9, 2000.0), (40, 2000.0), (4000, 2000.0)]
    {
        assert_eq!(draw(Backoff::Exponential, n, 0.0, s), exponential);
        assert_eq!(draw(Backoff::Fixed, n, 0.0, s), 5.0);
        assert_eq!(draw(Backoff::None, n, 0.0, s), 0.0);
    }
}

proptest! {
    #[test]
    fn with_jitter_each_stays_in_its_range(seed in 0u64..1000, n in 1u32..20, last in 5f64..2000.0) {
        let s = &mut stream(seed);
        let v = (5.0 * 2f64.powi(n as i32)).min(2000.0);
        prop_assert!((0.0..=v).contains(&draw(Backoff::Full, n, last, s)));
        let equal = draw(Backoff::Equal, n, last, s);
        prop_assert!(equal >= v / 2.0 - 1e-6 && equal <= v);
        let decorrelated = draw(Backoff::Decorrelated, n, last, s);
        prop_assert!(decorrelated >= 5.0 && decorrelated <= (3.0 * last).clamp(15.0, 2000.0) + 1e-6);
    }
}

/// Means over many draws: v/2, 3v/4, (base + 3·last)/2; the error of a mean
/// of uniforms over a range r is r/√(12 n).
#[test]
fn means_are_those_of_uniform_draws() {
    let s = &mut stream(7);
    let n = 20_000;
    for (backoff, expected, range) in [
        (Backoff::Full, 80.0, 160.0),
        (Backoff::Equal, 120.0, 80.0),
        (Backoff::Decorrelated, (5.0 + 300.0) / 2.0, 295.0),
    ] {
        let mean = (0..n).map(|_| draw(backoff, 5, 100.0, s)).sum::<f64>() / f64::from(n);
        let error = range / (12.0 * f64::from(n)).sqrt();
        assert!((mean - expected).abs() < 4.0 * error, "{backoff:?}: {mean}, not {expected}");
    }
}

/// A budget of 10 %: ten requests pay for one retry, whatever fails.
#[test]
fn a_budget_bounds_retries() {
    let budget = Budget::new(0.1);
    assert!(!budget.withdraw(), "it begins empty");
    let mut granted = 0;
    for _ in 0..1000 {
        budget.deposit();
        granted += u32::from(budget.withdraw());
        granted += u32::from(budget.withdraw());
    }
    assert!((99..=100).contains(&granted), "{granted}");
}

/// Clients of a database that always fails.
fn failing(changes: &[(&str, &str)]) -> Scenario {
    let base = [
        ("load", r#"{"executor": "burst", "requests": 50, "spread_ms": 0}"#),
        ("network", r#"{"client_ms": 0, "cache_ms": 0, "db_ms": 0}"#),
        ("cache.enabled", "false"),
        ("db.pool", "50"),
        ("db.query_ms", "1"),
        ("db.error_rate", "1"),
        ("client.retries", "3"),
    ];
    preset("demo-without-singleflight", &[&base, changes].concat())
}

/// r retries at one layer: r + 1 attempts for each request, and one end.
#[test]
fn three_retries_are_four_attempts() {
    let events = events(&failing(&[]), 1);
    assert_eq!(count(&events, Kind::Query), 200);
    assert_eq!(count(&events, Kind::Retry), 150);
    assert_eq!(count(&events, Kind::Fail), 150);
    assert_eq!(count(&events, Kind::Error), 50);
}

/// Without jitter those who failed together come back together; with full
/// jitter they do not.
#[test]
fn jitter_breaks_the_lockstep() {
    let together = |backoff: &str| {
        let changes = [("client.backoff", backoff), ("client.backoff_ms", "100")];
        let mut at = times(&events(&failing(&changes), 1), Kind::Retry);
        at.dedup();
        at.len()
    };
    assert_eq!(together("exponential"), 3);
    assert_eq!(together("full"), 150);
}

/// A time-out that cancels stops the work; one that does not leaves it.
#[test]
fn time_outs_cancel_or_do_not() {
    for (cancels, late, wasted) in [("true", 0, 0), ("false", 10, 0)] {
        let changes = [
            ("load", r#"{"executor": "burst", "requests": 10, "spread_ms": 0}"#),
            ("network", r#"{"client_ms": 5, "cache_ms": 0, "db_ms": 0}"#),
            ("cache.enabled", "false"),
            ("client.timeout_ms", "20"),
            ("client.cancels", cancels),
        ];
        let events = events(&preset("demo-without-singleflight", &changes), 1);
        assert_eq!((count(&events, Kind::Timeout), count(&events, Kind::Error)), (10, 10));
        assert_eq!(times(&events, Kind::Timeout), vec![20.0; 10]);
        assert_eq!((count(&events, Kind::Late), count(&events, Kind::Wasted)), (late, wasted));
        let abandoned = count(&events, Kind::Abandon);
        assert_eq!(abandoned, if cancels == "true" { 10 } else { 0 });
        assert_eq!(count(&events, Kind::Answer), 10 - abandoned);
    }
}
