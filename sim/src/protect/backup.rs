//! A cache behind the cache (L3): what is not in the one may still be in the other.
//!
//! It is asked by those who would go to the database, when all that holds them back
//! has let them through. So it is asked as rarely as the database is, and may be
//! slow. What is found there goes up into the shared cache:
//!
//! - for as long as it has left to live here, or as a new value (`promote`), so that
//!   ages add up;
//! - before its reader is answered, or behind the answer (`behind`): faster for that
//!   reader, but until it is there, whoever comes misses, and makes the trip again.
//!
//! An error is not a miss: it says nothing about the key. But whoever has come so far
//! may go to the database, and does; that, too, is why this stands behind those who
//! count. It is noted, and nothing is stored.
//!
//! An update deletes what is here before it deletes what is in front (`update.rs`).
//! In the other order, who misses in front in between brings the old value up again.

use std::rc::Rc;

use super::Loaded;
use super::fill::Fill;
use super::layer::{Layer, Next, Part};
use super::path::Site;
use crate::engine::Nanos;
use crate::scenario::{BackupSpec, Promotion};
use crate::telemetry::Kind;
use crate::world::cache::{Down, Keep};
use crate::world::{Request, Value, World};

/// A process's way to the cache behind.
pub struct Backup {
    world: Rc<World>,
    process: u32,
    spec: BackupSpec,
    /// How the shared cache is filled.
    fill: Option<Rc<Fill>>,
}

impl Layer for Backup {
    async fn call(&self, request: &Request<'_>, next: impl Next) -> Loaded {
        let Some(backup) = &request.world.backup else { return next.load(request).await };
        let asked = request.world.core.now();
        match backup.get(request).await {
            Ok(Some((value, until))) => {
                request.note(Kind::BackupHit, request.key);
                request.delta.set(request.world.core.now() - asked);
                self.promote(request, value, until).await;
                Ok(value)
            }
            Ok(None) => {
                request.note(Kind::BackupMiss, request.key);
                let loaded = next.load(request).await;
                if let Ok(value) = loaded {
                    self.store(request, value);
                }
                loaded
            }
            Err(Down) => next.load(request).await,
        }
    }
}

impl Backup {
    /// A value goes up into the shared cache, now or behind the answer.
    async fn promote(&self, request: &Request<'_>, value: Value, until: Nanos) {
        let Some((fill, keep)) = self.keep(request, value, until) else { return };
        if !self.spec.behind {
            return fill.store(request, value, keep).await;
        }
        let (fill, world) = (Rc::clone(fill), Rc::clone(&self.world));
        let promotion = request.promote();
        promotion.note(Kind::Arrive, self.process);
        let ticket = promotion.ticket();
        self.world.spawn(async move {
            let promotion = ticket.request(&world);
            fill.store(&promotion, value, keep).await;
            promotion.note(Kind::Promoted, 0);
        });
    }

    /// For how long the shared cache is to have it.
    fn keep(&self, request: &Request<'_>, value: Value, until: Nanos) -> Option<(&Rc<Fill>, Keep)> {
        let fill = self.fill.as_ref()?;
        let keep = fill.keep(request.key, value, request.delta.get())?;
        let left = until.since(self.world.core.now());
        match self.spec.promote {
            Promotion::Fresh => Some((fill, keep)),
            Promotion::Remaining => (left > Nanos::ZERO).then(|| (fill, keep.with_left(left))),
        }
    }

    /// What the database said is stored here behind the answer: the way is long.
    fn store(&self, request: &Request<'_>, value: Value) {
        if request.uncached.get() {
            return;
        }
        let (ticket, world) = (request.ticket(), Rc::clone(&self.world));
        self.world.spawn(async move {
            if let Some(backup) = &world.backup {
                backup.set(&ticket.request(&world), value, backup.ttl()).await;
            }
        });
    }

    /// A process's, which fills the shared cache in this way.
    pub fn new(site: &Site<'_>, fill: Option<&Rc<Fill>>) -> Backup {
        let spec = site.scenario.backup.clone();
        Backup {
            world: Rc::clone(site.world),
            process: site.process.id,
            spec,
            fill: fill.map(Rc::clone),
        }
    }
}

impl Part for Backup {
    /// What is behind outlives the process.
    fn reset(&self) {}
}
