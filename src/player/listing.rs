//! Who waits at which line of the code.
//!
//! A run is a pure function, so this needs no record of the one on stage: it
//! is another run of the same scenario, watched, and made only when somebody
//! reads the code.

use stampede_sim::engine::Nanos;
use stampede_sim::engine::watch::{ELSEWHERE, Place};
use stampede_sim::run::Run;
use stampede_sim::scenario::{Action, Scenario};
use stampede_sim::telemetry::Recording;

/// A watched run, and a reading position in it.
pub struct Listing {
    run: Run,
    complete: bool,
    read: usize,
    /// By task: for which request it works, and where it waits.
    tasks: Vec<(u32, u16)>,
}

/// A line at which requests wait.
#[derive(Clone, PartialEq, Debug)]
pub struct Lit {
    /// A file of `sim/src/protect/`, or [`SCRIPT`](stampede_sim::protect::script::SCRIPT).
    pub file: &'static str,
    /// The line's number, from 1.
    pub line: u32,
    /// Which requests; one may be there twice.
    pub who: Vec<u32>,
}

impl Listing {
    /// Nothing has been computed yet; `None` if there is no such run.
    pub fn new(scenario: &Scenario, actions: &[Action], seed: u64) -> Option<Listing> {
        let run = Run::new(scenario, actions, seed, Recording::Counters).ok()?;
        run.watch();
        Some(Listing { run, complete: false, read: 0, tasks: Vec::new() })
    }

    /// Computes on, by at most `budget` polls; true if there is more to do.
    pub fn compute(&mut self, budget: u64) -> bool {
        self.complete = self.complete || self.run.run_until(Nanos::MAX, budget);
        !self.complete
    }

    /// Whether all is known.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// The lines at which requests wait at `at`, in the order in which they
    /// were first waited at.
    pub fn lit(&mut self, at: Nanos) -> Vec<Lit> {
        self.run.watched(|watch| {
            let until = watch.steps.partition_point(|step| step.at <= at);
            if until < self.read {
                self.read = 0;
                self.tasks.clear();
            }
            for step in &watch.steps[self.read..until] {
                let task = step.task as usize;
                let tasks = self.tasks.len().max(task + 1);
                self.tasks.resize(tasks, (0, ELSEWHERE));
                self.tasks[task] = (step.who, step.place);
            }
            self.read = until;
            let mut lit: Vec<Lit> = (watch.places.iter())
                .map(|Place { file, line }| {
                    // Below the folder: `lock.rs`, `flawed/never_fills.rs`.
                    let file =
                        file.find("protect/").map_or(*file, |i| &file[i + "protect/".len()..]);
                    Lit { file, line: *line, who: Vec::new() }
                })
                .collect();
            for (who, place) in &self.tasks {
                if let Some(lit) = lit.get_mut(*place as usize) {
                    lit.who.push(*who);
                }
            }
            lit.retain(|lit| !lit.who.is_empty());
            lit
        })
    }
}
