//! A cache near its clients: a point of presence (PoP) of a CDN; or the shield
//! between PoPs and the origin, which is all that stands behind.
//!
//! What is fresh here is answered from here, without the way to the origin. What
//! is not is fetched, and the fetch goes on even if all who wait for it leave. What
//! becomes of those who come meanwhile is where caches differ:
//!
//! - *Varnish* parks them and wakes them when it is over. There is one fetch, and
//!   everybody waits about as long as it takes. An error is for all of them, too.
//! - *nginx* (`proxy_cache_lock`) has them look every 500 ms, so an origin that
//!   takes 300 ms costs them 500. After 5 s each fetches for itself. And the lock
//!   is for what is new: once it has expired, everybody fetches it.
//! - *Apart*, everybody always fetches.
//!
//! In *grace*, what has expired is given out while one fetch goes on behind. In
//! nginx the one who finds it expired waits for that.
//!
//! A *purge* drops what is here, and not what is on its way here: a fetch that
//! began before it brings the old object after it, which then stays for a whole
//! TTL. The cure is to count purges, and to compare.
//!
//! Varnish (`cache_hash.c`, `cache_fetch.c`); nginx (`ngx_http_file_cache.c`:
//! validity is counted in whole seconds, and `Age` is not looked at); RFC 9111,
//! §4.2.3 (`Age`); RFC 5861 (grace).

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::Loaded;
use crate::engine::{Nanos, Promise};
use crate::scenario::{EdgeSpec, Merge};
use crate::telemetry::Kind;
use crate::world::request::Key;
use crate::world::{Request, Value};

/// A cache of the edge.
pub struct Pop {
    /// Its number, or [`SHIELD`](crate::telemetry::event::SHIELD).
    pub number: u32,
    spec: EdgeSpec,
    objects: RefCell<BTreeMap<Key, Object>>,
    /// By key: the fetch that is for all.
    fetches: RefCell<BTreeMap<Key, Rc<Fetch>>>,
    /// How often a key has been purged.
    purges: RefCell<BTreeMap<Key, u32>>,
}

/// How often nginx looks whether a fetch is over.
const LOOK: Nanos = Nanos(500_000_000);
/// For how long nginx waits for one (`proxy_cache_lock_timeout`), and after which
/// it lets another one begin (`proxy_cache_lock_age`).
const PATIENCE: Nanos = Nanos(5_000_000_000);
/// What nginx counts validity in.
const SECOND: u64 = 1_000_000_000;

/// An answer, and how old it is (`Age`); `None`: it is not to be stored.
pub type Aged = (Loaded, Option<Nanos>);

