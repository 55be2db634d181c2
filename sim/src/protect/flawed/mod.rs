//! Defences with the mistakes that people make in them, one file each, to be
//! run beside the version that does it right. Each says where it is seen.
//!
//! Readers look for the mistake in a listing without its comments. So what is
//! named in the code says what it is meant to be, and a comment that begins
//! with *The … bug* stands right above each line that is to blame.

pub mod empty_is_miss;
pub mod error_is_busy;
pub mod error_is_miss;
pub mod everyone_stores;
pub mod followers_save;
pub mod leader_context;
pub mod leader_drives;
pub mod library;
pub mod limit_first;
pub mod never_fills;
pub mod racy_breaker;
pub mod refresh_in_slots;
pub mod refresh_per_reader;
pub mod short_keys;
pub mod stale_by_ttl;
pub mod truncated_jitter;
pub mod ttl_unset;
pub mod unfenced_lock;

use super::jitter::{self, Around};
use super::stale::Rules;
use crate::scenario::Flaw;

/// The rules for stale values: these, or the usual ones.
pub fn stale_rules(flaw: Flaw) -> Rules {
    match flaw {
        Flaw::StaleByTtl => stale_by_ttl::RULES,
        Flaw::RefreshPerReader => refresh_per_reader::RULES,
        Flaw::RefreshInSlots => refresh_in_slots::RULES,
        _ => Rules::USUAL,
    }
}

/// How a TTL is lengthened or shortened: in this way, or the usual one.
pub fn around(flaw: Flaw) -> Around {
    match flaw {
        Flaw::TruncatedJitter => truncated_jitter::around,
        _ => jitter::around,
    }
}
