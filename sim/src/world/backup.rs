//! A second cache that all processes share (L3): larger, slower, and where values
//! live longer. It answers or it does not; what to make of that is not its affair.

use std::cell::{Cell, RefCell};
use std::panic::Location;

use super::cache::{Down, Keep, Store};
use super::request::{Key, Request, Value};
use crate::engine::Nanos;
use crate::scenario::{BackupSpec, ProtectSpec, Scenario};
use crate::telemetry::Kind;

/// The server behind.
pub struct Backup {
    /// What it holds.
    pub store: RefCell<Store>,
    /// Answers with errors, and keeps what it holds.
    pub down: Cell<bool>,
    delay: Nanos,
    ttl: Nanos,
}

impl Backup {
    /// `None` in a run in which nobody asks it. `ever`: the defences that are on at
    /// any time.
    pub(super) fn new(scenario: &Scenario, ever: &ProtectSpec) -> Option<Backup> {
        let BackupSpec { ttl_ms, delay_ms, capacity, eviction, .. } = scenario.backup;
        ever.backup.then(|| Backup {
            store: RefCell::new(Store::bounded(capacity, eviction)),
            down: Cell::new(false),
            delay: Nanos::from_ms(delay_ms),
            ttl: Nanos::from_ms(ttl_ms),
        })
    }

    /// Asks for the request's key: its value, and until when that is good.
    #[track_caller]
    pub fn get(
        &self,
        request: &Request<'_>,
    ) -> impl Future<Output = Result<Option<(Value, Nanos)>, Down>> {
        let site = Location::caller();
        async move {
            let world = request.world;
            world.network.way(self.delay).shown_at(site).await;
            let found = self.answers(request).then(|| {
                let store = &mut *self.store.borrow_mut();
                let found = store.entry(world.core.now(), request.key);
                found.map(|entry| (entry.value, entry.fresh_until))
            });
            world.network.way(self.delay).shown_at(site).await;
            found.ok_or(Down)
        }
    }

    /// Stores a value for the request's key, for so long.
    pub async fn set(&self, request: &Request<'_>, value: Value, ttl: Nanos) {
        let world = request.world;
        world.network.way(self.delay).await;
        if self.answers(request) {
            self.put(world.core.now(), request.key, value, ttl);
            request.note(Kind::BackupFill, request.key);
        }
    }

    /// Stores it if there is none, and waits for the word whether it has.
    pub async fn add(&self, request: &Request<'_>, value: Value, ttl: Nanos) -> Result<bool, Down> {
        let world = request.world;
        world.network.way(self.delay).await;
        let added = self.answers(request).then(|| {
            let now = world.core.now();
            let free = self.store.borrow_mut().entry(now, request.key).is_none();
            if free {
                self.put(now, request.key, value, ttl);
                request.note(Kind::BackupFill, request.key);
            }
            free
        });
        world.network.way(self.delay).await;
        added.ok_or(Down)
    }

    /// Deletes the request's key, and waits for the confirmation.
    pub async fn delete(&self, request: &Request<'_>) {
        let world = request.world;
        world.network.way(self.delay).await;
        if self.answers(request) {
            self.store.borrow_mut().remove(request.key);
        }
        world.network.way(self.delay).await;
    }

    /// A value that lives for `ttl` from now on.
    pub fn put(&self, now: Nanos, key: Key, value: Value, ttl: Nanos) {
        let keep = Keep { fresh: ttl, ttl, delta: Nanos::ZERO };
        self.store.borrow_mut().put(now, key, value, keep);
    }

    /// How long values live in it.
    pub fn ttl(&self) -> Nanos {
        self.ttl
    }

    fn answers(&self, request: &Request<'_>) -> bool {
        if self.down.get() {
            request.note(Kind::BackupError, request.key);
        }
        !self.down.get()
    }
}
