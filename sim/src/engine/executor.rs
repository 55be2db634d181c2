//! Polls tasks; when none is ready, moves the clock to the next timer.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use super::core::Core;
use super::slots::TaskId;
use super::time::Nanos;

/// Work that tasks hand to the executor; each job is done by a worker.
pub type Jobs<J> = Rc<RefCell<VecDeque<J>>>;

/// A cooperative executor: workers of one type, `F`, do jobs, `J`, one after
/// another. A worker's memory is written once for a job and never moved, and
/// there are as many workers as there were ever jobs in progress.
///
/// The waker it passes does nothing, because every wait in the simulation
/// stands in a [slot](super::slots) that knows its task; a future that needs
/// a waker of its own would hang, and does not belong here.
pub struct Executor<J, F, M> {
    core: Rc<Core>,
    jobs: Jobs<J>,
    hire: M,
    workers: Vec<Worker<J, F>>,
    idle: Vec<TaskId>,
}

struct Worker<J, F> {
    task: Pin<Box<F>>,
    inbox: Inbox<J>,
}

/// Where a worker finds its next job.
pub struct Inbox<J>(Rc<Slot<J>>);

struct Slot<J> {
    job: Cell<Option<J>>,
    wants: Cell<bool>,
}

impl<J> Inbox<J> {
    /// The next job; waits, idle, until there is one.
    pub async fn next(&self) -> J {
        let mut idle = false;
        poll_fn(|_| match self.0.job.take() {
            Some(job) => Poll::Ready(job),
            None => {
                // Only once, however often it is polled while idle.
                if !idle {
                    idle = true;
                    self.0.wants.set(true);
                }
                Poll::Pending
            }
        })
        .await
    }
}

impl<J, F: Future<Output = Infallible>, M: Fn(Inbox<J>) -> F> Executor<J, F, M> {
    /// `hire` makes a worker: a task that takes jobs from its inbox for ever.
    pub fn new(core: Rc<Core>, jobs: Jobs<J>, hire: M) -> Self {
        Executor { core, jobs, hire, workers: Vec::new(), idle: Vec::new() }
    }

    /// Runs everything that happens at or before `limit`, then sets the clock
    /// to `limit`. At most `budget` jobs are started and tasks polled, fewer if
    /// a task gives way, or without end if it is `u64::MAX`; true if all was
    /// done within it, false if there is more to do.
    pub fn run_until(&mut self, limit: Nanos, mut budget: u64) -> bool {
        let in_slices = budget < u64::MAX;
        let core = Rc::clone(&self.core);
        let mut context = Context::from_waker(Waker::noop());
        self.start_jobs(&mut budget);
        while budget > 0 {
            budget -= 1;
            let Some(id) = core.next_task(limit) else {
                core.advance(limit);
                return true;
            };
            let worker = &mut self.workers[id as usize];
            // A worker never ends.
            let _: Poll<Infallible> = worker.task.as_mut().poll(&mut context);
            core.polled(id);
            if worker.inbox.0.wants.take() {
                self.idle.push(id);
            }
            if !self.jobs.borrow().is_empty() {
                self.start_jobs(&mut budget);
            }
            if core.gave_way() && in_slices {
                break;
            }
        }
        false
    }

    /// Dismisses so many workers at most, whatever they do; true when none is
    /// left. To be rid of many at once takes long.
    pub fn dismiss(&mut self, budget: u64) -> bool {
        self.workers.truncate(self.workers.len().saturating_sub(budget as usize));
        self.workers.is_empty()
    }

    /// How many jobs are in progress.
    pub fn busy(&self) -> usize {
        self.workers.len() - self.idle.len()
    }

    /// Nobody is polled before every job has been started, even if the budget
    /// ends meanwhile: the order of things is always the same.
    fn start_jobs(&mut self, budget: &mut u64) {
        while *budget > 0 {
            let Some(job) = self.jobs.borrow_mut().pop_front() else { return };
            let id = self.idle.pop().unwrap_or_else(|| {
                let slot = Rc::new(Slot { job: Cell::new(None), wants: Cell::new(false) });
                let task = Box::pin((self.hire)(Inbox(Rc::clone(&slot))));
                self.workers.push(Worker { task, inbox: Inbox(slot) });
                (self.workers.len() - 1) as TaskId
            });
            self.workers[id as usize].inbox.0.job.set(Some(job));
            self.core.make_ready(id);
            *budget -= 1;
        }
    }
}

impl<J, F, M> Drop for Executor<J, F, M> {
    fn drop(&mut self) {
        // Jobs may hold what the workers hold; neither may outlive the run.
        self.jobs.borrow_mut().clear();
    }
}
