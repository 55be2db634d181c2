//! How long requests took.

use hdrhistogram::Histogram;

use crate::engine::Nanos;

/// Upper bounds, in nanoseconds, of the buckets of `request_duration_seconds`:
/// the default buckets of the Prometheus client libraries, with finer steps
/// below 5 ms, where a cache answers.
pub const BUCKETS: [u64; 14] = [
    500_000,
    1_000_000,
    2_500_000,
    5_000_000,
    10_000_000,
    25_000_000,
    50_000_000,
    100_000_000,
    250_000_000,
    500_000_000,
    1_000_000_000,
    2_500_000_000,
    5_000_000_000,
    10_000_000_000,
];

/// Response times, from the client's sending to its answer: exact count, sum,
/// minimum and maximum, exact counts in [`BUCKETS`], and quantiles to three
/// significant digits (HdrHistogram).
#[derive(Clone)]
pub struct Latency {
    quantiles: Histogram<u64>,
    buckets: [u64; BUCKETS.len() + 1],
    sum: u128,
    min: u64,
    max: u64,
}

impl Default for Latency {
    fn default() -> Latency {
        // One hour at most without growing; the only error is a bad precision.
        let mut quantiles =
            Histogram::new_with_bounds(1, 3_600_000_000_000, 3).expect("3 digits are allowed");
        quantiles.auto(true);
        Latency { quantiles, buckets: [0; BUCKETS.len() + 1], sum: 0, min: u64::MAX, max: 0 }
    }
}

impl Latency {
    /// Adds one response time.
    #[inline(always)]
    pub fn record(&mut self, span: Nanos) {
        let nanos = span.0;
        self.quantiles.saturating_record(nanos.max(1));
        // Most answers come from the cache, in one of the first buckets.
        let bucket = BUCKETS.iter().position(|bound| nanos <= *bound);
        self.buckets[bucket.unwrap_or(BUCKETS.len())] += 1;
        self.sum += u128::from(nanos);
        self.min = self.min.min(nanos);
        self.max = self.max.max(nanos);
    }

    /// How many were recorded.
    pub fn count(&self) -> u64 {
        self.quantiles.len()
    }

    /// The `q`-quantile (0 to 1): the smallest recorded time, to three digits,
    /// that at least a share `q` of the requests did not pass. Zero if empty.
    pub fn quantile(&self, q: f64) -> Nanos {
        if self.count() == 0 {
            return Nanos::ZERO;
        }
        Nanos(self.quantiles.value_at_quantile(q).clamp(self.min, self.max))
    }

    /// The shortest. Zero if empty.
    pub fn min(&self) -> Nanos {
        Nanos(if self.count() == 0 { 0 } else { self.min })
    }

    /// The longest. Zero if empty.
    pub fn max(&self) -> Nanos {
        Nanos(self.max)
    }

    /// All of them added up, in nanoseconds.
    pub fn sum(&self) -> u128 {
        self.sum
    }

    /// The mean, in nanoseconds. Zero if empty.
    pub fn mean(&self) -> f64 {
        if self.count() == 0 { 0.0 } else { self.sum as f64 / self.count() as f64 }
    }

    /// Counts per bucket of [`BUCKETS`] (not cumulative), and above the last.
    pub fn buckets(&self) -> &[u64; BUCKETS.len() + 1] {
        &self.buckets
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_belongs_to_its_own_bucket() {
        // Prometheus: `le` is "less than or equal".
        let mut latency = Latency::default();
        for nanos in [500_000, 500_001, 1_000_000, 10_000_000_000, 10_000_000_001] {
            latency.record(Nanos(nanos));
        }
        let mut expected = [0; BUCKETS.len() + 1];
        (expected[0], expected[1], expected[13], expected[14]) = (1, 2, 1, 1);
        assert_eq!(latency.buckets(), &expected);
    }

    #[test]
    fn quantiles_of_one_to_a_thousand_milliseconds() {
        let mut latency = Latency::default();
        for ms in 1..=1000 {
            latency.record(Nanos::from_ms(f64::from(ms)));
        }
        for (q, ms) in [(0.5, 500.0), (0.9, 900.0), (0.99, 990.0)] {
            let got = latency.quantile(q).ms();
            assert!((got - ms).abs() <= ms * 1e-3, "{q}: {got}");
        }
        assert_eq!(latency.max(), Nanos::from_ms(1000.0));
        assert_eq!(latency.min(), Nanos::from_ms(1.0));
        assert_eq!(latency.mean(), 500.5e6);
    }

    #[test]
    fn empty_is_zero() {
        let latency = Latency::default();
        assert_eq!((latency.quantile(0.99), latency.min(), latency.max()), Default::default());
        assert_eq!(latency.mean(), 0.0);
    }
}
