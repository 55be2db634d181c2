//! Is a run typical? The same with many seeds.

use stampede_sim::engine::Nanos;
use stampede_sim::scenario::Problem;
use stampede_sim::scenario::link::Link;

use super::answers::Answers;
use super::{Answer, Job, Plan, at_once};

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

/// A lane of a link with its own seed, and with others from 1 on. All are made
/// from start to end: what is compared does not depend on where the playhead
/// stands, nor on how much of the stage's run has been computed.
pub struct Survey {
    link: Link,
    lane: usize,
    at_once: usize,
    /// With its own seed, and then with each other one.
    samples: Answers<Sample>,
}

impl Survey {
    /// Nothing is known yet; the run and `count` others will be.
    pub fn new(link: Link, lane: usize, count: u64) -> Result<Survey, Problem> {
        let at_once = at_once(&link.scenarios()?[lane], &link.lanes[lane].actions);
        Ok(Survey { link, lane, at_once, samples: Answers::to(count as usize + 1) })
    }

    /// How many other seeds are known.
    pub fn tried(&self) -> u64 {
        self.others().count() as u64
    }

    /// The run itself, if it is known.
    pub fn own(&self) -> Option<Sample> {
        self.samples.known().find_map(|(n, sample)| (n == 0).then_some(*sample))
    }

    /// What is known so far of the others, in the order of the seeds.
    pub fn samples(&self) -> Vec<Sample> {
        self.others().collect()
    }

    fn others(&self) -> impl Iterator<Item = Sample> {
        self.samples.known().filter(|(n, _)| *n > 0).map(|(_, sample)| *sample)
    }

    /// The seed of a run by its number: 0 is the run itself, and its seed is not
    /// among the others.
    fn seed(&self, number: u64) -> u64 {
        match number {
            0 => self.link.seed,
            _ if number < self.link.seed => number,
            _ => number + 1,
        }
    }
}

impl Plan for Survey {
    fn next(&mut self) -> Option<(u64, Job)> {
        let number = self.samples.begin()? as u64;
        let link = Link { seed: self.seed(number), ..self.link.clone() };
        Some((number, Job::new(&link, self.lane, None)))
    }

    fn take(&mut self, number: u64, answer: Answer) {
        let (seed, db_calls) = (self.seed(number), answer.db_calls);
        let sample = Sample { seed, db_calls, p99: Nanos(answer.p99_ns) };
        self.samples.take(number as usize, sample);
    }

    fn is_over(&self) -> bool {
        self.samples.are_complete()
    }

    fn at_once(&self) -> usize {
        self.at_once
    }
}
