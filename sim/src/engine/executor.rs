//! Polls tasks; when none is ready, moves the clock to the next timer.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use super::core::{Core, Next};
use super::slots::{TaskId, more};
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
    desk: Rc<Desk<J>>,
    workers: Vec<Pin<Box<F>>>,
    idle: Vec<TaskId>,
}

/// Where a worker finds its next job.
pub struct Inbox<J>(Rc<Desk<J>>);

/// One for all workers: whoever waits for something else has no place in it.
struct Desk<J> {
    /// Jobs that have not been begun, and whose they are, in the order in which
    /// those have their turns.
    given: RefCell<VecDeque<(TaskId, J)>>,
    /// Who is being polled.
    turn: Cell<TaskId>,
    /// That one has nothing to do.
    idle: Cell<bool>,
}

impl<J> Desk<J> {
    fn take(&self) -> Option<J> {
        let (given, turn) = (&mut *self.given.borrow_mut(), self.turn.get());
        match given.front() {
            Some((whose, _)) if *whose == turn => {}
            None => return None,
            // A wait of its last job, which it gave up, has given it a turn.
            Some(_) => {
                let place = given.iter().position(|(whose, _)| *whose == turn)?;
                return given.remove(place).map(|(_, job)| job);
            }
        }
        given.pop_front().map(|(_, job)| job)
    }
}

impl<J> Inbox<J> {
    /// The next job; waits, idle, until there is one.
    pub fn next(&self) -> impl Future<Output = J> {
        let mut idle = false;
        poll_fn(move |_| match self.0.take() {
            Some(job) => Poll::Ready(job),
            None => {
                // Only once, however often it is polled while idle.
                if !std::mem::replace(&mut idle, true) {
                    self.0.idle.set(true);
                }
                Poll::Pending
            }
        })
    }
}

impl<J, F: Future<Output = Infallible>, M: Fn(Inbox<J>) -> F> Executor<J, F, M> {
    /// `hire` makes a worker: a task that takes jobs from its inbox for ever.
    pub fn new(core: Rc<Core>, jobs: Jobs<J>, hire: M) -> Self {
        let desk = Desk { given: RefCell::default(), turn: Cell::new(0), idle: Cell::new(false) };
        let desk = Rc::new(desk);
        Executor { core, jobs, hire, desk, workers: Vec::new(), idle: Vec::new() }
    }

    /// Runs everything that happens at or before `limit`, then sets the clock
    /// to `limit`. At most `budget` jobs are started, tasks polled and handfuls
    /// of timers sorted, fewer if a task gives way, or without end if it is
    /// `u64::MAX`; true if all was done within it, false if there is more to do.
    pub fn run_until(&mut self, limit: Nanos, mut budget: u64) -> bool {
        let in_slices = budget < u64::MAX;
        let core = Rc::clone(&self.core);
        let mut context = Context::from_waker(Waker::noop());
        self.start_jobs(&mut budget);
        while budget > 0 {
            budget -= 1;
            let id = match core.next_task(limit) {
                Next::Task(id) => id,
                Next::Later => continue,
                Next::Nothing => {
                    core.advance(limit);
                    return true;
                }
            };
            self.desk.turn.set(id);
            // A worker never ends.
            let _: Poll<Infallible> = self.workers[id as usize].as_mut().poll(&mut context);
            let is_idle = self.desk.idle.take();
            core.polled(id, is_idle);
            if is_idle {
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
                if self.workers.len() == self.workers.capacity() {
                    self.workers.reserve_exact(more(self.workers.len()));
                }
                self.workers.push(Box::pin((self.hire)(Inbox(Rc::clone(&self.desk)))));
                (self.workers.len() - 1) as TaskId
            });
            self.desk.given.borrow_mut().push_back((id, job));
            self.core.make_ready(id);
            *budget -= 1;
        }
    }
}

impl<J, F, M> Drop for Executor<J, F, M> {
    fn drop(&mut self) {
        // Jobs may hold what the workers hold; neither may outlive the run.
        self.jobs.borrow_mut().clear();
        self.desk.given.borrow_mut().clear();
    }
}
