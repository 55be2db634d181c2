//! Another look into the cache, inside the flight.
//!
//! Between the first look and the flight somebody may have stored the value:
//! whoever missed a moment before a flight landed would start another. It
//! costs one more trip for each load, not for each request.

use super::Loaded;
use super::layer::{Layer, Next, Part};
use crate::world::Request;

/// The second look.
pub struct Recheck;

impl Layer for Recheck {
    async fn call(&self, request: &Request<'_>, next: impl Next) -> Loaded {
        match next.look(request).await {
            Some(value) => Ok(value),
            None => next.load(request).await,
        }
    }
}

impl Part for Recheck {
    fn reset(&self) {}
}
