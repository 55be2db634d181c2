//! An adaptive limit on how many loads are under way at once.
//!
//! How many a database can take is not known, and changes. But its response
//! time says: while nothing queues it stays what it was, and when something
//! does it grows. So each process raises its limit while all is well, and
//! lowers it when calls take longer or fail. What is over the limit is refused
//! at once, instead of queueing where nobody sees it.
//!
//! - *AIMD*: one more after each success, a tenth less after each drop;
//! - *Vegas*: the queue is `limit · (1 − fastest/now)`; keep it between two bounds;
//! - *Gradient2*: shrink when the present time is more than half as long again
//!   as the long-term average.
//!
//! Semantics: Netflix's concurrency-limits, `AIMDLimit`, `VegasLimit` and
//! `Gradient2Limit` with `SimpleLimiter`. Drawn there and spread evenly here:
//! when Vegas measures anew.

use std::cell::RefCell;

use super::Loaded;
use super::layer::{Layer, Next, Part};
use crate::engine::Nanos;
use crate::engine::gauge::Gauge;
use crate::scenario::{ConcurrencyRule, ConcurrencySpec};
use crate::telemetry::{Kind, Reason};
use crate::world::Request;

/// The limit of one process.
pub struct Concurrency {
    spec: ConcurrencySpec,
    process: u32,
    now: Gauge,
    limit: RefCell<Limit>,
}

impl Layer for Concurrency {
    async fn call(&self, request: &Request<'_>, next: impl Next) -> Loaded {
        if self.now.now() >= self.limit.borrow().whole() {
            request.note(Kind::Refuse, Reason::OverLimit as u32);
            return Err(Reason::OverLimit);
        }
        let core = &request.world.core;
        let (_place, begin) = (self.now.enter(), core.now());
        let inflight = self.now.now();
        let loaded = next.load(request).await;
        if let Some(dropped) = is_dropped(&loaded) {
            self.limit.borrow_mut().sample(core.now() - begin, inflight, dropped);
        }
        loaded
    }
}

/// Whether a result says that too much is asked for; `None`: it says nothing.
pub(super) fn is_dropped(loaded: &Loaded) -> Option<bool> {
    match loaded {
        Ok(_) | Err(Reason::NotFound) => Some(false),
        Err(Reason::QueryTimeout | Reason::PoolTimeout) => Some(true),
        Err(reason) => reason.is_refusal().then_some(true),
    }
}

impl Concurrency {
    /// For one process, at its initial limit.
    pub fn new(spec: &ConcurrencySpec, process: u32) -> Concurrency {
        let limit = RefCell::new(Limit::new(spec, process));
        Concurrency { spec: spec.clone(), process, now: Gauge::default(), limit }
    }
}

impl Part for Concurrency {
    fn reset(&self) {
        *self.limit.borrow_mut() = Limit::new(&self.spec, self.process);
    }
}

/// The limit, and how it follows what is measured.
pub struct Limit {
    rule: ConcurrencyRule,
    limit: f64,
    least: f64,
    most: f64,
    timeout: Nanos,
    /// Vegas: the fastest time since the last probe; `None`: nothing known.
    fastest: Option<Nanos>,
    /// Vegas: samples since the last probe.
    samples: u32,
    /// Vegas: when to probe next, between ½ and 1 times as late as at most.
    phase: f64,
    /// Gradient2: the long-term average (ns), and of how many.
    long: (f64, u32),
}

/// AIMD: what is left after a drop.
const BACKOFF: f64 = 0.9;
/// Vegas: after so many times the limit, the fastest time is measured anew.
const PROBE: f64 = 30.0;
/// Gradient2: so many times as long as on the average is still taken for well.
const TOLERANCE: f64 = 1.5;
/// Gradient2: what is left of an average that is far too long.
const FADE: f64 = 0.95;
/// Gradient2: how much of what is new is taken over.
const SMOOTHING: f64 = 0.2;
/// Gradient2: by how much the limit may grow while times stay.
const QUEUE: f64 = 4.0;
/// Gradient2: how many samples the long-term average covers.
const LONG: f64 = 600.0;
/// Gradient2: so many samples are averaged before it fades.
const WARM_UP: u32 = 10;
/// The golden ratio's part behind the point: its multiples spread evenly.
const GOLDEN: f64 = 0.618_033_988_749_895;

