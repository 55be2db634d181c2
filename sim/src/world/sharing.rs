//! Processor sharing: finite cores, shared fairly by all that runs on them.
//!
//! While no more jobs run than there are cores, each runs at full speed.
//! Beyond that all of them share the cores equally and every one slows down
//! (Kleinrock, *Queueing Systems* II, 1976, ch. 4).
//!
//! The bookkeeping is by *attained service*: the work that a job present since
//! the start of the run would have received. A job that comes when this stands
//! at `a` and is `w` of work ends when it reaches `a + w`, whatever comes and
//! goes meanwhile. So only one alarm is needed, for the job that ends next.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::engine::race::race;
use crate::engine::{Core, Nanos, Notify};

/// Cores with jobs on them; `J` is what is known of a job.
pub struct Sharing<J> {
    core: Rc<Core>,
    cores: f64,
    /// How many times slower than usual they are.
    slowdown: Cell<f64>,
    state: RefCell<State<J>>,
    changed: Notify,
}

/// A running job: the attained service at which it ends (ns, as ordered bits
/// of a non-negative float), and its number to tell equals apart.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Running(u64, u32);

struct State<J> {
    /// Work that each running job has received (ns at full speed), as of
    /// `since`.
    attained: f64,
    since: Nanos,
    jobs: BTreeMap<Running, J>,
}

impl<J> Sharing<J> {
    /// Idle cores.
    pub fn new(core: &Rc<Core>, cores: u32) -> Sharing<J> {
        let state = State { attained: 0.0, since: Nanos::ZERO, jobs: BTreeMap::new() };
        Sharing {
            core: Rc::clone(core),
            cores: f64::from(cores),
            slowdown: Cell::new(1.0),
            state: RefCell::new(state),
            changed: Notify::new(core),
        }
    }

    /// How many jobs run now.
    pub fn running(&self) -> usize {
        self.state.borrow().jobs.len()
    }

    /// Begins a job that takes `work` at full speed. Its number is its own.
    pub fn begin(&self, number: u32, work: Nanos, job: J) -> Running {
        let state = &mut *self.state.borrow_mut();
        self.catch_up(state);
        let running = Running((state.attained + work.0 as f64).to_bits(), number);
        state.jobs.insert(running, job);
        self.changed.notify();
        running
    }

    /// Stops a job; false if it had ended.
    pub fn stop(&self, running: Running) -> bool {
        let state = &mut *self.state.borrow_mut();
        self.catch_up(state);
        let stopped = state.jobs.remove(&running).is_some();
        self.changed.notify();
        stopped
    }

    /// Changes what is known of a job; false if it had ended.
    pub fn change(&self, running: Running, job: J) -> bool {
        let state = &mut *self.state.borrow_mut();
        self.catch_up(state);
        state.jobs.get_mut(&running).map(|known| *known = job).is_some()
    }

    /// Stops all jobs, and hands each to `each` with its number.
    pub fn stop_all(&self, mut each: impl FnMut(u32, J)) {
        let state = &mut *self.state.borrow_mut();
        self.catch_up(state);
        for (Running(_, number), job) in std::mem::take(&mut state.jobs) {
            each(number, job);
        }
        self.changed.notify();
    }

    /// Makes the cores so many times slower than usual.
    pub fn set_slowdown(&self, slowdown: f64) {
        self.catch_up(&mut self.state.borrow_mut());
        self.slowdown.set(slowdown);
        self.changed.notify();
    }

    /// The cores' own task: hands each job to `done` when its work is done.
    pub async fn serve(&self, done: impl Fn(u32, J)) {
        loop {
            let changed = self.changed.notified();
            match self.next_end() {
                None => changed.await,
                Some(at) => {
                    race(self.core.sleep_until(at), changed).await;
                    self.end_due(&done);
                }
            }
        }
    }

    /// The same, until nothing runs any more.
    pub async fn drain(&self, done: impl Fn(u32, J)) {
        loop {
            let changed = self.changed.notified();
            let Some(at) = self.next_end() else { return };
            race(self.core.sleep_until(at), changed).await;
            self.end_due(&done);
        }
    }

    /// Each job's share of a core: 1 while there are enough cores.
    fn speed(&self, jobs: usize) -> f64 {
        (self.cores / jobs.max(1) as f64).min(1.0) / self.slowdown.get()
    }

    fn catch_up(&self, state: &mut State<J>) {
        let elapsed = self.core.now().since(state.since);
        state.attained += elapsed.0 as f64 * self.speed(state.jobs.len());
        state.since = self.core.now();
    }

    /// When the next job ends if nothing changes.
    fn next_end(&self) -> Option<Nanos> {
        let state = &mut *self.state.borrow_mut();
        self.catch_up(state);
        let Running(bits, _) = *state.jobs.first_key_value()?.0;
        let left = (f64::from_bits(bits) - state.attained).max(0.0);
        let span = (left / self.speed(state.jobs.len())).ceil();
        Some(self.core.now() + Nanos::from_f64(span))
    }

    fn end_due(&self, done: &impl Fn(u32, J)) {
        let state = &mut *self.state.borrow_mut();
        self.catch_up(state);
        while let Some(first) = state.jobs.first_entry() {
            // An alarm is a whole nanosecond; less than that is rounding.
            if f64::from_bits(first.key().0) > state.attained + 0.5 {
                break;
            }
            let number = first.key().1;
            done(number, first.remove());
        }
    }
}