/// Begins a fetch for a request, whose result is stored, or is not.
pub type Begin<'a> = &'a dyn Fn(&Request<'_>, bool) -> Rc<Fetch>;

impl Pop {
    /// The object that a request asks for, from here or by way of `begin`.
    pub async fn get(&self, request: &Request<'_>, begin: Begin<'_>) -> Aged {
        let now = request.world.core.now();
        let object = self.objects.borrow().get(&request.key).copied();
        let busy = self.fetches.borrow().get(&request.key).cloned();
        match object {
            Some(object) if now < object.fresh => {
                request.note(Kind::EdgeHit, self.number);
                return object.at(now);
            }
            Some(object) if now < object.grace => {
                if busy.is_none() || self.spec.merge == Merge::Apart {
                    let fetch = begin(request, true);
                    if self.spec.merge == Merge::Nginx {
                        request.note(Kind::EdgeMiss, self.number);
                        return self.wait(request, &fetch).await;
                    }
                }
                request.note(Kind::EdgeGrace, self.number);
                return object.at(now);
            }
            _ => request.note(Kind::EdgeMiss, self.number),
        }
        match (self.spec.merge, busy) {
            (Merge::Varnish, Some(fetch)) => self.wait(request, &fetch).await,
            (Merge::Nginx, Some(fetch)) if object.is_none() => {
                self.look(request, fetch, begin).await
            }
            _ => self.wait(request, &begin(request, true)).await,
        }
    }

    /// Waits until a fetch is over.
    async fn wait(&self, request: &Request<'_>, fetch: &Fetch) -> Aged {
        request.note(Kind::EdgeWait, fetch.id);
        let answer = fetch.done.wait().await;
        request.note(Kind::EdgeWake, fetch.id);
        answer
    }

    /// Looks every so often whether there is something by now.
    async fn look(&self, request: &Request<'_>, fetch: Rc<Fetch>, begin: Begin<'_>) -> Aged {
        let core = &request.world.core;
        let came = core.now();
        request.note(Kind::EdgeWait, fetch.id);
        loop {
            core.sleep(LOOK).await;
            let now = core.now();
            let object = self.objects.borrow().get(&request.key).copied();
            if let Some(object) = object.filter(|object| now < object.fresh) {
                request.note(Kind::EdgeWake, fetch.id);
                return object.at(now);
            }
            let busy = self.fetches.borrow().get(&request.key).cloned();
            let locked = busy.is_some_and(|fetch| now - fetch.since < PATIENCE);
            if !locked || now - came >= PATIENCE {
                return self.wait(request, &begin(request, !locked)).await;
            }
            request.note(Kind::EdgeLook, self.number);
        }
    }

    /// A fetch sets out, whose result is to be kept, or not.
    pub fn begin(&self, request: &Request<'_>, keeps: bool) -> Rc<Fetch> {
        let since = request.world.core.now();
        let done = Promise::new(&request.world.core);
        let purges = self.purged(request.key);
        let fetch = Rc::new(Fetch { id: request.id, since, purges, keeps, done });
        let fetches = &mut *self.fetches.borrow_mut();
        let busy = fetches.get(&request.key).is_some_and(|fetch| since - fetch.since < PATIENCE);
        if keeps && (!busy || self.spec.merge == Merge::Varnish) {
            fetches.insert(request.key, Rc::clone(&fetch));
        }
        fetch
    }

    /// It is back.
    pub fn land(&self, request: &Request<'_>, fetch: &Rc<Fetch>, answer: Aged) {
        let key = request.key;
        let is_it = |known: &Rc<Fetch>| Rc::ptr_eq(known, fetch);
        if self.fetches.borrow().get(&key).is_some_and(is_it) {
            self.fetches.borrow_mut().remove(&key);
        }
        if let (Ok(value), Some(age), true) = (answer.0, answer.1, fetch.keeps) {
            let overtaken = self.purged(key) > fetch.purges;
            if overtaken && self.spec.generation {
                request.note(Kind::EdgeReject, self.number);
            } else if let Some(object) = self.object(request.world.core.now(), value, age) {
                self.objects.borrow_mut().insert(key, object);
                request.note(Kind::EdgeFill, overtaken.into());
            }
        }
        request.note(Kind::Fetched, self.number);
        fetch.done.keep(answer);
    }

    /// What becomes of a value that is so old when it comes in.
    fn object(&self, now: Nanos, value: Value, age: Nanos) -> Option<Object> {
        let [ttl, grace] = [self.spec.ttl_ms, self.spec.grace_ms].map(Nanos::from_ms);
        if self.spec.merge != Merge::Nginx {
            let fresh = now + ttl.since(age);
            return Some(Object { value, came: now, age, fresh, grace: fresh + grace });
        }
        // It is valid while the second is not past.
        let [came, ttl, grace] = [now, ttl, grace].map(|span| span.0 / SECOND);
        let [fresh, grace] = [came + ttl + 1, came + ttl + grace + 1].map(|at| Nanos(at * SECOND));
        (ttl > 0).then_some(Object { value, came: now, age, fresh, grace })
    }

    /// It holds a key's value since before the run began, for so long to come.
    pub fn hold(&self, key: Key, value: Value, left: Nanos) {
        let age = Nanos::from_ms(self.spec.ttl_ms).since(left);
        if let Some(object) = self.object(Nanos::ZERO, value, age) {
            self.objects.borrow_mut().insert(key, object);
        }
    }

    /// Word has come that a key has another value.
    pub fn purge(&self, key: Key) {
        self.objects.borrow_mut().remove(&key);
        *self.purges.borrow_mut().entry(key).or_default() += 1;
        if self.spec.generation {
            // Nobody who comes from now on waits for what is old.
            self.fetches.borrow_mut().remove(&key);
        }
    }

    fn purged(&self, key: Key) -> u32 {
        self.purges.borrow().get(&key).copied().unwrap_or_default()
    }

    /// One that holds nothing yet.
    pub fn new(number: u32, spec: &EdgeSpec) -> Rc<Pop> {
        let (objects, fetches, purges) = Default::default();
        Rc::new(Pop { number, spec: spec.clone(), objects, fetches, purges })
    }
}

/// Something on its way from the origin.
pub struct Fetch {
    id: u32,
    since: Nanos,
    /// How often the key had been purged when it set out.
    purges: u32,
    /// Whether its result is stored.
    keeps: bool,
    done: Promise<Aged>,
}

/// What a cache holds of a key.
#[derive(Clone, Copy)]
struct Object {
    value: Value,
    /// When it came in, and how old it was then.
    came: Nanos,
    age: Nanos,
    /// Until before when it is fresh.
    fresh: Nanos,
    /// Until before when it is given out all the same.
    grace: Nanos,
}

impl Object {
    fn at(&self, now: Nanos) -> Aged {
        (Ok(self.value), Some(self.age + (now - self.came)))
    }
}
