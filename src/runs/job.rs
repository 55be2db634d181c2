//! One run, and what is to be known of it.

use futures::future::LocalBoxFuture;
use stampede_sim::ablation::{Outcome, Trial};
use stampede_sim::chaos::{Seen, Watch};
use stampede_sim::engine::Nanos;
use stampede_sim::run::Run;
use stampede_sim::scenario::link::Link;
use stampede_sim::scenario::{Problem, Switch};
use stampede_sim::telemetry::event::Node;
use stampede_sim::telemetry::{Kind, Recording};
use wasm_bindgen::prelude::wasm_bindgen;

use super::measure::Measure;
use super::{Failure, beyond, exam, judge, script, watch};
use crate::web::later::later;

/// How an answer by which defences are compared begins as text.
const MEASURED: &str = "m";
/// How one begins that is known step by step.
const SEEN: &str = "s";

/// A run to be made. It goes to a worker as text, so it says everything.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// The run, as a link.
    link: String,
    /// Which lane of it.
    lane: usize,
    /// What to look for in its log, if anything.
    failure: Option<Failure>,
    /// When to look at it; if not at all, it ends when nothing more can happen.
    look: Option<Look>,
    /// Whether defences are compared by it.
    measure: Option<Measure>,
    /// Whether its numbers are wanted step by step.
    watch: Option<Steps>,
}

/// How long a step of a run is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Steps {
    /// As suits the run.
    Any,
    /// As in another one.
    Of(Nanos),
}

/// How a run is looked at before it is over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// At two instants; it ends at the second.
    pub at: [Nanos; 2],
    /// A request is slow that takes longer.
    pub slow: Nanos,
}

/// What came of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// Requests sent.
    pub requests: u64,
    /// Requests answered with an error.
    pub errors: u64,
    /// Requests that still wait for an answer.
    pub waiting: u64,
    /// The same three at the first look.
    pub before: [u64; 3],
    /// Requests that were slow.
    pub slow: u64,
    /// Queries sent to the database.
    pub db_calls: u64,
    /// The most queries that were at the database at one time.
    pub db_peak: u64,
    /// The 99th percentile of the response times, in nanoseconds.
    pub p99_ns: u64,
    /// What only some systems can do.
    pub besides: Besides,
    /// When the failure that was looked for shows first, in nanoseconds.
    pub failed_ns: Option<u64>,
    /// By what defences are compared: only that is known then.
    pub outcome: Option<Outcome>,
    /// Its numbers step by step: only they are known then.
    pub seen: Option<Seen>,
}

/// What came of parts that not every system has.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Besides {
    /// Answers older than an update that had been confirmed.
    pub old: u64,
    /// When the last of them was given, in nanoseconds.
    pub old_until_ns: u64,
    /// Updates undone as a replica took the database's place.
    pub undone: u64,
    /// How often a gateway refused a request.
    pub over_quota: u64,
    /// How often a full process did.
    pub turned_away: u64,
    /// Requests that woke with the result of somebody else's load.
    pub woken: u64,
    /// How often the edge fetched from the servers.
    pub fetched: u64,
}

impl Job {
    /// A lane of a link; what to look for in it costs a log.
    pub fn new(link: &Link, lane: usize, failure: Option<Failure>) -> Job {
        Job { link: link.write(), lane, failure, look: None, measure: None, watch: None }
    }

    /// The same, looked at before it is over.
    pub fn looked_at(self, look: Look) -> Job {
        Job { look: Some(look), ..self }
    }

    /// A lane of a link, by which defences are compared.
    pub fn measured(link: &Link, lane: usize, measure: Measure) -> Job {
        Job { measure: Some(measure), ..Job::new(link, lane, None) }
    }

    /// A lane of a link, step by step.
    pub fn watched(link: &Link, lane: usize, steps: Steps) -> Job {
        Job { watch: Some(steps), ..Job::new(link, lane, None) }
    }

    /// As text: the lane, what to look for, when, by what it is compared, in which
    /// steps, and the link, which has no spaces.
    pub fn write(&self) -> String {
        let failure = self.failure.map_or("-".to_owned(), |failure| (failure as usize).to_string());
        let look = self.look.map_or("-".to_owned(), |Look { at: [first, last], slow }| {
            format!("{},{},{}", first.0, last.0, slow.0)
        });
        let measure = self.measure.as_ref().map_or("-".to_owned(), Measure::write);
        let watch = match self.watch {
            None => "-".to_owned(),
            Some(Steps::Any) => "any".to_owned(),
            Some(Steps::Of(Nanos(step))) => step.to_string(),
        };
        format!("{} {failure} {look} {measure} {watch} {}", self.lane, self.link)
    }

