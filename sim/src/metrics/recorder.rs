//! A run made again for the sake of its metrics, a piece at a time.

use super::{Plan, Scraper, Series, System};
use crate::engine::Nanos;
use crate::run::Run;
use crate::scenario::{Action, Problem, Scenario};
use crate::telemetry::{Event, Recording};

/// So many tasks are polled between two looks at what has happened.
const POLLS: u64 = 10_000;

/// Makes a run, and shows every event of it to whoever asks, keeping none.
pub(super) struct Events {
    run: Run,
    /// When the last one was.
    pub last: Nanos,
}

impl Events {
    pub(super) fn new(
        scenario: &Scenario,
        actions: &[Action],
        seed: u64,
    ) -> Result<Events, Problem> {
        let run = Run::new(scenario, actions, seed, Recording::Trace)?;
        Ok(Events { run, last: Nanos::ZERO })
    }

    /// Goes on a little; true when the run is over.
    pub(super) fn step(&mut self, see: &mut impl FnMut(Event)) -> bool {
        let last = &mut self.last;
        self.run.show(POLLS, |event| {
            *last = event.at;
            see(event);
        })
    }
}

/// Scrapes a run as planned, while it is made.
pub struct Recorder {
    events: Events,
    scraper: Scraper,
}

impl Recorder {
    /// Begins. Refuses what [`Run::new`] refuses.
    pub fn new(
        scenario: &Scenario,
        actions: &[Action],
        seed: u64,
        plan: &Plan,
    ) -> Result<Recorder, Problem> {
        let scraper = Scraper::new(System::of(scenario, actions)?, plan, seed);
        Ok(Recorder { events: Events::new(scenario, actions, seed)?, scraper })
    }

    /// Goes on a little, by 10,000 tasks at most; true when the run is over.
    pub fn step(&mut self) -> bool {
        let Recorder { events, scraper } = self;
        events.step(&mut |event| scraper.take(event))
    }

    /// How far the run has come.
    pub fn now(&self) -> Nanos {
        self.events.last
    }

    /// Every series that a Prometheus would have of it.
    pub fn end(self) -> Vec<Series> {
        self.scraper.end(self.events.last)
    }
}
