//! When the cache does not answer: an error is not a miss.
//!
//! A cache that is down would turn every request into a miss, and hand the
//! whole load to a database that has never seen it. So with an error only a
//! few at a time may load without the cache; the others are refused, and the
//! database lives.
//!
//! A bulkhead (M. Nygard, *Release It!*).

use super::Loaded;
use super::layer::{Layer, Next, Part};
use crate::engine::gauge::Gauge;
use crate::telemetry::{Kind, Reason};
use crate::world::Request;

/// How many loads without the cache one process makes at a time.
pub struct Spill {
    most: u32,
    now: Gauge,
}

impl Layer for Spill {
    async fn call(&self, request: &Request<'_>, next: impl Next) -> Loaded {
        if self.now.now() >= self.most {
            request.note(Kind::Refuse, Reason::Spilled as u32);
            return Err(Reason::Spilled);
        }
        let _place = self.now.enter();
        next.load(request).await
    }
}

impl Spill {
    /// At most so many.
    pub fn new(most: u32) -> Spill {
        Spill { most, now: Gauge::default() }
    }
}

impl Part for Spill {
    /// Places have come back with the tasks that held them.
    fn reset(&self) {}
}
