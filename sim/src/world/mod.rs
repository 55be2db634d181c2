//! What requests meet: clients, network, cache, connection pools, database.
//!
//! Each file is one thing with its rules and where they come from. None of
//! them knows the defences, which are built on top of them in
//! [`protect`](crate::protect).

pub mod arrivals;
pub mod autoscale;
pub mod backup;
pub mod balancer;
pub mod cache;
pub mod channel;
pub mod clients;
pub mod cpu;
pub mod database;
pub mod ends;
pub mod eviction;
pub mod faults;
pub mod hawkes;
pub mod http;
pub mod in_flight;
pub mod invalidation;
pub mod jobs;
pub mod keyed;
pub mod keys;
pub mod leases;
pub mod ledger;
pub mod lock_server;
pub mod network;
pub mod process;
mod ranked;
pub mod replicas;
pub mod request;
pub mod senders;
pub mod sessions;
pub mod shares;
pub mod sharing;
pub mod shop;
pub mod work;

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

use crate::engine::executor::Jobs;
use crate::engine::{Core, Roll};
use crate::telemetry::event::{Fault, WORLD};
use crate::telemetry::{Kind, Reason, Recorder, Recording};
use backup::Backup;
use balancer::Balancer;
use cache::Cache;
use database::Database;
use ledger::Ledger;
use lock_server::LockServer;
use network::Network;
pub use process::Process;
use replicas::Replicas;
pub use request::{Claim, Request, Value};
use senders::Senders;
use shares::Shares;
use shop::{Layout, Shop};

use self::jobs::Job;
use crate::scenario::{ProtectSpec, Scenario};

/// Everything that exists once per run. What exists once per server process
/// is in [`Process`].
pub struct World {
    /// Virtual time.
    pub core: Rc<Core>,
    /// Where everything that happens is written.
    pub recorder: Recorder,
    /// The distances between clients, processes, cache and database.
    pub network: Network,
    /// The cache that all processes share; `None` in a system without one.
    pub cache: Option<Rc<Cache>>,
    /// Who sends requests to processes, unless they are simply dealt in turn to
    /// those that are up.
    pub balancer: OnceCell<RefCell<Balancer>>,
    /// The cache behind it; `None` in a run in which nobody asks it.
    pub backup: Option<Backup>,
    /// The lock servers that all processes share: one, or several that know
    /// nothing of each other.
    pub locks: Vec<LockServer>,
    /// Whether the store that the gateways of all processes count in answers
    /// with errors.
    pub counters_down: Cell<bool>,
    /// Who sends; `None` in a run in which nobody asks.
    pub senders: Option<Senders>,
    /// What requests ask for and get over HTTP, where there is a middleware.
    pub http: Option<http::Http>,
    /// The database that all processes share.
    pub database: Database,
    /// Its copies, to read from.
    pub replicas: Option<Replicas>,
    /// The shares of a post; `None` in a run in which nobody asks.
    pub shares: Option<Rc<Shares>>,
    /// What is asked for and sold, where it is a shop.
    pub shop: Option<Rc<Shop>>,
    /// Who has written and seen what, in a run with updates.
    pub ledger: Option<Ledger>,
    /// Who is in which process, where any can die.
    pub roll: Roll,
    /// Work to be started as tasks of their own.
    pub jobs: Jobs<Job>,
    next_request: Cell<u32>,
    sources: Cell<u32>,
}

impl World {
    /// The world a scenario describes, before anything happens in it. `ever`:
    /// the defences that are on at any time in it; `updates`: somebody may write.
    pub fn new(
        scenario: &Scenario,
        ever: &ProtectSpec,
        updates: bool,
        seed: u64,
        recording: Recording,
    ) -> World {
        let core = Rc::new(Core::default());
        let shop = Shop::new(scenario).map(Rc::new);
        World {
            recorder: Recorder::new(recording),
            network: Network::new(&core, scenario, seed),
            cache: scenario.cache.enabled.then(|| Rc::new(Cache::new(scenario, ever, seed))),
            backup: Backup::new(scenario, ever),
            locks: (0..scenario.lock.servers).map(|_| LockServer::default()).collect(),
            balancer: OnceCell::new(),
            counters_down: Cell::new(false),
            http: ever.coalesce.then(|| http::Http::new(&scenario.http, seed)),
            senders: (ever.gateway
                || ever.shed
                || ever.coalesce
                || scenario.edge.pops > 0
                || shop.is_some())
            .then(|| Senders::new(&scenario.client, seed)),
            database: Database::new(&core, scenario, seed),
            replicas: Replicas::new(&core, scenario, seed),
            shares: ever.viral.then(Rc::default),
            ledger: updates.then(|| Ledger::new(Layout::of(scenario))),
            shop,
            roll: Roll::new(&core),
            jobs: Jobs::default(),
            next_request: Cell::new(0),
            sources: Cell::new(0),
            core,
        }
    }

    /// Starts a job as a task of its own, after the current one waits.
    pub fn start(&self, job: Job) {
        if job.is_source() {
            self.sources.set(self.sources.get() + 1);
        }
        self.jobs.borrow_mut().push_back(job);
    }

    /// Starts work that goes on behind whoever asked for it.
    pub fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        self.jobs.borrow_mut().push_back(Job::Behind(Box::pin(task)));
    }

    /// Something breaks (`begins`) or is mended.
    pub fn note_fault(&self, fault: Fault, begins: bool) {
        let arg = 2 * fault as u32 + u32::from(begins);
        self.recorder.note(self.core.now(), Kind::Fault, WORLD, arg);
    }

    /// A process has the answer to a request: a reader's may be too old.
    pub fn judge(&self, request: &Request<'_>, answer: Result<Value, Reason>) {
        if let (Some(ledger), Ok(value), false) = (&self.ledger, answer, request.updates())
            && value.is_real()
            && let Some(version) = ledger.missed(request.sent, request.key, value)
        {
            request.note(Kind::Outdated, version);
        }
    }

    /// A client has its answer: of an update it knows that it is done.
    pub fn confirm(&self, request: &Request<'_>, answer: Result<Value, Reason>) {
        if let (Some(ledger), Ok(value), true) = (&self.ledger, answer, request.updates()) {
            ledger.confirm(self.core.now(), request.key, value);
        }
    }

    /// A source of requests has nothing more to send.
    pub fn source_done(&self) {
        self.sources.set(self.sources.get() - 1);
    }

    /// The number of the next request.
    pub fn next_request(&self) -> u32 {
        let id = self.next_request.get();
        self.next_request.set(id + 1);
        id
    }

    /// Requests sent and not yet answered.
    pub fn waiting(&self) -> u64 {
        self.recorder.read(|tape| tape.counters.waiting())
    }

    /// Nobody will send anything more, and everything sent has been answered.
    pub fn is_over(&self) -> bool {
        self.sources.get() == 0 && self.waiting() == 0
    }
}
