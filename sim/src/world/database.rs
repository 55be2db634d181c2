//! The database server: finite cores, shared by all queries (see `sharing.rs`).
//!
//! So too many queries at once do not fail: they all take so long that their
//! callers give up, and a server that is not told works on for nobody.

use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::rc::Rc;

use super::World;
use super::request::{Key, Request, Value};
use super::sharing::{Running, Sharing};
use super::shop::Layout;
use super::work::Work;
use crate::engine::streams::{Purpose, Stream};
use crate::engine::{Core, Nanos, Promise};
use crate::scenario::Scenario;
use crate::telemetry::{Kind, Reason};

/// The database server.
pub struct Database {
    core: Rc<Core>,
    cores: Sharing<Waiting>,
    work: Work,
    error_rate: f64,
    /// Keys that exist nowhere.
    missing: Range<Key>,
    /// Whether a query stops when nobody waits for it any more.
    cancels: bool,
    service: RefCell<Stream>,
    faults: RefCell<Stream>,
    queries: Cell<u32>,
    /// How much later than the primary it has updates.
    lag: Nanos,
    /// Since when it refuses everything, if it does.
    down: Cell<Option<Nanos>>,
}

/// Who is told when a query ends.
enum Waiting {
    /// Its caller: true if it was done.
    Caller(Rc<Promise<bool>>),
    /// Nobody; whose query it was, and which key it updates, if it does.
    Nobody(u32, Option<Key>),
}

impl Database {
    pub(super) fn new(core: &Rc<Core>, scenario: &Scenario, seed: u64) -> Database {
        Database::server(core, scenario, seed, 0, Nanos::ZERO)
    }

    /// One of several servers with the same data, so much behind.
    pub(super) fn server(
        core: &Rc<Core>,
        scenario: &Scenario,
        seed: u64,
        number: u32,
        lag: Nanos,
    ) -> Database {
        let stream = |purpose| RefCell::new(Stream::new(seed, purpose, number.into()));
        let (spec, keys) = (&scenario.db, &scenario.keys);
        let existing = f64::from(keys.count) * (1.0 - keys.missing);
        let missing = Layout::of(scenario).map(|layout| layout.missing());
        Database {
            core: Rc::clone(core),
            cores: Sharing::new(core, spec.cores),
            work: Work::new(spec.query_ms, spec.query),
            error_rate: spec.error_rate,
            missing: missing.unwrap_or(existing.round() as Key..Key::MAX),
            cancels: spec.cancels,
            service: stream(Purpose::Service),
            faults: stream(Purpose::Faults),
            queries: Cell::new(0),
            lag,
            down: Cell::new(None),
        }
    }

    /// Whether there is anything under a key.
    pub fn has(&self, key: Key) -> bool {
        !self.missing.contains(&key)
    }

    /// One query: to the server, through it, and back. Dropping it leaves the
    /// server to stop or to work on, as it is set.
    pub async fn query(&self, request: &Request<'_>) -> Result<Value, Reason> {
        let network = &request.world.network;
        let mut asked = Asked { database: self, request, stage: Stage::OnTheWay, fails: false };
        network.db().await;
        let updates = request.updates();
        let World { database: primary, ledger, .. } = request.world;
        let value = if updates { request.writes() } else { primary.next_value() };
        let seen = self.core.now().since(self.lag);
        let seen = ledger.as_ref().map(|ledger| ledger.committed(seen, request.key));
        let work = self.work.draw(&mut self.service.borrow_mut());
        asked.fails = self.faults.borrow_mut().unit() < self.error_rate;
        let done = self.down.get().is_none() && {
            let (running, done) = self.begin(value.0, work);
            asked.stage = Stage::Running(running);
            let done = done.wait().await;
            asked.stage = Stage::OnTheWay;
            done
        };
        if let (true, Some(wait)) = (updates && done, request.world.sync_wait()) {
            self.core.sleep(wait).await;
        }
        let done = done && !asked.fails && !(updates && self.down.get().is_some());
        match (ledger, seen) {
            (Some(ledger), _) if updates && done => {
                let version = ledger.commit(self.core.now(), request.key, value);
                request.note(Kind::Commit, version);
            }
            (Some(ledger), Some(seen)) if done => ledger.loaded(value, seen),
            _ => {}
        }
        network.db().await;
        asked.stage = Stage::Answered;
        let answer = match done {
            false => Err(Reason::Database),
            true if !self.has(request.key) && !updates => Err(Reason::NotFound),
            true => Ok(value),
        };
        request.note(Kind::Answer, answer.err().map_or(0, |reason| reason as u32));
        answer
    }

    /// A value that nobody has had yet.
    pub fn next_value(&self) -> Value {
        self.queries.set(self.queries.get() + 1);
        Value(self.queries.get())
    }

    /// How many queries run now.
    pub fn running(&self) -> usize {
        self.cores.running()
    }

    /// Breaks it, so that everything that runs or comes fails, or mends it.
    pub fn set_down(&self, world: &World, down: bool) {
        let since = || self.down.get().unwrap_or(self.core.now());
        self.down.set(down.then(since));
        if down {
            self.cores.stop_all(|number, waiting| self.tell(world, number, waiting, false));
        }
    }

    /// Since when it is down, if it is.
    pub fn down_since(&self) -> Option<Nanos> {
        self.down.get()
    }

    /// Makes it so many times slower than usual.
    pub fn set_slowdown(&self, slowdown: f64) {
        self.cores.set_slowdown(slowdown);
    }

    fn begin(&self, number: u32, work: Nanos) -> (Running, Rc<Promise<bool>>) {
        let done = Rc::new(Promise::new(&self.core));
        let waiting = Waiting::Caller(Rc::clone(&done));
        (self.cores.begin(number, work, waiting), done)
    }

    /// The server's own task: ends queries when their work is done.
    pub async fn serve(&self, world: &World) {
        self.cores.serve(|number, waiting| self.tell(world, number, waiting, true)).await;
    }

    fn tell(&self, world: &World, number: u32, waiting: Waiting, done: bool) {
        match waiting {
            Waiting::Caller(promise) => promise.keep(done),
            Waiting::Nobody(who, updates) => {
                if let (true, Some(key), Some(ledger)) = (done, updates, &world.ledger) {
                    let version = ledger.commit(self.core.now(), key, Value(number));
                    world.recorder.note(self.core.now(), Kind::Commit, who, version);
                }
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
    /// Whether it will have been for nothing.
    fails: bool,
}

enum Stage {
    OnTheWay,
    Running(Running),
    Answered,
}

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        let Database { cores, cancels, .. } = self.database;
        let stops = match self.stage {
            Stage::Answered => return,
            Stage::OnTheWay => true,
            Stage::Running(running) => {
                let updates = self.request.updates() && !self.fails;
                let nobody = Waiting::Nobody(self.request.id, updates.then_some(self.request.key));
                let works_on = !cancels && cores.change(running, nobody);
                if !works_on {
                    cores.stop(running);
                }
                !works_on
            }
        };
        self.request.note(Kind::Abandon, stops.into());
    }
}
