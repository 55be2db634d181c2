//! The database server: finite cores, shared fairly.
//!
//! While no more queries run than there are cores, each runs at full speed.
//! Beyond that all of them share the cores equally and every one slows down
//! (processor sharing; Kleinrock, *Queueing Systems* II, 1976, ch. 4).
//!
//! The bookkeeping is by *attained service*: the work that a query present
//! since the start of the run would have received. A query that comes when
//! this stands at `a` and is `w` of work ends when it reaches `a + w`,
//! whatever comes and goes meanwhile. So only one alarm is needed, for the
//! query that ends next.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use super::request::Value;
use super::work::Work;
use crate::engine::race::race;
use crate::engine::streams::{Purpose, Stream};
use crate::engine::{Core, Nanos, Notify, Promise};
use crate::scenario::DbSpec;
use crate::telemetry::Reason;

/// The database server.
pub struct Database {
    core: Rc<Core>,
    cores: f64,
    work: Work,
    error_rate: f64,
    service: RefCell<Stream>,
    faults: RefCell<Stream>,
    queries: Cell<u32>,
    share: RefCell<Share>,
    changed: Notify,
}

/// A running query: the attained service at which it ends (ns, as ordered
/// bits of a non-negative float), and its number to tell equals apart.
type Finish = (u64, u32);

#[derive(Default)]
struct Share {
    /// Work that each running query has received (ns at full speed), as of
    /// `since`.
    attained: f64,
    since: Nanos,
    running: BTreeMap<Finish, Rc<Promise<()>>>,
}

impl Database {
    pub(super) fn new(core: &Rc<Core>, spec: &DbSpec, seed: u64) -> Database {
        Database {
            core: Rc::clone(core),
            cores: f64::from(spec.cores),
            work: Work::new(spec.query_ms, spec.query),
            error_rate: spec.error_rate,
            service: RefCell::new(Stream::new(seed, Purpose::Service, 0)),
            faults: RefCell::new(Stream::new(seed, Purpose::Faults, 0)),
            queries: Cell::new(0),
            share: RefCell::default(),
            changed: Notify::new(core),
        }
    }

    /// Runs one query on the server.
    pub async fn query(&self) -> Result<Value, Reason> {
        let number = self.queries.get() + 1;
        self.queries.set(number);
        let work = self.work.draw(&mut self.service.borrow_mut());
        let fails = self.faults.borrow_mut().unit() < self.error_rate;
        self.run(number, work).await;
        if fails { Err(Reason::Database) } else { Ok(Value(number)) }
    }

    /// How many queries run now.
    pub fn running(&self) -> usize {
        self.share.borrow().running.len()
    }

    async fn run(&self, number: u32, work: Nanos) {
        let done = Rc::new(Promise::new(&self.core));
        let finish = {
            let share = &mut *self.share.borrow_mut();
            self.catch_up(share);
            let finish = ((share.attained + work.0 as f64).to_bits(), number);
            share.running.insert(finish, Rc::clone(&done));
            finish
        };
        self.changed.notify();
        let running = Running { database: self, finish };
        done.wait().await;
        drop(running);
    }

    /// The server's own task: ends queries when their work is done.
    pub async fn serve(&self) {
        loop {
            let changed = self.changed.notified();
            match self.next_finish() {
                None => changed.await,
                Some(at) => {
                    race(self.core.sleep_until(at), changed).await;
                    self.finish_due();
                }
            }
        }
    }

    /// Each running query's share of a core: 1 while there are enough cores.
    fn speed(&self, running: usize) -> f64 {
        (self.cores / running.max(1) as f64).min(1.0)
    }

    fn catch_up(&self, share: &mut Share) {
        let elapsed = self.core.now().since(share.since);
        share.attained += elapsed.0 as f64 * self.speed(share.running.len());
        share.since = self.core.now();
    }

    /// When the next query ends if nothing changes.
    fn next_finish(&self) -> Option<Nanos> {
        let share = &mut *self.share.borrow_mut();
        self.catch_up(share);
        let (bits, _) = *share.running.first_key_value()?.0;
        let left = (f64::from_bits(bits) - share.attained).max(0.0);
        let span = (left / self.speed(share.running.len())).ceil();
        Some(self.core.now() + Nanos::from_f64(span))
    }

    fn finish_due(&self) {
        let share = &mut *self.share.borrow_mut();
        self.catch_up(share);
        while let Some(first) = share.running.first_entry() {
            // An alarm is a whole nanosecond; less than that is rounding.
            if f64::from_bits(first.key().0) > share.attained + 0.5 {
                break;
            }
            first.remove().keep(());
        }
    }
}

/// A query that runs. Dropped early, it stops taking its share.
struct Running<'a> {
    database: &'a Database,
    finish: Finish,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let share = &mut *self.database.share.borrow_mut();
        self.database.catch_up(share);
        if share.running.remove(&self.finish).is_some() {
            self.database.changed.notify();
        }
    }
}
