//! A rule judged over many seeds, of an incident and of an ordinary evening.

use stampede_sim::scenario::link::{Lane, Link};
use stampede_sim::scenario::{Deed, Problem};
use stampede_watch::Millis;

use crate::runs::watch::{Asked, Job, Scraped, Scraping};
use crate::runs::{Plan, at_once};

/// So many seeds of each.
pub const SEEDS: usize = 10;
/// The evening, and what goes wrong on it.
pub const RUNS: [&str; 2] = ["watch-evening", "watch-incident"];

/// Both, with a seed.
fn runs(seed: u64) -> Link {
    Link { lanes: RUNS.map(Lane::new).into(), seed, ..Link::default() }
}

/// How a rule does.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judgement {
    /// Incidents that are known, and evenings.
    pub known: [usize; 2],
    /// Of each incident in which it fired before the database was down: how long
    /// before, in ms.
    pub before: Vec<Millis>,
    /// Incidents in which it fired later.
    pub late: usize,
    /// Incidents in which it did not fire.
    pub missed: usize,
    /// Evenings on which it fired.
    pub alarms: usize,
}

impl Judgement {
    fn take(&mut self, incident: bool, down: Millis, fired: Option<Millis>) {
        match (incident, fired) {
            (true, Some(at)) if at < down => self.before.push(down - at),
            (true, Some(_)) => self.late += 1,
            (true, None) => self.missed += 1,
            (false, fired) => self.alarms += usize::from(fired.is_some()),
        }
        self.known[usize::from(!incident)] += 1;
    }

    /// Whether it does what was asked for.
    pub fn is_good(&self) -> bool {
        self.before.len() == self.known[0] && self.alarms == 0
    }

    /// How long before, in ms, in the middle one of those incidents.
    pub fn median(&self) -> Option<Millis> {
        let mut sorted = self.before.clone();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied()
    }
}

/// The runs, and what is known of them.
pub struct Judging {
    scraping: Scraping,
    rules: Vec<Asked>,
    /// When the database is down in an incident, in ms.
    down: Millis,
    at_once: usize,
    begun: usize,
    answers: Vec<Option<Vec<Option<Millis>>>>,
}

impl Judging {
    /// Nothing is known yet of these rules.
    pub fn new(scraping: Scraping, rules: Vec<Asked>) -> Result<Judging, Problem> {
        let incident = runs(1).scenarios()?.swap_remove(1);
        let outage = |deed: &Deed| matches!(deed, Deed::DbOutage { .. });
        let down = incident.events.iter().find(|action| outage(&action.deed));
        let down = down.map_or(0.0, |action| action.at_ms) as Millis;
        let at_once = at_once(&incident, &[]);
        // What is watched is over when the run is.
        let scraping = Scraping { after: 0, ..scraping };
        Ok(Judging { scraping, rules, down, at_once, begun: 0, answers: vec![None; 2 * SEEDS] })
    }

    /// How many runs are known.
    pub fn known(&self) -> usize {
        self.answers.iter().flatten().count()
    }

    /// How each rule does, as far as it is known.
    pub fn judgements(&self) -> Vec<Judgement> {
        let mut all = vec![Judgement::default(); self.rules.len()];
        for (number, verdicts) in self.answers.iter().enumerate() {
            for (judgement, fired) in all.iter_mut().zip(verdicts.iter().flatten()) {
                judgement.take(number % 2 == 1, self.down, *fired);
            }
        }
        all
    }
}

impl Plan<Job> for Judging {
    fn next(&mut self) -> Option<(u64, Job)> {
        if self.begun == self.answers.len() {
            return None;
        }
        let number = self.begun;
        self.begun += 1;
        let link = runs(1 + number as u64 / 2);
        let job = Job::verdicts(&link, number % 2, self.scraping, self.rules.clone());
        Some((number as u64, job))
    }

    fn take(&mut self, number: u64, answer: Scraped) {
        if let Scraped::Verdicts(fired) = answer {
            self.answers[number as usize] = Some(fired);
        }
    }

    fn is_over(&self) -> bool {
        self.answers.iter().all(Option::is_some)
    }

    fn at_once(&self) -> usize {
        self.at_once
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_time_is_before_the_database_is_down_and_never_else() {
        let mut judgement = Judgement::default();
        for (incident, fired) in [(true, Some(299)), (true, Some(100)), (false, None)] {
            judgement.take(incident, 300, fired);
        }
        assert!(judgement.is_good());
        assert_eq!((judgement.median(), judgement.known), (Some(200), [2, 1]));
        for (incident, fired) in [(true, Some(300)), (true, None), (false, Some(5))] {
            let mut worse = judgement.clone();
            worse.take(incident, 300, fired);
            assert!(!worse.is_good(), "{incident} {fired:?}");
        }
    }
}
