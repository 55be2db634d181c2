//! Flawed: every follower writes the cache.
//!
//! The code after the flight saves its result: for the leader, and for each of
//! its followers as well. A hundred callers share one load, and write the same
//! value a hundred times. And since the flight is over before anything is
//! written, those who come in between miss, and start another.
//!
//! Seen in go-chi/stampede, and wherever `saveToCache` follows `group.Do`.

use crate::protect::Loaded;
use crate::protect::fill::Fill;
use crate::protect::layer::{Layer, Next, Part};
use crate::world::Request;

/// Fills the cache, from in front of the flight.
pub struct Saving(pub Fill);

impl Layer for Saving {
    async fn call(&self, request: &Request<'_>, flight: impl Next) -> Loaded {
        let loaded = flight.load(request).await;
        if let Ok(value) = loaded {
            // The bug: this runs once for every caller.
            self.0.fill(request, value).await;
        }
        loaded
    }
}

impl Part for Saving {
    fn reset(&self) {
        self.0.reset();
    }
}
