//! A shared cache with Redis's rules of expiry.
//!
//! - An expired key does not exist: `GET` answers nil, `PTTL` −2.
//! - Expiry times are whole milliseconds of the server's clock (`PX`), and a
//!   key is expired once that clock has *passed* them.
//! - `SET` discards the old expiry.
//! - Expired keys leave memory when somebody asks for them (passive), or when
//!   the cycle that runs ten times a second happens on them (active).
//!
//! Source: Redis documentation of `SET`, `TTL`, `EXPIRE`; `expire.c` for
//! rounding and the active cycle.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::request::{Key, Request, Value};
use crate::engine::Nanos;
use crate::engine::streams::{Purpose, Stream};
use crate::scenario::CacheSpec;
use crate::telemetry::Kind;
use crate::telemetry::event::WORLD;

/// Active expiry: how often a cycle runs.
pub const CYCLE: Nanos = Nanos(100_000_000);
/// Active expiry: how many keys are looked at in one go.
const SAMPLE: usize = 20;

/// The cache server, with the time to live its users give to what they fill.
pub struct Cache {
    /// What it holds.
    pub store: RefCell<Store>,
    ttl: Nanos,
    sampling: RefCell<Stream>,
}

impl Cache {
    pub(super) fn new(spec: &CacheSpec, seed: u64) -> Cache {
        Cache {
            store: RefCell::default(),
            ttl: Nanos::from_ms(spec.ttl_ms),
            sampling: RefCell::new(Stream::new(seed, Purpose::Eviction, 0)),
        }
    }

    /// Asks for the request's key: to the cache and back.
    pub async fn get(&self, request: &Request<'_>) -> Option<Value> {
        let world = request.world;
        world.network.cache().await;
        let found = self.store.borrow_mut().get(world.core.now(), request.key);
        request.note(if found.is_some() { Kind::Hit } else { Kind::Miss }, request.key);
        world.network.cache().await;
        found
    }

    /// Stores a value for the request's key, and waits for the confirmation.
    pub async fn set(&self, request: &Request<'_>, value: Value) {
        let world = request.world;
        world.network.cache().await;
        self.store.borrow_mut().set(world.core.now(), request.key, value, Some(self.ttl));
        request.note(Kind::Fill, request.key);
        world.network.cache().await;
    }

    /// Removes every key.
    pub fn clear(&self, world: &super::World) {
        let dropped = self.store.borrow_mut().clear();
        world.recorder.note(world.core.now(), Kind::Clear, WORLD, dropped as u32);
    }

    /// One cycle of active expiry.
    pub(super) fn evict(&self, world: &super::World) {
        let now = world.core.now();
        let sampling = &mut *self.sampling.borrow_mut();
        for key in self.store.borrow_mut().active_cycle(now, sampling) {
            world.recorder.note(now, Kind::Evict, WORLD, key);
        }
    }
}

/// The keys and values themselves, without network or log.
#[derive(Default)]
pub struct Store {
    entries: BTreeMap<Key, Entry>,
}

#[derive(Clone, Copy)]
struct Entry {
    value: Value,
    /// The first instant at which the server's clock, which counts whole
    /// milliseconds, has passed the expiry; `None` if it never expires.
    gone: Option<Nanos>,
}

impl Entry {
    fn is_expired(&self, now: Nanos) -> bool {
        self.gone.is_some_and(|gone| now >= gone)
    }
}

/// Nanoseconds in a millisecond.
const MILLI: u64 = 1_000_000;

fn millis(at: Nanos) -> u64 {
    at.0 / MILLI
}

impl Store {
    /// `GET`. Removes the key if it has expired (passive expiry).
    pub fn get(&mut self, now: Nanos, key: Key) -> Option<Value> {
        let entry = self.entries.get(&key)?;
        if entry.is_expired(now) {
            self.entries.remove(&key);
            return None;
        }
        Some(entry.value)
    }

    /// `SET key value [PX ttl]`. Replaces value and expiry; without `ttl` the
    /// key stays. A `ttl` under a millisecond counts as one.
    pub fn set(&mut self, now: Nanos, key: Key, value: Value, ttl: Option<Nanos>) {
        let gone = ttl.map(|ttl| Nanos((millis(now) + millis(ttl).max(1) + 1) * MILLI));
        self.entries.insert(key, Entry { value, gone });
    }

    /// `PTTL`: milliseconds left, −1 without expiry, −2 if there is no such key.
    pub fn pttl(&self, now: Nanos, key: Key) -> i64 {
        match self.entries.get(&key) {
            Some(entry) if !entry.is_expired(now) => {
                entry.gone.map_or(-1, |gone| (millis(gone) - 1 - millis(now)) as i64)
            }
            _ => -2,
        }
    }

    /// `TTL`: like [`Store::pttl`] in seconds, rounded to the nearest, so that
    /// a living key with less than 500 ms left reports 0.
    pub fn ttl(&self, now: Nanos, key: Key) -> i64 {
        match self.pttl(now, key) {
            ms if ms < 0 => ms,
            ms => (ms + 500) / 1000,
        }
    }

    /// `FLUSHDB`. Returns how many keys were in memory.
    pub fn clear(&mut self) -> usize {
        std::mem::take(&mut self.entries).len()
    }

    /// `DBSIZE`: keys in memory, the expired but not yet removed included.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether no key is in memory.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Looks at 20 random keys that can expire and removes the expired ones;
    /// again while more than a quarter of them were. Returns what was removed.
    pub fn active_cycle(&mut self, now: Nanos, random: &mut Stream) -> Vec<Key> {
        let mut removed = Vec::new();
        loop {
            let volatile: Vec<Key> =
                self.entries.iter().filter(|e| e.1.gone.is_some()).map(|e| *e.0).collect();
            if volatile.is_empty() {
                return removed;
            }
            let looked_at = SAMPLE.min(volatile.len());
            let before = removed.len();
            for _ in 0..looked_at {
                let key = volatile[random.below(volatile.len() as u64) as usize];
                if self.entries.get(&key).is_some_and(|entry| entry.is_expired(now)) {
                    self.entries.remove(&key);
                    removed.push(key);
                }
            }
            if (removed.len() - before) * 4 <= looked_at {
                return removed;
            }
        }
    }
}
