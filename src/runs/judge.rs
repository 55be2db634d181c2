//! A script judged by a challenge of the lab: its runs with twenty seeds, and the
//! smallest of them in which it misses a goal. Its jobs lie in the part that runs
//! scripts.

use stampede_sim::challenge::shrink::{Next, Shrinking};
use stampede_sim::challenge::{LADDER, Score, Trial, Verdict, seeds};
use stampede_sim::scenario::link::Link;
use stampede_sim::scenario::{Problem, Scenario};
use stampede_sim::telemetry::stopped::Stopped;

use super::answers::Answers;
use super::work::whole;
use super::{Plan, Work};
use crate::web::later::later;

/// How such a job begins as text.
pub const MARK: char = 'j';

later! {
    script:
    /// Does a job in a worker; both are text.
    pub async fn work(job: String) -> Option<String> { make(&job) }
}

fn make(job: &str) -> Option<String> {
    #[cfg(feature = "split")]
    {
        stampede_sim::run::give();
        stampede_sim::lab::give();
    }
    let job = Job::read(job)?;
    whole(&job).map(|verdict| write(job.challenge, &verdict))
}

/// A run of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Which challenge, by its place on the ladder.
    challenge: usize,
    /// The system with the script, as a link that has its seed.
    link: String,
}

/// The lane of a challenge's link that has the script.
const LANE: usize = 1;

impl Job {
    fn of(challenge: usize, scenario: &Scenario, seed: u64) -> Job {
        Job { challenge, link: LADDER[challenge].link(scenario, seed).write() }
    }

    fn read(text: &str) -> Option<Job> {
        let (challenge, link) = text.strip_prefix(MARK)?.split_once(' ')?;
        let challenge = challenge.parse().ok().filter(|number| *number < LADDER.len())?;
        Some(Job { challenge, link: link.to_owned() })
    }
}

impl Work for Job {
    type Answer = Verdict;
    type Making = Trial;

    fn write(&self) -> String {
        format!("{MARK}{} {}", self.challenge, self.link)
    }

    fn read(said: &str) -> Option<Verdict> {
        let (challenge, said) = said.split_once(' ')?;
        let goals = LADDER.get(challenge.parse::<usize>().ok()?)?.goals;
        let (stopped, numbers) = said.split_once(' ')?;
        let stopped = match stopped {
            "-" => None,
            packed => Some(Stopped::unpack(packed.parse().ok()?)),
        };
        let numbers: Result<Vec<f64>, _> = numbers.split(' ').map(str::parse).collect();
        let numbers = numbers.ok().filter(|numbers| numbers.len() == goals.len())?;
        Some(Verdict::of(goals, numbers, stopped))
    }

    fn begin(&self) -> Result<Trial, Problem> {
        let link = Link::read(&self.link)?;
        let scenario = link.scenarios()?.swap_remove(LANE);
        Trial::new(&LADDER[self.challenge], &scenario, link.seed)
    }

    fn step(making: &mut Trial, budget: u64) -> Option<Verdict> {
        making.step(budget)
    }
}

/// What came of a run, as text that keeps every bit.
fn write(challenge: usize, verdict: &Verdict) -> String {
    let stopped = verdict.stopped.map_or("-".to_owned(), |stopped| stopped.pack().to_string());
    let numbers: Vec<String> = verdict.numbers.iter().map(f64::to_string).collect();
    format!("{challenge} {stopped} {}", numbers.join(" "))
}

/// All runs of a script for a challenge.
pub struct Judging {
    challenge: usize,
    scenario: Scenario,
    seeds: Vec<u64>,
    verdicts: Answers<Verdict>,
    /// Where it misses a goal, as soon as that is known.
    breaks: Option<Breaking>,
}

/// A run that misses a goal is made smaller.
struct Breaking {
    seed: u64,
    goal: usize,
    shrinking: Shrinking,
    /// What is to be tried next, and whether somebody is at it.
    tried: Option<(Box<Scenario>, bool)>,
    smallest: Option<Box<Scenario>>,
}

impl Judging {
    /// Nothing has been run yet; refuses what is no script.
    pub fn new(challenge: usize, source: &str) -> Result<Judging, Problem> {
        let of = &LADDER[challenge];
        let (scenario, seeds) = (of.scenario(source)?, seeds(of, source));
        let verdicts = Answers::to(seeds.len());
        Ok(Judging { challenge, scenario, seeds, verdicts, breaks: None })
    }

