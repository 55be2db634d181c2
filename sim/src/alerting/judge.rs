//! Rules judged over many runs: how long before or after it begins to hurt they fire,
//! how often they miss it, and how often they call somebody for nothing.

use stampede_watch::Millis;
use stampede_watch::eval::Times;
use stampede_watch::notify::{Notification, Route, notifications};
use stampede_watch::rule::{Evaluator, Group, Spell};
use stampede_watch::series::Store;

use super::store;
use crate::engine::Nanos;
use crate::metrics::{Plan, Scraper, System, each};
use crate::scenario::{Action, Problem, Scenario};
use crate::telemetry::{Event, Kind};

/// A run to judge rules by. Times are in milliseconds since it began.
#[derive(Clone, Debug)]
pub struct Case {
    /// What was scraped of it.
    pub store: Store,
    /// When it began to hurt: the first time that a client got an error or stopped
    /// waiting. A run without such a time is an ordinary one.
    pub hurts: Option<Millis>,
    /// Until when it was scraped.
    pub end: Millis,
}

impl Case {
    /// Makes the run, scraped as planned. Refuses what
    /// [`Run::new`](crate::run::Run::new) refuses.
    pub fn of(
        scenario: &Scenario,
        actions: &[Action],
        seed: u64,
        plan: &Plan,
    ) -> Result<Case, Problem> {
        let mut scraper = Scraper::new(System::of(scenario, actions)?, plan, seed);
        let mut hurts = None;
        let end = each(scenario, actions, seed, |event| {
            if hurts.is_none() && pains(&event) {
                hurts = Some(millis(event.at));
            }
            scraper.take(event);
        })?;
        Ok(Case { store: store(&scraper.end(end)), hurts, end: millis(end.max(plan.until)) })
    }

    /// What becomes of a group of rules in it, evaluated from `offset` on.
    pub fn watch(&self, group: &Group, offset: Millis) -> Watched {
        let mut store = self.store.clone();
        let mut evaluator = Evaluator::new(group.clone());
        evaluator.advance(&mut store, Times::between(offset, self.end, group.interval));
        Watched { spells: evaluator.timeline().spells.clone(), hurts: self.hurts, end: self.end }
    }
}

/// Whether somebody is let down.
pub fn pains(event: &Event) -> bool {
    matches!(event.kind, Kind::Error | Kind::Fail | Kind::Timeout)
}

fn millis(at: Nanos) -> Millis {
    (at.0 / 1_000_000) as Millis
}

/// What became of rules in a run.
#[derive(Clone, Debug)]
pub struct Watched {
    /// Alerts.
    pub spells: Vec<Spell>,
    /// When it began to hurt, if it did.
    pub hurts: Option<Millis>,
    /// When the run was over.
    pub end: Millis,
}

impl Watched {
    /// When the first alert fired.
    pub fn fired(&self) -> Option<Millis> {
        self.spells.iter().filter_map(|spell| spell.fired).min()
    }

    /// The pages that went out while the run went on.
    pub fn pages(&self, route: &Route) -> Vec<Notification> {
        notifications(&self.spells, route, self.end)
    }
}

/// How good rules are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judgement {
    /// Of each run that hurt and in which an alert fired: how long after that it did;
    /// below 0, before. In milliseconds, in the order of the runs.
    pub detections: Vec<Millis>,
    /// Runs that hurt, and nobody was called.
    pub misses: usize,
    /// Runs that hurt nobody, and somebody was called.
    pub false_alarms: usize,
    /// Runs that hurt nobody.
    pub ordinary: usize,
    /// Pages that went out in all.
    pub pages: usize,
}

impl Judgement {
    /// Takes one more run into account.
    pub fn take(&mut self, run: &Watched, route: &Route) {
        self.pages += run.pages(route).len();
        match (run.hurts, run.fired()) {
            (Some(hurts), Some(fired)) => self.detections.push(fired - hurts),
            (Some(_), None) => self.misses += 1,
            (None, fired) => {
                self.ordinary += 1;
                self.false_alarms += usize::from(fired.is_some());
            }
        }
    }

    /// The detection that half of the others come before; the later of two.
    pub fn median(&self) -> Option<Millis> {
        let mut sorted = self.detections.clone();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied()
    }
}

/// Judges rules by runs, evaluated from `offset` on.
pub fn judge<'a>(
    cases: impl IntoIterator<Item = &'a Case>,
    group: &Group,
    offset: Millis,
    route: &Route,
) -> Judgement {
    let mut judgement = Judgement::default();
    for case in cases {
        judgement.take(&case.watch(group, offset), route);
    }
    judgement
}
