//! TTL jitter: things stored together do not expire together.
//!
//! Each TTL is lengthened or shortened by a random share. A thousand keys that
//! were warmed at once then expire over a band instead of at a cliff. For one
//! hot key it does nothing: one key has one expiry, wherever it lies.
//!
//! Nobody's invention in particular; ±10–20 % is usual.

use crate::engine::Nanos;
use crate::engine::streams::Stream;

/// A TTL, a share of it, and dice: the TTL to use.
pub type Around = fn(Nanos, f64, &mut Stream) -> Nanos;

/// `ttl`, give or take a uniform share of it: `share` 0.2 means ±20 %.
///
/// The share is a number and the TTL a span: multiplied as numbers, and made a
/// span at the end.
pub fn around(ttl: Nanos, share: f64, random: &mut Stream) -> Nanos {
    let factor = 1.0 + share * (2.0 * random.unit() - 1.0);
    Nanos::from_f64(ttl.0 as f64 * factor)
}
