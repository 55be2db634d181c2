//! Sums that lose little, quantiles, and lines through points.

use crate::Millis;
use crate::order::order;
use crate::series::Sample;

/// A sum with what was lost of it (A. Neumaier's version of Kahan's).
#[derive(Clone, Copy, Default)]
pub struct Sum {
    sum: f64,
    lost: f64,
}

impl Sum {
    pub fn add(&mut self, value: f64) {
        let sum = self.sum + value;
        self.lost += if self.sum.abs() >= value.abs() {
            (self.sum - sum) + value
        } else {
            (value - sum) + self.sum
        };
        self.sum = sum;
    }

    pub fn get(self) -> f64 {
        self.sum + self.lost
    }
}

/// The sum of these.
pub fn sum(values: impl Iterator<Item = f64>) -> f64 {
    let mut all = Sum::default();
    values.for_each(|value| all.add(value));
    if all.sum.is_infinite() { all.sum } else { all.get() }
}

/// Whether a mean stays what it is with one more value: an infinite one does,
/// unless an infinite one of the other sign, or a NaN, comes.
pub fn stays(mean: f64, value: f64) -> bool {
    mean.is_infinite()
        && (value.is_infinite() && (mean > 0.0) == (value > 0.0) || value.is_finite())
}

/// The mean of these, none of which may be too large for a sum.
pub fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (mut mean, mut count) = (Sum::default(), 0.0);
    for value in values {
        count += 1.0;
        if !stays(mean.sum, value) {
            mean.add(value / count - mean.sum / count);
        }
    }
    if mean.sum.is_infinite() { mean.sum } else { mean.get() }
}

/// The variance of these, as all there are (B. P. Welford).
pub fn variance(values: impl Iterator<Item = f64>) -> f64 {
    let (mut count, mut mean, mut squares) = (0.0, Sum::default(), Sum::default());
    for value in values {
        count += 1.0;
        let off = value - mean.get();
        mean.add(off / count);
        squares.add(off * (value - mean.get()));
    }
    squares.get() / count
}

/// The `φ`-quantile of these, between two of them in proportion.
pub fn quantile(phi: f64, values: &[f64]) -> f64 {
    if values.is_empty() || phi.is_nan() {
        return f64::NAN;
    }
    if !(0.0..=1.0).contains(&phi) {
        return if phi < 0.0 { f64::NEG_INFINITY } else { f64::INFINITY };
    }
    let order = order(values.len(), &|a, b| ascending(values[a], values[b]));
    let last = values.len() - 1;
    let rank = phi * last as f64;
    let lower = rank.floor();
    let weight = rank - lower;
    let lower = (lower as usize).min(last);
    let value = |rank: usize| values[order[rank.min(last)]];
    value(lower) * (1.0 - weight) + value(lower + 1) * weight
}

/// From the least, NaN before all.
pub fn ascending(a: f64, b: f64) -> std::cmp::Ordering {
    b.is_nan().cmp(&a.is_nan()).then(a.partial_cmp(&b).unwrap_or(std::cmp::Ordering::Equal))
}

/// Slope (per second) and value at `zero` of the line nearest to the samples
/// (least squares).
pub fn regression(samples: &[Sample], zero: Millis) -> (f64, f64) {
    let first = samples[0].v;
    if samples.iter().all(|sample| sample.v == first) {
        return if first.is_infinite() { (f64::NAN, f64::NAN) } else { (0.0, first) };
    }
    let [mut x_sum, mut y_sum, mut xy_sum, mut xx_sum] = [Sum::default(); 4];
    for sample in samples {
        let x = (sample.t - zero) as f64 / 1000.0;
        x_sum.add(x);
        y_sum.add(sample.v);
        xy_sum.add(x * sample.v);
        xx_sum.add(x * x);
    }
    let (n, x, y) = (samples.len() as f64, x_sum.get(), y_sum.get());
    let slope = (xy_sum.get() - x * y / n) / (xx_sum.get() - x * x / n);
    (slope, y / n - slope * x / n)
}

/// The larger of two: infinity if one is, else NaN if one is (Go's `math.Max`;
/// Rust's takes the other).
pub fn max(a: f64, b: f64) -> f64 {
    let infinite = a == f64::INFINITY || b == f64::INFINITY;
    if !infinite && (a.is_nan() || b.is_nan()) { f64::NAN } else { a.max(b) }
}

/// The smaller of two, in the same way.
pub fn min(a: f64, b: f64) -> f64 {
    -max(-a, -b)
}
