//! A run and what is kept of it while it goes on: the numbers of all requests,
//! and the log of one of every so many.
//!
//! The numbers do not depend on how many requests the log has. Neither does
//! the log's fingerprint, which is that of all events.

use crate::engine::Nanos;
use crate::run::Run;
use crate::scenario::{Action, Scenario};
use crate::telemetry::event::WORLD;
use crate::telemetry::{Event, Tape, Timeline};

/// So many tasks are polled between two looks at what has happened: what is
/// not kept does not pile up.
const POLLS: u64 = 10_000;

/// Of so many requests at most every event is kept; of more, those of every
/// second, third, …
const TRACED: f64 = 500_000.0;

/// Of one of how many requests a long run's log is kept.
pub fn sampled(scenario: &Scenario, actions: &[Action]) -> u32 {
    let few = |every: &u32| scenario.check_requests(actions, f64::from(*every) * TRACED).is_ok();
    // They are dealt out in turn: none of the processes is to be without any.
    let fair = |every: &u32| gcd(*every, scenario.most_processes()) == 1;
    (1..=20).filter(fair).find(few).unwrap_or(10)
}

/// The greatest common divisor.
fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// A run in progress with its numbers.
pub struct Chronicle {
    run: Run,
    timeline: Timeline,
    every: u32,
    read: usize,
}

impl Chronicle {
    /// Of a run that records a [trace](crate::telemetry::Recording::Trace) and
    /// has not begun; kept are the events of the first of every `every`
    /// requests, and of the world. 1 keeps all; 0 is taken as 1.
    pub fn new(run: Run, every: u32) -> Chronicle {
        let timeline = Timeline::within(run.limits());
        Chronicle { run, timeline, every: every.max(1), read: 0 }
    }

    /// Advances as [`Run::run_until`] does; `see` is told of everything that
    /// happens, and in which process.
    pub fn run_until(
        &mut self,
        limit: Nanos,
        mut budget: u64,
        mut see: impl FnMut(Event, u32),
    ) -> bool {
        loop {
            let polls = budget.min(POLLS);
            let done = self.run.run_until(limit, polls);
            let (timeline, every, read) = (&mut self.timeline, self.every, self.read);
            self.read = self.run.sift(read, |event| {
                timeline.take(event);
                see(event, timeline.process(event.who).unwrap_or(event.arg));
                event.who == WORLD || event.who.is_multiple_of(every)
            });
            budget -= polls;
            if done || budget == 0 {
                return done;
            }
        }
    }

    /// Takes it apart as [`Run::dismiss`] does.
    pub fn dismiss(&mut self, budget: u64) -> bool {
        self.run.dismiss(budget)
    }

    /// As [`Run::busy`].
    pub fn busy(&self) -> usize {
        self.run.busy()
    }

    /// The log has one of so many requests.
    pub fn every(&self) -> u32 {
        self.every
    }

    /// The numbers.
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// The same, to be read at an instant.
    pub fn timeline_mut(&mut self) -> &mut Timeline {
        &mut self.timeline
    }

    /// Reads what has been recorded so far; the log has what is kept.
    pub fn read<T>(&self, view: impl FnOnce(&Tape) -> T) -> T {
        self.run.read(view)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Load;

    /// At most half a million are kept, and of every process some.
    #[test]
    fn a_long_run_is_sampled() {
        for (requests, processes, expected) in [
            (500_000, "4", 1),
            (500_001, "1", 2),
            (500_001, "4", 3),
            (5_000_000, "1", 10),
            (5_000_000, "4", 11),
        ] {
            let load = Load::Burst { requests, at_ms: 0.0, spread_ms: 0.0 };
            let scenario = Scenario::new("burst", load);
            let scenario = scenario.with_all([("fleet.processes", processes)]).unwrap();
            assert_eq!(sampled(&scenario, &[]), expected, "{requests} {processes}");
        }
    }
}
