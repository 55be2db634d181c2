//! The ladder: ten challenges, in order of difficulty.
//!
//! Each one's goals are what the course's own defence reaches there with room to
//! spare, and the answer that comes to mind first misses, with every seed
//! (`sim/tests/challenges.rs` has both, and by how much).

mod breaker;
mod cache_down;
mod cliff;
mod four;
mod hot_key;
mod leaver;
mod one_call;
mod outage;
mod paused;
mod viral;

use super::{Challenge, Goal, Look, Words};

/// All of them.
pub const LADDER: &[Challenge] = &[
    one_call::CHALLENGE,
    leaver::CHALLENGE,
    four::CHALLENGE,
    hot_key::CHALLENGE,
    cliff::CHALLENGE,
    outage::CHALLENGE,
    breaker::CHALLENGE,
    paused::CHALLENGE,
    cache_down::CHALLENGE,
    viral::CHALLENGE,
];

const fn words(en: &'static str, ja: &'static str) -> Words {
    Words { en, ja }
}
