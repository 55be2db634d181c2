//! Every flaw's puzzle, each in a file of its own: what the mistake is, what
//! comes of it, hints, and why lines that one may well suspect are innocent.
//! Which lines are to blame is marked in the listings themselves (`shown.rs`).

mod empty_is_miss;
mod error_is_busy;
mod error_is_miss;
mod everyone_stores;
mod followers_save;
mod leader_context;
mod leader_drives;
mod library;
mod limit_first;
mod never_fills;
mod racy_breaker;
mod refresh_in_slots;
mod refresh_per_reader;
mod short_keys;
mod stale_by_ttl;
mod truncated_jitter;
mod ttl_unset;
mod unfenced_lock;

use super::puzzle::Puzzle;

/// All of them, in the order of [`Flaw`](stampede_sim::scenario::Flaw).
pub const PUZZLES: &[Puzzle] = &[
    truncated_jitter::PUZZLE,
    never_fills::PUZZLE,
    error_is_busy::PUZZLE,
    unfenced_lock::PUZZLE,
    stale_by_ttl::PUZZLE,
    refresh_per_reader::PUZZLE,
    racy_breaker::PUZZLE,
    leader_context::PUZZLE,
    error_is_miss::PUZZLE,
    followers_save::PUZZLE,
    limit_first::PUZZLE,
    refresh_in_slots::PUZZLE,
    everyone_stores::PUZZLE,
    ttl_unset::PUZZLE,
    empty_is_miss::PUZZLE,
    short_keys::PUZZLE,
    leader_drives::PUZZLE,
    library::PUZZLE,
];
