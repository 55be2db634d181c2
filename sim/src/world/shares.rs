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

    /// How many came after `from`, and not after `to`.
    pub fn within(&self, from: Nanos, to: Nanos) -> usize {
        let shares = self.0.borrow();
        let up_to = |at: Nanos| shares.partition_point(|share| *share <= at);
        up_to(to) - up_to(from)
    }
}
