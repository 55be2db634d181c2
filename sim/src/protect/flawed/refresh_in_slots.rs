//! Flawed: every reader of a stale value waits for a whole number of seconds, and
//! refreshes.
//!
//! The wait is to keep refreshes apart. But a random number of seconds is one of a
//! few: of 30, say. Those who came within the same half second begin within the same
//! half second of some later one, so that the herd is not spread, but comes thirty
//! times, each time a thirtieth of it. And nobody asks whether another refresh waits
//! already, or whether the value is new by then: all but one are for nothing.
//!
//! Seen as `time.Sleep(time.Duration(rand.Intn(30)) * time.Second)` in a goroutine
//! for each request.

use crate::engine::Nanos;
use crate::protect::stale::{Refreshing, Rules, Stale};
use crate::world::request::Key;

/// What is done about a stale value.
pub const RULES: Rules = Rules { refresh, wait, ..Rules::USUAL };

/// Somebody has found `key` stale: the refresh that is now theirs.
fn refresh(stale: &Stale, key: Key) -> Option<Refreshing> {
    // The first bug: it is theirs, however many others wait to do the same.
    stale.refresh_once(key).or_else(|| Some(Refreshing::new(key)))
}

/// How long it waits, so that not all come at once.
fn wait(stale: &Stale) -> Nanos {
    let seconds = stale.spread().secs() as u64;
    // The second bug: there are only so many whole seconds.
    Nanos::from_ms(1e3 * stale.drawn_below(seconds.max(1)) as f64)
}
