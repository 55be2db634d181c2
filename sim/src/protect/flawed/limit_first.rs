//! Flawed: the limit stands before the flight.
//!
//! The limiter is to protect the database, but it counts requests instead of
//! loads. A hundred requests for one key would be one load and 99 followers,
//! who cost nothing; the limiter turns most of them away first.
//!
//! Behind the flight, the same limiter refuses nobody here.

use crate::protect::Loaded;
use crate::protect::layer::{Layer, Next, Part};
use crate::protect::limiter::Limiter;
use crate::telemetry::{Kind, Reason};
use crate::world::Request;

/// A limiter in front of the flight.
pub struct LoadLimiter(pub Limiter);

impl Layer for LoadLimiter {
    async fn call(&self, request: &Request<'_>, flight: impl Next) -> Loaded {
        // The bug is the place: most of those who are refused here would have
        // waited for a load that is under way.
        if !self.0.allows(request.world.core.now(), 1) {
            request.note(Kind::Refuse, Reason::RateLimited as u32);
            return Err(Reason::RateLimited);
        }
        // The bug as well: the flight comes only now.
        flight.load(request).await
    }
}

impl Part for LoadLimiter {
    fn reset(&self) {
        self.0.reset();
    }
}
