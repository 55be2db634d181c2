//! How a run is scraped.

use crate::engine::Nanos;

/// How a run is scraped.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Between two scrapes of a target.
    pub interval: Nanos,
    /// For how long an answer is waited for; no longer than the interval.
    pub timeout: Nanos,
    /// Every target's offset, if not one of its own each.
    pub offset: Option<Nanos>,
    /// A scrape is late by up to so much.
    pub jitter: Nanos,
    /// Offsets and delays that chance decides are whole multiples of this, which must not
    /// be zero.
    pub grain: Nanos,
    /// CPU time that a process needs to answer, if its CPU is limited.
    pub work: Nanos,
    /// Until when it is scraped, if longer than it goes on. In any case every target is
    /// asked once more when it is over.
    pub until: Nanos,
}

impl Plan {
    /// As Prometheus does with such an interval: with a time-out of 10 s if that is
    /// not longer. An answer takes a millisecond of CPU time.
    pub fn every(interval: Nanos) -> Plan {
        Plan {
            interval,
            timeout: interval.min(Nanos(10_000_000_000)),
            offset: None,
            jitter: Nanos::ZERO,
            grain: Nanos(1),
            work: Nanos(1_000_000),
            until: Nanos::ZERO,
        }
    }

    /// Down to a multiple of the grain.
    pub(super) fn grained(&self, span: u64) -> Nanos {
        Nanos(span - span % self.grain.0)
    }

    /// The time that samples have, in milliseconds.
    pub(super) fn stamp(&self, due: Nanos, start: Nanos) -> i64 {
        let tolerance = Nanos(2_000_000).min(Nanos(self.interval.0 / 100));
        let at = if start.since(due) <= tolerance { due } else { start };
        (at.0 / 1_000_000) as i64
    }
}
