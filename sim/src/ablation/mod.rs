//! What saved you? A run again with each of its defences taken away, alone, and
//! the smallest set of them that still keeps a goal.
//!
//! An ablation study: what a part does for the whole is what the whole does
//! without it. Load, seed and faults stay the same, so what differs is what the
//! part did. Nothing here makes a run by itself: whoever asks (the terminal, the
//! page) makes [`Trial`]s, in any order and as many at once as it likes, and
//! what comes of them does not depend on that.
//!
//! | file | idea |
//! |---|---|
//! | [`part`] | what counts as a defence, and how it is taken away |
//! | [`trial`] | a run of which a few numbers are wanted |
//! | [`outcome`] | those numbers |
//! | [`goal`] | what is to be kept: numbers with bounds |
//! | [`smallest`] | the smallest sets that keep it |

pub mod goal;
pub mod outcome;
pub mod part;
pub mod smallest;
pub mod trial;

pub use goal::{Aim, Goal, Metric};
pub use outcome::Outcome;
pub use part::Part;
pub use smallest::{Method, Search};
pub use trial::Trial;

use crate::scenario::{Action, Deed, Problem, Scenario};

/// Some of a run's defences: a bit for each, in the order of
/// [`Ablation::parts`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Kept(pub u64);

impl Kept {
    /// Whether it has the part with this number.
    pub fn has(self, part: usize) -> bool {
        self.0 >> part & 1 == 1
    }

    /// How many it has.
    pub fn count(self) -> u32 {
        self.0.count_ones()
    }
}

/// A run and its defences.
#[derive(Clone)]
pub struct Ablation {
    scenario: Scenario,
    actions: Vec<Action>,
    parts: Vec<Part>,
    /// For each part, the others that it means nothing without.
    needs: Vec<u64>,
}

impl Ablation {
    /// Of a scenario with what was done to it. Its defences are those that are
    /// on at some time: also those that are switched on later.
    pub fn of(scenario: &Scenario, actions: &[Action]) -> Result<Ablation, Problem> {
        let mut ever = scenario.clone();
        for after in scenario.check_run(actions)? {
            ever.protect.add(&after.protect);
        }
        let parts: Vec<Part> = Part::all().filter(|part| part.is_on(&ever)).collect();
        let needs = parts.iter().map(|part| {
            let needed = |(i, other): (usize, &Part)| u64::from(part.needs(other)) << i;
            parts.iter().enumerate().map(needed).sum()
        });
        let needs = needs.collect();
        Ok(Ablation { scenario: scenario.clone(), actions: actions.to_vec(), parts, needs })
    }

    /// Its defences, in the order of a request.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// All of them.
    pub fn all(&self) -> Kept {
        Kept((1 << self.parts.len()) - 1)
    }

    /// A set without one of its parts, and without those that mean nothing
    /// without that.
    pub fn without(&self, kept: Kept, part: usize) -> Kept {
        let mut left = Kept(kept.0 & !(1 << part));
        while let Some(bereft) = (0..self.parts.len()).find(|i| self.is_bereft(left, *i)) {
            left.0 &= !(1 << bereft);
        }
        left
    }

    fn is_bereft(&self, kept: Kept, part: usize) -> bool {
        kept.has(part) && self.needs[part] & !kept.0 != 0
    }

    /// Whether no part of a set lacks what it needs.
    pub fn is_sound(&self, kept: Kept) -> bool {
        (0..self.parts.len()).all(|part| !self.is_bereft(kept, part))
    }

    /// The run with some of its defences only: those that are not kept are off
    /// from the start, and nobody switches them on. Refused if what happens in
    /// the run cannot happen without them.
    pub fn with(&self, kept: Kept) -> Result<(Scenario, Vec<Action>), Problem> {
        let mut scenario = self.scenario.clone();
        let gone = self.parts.iter().enumerate().filter(|(i, _)| !kept.has(*i));
        let gone: Vec<&Part> = gone.map(|(_, part)| part).collect();
        gone.iter().for_each(|part| part.take_away(&mut scenario));
        let stays = |action: &Action| match action.deed {
            Deed::Switch { defence, .. } => !gone.iter().any(|part| part.switches(defence)),
            _ => true,
        };
        scenario.events.retain(stays);
        let actions: Vec<Action> = self.actions.iter().filter(|a| stays(a)).cloned().collect();
        scenario.check_run(&actions)?;
        Ok((scenario, actions))
    }
}
