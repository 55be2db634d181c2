//! What can happen to a system, and when it does.

use stampede_sim::scenario::{Action, Deed};

use super::System;

/// When it happens, in milliseconds.
pub const BEGINS_MS: f64 = 1_000.0;
/// When the hottest key expires: while what lasts is going on, because that is
/// when it hurts.
pub const EXPIRES_MS: f64 = 2_000.0;
/// How long it lasts, where it lasts.
pub const LASTS_MS: f64 = 5_000.0;

/// Something that can happen, while the hottest key expires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Nothing else.
    Expiry,
    /// The whole cache is lost.
    Flush,
    /// Twice as many requests for a while.
    Rush,
    /// The database is ten times slower for a while.
    Slow,
    /// The database is down for a while.
    Outage,
}

/// How many times slower the database is.
const SLOWER: f64 = 10.0;

impl Trouble {
    /// Every trouble, the mildest first.
    pub const ALL: [Trouble; 5] =
        [Trouble::Expiry, Trouble::Flush, Trouble::Rush, Trouble::Slow, Trouble::Outage];

    pub(super) fn actions(self, system: &System) -> Vec<Action> {
        let for_ms = LASTS_MS;
        let deed = match self {
            Trouble::Expiry => return Vec::new(),
            Trouble::Flush => Deed::ClearCache,
            Trouble::Rush => {
                let requests = (system.rate * for_ms / 1e3).ceil() as u32;
                Deed::Burst { requests, spread_ms: for_ms }
            }
            Trouble::Slow => Deed::DbBrownout { for_ms, slowdown: SLOWER },
            Trouble::Outage => Deed::DbOutage { for_ms },
        };
        vec![Action { at_ms: BEGINS_MS, deed }]
    }

    /// When there is something to see for the first time.
    pub(super) fn first_ms(self) -> f64 {
        if self == Trouble::Expiry { EXPIRES_MS } else { BEGINS_MS }
    }

    /// How fast it is to be watched, in milliseconds for each second: a query for
    /// two seconds, where a herd is all there is to see; what lasts for ten.
    pub(super) fn speed_ms(self, system: &System) -> f64 {
        match self {
            Trouble::Expiry | Trouble::Flush => system.query / 2.0,
            Trouble::Rush | Trouble::Slow | Trouble::Outage => LASTS_MS / 10.0,
        }
    }
}
