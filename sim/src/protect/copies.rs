//! The copies that a process has of what is in other caches.
//!
//! A copy is kept to its end, but not beyond that of what it is a copy of, and not if
//! word has come that it is old since it was asked for. Only so many may be kept.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::layer::Part;
use crate::engine::Nanos;
use crate::scenario::{LocalSpec, Promotion};
use crate::telemetry::Kind;
use crate::world::eviction::Bound;
use crate::world::eviction::queue::Place;
use crate::world::process::some_ms;
use crate::world::request::Key;
use crate::world::{Request, Value};

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
    /// None yet.
    pub fn new(spec: &LocalSpec) -> Copies {
        let bound = Bound::new(spec.capacity, spec.eviction).map(RefCell::new);
        Copies {
            spec: spec.clone(),
            held: RefCell::default(),
            bound,
            told: RefCell::default(),
            renewing: RefCell::default(),
        }
    }

    /// The copy of a key, if it may still be used, and whether it is past its soft TTL.
    pub fn get(&self, now: Nanos, key: Key) -> Option<(Value, bool)> {
        let held = &mut *self.held.borrow_mut();
        let copy = held.get(&key)?;
        if now < copy.until {
            if let Some(bound) = &self.bound {
                bound.borrow_mut().hit(copy.place);
            }
            return Some((copy.value, copy.renew_from <= now));
        }
        self.remove(held, key);
        None
    }

    /// Until when the copy of a key may be used; nobody asks for it.
    pub fn until(&self, key: Key) -> Option<Nanos> {
        self.held.borrow().get(&key).map(|copy| copy.until)
    }

    /// An old copy of a key was found: whether it is now to be asked for again, as that
    /// is not being done yet.
    pub fn begin_renewal(&self, key: Key) -> bool {
        self.renewing.borrow_mut().insert(key)
    }

    /// That is over, however it has ended.
    pub fn end_renewal(&self, key: Key) {
        self.renewing.borrow_mut().remove(&key);
    }

    /// Which share of the messages about updates is lost.
    pub fn lost(&self) -> f64 {
        self.spec.lost
    }

    /// Keeps a copy of what a request got that had asked for it at `asked`.
    pub fn keep(&self, request: &Request<'_>, value: Value, asked: Nanos) {
        let (now, own) = (request.world.core.now(), Nanos::from_ms(self.spec.ttl_ms));
        let span = match (self.spec.promote, &request.world.cache) {
            (Promotion::Remaining, Some(cache)) => {
                own.min(cache.end_of(request.key, value).since(now))
            }
            _ => own,
        };
        self.keep_for(request, value, asked, span, some_ms(self.spec.soft_ms));
    }

    /// Keeps it so long; past its soft TTL, if it has one, it is to be renewed.
    pub fn keep_for(
        &self,
        request: &Request<'_>,
        value: Value,
        asked: Nanos,
        span: Nanos,
        soft: Option<Nanos>,
    ) {
        if span == Nanos::ZERO || value == Value::NOTHING {
            return;
        }
        let now = request.world.core.now();
        let renew_from = soft.map_or(Nanos::MAX, |soft| now + soft);
        let copy = Copy { value, renew_from, until: now + span, place: 0 };
        let Some(goes) = self.put(request.key, copy, asked) else { return };
        request.note(Kind::LocalFill, (span.0 / 1_000_000) as u32);
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

    /// A key's copy is not wanted any more.
    pub fn delete(&self, key: Key) {
        self.remove(&mut self.held.borrow_mut(), key);
    }

    /// Word has come that a key has another value.
    pub fn drop_key(&self, now: Nanos, key: Key) {
        self.delete(key);
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
    }
}
