//! A bulkhead: only so many loads under way at once, the others wait a while.
//!
//! The pool bounds what is at the database, but not who waits for it. A
//! bulkhead in front of it does: whoever finds it full waits for a place, first
//! come first served, and is refused after a set time, long before its client
//! loses patience. With a wait of zero everybody over the limit is refused at
//! once.
//!
//! Semantics: resilience4j's `SemaphoreBulkhead` with fair call handling;
//! M. Nygard, *Release It!*.

use std::rc::Rc;

use super::Loaded;
use super::layer::{Layer, Next, Part};
use crate::engine::race::{First, race};
use crate::engine::semaphore::Permit;
use crate::engine::{Core, Nanos, Semaphore};
use crate::scenario::BulkheadSpec;
use crate::telemetry::{Kind, Reason};
use crate::world::Request;

/// The bulkhead of one process.
pub struct Bulkhead {
    places: Semaphore,
    wait: Nanos,
    process: u32,
}

impl Layer for Bulkhead {
    async fn call(&self, request: &Request<'_>, next: impl Next) -> Loaded {
        let Some(_place) = self.enter(request).await else {
            request.note(Kind::Refuse, Reason::BulkheadFull as u32);
            return Err(Reason::BulkheadFull);
        };
        next.load(request).await
    }
}

impl Bulkhead {
    /// An empty one, for one process.
    pub fn new(core: &Rc<Core>, spec: &BulkheadSpec, process: u32) -> Bulkhead {
        let (places, wait) = (Semaphore::new(core, spec.most), Nanos::from_ms(spec.wait_ms));
        Bulkhead { places, wait, process }
    }

    /// A place, if there is one in time.
    async fn enter(&self, request: &Request<'_>) -> Option<Permit<'_>> {
        let free = self.places.try_acquire();
        if free.is_some() || self.wait == Nanos::ZERO {
            return free;
        }
        request.note(Kind::Full, self.process);
        let patience = request.world.core.sleep(self.wait);
        match race(self.places.acquire(), patience).await {
            First::Left(place) => Some(place),
            First::Right(()) => None,
        }
    }
}

impl Part for Bulkhead {
    /// Places have come back with the tasks that held them.
    fn reset(&self) {}
}
