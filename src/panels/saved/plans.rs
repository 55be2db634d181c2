//! The runs of a table, and those of a search.

use std::rc::Rc;

use stampede_sim::ablation::{Ablation, Kept, Outcome, Search};
use stampede_sim::scenario::link::{Lane, Link};
use stampede_sim::scenario::{Action, Problem, Scenario};

use crate::runs::{Answer, Job, Measure, Plan, at_once};

/// A lane, and its defences.
pub struct Subject {
    link: Link,
    lane: usize,
    scenario: Scenario,
    at_once: usize,
    /// Its defences.
    pub ablation: Ablation,
}

impl Subject {
    /// Of a link's lane.
    pub fn new(link: Link, lane: usize) -> Result<Subject, Problem> {
        let scenario = link.scenarios()?.swap_remove(lane);
        let actions = &link.lanes[lane].actions;
        let ablation = Ablation::of(&scenario, actions)?;
        let at_once = at_once(&scenario, actions);
        Ok(Subject { link, lane, scenario, at_once, ablation })
    }

    /// The lane with some of its defences only.
    pub fn with(&self, kept: Kept) -> Result<Lane, Problem> {
        let (scenario, actions) = self.ablation.with(kept)?;
        let Lane { preset, mut changes, .. } = self.link.lanes[self.lane].clone();
        let mut differs = scenario.changes_from(&self.scenario);
        // A list that has become empty is not written.
        if scenario.events != self.scenario.events {
            let events = Action::list_to_value(&scenario.events).to_string();
            differs.retain(|(path, _)| path != "events");
            differs.push(("events".to_owned(), events));
        }
        changes.retain(|(path, _)| differs.iter().all(|(changed, _)| changed != path));
        changes.extend(differs);
        Ok(Lane { preset, changes, actions })
    }

    /// The run with some of its defences, beside the whole.
    pub fn shown(&self, kept: Kept) -> Result<Link, Problem> {
        let mut link = Link { at_ms: None, selected: None, ..self.link.clone() };
        link.lanes[beside(self.lane)] = self.with(kept)?;
        Ok(link)
    }

    /// What stands beside the whole in a link.
    pub fn beside<'a>(&self, link: &'a Link) -> Option<&'a Lane> {
        link.lanes.get(beside(self.lane))
    }

    fn job(&self, lane: Lane, measure: Measure) -> Job {
        let mut link = self.link.clone();
        link.lanes[self.lane] = lane;
        Job::measured(&link, self.lane, measure)
    }
}

/// The lane in which a run is shown beside another.
fn beside(lane: usize) -> usize {
    usize::from(lane == 0)
}

/// A run, and what is known of it.
#[derive(Clone)]
pub struct Variant {
    /// With which of the defences.
    pub kept: Kept,
    /// The run; or why there can be none.
    pub lane: Result<Lane, Problem>,
    /// What came of it, if that is known.
    pub outcome: Option<Outcome>,
}

/// The run with all of its defences, and without each.
#[derive(Clone)]
pub struct Study {
    /// Whose they are.
    pub subject: Rc<Subject>,
    /// Number 0 has all, number n is without part n - 1.
    runs: Vec<Variant>,
    begun: usize,
}

impl Study {
    /// Nothing is known yet.
    pub fn new(subject: &Rc<Subject>) -> Study {
        let ablation = &subject.ablation;
        let all = ablation.all();
        let without = (0..ablation.parts().len()).map(|part| ablation.without(all, part));
        let variant = |kept| Variant { kept, lane: subject.with(kept), outcome: None };
        let runs = [all].into_iter().chain(without).map(variant).collect();
        Study { subject: Rc::clone(subject), runs, begun: 0 }
    }

    /// How many runs there are.
    pub fn count(&self) -> usize {
        self.runs.iter().filter(|variant| variant.lane.is_ok()).count()
    }

    /// How many are known.
    pub fn known(&self) -> usize {
        self.runs.iter().filter(|variant| variant.outcome.is_some()).count()
    }

    /// What came of all defences together.
    pub fn full(&self) -> Outcome {
        self.whole().unwrap_or_default()
    }

    /// The same, if it is known.
    pub fn whole(&self) -> Option<Outcome> {
        self.runs[0].outcome
    }

    /// What came of each one's absence, in the order of the parts.
    pub fn without(&self) -> &[Variant] {
        &self.runs[1..]
    }
}

impl Plan for Study {
    fn next(&mut self) -> Option<(u64, Job)> {
        while let Some(variant) = self.runs.get(self.begun) {
            self.begun += 1;
            if let Ok(lane) = &variant.lane {
                let job = self.subject.job(lane.clone(), Measure::default());
                return Some((self.begun as u64 - 1, job));
            }
        }
        None
    }

