//! Flawed: staleness read off the TTL of a key that has expired.
//!
//! The idea: ask for the value and its TTL; if the TTL is 0 or less, the value
//! is stale, so serve it and refresh. But a key whose TTL has run out does not
//! exist, and there is nothing to serve: whoever comes then waits for the
//! database, all of them. What does look stale is a key in its last half
//! second, because `TTL` rounds to whole seconds; with enough readers that
//! hides the mistake.
//!
//! It needs an end of freshness of its own, before the key's (`stale.rs`).

use crate::engine::Nanos;
use crate::world::Request;
use crate::world::cache::Entry;

/// Whether what was found is to be served stale; `None`: nothing was found.
pub fn is_stale(request: &Request<'_>, now: Nanos, found: Option<Entry>) -> Option<bool> {
    let cache = request.world.cache.as_ref()?;
    // The bug: −2 means that there is no value, not that it is stale.
    let ttl = cache.store.borrow().ttl(now, request.key);
    found.map(|_| ttl <= 0)
}
