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

impl fmt::Display for Nanos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0..1_000 => write!(f, "{} ns", self.0),
            1_000..1_000_000 => write!(f, "{:.2} µs", self.0 as f64 / 1e3),
            1_000_000..1_000_000_000 => write!(f, "{:.2} ms", self.ms()),
            _ => write!(f, "{:.2} s", self.secs()),
        }
    }
}
