//! How long what was loaded is kept: `set` with all that bears on it.
//!
//! - the TTL, with its jitter;
//! - longer than fresh, if it may be served stale;
//! - "not found" too, for a shorter while: otherwise everybody who asks for
//!   what does not exist goes to the database (*negative caching*).

use std::cell::RefCell;

use super::flawed::truncated_jitter;
use super::jitter;
use crate::engine::Nanos;
use crate::engine::streams::{Purpose, Stream};
use crate::scenario::{Covers, Flaw, Scenario};
use crate::world::cache::Keep;
use crate::world::{Request, Value};

/// nginx forgets what nobody has asked for in ten minutes (`inactive`).
const INACTIVE: Nanos = Nanos(600_000_000_000);

/// One process's rules for filling the cache.
pub struct Keeping {
    ttl: Nanos,
    jitter: Option<f64>,
    truncates: bool,
    negative: Option<Nanos>,
    longer: Nanos,
    random: RefCell<Stream>,
}

impl Keeping {
    /// `longer`: how much longer than fresh values are kept.
    pub fn new(scenario: &Scenario, longer: Nanos, process: u32, seed: u64) -> Keeping {
        let p = &scenario.protect;
        let knows_old = p.singleflight && scenario.singleflight.covers == Covers::New;
        Keeping {
            ttl: Nanos::from_ms(scenario.cache.ttl_ms),
            jitter: p.jitter.then_some(scenario.jitter.share),
            truncates: p.flaw == Flaw::TruncatedJitter,
            negative: p.negative.then(|| Nanos::from_ms(scenario.negative.ttl_ms)),
            longer: longer.max(if knows_old { INACTIVE } else { Nanos::ZERO }),
            random: RefCell::new(Stream::new(seed, Purpose::Jitter, process.into())),
        }
    }

    /// How to keep a value that took `delta` to load; `None`: not at all.
    pub fn keep(&self, value: Value, delta: Nanos) -> Option<Keep> {
        if value == Value::NOTHING {
            return self.negative.map(|ttl| Keep { fresh: ttl, ttl, delta });
        }
        let fresh = match self.jitter {
            None => self.ttl,
            Some(share) if self.truncates => {
                truncated_jitter::around(self.ttl, share, &mut self.random.borrow_mut())
            }
            Some(share) => jitter::around(self.ttl, share, &mut self.random.borrow_mut()),
        };
        Some(Keep { fresh, ttl: fresh + self.longer, delta })
    }

    /// Fills the cache with what a request has loaded, and waits until it is
    /// there, so that whoever comes next finds it.
    pub async fn fill(&self, request: &Request<'_>, value: Value) {
        if let Some(cache) = &request.world.cache
            && let Some(keep) = self.keep(value, request.delta.get())
            && !request.uncached.get()
        {
            cache.set(request, value, keep).await;
        }
    }
}
