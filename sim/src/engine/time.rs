//! Virtual time in whole nanoseconds.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};

/// An instant (since the start of the run) or a span of virtual time, in
/// nanoseconds. Integers, so that adding never rounds: two machines that
/// agree on the inputs agree on every event.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct Nanos(pub u64);

impl Nanos {
    /// The start of every run.
    pub const ZERO: Nanos = Nanos(0);
    /// The latest instant the log can hold (2⁵⁶ − 1 ns, about 2.3 years).
    pub const MAX: Nanos = Nanos((1 << 56) - 1);

    /// From milliseconds, rounded to the nearest nanosecond; negative and NaN
    /// become 0, too large becomes [`Nanos::MAX`].
    pub fn from_ms(ms: f64) -> Nanos {
        Nanos::from_f64(ms * 1e6)
    }

    /// From seconds, with the rounding of [`Nanos::from_ms`].
    pub fn from_secs(secs: f64) -> Nanos {
        Nanos::from_f64(secs * 1e9)
    }

    /// From a number of nanoseconds, with the rounding of [`Nanos::from_ms`].
    pub fn from_f64(nanos: f64) -> Nanos {
        // A float-to-integer cast saturates, and maps NaN to 0.
        Nanos((nanos + 0.5) as u64).min(Nanos::MAX)
    }

    /// In milliseconds.
    pub fn ms(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// In seconds.
    pub fn secs(self) -> f64 {
        self.0 as f64 / 1e9
    }

    /// The span from `earlier` to here, or zero if `earlier` is later.
    pub fn since(self, earlier: Nanos) -> Nanos {
        Nanos(self.0.saturating_sub(earlier.0))
    }
}

impl Add for Nanos {
    type Output = Nanos;
    fn add(self, span: Nanos) -> Nanos {
        Nanos(self.0 + span.0)
    }
}

impl AddAssign for Nanos {
    fn add_assign(&mut self, span: Nanos) {
        self.0 += span.0;
    }
}

impl Sub for Nanos {
    type Output = Nanos;
    fn sub(self, span: Nanos) -> Nanos {
        Nanos(self.0 - span.0)
    }
}

impl Nanos {
    /// How many units of so many nanoseconds it is, rounded (half up) to so many
    /// digits after the point, at most as many as a unit has. In whole numbers:
    /// to write a fraction to a digit is more code than a clock should cost.
    pub fn decimal(self, unit: u64, digits: u32) -> String {
        let scale = 10u64.pow(digits);
        let digit = unit / scale;
        let rounded = (self.0 + digit / 2) / digit;
        match digits {
            0 => rounded.to_string(),
            _ => format!("{}.{:02$}", rounded / scale, rounded % scale, digits as usize),
        }
    }
}

impl fmt::Display for Nanos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0..1_000 => write!(f, "{} ns", self.0),
            1_000..1_000_000 => write!(f, "{} µs", self.decimal(1_000, 2)),
            1_000_000..1_000_000_000 => write!(f, "{} ms", self.decimal(1_000_000, 2)),
            _ => write!(f, "{} s", self.decimal(1_000_000_000, 2)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_in_units() {
        let span = Nanos(1_234_567_890);
        assert_eq!(span.decimal(1_000_000, 1), "1234.6");
        assert_eq!(span.decimal(1_000_000_000, 3), "1.235");
        assert_eq!(span.decimal(1_000_000, 0), "1235");
        assert_eq!(Nanos(5_000_000).decimal(1_000_000, 2), "5.00");
        assert_eq!(Nanos(50_000).decimal(1_000_000, 1), "0.1", "half up");
        let texts = [999, 1_500, 2_345_678, 61_000_000_000].map(|n| Nanos(n).to_string());
        assert_eq!(texts, ["999 ns", "1.50 µs", "2.35 ms", "61.00 s"]);
    }
}
