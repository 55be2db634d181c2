//! A run while it is scraped.

use stampede_sim::alerting::{export, store};
use stampede_sim::engine::Nanos;
use stampede_sim::metrics::Recorder;
use stampede_sim::scenario::link::Link;
use stampede_sim::scenario::{Action, Problem, Scenario};
use stampede_watch::Millis;
use stampede_watch::eval::Times;
use stampede_watch::parse::parse;
use stampede_watch::rule::{Alert, Evaluator, Group, Rule};
use stampede_watch::series::Store;

use super::job::{Job, Scraped, Wanted, nanos};
use super::stored;

/// So many polls are a step of the recorder's.
const STEP: u64 = 10_000;

/// A run while it is scraped.
pub struct Making {
    job: Job,
    scenario: Scenario,
    actions: Vec<Action>,
    seed: u64,
    /// None when it is over.
    recorder: Option<Recorder>,
    /// About when it will be over.
    length: Nanos,
}

impl Making {
    /// Begins.
    pub fn new(job: Job) -> Result<Making, Problem> {
        let link = Link::read(&job.link)?;
        let scenario = link.scenarios()?.swap_remove(job.lane);
        let actions = link.lanes[job.lane].actions.clone();
        let seed = link.seed;
        let recorder = Recorder::new(&scenario, &actions, seed, &job.scraping.plan())?;
        let length = Nanos::from_ms(scenario.load.span_ms());
        let recorder = Some(recorder);
        Ok(Making { job, scenario, actions, seed, recorder, length })
    }

    /// How much of it is done, as a share.
    pub fn done(&self) -> f64 {
        let now = self.recorder.as_ref().map_or(Nanos::ZERO, Recorder::now);
        (now.0 as f64 / self.length.0.max(1) as f64).min(1.0)
    }

    /// Goes on; the answer when it is over.
    pub fn step(&mut self, budget: u64) -> Option<Scraped> {
        let going = self.recorder.as_mut()?;
        let over = (0..budget.div_ceil(STEP)).any(|_| going.step());
        if over { self.recorder.take().and_then(|recorder| self.answer(recorder)) } else { None }
    }

    fn answer(&self, recorder: Recorder) -> Option<Scraped> {
        let end = recorder.now();
        let series = recorder.end(nanos(self.job.scraping.after));
        match &self.job.wanted {
            Wanted::Samples => Some(Scraped::Samples(stored::write(&store(&series), millis(end)))),
            Wanted::Files => self.files(),
            Wanted::Verdicts(rules) => {
                let (store, end) = (store(&series), millis(end) + self.job.scraping.after);
                let fired = rules.iter().map(|rule| self.fired(store.clone(), end, rule));
                Some(Scraped::Verdicts(fired.collect::<Option<_>>()?))
            }
        }
    }

    fn files(&self) -> Option<Scraped> {
        let order = export::Order {
            scenario: &self.scenario,
            actions: &self.actions,
            seed: self.seed,
            plan: &self.job.scraping.plan(),
            interval: self.job.scraping.evaluation,
            epoch: 0.0,
        };
        export::files(&order).ok().map(Scraped::Files)
    }

    /// When a rule fires first, if it does, in ms.
    fn fired(
        &self,
        mut store: Store,
        end: Millis,
        (hold, expr): &(Millis, String),
    ) -> Option<Option<Millis>> {
        let alert = Alert { hold: *hold, ..Alert::new("Rule", parse(expr).ok()?) };
        let interval = self.job.scraping.evaluation;
        let rules = vec![Rule::Alert(alert)];
        let mut evaluator = Evaluator::new(Group { name: "judged".to_owned(), interval, rules });
        evaluator.advance(&mut store, Times::between(0, end, interval));
        Some(evaluator.timeline().spells.iter().filter_map(|spell| spell.fired).min())
    }
}

fn millis(at: Nanos) -> Millis {
    (at.0 / 1_000_000) as Millis
}
