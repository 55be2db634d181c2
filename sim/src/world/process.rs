//! One server process.

use std::cell::Cell;
use std::panic::Location;
use std::rc::Rc;

use super::World;
use super::request::{Request, Value};
use crate::engine::race::{First, race};
use crate::engine::semaphore::Permit;
use crate::engine::streams::{Purpose, Stream};
use crate::engine::{Core, Nanos, Semaphore};
use crate::scenario::{DbSpec, PoolOrder};
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
    acquire_timeout: Option<Nanos>,
    query_timeout: Option<Nanos>,
}

/// A span in milliseconds where 0 means that there is none.
pub fn some_ms(ms: f64) -> Option<Nanos> {
    (ms > 0.0).then(|| Nanos::from_ms(ms))
}

impl Process {
    /// A process with its pool of connections.
    pub fn new(core: &Rc<Core>, id: u32, db: &DbSpec, seed: u64) -> Process {
        let pool = match db.pool_order {
            PoolOrder::Fifo => Semaphore::new(core, db.pool),
            PoolOrder::Random => {
                Semaphore::random(core, db.pool, Stream::new(seed, Purpose::PoolOrder, id.into()))
            }
        };
        Process {
            id,
            pool,
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

    /// Waits for a connection.
    #[track_caller]
    pub fn connect(
        &self,
        request: &Request<'_>,
    ) -> impl Future<Output = Result<Permit<'_>, Reason>> {
        let site = Location::caller();
        request.world.core.wait_at(site, self.queue(request))
    }

    async fn queue(&self, request: &Request<'_>) -> Result<Permit<'_>, Reason> {
        if let Some(connection) = self.pool.try_acquire() {
            return Ok(connection);
        }
        request.note(Kind::Queue, self.id);
        let place = Place { process: self, request };
        let connection = match self.acquire_timeout {
            None => self.pool.acquire().await,
            Some(span) => {
                let patience = request.world.core.sleep(span);
                match race(self.pool.acquire(), patience).await {
                    First::Left(connection) => connection,
                    First::Right(()) => return Err(Reason::PoolTimeout),
                }
            }
        };
        // It goes on from here, it does not leave.
        std::mem::forget(place);
        Ok(connection)
    }

    /// Asks the database over a connection, and gives that back.
    #[track_caller]
    pub fn query(
        &self,
        request: &Request<'_>,
        connection: Permit<'_>,
    ) -> impl Future<Output = Result<Value, Reason>> {
        let site = Location::caller();
        request.world.core.wait_at(site, self.ask(request, connection))
    }

    async fn ask(&self, request: &Request<'_>, connection: Permit<'_>) -> Result<Value, Reason> {
        let World { core, database, .. } = request.world;
        request.note(Kind::Query, connection.number());
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
