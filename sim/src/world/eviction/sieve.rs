//! SIEVE: who was not asked for since the hand came by last goes.
//!
//! Keys stand in the order in which they came, and are never moved: a hit only
//! marks its key. A hand goes from the oldest to the newest, and then again from
//! the oldest. It takes the marks away, and the first key that has none goes. There
//! the hand stays. So what comes once and never again is soon met and goes, and
//! what is asked for stays where it is.
//!
//! Zhang, Yang, Yue, Vigfusson and Rashmi, *SIEVE is Simpler than LRU*, NSDI 2024,
//! Algorithm 1.

use super::Rule;
use super::queue::{Place, Queue};
use crate::world::request::Key;

/// Keys in the order in which they came, and the hand.
#[derive(Default)]
pub struct Sieve {
    queue: Queue,
    /// `None`: it begins with the oldest.
    hand: Option<Place>,
}

impl Rule for Sieve {
    fn enter(&mut self, key: Key) -> Place {
        self.queue.push(key)
    }

    fn hit(&mut self, place: Place) {
        self.queue.mark(place, true);
    }

    fn victim(&mut self) -> Option<Key> {
        let mut place = self.hand.or(self.queue.oldest())?;
        while self.queue.mark(place, false) {
            place = self.queue.newer(place).or(self.queue.oldest())?;
        }
        self.hand = Some(place);
        Some(self.queue.key(place))
    }

    fn leave(&mut self, place: Place) {
        if self.hand == Some(place) {
            self.hand = self.queue.newer(place);
        }
        self.queue.remove(place);
    }

    fn clear(&mut self) {
        *self = Sieve::default();
    }
}
