//! Each flawed version beside the one that does it right: the symptom is
//! plain, in many runs, and gone on the other side.

use crate::common;

use std::collections::BTreeSet;

use common::{events, preset, report, times};
use stampede_sim::scenario::{Flaw, presets};
use stampede_sim::telemetry::{Event, Kind, Report};

const SEEDS: std::ops::Range<u64> = 0..10;

/// Runs both presets with every seed.
fn each(flawed: &str, right: &str, check: impl Fn(Report, Report)) {
    for seed in SEEDS {
        check(report(&preset(flawed, &[]), seed), report(&preset(right, &[]), seed));
    }
}

/// Flaw 6: identical TTLs. (More in `expiry_policies.rs`.)
#[test]
fn truncated_jitter() {
    each("warm-jitter-flawed", "warm-jitter", |flawed, right| {
        assert!(flawed.db_peak_concurrency > 2 * right.db_peak_concurrency);
    });
}

/// Flaw 7: a serial convoy: as many loads as requests, one after the other.
#[test]
fn never_fills() {
    each("lock-convoy-flawed", "lock-convoy", |flawed, right| {
        assert_eq!((flawed.db_calls, flawed.fills, flawed.db_peak_concurrency), (20, 0, 1));
        assert_eq!((right.db_calls, right.fills), (1, 1));
        assert!(flawed.max_ms > 20.0 * 50.0 && flawed.max_ms > 8.0 * right.max_ms);
    });
}

/// Flaw 8: everybody waits for nobody, then fails; nothing was wrong with the
/// database.
#[test]
fn error_is_busy() {
    each("lock-down-flawed", "lock-down", |flawed, right| {
        assert_eq!((flawed.ok, flawed.db_calls), (0, 0));
        assert!(flawed.p50_ms > 2000.0, "the whole patience");
        assert_eq!((right.ok, right.db_calls), (100, 4));
    });
}

/// Flaw 10: the lock is outlived: several load, and an old value overwrites a
/// newer one. Prolonged and fenced, neither happens.
#[test]
fn unfenced_lock() {
    let backwards = |name: &str, seed| {
        // The value of a fill is that of the query that came before it.
        let mut query = std::collections::BTreeMap::new();
        let (mut started, mut last, mut back) = (0, 0, 0);
        for e in events(&preset(name, &[]), seed) {
            match e.kind {
                Kind::Query => {
                    started += 1;
                    query.insert(e.who, started);
                }
                Kind::Fill => {
                    back += u32::from(query[&e.who] < last);
                    last = query[&e.who];
                }
                _ => {}
            }
        }
        back
    };
    let mut overwritten = 0;
    for seed in 0..40 {
        overwritten += backwards("lock-outlived-flawed", seed);
        assert_eq!(backwards("lock-outlived", seed), 0);
        let (flawed, right) = (
            report(&preset("lock-outlived-flawed", &[]), seed),
            report(&preset("lock-outlived", &[]), seed),
        );
        assert_eq!(right.db_calls, 1);
        assert!(flawed.db_calls >= right.db_calls);
    }
    assert!(overwritten > 10, "{overwritten} old values over newer ones in 40 runs");
    let seen = events(&preset("lock-outlived-flawed", &[]), 1);
    assert!(
        seen.iter().any(|e| e.kind == Kind::Unlock && e.arg == 0),
        "a release of what is not held"
    );
}

/// Flaw 12: never stale: every reader waits for the database.
#[test]
fn stale_by_ttl() {
    each("stale-by-ttl-flawed", "stale-by-soft-ttl", |flawed, right| {
        assert_eq!((flawed.stale, flawed.db_calls), (0, 100));
        assert_eq!((right.stale, right.db_calls), (100, 1));
        assert!(right.max_ms < 25.0 && flawed.p50_ms > 80.0);
    });
    // And a living key in its last half second looks stale.
    let early = preset("stale-by-ttl-flawed", &[("load.at_ms", "700"), ("load.requests", "1")]);
    assert_eq!(report(&early, 1).stale, 1);
}

/// Flaw 13: as many refreshes as readers.
#[test]
fn refresh_per_reader() {
    each("refresh-per-reader-flawed", "expiry-stale", |flawed, right| {
        assert_eq!(flawed.refreshes, flawed.stale);
        assert!(flawed.refreshes > 60 && right.refreshes == 9);
    });
}

/// Flaw 24: as many refreshes as readers, and each begins in that part of a second in
/// which its reader came: within the 400 ms that the first query takes, of whichever
/// second. Right is one for each process, at any time of the 30 seconds.
#[test]
fn refresh_in_slots() {
    let mut halves = [0; 2];
    for seed in SEEDS {
        let seen = |name: &str| {
            let seen = events(&preset(name, &[]), seed);
            let expired = seen.iter().find(|e| e.kind == Kind::Stale).unwrap().at;
            let queries =
                seen.iter().filter(|e| e.kind == Kind::Query).map(|e| e.at.since(expired));
            let queries: Vec<f64> = queries.map(|since| since.ms()).collect();
            let stale = seen.iter().filter(|e| e.kind == Kind::Stale).count();
            (queries, stale)
        };
        let (flawed, readers) = seen("refresh-in-slots-flawed");
        assert!(readers > 150 && flawed.len() == readers, "{readers} {}", flawed.len());
        // Readers come until the first query is answered.
        let width = flawed[0] + 405.0;
        assert!(flawed.iter().all(|ms| ms % 1e3 < width && *ms < 30_000.0), "{flawed:?}");
        assert!(width < 650.0, "{width}");
        let (right, readers) = seen("refresh-spread");
        assert!(readers > 100 && (8..=16).contains(&right.len()), "{readers} {right:?}");
        right.iter().for_each(|ms| halves[usize::from(ms % 1e3 > 500.0)] += 1);
    }
    assert!(halves.iter().all(|half| *half > 25), "{halves:?} of some 80");
}