    /// How many runs are known.
    pub fn known(&self) -> usize {
        self.verdicts.known().count()
    }

    /// What it has reached, when all runs are known.
    pub fn score(&self) -> Option<Score> {
        let verdicts = self.verdicts.all()?;
        Some(Score { runs: self.seeds.iter().copied().zip(verdicts).collect() })
    }

    /// The smallest run that misses a goal, its seed, and which goal, when that is known.
    pub fn smallest(&self) -> Option<(Link, usize)> {
        let Breaking { seed, goal, smallest, .. } = self.breaks.as_ref()?;
        let scenario = smallest.as_ref()?;
        Some((LADDER[self.challenge].link(scenario, *seed), *goal))
    }

    /// What is looked for once all runs are known.
    fn look(&mut self) {
        if let (None, Some(score)) = (&self.breaks, self.score())
            && let Some((seed, goal)) = score.breaks()
        {
            let shrinking = Shrinking::new(&self.scenario);
            let (tried, smallest) = (None, None);
            self.breaks = Some(Breaking { seed, goal, shrinking, tried, smallest });
            self.shrink();
        }
    }

    fn shrink(&mut self) {
        let Some(breaks) = &mut self.breaks else { return };
        match breaks.shrinking.next() {
            Next::Try(scenario) => breaks.tried = Some((scenario, false)),
            Next::Smallest(scenario) => breaks.smallest = Some(scenario),
        }
    }
}

impl Plan<Job> for Judging {
    fn next(&mut self) -> Option<(u64, Job)> {
        if let Some(number) = self.verdicts.begin() {
            let job = Job::of(self.challenge, &self.scenario, self.seeds[number]);
            return Some((number as u64, job));
        }
        // One after another, all of them with the number behind the last seed's.
        let Breaking { seed, tried, .. } = self.breaks.as_mut()?;
        let (scenario, begun) = tried.as_mut().filter(|(_, begun)| !*begun)?;
        *begun = true;
        Some((self.seeds.len() as u64, Job::of(self.challenge, scenario, *seed)))
    }

    fn take(&mut self, number: u64, answer: Verdict) {
        let number = number as usize;
        if number < self.seeds.len() {
            self.verdicts.take(number, answer);
            self.look();
        } else if let Some(breaks) = &mut self.breaks
            && let Some((tried, _)) = breaks.tried.take()
        {
            breaks.shrinking.learn(*tried, !answer.met[breaks.goal]);
            self.shrink();
        }
    }

    fn is_over(&self) -> bool {
        let broken = self.breaks.as_ref();
        self.verdicts.are_complete() && broken.is_none_or(|breaks| breaks.smallest.is_some())
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use stampede_sim::challenge::shrink::smallest;
    use stampede_sim::lab::templates;

    use super::*;

    fn judged(challenge: usize, source: &str) -> Judging {
        let mut judging = Judging::new(challenge, source).unwrap();
        while let Some((number, job)) = judging.next() {
            assert!(!judging.is_over());
            let said = make(&job.write()).unwrap();
            judging.take(number, <Job as Work>::read(&said).unwrap());
        }
        assert!(judging.is_over());
        judging
    }

    /// What workers find is what the judge finds by himself.
    #[test]
    fn workers_judge_as_the_judge_does() {
        let first = &LADDER[0];
        for (template, passes) in [("singleflight", true), ("plain", false)] {
            let source = templates::find(template).unwrap().source;
            let (judging, score) = (judged(0, source), Score::judge(first, source).unwrap());
            assert_eq!((judging.score().unwrap(), judging.known()), (score.clone(), 20));
            assert_eq!(score.is_passed(), passes, "{template}");
            match score.breaks() {
                None => assert!(judging.smallest().is_none()),
                Some((seed, goal)) => {
                    let scenario = first.scenario(source).unwrap();
                    let least = smallest(first, &scenario, seed, goal).unwrap();
                    assert_eq!(judging.smallest(), Some((first.link(&least, seed), goal)));
                }
            }
        }
        for text in ["", "j", "j99 v=1", "j0", "0 - 1 2 3", "0 x 1 2", "0 - a b"] {
            assert_eq!(make(text), None, "{text}");
            assert!(<Job as Work>::read(text).is_none(), "{text}");
        }
    }
}
