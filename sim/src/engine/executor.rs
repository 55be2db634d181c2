//! Polls tasks; when none is ready, moves the clock to the next timer.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Waker};

use super::core::Core;
use super::slots::TaskId;
use super::time::Nanos;

/// Work that tasks hand to the executor: each job becomes a task of its own.
pub type Jobs<J> = Rc<RefCell<VecDeque<J>>>;

/// A cooperative executor for one type of task, `F`, made from jobs, `J`.
///
/// One type means no allocation per task: a finished task's memory is used by
/// the next. The waker it passes does nothing, because every wait in the
/// simulation stands in a [slot](super::slots) that knows its task; a future
/// that needs a waker of its own would hang, and does not belong here.
pub struct Executor<J, F, M> {
    core: Rc<Core>,
    jobs: Jobs<J>,
    make: M,
    tasks: Vec<Pin<Box<Option<F>>>>,
    free: Vec<TaskId>,
}

impl<J, F: Future<Output = ()>, M: Fn(J) -> F> Executor<J, F, M> {
    /// `make` turns a job into the task that does it.
    pub fn new(core: Rc<Core>, jobs: Jobs<J>, make: M) -> Self {
        Executor { core, jobs, make, tasks: Vec::new(), free: Vec::new() }
    }

    /// Runs everything that happens at or before `limit`, then sets the clock
    /// to `limit`. At most `budget` polls are made; true if all was done
    /// within it, false if there is more to do.
    pub fn run_until(&mut self, limit: Nanos, budget: u64) -> bool {
        let core = Rc::clone(&self.core);
        let mut context = Context::from_waker(Waker::noop());
        self.start_jobs();
        for _ in 0..budget {
            let Some(id) = core.next_task(limit) else {
                core.advance(limit);
                return true;
            };
            // A task may be woken twice and be done after the first.
            let Some(task) = self.tasks[id as usize].as_mut().as_pin_mut() else { continue };
            if task.poll(&mut context).is_ready() {
                self.tasks[id as usize].as_mut().set(None);
                self.free.push(id);
            }
            self.start_jobs();
        }
        false
    }

    /// How many tasks are alive.
    pub fn alive(&self) -> usize {
        self.tasks.len() - self.free.len()
    }

    fn start_jobs(&mut self) {
        loop {
            let Some(job) = self.jobs.borrow_mut().pop_front() else { return };
            let task = Some((self.make)(job));
            let id = match self.free.pop() {
                Some(id) => {
                    self.tasks[id as usize].as_mut().set(task);
                    id
                }
                None => {
                    self.tasks.push(Box::pin(task));
                    (self.tasks.len() - 1) as TaskId
                }
            };
            self.core.make_ready(id);
        }
    }
}

impl<J, F, M> Drop for Executor<J, F, M> {
    fn drop(&mut self) {
        // Jobs may hold what the tasks hold; neither may outlive the run.
        self.jobs.borrow_mut().clear();
    }
}
