//! One server process.

use std::cell::Cell;
use std::panic::Location;
use std::rc::Rc;

use super::database::Database;
use super::request::{Request, Value};
use crate::engine::race::{First, race};
use crate::engine::semaphore::Permit;
use crate::engine::streams::{Purpose, Stream};
use crate::engine::{Core, Nanos, Semaphore};
use crate::scenario::{PoolOrder, Scenario};
use crate::telemetry::{Kind, Reason};

/// A server process: it has its own connection pool. (Its own singleflight
/// too, which is why several processes load several times; see
/// [`protect`](crate::protect).)
pub struct Process {
    /// Its number, from 0.
    pub id: u32,
    /// Connections to the database. At the cap, callers queue without a limit,
    /// and without a time-out unless they bring one, as in Go's `database/sql`.
    pub pool: Semaphore,
    /// Connections to each of its replicas.
    replicas: Vec<Semaphore>,
    /// Whether it is there at all.
    pub up: Cell<bool>,
    /// Whether requests are to be sent to it.
    pub serving: Cell<bool>,
    /// Tells one death, or one start, from the next.
    pub lives: Cell<u32>,
    /// How much longer than usual it takes for each request.
    pub slow: Cell<Nanos>,
    /// Until when it stands still.
    pub still: Cell<Nanos>,
    /// Requests in it now, where it is kept which process a request is in.
    pub inside: Cell<u32>,
    /// Connections in a pool.
    size: u32,
    acquire_timeout: Option<Nanos>,
    query_timeout: Option<Nanos>,
}

/// The database server that takes updates; 1 and up are its replicas.
pub const PRIMARY: u32 = 0;

/// A span in milliseconds where 0 means that there is none.
pub fn some_ms(ms: f64) -> Option<Nanos> {
    (ms > 0.0).then(|| Nanos::from_ms(ms))
}

impl Process {
    /// A process with its pool of connections.
    pub fn new(core: &Rc<Core>, id: u32, scenario: &Scenario, seed: u64) -> Process {
        let db = &scenario.db;
        let pool = |server: u32| match db.pool_order {
            PoolOrder::Fifo => Semaphore::new(core, db.pool),
            PoolOrder::Random => {
                let which = u64::from(id) | u64::from(server) << 32;
                Semaphore::random(core, db.pool, Stream::new(seed, Purpose::PoolOrder, which))
            }
        };
        Process {
            id,
            pool: pool(PRIMARY),
            replicas: (1..=scenario.replicas.count).map(pool).collect(),
            size: db.pool,
            up: Cell::new(true),
            serving: Cell::new(true),
            lives: Cell::new(0),
            slow: Cell::new(Nanos::ZERO),
            still: Cell::new(Nanos::ZERO),
            inside: Cell::new(0),
            acquire_timeout: some_ms(db.acquire_timeout_ms),
            query_timeout: some_ms(db.query_timeout_ms),
        }
    }

    /// How long it takes to turn to a request that comes in now.
    #[inline]
    pub fn late(&self, now: Nanos) -> Nanos {
        self.slow.get() + self.still.get().since(now)
    }

    /// The connections to a server.
    pub fn pool(&self, server: u32) -> &Semaphore {
        if server == PRIMARY { &self.pool } else { &self.replicas[server as usize - 1] }
    }

    /// Waits for a connection to a server.
    #[track_caller]
    pub fn connect<'a>(
        &'a self,
        request: &'a Request<'_>,
        server: u32,
    ) -> impl Future<Output = Result<Permit<'a>, Reason>> {
        let site = Location::caller();
        request.world.core.wait_at(site, self.queue(request, self.pool(server)))
    }

    fn queue<'a>(
        &'a self,
        request: &'a Request<'_>,
        pool: &'a Semaphore,
    ) -> impl Future<Output = Result<Permit<'a>, Reason>> + 'a {
        async move {
            if let Some(connection) = pool.try_acquire() {
                return Ok(connection);
            }
            request.note(Kind::Queue, self.id);
            let place = Place { process: self, request };
            let connection = match self.acquire_timeout {
                None => pool.acquire().await,
                Some(span) => {
                    let patience = request.world.core.sleep(span);
                    match Box::pin(race(pool.acquire(), patience)).await {
                        First::Left(connection) => connection,
                        First::Right(()) => return Err(Reason::PoolTimeout),
                    }
                }
            };
            // It goes on from here, it does not leave.
            std::mem::forget(place);
            Ok(connection)
        }
    }

    /// Asks a server over a connection to it, and gives that back.
    #[track_caller]
    pub fn query(
        &self,
        request: &Request<'_>,
        server: u32,
        connection: Permit<'_>,
    ) -> impl Future<Output = Result<Value, Reason>> {
        let site = Location::caller();
        // Connections to all servers are counted through.
        request.note(Kind::Query, server * self.size + connection.number());
        let database = request.world.server(server);
        request.world.core.wait_at(site, self.ask(request, database, connection))
    }

    async fn ask(
        &self,
        request: &Request<'_>,
        database: &Database,
        _connection: Permit<'_>,
    ) -> Result<Value, Reason> {
        let core = &request.world.core;
        match self.query_timeout {
            None => database.query(request).await,
            Some(span) => match race(database.query(request), core.sleep(span)).await {
                First::Left(answer) => answer,
                First::Right(()) => Err(Reason::QueryTimeout),
            },
        }
    }
}

/// A place in the queue for a connection. Dropped, it was left without one.
struct Place<'a> {
    process: &'a Process,
    request: &'a Request<'a>,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.request.note(Kind::Leave, self.process.id);
    }
}
