//! Rules judged over many runs: how long before or after it begins to hurt they fire,
//! how often they miss it, and how often they call somebody for nothing.

use stampede_watch::Millis;
use stampede_watch::eval::Times;
use stampede_watch::notify::{Notification, Route, notifications};
use stampede_watch::rule::{Evaluator, Group, Timeline};
use stampede_watch::series::Store;

use super::{millis, store};
use crate::metrics::{Plan, Scraper, System, each};
use crate::scenario::{Action, Problem, Scenario};
use crate::telemetry::Kind;

/// A run to judge rules by. Times are in milliseconds since it began.
#[derive(Clone, Debug)]
pub struct Case {
    /// What was scraped of it.
    pub store: Store,
    /// When it began to hurt: the first time that a client got an error or stopped
    /// waiting. A run without such a time is an ordinary one.
    pub hurts: Option<Millis>,
    /// How many clients got an error in the end: so many messages are sent by code that
    /// sends one for each.
    pub failed: u64,
    /// How many requests waited for another's load: the same for code that sends one for
    /// each of them.
    pub followed: u64,
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
        let mut all = Case::by_each(scenario, actions, seed, std::slice::from_ref(plan))?;
        Ok(all.remove(0))
    }

    /// Makes the run once, scraped in several ways, by each of which it is a case.
    pub fn by_each(
        scenario: &Scenario,
        actions: &[Action],
        seed: u64,
        plans: &[Plan],
    ) -> Result<Vec<Case>, Problem> {
        let system = System::of(scenario, actions)?;
        let scraper = |plan| Scraper::new(system.clone(), plan, seed);
        let mut scrapers: Vec<Scraper> = plans.iter().map(scraper).collect();
        let (mut hurts, mut failed, mut followed) = (None, 0, 0);
        let over = each(scenario, actions, seed, |event| {
            match event.kind {
                Kind::Error | Kind::Fail | Kind::Timeout => {
                    hurts = hurts.or(Some(millis(event.at)));
                    failed += u64::from(event.kind == Kind::Error);
                }
                Kind::Join => followed += 1,
                _ => {}
            }
            scrapers.iter_mut().for_each(|scraper| scraper.take(event));
        })?;
        let case = |(scraper, plan): (Scraper, &Plan)| Case {
            store: store(&scraper.end(over)),
            hurts,
            failed,
            followed,
            end: millis(over.max(plan.until)),
        };
        Ok(scrapers.into_iter().zip(plans).map(case).collect())
    }

    /// What becomes of rules in it, if they are evaluated from `offset` on.
    pub fn watch(&self, group: &Group, offset: Millis) -> Timeline {
        let mut store = self.store.clone();
        let mut evaluator = Evaluator::new(group.clone());
        evaluator.advance(&mut store, Times::between(offset, self.end, group.interval));
        evaluator.timeline().clone()
    }

    /// The pages that went out until it was over.
    pub fn pages(&self, timeline: &Timeline, route: &Route) -> Vec<Notification> {
        notifications(&timeline.spells, route, self.end)
    }
}

/// How good rules are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judgement {
    /// Of each run that hurt and in which an alert fired: how long after that the first
    /// one did; below 0, before. In milliseconds, in the order of the runs.
    pub detections: Vec<Millis>,
    /// Runs that hurt, and no alert fired.
    pub misses: usize,
    /// Runs that hurt nobody, and an alert fired.
    pub false_alarms: usize,
    /// Runs that hurt nobody.
    pub ordinary: usize,
    /// Pages that went out in all,
    pub pages: usize,
    /// and those that went out in runs that hurt nobody.
    pub false_pages: usize,
    /// Evaluations that failed.
    pub troubles: usize,
}

impl Judgement {
    /// Takes one more run into account.
    pub fn take(&mut self, case: &Case, timeline: &Timeline, route: &Route) {
        let pages = case.pages(timeline, route).len();
        self.pages += pages;
        self.troubles += timeline.troubles.len();
        match (case.hurts, fired(timeline)) {
            (Some(hurts), Some(fired)) => self.detections.push(fired - hurts),
            (Some(_), None) => self.misses += 1,
            (None, fired) => {
                self.ordinary += 1;
                self.false_alarms += usize::from(fired.is_some());
                self.false_pages += pages;
            }
        }
    }

    /// The detection that half of the others come before; of an even number, the later
    /// of the two in the middle.
    pub fn median(&self) -> Option<Millis> {
        let mut sorted = self.detections.clone();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied()
    }

    /// The last detection of all.
    pub fn latest(&self) -> Option<Millis> {
        self.detections.iter().copied().max()
    }
}

/// When the first alert fired.
pub fn fired(timeline: &Timeline) -> Option<Millis> {
    timeline.spells.iter().filter_map(|spell| spell.fired).min()
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
        judgement.take(case, &case.watch(group, offset), route);
    }
    judgement
}
