//! The shares of a post, as the social network knows them.

use std::cell::RefCell;

use crate::engine::Nanos;

/// When it was shared, in order.
#[derive(Default)]
pub struct Shares(RefCell<Vec<Nanos>>);

impl Shares {
    /// Somebody shares it. Whoever draws what happens next may be ahead of time.
    pub fn add(&self, at: Nanos) {
        self.0.borrow_mut().push(at);
    }

    /// How many came from one instant to another, those of both included.
    pub fn within(&self, from: Nanos, to: Nanos) -> usize {
        let shares = self.0.borrow();
        let before = shares.partition_point(|share| *share < from);
        shares.partition_point(|share| *share <= to) - before
    }
}