    /// From text; `None` if it is no job.
    fn read(text: &str) -> Option<Job> {
        let mut parts = text.split(' ');
        let lane = parts.next()?.parse().ok()?;
        let failure = match parts.next()? {
            "-" => None,
            number => Some(*Failure::ALL.get(number.parse::<usize>().ok()?)?),
        };
        let look = match parts.next()? {
            "-" => None,
            numbers => {
                let numbers: Result<Vec<u64>, _> = numbers.split(',').map(str::parse).collect();
                let [first, last, slow] = numbers.ok()?[..] else { return None };
                Some(Look { at: [Nanos(first), Nanos(last)], slow: Nanos(slow) })
            }
        };
        let measure = match parts.next()? {
            "-" => None,
            text => Some(Measure::read(text)?),
        };
        let watch = match parts.next()? {
            "-" => None,
            "any" => Some(Steps::Any),
            step => Some(Steps::Of(Nanos(step.parse().ok()?))),
        };
        Some(Job { link: parts.next()?.to_owned(), lane, failure, look, measure, watch })
    }

    /// Begins to make it.
    pub fn begin(&self) -> Result<Making, Problem> {
        let link = Link::read(&self.link)?;
        let scenario = link.scenarios()?.swap_remove(self.lane);
        let actions = &link.lanes[self.lane].actions;
        if let Some(measure) = &self.measure {
            return Ok(Making::Measured(Box::new(measure.begin(&scenario, actions, link.seed)?)));
        }
        if let Some(steps) = self.watch {
            let step = match steps {
                Steps::Any => None,
                Steps::Of(step) => Some(step),
            };
            let watch = Watch::new(&scenario, actions, link.seed, step)?;
            return Ok(Making::Watched(Box::new(watch)));
        }
        let recording = match self.failure {
            None => Recording::Counters,
            Some(_) => Recording::Trace,
        };
        let run = Run::new(&scenario, actions, link.seed, recording)?;
        let (failure, look) = (self.failure, self.look);
        Ok(Making::Whole(Whole { run, failure, look, before: None }))
    }
}

impl Answer {
    /// As text: its numbers in their order, the last one only if there is one.
    pub fn write(&self) -> String {
        if let Some(outcome) = &self.outcome {
            let numbers = outcome.numbers().map(|number| number.to_string());
            return format!("{MEASURED} {}", numbers.join(" "));
        }
        if let Some(seen) = &self.seen {
            let numbers: Vec<String> =
                seen.numbers().iter().map(|number| number.to_string()).collect();
            return format!("{SEEN} {}", numbers.join(" "));
        }
        let Answer { requests, errors, waiting, before, slow, .. } = self;
        let [sent, failed, waited] = before;
        let Answer { db_calls, db_peak, p99_ns, failed_ns, .. } = self;
        let Besides { old, old_until_ns, undone, over_quota, turned_away, woken, fetched } =
            self.besides;
        let shows = failed_ns.map_or(String::new(), |at| format!(" {at}"));
        format!(
            "{requests} {errors} {waiting} {sent} {failed} {waited} {slow} {db_calls} {db_peak} {p99_ns} {old} {old_until_ns} {undone} {over_quota} {turned_away} {woken} {fetched}{shows}"
        )
    }

    /// From text; `None` if it is no answer.
    pub fn read(text: &str) -> Option<Answer> {
        let numbers = |text: &str| -> Option<Vec<u64>> {
            text.split_whitespace().map(|number| number.parse().ok()).collect()
        };
        if let Some(text) = text.strip_prefix(MEASURED) {
            let outcome = Outcome::from_numbers(numbers(text)?.try_into().ok()?);
            return Some(Answer { outcome: Some(outcome), ..Answer::default() });
        }
        if let Some(text) = text.strip_prefix(SEEN) {
            let seen = Seen::from_numbers(&numbers(text)?)?;
            return Some(Answer { seen: Some(seen), ..Answer::default() });
        }
        let numbers: Result<Vec<u64>, _> = text.split(' ').map(str::parse).collect();
        let mut numbers = numbers.ok()?;
        let failed_ns = if numbers.len() == 18 { numbers.pop() } else { None };
        let (main, besides) = numbers.split_at_checked(10)?;
        let [requests, errors, waiting, sent, failed, waited, slow, db_calls, db_peak, p99_ns] =
            *main
        else {
            return None;
        };
        let [old, old_until_ns, undone, over_quota, turned_away, woken, fetched] = *besides else {
            return None;
        };
        Some(Answer {
            requests,
            errors,
            waiting,
            before: [sent, failed, waited],
            slow,
            db_calls,
            db_peak,
            p99_ns,
            besides: Besides { old, old_until_ns, undone, over_quota, turned_away, woken, fetched },
            failed_ns,
            outcome: None,
            seen: None,
        })
    }
}

