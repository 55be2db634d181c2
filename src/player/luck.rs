//! The same scenario under other seeds: is a run typical, and which seed shows
//! a failure?
//!
//! Both are done in slices, so that the page stays alive; see [`Survey::step`]
//! and [`Hunt::step`].

use stampede_sim::engine::Nanos;
use stampede_sim::run::Run;
use stampede_sim::scenario::{Action, Problem, Scenario};
use stampede_sim::telemetry::{Kind, Log, Recording};

/// A scenario and what was done in it.
#[derive(Clone, PartialEq)]
pub struct Case {
    /// The scenario.
    pub scenario: Scenario,
    /// What was done.
    pub actions: Vec<Action>,
}

impl Case {
    fn run(&self, seed: u64, recording: Recording) -> Result<Run, Problem> {
        Run::new(&self.scenario, &self.actions, seed, recording)
    }
}

/// What a run came to.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Sample {
    /// Its seed.
    pub seed: u64,
    /// Database calls.
    pub db_calls: u64,
    /// The 99th percentile of response times.
    pub p99: Nanos,
}

/// Many seeds, one after another.
pub struct Survey {
    case: Case,
    count: u64,
    /// What is known so far, seeds from 1 on.
    pub samples: Vec<Sample>,
    current: Option<Run>,
}

impl Survey {
    /// Nothing is known yet; seeds 1 to `count` will be.
    pub fn new(case: Case, count: u64) -> Survey {
        Survey { case, count, samples: Vec::new(), current: None }
    }

    /// Computes on, by at most `budget` polls; false when all is known.
    pub fn step(&mut self, budget: u64) -> Result<bool, Problem> {
        let seed = self.samples.len() as u64 + 1;
        if seed > self.count {
            return Ok(false);
        }
        let mut run = match self.current.take() {
            Some(run) => run,
            None => self.case.run(seed, Recording::Counters)?,
        };
        if run.run_until(Nanos::MAX, budget) {
            let (db_calls, p99) =
                run.read(|tape| (tape.counters.db_calls(), tape.latency.quantile(0.99)));
            self.samples.push(Sample { seed, db_calls, p99 });
        } else {
            self.current = Some(run);
        }
        Ok((self.samples.len() as u64) < self.count)
    }
}

/// Something that goes wrong now and then.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Failure {
    /// Somebody gives back a lock that it has lost.
    LockExpired,
    /// Two queries for one key at the same time.
    TwoLoaders,
    /// A follower stops waiting before its leader is done.
    FollowerTimedOut,
    /// A breaker opens a second time.
    BreakerFlapped,
    /// A process dies.
    Crash,
    /// A client has an error.
    Error,
}

impl Failure {
    /// Every failure.
    pub const ALL: [Failure; 6] = [
        Failure::LockExpired,
        Failure::TwoLoaders,
        Failure::FollowerTimedOut,
        Failure::BreakerFlapped,
        Failure::Crash,
        Failure::Error,
    ];

    /// When a log shows it first.
    pub fn find(self, log: &Log) -> Option<Nanos> {
        let mut keys: Vec<u32> = Vec::new();
        // By key: queries under way. Processes whose breaker tripped.
        let mut queries: Vec<u32> = Vec::new();
        let mut tripped: Vec<u32> = Vec::new();
        for event in log.iter() {
            let (who, arg) = (event.who as usize, event.arg);
            let here = match (self, event.kind) {
                (Failure::LockExpired, Kind::Unlock) => arg == 0,
                (Failure::FollowerTimedOut, Kind::Quit) => true,
                (Failure::BreakerFlapped, Kind::Trip) => {
                    tripped.push(arg);
                    tripped.iter().filter(|process| **process == arg).count() > 1
                }
                (Failure::Crash, Kind::Crash) | (Failure::Error, Kind::Error) => true,
                (Failure::TwoLoaders, Kind::Send) => {
                    keys.push(arg);
                    false
                }
                (Failure::TwoLoaders, Kind::Retry | Kind::Refresh) => {
                    keys.push(keys[arg as usize]);
                    false
                }
                (Failure::TwoLoaders, Kind::Query) => {
                    let key = keys[who] as usize;
                    queries.resize(queries.len().max(key + 1), 0);
                    queries[key] += 1;
                    queries[key] > 1
                }
                // What is abandoned goes on, unless the server stops it, too.
                (Failure::TwoLoaders, Kind::Abandon) if arg == 0 => false,
                (Failure::TwoLoaders, Kind::Answer | Kind::Wasted | Kind::Abandon) => {
                    queries[keys[who] as usize] -= 1;
                    false
                }
                _ => false,
            };
            if here {
                return Some(event.at);
            }
        }
        None
    }
}

