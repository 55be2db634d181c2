//! Exact counts, kept from the events alone.

use super::event::{Kind, Node, Reason, SHIELD};
use crate::engine::Nanos;

/// Counts by kind of event, and the few that need more than counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counters {
    by_kind: [u64; Kind::ALL.len()],
    /// Refusals, by the reason's number.
    refusals: [u32; Reason::MOST + 1],
    leaders_shared: u64,
    at_database: u64,
    database_peak: u64,
    for_nobody: u64,
    edge_hits: u64,
    replica_reads: u64,
    lost: u64,
    /// The most that the cache held, in KB.
    memory: u32,
    /// Bytes of answers' content.
    sent: u64,
    last_stale_read: Nanos,
    first_send: Option<Nanos>,
    last_end: Nanos,
}

impl Default for Counters {
    fn default() -> Counters {
        Counters {
            by_kind: [0; Kind::ALL.len()],
            refusals: [0; Reason::MOST + 1],
            leaders_shared: 0,
            at_database: 0,
            database_peak: 0,
            for_nobody: 0,
            edge_hits: 0,
            replica_reads: 0,
            lost: 0,
            memory: 0,
            sent: 0,
            last_stale_read: Nanos::ZERO,
            first_send: None,
            last_end: Nanos::ZERO,
        }
    }
}

impl Counters {
    /// Counts one event.
    #[inline(always)]
    pub fn count(&mut self, at: Nanos, kind: Kind, arg: u32) {
        self.by_kind[kind as usize] += 1;
        match kind {
            Kind::Send if self.first_send.is_none() => self.first_send = Some(at),
            Kind::Query => {
                self.at_database += 1;
                self.database_peak = self.database_peak.max(self.at_database);
            }
            Kind::Answer => self.at_database -= 1,
            Kind::Abandon if arg == 1 => self.at_database -= 1,
            Kind::Abandon => self.for_nobody += 1,
            Kind::Wasted => {
                self.at_database -= 1;
                self.for_nobody -= 1;
            }
            Kind::Refuse => {
                if let Some(count) = self.refusals.get_mut(arg as usize) {
                    *count += 1;
                }
            }
            Kind::EdgeHit if arg != SHIELD => self.edge_hits += 1,
            Kind::Route if arg > 0 => self.replica_reads += 1,
            Kind::Lost => self.lost += u64::from(arg),
            Kind::Memory => self.memory = self.memory.max(arg),
            Kind::Content => self.sent += u64::from(arg),
            Kind::Outdated => self.last_stale_read = at,
            Kind::Land if arg > 0 => self.leaders_shared += 1,
            Kind::Ok | Kind::Error => self.last_end = at,
            _ => {}
        }
    }

    /// Bytes of answers' content (RFC 9110, §6.4), header fields not counted: a 304 has
    /// none.
    pub fn sent(&self) -> u64 {
        self.sent
    }

    /// How often `kind` happened.
    pub fn of(&self, kind: Kind) -> u64 {
        self.by_kind[kind as usize]
    }

    /// Requests sent.
    pub fn requests(&self) -> u64 {
        self.of(Kind::Send)
    }

    /// Requests that reached a process, retries included; what is done behind
    /// answers, which begins in one, is not.
    pub fn handled(&self) -> u64 {
        let behind =
            [Kind::Refresh, Kind::Settle, Kind::Promote, Kind::Renewal, Kind::Warm, Kind::Part];
        let behind: u64 = behind.into_iter().map(|kind| self.of(kind)).sum();
        self.of(Kind::Arrive) - behind.min(self.of(Kind::Arrive))
    }

    /// Requests answered with a value.
    pub fn ok(&self) -> u64 {
        self.of(Kind::Ok)
    }

    /// Requests answered with an error.
    pub fn errors(&self) -> u64 {
        self.of(Kind::Error)
    }

    /// Requests sent and not yet answered.
    pub fn waiting(&self) -> u64 {
        self.requests() - self.ok() - self.errors()
    }

    /// Look-ups that found the key.
    pub fn hits(&self) -> u64 {
        self.of(Kind::Hit)
    }

    /// Look-ups that did not.
    pub fn misses(&self) -> u64 {
        self.of(Kind::Miss)
    }

    /// Answers from a copy in the process.
    pub fn local_hits(&self) -> u64 {
        self.of(Kind::LocalHit)
    }

    /// What was found in the backup cache.
    pub fn backup_hits(&self) -> u64 {
        self.of(Kind::BackupHit)
    }

    /// Answers from a point of presence that were fresh there.
    pub fn edge_hits(&self) -> u64 {
        self.edge_hits
    }

    /// Times a cache of the edge fetched from the processes.
    pub fn origin_fetches(&self) -> u64 {
        self.of(Kind::ToOrigin)
    }

