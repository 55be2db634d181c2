//! A shared cache with Redis's rules of expiry.
//!
//! - An expired key does not exist: `GET` answers nil, `PTTL` −2.
//! - Expiry times are whole milliseconds of the server's clock (`PX`), and a
//!   key is expired once that clock has *passed* them.
//! - `SET` discards the old expiry.
//! - Expired keys leave memory when somebody asks for them (passive), or when
//!   the cycle that runs ten times a second happens on them (active).
//!
//! A value that may be served stale carries its own, earlier end of freshness
//! (a *soft* TTL): the server knows only the hard one.
//!
//! Source: Redis documentation of `SET`, `TTL`, `EXPIRE`; `expire.c` for
//! rounding and the active cycle.

use std::cell::{Cell, RefCell};
use std::panic::Location;

use super::World;
use super::ends::Ends;
use super::eviction::Bound;
use super::eviction::queue::Place;
use super::keyed::Keyed;
use super::leases::Leases;
use super::ranked::Ranked;
use super::request::{Claim, Key, Request, Value};
use crate::engine::Nanos;
use crate::engine::streams::{Purpose, Stream};
use crate::scenario::{Eviction, ProtectSpec, Scenario};
use crate::telemetry::Kind;
use crate::telemetry::event::WORLD;

/// Active expiry: how often a cycle runs.
const CYCLE: Nanos = Nanos(100_000_000);
/// Active expiry: how many keys are looked at in one go.
const SAMPLE: usize = 20;

/// The cache server.
pub struct Cache {
    /// What it holds.
    pub store: RefCell<Store>,
    /// Answers with errors, and keeps what it holds.
    pub down: Cell<bool>,
    /// Who may load what, if it gives out leases.
    pub leases: Option<RefCell<Leases>>,
    sampling: RefCell<Stream>,
}

/// The cache did not answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Down;

/// How a value is to be kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Keep {
    /// How long it is fresh.
    pub fresh: Nanos,
    /// How long the server keeps it.
    pub ttl: Nanos,
    /// How long it took to load, for XFetch.
    pub delta: Nanos,
}

impl Keep {
    /// The same, some time later, when it is fresh for `left` and no longer.
    pub fn with_left(self, left: Nanos) -> Keep {
        let fresh = left.min(self.fresh);
        Keep { fresh, ttl: self.ttl - (self.fresh - fresh), ..self }
    }
}

impl Cache {
    /// `ever`: the defences that are on at any time.
    pub(super) fn new(scenario: &Scenario, ever: &ProtectSpec, seed: u64) -> Cache {
        let hold = Nanos::from_ms(scenario.lease.hold_ms);
        let ends = ever.local.then(Ends::default);
        let store = Store::bounded(scenario.cache.capacity, scenario.cache.eviction);
        Cache {
            store: RefCell::new(Store { ends, ..store }),
            down: Cell::new(false),
            leases: ever.lease.then(|| RefCell::new(Leases::new(hold))),
            sampling: RefCell::new(Stream::new(seed, Purpose::Eviction, 0)),
        }
    }

    /// Asks for the request's key: to the cache and back. `judge` says what
    /// to make of what is there, at the instant of looking.
    #[track_caller]
    pub fn get<T>(
        &self,
        request: &Request<'_>,
        judge: impl FnOnce(Nanos, Option<&Entry>) -> T,
    ) -> impl Future<Output = Result<T, Down>> {
        let site = Location::caller();
        async move {
            let world = request.world;
            world.network.cache().shown_at(site).await;
            let judged = if self.down.get() {
                request.note(Kind::CacheError, request.key);
                Err(Down)
            } else {
                let now = world.core.now();
                let store = &mut *self.store.borrow_mut();
                let elsewhere = store.looks_elsewhere(request);
                Ok(judge(now, store.entry(now, request.key).filter(|_| !elsewhere)))
            };
            world.network.cache().shown_at(site).await;
            judged
        }
    }

