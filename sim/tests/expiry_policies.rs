//! When values expire: jitter, negative caching, and what neither can do
//! (semantics of TTL caches).

use crate::common;

use common::{events, mean, ms, preset, report, times};
use stampede_sim::engine::streams::{Purpose, Stream};
use stampede_sim::protect::{flawed::truncated_jitter, jitter};
use stampede_sim::telemetry::Kind;

/// ±20 % of 100 s: uniform between 80 and 120, mean 100.
#[test]
fn jitter_is_uniform_around_the_ttl() {
    let mut s = Stream::new(1, Purpose::Jitter, 0);
    let ttls: Vec<f64> =
        (0..20_000).map(|_| jitter::around(ms(100_000.0), 0.2, &mut s).secs()).collect();
    assert!(ttls.iter().all(|ttl| (80.0..=120.0).contains(ttl)));
    let (average, error) = mean(&ttls);
    assert!((average - 100.0).abs() < 4.0 * error);
    // A fifth of the draws in each fifth of the band.
    for fifth in 0..5 {
        let from = 80.0 + 8.0 * f64::from(fifth);
        let inside = ttls.iter().filter(|ttl| (from..from + 8.0).contains(*ttl)).count() as f64;
        assert!((inside - 4000.0).abs() < 4.0 * (4000.0f64 * 0.8).sqrt(), "{inside}");
    }
}

/// The seed's version: 100,000 of 100,000 TTLs alike.
#[test]
fn truncated_jitter_is_none() {
    let mut s = Stream::new(1, Purpose::Jitter, 0);
    for _ in 0..100_000 {
        assert_eq!(truncated_jitter::around(ms(100_000.0), 0.2, &mut s), ms(100_000.0));
    }
}

/// Most reloads in any 100 ms of the first expiry.
fn worst(name: &str, seed: u64) -> usize {
    let queries = times(&events(&preset(name, &[]), seed), Kind::Query);
    (0..120)
        .map(|i| f64::from(i) * 100.0)
        .map(|from| queries.iter().filter(|at| (from..from + 100.0).contains(*at)).count())
        .max()
        .unwrap_or(0)
}

/// A thousand keys warmed together: a cliff, and a band of 2·20 % of the TTL.
/// 2,000 reads a second find 0.1 s worth of misses at the cliff: about 190 of
/// them are for different keys; over a band of 2 s, a twentieth of the keys.
#[test]
fn many_keys_a_cliff_and_a_band() {
    for seed in 0..10 {
        let (cliff, band, flawed) = (
            worst("warm-cliff", seed),
            worst("warm-jitter", seed),
            worst("warm-jitter-flawed", seed),
        );
        assert!(cliff > 150, "cliff {cliff}");
        assert!(band < cliff / 2, "band {band}, cliff {cliff}");
        assert_eq!(flawed, cliff, "truncated to nothing, to the event");
    }
}

/// For one hot key jitter moves the expiry, and changes nothing about it:
/// λ·Δ + 1 as before.
#[test]
fn one_hot_key_gains_nothing_from_jitter() {
    let expected = 200.0 * 0.051 + 1.0;
    let loads: Vec<f64> = (0..60)
        .map(|seed| {
            let queries = times(&events(&preset("expiry-with-jitter", &[]), seed), Kind::Query);
            let starts = queries.windows(2).filter(|pair| pair[1] - pair[0] > 500.0).count() + 1;
            queries.len() as f64 / starts as f64
        })
        .collect();
    let (average, error) = mean(&loads);
    assert!((average - expected).abs() < 4.0 * error, "{average}, expected {expected} ± {error}");
}

/// What does not exist is asked for again and again, unless the answer is
/// remembered: then one load for each of its TTLs.
#[test]
fn not_found_is_an_answer_worth_keeping() {
    for seed in 0..10 {
        let (without, with) = (
            report(&preset("not-found", &[]), seed),
            report(&preset("not-found-cached", &[]), seed),
        );
        assert!(without.db_calls > 150, "one flight after the other: 10 s / 51 ms");
        assert_eq!(with.db_calls, 5, "10 s, 2 s each");
        assert_eq!((without.errors, with.errors), (0, 0), "it is no error");
    }
}