impl Limit {
    /// Nothing has been measured yet.
    pub fn new(spec: &ConcurrencySpec, process: u32) -> Limit {
        Limit {
            rule: spec.rule,
            limit: f64::from(spec.initial),
            least: f64::from(spec.least),
            most: f64::from(spec.most),
            timeout: Nanos::from_ms(spec.timeout_ms),
            fastest: None,
            samples: 0,
            // Processes are not to probe at once.
            phase: GOLDEN * f64::from(process + 1) % 1.0,
            long: (0.0, 0),
        }
    }

    /// How many may be under way.
    pub fn whole(&self) -> u32 {
        self.limit as u32
    }

    /// A call took `rtt`; when it began, `inflight` were under way, itself
    /// included.
    pub fn sample(&mut self, rtt: Nanos, inflight: u32, dropped: bool) {
        let inflight = f64::from(inflight);
        let wanted = match self.rule {
            ConcurrencyRule::Aimd => self.aimd(rtt, inflight, dropped),
            ConcurrencyRule::Vegas => self.vegas(rtt, inflight, dropped),
            ConcurrencyRule::Gradient2 => self.gradient2(rtt, inflight),
        };
        if let Some(wanted) = wanted {
            self.limit = wanted.min(self.most).max(self.least);
        }
    }

    fn aimd(&self, rtt: Nanos, inflight: f64, dropped: bool) -> Option<f64> {
        if dropped || rtt > self.timeout {
            return Some((self.limit * BACKOFF).trunc());
        }
        (inflight * 2.0 >= self.limit).then_some(self.limit + 1.0)
    }

    fn vegas(&mut self, rtt: Nanos, inflight: f64, dropped: bool) -> Option<f64> {
        self.samples += 1;
        if (0.5 + self.phase / 2.0) * PROBE * self.limit <= f64::from(self.samples) {
            self.phase = (self.phase + GOLDEN) % 1.0;
            self.samples = 0;
            self.fastest = Some(rtt);
            return None;
        }
        let fastest = self.fastest.filter(|fastest| rtt >= *fastest);
        let Some(fastest) = fastest else {
            self.fastest = Some(rtt);
            return None;
        };
        let step = f64::from(self.whole().max(1).ilog10().max(1));
        if dropped {
            return Some(self.limit - step);
        }
        // Nobody comes near the limit: that says nothing about it.
        if inflight * 2.0 < self.limit {
            return None;
        }
        let queue = (self.limit * (1.0 - fastest.0 as f64 / rtt.0 as f64)).ceil();
        match queue {
            queue if queue <= step => Some(self.limit + 6.0 * step),
            queue if queue < 3.0 * step => Some(self.limit + step),
            queue if queue > 6.0 * step => Some(self.limit - step),
            _ => None,
        }
    }

    fn gradient2(&mut self, rtt: Nanos, inflight: f64) -> Option<f64> {
        let now = rtt.0 as f64;
        let (average, count) = &mut self.long;
        if *count < WARM_UP {
            *average = (*average * f64::from(*count) + now) / f64::from(*count + 1);
            *count += 1;
        } else {
            *average += (now - *average) * 2.0 / (LONG + 1.0);
        }
        let long = *average;
        // After a long overload, back to what is normal faster than it fades.
        if long > 2.0 * now {
            *average *= FADE;
        }
        if inflight < self.limit / 2.0 {
            return None;
        }
        let gradient = (TOLERANCE * long / now).clamp(0.5, 1.0);
        let wanted = (self.limit * gradient + QUEUE).max(0.0);
        Some(self.limit * (1.0 - SMOOTHING) + wanted * SMOOTHING)
    }
}
