//! What somebody who runs a shop's cache has seen to (`course`, *checklist*): nine
//! items, each with a pair of runs, of which the first shows what happens without it.
//! What is said of each pair is what the two do, with ten seeds.

use stampede_sim::run::Run;
use stampede_sim::scenario::presets;
use stampede_sim::telemetry::{Kind, Recording, Report};

const SEEDS: std::ops::RangeInclusive<u64> = 1..=10;

/// A run: its numbers, and when a key was first evicted, in milliseconds.
struct Ran {
    report: Report,
    evicted_ms: Option<f64>,
}

impl std::ops::Deref for Ran {
    type Target = Report;

    fn deref(&self) -> &Report {
        &self.report
    }
}

impl Ran {
    fn hit_rate(&self) -> f64 {
        self.hits as f64 / (self.hits + self.misses) as f64
    }
}

fn ran(preset: &str, seed: u64) -> Ran {
    let scenario = presets::find(preset).unwrap();
    let mut run = Run::new(&scenario, &[], seed, Recording::Trace).unwrap();
    run.run_to_end();
    run.read(|tape| Ran {
        report: Report::of(tape, preset, seed),
        evicted_ms: tape.log.iter().find(|e| e.kind == Kind::Displace).map(|e| e.at.ms()),
    })
}

/// Both runs with each seed: without it, and with it.
fn pair(without: &str, with: &str, holds: impl Fn(&Ran, &Ran) -> bool) {
    for seed in SEEDS {
        let (a, b) = (ran(without, seed), ran(with, seed));
        assert!(holds(&a, &b), "{without} / {with}, seed {seed}: {:?} {:?}", a.report, b.report);
    }
}

/// The same pages are loaded again, but not at the same moment.
#[test]
fn ttl() {
    pair("shop-ttl-together", "shop-ttl-spread", |a, b| {
        a.db_peak_concurrency > b.db_peak_concurrency && a.requests == b.requests
    });
}

#[test]
fn invalidation() {
    pair("shop-none", "shop-tags", |a, b| a.stale_reads > 5 && b.stale_reads == 0);
}

/// The estimate is a sum of counts times sizes (`memory_is_counts_times_sizes`), and
/// what is as large as that never evicts.
#[test]
fn memory_estimate() {
    pair("shop-memory-short", "shop-memory-enough", |a, b| {
        a.evicted_ms.is_some() && a.logins_lost > 0 && b.evicted_ms.is_none() && b.logins_lost == 0
    });
}

/// Both are without a cache for 200 ms, and so have the same errors; but what one has
/// lost must be loaded again, and sessions cannot be.
#[test]
fn replication() {
    pair("shop-check-no-replica", "shop-cache-replica", |a, b| {
        a.errors == b.errors
            && a.logins_lost > 10
            && b.logins_lost == 0
            && a.db_calls > b.db_calls + 50
    });
}

/// Errors are as many as pages are asked for without a cache: of a hundred a second,
/// 200 in two seconds and 20 in 200 ms, give or take four times the root of that.
#[test]
fn fail_over() {
    pair("shop-check-by-hand", "shop-cache-replica", |a, b| {
        let near =
            |errors: u64, expected: f64| (errors as f64 - expected).abs() < 4.0 * expected.sqrt();
        near(a.errors, 200.0) && near(b.errors, 20.0) && (a.logins_lost, b.logins_lost) == (0, 0)
    });
}

/// Without it everybody has an error while the cache is down, two seconds of five;
/// with it the database answers most of them, and has no more to do at once than each
/// process may ask.
#[test]
fn fallback() {
    pair("shop-cache-down", "shop-cache-spill", |a, b| {
        (a.db_calls, a.errors > 150) == (0, true)
            && b.errors < a.errors / 2
            && b.db_peak_concurrency <= 8
    });
}

/// Nothing else says so: no errors, the same median, the same p99.
#[test]
fn hit_rate() {
    pair("shop-check-hits-unseen", "shop-check-hits-seen", |a, b| {
        a.hit_rate() < b.hit_rate() - 0.03
            && (a.errors, b.errors) == (0, 0)
            && (a.p50_ms, a.p99_ms) == (b.p50_ms, b.p99_ms)
            && a.db_calls > b.db_calls + 20
    });
}

/// It only grows, is full after seven seconds or so, and goes for sessions then; with a TTL
/// that is right it stays as it is.
#[test]
fn memory() {
    pair("shop-check-memory-unseen", "shop-check-memory-seen", |a, b| {
        let seven_or_so = 5_500.0..=8_500.0;
        a.evicted_ms.is_some_and(|at| seven_or_so.contains(&at))
            && a.logins_lost > 0
            && a.cache_mb > 1.3 * b.cache_mb
            && (b.evicted_ms, b.logins_lost) == (None, 0)
    });
}

/// The slowest tenth says so, and the median does not.
#[test]
fn latency() {
    pair("shop-check-latency-unseen", "shop-check-latency-seen", |a, b| {
        (a.errors, b.errors) == (0, 0) && a.p50_ms == b.p50_ms && a.p90_ms > 5.0 * b.p90_ms
    });
}
