//! One server process.

use std::rc::Rc;

use super::World;
use super::request::{Request, Value};
use crate::engine::{Core, Semaphore};
use crate::telemetry::{Kind, Reason};

/// A server process: it has its own connection pool. (Its own singleflight
/// too, which is why several processes load several times; see
/// [`protect`](crate::protect).)
pub struct Process {
    /// Its number, from 0.
    pub id: u32,
    /// Connections to the database. At the cap, callers queue without a limit
    /// and without a time-out of the pool's own, as in Go's `database/sql`.
    pub pool: Semaphore,
}

impl Process {
    /// A process with `pool` connections.
    pub fn new(core: &Rc<Core>, id: u32, pool: u32) -> Process {
        Process { id, pool: Semaphore::new(core, pool) }
    }

    /// Asks the database: waits for a connection, then for the answer.
    pub async fn query(&self, request: &Request<'_>) -> Result<Value, Reason> {
        let World { network, database, .. } = request.world;
        let connection = match self.pool.try_acquire() {
            Some(connection) => connection,
            None => {
                request.note(Kind::Queue, self.id);
                self.pool.acquire().await
            }
        };
        request.note(Kind::Query, connection.number());
        network.db().await;
        let answer = database.query().await;
        network.db().await;
        request.note(Kind::Answer, answer.is_err().into());
        answer
    }
}
