//! Counts over the last ten seconds.
//!
//! Ten buckets of a second each, of which the last one is still being filled: the
//! rolling window of Hystrix, with its defaults (Netflix, *Hystrix* wiki,
//! "Configuration": `metrics.rollingStats.timeInMilliseconds` 10000,
//! `metrics.rollingStats.numBuckets` 10).

use crate::engine::Nanos;

/// Buckets in a window.
const BUCKETS: u64 = 10;
/// How long each is.
const SECOND: u64 = 1_000_000_000;

/// How often something happened, and how often it was of the one of two sorts.
#[derive(Clone, Copy, Default)]
pub struct Rolling {
    /// By the second's last digit: which second, all, and those of that sort.
    buckets: [(u64, u32, u32); BUCKETS as usize],
}

impl Rolling {
    /// It happened.
    pub fn add(&mut self, at: Nanos, is_sort: bool) {
        let second = at.0 / SECOND;
        let bucket = &mut self.buckets[(second % BUCKETS) as usize];
        if bucket.0 != second {
            *bucket = (second, 0, 0);
        }
        bucket.1 += 1;
        bucket.2 += u32::from(is_sort);
    }

    /// How often in the window that ends at `now`: all, and of that sort.
    pub fn sums(&self, now: Nanos) -> [u64; 2] {
        let within = |second: u64| second <= now.0 / SECOND && second + BUCKETS > now.0 / SECOND;
        let buckets = self.buckets.iter().filter(|bucket| within(bucket.0));
        buckets.fold([0, 0], |[all, some], bucket| {
            [all + u64::from(bucket.1), some + u64::from(bucket.2)]
        })
    }

    /// The share of that sort; not a number where nothing happened.
    pub fn share(&self, now: Nanos) -> f64 {
        let [all, some] = self.sums(now);
        if all == 0 { f64::NAN } else { some as f64 / all as f64 }
    }

    /// How often a second, where counting began at `since`.
    pub fn rate(&self, now: Nanos, since: Nanos) -> f64 {
        let begin = (now.0 / SECOND + 1).saturating_sub(BUCKETS) * SECOND;
        let span = now.since(since.max(Nanos(begin))).secs();
        if span > 0.0 { self.sums(now)[0] as f64 / span } else { 0.0 }
    }
}