/// A search for a seed that shows a failure, and then for the smallest run
/// that still does.
pub struct Hunt {
    case: Case,
    failure: Failure,
    last: u64,
    /// The seed that is being tried, or that shows it.
    pub seed: u64,
    /// What was found.
    pub found: Option<Found>,
    /// The size that is known to be too small, while it shrinks.
    too_small: f64,
    current: Option<(Run, f64)>,
}

/// A run that shows a failure.
#[derive(Clone, PartialEq, Debug)]
pub struct Found {
    /// When, in it.
    pub at: Nanos,
    /// How many requests it has.
    pub requests: u64,
    /// The load's size, as a change to the scenario, if it could be shrunk.
    pub change: Option<(&'static str, f64)>,
}

impl Hunt {
    /// Seeds 1 to `last` will be tried.
    pub fn new(case: Case, failure: Failure, last: u64) -> Hunt {
        Hunt { case, failure, last, seed: 1, found: None, too_small: 0.0, current: None }
    }

    /// The field that says how large the load is, its value, and the smallest
    /// step worth trying.
    fn size(&self) -> Option<(&'static str, f64, f64)> {
        let document = self.case.scenario.to_value();
        ["requests", "iterations", "duration_ms"].iter().find_map(|name| {
            let value = document["load"].get(name)?.as_f64()?;
            Some(match *name {
                "requests" => ("load.requests", value, 1.0),
                "iterations" => ("load.iterations", value, 1.0),
                _ => ("load.duration_ms", value, (value / 200.0).max(1.0)),
            })
        })
    }

    /// Computes on, by at most `budget` polls; false when it is over: found
    /// and shrunk, or not found.
    pub fn step(&mut self, budget: u64) -> Result<bool, Problem> {
        if self.seed > self.last {
            return Ok(false);
        }
        let (mut run, size) = match self.current.take() {
            Some(current) => current,
            None => match self.next_size() {
                Some(size) => {
                    let path = self.size().map_or("", |(path, ..)| path);
                    let scenario = match self.found {
                        Some(_) => self.case.scenario.with(path, &size.to_string())?,
                        None => self.case.scenario.clone(),
                    };
                    let case = Case { scenario, actions: self.case.actions.clone() };
                    (case.run(self.seed, Recording::Trace)?, size)
                }
                None => return Ok(false),
            },
        };
        if !run.run_until(Nanos::MAX, budget) {
            self.current = Some((run, size));
            return Ok(true);
        }
        let at = run.read(|tape| self.failure.find(&tape.log));
        match at {
            Some(at) => {
                let requests = run.read(|tape| tape.counters.requests());
                let shrunk = self.found.is_some();
                let change = self.size().filter(|_| shrunk).map(|(path, ..)| (path, size));
                self.found = Some(Found { at, requests, change });
            }
            None if self.found.is_some() => self.too_small = size,
            None => self.seed += 1,
        }
        Ok(self.seed <= self.last)
    }

    /// The size to try next: half-way between too small and what is known to
    /// show it; `None` when that is not worth a try.
    fn next_size(&self) -> Option<f64> {
        let Some((_, whole, least)) = self.size() else {
            return self.found.is_none().then_some(0.0);
        };
        let Some(found) = &self.found else { return Some(whole) };
        let shows = found.change.map_or(whole, |(_, size)| size);
        let half = ((shows + self.too_small) / 2.0).floor();
        (shows - self.too_small > least && half >= 1.0).then_some(half)
    }
}

#[cfg(test)]
mod tests {
    use stampede_sim::scenario::presets;

    use super::*;

    fn case(preset: &str) -> Case {
        Case { scenario: presets::find(preset).unwrap(), actions: Vec::new() }
    }

