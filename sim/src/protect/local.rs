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
//! merged behind that. A *soft TTL* spares the trips: whoever finds a copy that is
//! older has it all the same, and the first of them has it renewed behind. If that
//! fails, the copy stays to its end, and word of an update makes it worth nothing.
//! "Not found" is not kept.
//!
//! Caffeine (`expireAfterWrite`, `refreshAfterWrite`); RFC 9111, §4.2.3, for the age
//! of a copy.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::Loaded;
use super::hearsay::Listeners;
use super::layer::{Fate, Layer, Next, Part};
use super::path::Site;
use crate::engine::Nanos;
use crate::scenario::{LocalSpec, Promotion};
use crate::telemetry::{Kind, Reason};
use crate::world::eviction::Bound;
use crate::world::eviction::queue::Place;
use crate::world::process::some_ms;
use crate::world::request::Key;
use crate::world::{Request, Value};

/// A process's in-process cache.
pub struct Local {
    process: u32,
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
            if self.copies.renews(asked, request.key) {
                self.renew_behind(request, next);
            }
            return Ok(value);
        }
        request.note(Kind::LocalMiss, request.key);
        let loaded = next.load(request).await;
        if let Ok(value) = loaded {
            self.copies.keep(request, value, asked);
        }
        loaded
    }
}

impl Local {
    /// Asks again for what a reader has found past its soft TTL.
    fn renew_behind(&self, reader: &Request<'_>, next: impl Next) {
        let (copies, asked) = (Rc::clone(&self.copies), reader.world.core.now());
        let renewal = reader.renew();
        renewal.note(Kind::Arrive, self.process);
        next.detach(&renewal, move |renewal, loaded| {
            let loaded = loaded.unwrap_or(Err(Reason::Crashed));
            if let Ok(value) = loaded {
                copies.keep(renewal, value, asked);
            }
            copies.renewing.borrow_mut().remove(&renewal.key);
            renewal.note(Kind::Renewed, loaded.err().map_or(0, |reason| reason as u32));
            Fate::Lives
        });
    }

    /// Which share of the messages about updates is lost.
    pub fn lost(&self) -> f64 {
        self.copies.spec.lost
    }

    /// A process's, which knows nothing yet.
    pub fn new(site: &Site<'_>) -> Local {
        let copies = site.kept.part(|| Copies::new(&site.scenario.local));
        let listeners = site.shared.part(|| Listeners::new(site.seed));
        listeners.join(site.process, &copies);
        Local { process: site.process.id, copies, listeners }
    }
}

impl Part for Local {
    /// Copies are reset by themselves.
    fn reset(&self) {}
}

/// The copies that a process has.
pub struct Copies {
    spec: LocalSpec,
    held: RefCell<BTreeMap<Key, Copy>>,
    /// How many it keeps at most, and who goes then.
    bound: Option<RefCell<Bound>>,
    /// When it was told last to drop a key.
    told: RefCell<BTreeMap<Key, Nanos>>,
    /// What is being asked for again.
    renewing: RefCell<BTreeSet<Key>>,
}

/// A copy of a value.
struct Copy {
    value: Value,
    /// Its soft TTL ends; later than `until` if it has none.
    renew_from: Nanos,
    until: Nanos,
    /// Its place among those that may have to go for others.
    place: Place,
}

impl Copies {
    fn new(spec: &LocalSpec) -> Copies {
        let bound = Bound::new(spec.capacity, spec.eviction).map(RefCell::new);
        Copies {
            spec: spec.clone(),
            held: RefCell::default(),
            bound,
            told: RefCell::default(),
            renewing: RefCell::default(),
        }
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

    /// Whether a key is now to be asked for again: it is past its soft TTL, and that
    /// is not being done.
    fn renews(&self, now: Nanos, key: Key) -> bool {
        let old = self.held.borrow().get(&key).is_some_and(|copy| copy.renew_from <= now);
        old && self.renewing.borrow_mut().insert(key)
    }

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
        let soft = some_ms(self.spec.soft_ms).map_or(Nanos::MAX, |soft| now + soft);
        let copy = Copy { value, renew_from: soft, until, place: 0 };
        let Some(goes) = self.put(request.key, copy, asked) else { return };
        request.note(Kind::LocalFill, ((until - now).0 / 1_000_000) as u32);
        if let Some(key) = goes {
            request.note(Kind::LocalDisplace, key);
        }
    }

    /// Holds a copy of what was asked for at `asked`, and says which one goes for
    /// it. `None` if word has come since that the value is old.
    fn put(&self, key: Key, copy: Copy, asked: Nanos) -> Option<Option<Key>> {
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
        held.insert(key, Copy { place, ..copy });
        Some(goes)
    }

    /// Word has come that a key has another value.
    pub fn drop_key(&self, now: Nanos, key: Key) {
        self.remove(&mut self.held.borrow_mut(), key);
        self.told.borrow_mut().insert(key, now);
    }

    /// Loses all of them; how many there were.
    pub fn lose(&self) -> usize {
        if let Some(bound) = &self.bound {
            bound.borrow_mut().clear();
        }
        std::mem::take(&mut *self.held.borrow_mut()).len()
    }

    fn remove(&self, held: &mut BTreeMap<Key, Copy>, key: Key) {
        if let (Some(copy), Some(bound)) = (held.remove(&key), &self.bound) {
            bound.borrow_mut().leave(copy.place);
        }
    }
}

impl Part for Copies {
    fn reset(&self) {
        self.lose();
        self.told.borrow_mut().clear();
        self.renewing.borrow_mut().clear();
    }
}