/// What passes a breaker from half-open to its next verdict.
fn half_open_calls(seen: &[Event]) -> Vec<usize> {
    let mut calls = Vec::new();
    let mut open = false;
    for e in seen {
        match e.kind {
            Kind::HalfOpen => {
                open = true;
                calls.push(0);
            }
            Kind::Query if open => *calls.last_mut().unwrap() += 1,
            Kind::Close | Kind::Trip => open = false,
            _ => {}
        }
    }
    calls
}

/// Flaw 14, first half: half-open, everybody is let through.
#[test]
fn racy_breaker_half_open() {
    for seed in SEEDS {
        let flawed = half_open_calls(&events(&preset("half-open-flawed", &[]), seed));
        let right = half_open_calls(&events(&preset("half-open", &[]), seed));
        // 300 a second while the first one takes 90 ms.
        assert!(flawed.iter().any(|n| *n > 15), "seed {seed}: {flawed:?}");
        assert!(right.iter().all(|n| *n == 1), "seed {seed}: {right:?}");
    }
}

/// Flaw 14, second half: late successes close it while the database is slow.
#[test]
fn racy_breaker_late_success() {
    let closed_in_brownout = |name, seed| {
        let at = times(&events(&preset(name, &[]), seed), Kind::Close);
        at.iter().filter(|at| (2_000.0..8_000.0).contains(*at)).count()
    };
    for seed in SEEDS {
        assert!(closed_in_brownout("late-success-flawed", seed) >= 5, "seed {seed}");
        // Open for 3 s; then one slow call succeeds, and that is a result of now.
        assert!(closed_in_brownout("late-success", seed) <= 1, "seed {seed}");
    }
}

/// Flaw 15: the leader's client gives up, and everybody fails.
#[test]
fn leader_context() {
    each("leader-leaves-flawed", "leader-leaves", |flawed, right| {
        assert_eq!(flawed.ok, 0);
        // The answer is there 20 ms after the leader has given up, of the 40 in
        // which all of them come.
        assert!((35..65).contains(&right.ok), "who came late enough is served: {}", right.ok);
    });
}

/// Flaw 19: a cache outage is the database's too.
#[test]
fn error_is_miss() {
    let answered = |name, seed| {
        let seen = events(&preset(name, &[]), seed);
        times(&seen, Kind::Ok).iter().filter(|at| (5_000.0..8_000.0).contains(*at)).count()
    };
    for seed in SEEDS {
        let (flawed, right) = (answered("cache-down-flawed", seed), answered("cache-down", seed));
        // The database can do 400 a second.
        assert!(right > 1000, "seed {seed}: {right}");
        assert!(3 * flawed < right, "seed {seed}: {flawed} of {right}");
    }
}

/// Flaw 20: one load, a hundred writes.
#[test]
fn followers_save() {
    each("followers-save-flawed", "demo-with-singleflight", |flawed, right| {
        assert_eq!((flawed.db_calls, flawed.fills), (1, 100));
        assert_eq!((right.db_calls, right.fills), (1, 1));
    });
}

/// Flaw 23: those who would have cost nothing are turned away.
#[test]
fn limit_first() {
    each("limit-first-flawed", "limit-behind", |flawed, right| {
        assert_eq!((flawed.refused, flawed.ok, flawed.db_calls), (90, 10, 1));
        assert_eq!((right.refused, right.ok, right.db_calls), (0, 100, 1));
    });
}

/// 003: an empty page is loaded as often as it is asked for, and otherwise once: two
/// of ten pages are empty.
#[test]
fn empty_is_miss() {
    each("shop-empty-flawed", "shop-empty", |flawed, right| {
        assert!(flawed.db_calls > right.db_calls + 20, "{} {}", flawed.db_calls, right.db_calls);
    });
}

/// 003: a category and a page of the list have one key.
#[test]
fn short_keys() {
    each("shop-short-keys-flawed", "shop-own-keys", |flawed, right| {
        assert!(flawed.mixed > 50, "{}", flawed.mixed);
        assert_eq!(right.mixed, 0);
    });
}

/// Every flaw has a preset, and each of those presets says so in its name.
#[test]
fn every_flaw_can_be_seen() {
    let shown: BTreeSet<&str> = presets::PRESETS
        .iter()
        .filter(|(name, _)| name.ends_with("-flawed"))
        .map(|(name, _)| presets::find(name).unwrap().protect.flaw.word())
        .collect();
    let all: BTreeSet<&str> = Flaw::WORDS[1..].iter().copied().collect();
    assert_eq!(shown, all);
    for (name, _) in presets::PRESETS {
        let flaw = presets::find(name).unwrap().protect.flaw;
        assert_eq!(flaw != Flaw::None, name.ends_with("-flawed"), "{name}");
    }
}