    /// Stores a value for the request's key, and waits for the confirmation.
    #[track_caller]
    pub fn set(&self, request: &Request<'_>, value: Value, keep: Keep) -> impl Future<Output = ()> {
        let site = Location::caller();
        async move {
            let world = request.world;
            world.network.cache().shown_at(site).await;
            let now = world.core.now();
            let verdict =
                if self.down.get() { Kind::CacheError } else { self.accepts(now, request) };
            let displaced = match verdict {
                Kind::Fill => self.store.borrow_mut().put(now, request.key, value, keep),
                Kind::CacheError => None,
                _ => {
                    self.store.borrow_mut().refuse(now, request.key, value);
                    None
                }
            };
            if let Some(key) = displaced {
                request.note(Kind::Displace, key);
            }
            request.note(verdict, request.key);
            world.network.cache().shown_at(site).await;
        }
    }

    /// What becomes of a value that a request wants to store now.
    fn accepts(&self, now: Nanos, request: &Request<'_>) -> Kind {
        let may = match (request.claim.get(), &self.leases) {
            (Claim::Fence(token), _) => self.store.borrow_mut().pass_fence(request.key, token),
            (Claim::Lease(token), Some(leases)) => {
                leases.borrow_mut().redeem(now, request.key, token)
            }
            // Who was told to wait, and loaded after all, has no right to write.
            (Claim::Wait, _) => false,
            _ if self.store.borrow().looks_elsewhere(request) => return Kind::Orphan,
            _ => true,
        };
        if may { Kind::Fill } else { Kind::Reject }
    }

    /// Until when it has a value, as far as whoever got that value knows; the end of
    /// time if it never had it, and of one that it refused, now.
    pub fn end_of(&self, key: Key, value: Value) -> Nanos {
        self.store.borrow().ends.as_ref().map_or(Nanos::MAX, |ends| ends.of(key, value))
    }

    /// Removes every key. Leases that are out are worth nothing any more.
    pub fn clear(&self, world: &World) {
        let dropped = self.store.borrow_mut().clear();
        if let Some(leases) = &self.leases {
            leases.borrow_mut().revoke_all();
        }
        world.recorder.note(world.core.now(), Kind::Clear, WORLD, dropped as u32);
    }

    /// The task of active expiry: a cycle, ten times a second.
    pub async fn expire(&self, world: &World) {
        loop {
            world.core.sleep(CYCLE).await;
            // Nothing happens after the end of a run.
            if world.is_over() {
                return;
            }
            self.cycle(world);
        }
    }

    fn cycle(&self, world: &World) {
        let now = world.core.now();
        let sampling = &mut *self.sampling.borrow_mut();
        for key in self.store.borrow_mut().active_cycle(now, sampling) {
            world.recorder.note(now, Kind::Evict, WORLD, key);
        }
        if let Some(shop) = &world.shop {
            shop.weigh(world, self.store.borrow().keys());
        }
    }
}

/// The keys and values themselves, without network or log.
#[derive(Default)]
pub struct Store {
    entries: Keyed<Entry>,
    /// The keys that can expire: active expiry draws from them.
    volatile: Ranked,
    /// The highest fencing token that has written each key.
    fences: Keyed<u32>,
    /// The number in each key's name, where names have one.
    pub(super) names: Keyed<u32>,
    /// Until when each value is good, if somebody keeps copies.
    ends: Option<Ends>,
    /// How many it holds at most, and who goes then.
    bound: Option<Bound>,
    /// Which keys have a marker that they are being updated, and until when.
    pub(super) marks: Keyed<Nanos>,
}

/// What stands in the cache for a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The value.
    pub value: Value,
    /// Until when it is fresh.
    pub fresh_until: Nanos,
    /// How long it took to load.
    pub delta: Nanos,
    /// Its place among those that may have to go for others.
    place: Place,
    /// The first instant at which the server's clock, which counts whole
    /// milliseconds, has passed the expiry; the end of time if it never
    /// expires.
    gone: Nanos,
}

impl Entry {
    /// Milliseconds left, −1 without expiry, −2 if it has expired.
    pub fn pttl(&self, now: Nanos) -> i64 {
        match self.gone {
            Nanos::MAX => -1,
            gone if now < gone => (millis(gone) - 1 - millis(now)) as i64,
            _ => -2,
        }
    }

