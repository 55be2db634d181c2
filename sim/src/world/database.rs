//! The database server: finite cores, shared fairly.
//!
//! While no more queries run than there are cores, each runs at full speed.
//! Beyond that all of them share the cores equally and every one slows down
//! (processor sharing; Kleinrock, *Queueing Systems* II, 1976, ch. 4). So too
//! many queries at once do not fail: they all take so long that their callers
//! give up, and a server that is not told works on for nobody.
//!
//! The bookkeeping is by *attained service*: the work that a query present
//! since the start of the run would have received. A query that comes when
//! this stands at `a` and is `w` of work ends when it reaches `a + w`,
//! whatever comes and goes meanwhile. So only one alarm is needed, for the
//! query that ends next.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use super::World;
use super::request::{Key, Request, Value};
use super::work::Work;
use crate::engine::race::race;
use crate::engine::streams::{Purpose, Stream};
use crate::engine::{Core, Nanos, Notify, Promise};
use crate::scenario::Scenario;
use crate::telemetry::{Kind, Reason};

/// The database server.
pub struct Database {
    core: Rc<Core>,
    cores: f64,
    work: Work,
    error_rate: f64,
    /// Keys from this one on exist nowhere.
    missing_from: Key,
    /// Whether a query stops when nobody waits for it any more.
    cancels: bool,
    service: RefCell<Stream>,
    faults: RefCell<Stream>,
    queries: Cell<u32>,
    share: RefCell<Share>,
    changed: Notify,
    /// Refuses everything.
    down: Cell<bool>,
    /// How many times slower than usual it is.
    slowdown: Cell<f64>,
}

/// A running query: the attained service at which it ends (ns, as ordered
/// bits of a non-negative float), and its number to tell equals apart.
type Finish = (u64, u32);

/// Who is told when a query ends.
enum Waiting {
    /// Its caller: true if it was done.
    Caller(Rc<Promise<bool>>),
    /// Nobody; whose query it was.
    Nobody(u32),
}

#[derive(Default)]
struct Share {
    /// Work that each running query has received (ns at full speed), as of
    /// `since`.
    attained: f64,
    since: Nanos,
    running: BTreeMap<Finish, Waiting>,
}

impl Database {
    pub(super) fn new(core: &Rc<Core>, scenario: &Scenario, seed: u64) -> Database {
        let (spec, keys) = (&scenario.db, &scenario.keys);
        let existing = f64::from(keys.count) * (1.0 - keys.missing);
        Database {
            core: Rc::clone(core),
            cores: f64::from(spec.cores),
            work: Work::new(spec.query_ms, spec.query),
            error_rate: spec.error_rate,
            missing_from: existing.round() as Key,
            cancels: spec.cancels,
            service: RefCell::new(Stream::new(seed, Purpose::Service, 0)),
            faults: RefCell::new(Stream::new(seed, Purpose::Faults, 0)),
            queries: Cell::new(0),
            share: RefCell::default(),
            changed: Notify::new(core),
            down: Cell::new(false),
            slowdown: Cell::new(1.0),
        }
    }

    /// One query: to the server, through it, and back. Dropping it leaves the
    /// server to stop or to work on, as it is set.
    pub async fn query(&self, request: &Request<'_>) -> Result<Value, Reason> {
        let network = &request.world.network;
        let mut asked = Asked { database: self, request, stage: Stage::OnTheWay };
        network.db().await;
        let number = self.queries.get() + 1;
        self.queries.set(number);
        let work = self.work.draw(&mut self.service.borrow_mut());
        let fails = self.faults.borrow_mut().unit() < self.error_rate;
        let done = !self.down.get() && {
            let (finish, done) = self.begin(number, work);
            asked.stage = Stage::Running(finish);
            let done = done.wait().await;
            asked.stage = Stage::OnTheWay;
            done
        };
        network.db().await;
        asked.stage = Stage::Answered;
        let answer = match done && !fails {
            false => Err(Reason::Database),
            true if request.key >= self.missing_from => Err(Reason::NotFound),
            true => Ok(Value(number)),
        };
        request.note(Kind::Answer, answer.err().map_or(0, |reason| reason as u32));
        answer
    }

    /// How many queries run now.
    pub fn running(&self) -> usize {
        self.share.borrow().running.len()
    }

    /// Breaks it, so that everything that runs or comes fails, or mends it.
    pub fn set_down(&self, world: &World, down: bool) {
        self.down.set(down);
        if down {
            let share = &mut *self.share.borrow_mut();
            self.catch_up(share);
            for ((_, number), waiting) in std::mem::take(&mut share.running) {
                self.tell(world, number, waiting, false);
            }
            self.changed.notify();
        }
    }

    /// Makes it so many times slower than usual.
    pub fn set_slowdown(&self, slowdown: f64) {
        self.catch_up(&mut self.share.borrow_mut());
        self.slowdown.set(slowdown);
        self.changed.notify();
    }

    fn begin(&self, number: u32, work: Nanos) -> (Finish, Rc<Promise<bool>>) {
        let done = Rc::new(Promise::new(&self.core));
        let share = &mut *self.share.borrow_mut();
        self.catch_up(share);
        let finish = ((share.attained + work.0 as f64).to_bits(), number);
        share.running.insert(finish, Waiting::Caller(Rc::clone(&done)));
        self.changed.notify();
        (finish, done)
    }

    /// The server's own task: ends queries when their work is done.
    pub async fn serve(&self, world: &World) {
        loop {
            let changed = self.changed.notified();
            match self.next_finish() {
                None => changed.await,
                Some(at) => {
                    race(self.core.sleep_until(at), changed).await;
                    self.finish_due(world);
                }
            }
        }
    }

    /// Each running query's share of a core: 1 while there are enough cores.
    fn speed(&self, running: usize) -> f64 {
        (self.cores / running.max(1) as f64).min(1.0) / self.slowdown.get()
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

    fn finish_due(&self, world: &World) {
        let share = &mut *self.share.borrow_mut();
        self.catch_up(share);
        while let Some(first) = share.running.first_entry() {
            // An alarm is a whole nanosecond; less than that is rounding.
            if f64::from_bits(first.key().0) > share.attained + 0.5 {
                break;
            }
            let number = first.key().1;
            self.tell(world, number, first.remove(), true);
        }
    }

    fn tell(&self, world: &World, number: u32, waiting: Waiting, done: bool) {
        match waiting {
            Waiting::Caller(promise) => promise.keep(done),
            Waiting::Nobody(who) => {
                world.recorder.note(self.core.now(), Kind::Wasted, who, number);
            }
        }
    }
}

/// A query somebody waits for. Dropped unanswered, its caller has gone.
struct Asked<'a> {
    database: &'a Database,
    request: &'a Request<'a>,
    stage: Stage,
}

enum Stage {
    OnTheWay,
    Running(Finish),
    Answered,
}

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        let Database { share, changed, cancels, .. } = self.database;
        let stops = match self.stage {
            Stage::Answered => return,
            Stage::OnTheWay => true,
            Stage::Running(finish) => {
                let share = &mut *share.borrow_mut();
                self.database.catch_up(share);
                match share.running.remove(&finish) {
                    Some(Waiting::Caller(_)) if !cancels => {
                        share.running.insert(finish, Waiting::Nobody(self.request.id));
                        false
                    }
                    _ => {
                        changed.notify();
                        true
                    }
                }
            }
        };
        self.request.note(Kind::Abandon, stops.into());
    }
}
