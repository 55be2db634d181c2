//! A search for faults that a lane does not stand, and for the fewest of them.

use stampede_sim::chaos::{Bounds, Report, ddmin, faults};
use stampede_sim::scenario::link::Link;
use stampede_sim::scenario::{Action, Problem, Scenario};

use super::aims::Aims;
use crate::runs::{Answer, Job, Plan, Steps, at_once};

/// What is known of a lane: without faults, and with those drawn so far.
#[derive(Clone)]
pub struct Search {
    link: Link,
    lane: usize,
    scenario: Scenario,
    aims: Aims,
    at_once: usize,
    /// The lane as it is, and what follows from that.
    calm: Option<(Bounds, Report)>,
    /// How many runs have been handed out, the one without faults among them.
    begun: u64,
    /// By attempt: what came of its faults.
    reports: Vec<Option<Report>>,
    found: Option<Found>,
}

/// An attempt that broke the steady state.
#[derive(Clone)]
pub struct Found {
    /// Its number, from which its faults were drawn.
    pub attempt: u64,
    /// What came of some of them, all of them first.
    tried: Vec<(Vec<Action>, Report)>,
    /// Which of them have to be tried next.
    wanted: Option<Vec<Action>>,
    is_trying: bool,
}

impl Search {
    /// Nothing is known yet.
    pub fn new(link: Link, lane: usize, aims: Aims) -> Result<Search, Problem> {
        let scenario = link.scenarios()?.swap_remove(lane);
        let at_once = at_once(&scenario, &link.lanes[lane].actions);
        let reports = vec![None; aims.attempts()];
        let (calm, found) = (None, None);
        Ok(Search { link, lane, scenario, aims, at_once, calm, begun: 0, reports, found })
    }

    /// What left the steady state of the lane as it is, if that is known.
    pub fn calm(&self) -> Option<&Report> {
        self.calm.as_ref().map(|(_, report)| report)
    }

    /// How many attempts are known, from the first on, that broke nothing; and how
    /// many there are to be.
    pub fn progress(&self) -> (usize, usize) {
        let holds = |report: &&Option<Report>| report.as_ref().is_some_and(Report::holds);
        (self.reports.iter().take_while(holds).count(), self.reports.len())
    }

    /// What was found.
    pub fn found(&self) -> Option<&Found> {
        self.found.as_ref()
    }

    /// The lane with some faults, beside the one without.
    pub fn shown(&self, faults: &[Action]) -> Link {
        let beside = usize::from(self.lane == 0);
        let mut link = self.with(self.lane, faults);
        link.lanes.swap(self.lane, beside);
        link.lanes[self.lane] = self.link.lanes[self.lane].clone();
        link.at_ms = faults.first().map(|fault| fault.at_ms);
        link.selected = None;
        link
    }

    /// With more that happens to a lane, in the order of the times.
    fn with(&self, lane: usize, faults: &[Action]) -> Link {
        let mut link = self.link.clone();
        let actions = &mut link.lanes[lane].actions;
        actions.extend_from_slice(faults);
        actions.sort_by(|a, b| a.at_ms.total_cmp(&b.at_ms));
        link
    }

    fn job(&self, faults: &[Action]) -> Job {
        let steps = self.calm.as_ref().map_or(Steps::Any, |(bounds, _)| Steps::Of(bounds.step));
        Job::watched(&self.with(self.lane, faults), self.lane, steps)
    }

    fn draw(&self, attempt: u64) -> Vec<Action> {
        faults::draw(&self.scenario, attempt, self.aims.faults())
    }
}

impl Found {
    fn new(attempt: u64, faults: Vec<Action>, report: Report) -> Found {
        let mut found =
            Found { attempt, tried: vec![(faults, report)], wanted: None, is_trying: false };
        found.wanted = found.shrunk().err();
        found
    }

    /// All that were drawn, and what came of them.
    pub fn drawn(&self) -> &(Vec<Action>, Report) {
        &self.tried[0]
    }

    /// How many runs were made to leave faults out.
    pub fn runs(&self) -> usize {
        self.tried.len() - 1
    }

    /// Those of which none can be left out, and what comes of them; once that is known.
    pub fn fewest(&self) -> Option<&(Vec<Action>, Report)> {
        let fewest = self.shrunk().ok()?;
        self.tried.iter().find(|(faults, _)| *faults == fewest)
    }

    /// The fewest; or those of which that would have to be known first.
    fn shrunk(&self) -> Result<Vec<Action>, Vec<Action>> {
        ddmin(&self.tried[0].0, |some| {
            let known = self.tried.iter().find(|(faults, _)| faults == some);
            known.map(|(_, report)| !report.holds()).ok_or_else(|| some.to_vec())
        })
    }

