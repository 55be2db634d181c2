//! Filling the cache with what was loaded, and for how long: `set` with all
//! that bears on it.
//!
//! - the TTL, which may depend on the key, with its jitter;
//! - longer than fresh, if it may be served stale;
//! - "not found" too, for a shorter while: otherwise everybody who asks for
//!   what does not exist goes to the database (*negative caching*).
//!
//! It stands right before the database, so that whoever holds others back
//! (a flight, a lock) lets go of them when the value can be found.

use std::cell::RefCell;
use std::rc::Rc;

use super::adaptive_ttl::AdaptiveTtl;
use super::beyond::Beyond;
use super::jitter::Around;
use super::layer::{Layer, Next, Part};
use super::path::Site;
use super::stale::Stale;
use super::{Loaded, flawed};
use crate::engine::Nanos;
use crate::engine::streams::{Purpose, Stream};
use crate::scenario::Covers;
use crate::telemetry::{Kind, Reason};
use crate::world::cache::{Cache, Keep};
use crate::world::request::Key;
use crate::world::shop::Shop;
use crate::world::{Request, Value};

/// nginx forgets what nobody has asked for in ten minutes (`inactive`).
const INACTIVE: Nanos = Nanos(600_000_000_000);

/// One process's rules for filling the cache.
pub struct Fill {
    cache: Rc<Cache>,
    ttl: Nanos,
    adaptive: Option<Rc<AdaptiveTtl>>,
    /// In a shop each class of keys has its TTL.
    shop: Option<Rc<Shop>>,
    jitter: Option<(f64, Around)>,
    negative: Option<Nanos>,
    longer: Nanos,
    random: RefCell<Stream>,
}

impl Layer for Fill {
    fn call(&self, request: &Request<'_>, next: impl Next) -> impl Future<Output = Loaded> {
        async move {
            let loaded = next.load(request).await;
            let value = match loaded {
                Ok(value) => value,
                Err(Reason::NotFound) => Value::NOTHING,
                Err(_) => return loaded,
            };
            // In a box, so that those are small who wait for a connection.
            Box::pin(self.fill(request, value)).await;
            loaded
        }
    }
}

impl Fill {
    /// Stores what a request has loaded, and waits until it is there, so that
    /// whoever comes next finds it.
    pub async fn fill(&self, request: &Request<'_>, value: Value) {
        if let Some(keep) = self.keep(request.key, value, request.delta.get()) {
            if self.adaptive.is_some() && value != Value::NOTHING {
                request.note(Kind::Keep, keep.fresh.ms() as u32);
            }
            self.store(request, value, keep).await;
        }
    }

    /// Stores a value that is to be kept so.
    pub async fn store(&self, request: &Request<'_>, value: Value, keep: Keep) {
        if !request.uncached.get() {
            self.cache.set(request, value, keep).await;
        }
    }

    /// How to keep a key's value that took `delta` to load; `None`: not at all.
    pub fn keep(&self, key: Key, value: Value, delta: Nanos) -> Option<Keep> {
        if value == Value::NOTHING {
            return self.negative.map(|ttl| Keep { fresh: ttl, ttl, delta });
        }
        let adapted = |adaptive| (Beyond::given().ttl)(adaptive, key);
        let of_class = |shop: &Rc<Shop>| (Beyond::given().class_ttl)(shop, key);
        let usual = self.shop.as_ref().map_or(self.ttl, of_class);
        let ttl = self.adaptive.as_deref().map_or(usual, adapted);
        let fresh = match self.jitter {
            None => ttl,
            Some((share, around)) => around(ttl, share, &mut self.random.borrow_mut()),
        };
        Some(Keep { fresh, ttl: fresh + self.longer, delta })
    }

    /// A draw of the dice that jitter is thrown with, in `[0, 1)`.
    pub fn draw(&self) -> f64 {
        self.random.borrow_mut().unit()
    }

    /// The scenario's rules; `None` in a system without a cache.
    pub fn new(site: &Site<'_>) -> Option<Fill> {
        let Site { scenario, process, seed, .. } = site;
        let p = &scenario.protect;
        let around = flawed::around(p.flaw);
        let knows_old = p.singleflight && scenario.singleflight.covers == Covers::New;
        let longer = if p.stale { Stale::of(site).keeps() } else { Nanos::ZERO };
        Some(Fill {
            cache: Rc::clone(site.world.cache.as_ref()?),
            ttl: Nanos::from_ms(scenario.cache.ttl_ms),
            shop: site.world.shop.clone(),
            adaptive: p.adaptive_ttl.then(|| (Beyond::given().adaptive_ttl)(site)),
            jitter: p.jitter.then_some((scenario.jitter.share, around)),
            negative: p.negative.then(|| Nanos::from_ms(scenario.negative.ttl_ms)),
            longer: longer.max(if knows_old { INACTIVE } else { Nanos::ZERO }),
            random: RefCell::new(Stream::new(*seed, Purpose::Jitter, process.id.into())),
        })
    }
}

impl Part for Fill {
    /// It knows nothing but its rules.
    fn reset(&self) {}
}
