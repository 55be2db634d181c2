//! What a run came to, in the few numbers by which defences are compared.

use crate::engine::Nanos;

/// Whole numbers, so that they are the same everywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Requests sent; a retry is none.
    pub requests: u64,
    /// Of these, answered right: with a value of what was asked for, however old,
    /// while the client waited. An error is not, nor what stands in for a value.
    pub good: u64,
    /// Answered with an error.
    pub errors: u64,
    /// 99 % of the response times were at most this, in nanoseconds.
    pub p99_ns: u64,
    /// Queries sent to the database and its replicas.
    pub db_calls: u64,
    /// The most requests that were in the system at one time, those included that
    /// go on for nobody and those that load behind others.
    pub peak: u64,
    /// What they took, in bytes (`fleet.request_kb` each).
    pub memory: u64,
    /// Calls to the cache.
    pub cache_calls: u64,
    /// Calls to lock servers.
    pub lock_calls: u64,
    /// Calls to the store of the gateway's counters.
    pub gateway_calls: u64,
    /// Calls to the backup cache.
    pub backup_calls: u64,
    /// Expired values given out.
    pub stale: u64,
    /// Answers older than an update that had been confirmed before they were
    /// asked for.
    pub outdated: u64,
    /// Times a process died.
    pub crashes: u64,
    /// 1 if the run was given up, as it could not keep its goal any more; the
    /// numbers are those up to then.
    pub given_up: u64,
}

/// How many numbers there are.
pub const NUMBERS: usize = 15;

impl Outcome {
    /// The share of the requests that were answered right; 1 of none.
    pub fn goodput(&self) -> f64 {
        if self.requests == 0 { 1.0 } else { self.good as f64 / self.requests as f64 }
    }

    /// 99 % of the response times were at most this.
    pub fn p99(&self) -> Nanos {
        Nanos(self.p99_ns)
    }

    /// Calls over the network that are not to the database.
    pub fn extra_calls(&self) -> u64 {
        self.cache_calls + self.lock_calls + self.gateway_calls + self.backup_calls
    }

    /// In megabytes, what those took who waited at one time.
    pub fn memory_mb(&self) -> f64 {
        self.memory as f64 / 1e6
    }

    /// Its numbers, in their order.
    pub fn numbers(&self) -> [u64; NUMBERS] {
        let o = self;
        [
            o.requests,
            o.good,
            o.errors,
            o.p99_ns,
            o.db_calls,
            o.peak,
            o.memory,
            o.cache_calls,
            o.lock_calls,
            o.gateway_calls,
            o.backup_calls,
            o.stale,
            o.outdated,
            o.crashes,
            o.given_up,
        ]
    }

    /// The reverse of [`Outcome::numbers`].
    pub fn from_numbers(numbers: [u64; NUMBERS]) -> Outcome {
        let [
            requests,
            good,
            errors,
            p99_ns,
            db_calls,
            peak,
            memory,
            cache_calls,
            lock_calls,
            gateway_calls,
            backup_calls,
            stale,
            outdated,
            crashes,
            given_up,
        ] = numbers;
        Outcome {
            requests,
            good,
            errors,
            p99_ns,
            db_calls,
            peak,
            memory,
            cache_calls,
            lock_calls,
            gateway_calls,
            backup_calls,
            stale,
            outdated,
            crashes,
            given_up,
        }
    }
}
