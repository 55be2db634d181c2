//! What is kept of a run: its numbers by step, and in all.

use crate::chronicle::Chronicle;
use crate::engine::Nanos;
use crate::run::Run;
use crate::scenario::{Action, Problem, Scenario};
use crate::telemetry::Recording;
use crate::telemetry::series::nice_step;

/// Into how many steps a run is cut, about.
const STEPS: u64 = 100;

/// What is known of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen {
    /// How long a step is.
    pub step: Nanos,
    /// Step by step, from the beginning.
    pub steps: Vec<Step>,
    /// Requests sent in all.
    pub requests: u64,
    /// Errors in all.
    pub errors: u64,
}

/// What happened in a step.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Step {
    /// Requests answered with a value.
    pub ok: u64,
    /// Requests answered with an error.
    pub errors: u64,
    /// Queries sent to the database.
    pub db_calls: u64,
    /// The 99th percentile of the response times; 0 if nothing was answered.
    pub p99: Nanos,
}

impl Seen {
    /// As numbers, to be sent.
    pub fn numbers(&self) -> Vec<u64> {
        let steps = self.steps.iter().flat_map(|s| [s.ok, s.errors, s.db_calls, s.p99.0]);
        [self.step.0, self.requests, self.errors].into_iter().chain(steps).collect()
    }

    /// From such numbers; `None` if they are none.
    pub fn from_numbers(numbers: &[u64]) -> Option<Seen> {
        let (&[step, requests, errors], steps) = numbers.split_first_chunk()?;
        let (steps, []) = steps.as_chunks() else { return None };
        let step_of = |&[ok, errors, db_calls, p99]: &[u64; 4]| Step {
            ok,
            errors,
            db_calls,
            p99: Nanos(p99),
        };
        Some(Seen {
            step: Nanos(step),
            steps: steps.iter().map(step_of).collect(),
            requests,
            errors,
        })
    }
}

/// A run in progress, of which that is wanted.
pub struct Watch {
    chronicle: Chronicle,
    step: Option<Nanos>,
}

impl Watch {
    /// Nothing has happened yet. Besides what the scenario says, `actions` happen, in
    /// the order of their times. Without a step one is chosen that suits the run.
    /// Refuses what [`Run::new`] refuses.
    pub fn new(
        scenario: &Scenario,
        actions: &[Action],
        seed: u64,
        step: Option<Nanos>,
    ) -> Result<Watch, Problem> {
        let run = Run::new(scenario, actions, seed, Recording::Trace)?;
        Ok(Watch { chronicle: Chronicle::new(run, u32::MAX), step })
    }

    /// Computes on, by at most about `budget` polls; what was seen when it is over.
    pub fn on(&mut self, budget: u64) -> Option<Seen> {
        if !self.chronicle.run_until(Nanos::MAX, budget, |_, _| ()) {
            return None;
        }
        let timeline = self.chronicle.timeline();
        let step = self.step.unwrap_or_else(|| nice_step(timeline.last(), STEPS));
        let bins = timeline.series(step, true).bins;
        let steps = bins.iter().map(|bin| Step {
            ok: bin.ok,
            errors: bin.errors,
            db_calls: bin.db_calls,
            p99: bin.latency.as_ref().map_or(Nanos(0), |latency| latency.quantile(0.99)),
        });
        let steps = steps.collect();
        let (requests, errors) = self.chronicle.read(|tape| {
            let counters = &tape.counters;
            (counters.requests(), counters.errors())
        });
        Some(Seen { step, steps, requests, errors })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written() {
        let step = Step { ok: 1, errors: 2, db_calls: 3, p99: Nanos(u64::MAX) };
        let seen =
            Seen { step: Nanos(7), steps: vec![step, Step::default()], requests: 5, errors: 2 };
        assert_eq!(Seen::from_numbers(&seen.numbers()), Some(seen));
        assert_eq!(Seen::from_numbers(&Seen::default().numbers()), Some(Seen::default()));
        for wrong in [&[][..], &[1, 2], &[1, 2, 3, 4], &[1, 2, 3, 4, 5, 6, 7, 8]] {
            assert_eq!(Seen::from_numbers(wrong), None, "{wrong:?}");
        }
    }
}
