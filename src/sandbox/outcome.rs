//! What came of a system in a trouble with a cure.

use stampede_sim::engine::Nanos;

use super::trouble::BEGINS_MS;
use super::{Cure, System, Trouble};
use crate::runs::{Answer, Besides};

/// A run that is not over when more than this share of the requests that came
/// last were lost.
const OVER: f64 = 0.1;

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// What happened.
    pub trouble: Trouble,
    /// What was done against it.
    pub cure: Cure,
    /// Requests sent.
    pub requests: u64,
    /// Those with an error.
    pub errors: u64,
    /// Those that wait.
    pub waiting: u64,
    /// Those that are lost: with an error, updates that were undone, or waiting
    /// though that is more than would wait if all was well.
    pub lost: u64,
    /// Those lost of late.
    pub lost_late: u64,
    /// Whether it is not over: of late, it was still losing requests.
    pub stays: bool,
    /// Those that took longer than a query by itself, or wait.
    pub held: u64,
    /// The 99th percentile of the response time, in milliseconds.
    pub p99_ms: f64,
    /// Queries sent to the database.
    pub db_calls: u64,
    /// The most that were at the database at one time.
    pub peak: u64,
    /// What came of parts that not every system has.
    pub besides: Besides,
}

impl Outcome {
    /// Reads it from what came of its run.
    pub fn of(system: &System, trouble: Trouble, cure: Cure, answer: &Answer) -> Outcome {
        let Answer { requests, errors, waiting, before, besides, .. } = *answer;
        // If every request needed a query, so many would wait though all was
        // well: Little's law.
        let usual = (system.rate * system.alone() / 1e3).ceil() as u64;
        let lost = |errors: u64, waiting: u64| errors + waiting.saturating_sub(usual);
        let [sent, failed, waited] = before;
        let lost_late = lost(errors, waiting).saturating_sub(lost(failed, waited));
        Outcome {
            trouble,
            cure,
            requests,
            errors,
            waiting,
            lost: lost(errors, waiting) + besides.undone,
            lost_late,
            stays: lost_late as f64 > OVER * (requests - sent) as f64,
            held: answer.slow + waiting,
            p99_ms: Nanos(answer.p99_ns).ms(),
            db_calls: answer.db_calls,
            peak: answer.db_peak,
            // Nobody minds to be woken where that costs nothing.
            besides: Besides { woken: system.cpu.map_or(0, |_| besides.woken), ..besides },
        }
    }

    /// How many seconds after a trouble began the last answer was given that was too
    /// old; `None` if there is no end to them.
    pub fn old_after(&self, system: &System) -> Option<f64> {
        let until = self.besides.old_until_ns as f64 / 1e9;
        let is_over = until < system.span() - 1.0;
        is_over.then_some(until - BEGINS_MS / 1e3)
    }

    /// A number of requests as a share of all, in percent.
    pub fn percent(&self, requests: u64) -> f64 {
        100.0 * requests as f64 / self.requests.max(1) as f64
    }
}
