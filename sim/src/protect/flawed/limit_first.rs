//! Flawed: the limit stands before the flight.
//!
//! The limiter is to protect the database, but it counts requests instead of
//! loads. A hundred requests for one key would be one load and 99 followers,
//! who cost nothing; the limiter turns most of them away first.
//!
//! Behind the flight, the same limiter refuses nobody here.

use crate::protect::Loaded;
use crate::protect::limiter::Limiter;
use crate::telemetry::{Kind, Reason};
use crate::world::Request;

/// Lets a request on to its flight, if the limit allows it.
pub async fn run(
    limiter: &Limiter,
    request: &Request<'_>,
    flight: impl AsyncFnOnce() -> Loaded,
) -> Loaded {
    // The bug is the place: most of those who are refused here would have
    // waited for a load that is under way.
    if !limiter.allows(request.world.core.now()) {
        request.note(Kind::Refuse, Reason::RateLimited as u32);
        return Err(Reason::RateLimited);
    }
    flight().await
}
