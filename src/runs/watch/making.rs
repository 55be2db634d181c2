//! A run while it is scraped.

use stampede_sim::alerting::export::{self, Export};
use stampede_sim::alerting::{rules, store};
use stampede_sim::engine::Nanos;
use stampede_sim::metrics::{Plan, Recorder};
use stampede_sim::scenario::link::Link;
use stampede_sim::scenario::{Action, Problem, Scenario};
use stampede_watch::Millis;
use stampede_watch::eval::Times;
use stampede_watch::rule::{Evaluator, Group};
use stampede_watch::series::Store;

use super::asked::{Asked, texts};
use super::job::{Job, Scraped, Wanted};
use super::stored;
use crate::lang::Lang;

/// So many polls are a step of the recorder's.
const STEP: u64 = 10_000;

/// A run while it is scraped.
pub struct Making {
    job: Job,
    scenario: Scenario,
    actions: Vec<Action>,
    seed: u64,
    plan: Plan,
    /// None when it is over.
    recorder: Option<Recorder>,
}

impl Making {
    /// Begins.
    pub fn new(job: Job) -> Result<Making, Problem> {
        let link = Link::read(&job.link)?;
        let scenario = link.scenarios()?.swap_remove(job.lane);
        let actions = link.lanes[job.lane].actions.clone();
        let (seed, plan) = (link.seed, job.scraping.plan(&scenario));
        let recorder = Some(Recorder::new(&scenario, &actions, seed, &plan)?);
        Ok(Making { job, scenario, actions, seed, plan, recorder })
    }

    /// How much of it is done, as a share.
    pub fn done(&self) -> f64 {
        let now = self.recorder.as_ref().map_or(Nanos::ZERO, Recorder::now).ms();
        (now / self.scenario.load.span_ms().max(1.0)).min(1.0)
    }

    /// Goes on; the answer when it is over.
    pub fn step(&mut self, budget: u64) -> Option<Scraped> {
        if let Wanted::Files(lang, asked) = &self.job.wanted {
            return self.files(*lang, asked);
        }
        let going = self.recorder.as_mut()?;
        let over = (0..budget.div_ceil(STEP)).any(|_| going.step());
        if over { self.recorder.take().and_then(|recorder| self.answer(recorder)) } else { None }
    }

    fn answer(&self, recorder: Recorder) -> Option<Scraped> {
        let over = recorder.now();
        let store = store(&recorder.end());
        let (end, until) = (millis(over), millis(over.max(self.plan.until)));
        Some(match &self.job.wanted {
            Wanted::Verdicts(asked) => {
                let fired = asked.iter().map(|it| self.fired(store.clone(), until, it));
                Scraped::Verdicts(fired.collect::<Option<_>>()?)
            }
            _ => Scraped::Samples(stored::write(&store, [end, until])),
        })
    }

    /// Nothing if one of the rules cannot be evaluated.
    fn files(&self, lang: Lang, asked: &[Asked]) -> Option<Scraped> {
        let language = texts(lang);
        let all: Vec<rules::Rule> = asked.iter().map(Asked::rule).collect();
        let group = rules::group("stampede", &all, self.job.scraping.evaluation, language).ok()?;
        let files = export::files(&Export {
            scenario: &self.scenario,
            actions: &self.actions,
            seed: self.seed,
            plan: &self.plan,
            group: &group,
            offset: 0,
            epoch: EPOCH,
            language,
        });
        files.ok().map(Scraped::Files)
    }

    /// When a rule fires first, if it does, in ms; nothing if it cannot be read.
    fn fired(&self, mut store: Store, until: Millis, asked: &Asked) -> Option<Option<Millis>> {
        let interval = self.job.scraping.evaluation;
        let group: Group =
            rules::group("judged", [&asked.rule()], interval, texts(Lang::En)).ok()?;
        let mut evaluator = Evaluator::new(group);
        evaluator.advance(&mut store, Times::between(0, until, interval));
        Some(evaluator.timeline().spells.iter().filter_map(|spell| spell.fired).min())
    }
}

/// When an exported run begins, as Unix time in seconds: that of the terminal.
const EPOCH: f64 = 1_700_000_000.0;

fn millis(at: Nanos) -> Millis {
    (at.0 / 1_000_000) as Millis
}