    /// The demo loads a hundred times under any seed, one with singleflight.
    #[test]
    fn a_survey_knows_every_seed() {
        for (preset, calls) in [("demo-without-singleflight", 100), ("demo-with-singleflight", 1)] {
            let mut survey = Survey::new(case(preset), 30);
            // In slices much smaller than a run.
            while survey.step(50).unwrap() {}
            assert_eq!(survey.samples.len(), 30);
            assert!(survey.samples.iter().all(|s| s.db_calls == calls));
            assert!(survey.samples.windows(2).all(|two| two[0].seed + 1 == two[1].seed));
            let p99 = survey.samples[6].p99;
            let mut alone = case(preset).run(7, Recording::Counters).unwrap();
            alone.run_to_end();
            assert_eq!(alone.read(|tape| tape.latency.quantile(0.99)), p99);
        }
    }

    /// Two loaders need two requests; a process that dies of memory as many as
    /// fill it.
    #[test]
    fn a_failure_is_found_and_shrunk() {
        let mut hunt = Hunt::new(case("demo-without-singleflight"), Failure::TwoLoaders, 10);
        while hunt.step(10_000).unwrap() {}
        let found = hunt.found.unwrap();
        assert_eq!((hunt.seed, found.requests), (1, 2));
        assert_eq!(found.change, Some(("load.requests", 2.0)));

        let mut hunt = Hunt::new(case("lock-outlived-flawed"), Failure::LockExpired, 10);
        while hunt.step(10_000).unwrap() {}
        let found = hunt.found.unwrap();
        let (path, size) = found.change.unwrap();
        let shows = |size: f64| {
            let scenario =
                case("lock-outlived-flawed").scenario.with(path, &size.to_string()).unwrap();
            let case = Case { scenario, actions: Vec::new() };
            let mut run = case.run(hunt.seed, Recording::Trace).unwrap();
            run.run_to_end();
            run.read(|tape| Failure::LockExpired.find(&tape.log)).is_some()
        };
        assert!(shows(size));
        assert!(size < 2.0 || !shows(size - 1.0), "{path} {size} is not the smallest");
    }

    /// With singleflight there is one loader under every seed.
    #[test]
    fn what_does_not_happen_is_not_found() {
        let mut hunt = Hunt::new(case("demo-with-singleflight"), Failure::TwoLoaders, 20);
        while hunt.step(10_000).unwrap() {}
        assert_eq!(hunt.found, None);
    }

    /// A query that the server has stopped is no loader any more; one that it
    /// works on for nobody is.
    #[test]
    fn one_loader_at_a_time_is_not_two() {
        let two_loaders = |cancels: &str| {
            let changes =
                [("db.query_timeout_ms", "20"), ("client.retries", "2"), ("db.cancels", cancels)];
            let scenario = case("demo-with-singleflight").scenario.with_all(changes).unwrap();
            let case = Case { scenario, actions: Vec::new() };
            let mut run = case.run(1, Recording::Trace).unwrap();
            run.run_to_end();
            run.read(|tape| Failure::TwoLoaders.find(&tape.log)).is_some()
        };
        assert!(!two_loaders("true"));
        assert!(two_loaders("false"));
    }

    /// Each failure is found in a preset made for it, and not where nothing
    /// goes wrong.
    #[test]
    fn failures_are_told_apart() {
        let find = |preset: &str, failure: Failure| {
            let mut case = case(preset.split('?').next().unwrap());
            if let Some((_, change)) = preset.split_once('?') {
                let (path, value) = change.split_once('=').unwrap();
                case.scenario = case.scenario.with(path, value).unwrap();
            }
            let mut run = case.run(1, Recording::Trace).unwrap();
            run.run_to_end();
            run.read(|tape| failure.find(&tape.log)).is_some()
        };
        for (preset, failure) in [
            ("lock-outlived-flawed", Failure::LockExpired),
            ("four-processes", Failure::TwoLoaders),
            ("demo-with-singleflight?singleflight.wait_ms=10", Failure::FollowerTimedOut),
            ("half-open-flawed", Failure::BreakerFlapped),
            ("followers-eat-memory", Failure::Crash),
            ("outage-errors", Failure::Error),
        ] {
            assert!(find(preset, failure), "{preset}");
            assert!(!find("demo-with-singleflight", failure), "{failure:?}");
        }
    }
}
