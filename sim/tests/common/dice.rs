//! Random choices by a number: the same number, the same choices, everywhere.

use stampede_sim::engine::streams::{Purpose, Stream};

/// Dice that choose.
pub struct Dice(Stream);

impl Dice {
    /// Those of a number.
    pub fn new(number: u64) -> Dice {
        Dice(Stream::new(number, Purpose::Faults, 77))
    }

    /// From 0 to below 1.
    pub fn unit(&mut self) -> f64 {
        self.0.unit()
    }

    /// From 0 to below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0.below(end)
    }

    /// A whole number between two, both of which may come.
    pub fn between(&mut self, from: f64, to: f64) -> f64 {
        (from + self.unit() * (to - from)).round()
    }

    /// Yes, in such a share of cases.
    pub fn yes(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    /// One of some.
    pub fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }

    /// A whole number between two in such a share of cases, otherwise 0.
    pub fn maybe(&mut self, share: f64, from: f64, to: f64) -> f64 {
        if self.yes(share) { self.between(from, to) } else { 0.0 }
    }
}
