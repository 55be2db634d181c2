//! An examination handed in: the same system with seeds that nobody has seen. Its
//! jobs lie in a part of the program that is asked for.

use stampede_sim::exam::{Exam, FRIDAY, Refused, Score, Seen, Sitting};
use stampede_sim::scenario::Problem;
use stampede_sim::scenario::link::Link;

use super::answers::Answers;
use super::work::whole;
use super::{Plan, Work};
use crate::web::later::later;

/// How such a job begins as text.
pub const MARK: char = 'x';

later! {
    own:
    /// Does a job in a worker; both are text.
    pub async fn work(job: String) -> Option<String> { make(&job) }
}

fn make(job: &str) -> Option<String> {
    #[cfg(feature = "split")]
    stampede_sim::run::give();
    whole(&Job::read(job)?).map(|seen| write(&seen))
}

/// A run of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// The mended system, as a link that has its seed.
    link: String,
    lane: usize,
}

impl Job {
    fn read(text: &str) -> Option<Job> {
        let mut parts = text.strip_prefix(MARK)?.split(' ');
        let lane = parts.next()?.parse().ok()?;
        Some(Job { lane, link: parts.next()?.to_owned() })
    }
}

impl Work for Job {
    type Answer = Seen;
    type Making = Sitting;

    fn write(&self) -> String {
        format!("{MARK}{} {}", self.lane, self.link)
    }

    fn read(said: &str) -> Option<Seen> {
        let numbers: Result<Vec<f64>, _> = said.split(' ').map(str::parse).collect();
        Some(Seen(numbers.ok()?.try_into().ok()?))
    }

    fn begin(&self) -> Result<Sitting, Problem> {
        let link = Link::read(&self.link)?;
        Sitting::new(&link.scenarios()?.swap_remove(self.lane), link.seed)
    }

    fn step(making: &mut Sitting, budget: u64) -> Option<Seen> {
        making.step(budget)
    }
}

/// What came of a run, as text that keeps every bit.
fn write(seen: &Seen) -> String {
    seen.0.map(|number| number.to_string()).join(" ")
}

/// All runs of what was handed in.
pub struct Handed {
    link: Link,
    lane: usize,
    first: u64,
    seen: Answers<Seen>,
}

impl Handed {
    /// A lane of a link, to be run with `runs` seeds from `first` on; refuses what
    /// the examination does.
    pub fn new(
        exam: &Exam,
        link: &Link,
        lane: usize,
        first: u64,
        runs: usize,
    ) -> Result<Handed, Refused> {
        exam.mended(link, lane)?;
        let mut link = link.clone();
        link.lanes[lane].actions.clear();
        Ok(Handed { link, lane, first, seen: Answers::to(runs) })
    }

    /// What is known so far: each seed, and what its run had.
    pub fn known(&self) -> Vec<(u64, Seen)> {
        self.seen.known().map(|(n, seen)| (self.first + n as u64, *seen)).collect()
    }

    /// The score, when all runs are known.
    pub fn score(&self) -> Option<Score> {
        Some(Score::of(&FRIDAY, &self.seen.all()?))
    }
}

impl Plan<Job> for Handed {
    fn next(&mut self) -> Option<(u64, Job)> {
        let number = self.seen.begin()? as u64;
        let link = Link { seed: self.first + number, ..self.link.clone() };
        Some((number, Job { link: link.write(), lane: self.lane }))
    }

    fn take(&mut self, number: u64, answer: Seen) {
        self.seen.take(number as usize, answer);
    }

    fn is_over(&self) -> bool {
        self.seen.are_complete()
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    /// A job there and back is the run itself; what was done on the stage, and its
    /// seed, do not count.
    #[test]
    fn what_a_worker_finds_is_what_the_run_has() {
        let text = "#v=1&a=shop-friday&b=shop-friday&b.protect.jitter=true&seed=3&b.actions=[{\"at_ms\":1,\"do\":\"clear-cache\"}]";
        let link = Link::read(&text.replace('"', "%22")).unwrap();
        let mut handed = Handed::new(&FRIDAY, &link, 1, 7_001, 2).unwrap();
        let mut alone = Vec::new();
        while let Some((number, job)) = handed.next() {
            let said = make(&job.write()).unwrap();
            handed.take(number, <Job as Work>::read(&said).unwrap());
            let scenario = FRIDAY.mended(&link, 1).unwrap();
            let mut sitting = Sitting::new(&scenario, 7_001 + number).unwrap();
            alone.push(loop {
                if let Some(seen) = sitting.step(1_000) {
                    break (7_001 + number, seen);
                }
            });
        }
        assert!(handed.is_over());
        assert_eq!(handed.known(), alone);
        let mended = handed.score().unwrap().mended;
        assert_eq!(mended, [2, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(Handed::new(&FRIDAY, &Link::default(), 1, 1, 1).err(), Some(Refused::Other));
        for text in ["", "x", "x1", "y1 v=1", "1 2 3"] {
            assert_eq!(make(text), None, "{text}");
            assert_eq!(<Job as Work>::read(text), None, "{text}");
        }
    }
}