    fn take(&mut self, number: u64, answer: Answer) {
        self.runs[number as usize].outcome = answer.outcome;
    }

    fn is_over(&self) -> bool {
        self.known() == self.count()
    }

    fn at_once(&self) -> usize {
        self.subject.at_once
    }
}

/// A search, and how many requests there are with all defences.
pub struct Searching {
    /// Whose defences they are.
    pub subject: Rc<Subject>,
    /// What is known.
    pub search: Search,
    /// How many requests the run has.
    pub requests: u64,
}

impl Plan for Searching {
    fn next(&mut self) -> Option<(u64, Job)> {
        let (number, kept) = self.search.begin()?;
        let goal = Some((self.search.goal().clone(), self.requests));
        // A set that is refused is not handed out.
        Some((number, self.subject.job(self.subject.with(kept).ok()?, Measure { goal })))
    }

    fn take(&mut self, number: u64, answer: Answer) {
        self.search.take(number, answer.outcome.unwrap_or_default());
    }

    fn is_over(&self) -> bool {
        self.search.is_over()
    }

    fn at_once(&self) -> usize {
        self.subject.at_once
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use stampede_sim::ablation::{Aim, Goal, Trial};
    use stampede_sim::scenario::presets::PRESETS;

    use super::*;
    use crate::runs::tests::done;

    fn subject(preset: &str, changes: &[(&str, &str)]) -> Subject {
        let changes = changes.iter().map(|(path, value)| ((*path).into(), (*value).into()));
        let lane = Lane { changes: changes.collect(), ..Lane::new(preset) };
        let link = Link { lanes: vec![Lane::new("unprotected"), lane], ..Link::default() };
        Subject::new(link, 1).unwrap()
    }

    /// What goes to a worker, and to the stage, is the scenario without those
    /// defences, whatever was changed before; also where all that happened in it
    /// was that one was switched.
    #[test]
    fn a_link_says_what_was_taken_away() {
        let switched = r#"[{"at_ms":5,"do":{"switch":{"defence":"singleflight","on":false}}}]"#;
        let mut subjects: Vec<Subject> =
            PRESETS.iter().map(|(name, _)| subject(name, &[])).collect();
        let changes = [("protect.singleflight", "true"), ("events", switched)];
        subjects.push(subject("demo-without-singleflight", &changes));
        let mut compared = 0;
        for subject in &subjects {
            let parts = 0..subject.ablation.parts().len();
            for part in parts {
                let kept = subject.ablation.without(subject.ablation.all(), part);
                let Ok((scenario, actions)) = subject.ablation.with(kept) else { continue };
                let link = Link::read(&subject.shown(kept).unwrap().write()).unwrap();
                assert_eq!(link.lanes[1], subject.link.lanes[1], "the whole stays beside it");
                assert_eq!(link.scenarios().unwrap()[0], scenario);
                assert_eq!(link.lanes[0].actions, actions);
                assert_eq!(subject.beside(&link), subject.with(kept).ok().as_ref());
                compared += 1;
            }
        }
        assert!(compared > 100, "{compared}");
    }

    /// Whoever makes the runs, in whichever order: each is that of the scenario
    /// without the defence, and the smallest sets are the same.
    #[test]
    fn it_does_not_matter_who_makes_the_runs() {
        let changes = [("protect.lock", "true"), ("load.requests", "30")];
        let subject = Rc::new(subject("demo-with-singleflight", &changes));
        let direct = |kept| {
            let (scenario, actions) = subject.ablation.with(kept).unwrap();
            Trial::new(&scenario, &actions, 1).unwrap().step(u64::MAX)
        };
        for workers in [1, 2, 4] {
            let study = done(Study::new(&subject), workers, |count| count / 2);
            assert_eq!(study.whole(), direct(subject.ablation.all()));
            for variant in study.without() {
                assert_eq!(variant.outcome, direct(variant.kept));
            }
            let full = study.full();
            let goal = Goal::new(&[Aim::read("db_calls<=1").unwrap()], &full);
            let search = Search::new(subject.ablation.clone(), goal, &full);
            let searching =
                Searching { subject: Rc::clone(&subject), search, requests: full.requests };
            let found = done(searching, workers, |count| count - 1).search;
            let sets: Vec<Kept> = found.found().iter().map(|(kept, _)| *kept).collect();
            assert_eq!(sets, [Kept(1), Kept(2)]);
        }
    }
}
