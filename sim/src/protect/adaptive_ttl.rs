//! Adaptive TTL: how long a value is kept depends on how often it is asked for.
//!
//! Each process estimates, for each key, the gap between one request and the
//! next: a moving average in which each new gap counts for an eighth. How often
//! a key would be asked for within the usual TTL is then known, and there are
//! two ways to go on from there:
//!
//! - `longer`: what is asked for twice as often is kept twice as long. Keys with
//!   a herd behind them expire seldom. The price is that their values are old for
//!   as long, and that these are the ones everybody reads.
//! - `shorter`: what is asked for twice as often is kept half as long, so that
//!   each load serves about as many requests, whatever the key. Popular values
//!   are renewed often, at little cost for each of their readers.
//!
//! The estimator is that of TCP's round-trip time (Jacobson, *Congestion
//! Avoidance and Control*, SIGCOMM 1988; RFC 6298: α = 1/8). That a load serves
//! λT requests of a Poisson stream: Jung, Berger and Balakrishnan, *Modeling
//! TTL-based Internet Caches*, INFOCOM 2003.

use std::cell::RefCell;

use super::Loaded;
use super::layer::{Layer, Next, Part};
use crate::engine::Nanos;
use crate::scenario::{AdaptiveTtlSpec, Popular};
use crate::world::Request;
use crate::world::keyed::Keyed;
use crate::world::request::Key;

/// The share of a new gap in the average.
const ALPHA: f64 = 0.125;

/// What one process knows of how often each key is asked for.
pub struct AdaptiveTtl {
    spec: AdaptiveTtlSpec,
    usual: Nanos,
    asked: RefCell<Keyed<Asked>>,
}

/// How often one key is asked for.
struct Asked {
    last: Nanos,
    /// The average gap, in nanoseconds; none before the second request.
    gap: Option<f64>,
}

impl Layer for AdaptiveTtl {
    async fn call(&self, request: &Request<'_>, next: impl Next) -> Loaded {
        self.notice(request.world.core.now(), request.key);
        next.load(request).await
    }
}

impl AdaptiveTtl {
    /// A process's, where values are usually kept for so long.
    pub fn new(spec: &AdaptiveTtlSpec, usual: Nanos) -> AdaptiveTtl {
        AdaptiveTtl { spec: spec.clone(), usual, asked: RefCell::default() }
    }

    /// Somebody asks for a key.
    pub fn notice(&self, now: Nanos, key: Key) {
        let asked = &mut *self.asked.borrow_mut();
        let gap = asked.get(key).map(|known| {
            let new = now.since(known.last).0 as f64;
            known.gap.map_or(new, |average| average + ALPHA * (new - average))
        });
        asked.insert(key, Asked { last: now, gap });
    }

    /// How long a value of this key is to be kept. The usual time, as long as
    /// it has been asked for no more than once.
    pub fn ttl(&self, key: Key) -> Nanos {
        let gap = self.asked.borrow().get(key).and_then(|known| known.gap);
        let factor = gap.map_or(1.0, |gap| {
            let requests = self.usual.0 as f64 / gap.max(1.0);
            match self.spec.popular {
                Popular::Longer => requests / self.spec.requests,
                Popular::Shorter => self.spec.requests / requests,
            }
        });
        let wanted = Nanos::from_f64(self.usual.0 as f64 * factor);
        wanted.max(Nanos::from_ms(self.spec.least_ms)).min(Nanos::from_ms(self.spec.most_ms))
    }
}

impl Part for AdaptiveTtl {
    /// Nobody has asked for anything yet.
    fn reset(&self) {
        *self.asked.borrow_mut() = Keyed::default();
    }
}
