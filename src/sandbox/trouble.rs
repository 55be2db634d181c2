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
    /// Somebody updates the hottest value.
    Update,
    /// Those who want it wait for one query, and are answered at once.
    Wake,
    /// Every region has lost its cache.
    Regions,
    /// The whole cache is lost.
    Flush,
    /// Twice as many requests for a while.
    Rush,
    /// A replica of the database is down for a while.
    Replica,
    /// The database is ten times slower for a while.
    Slow,
    /// The primary is down for a while, and then a replica takes its place.
    FailOver,
    /// The database is down for a while.
    Outage,
}

/// How many times slower the database is.
const SLOWER: f64 = 10.0;

impl Trouble {
    /// Every trouble, the mildest first.
    pub const ALL: [Trouble; 10] = [
        Trouble::Expiry,
        Trouble::Update,
        Trouble::Wake,
        Trouble::Regions,
        Trouble::Flush,
        Trouble::Rush,
        Trouble::Replica,
        Trouble::Slow,
        Trouble::FailOver,
        Trouble::Outage,
    ];

    /// Whether a system has what it happens to.
    pub(super) fn befalls(self, system: &System) -> bool {
        match self {
            Trouble::Update => {
                system.copy.is_some() || system.replicas.is_some() || system.regions.is_some()
            }
            Trouble::Regions => system.regions.is_some(),
            Trouble::Wake => system.cpu.is_some(),
            Trouble::Replica => system.replicas.is_some(),
            Trouble::FailOver => system.replicas.is_some() && system.has_updates(),
            _ => true,
        }
    }

    /// What is done, in the order of its times.
    pub(super) fn actions(self, system: &System) -> Vec<Action> {
        let for_ms = LASTS_MS;
        let deeds = match self {
            Trouble::Expiry | Trouble::Wake | Trouble::Regions => Vec::new(),
            Trouble::Update => vec![Deed::Update],
            Trouble::Flush => vec![Deed::ClearCache],
            Trouble::Rush => {
                let requests = (system.rate * for_ms / 1e3).ceil() as u32;
                vec![Deed::Burst { requests, spread_ms: for_ms }]
            }
            Trouble::Replica => vec![Deed::ReplicaOutage { replica: 1, for_ms }],
            Trouble::Slow => vec![Deed::DbBrownout { for_ms, slowdown: SLOWER }],
            Trouble::FailOver => vec![Deed::FailOver { for_ms }],
            Trouble::Outage => {
                let replicas = 1..=system.replicas.unwrap_or(0.0) as u32;
                let down = |replica| Deed::ReplicaOutage { replica, for_ms };
                [Deed::DbOutage { for_ms }].into_iter().chain(replicas.map(down)).collect()
            }
        };
        let done = deeds.into_iter().map(|deed| Action { at_ms: BEGINS_MS, deed });
        done.chain(system.updates()).collect()
    }

    /// What else is so, whatever is done against it.
    pub(super) fn changes(self, system: &System) -> Vec<(String, String)> {
        let change = match self {
            // Copies are kept no longer than what they were made from: if that
            // expired in a moment, so would the old value.
            Trouble::Update => ("keys.expires_ms", (system.ttl * 1e3).round().to_string()),
            // Nobody wakes where nobody waits for somebody else.
            Trouble::Wake => ("protect.singleflight", true.to_string()),
            // They begin with nothing.
            Trouble::Regions => ("edge.warm", false.to_string()),
            _ => return Vec::new(),
        };
        vec![(change.0.to_owned(), change.1)]
    }

    /// When there is something to see for the first time.
    pub(super) fn first_ms(self) -> f64 {
        match self {
            Trouble::Expiry | Trouble::Wake => EXPIRES_MS,
            Trouble::Regions => 0.0,
            _ => BEGINS_MS,
        }
    }

    /// How fast it is to be watched, in milliseconds for each second: a query for
    /// two seconds, where a herd is all there is to see; what lasts for ten.
    pub(super) fn speed_ms(self, system: &System) -> f64 {
        match self {
            Trouble::Expiry | Trouble::Wake | Trouble::Flush => system.query / 2.0,
            _ => LASTS_MS / 10.0,
        }
    }
}
