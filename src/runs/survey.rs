//! Is a run typical? The same with many seeds.

use stampede_sim::engine::Nanos;
use stampede_sim::scenario::Problem;
use stampede_sim::scenario::link::Link;

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

/// A lane of a link with seeds from 1 on.
pub struct Survey {
    link: Link,
    lane: usize,
    begun: u64,
    at_once: usize,
    /// By seed, from 1 on.
    samples: Vec<Option<Sample>>,
}

impl Survey {
    /// Nothing is known yet; seeds 1 to `count` will be.
    pub fn new(link: Link, lane: usize, count: u64) -> Result<Survey, Problem> {
        let at_once = at_once(&link.scenarios()?[lane], &link.lanes[lane].actions);
        Ok(Survey { link, lane, begun: 0, at_once, samples: vec![None; count as usize] })
    }

    /// How many seeds are known.
    pub fn tried(&self) -> u64 {
        self.samples.iter().flatten().count() as u64
    }

    /// What is known so far, in the order of the seeds.
    pub fn samples(&self) -> Vec<Sample> {
        self.samples.iter().flatten().copied().collect()
    }
}

impl Plan for Survey {
    fn next(&mut self) -> Option<(u64, Job)> {
        if self.begun == self.samples.len() as u64 {
            return None;
        }
        self.begun += 1;
        self.link.seed = self.begun;
        Some((self.begun, Job::new(&self.link, self.lane, None)))
    }

    fn take(&mut self, seed: u64, answer: Answer) {
        let sample = Sample { seed, db_calls: answer.db_calls, p99: Nanos(answer.p99_ns) };
        self.samples[seed as usize - 1] = Some(sample);
    }

    fn is_over(&self) -> bool {
        self.samples.iter().all(Option::is_some)
    }

    fn at_once(&self) -> usize {
        self.at_once
    }
}
