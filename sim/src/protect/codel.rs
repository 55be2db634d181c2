//! Controlled delay: refuse those who have queued too long.
//!
//! A queue that empties now and then is doing its job. One whose *smallest*
//! delay over an interval is above a target never empties: it only makes
//! everybody late, and whoever comes out of it last has clients that have left
//! long ago. While that is so, who has waited twice the target is refused, so
//! that the others are in time.
//!
//! Nichols and Jacobson, *Controlling Queue Delay* (2012): 5 ms over 100 ms;
//! as used for requests in folly's `Codel`.

use std::cell::Cell;

use super::layer::Part;
use crate::engine::Nanos;
use crate::scenario::CodelSpec;

/// The state of one queue.
pub struct Codel {
    target: Nanos,
    interval: Nanos,
    /// When the current interval ends.
    end: Cell<Nanos>,
    /// The smallest delay in it; `None`: nobody has come out yet.
    smallest: Cell<Option<Nanos>>,
    overloaded: Cell<bool>,
}

impl Codel {
    /// A queue in which nobody has waited yet.
    pub fn new(spec: &CodelSpec) -> Codel {
        let (target, interval) = (Nanos::from_ms(spec.target_ms), Nanos::from_ms(spec.interval_ms));
        let (end, smallest) = (Cell::new(Nanos::ZERO), Cell::new(None));
        Codel { target, interval, end, smallest, overloaded: Cell::new(false) }
    }

    /// Somebody comes out of the queue after `delay`: whether to refuse.
    pub fn refuses(&self, now: Nanos, delay: Nanos) -> bool {
        if now > self.end.get() {
            self.end.set(now + self.interval);
            self.overloaded.set(self.smallest.get().is_some_and(|least| least > self.target));
            self.smallest.set(None);
        }
        let least = self.smallest.get().map_or(delay, |least| least.min(delay));
        self.smallest.set(Some(least));
        self.overloaded.get() && delay > Nanos(2 * self.target.0)
    }
}

impl Part for Codel {
    fn reset(&self) {
        self.end.set(Nanos::ZERO);
        self.smallest.set(None);
        self.overloaded.set(false);
    }
}
