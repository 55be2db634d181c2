//! Flawed: a refresh for every reader of a stale value.
//!
//! Whoever finds the value stale starts a refresh behind. Between the end of
//! freshness and the first refresh that is done, that is everybody. The
//! readers are quick; the stampede has only moved to where nobody looks.
//!
//! Seen as `go refreshInBackground(key)` without asking whether one runs.

use crate::protect::stale::{Refreshing, Rules, Stale};
use crate::world::request::Key;

/// What is done about a stale value.
pub const RULES: Rules = Rules { refresh, ..Rules::USUAL };

/// Somebody has found `key` stale: the refresh that is now theirs.
fn refresh(stale: &Stale, key: Key) -> Option<Refreshing> {
    // The bug: the first one is registered, and the others refresh as well.
    stale.refresh_once(key).or_else(|| Some(Refreshing::new(key)))
}
