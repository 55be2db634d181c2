//! Logistic regression: a score from 0 to 1 for a row of numbers, learned from rows
//! of which it is known what became of them.
//!
//! The score is 1/(1 + e^(−z)), where z is a weighted sum of the numbers and a
//! constant. Learned by gradient descent on the mean cross-entropy, with all rows
//! in each step: nothing is drawn, and the same rows give the same weights, to the
//! bit. Numbers are first brought to a mean of 0 and a standard deviation of 1, so
//! that one step size suits all.
//!
//! Cox, *The Regression Analysis of Binary Sequences*, Journal of the Royal
//! Statistical Society B 20 (1958).

use super::features::COUNT;

/// How far a step goes along the gradient.
pub const STEP: f64 = 1.0;

/// A row, and whether it was one of those that are looked for.
pub type Labelled = ([f64; COUNT], bool);

/// What has been learned.
#[derive(Clone, PartialEq, Debug)]
pub struct Logistic {
    /// For each number, how much it counts.
    pub weights: [f64; COUNT],
    /// What is added.
    pub bias: f64,
    /// How many steps that took.
    pub epochs: u32,
    mean: [f64; COUNT],
    deviation: [f64; COUNT],
}

impl Logistic {
    /// Has learned nothing but what numbers are usual: every score is ½.
    pub fn new(rows: &[Labelled]) -> Logistic {
        let n = rows.len().max(1) as f64;
        let mut mean = [0.0; COUNT];
        rows.iter().for_each(|(row, _)| add(&mut mean, row, 1.0 / n));
        let mut deviation = [0.0; COUNT];
        for (row, _) in rows {
            let squares = std::array::from_fn(|i| (row[i] - mean[i]) * (row[i] - mean[i]));
            add(&mut deviation, &squares, 1.0 / n);
        }
        // A number that is always the same, but for rounding, says nothing.
        let deviation = deviation.map(|v| if v > 1e-18 { v.sqrt() } else { 1.0 });
        Logistic { weights: [0.0; COUNT], bias: 0.0, epochs: 0, mean, deviation }
    }

    /// How likely it is that a row is one of those that are looked for.
    pub fn score(&self, row: &[f64; COUNT]) -> f64 {
        let row = self.standard(row);
        let z = row.iter().zip(&self.weights).fold(self.bias, |z, (x, weight)| z + x * weight);
        1.0 / (1.0 + libm::exp(-z))
    }

    /// One step over all rows.
    pub fn learn(&mut self, rows: &[Labelled]) {
        let (weights, bias) = self.gradient(rows);
        add(&mut self.weights, &weights, -STEP);
        self.bias -= STEP * bias;
        self.epochs += 1;
    }

    /// The mean cross-entropy: how surprised it is at what became of the rows.
    pub fn loss(&self, rows: &[Labelled]) -> f64 {
        let surprise = |(row, is): &Labelled| {
            let score = self.score(row);
            -libm::log(if *is { score } else { 1.0 - score }.max(f64::MIN_POSITIVE))
        };
        rows.iter().map(surprise).sum::<f64>() / rows.len().max(1) as f64
    }

    /// How that changes with each weight, and with what is added.
    pub fn gradient(&self, rows: &[Labelled]) -> ([f64; COUNT], f64) {
        let n = rows.len().max(1) as f64;
        let (mut weights, mut bias) = ([0.0; COUNT], 0.0);
        for (row, is) in rows {
            let error = self.score(row) - f64::from(u8::from(*is));
            add(&mut weights, &self.standard(row), error / n);
            bias += error / n;
        }
        (weights, bias)
    }

    fn standard(&self, row: &[f64; COUNT]) -> [f64; COUNT] {
        std::array::from_fn(|i| (row[i] - self.mean[i]) / self.deviation[i])
    }
}

/// Adds so many times `what`.
fn add(to: &mut [f64; COUNT], what: &[f64; COUNT], times: f64) {
    to.iter_mut().zip(what).for_each(|(to, what)| *to += times * what);
}
