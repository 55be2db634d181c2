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
use crate::protect::stale::{Rules, Stale};
use crate::world::cache::Entry;

/// When a value is stale, and how long it is kept.
// The bug as well: nothing is kept longer than it is fresh.
pub const RULES: Rules = Rules { is_stale, keeps: false, ..Rules::USUAL };

/// Whether what was found is to be served stale.
fn is_stale(_: &Stale, now: Nanos, found: &Entry) -> bool {
    // The bug: when the TTL has run out, there is nothing to be found.
    found.ttl(now) <= 0
}
