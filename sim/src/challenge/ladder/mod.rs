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

/// What they are called: for whoever needs nothing else of them, so that a program in
/// parts need not have the rest there.
pub const NAMES: [Name; LADDER.len()] = {
    let mut names = [Name { id: "", title: words("", "") }; LADDER.len()];
    let mut at = 0;
    while at < LADDER.len() {
        names[at] = Name { id: LADDER[at].id, title: LADDER[at].title };
        at += 1;
    }
    names
};

/// A challenge by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name {
    /// As used in links, files and codes.
    pub id: &'static str,
    /// What it is called.
    pub title: Words,
}

const fn words(en: &'static str, ja: &'static str) -> Words {
    Words { en, ja }
}
