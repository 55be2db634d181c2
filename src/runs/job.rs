//! One run, and what is to be known of it.

use stampede_sim::engine::Nanos;
use stampede_sim::run::Run;
use stampede_sim::scenario::Problem;
use stampede_sim::scenario::link::Link;
use stampede_sim::telemetry::Recording;
use wasm_bindgen::prelude::wasm_bindgen;

use super::Failure;
use crate::web::later::later;

/// A run to be made. It goes to a worker as text, so it says everything.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// The run, as a link.
    link: String,
    /// Which lane of it.
    lane: usize,
    /// What to look for in its log, if anything.
    failure: Option<Failure>,
}

/// What came of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Requests sent.
    pub requests: u64,
    /// Requests answered with an error.
    pub errors: u64,
    /// Queries sent to the database.
    pub db_calls: u64,
    /// The most queries that were at the database at one time.
    pub db_peak: u64,
    /// The 99th percentile of the response times, in nanoseconds.
    pub p99_ns: u64,
    /// When the failure that was looked for shows first, in nanoseconds.
    pub failed_ns: Option<u64>,
}

impl Job {
    /// A lane of a link; what to look for in it costs a log.
    pub fn new(link: &Link, lane: usize, failure: Option<Failure>) -> Job {
        Job { link: link.write(), lane, failure }
    }

    /// As text: the lane, what to look for, and the link, which has no spaces.
    pub fn write(&self) -> String {
        let failure = self.failure.map_or("-".to_owned(), |failure| (failure as usize).to_string());
        format!("{} {failure} {}", self.lane, self.link)
    }

    /// From text; `None` if it is no job.
    fn read(text: &str) -> Option<Job> {
        let mut parts = text.split(' ');
        let lane = parts.next()?.parse().ok()?;
        let failure = match parts.next()? {
            "-" => None,
            number => Some(*Failure::ALL.get(number.parse::<usize>().ok()?)?),
        };
        Some(Job { link: parts.next()?.to_owned(), lane, failure })
    }

    /// Begins to make it.
    pub fn begin(&self) -> Result<Making, Problem> {
        let link = Link::read(&self.link)?;
        let scenario = link.scenarios()?.swap_remove(self.lane);
        let recording = match self.failure {
            None => Recording::Counters,
            Some(_) => Recording::Trace,
        };
        let run = Run::new(&scenario, &link.lanes[self.lane].actions, link.seed, recording)?;
        Ok(Making { run, failure: self.failure })
    }
}

impl Answer {
    /// As text: its numbers in their order, the last one only if there is one.
    pub fn write(&self) -> String {
        let Answer { requests, errors, db_calls, db_peak, p99_ns, failed_ns } = self;
        let failed = failed_ns.map_or(String::new(), |at| format!(" {at}"));
        format!("{requests} {errors} {db_calls} {db_peak} {p99_ns}{failed}")
    }

    /// From text; `None` if it is no answer.
    pub fn read(text: &str) -> Option<Answer> {
        let numbers: Result<Vec<u64>, _> = text.split(' ').map(str::parse).collect();
        let (first, failed_ns) = match numbers.ok()?[..] {
            [a, b, c, d, e] => ([a, b, c, d, e], None),
            [a, b, c, d, e, failed] => ([a, b, c, d, e], Some(failed)),
            _ => return None,
        };
        let [requests, errors, db_calls, db_peak, p99_ns] = first;
        Some(Answer { requests, errors, db_calls, db_peak, p99_ns, failed_ns })
    }
}

/// Does a job in a worker; both are text. Nothing if it cannot be done: whoever
/// does it on the page's thread learns why.
#[wasm_bindgen]
pub async fn work(job: String) -> Option<String> {
    done(job).await.ok().flatten()
}

/// The same, where everything is.
pub(super) fn make(job: &str) -> Option<String> {
    #[cfg(feature = "split")]
    stampede_sim::run::give();
    let mut making = Job::read(job)?.begin().ok()?;
    making.step(u64::MAX).map(|answer| answer.write())
}

later! {
    async fn done(job: String) -> Option<String> {
        make(&job)
    }
}

/// A run that is being made.
pub struct Making {
    run: Run,
    failure: Option<Failure>,
}

impl Making {
    /// Computes on, by at most `budget` polls; the answer when it is over.
    pub fn step(&mut self, budget: u64) -> Option<Answer> {
        if !self.run.run_until(Nanos::MAX, budget) {
            return None;
        }
        Some(self.run.read(|tape| {
            let counters = &tape.counters;
            Answer {
                requests: counters.requests(),
                errors: counters.errors(),
                db_calls: counters.db_calls(),
                db_peak: counters.db_peak_concurrency(),
                p99_ns: tape.latency.quantile(0.99).0,
                failed_ns: self.failure.and_then(|failure| failure.find(&tape.log)).map(|at| at.0),
            }
        }))
    }
}
