//! An in-process cache (L1): what is here need not be fetched.
//!
//! Each process keeps copies of what it has read, and answers from them without
//! a trip to the cache that all share. Copies have their price:
//!
//! - A copy is no newer than what it is a copy of. It may be kept for as long as
//!   *that* would have been, and no longer: a copy that starts a life of its own
//!   adds its age to the one it had.
//! - Nobody can delete it from outside. An update can only send word to the other
//!   processes (`hearsay.rs`), and word gets lost: then the old value stays to
//!   the end of the copy's TTL. How long that is, is how wrong one may be.
//! - It dies with its process.
//!
//! Misses are not merged here: each makes its trip to the shared cache, and is
//! merged behind that. "Not found" is not kept.
//!
//! Caffeine (`expireAfterWrite`); RFC 9111, §4.2.3, for the age of a copy.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::Loaded;
use super::hearsay::Listeners;
use super::layer::{Layer, Next, Part};
use super::path::Site;
use crate::engine::Nanos;
use crate::scenario::{LocalSpec, Promotion};
use crate::telemetry::Kind;
use crate::world::eviction::Bound;
use crate::world::eviction::queue::Place;
use crate::world::request::Key;
use crate::world::{Request, Value};

/// A process's in-process cache.
pub struct Local {
    spec: LocalSpec,
    /// What it holds.
    pub copies: Rc<Copies>,
    /// Those who are told of updates.
    pub listeners: Rc<Listeners>,
}

impl Layer for Local {
    async fn call(&self, request: &Request<'_>, next: impl Next) -> Loaded {
        // An update reads nothing; what it does about copies comes after it.
        if request.updates() {
            return next.load(request).await;
        }
        let asked = request.world.core.now();
        if let Some(value) = self.copies.get(asked, request.key) {
            request.note(Kind::LocalHit, request.key);
            return Ok(value);
        }
        request.note(Kind::LocalMiss, request.key);
        let loaded = next.load(request).await;
        if let Ok(value) = loaded {
            self.keep(request, value, asked);
        }
        loaded
    }
}

impl Local {
    /// Keeps a copy of what a request got that had asked for it at `asked`.
    fn keep(&self, request: &Request<'_>, value: Value, asked: Nanos) {
        let now = request.world.core.now();
        let own = now + Nanos::from_ms(self.spec.ttl_ms);
        let until = match (self.spec.promote, &request.world.cache) {
            (Promotion::Remaining, Some(cache)) => own.min(cache.end_of(request.key, value)),
            _ => own,
        };
        if until <= now || value == Value::NOTHING {
            return;
        }
        let Some(goes) = self.copies.put(request.key, value, until, asked) else { return };
        request.note(Kind::LocalFill, ((until - now).0 / 1_000_000) as u32);
        if let Some(key) = goes {
            request.note(Kind::LocalDisplace, key);
        }
    }

    /// Which share of the messages about updates is lost.
    pub fn lost(&self) -> f64 {
        self.spec.lost
    }

    /// A process's, which knows nothing yet.
    pub fn new(site: &Site<'_>) -> Local {
        let copies = site.kept.part(|| Copies::new(&site.scenario.local));
        let listeners = site.shared.part(|| Listeners::new(site.seed));
        listeners.join(site.process, &copies);
        Local { spec: site.scenario.local.clone(), copies, listeners }
    }
}

impl Part for Local {
    /// Copies are reset by themselves.
    fn reset(&self) {}
}

/// The copies that a process has.
pub struct Copies {
    held: RefCell<BTreeMap<Key, Copy>>,
    /// How many it keeps at most, and who goes then.
    bound: Option<RefCell<Bound>>,
    /// When it was told last to drop a key.
    told: RefCell<BTreeMap<Key, Nanos>>,
}

/// A copy of a value.
struct Copy {
    value: Value,
    until: Nanos,
    /// Its place among those that may have to go for others.
    place: Place,
}

impl Copies {
    fn new(spec: &LocalSpec) -> Copies {
        let bound = Bound::new(spec.capacity, spec.eviction).map(RefCell::new);
        Copies { held: RefCell::default(), bound, told: RefCell::default() }
    }

    /// The copy of a key, if it may still be used.
    fn get(&self, now: Nanos, key: Key) -> Option<Value> {
        let held = &mut *self.held.borrow_mut();
        let copy = held.get(&key)?;
        if now < copy.until {
            if let Some(bound) = &self.bound {
                bound.borrow_mut().hit(copy.place);
            }
            return Some(copy.value);
        }
        self.remove(held, key);
        None
    }

    /// Keeps a copy of what was asked for at `asked`, and says which one goes for
    /// it. `None` if word has come since that the value is old.
    fn put(&self, key: Key, value: Value, until: Nanos, asked: Nanos) -> Option<Option<Key>> {
        let is_old = self.told.borrow().get(&key).is_some_and(|told| asked <= *told);
        if is_old {
            return None;
        }
        let held = &mut *self.held.borrow_mut();
        let known = held.get(&key).map(|copy| copy.place);
        let mut bound = self.bound.as_ref().map(RefCell::borrow_mut);
        let goes =
            bound.as_mut().filter(|_| known.is_none()).and_then(|bound| bound.victim(held.len()));
        if let (Some(bound), Some(copy)) = (&mut bound, goes.and_then(|goes| held.remove(&goes))) {
            bound.leave(copy.place);
        }
        let place = bound.map_or(0, |mut bound| bound.store(key, known));
        held.insert(key, Copy { value, until, place });
        Some(goes)
    }

    /// Word has come that a key has another value.
    pub fn drop_key(&self, now: Nanos, key: Key) {
        self.remove(&mut self.held.borrow_mut(), key);
        self.told.borrow_mut().insert(key, now);
    }

    fn remove(&self, held: &mut BTreeMap<Key, Copy>, key: Key) {
        if let (Some(copy), Some(bound)) = (held.remove(&key), &self.bound) {
            bound.borrow_mut().leave(copy.place);
        }
    }
}

impl Part for Copies {
    fn reset(&self) {
        self.held.borrow_mut().clear();
        self.told.borrow_mut().clear();
        if let Some(bound) = &self.bound {
            bound.borrow_mut().clear();
        }
    }
}
