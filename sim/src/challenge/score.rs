//! With which seeds a script is judged, and what that comes to.
//!
//! Ten seeds everybody knows, so that a script can be tried with them. Ten more are
//! drawn from the script itself: whoever changes it meets others, so that nobody can
//! fit a script to them; and who judges the same script gets the same score.

use super::trial::Verdict;
use super::{Challenge, Problem, Trial};
use crate::engine::streams::{Purpose, Stream};
use crate::scenario::link::fnv1a;

/// How many seeds are known, and how many are drawn.
const EACH: u64 = 10;

/// In so many runs a script is judged.
pub const RUNS: usize = 2 * EACH as usize;

/// Seeds that are drawn are smaller: they can be read, and written in links.
const BELOW: u64 = 1 << 32;

/// The seeds with which a script is judged: 1 to 10, and ten drawn from the
/// challenge's name and the script.
pub fn seeds(challenge: &Challenge, source: &str) -> Vec<u64> {
    let digest = fnv1a(&format!("{}\n{source}", challenge.id));
    let mut drawn = Stream::new(digest, Purpose::Judge, 0);
    let mut seeds: Vec<u64> = (1..=EACH).collect();
    while seeds.len() < RUNS {
        let seed = drawn.below(BELOW);
        if !seeds.contains(&seed) {
            seeds.push(seed);
        }
    }
    seeds
}

/// What a script has reached.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// Each seed, and what came of its run.
    pub runs: Vec<(u64, Verdict)>,
}

impl Score {
    /// Runs a script with each of its seeds. Refuses one that cannot be run.
    pub fn judge(challenge: &Challenge, source: &str) -> Result<Score, Problem> {
        let scenario = challenge.scenario(source)?;
        let run = |seed| Ok((seed, Trial::whole(challenge, &scenario, seed)?));
        let runs: Result<_, Problem> = seeds(challenge, source).into_iter().map(run).collect();
        Ok(Score { runs: runs? })
    }

    /// How many runs reach all goals.
    pub fn passed(&self) -> usize {
        self.runs.iter().filter(|(_, verdict)| verdict.passes()).count()
    }

    /// Whether every run does: then the challenge is passed.
    pub fn is_passed(&self) -> bool {
        !self.runs.is_empty() && self.passed() == self.runs.len()
    }

    /// The first seed with which a goal is missed, and which.
    pub fn breaks(&self) -> Option<(u64, usize)> {
        self.runs.iter().find_map(|(seed, verdict)| Some((*seed, verdict.missed()?)))
    }

    /// Of each goal the number that is furthest on the wrong side.
    pub fn worst(&self, challenge: &Challenge) -> Vec<f64> {
        let worst = |(at, goal): (usize, &super::Goal)| {
            let numbers = self.runs.iter().map(|(_, verdict)| verdict.numbers[at]);
            match goal.look.is_at_least() {
                true => numbers.fold(f64::INFINITY, f64::min),
                false => numbers.fold(f64::NEG_INFINITY, f64::max),
            }
        };
        challenge.goals.iter().enumerate().map(worst).collect()
    }
}