    /// Queries sent to the database.
    pub fn db_calls(&self) -> u64 {
        self.of(Kind::Query)
    }

    /// Callers that waited for somebody else's load.
    pub fn followers(&self) -> u64 {
        self.of(Kind::Join)
    }

    /// Callers to whom Go's singleflight reports `shared = true`: everybody
    /// in a flight with at least one duplicate, its leader included
    /// (golang/sync, `singleflight.go`).
    pub fn shared(&self) -> u64 {
        self.of(Kind::Wake) + self.leaders_shared
    }

    /// Distributed locks acquired.
    pub fn locks(&self) -> u64 {
        self.of(Kind::Lock)
    }

    /// Attempts by clients after a failure.
    pub fn retries(&self) -> u64 {
        self.of(Kind::Retry)
    }

    /// Times a breaker opened.
    pub fn trips(&self) -> u64 {
        self.of(Kind::Trip)
    }

    /// Stale values given out.
    pub fn stale(&self) -> u64 {
        self.of(Kind::Stale) + self.of(Kind::EdgeGrace)
    }

    /// Updates that reached a process, retries included.
    pub fn updates(&self) -> u64 {
        self.of(Kind::Write)
    }

    /// Answers older than an update that had been confirmed before they were
    /// asked for.
    pub fn stale_reads(&self) -> u64 {
        self.of(Kind::Outdated)
    }

    /// When the last of them was given.
    pub fn last_stale_read(&self) -> Nanos {
        self.last_stale_read
    }

    /// Answers that are not their key's value, but in its place.
    pub fn stand_ins(&self) -> u64 {
        self.of(Kind::Default) + self.of(Kind::Placeholder)
    }

    /// Queries sent to replicas of the database.
    pub fn replica_reads(&self) -> u64 {
        self.replica_reads
    }

    /// Updates lost as a replica took the database's place.
    pub fn lost(&self) -> u64 {
        self.lost
    }

    /// Values loaded again behind their readers.
    pub fn refreshes(&self) -> u64 {
        self.of(Kind::Refresh)
    }

    /// Loads in advance that nobody has asked for in time, or not yet.
    pub fn in_vain(&self) -> u64 {
        self.of(Kind::Warm).saturating_sub(self.of(Kind::Foreseen))
    }

    /// Requests that a defence refused.
    pub fn refused(&self) -> u64 {
        self.of(Kind::Refuse)
    }

    /// Requests that the defence at a node refused.
    pub fn refused_at(&self, node: Node) -> u64 {
        let here = Reason::ALL.into_iter().filter(|reason| reason.node() == node);
        here.map(|reason| u64::from(self.refusals[reason as usize])).sum()
    }

    /// Calls to find and delete what an update of a product invalidates.
    pub fn invalidation_trips(&self) -> u64 {
        self.of(Kind::Scan) + self.of(Kind::Unlink)
    }

    /// The most that the cache held, in KB, where sizes are known.
    pub fn memory(&self) -> u32 {
        self.memory
    }

    /// Queries that the server did for nobody.
    pub fn wasted(&self) -> u64 {
        self.of(Kind::Wasted)
    }

    /// Queries that run now and that nobody waits for.
    pub fn for_nobody(&self) -> u64 {
        self.for_nobody
    }

    /// Times a process died.
    pub fn crashes(&self) -> u64 {
        self.of(Kind::Crash)
    }

    /// Queries at the database now, those that nobody waits for included.
    pub fn db_concurrency(&self) -> u64 {
        self.at_database
    }

    /// The most queries at the database at one time.
    pub fn db_peak_concurrency(&self) -> u64 {
        self.database_peak
    }

    /// From the first request sent to the last one answered.
    pub fn makespan(&self) -> Nanos {
        self.last_end.since(self.first_send.unwrap_or(self.last_end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Switch;

    /// Each refusal is counted where it happened, and nowhere else.
    #[test]
    fn refusals_are_counted_by_place() {
        let mut counters = Counters::default();
        for reason in [Reason::BreakerOpen, Reason::TooManyRequests, Reason::RateLimited] {
            counters.count(Nanos::ZERO, Kind::Refuse, reason as u32);
        }
        // A failure at the same place is no refusal.
        counters.count(Nanos::ZERO, Kind::Error, Reason::BreakerOpen as u32);
        let at = |gate| counters.refused_at(Node::Gate(gate));
        assert_eq!((at(Switch::Breaker), at(Switch::Limiter), at(Switch::Throttle)), (2, 1, 0));
        let places = [Node::Cache, Node::Pool].map(|node| counters.refused_at(node));
        assert_eq!(places, [0, 0]);
        assert_eq!(counters.refused(), 3);
    }
}