/// Does a job in a worker; both are text. Nothing if it cannot be done: whoever
/// does it on the page's thread learns why.
#[wasm_bindgen]
pub async fn work(job: String) -> Option<String> {
    working(job).await.ok()?.await
}

later! {
    lab: async fn working(job: String) -> LocalBoxFuture<'static, Option<String>> {
        Box::pin(with_what_it_needs(job))
    }
}

async fn with_what_it_needs(job: String) -> Option<String> {
    let answer = with_what_is_here(job.clone()).await;
    if answer.is_some() {
        return answer;
    }
    beyond::fetched().await.ok()?;
    // The only job that needs it has such a word in it.
    if job.contains("async") {
        script::fetched().await.ok()?;
    }
    with_what_is_here(job).await
}

async fn with_what_is_here(job: String) -> Option<String> {
    let done = match job.chars().next() {
        Some(watch::MARK) => watch::work(job).await,
        Some(exam::MARK) => exam::work(job).await,
        Some(judge::MARK) => judge::work(job).await,
        _ => done(job).await,
    };
    done.ok().flatten()
}

/// The same, where everything is.
pub(super) fn make(job: &str) -> Option<String> {
    #[cfg(feature = "split")]
    stampede_sim::run::give();
    let mut making = Job::read(job)?.begin().ok()?;
    making.step(u64::MAX).map(|answer| answer.write())
}

later! {
    own: async fn done(job: String) -> Option<String> {
        make(&job)
    }
}

/// A run that is being made.
pub enum Making {
    /// All that is asked of runs but for the next.
    Whole(Whole),
    /// By which defences are compared.
    Measured(Box<Trial>),
    /// Its numbers step by step.
    Watched(Box<Watch>),
}

impl Making {
    /// Computes on, by at most `budget` polls; the answer when it is over.
    pub fn step(&mut self, budget: u64) -> Option<Answer> {
        match self {
            Making::Whole(whole) => whole.step(budget),
            Making::Measured(trial) => {
                let outcome = Some(trial.step(budget)?);
                Some(Answer { outcome, ..Answer::default() })
            }
            Making::Watched(watch) => {
                let seen = Some(watch.on(budget)?);
                Some(Answer { seen, ..Answer::default() })
            }
        }
    }
}

/// See [`Making::Whole`].
pub struct Whole {
    run: Run,
    failure: Option<Failure>,
    look: Option<Look>,
    /// See [`Answer::before`].
    before: Option<[u64; 3]>,
}

impl Whole {
    fn step(&mut self, budget: u64) -> Option<Answer> {
        if let (Some(look), None) = (self.look, self.before) {
            if !self.run.run_until(look.at[0], budget) {
                return None;
            }
            self.before = Some(self.run.read(|tape| {
                let counters = &tape.counters;
                [counters.requests(), counters.errors(), counters.waiting()]
            }));
        }
        if !self.run.run_until(self.look.map_or(Nanos::MAX, |look| look.at[1]), budget) {
            return None;
        }
        Some(self.run.read(|tape| {
            let counters = &tape.counters;
            let mut slow = 0;
            if let Some(look) = self.look {
                tape.latency.each(|span, often| {
                    slow += if span > look.slow { u64::from(often) } else { 0 };
                });
            }
            Answer {
                slow,
                requests: counters.requests(),
                errors: counters.errors(),
                waiting: counters.waiting(),
                before: self.before.unwrap_or_default(),
                db_calls: counters.db_calls(),
                db_peak: counters.db_peak_concurrency(),
                p99_ns: tape.latency.quantile(0.99).0,
                besides: Besides {
                    old: counters.stale_reads(),
                    old_until_ns: counters.last_stale_read().0,
                    undone: counters.lost(),
                    over_quota: counters.refused_at(Node::Gate(Switch::Gateway)),
                    turned_away: counters.refused_at(Node::Gate(Switch::Shed)),
                    woken: counters.of(Kind::Wake),
                    fetched: counters.origin_fetches(),
                },
                failed_ns: self.failure.and_then(|failure| failure.find(&tape.log)).map(|at| at.0),
                outcome: None,
                seen: None,
            }
        }))
    }
}
