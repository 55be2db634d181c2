//! A run in which a script is tried, and whether it reaches the goals there.

use super::look::Notes;
use super::{Challenge, Goal};
use crate::run::Run;
use crate::scenario::{Problem, Scenario};
use crate::telemetry::Recording;
use crate::telemetry::stopped::Stopped;

/// A run in progress.
pub struct Trial {
    run: Run,
    notes: Notes,
    goals: &'static [Goal],
}

/// What came of a run: of each goal, its number.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The goals' numbers, in their order.
    pub numbers: Vec<f64>,
    /// Whether each is met.
    pub met: Vec<bool>,
    /// Where a mistake first stopped the script, and which.
    pub stopped: Option<Stopped>,
}

impl Verdict {
    /// Of the goals' numbers.
    pub fn of(goals: &[Goal], numbers: Vec<f64>, stopped: Option<Stopped>) -> Verdict {
        let met = goals.iter().zip(&numbers).map(|(goal, number)| goal.is_met(*number)).collect();
        Verdict { numbers, met, stopped }
    }

    /// Whether all of them are met.
    pub fn passes(&self) -> bool {
        self.met.iter().all(|met| *met)
    }

    /// Which goal is missed first.
    pub fn missed(&self) -> Option<usize> {
        self.met.iter().position(|met| !met)
    }
}

impl Trial {
    /// Nothing has happened yet. The scenario is the challenge's with a script
    /// ([`Challenge::scenario`]), or what became of that. Refuses what [`Run::new`]
    /// refuses.
    pub fn new(challenge: &Challenge, scenario: &Scenario, seed: u64) -> Result<Trial, Problem> {
        let run = Run::new(scenario, &[], seed, Recording::Trace)?;
        let goals = challenge.goals;
        Ok(Trial { run, notes: Notes::new(goals), goals })
    }

    /// Computes on, by at most about `budget` polls; the verdict when it is over.
    pub fn step(&mut self, budget: u64) -> Option<Verdict> {
        let notes = &mut self.notes;
        let done = self.run.show(budget, |event| notes.take(event));
        done.then(|| Verdict::of(self.goals, notes.numbers(), notes.stopped))
    }

    /// All of it at once.
    pub fn whole(
        challenge: &Challenge,
        scenario: &Scenario,
        seed: u64,
    ) -> Result<Verdict, Problem> {
        let mut trial = Trial::new(challenge, scenario, seed)?;
        loop {
            if let Some(verdict) = trial.step(u64::MAX) {
                return Ok(verdict);
            }
        }
    }
}
