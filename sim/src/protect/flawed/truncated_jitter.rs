//! Flawed: jitter that is truncated to nothing.
//!
//! The random share, between −0.2 and +0.2, is made a span before it is
//! multiplied. A span is a whole number of nanoseconds: it is 0, every time.
//! All TTLs are alike, and nobody notices until they all expire.
//!
//! Seen where a share is converted with `time.Duration(rand…*0.4 - 0.2)`.

use crate::engine::Nanos;
use crate::engine::streams::Stream;

/// Meant to be `ttl`, give or take a share.
pub fn around(ttl: Nanos, share: f64, random: &mut Stream) -> Nanos {
    // The bug: a fifth of a nanosecond is no nanoseconds.
    let jitter = Nanos((share * (2.0 * random.unit() - 1.0)) as u64);
    Nanos(ttl.0 + ttl.0 * jitter.0)
}