    /// Seconds left, rounded to the nearest, so that a living key with less
    /// than 500 ms left reports 0; −1 without expiry, −2 if it has expired.
    pub fn ttl(&self, now: Nanos) -> i64 {
        match self.pttl(now) {
            ms if ms < 0 => ms,
            ms => (ms + 500) / 1000,
        }
    }
}

/// Nanoseconds in a millisecond.
const MILLI: u64 = 1_000_000;

fn millis(at: Nanos) -> u64 {
    at.0 / MILLI
}

/// When a key is gone that is stored at `now` with `PX ttl`. A `ttl` under a
/// millisecond counts as one.
fn gone_after(now: Nanos, ttl: Nanos) -> Nanos {
    Nanos((millis(now) + millis(ttl).max(1) + 1) * MILLI)
}

impl Store {
    /// Room for so many keys; 0: for all.
    pub(super) fn bounded(capacity: u32, eviction: Eviction) -> Store {
        Store { bound: Bound::new(capacity, eviction), ..Store::default() }
    }

    /// `GET`. Removes the key if it has expired (passive expiry).
    #[inline]
    pub fn entry(&mut self, now: Nanos, key: Key) -> Option<&Entry> {
        if self.entries.get(key).is_some_and(|entry| now >= entry.gone) {
            self.remove(key);
        }
        let found = self.entries.get(key);
        if let (Some(bound), Some(entry)) = (&mut self.bound, found) {
            bound.hit(entry.place);
        }
        found
    }

    /// `GET`: the value alone.
    pub fn get(&mut self, now: Nanos, key: Key) -> Option<Value> {
        self.entry(now, key).map(|entry| entry.value)
    }

    /// `SET key value [PX ttl]`. Replaces value and expiry; without `ttl` the
    /// key stays.
    pub fn set(&mut self, now: Nanos, key: Key, value: Value, ttl: Option<Nanos>) {
        let gone = ttl.map_or(Nanos::MAX, |ttl| gone_after(now, ttl));
        let entry = Entry { value, fresh_until: gone, delta: Nanos::ZERO, place: 0, gone };
        self.insert(key, entry);
    }

    /// The same for a value that carries its own freshness. Which key had to go for
    /// it, if it is full.
    pub fn put(&mut self, now: Nanos, key: Key, value: Value, keep: Keep) -> Option<Key> {
        let fresh_until = gone_after(now, keep.fresh);
        let gone = gone_after(now, keep.ttl).max(fresh_until);
        if let Some(ends) = &mut self.ends {
            ends.set(key, value, fresh_until);
        }
        self.insert(key, Entry { value, fresh_until, delta: keep.delta, place: 0, gone })
    }

    /// A value is not to be stored, and so not to be kept elsewhere.
    fn refuse(&mut self, now: Nanos, key: Key, value: Value) {
        if let Some(ends) = &mut self.ends {
            ends.set(key, value, now);
        }
    }

    fn insert(&mut self, key: Key, mut entry: Entry) -> Option<Key> {
        let known = self.entries.get(key).map(|known| known.place);
        let displaced = match &mut self.bound {
            Some(bound) if known.is_none() => bound.victim(self.entries.len()),
            _ => None,
        };
        if let Some(victim) = displaced {
            self.remove(victim);
        }
        if let Some(bound) = &mut self.bound {
            entry.place = bound.store(key, known);
        }
        let expires = |entry: &Entry| entry.gone != Nanos::MAX;
        match (self.entries.get(key).is_some_and(expires), expires(&entry)) {
            (false, true) => self.volatile.insert(key),
            (true, false) => self.volatile.remove(key),
            _ => {}
        }
        self.entries.insert(key, entry);
        displaced
    }

    /// Every key in memory.
    pub(super) fn keys(&self) -> impl Iterator<Item = Key> {
        self.entries.keys()
    }

    /// Whether a key is in memory.
    pub(super) fn has(&self, key: Key) -> bool {
        self.entries.get(key).is_some()
    }

