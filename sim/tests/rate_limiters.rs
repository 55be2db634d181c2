//! Rate limiters against golang.org/x/time/rate, go-chi/httprate, Cloudflare's
//! worked example, and `governor` as an independent token bucket.

use crate::common;

use std::num::NonZeroU32;
use std::time::Duration;

use common::ms;
use governor::clock::FakeRelativeClock;
use governor::{Quota, RateLimiter};
use proptest::prelude::*;
use stampede_sim::protect::limiter::Limiter;
use stampede_sim::protect::quota::{Rule, SlidingCounter};
use stampede_sim::scenario::{LimiterRule, LimiterSpec};

fn bucket(rate: f64, burst: u32) -> Limiter {
    Limiter::new(&LimiterSpec { rate, burst, ..LimiterSpec::default() })
}

fn window(rule: LimiterRule, limit: u32, window_ms: f64) -> Limiter {
    Limiter::new(&LimiterSpec { rule, limit, window_ms, ..LimiterSpec::default() })
}

/// x/time/rate: 10 a second, burst 3. At one instant: two, not two more, one,
/// not another. After 100 ms there is one; four are never granted at once.
#[test]
fn token_bucket_as_x_time_rate() {
    let bucket = bucket(10.0, 3);
    let t0 = ms(0.0);
    assert!(bucket.allows(t0, 2));
    assert!(!bucket.allows(t0, 2));
    assert!(bucket.allows(t0, 1));
    assert!(!bucket.allows(t0, 1));
    let t1 = ms(100.0);
    assert!(!bucket.allows(t1, 4));
    assert!(bucket.allows(t1, 1));
    assert!(!bucket.allows(t1, 1));
    // Idle, it fills to its burst and no further.
    let t9 = ms(60_000.0);
    assert!(!bucket.allows(t9, 4));
    assert!(bucket.allows(t9, 3));
    assert!(!bucket.allows(t9, 1));
}

#[test]
fn fifteen_at_once_burst_five() {
    let bucket = bucket(10.0, 5);
    assert_eq!((0..15).filter(|_| bucket.allows(ms(3.0), 1)).count(), 5);
}

#[test]
fn more_than_the_burst_is_never_granted() {
    let bucket = bucket(1000.0, 5);
    assert!(!bucket.allows(ms(86_400_000.0), 6));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    /// The same answers as governor's GCRA, whose rate is a whole number of
    /// nanoseconds a token too.
    #[test]
    fn token_bucket_as_governor(
        rate in 1u32..1000,
        burst in 1u32..20,
        gaps in prop::collection::vec(0u64..50_000_000, 1..200),
    ) {
        let each = Duration::from_nanos(1_000_000_000 / u64::from(rate));
        let whole = 1e9 / each.as_nanos() as f64;
        let clock = FakeRelativeClock::default();
        let quota = Quota::with_period(each).unwrap().allow_burst(NonZeroU32::new(burst).unwrap());
        let theirs = RateLimiter::direct_with_clock(quota, clock.clone());
        let ours = bucket(whole, burst);
        let mut at = 0;
        for gap in gaps {
            at += gap;
            clock.advance(Duration::from_nanos(gap));
            prop_assert_eq!(
                ours.allows(stampede_sim::engine::Nanos(at), 1),
                theirs.check().is_ok(),
                "at {} ns", at
            );
        }
    }

    /// A fixed window never grants more than its limit in a window of its own,
    /// nor a sliding one more than twice that in any.
    #[test]
    fn windows_keep_their_limit(limit in 1u32..50, gaps in prop::collection::vec(0u64..40, 1..400)) {
        let fixed = window(LimiterRule::FixedWindow, limit, 1000.0);
        let sliding = window(LimiterRule::SlidingWindow, limit, 1000.0);
        let mut passed = Vec::new();
        let mut first = None;
        let mut counts = std::collections::BTreeMap::new();
        let mut at = 0u64;
        for gap in gaps {
            at += gap;
            let begin = *first.get_or_insert(at);
            if sliding.allows(ms(at as f64), 1) {
                passed.push(at);
            }
            if fixed.allows(ms(at as f64), 1) {
                *counts.entry((at - begin) / 1000).or_insert(0u32) += 1;
            }
        }
        prop_assert!(counts.values().all(|n| *n <= limit));
        let passes = passed.iter().enumerate();
        let most = passes.map(|(i, at)| passed[i..].partition_point(|later| *later < at + 1000)).max();
        prop_assert!(most.unwrap_or(0) <= 2 * limit as usize, "{:?}", most);
    }
}

/// The fault of a fixed window: a limit of 100 a minute admits 200 in 1.9 s,
/// around its edge.
#[test]
fn a_fixed_window_admits_twice_its_limit_around_its_edge() {
    let window = window(LimiterRule::FixedWindow, 100, 60_000.0);
    assert!(window.allows(ms(0.0), 1));
    let burst =
        |from: f64| (0..100).filter(|i| window.allows(ms(from + f64::from(*i) * 9.0), 1)).count();
    let passed = burst(59_050.0) + burst(60_050.0);
    assert_eq!(passed, 199, "one was used at 0");
}

/// httprate: limit 3 gives three and then none; counting in twos with a limit
/// of 2, one and then none; in fours with a limit of 3, never any.
#[test]
fn sliding_window_as_httprate() {
    let answers = |limit, n, times: usize| -> Vec<bool> {
        let window = window(LimiterRule::SlidingWindow, limit, 1000.0);
        (0..times).map(|_| window.allows(ms(5.0), n)).collect()
    };
    assert_eq!(answers(3, 1, 4), [true, true, true, false]);
    assert_eq!(answers(2, 2, 3), [true, false, false]);
    assert_eq!(answers(3, 4, 3), [false, false, false]);
}

/// Cloudflare's example: 42 in the last minute, 18 in this one, 15 s into it:
/// 42·45/60 + 18 = 49.5.
#[test]
fn sliding_window_as_cloudflare() {
    let (rule, mut window) = (Rule::new(1000, ms(60_000.0), 0), SlidingCounter::default());
    (0..42).for_each(|_| assert!(window.take(&rule, ms(0.0), 1).is_ok()));
    (0..18).for_each(|_| assert!(window.take(&rule, ms(61_000.0), 1).is_ok()));
    assert_eq!(window.rate(&rule, ms(75_000.0)), 49.5);
    // After two windows without a request, the last one was empty.
    assert!(window.take(&rule, ms(240_000.0), 1).is_ok());
    assert_eq!(window.rate(&rule, ms(240_000.0)), 1.0);
}

/// What is refused is not counted.
#[test]
fn refusals_do_not_count() {
    let (rule, mut window) = (Rule::new(10, ms(1000.0), 0), SlidingCounter::default());
    let passed = (0..1000).filter(|_| window.take(&rule, ms(0.0), 1).is_ok()).count();
    assert_eq!((passed, window.rate(&rule, ms(0.0))), (10, 10.0));
}

/// A window begins when it is first used, not on the clock: after a first request
/// at 59.9 s, the minute in which it counts ends at 119.9 s.
#[test]
fn a_window_begins_with_its_first_request() {
    let at = [59_900.0, 60_100.0, 119_800.0, 119_900.0];
    let fixed = window(LimiterRule::FixedWindow, 2, 60_000.0);
    assert_eq!(at.map(|at| fixed.allows(ms(at), 1)), [true, true, false, true]);
    // All of the last window still counts as this one begins.
    let sliding = window(LimiterRule::SlidingWindow, 2, 60_000.0);
    assert_eq!(at.map(|at| sliding.allows(ms(at), 1)), [true, true, false, false]);
}
