//! What can be done by a worker, or here in slices.

use stampede_sim::scenario::Problem;

use super::job::{Answer, Job, Making};

/// A run to be made. It goes to a worker as text, and so does what came of it.
pub trait Work: Clone {
    /// What came of it.
    type Answer;
    /// It, while it is made.
    type Making;

    /// As text.
    fn write(&self) -> String;

    /// What a worker said; `None` if it is no answer.
    fn read(said: &str) -> Option<Self::Answer>;

    /// Begins to make it.
    fn begin(&self) -> Result<Self::Making, Problem>;

    /// Computes on, by about `budget` polls; the answer when it is over.
    fn step(making: &mut Self::Making, budget: u64) -> Option<Self::Answer>;

    /// How much of it is done, as a share.
    fn done(_making: &Self::Making) -> f64 {
        0.0
    }
}

/// Does a job from start to end; nothing if it cannot be begun.
pub fn whole<J: Work>(job: &J) -> Option<J::Answer> {
    let mut making = job.begin().ok()?;
    loop {
        if let Some(answer) = J::step(&mut making, u64::MAX) {
            return Some(answer);
        }
    }
}

impl Work for Job {
    type Answer = Answer;
    type Making = Making;

    fn write(&self) -> String {
        Job::write(self)
    }

    fn read(said: &str) -> Option<Answer> {
        Answer::read(said)
    }

    fn begin(&self) -> Result<Making, Problem> {
        Job::begin(self)
    }

    fn step(making: &mut Making, budget: u64) -> Option<Answer> {
        making.step(budget)
    }
}
