//! Many runs at once, on as many cores as there are.

use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;

use stampede_sim::ablation::{Goal, Outcome, Trial};
use stampede_sim::scenario::{Problem, Scenario};

/// The most requests of all runs that are made at once: their memory adds up.
const ROOM: f64 = 8_000_000.0;

/// One run to be made.
pub struct Job {
    /// The number that its outcome is given with.
    pub number: u64,
    /// Of what.
    pub scenario: Scenario,
    /// As soon as it cannot keep this any more, it is given up; and how many
    /// requests the run with all defences had.
    pub goal: Option<(Goal, u64)>,
}

/// Something that hands out runs to be made, and takes what came of them in any
/// order.
pub trait Plan: Send {
    /// The next one; none if there is nothing to do before others are known.
    fn next(&mut self) -> Option<Job>;
    /// Takes what came of one.
    fn take(&mut self, number: u64, outcome: Outcome);
    /// Whether all is known.
    fn is_over(&self) -> bool;
}

/// Has a plan's runs made; `tell` is called after each.
pub fn carry_out<P: Plan>(
    plan: P,
    like: &Scenario,
    seed: u64,
    tell: impl Fn(&P) + Sync,
) -> Result<P, Problem> {
    let shared = Mutex::new((plan, None::<Problem>));
    let changed = Condvar::new();
    let lock = || shared.lock().unwrap_or_else(PoisonError::into_inner);
    let work = || {
        let mut held = lock();
        loop {
            let job = held.0.next();
            if held.0.is_over() || held.1.is_some() {
                return changed.notify_all();
            }
            let Some(job) = job else {
                held = changed.wait(held).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            drop(held);
            let made = make(&job, seed);
            held = lock();
            match made {
                Ok(outcome) => {
                    held.0.take(job.number, outcome);
                    tell(&held.0);
                }
                Err(problem) => held.1 = Some(problem),
            }
            changed.notify_all();
        }
    };
    thread::scope(|scope| (0..at_once(like)).for_each(|_| drop(scope.spawn(work))));
    let (plan, problem) = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
    problem.map_or(Ok(plan), Err)
}

fn make(job: &Job, seed: u64) -> Result<Outcome, Problem> {
    let trial = Trial::new(&job.scenario, &[], seed)?;
    let mut trial = match &job.goal {
        Some((goal, requests)) => trial.for_goal(goal, &job.scenario, *requests),
        None => trial,
    };
    Ok(std::iter::repeat_with(|| trial.step(u64::MAX)).find_map(|it| it).unwrap_or_default())
}

fn at_once(like: &Scenario) -> usize {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let fits = |n: &usize| like.check_requests(&[], ROOM / *n as f64).is_ok();
    (2..=cores).rev().find(fits).unwrap_or(1)
}
