//! The adaptive TTL against arithmetic: its moving average (RFC 6298's α = 1/8),
//! what follows from it, and what it costs in answers that are too old.

use crate::common;

use common::{count, events, finish, mean, ms, preset, report, times};
use proptest::prelude::*;
use stampede_sim::protect::adaptive_ttl::AdaptiveTtl;
use stampede_sim::protect::layer::Part;
use stampede_sim::scenario::{AdaptiveTtlSpec, Deed, Popular, Scenario, Switch};
use stampede_sim::telemetry::{Event, Kind};

fn spec(popular: Popular) -> AdaptiveTtlSpec {
    AdaptiveTtlSpec { popular, requests: 10.0, least_ms: 1_000.0, most_ms: 60_000.0 }
}

/// Gaps of 800 and 1,600 ms: the average is 800, then 800 + 800/8 = 900. Within
/// the usual 9 s that is 11.25, then 10 requests: for ten of them the usual TTL
/// is right, and for 11.25 it is 9 · 1.125 or 9 / 1.125.
#[test]
fn the_average_gap_by_hand() {
    for (popular, first) in [(Popular::Longer, 10_125.0), (Popular::Shorter, 8_000.0)] {
        let adaptive = AdaptiveTtl::new(&spec(popular), ms(9_000.0));
        assert_eq!(adaptive.ttl(7), ms(9_000.0), "never asked for");
        adaptive.notice(ms(100.0), 7);
        assert_eq!(adaptive.ttl(7), ms(9_000.0), "asked for once");
        adaptive.notice(ms(900.0), 7);
        assert_eq!(adaptive.ttl(7), ms(first));
        adaptive.notice(ms(2_500.0), 7);
        assert_eq!(adaptive.ttl(7), ms(9_000.0));
        assert_eq!(adaptive.ttl(8), ms(9_000.0), "another key");
        adaptive.reset();
        adaptive.notice(ms(9_999.0), 7);
        assert_eq!(adaptive.ttl(7), ms(9_000.0), "a process that was started again");
    }
}

/// Twice as often, twice as long, or half; never beyond the bounds.
#[test]
fn never_beyond_its_bounds() {
    let kept = |popular, gap: f64| {
        let adaptive = AdaptiveTtl::new(&spec(popular), ms(9_000.0));
        (0..4).for_each(|n| adaptive.notice(ms(f64::from(n) * gap), 0));
        adaptive.ttl(0).ms()
    };
    assert_eq!([450.0, 225.0, 9.0].map(|gap| kept(Popular::Longer, gap)), [18e3, 36e3, 60e3]);
    assert_eq!([450.0, 225.0, 9.0].map(|gap| kept(Popular::Shorter, gap)), [4.5e3, 2.25e3, 1e3]);
    assert_eq!(kept(Popular::Longer, 9_001.0), 1e3);
    assert_eq!(kept(Popular::Shorter, 90_000.0), 60e3);
    // All at one instant: as often as can be.
    assert_eq!([Popular::Longer, Popular::Shorter].map(|p| kept(p, 0.0)), [60e3, 1e3]);
}

/// In the system: one key, asked for every 50 ms, at a usual TTL of 1 s: 20
/// requests. With 10 wanted it is kept for 2 s, or for half a second. The first
/// load of all knows nothing.
#[test]
fn a_value_is_kept_for_so_long() {
    for (popular, kept) in [("longer", 2_000), ("shorter", 500)] {
        let changes = [
            (
                "load",
                r#"{"executor": "constant-arrival-rate", "rate": 20, "duration_ms": 20000, "arrivals": "paced"}"#,
            ),
            ("keys", "{}"),
            ("writes", "{}"),
            ("network.client_ms", "0"),
            ("cache.ttl_ms", "1000"),
            ("db.query_ms", "10"),
            ("adaptive_ttl.requests", "10"),
            ("adaptive_ttl.least_ms", "1"),
            ("adaptive_ttl.popular", popular),
        ];
        let seen = events(&preset("ttl-longer", &changes), 1);
        let said: Vec<u32> = seen.iter().filter(|e| e.kind == Kind::Keep).map(|e| e.arg).collect();
        assert_eq!(said[0], 1_000);
        assert!(said.len() > 5 && said[1..].iter().all(|ms| *ms == kept), "{said:?}");
        let (fills, misses) = (times(&seen, Kind::Fill), times(&seen, Kind::Miss));
        let lived = misses[3] - fills[2];
        assert!((0.0..51.0).contains(&(lived - f64::from(kept))), "{popular}: {lived}");
    }
}

