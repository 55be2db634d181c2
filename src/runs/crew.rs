//! Has the runs of a plan made: by workers, or on the page's thread in slices
//! where there are none.

use std::cell::RefCell;

use gloo_timers::future::TimeoutFuture;
use stampede_sim::scenario::Problem;

use super::{Plan, Work, beyond};
use crate::web::workers::{self, Workers};

/// How much is computed before the page has its turn, in polls.
const SLICE: u64 = 20_000;
/// How a worker begins to say how much of a run is done.
pub const PROGRESS: char = '%';

/// Carries out a plan, and says so whenever more is known. To stop it, drop it:
/// what is under way ends at once.
pub async fn carry_out<J: Work>(
    plan: &RefCell<dyn Plan<J>>,
    tell: &dyn Fn(),
) -> Result<(), Problem> {
    let count = workers::cores().min(plan.borrow().at_once());
    let mut left = Vec::new();
    if let Some(mut workers) = Workers::start(count).await {
        left = by_workers(plan, &mut workers, tell).await;
    }
    while !plan.borrow().is_over() {
        let next = left.pop().or_else(|| plan.borrow_mut().next());
        let Some((number, job)) = next else { break };
        let answer = on_page(&job, &|done| {
            if plan.borrow_mut().hear(number, done) {
                tell();
            }
        })
        .await?;
        plan.borrow_mut().take(number, answer);
        tell();
    }
    Ok(())
}

/// Until the plan is over, or a worker fails; what is left to be made then.
async fn by_workers<J: Work>(
    plan: &RefCell<dyn Plan<J>>,
    workers: &mut Workers,
    tell: &dyn Fn(),
) -> Vec<(u64, J)> {
    let mut busy: Vec<Option<(u64, J)>> = vec![None; workers.count()];
    loop {
        for (worker, job) in busy.iter_mut().enumerate().filter(|(_, job)| job.is_none()) {
            *job = plan.borrow_mut().next();
            if let Some((_, job)) = job {
                workers.send(worker, &job.write());
            }
        }
        if plan.borrow().is_over() || busy.iter().all(Option::is_none) {
            return Vec::new();
        }
        let (worker, said) = workers.next().await;
        if let (Some(done), Some((number, _))) = (said.as_deref().and_then(share), &busy[worker]) {
            if plan.borrow_mut().hear(*number, done) {
                tell();
            }
            continue;
        }
        match (said.as_deref().and_then(J::read), busy[worker].take()) {
            (Some(answer), Some((number, _))) => plan.borrow_mut().take(number, answer),
            // What cannot be done there is done here, where it says why.
            (_, undone) => {
                busy.push(undone);
                return busy.into_iter().flatten().collect();
            }
        }
        tell();
    }
}

/// How much of a run is done, if that is what a worker says.
fn share(said: &str) -> Option<f64> {
    said.strip_prefix(PROGRESS)?.parse().ok()
}

/// Makes a run on the page's thread, in slices, so that the page stays alive;
/// `hear` is told how much of it is done.
async fn on_page<J: Work>(job: &J, hear: &dyn Fn(f64)) -> Result<J::Answer, Problem> {
    let mut making = match job.begin() {
        Err(problem) if beyond::is_missing(&problem) && beyond::ready(&problem).await.is_ok() => {
            job.begin()?
        }
        begun => begun?,
    };
    loop {
        let answer = J::step(&mut making, SLICE);
        TimeoutFuture::new(0).await;
        match answer {
            Some(answer) => return Ok(answer),
            None => hear(J::done(&making)),
        }
    }
}