    /// Gives a key the next name: its value is not found any more.
    pub(super) fn rename(&mut self, key: Key) {
        let number = self.name(key) + 1;
        self.names.insert(key, number);
        self.remove(key);
    }

    /// Removes a key.
    pub(super) fn remove(&mut self, key: Key) {
        if let (Some(bound), Some(entry)) = (&mut self.bound, self.entries.get(key)) {
            bound.leave(entry.place);
        }
        if self.entries.get(key).is_some_and(|entry| entry.gone != Nanos::MAX) {
            self.volatile.remove(key);
        }
        self.entries.remove(key);
    }

    /// Whether a request has the key's name from before it was renamed.
    #[inline]
    pub(super) fn looks_elsewhere(&self, request: &Request<'_>) -> bool {
        matches!(request.claim.get(), Claim::Name(number) if number != self.name(request.key))
    }

    /// The number in a key's name.
    pub(super) fn name(&self, key: Key) -> u32 {
        self.names.get(key).copied().unwrap_or_default()
    }

    /// Whether a writer with this fencing token is not behind the last one.
    fn pass_fence(&mut self, key: Key, token: u32) -> bool {
        let last = self.fences.get(key).copied().unwrap_or_default();
        self.fences.insert(key, token.max(last));
        token >= last
    }

    /// `PTTL`: milliseconds left, −1 without expiry, −2 if there is no such key.
    pub fn pttl(&self, now: Nanos, key: Key) -> i64 {
        self.entries.get(key).map_or(-2, |entry| entry.pttl(now))
    }

    /// `TTL`: like [`Store::pttl`] in seconds; see [`Entry::ttl`].
    pub fn ttl(&self, now: Nanos, key: Key) -> i64 {
        self.entries.get(key).map_or(-2, |entry| entry.ttl(now))
    }

    /// `FLUSHDB`. Returns how many keys were in memory.
    pub fn clear(&mut self) -> usize {
        self.volatile = Ranked::default();
        if let Some(bound) = &mut self.bound {
            bound.clear();
        }
        self.marks = Keyed::default();
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
        let (mut removed, mut drawn) = (Vec::new(), Vec::new());
        loop {
            let volatile = self.volatile.len();
            if volatile == 0 {
                return removed;
            }
            let looked_at = SAMPLE.min(volatile);
            let before = removed.len();
            // All of a sample are drawn before any is removed.
            drawn.clear();
            drawn.extend(
                (0..looked_at).map(|_| self.volatile.nth(random.below(volatile as u64) as usize)),
            );
            for key in drawn.iter().copied() {
                if self.entries.get(key).is_some_and(|entry| now >= entry.gone) {
                    self.remove(key);
                    removed.push(key);
                }
            }
            if (removed.len() - before) * 4 <= looked_at {
                return removed;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::keyed::touched;

    /// A cycle looks at its samples, however many keys there are: of a
    /// million, each sample is found in twenty-one steps and looked at once.
    #[test]
    fn a_cycle_does_not_walk_the_keys() {
        let mut store = Store::default();
        let (at, ttl) = (Nanos::ZERO, Nanos::from_ms(1_000.0));
        (0..1_000_000).for_each(|key| store.set(at, key, Value(1), Some(ttl)));
        let mut random = Stream::new(1, Purpose::Eviction, 0);
        let looked_at = touched(|| {
            store.active_cycle(Nanos::from_ms(500.0), &mut random);
        });
        assert!((1..=SAMPLE as u64 * (21 + 1)).contains(&looked_at), "{looked_at}");

        // A mass that has expired: more work, in proportion to what is removed.
        let mut store = Store::default();
        (0..100_000).for_each(|key| store.set(at, key, Value(1), Some(ttl)));
        let mut removed = 0;
        let looked_at = touched(|| {
            removed = store.active_cycle(Nanos::from_ms(2_000.0), &mut random).len() as u64;
        });
        assert!(removed > 50_000 && looked_at < 100 * removed, "{looked_at} for {removed}");
    }
}
