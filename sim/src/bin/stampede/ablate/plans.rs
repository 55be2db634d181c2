//! The runs of a table, and those of a search.

use stampede_sim::ablation::{Ablation, Kept, Outcome, Search};
use stampede_sim::scenario::{Problem, Scenario};

use crate::crew::{Job, Plan};

/// The run with all of its defences, and without each.
pub struct Study {
    ablation: Ablation,
    /// Number 0 has all, number n is without part n - 1.
    runs: Vec<Variant>,
    begun: usize,
}

/// A run of a study.
pub struct Variant {
    pub kept: Kept,
    /// The run, until it has been made; or why there can be none.
    run: Result<Scenario, Problem>,
    outcome: Option<Outcome>,
}

impl Study {
    pub fn new(ablation: Ablation) -> Study {
        let all = ablation.all();
        let without = (0..ablation.parts().len()).map(|part| ablation.without(all, part));
        let variant = |kept| Variant {
            kept,
            run: ablation.with(kept).map(|(scenario, _)| scenario),
            outcome: None,
        };
        let runs = [all].into_iter().chain(without).map(variant).collect();
        Study { ablation, runs, begun: 0 }
    }

    pub fn ablation(&self) -> &Ablation {
        &self.ablation
    }

    /// How many runs there are.
    pub fn count(&self) -> usize {
        self.runs.iter().filter(|variant| variant.run.is_ok()).count()
    }

    /// How many have been made.
    pub fn known(&self) -> usize {
        self.runs.iter().filter(|variant| variant.outcome.is_some()).count()
    }

    /// What came of all defences together.
    pub fn full(&self) -> Outcome {
        self.runs[0].outcome.unwrap_or_default()
    }

    /// What came of each one's absence, in the order of the parts.
    pub fn without(&self) -> &[Variant] {
        &self.runs[1..]
    }
}

impl Variant {
    pub fn outcome(&self) -> Result<Outcome, &Problem> {
        self.run.as_ref().map(|_| self.outcome.unwrap_or_default())
    }
}

impl Plan for Study {
    fn next(&mut self) -> Option<Job> {
        while let Some(variant) = self.runs.get(self.begun) {
            self.begun += 1;
            if let Ok(scenario) = &variant.run {
                let (number, scenario) = (self.begun as u64 - 1, scenario.clone());
                return Some(Job { number, scenario, goal: None });
            }
        }
        None
    }

    fn take(&mut self, number: u64, outcome: Outcome) {
        self.runs[number as usize].outcome = Some(outcome);
    }

    fn is_over(&self) -> bool {
        self.known() == self.count()
    }
}

/// A search, and how many requests there were with all defences.
pub struct Searching {
    pub search: Search,
    pub requests: u64,
}

impl Plan for Searching {
    fn next(&mut self) -> Option<Job> {
        let (number, kept) = self.search.begin()?;
        // A search hands out no set that is refused.
        let (scenario, _) = self.search.ablation().with(kept).ok()?;
        Some(Job { number, scenario, goal: Some((self.search.goal().clone(), self.requests)) })
    }

    fn take(&mut self, number: u64, outcome: Outcome) {
        self.search.take(number, outcome);
    }

    fn is_over(&self) -> bool {
        self.search.is_over()
    }
}