    fn take(&mut self, report: Report) {
        self.is_trying = false;
        let Some(faults) = self.wanted.take() else { return };
        self.tried.push((faults, report));
        self.wanted = self.shrunk().err();
    }
}

impl Plan for Search {
    fn next(&mut self) -> Option<(u64, Job)> {
        let attempts = self.reports.len() as u64;
        if self.begun == 0 {
            self.begun = 1;
            return Some((0, self.job(&[])));
        }
        self.calm.as_ref()?;
        if let Some(found) = &mut self.found {
            // One at a time: each depends on the one before.
            let faults = found.wanted.clone().filter(|_| !found.is_trying)?;
            found.is_trying = true;
            return Some((attempts + 1, self.job(&faults)));
        }
        // Once one has broken it, only those before it matter, and they are under way.
        let broken = self.reports.iter().flatten().any(|report| !report.holds());
        if broken || self.begun > attempts {
            return None;
        }
        self.begun += 1;
        let attempt = self.begun - 1;
        Some((attempt, self.job(&self.draw(attempt))))
    }

    fn take(&mut self, number: u64, answer: Answer) {
        let seen = answer.seen.unwrap_or_default();
        let Some((bounds, _)) = &self.calm else {
            let bounds = self.aims.steady().bounds(&seen);
            let report = bounds.report(&seen);
            self.calm = Some((bounds, report));
            return;
        };
        let report = bounds.report(&seen);
        if number > self.reports.len() as u64 {
            self.found.iter_mut().for_each(|found| found.take(report.clone()));
            return;
        }
        self.reports[number as usize - 1] = Some(report);
        let (held, _) = self.progress();
        if self.found.is_none()
            && let Some(Some(report)) = self.reports.get(held)
        {
            let attempt = held as u64 + 1;
            self.found = Some(Found::new(attempt, self.draw(attempt), report.clone()));
        }
    }

    fn is_over(&self) -> bool {
        let (held, attempts) = self.progress();
        match (&self.calm, &self.found) {
            (None, _) => false,
            (Some((_, calm)), _) if !calm.holds() => true,
            (_, Some(found)) => found.wanted.is_none(),
            (_, None) => held == attempts,
        }
    }

    fn at_once(&self) -> usize {
        self.at_once
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use stampede_sim::chaos::Experiment;
    use stampede_sim::scenario::link::Lane;

    use super::*;
    use crate::runs::tests::done;

    fn search(changes: &[(&str, &str)], aims: Aims) -> Search {
        let changes = changes.iter().map(|(path, value)| ((*path).into(), (*value).into()));
        let lane = Lane { changes: changes.collect(), ..Lane::new("layered") };
        let link = Link { lanes: vec![Lane::new("unprotected"), lane], ..Link::default() };
        Search::new(link, 1, aims).unwrap()
    }

    fn aims(goodput: f64, attempts: f64) -> Aims {
        Aims::default().with(0, goodput).with(1, 1000.0).with(2, 1000.0).with(3, attempts)
    }

    /// Whoever makes the runs, in whichever order: what is found is what the terminal
    /// finds, and what is put on the stage is that run.
    #[test]
    fn it_finds_what_the_terminal_finds() {
        for (goodput, attempts) in [(60.0, 10.0), (0.0, 3.0)] {
            let search = search(&[], aims(goodput, attempts));
            let (scenario, steady) = (search.scenario.clone(), search.aims.steady());
            let experiment = Experiment::new(&scenario, 1, steady, &mut || ()).unwrap();
            let known = experiment.find(5, attempts as u64, &mut || ()).unwrap();
            for workers in [1, 3] {
                let search = done(search.clone(), workers, |count| count / 2);
                assert_eq!(search.calm(), Some(experiment.calm()));
                let (Some(found), Some(known)) = (search.found(), &known) else {
                    assert!(search.found().is_none() && known.is_none() && goodput == 0.0);
                    assert_eq!(search.progress(), (3, 3));
                    continue;
                };
                assert_eq!((found.attempt, found.drawn()), (known.draw, &known.drawn));
                assert_eq!(found.fewest(), Some(&known.fewest));
                let link = Link::read(&search.shown(&known.fewest.0).write()).unwrap();
                assert_eq!(link.lanes[1], search.link.lanes[1], "as it is, beside it");
                assert_eq!(link.scenarios().unwrap()[0], scenario);
                assert_eq!(link.lanes[0].actions, known.fewest.0);
            }
        }
    }

    /// Where the steady state is left without any fault there is nothing to draw.
    #[test]
    fn what_does_not_hold_by_itself_is_not_broken() {
        let search =
            search(&[("db.error_rate", "0.5"), ("protect.stale", "false")], aims(99.0, 9.0));
        let search = done(search, 2, |_| 0);
        assert!(search.calm().is_some_and(|calm| !calm.holds()) && search.found().is_none());
        assert_eq!(search.progress(), (0, 9));
    }
}
