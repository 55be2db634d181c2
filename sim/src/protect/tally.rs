//! What a breaker counts.
//!
//! Semantics: sony/gobreaker v2, `Counts`, `IsSuccessful` and `IsExcluded`.

use super::Loaded;
use crate::telemetry::Reason;

/// How a call went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Well.
    Success,
    /// Badly.
    Failure,
    /// Says nothing about the database.
    Excluded,
}

/// Whose fault a result is.
pub fn outcome(loaded: &Loaded) -> Outcome {
    match loaded {
        Ok(_) => Outcome::Success,
        Err(Reason::NotFound) => Outcome::Excluded,
        // The database has not been asked.
        Err(reason) if reason.is_refusal() => Outcome::Excluded,
        Err(_) => Outcome::Failure,
    }
}

/// Results since the counts were last cleared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Calls that passed.
    pub requests: u32,
    /// That succeeded.
    pub successes: u32,
    /// That failed.
    pub failures: u32,
    /// Successes since the last failure.
    pub consecutive_successes: u32,
    /// Failures since the last success.
    pub consecutive_failures: u32,
}

impl Counts {
    /// Takes a result in.
    pub fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Success => {
                self.successes += 1;
                self.consecutive_successes += 1;
                self.consecutive_failures = 0;
            }
            Outcome::Failure => {
                self.failures += 1;
                self.consecutive_failures += 1;
                self.consecutive_successes = 0;
            }
            Outcome::Excluded => {}
        }
    }
}
