//! Well-known mistakes, each in place of a defence.

use super::Switch;
use super::section::words;

words! {
    /// Mistakes people make, each in place of the defence that does it right.
    pub enum Flaw {
        /// No mistake.
        None = "none",
        /// Jitter that is truncated to nothing.
        TruncatedJitter = "truncated-jitter",
        /// A lock whose holder does not fill the cache: a convoy.
        NeverFills = "never-fills",
        /// A lock that takes any error for "somebody else is loading".
        ErrorIsBusy = "error-is-busy",
        /// A lock without renewal and without a fence.
        UnfencedLock = "unfenced-lock",
        /// Staleness read off the TTL of a key that has expired.
        StaleByTtl = "stale-by-ttl",
        /// A refresh for every reader of a stale value.
        RefreshPerReader = "refresh-per-reader",
        /// A breaker whose half-open state lets everybody through, and that
        /// believes late results.
        RacyBreaker = "racy-breaker",
        /// A flight that ends when its leader's client goes away.
        LeaderContext = "leader-context",
        /// A cache error taken for a miss.
        ErrorIsMiss = "error-is-miss",
        /// Every follower writes the cache.
        FollowersSave = "followers-save",
        /// Rate limiting before the flight.
        LimitFirst = "limit-first",
        /// Refreshes that begin after whole seconds, one for each reader.
        RefreshInSlots = "refresh-in-slots",
        /// A middleware whose followers all store, and that merges nothing while its
        /// store is down.
        EveryoneStores = "everyone-stores",
        /// A TTL of nothing, taken for one that was not given.
        TtlUnset = "ttl-unset",
        /// An empty list taken for nothing.
        EmptyIsMiss = "empty-is-miss",
        /// Keys that leave out the function.
        ShortKeys = "short-keys",
        /// A middleware whose first request calls the handler itself.
        LeaderDrives = "leader-drives",
        /// A well-known middleware, with all its mistakes.
        Library = "library",
    }
}

impl Flaw {
    /// The defence that it replaces.
    pub fn of(self) -> Option<Switch> {
        Some(match self {
            Flaw::None => return None,
            Flaw::TruncatedJitter => Switch::Jitter,
            Flaw::NeverFills | Flaw::ErrorIsBusy | Flaw::UnfencedLock => Switch::Lock,
            Flaw::StaleByTtl | Flaw::RefreshPerReader | Flaw::RefreshInSlots => Switch::Stale,
            Flaw::RacyBreaker => Switch::Breaker,
            Flaw::LeaderContext | Flaw::FollowersSave | Flaw::ShortKeys => Switch::Singleflight,
            Flaw::ErrorIsMiss => Switch::Spill,
            Flaw::LimitFirst => Switch::Limiter,
            Flaw::EveryoneStores | Flaw::TtlUnset | Flaw::LeaderDrives | Flaw::Library => {
                Switch::Coalesce
            }
            Flaw::EmptyIsMiss => Switch::Negative,
        })
    }
}
