//! Versioned keys: what is stored under another name is not found.
//!
//! The cache holds a number for each key, and the name of its value carries that
//! number. An update adds one to it, and every copy under the old name is gone
//! for everybody at once, wherever it is, and however long somebody has been
//! loading it: what is stored under an old name is never asked for again. The
//! price is another trip to the cache before each look.
//!
//! Source: memcached's wiki, *Namespacing* and *Deleting by namespace*; the
//! same with Redis's `INCR`.

use super::Loaded;
use super::layer::{Layer, Next, Part};
use crate::world::{Claim, Request};

/// Asks for a key's number before anything else.
pub struct Namespace;

impl Layer for Namespace {
    async fn call(&self, request: &Request<'_>, next: impl Next) -> Loaded {
        if let Some(cache) = &request.world.cache
            && let Ok(number) = cache.number(request).await
        {
            request.claim.set(Claim::Name(number));
        }
        // Without a number the cache does not answer, and will say so again.
        next.load(request).await
    }
}

impl Part for Namespace {
    /// The numbers are the cache's.
    fn reset(&self) {}
}
