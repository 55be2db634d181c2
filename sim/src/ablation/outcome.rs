//! What a run came to, in the few numbers by which defences are compared.

use crate::engine::Nanos;

/// Declares an outcome by its fields, which are its numbers in their order.
macro_rules! outcome {
    ($($(#[$about:meta])+ $field:ident,)+) => {
        /// Whole numbers, so that they are the same everywhere.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct Outcome {
            $($(#[$about])+ pub $field: u64,)+
        }

        /// How many numbers there are.
        pub const NUMBERS: usize = [$(stringify!($field)),+].len();

        impl Outcome {
            /// Its numbers, in their order.
            pub fn numbers(&self) -> [u64; NUMBERS] {
                [$(self.$field),+]
            }

            /// The reverse of [`Outcome::numbers`].
            pub fn from_numbers([$($field),+]: [u64; NUMBERS]) -> Outcome {
                Outcome { $($field),+ }
            }
        }
    };
}

outcome! {
    /// Requests sent; a retry is none.
    requests,
    /// Of these, answered right: with a value of what was asked for, however old,
    /// while the client waited. An error is not, nor what stands in for a value.
    good,
    /// Answered with an error.
    errors,
    /// 99 % of the response times were at most this, in nanoseconds.
    p99_ns,
    /// Queries sent to the database and its replicas.
    db_calls,
    /// The most requests that were in the system at one time, those included that
    /// go on for nobody and those that load behind others.
    peak,
    /// What they took, in bytes (`fleet.request_kb` each).
    memory,
    /// Calls to the cache.
    cache_calls,
    /// Calls to lock servers.
    lock_calls,
    /// Calls to the store of the gateway's counters.
    gateway_calls,
    /// Calls to the backup cache.
    backup_calls,
    /// Expired values given out.
    stale,
    /// Answers older than an update that had been confirmed before they were
    /// asked for.
    outdated,
    /// Times a process died.
    crashes,
    /// 1 if the run was given up, as it could not keep its goal any more; the
    /// numbers are those up to then.
    given_up,
}

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
}
