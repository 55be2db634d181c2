//! A histogram with fixed buckets, as client libraries of Prometheus keep it.

use crate::engine::Nanos;

/// Counts of durations, by bucket.
#[derive(Clone, Default)]
pub struct Histogram {
    /// Not cumulative, the last one without a bound; empty until something is observed.
    counts: Vec<u64>,
    sum: u128,
}

impl Histogram {
    /// Takes in a duration; `bounds` are upper bounds in nanoseconds, ascending, and
    /// the same each time.
    pub fn observe(&mut self, bounds: &[u64], span: Nanos) {
        if self.counts.is_empty() {
            self.counts = vec![0; bounds.len() + 1];
        }
        // `le` is "less than or equal".
        let bucket = bounds.iter().position(|bound| span.0 <= *bound).unwrap_or(bounds.len());
        self.counts[bucket] += 1;
        self.sum += u128::from(span.0);
    }

    /// Whether anything has been observed.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// By bucket: how many durations were no longer than its bound; of the last one,
    /// how many there were.
    pub fn cumulative(&self) -> impl Iterator<Item = u64> + '_ {
        self.counts.iter().scan(0, |passed, count| {
            *passed += count;
            Some(*passed)
        })
    }

    /// All of them together, in seconds.
    pub fn sum(&self) -> f64 {
        self.sum as f64 / 1e9
    }
}