/// A value that is kept for T, where updates come at rate u, has been outdated
/// for T − (1 − e^(−uT))/u of that, on average, when it expires; then comes a gap
/// of 1/λ, and it is loaded anew. So the share of answers that are too old
/// follows from T, whoever chose it.
#[test]
fn what_a_ttl_costs_in_answers_that_are_too_old() {
    let (lambda, share) = (50.0, 0.004);
    for kept in [2.0, 10.0] {
        let ttl = format!("{}", kept * 1e3);
        let bounds = format!(r#"{{"least_ms": {ttl}, "most_ms": {ttl}}}"#);
        let base = [
            ("load", r#"{"executor": "constant-arrival-rate", "rate": 50, "duration_ms": 200000}"#),
            ("keys", "{}"),
            ("writes.share", "0.004"),
            ("network", r#"{"client_ms": 0, "cache_ms": 0.1, "db_ms": 0.1}"#),
            ("db.query_ms", "1"),
        ];
        let adaptive = [("adaptive_ttl", &*bounds), ("cache.ttl_ms", "5000")];
        let fixed = [("protect.adaptive_ttl", "false"), ("cache.ttl_ms", &*ttl)];
        for changes in [adaptive, fixed] {
            let scenario = preset("ttl-longer", &[&base[..], &changes].concat());
            let shares: Vec<f64> = (0..30)
                .map(|seed| {
                    let report = report(&scenario, seed);
                    report.stale_reads as f64 / (report.requests - report.updates) as f64
                })
                .collect();
            let (measured, error) = mean(&shares);
            let u = lambda * share;
            let old = kept - (1.0 - libm::exp(-u * kept)) / u;
            let law = old / (kept + 1.0 / (lambda * (1.0 - share)));
            assert!((measured - law).abs() < 4.0 * error, "{kept} s: {measured}, law {law}");
        }
    }
}

/// An update that leaves the copy alone touches nothing but the database.
#[test]
fn such_an_update_leaves_the_copy() {
    let seen = events(&preset("ttl-fixed", &[]), 1);
    let update = |e: &&Event| e.kind == Kind::Write;
    let updates: Vec<u32> = seen.iter().filter(update).map(|e| e.who).collect();
    let theirs = |e: &&Event| updates.contains(&e.who);
    assert!(updates.len() > 30);
    assert!(!seen.iter().filter(theirs).any(|e| matches!(e.kind, Kind::Fill | Kind::Delete)));
    assert!(count(&seen, Kind::Delete) == 0 && count(&seen, Kind::Outdated) > 0);
}

/// Without singleflight, herds are what expiries cost: longer where the herds are
/// large saves queries, and costs answers that are too old.
#[test]
fn longer_saves_herds_and_costs_freshness() {
    for seed in 0..20 {
        let of = |name: &str| report(&preset(name, &[]), seed);
        let (fixed, longer) = (of("ttl-fixed"), of("ttl-longer"));
        assert!(2 * longer.db_calls < fixed.db_calls, "{} {}", fixed.db_calls, longer.db_calls);
        assert!(2 * longer.stale_reads > 3 * fixed.stale_reads, "{seed}");
    }
}

/// With singleflight an expiry costs one load, so shorter where everybody reads
/// costs little: far fewer answers are too old, at no more queries.
#[test]
fn shorter_is_fresh_where_everybody_reads() {
    for seed in 0..20 {
        let of = |name: &str| report(&preset(name, &[]), seed);
        let (fixed, shorter) = (of("ttl-fixed-singleflight"), of("ttl-shorter"));
        assert!(shorter.db_calls <= fixed.db_calls, "{} {}", fixed.db_calls, shorter.db_calls);
        assert!(2 * shorter.stale_reads < fixed.stale_reads, "{seed}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever else is on, and whatever happens: what is said is within the bounds.
    #[test]
    fn always_within_its_bounds(number in any::<u64>(), seed in 0u64..1000) {
        let mut s: Scenario = common::random::scenario(number);
        if !s.cache.enabled {
            return Ok(());
        }
        (s.protect.adaptive_ttl, s.protect.jitter) = (true, false);
        s.events.retain(|e| !matches!(e.deed, Deed::Switch { defence: Switch::Jitter, .. }));
        let AdaptiveTtlSpec { least_ms, most_ms, .. } = s.adaptive_ttl;
        finish(&s, &[], seed).read(|tape| {
            for kept in tape.log.iter().filter(|e| e.kind == Kind::Keep) {
                let kept = f64::from(kept.arg);
                prop_assert!(least_ms.min(most_ms) <= kept && kept <= most_ms, "{kept}");
            }
            Ok(())
        })?;
    }
}
