//! Copies of the database that can be read, and are a little behind it.
//!
//! Usually the primary confirms an update and does not wait for the replicas,
//! which have it a *lag* later. So a read from a
//! replica may miss what its reader has just written. And when the primary
//! fails and a replica takes its place, what the replica did not have yet is
//! lost, though it had been confirmed. A primary that waits for them first
//! (*synchronous* replication) loses nothing, and makes every update slower.
//!
//! PostgreSQL, `synchronous_commit`: asynchronous unless it is `remote_apply`.

use std::rc::Rc;

use super::World;
use super::database::Database;
use crate::engine::{Core, Nanos};
use crate::scenario::Scenario;
use crate::telemetry::Kind;
use crate::telemetry::event::WORLD;

/// The database's copies.
pub struct Replicas {
    /// Each a server with as many cores as the primary.
    pub servers: Vec<Database>,
    /// How far behind they are.
    lag: Nanos,
    /// How long an update waits for them.
    pub(super) wait: Option<Nanos>,
}

impl Replicas {
    /// A scenario's; `None` if the database stands alone.
    pub(super) fn new(core: &Rc<Core>, scenario: &Scenario, seed: u64) -> Option<Replicas> {
        let spec = &scenario.replicas;
        let span = Nanos::from_ms(spec.lag_ms);
        let (lag, wait) = if spec.sync { (Nanos::ZERO, Some(span)) } else { (span, None) };
        let server = |i: u32| Database::server(core, scenario, seed, 1 + i, lag);
        let servers: Vec<Database> = (0..spec.count).map(server).collect();
        (!servers.is_empty()).then_some(Replicas { servers, lag, wait })
    }
}

impl World {
    /// How long the primary waits for its replicas before it confirms an update.
    pub(super) fn sync_wait(&self) -> Option<Nanos> {
        self.replicas.as_ref()?.wait
    }

    /// Server 0 is the primary, the others are its replicas.
    pub fn server(&self, number: u32) -> &Database {
        match (&self.replicas, number) {
            (Some(replicas), 1..) => &replicas.servers[number as usize - 1],
            _ => &self.database,
        }
    }

    /// A replica takes the place of the primary, if that is down: what had not
    /// reached it by then never was.
    pub(super) fn fail_over(&self) {
        let World { replicas: Some(replicas), ledger: Some(ledger), .. } = self else { return };
        if let Some(down) = self.database.down_since() {
            let lost = ledger.lose(down.since(replicas.lag));
            self.recorder.note(self.core.now(), Kind::Lost, WORLD, lost);
        }
    }
}
