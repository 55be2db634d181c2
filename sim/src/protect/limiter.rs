//! Rate limiting: only so many in a time.
//!
//! Three ways to count, with different mistakes:
//!
//! - a *token bucket* allows a burst and then a steady rate;
//! - a *fixed window* starts over at its edge, so that twice the limit can
//!   pass around it;
//! - a *sliding window* lets the last window fade as this one passes, which
//!   guesses that its requests were evenly spread.
//!
//! A limiter that protects the database belongs behind the flight: followers
//! cost the database nothing.
//!
//! Semantics: golang.org/x/time/rate; go-chi/httprate and Cloudflare,
//! *Counting things* (rejected requests are not counted; a window begins when
//! it is first used, not on the clock's minute).

use std::cell::RefCell;

use super::Loaded;
use super::layer::{Layer, Next, Part};
use crate::engine::Nanos;
use crate::scenario::{LimiterRule, LimiterSpec};
use crate::telemetry::{Kind, Reason};
use crate::world::Request;

/// A limiter of one process.
pub struct Limiter {
    spec: LimiterSpec,
    count: RefCell<Count>,
}

enum Count {
    Bucket(TokenBucket),
    Fixed(FixedWindow),
    Sliding(SlidingWindow),
}

impl Layer for Limiter {
    async fn call(&self, request: &Request<'_>, next: impl Next) -> Loaded {
        if !self.allows(request.world.core.now()) {
            request.note(Kind::Refuse, Reason::RateLimited as u32);
            return Err(Reason::RateLimited);
        }
        next.load(request).await
    }
}

impl Limiter {
    /// A limiter that has allowed nothing yet.
    pub fn new(spec: &LimiterSpec) -> Limiter {
        Limiter { spec: spec.clone(), count: RefCell::new(Count::new(spec)) }
    }

    /// Whether one more may pass now; if so, it has.
    pub fn allows(&self, now: Nanos) -> bool {
        match &mut *self.count.borrow_mut() {
            Count::Bucket(bucket) => bucket.allows(now, 1),
            Count::Fixed(window) => window.allows(now, 1),
            Count::Sliding(window) => window.allows(now, 1),
        }
    }
}

impl Part for Limiter {
    fn reset(&self) {
        *self.count.borrow_mut() = Count::new(&self.spec);
    }
}

impl Count {
    fn new(spec: &LimiterSpec) -> Count {
        let window = Nanos::from_ms(spec.window_ms);
        match spec.rule {
            LimiterRule::TokenBucket => Count::Bucket(TokenBucket::new(spec.rate, spec.burst)),
            LimiterRule::FixedWindow => Count::Fixed(FixedWindow::new(spec.limit, window)),
            LimiterRule::SlidingWindow => Count::Sliding(SlidingWindow::new(spec.limit, window)),
        }
    }
}

/// Tokens that come at a rate, up to `burst`. It begins full.
pub struct TokenBucket {
    /// How long a token takes to come.
    each: Nanos,
    /// The most that can be saved, as time.
    full: Nanos,
    saved: Nanos,
    since: Nanos,
}

impl TokenBucket {
    /// `rate` tokens a second.
    pub fn new(rate: f64, burst: u32) -> TokenBucket {
        let each = Nanos::from_secs(1.0 / rate);
        let full = Nanos(each.0 * u64::from(burst));
        TokenBucket { each, full, saved: full, since: Nanos::ZERO }
    }

    /// Takes `n` tokens if there are as many. More than the burst never are.
    pub fn allows(&mut self, now: Nanos, n: u32) -> bool {
        self.saved = (self.saved + now.since(self.since)).min(self.full);
        self.since = now;
        let cost = Nanos(self.each.0 * u64::from(n));
        let enough = cost <= self.saved;
        if enough {
            self.saved = self.saved - cost;
        }
        enough
    }
}

/// A count that starts over at every window.
pub struct FixedWindow {
    limit: u32,
    window: Nanos,
    begin: Option<Nanos>,
    count: u32,
}

impl FixedWindow {
    /// `limit` in each `window`; the first begins with the first request.
    pub fn new(limit: u32, window: Nanos) -> FixedWindow {
        FixedWindow { limit, window, begin: None, count: 0 }
    }

    /// Counts `n` more if the limit allows them.
    pub fn allows(&mut self, now: Nanos, n: u32) -> bool {
        let begin = *self.begin.get_or_insert(now);
        let passed = (now - begin).0 / self.window.0;
        if passed > 0 {
            self.begin = Some(begin + Nanos(passed * self.window.0));
            self.count = 0;
        }
        let fits = self.count + n <= self.limit;
        self.count += if fits { n } else { 0 };
        fits
    }
}

/// This window's count, and the last one's in proportion to how much of it a
/// window that ends now still covers.
pub struct SlidingWindow {
    limit: u32,
    window: Nanos,
    begin: Option<Nanos>,
    before: u32,
    count: u32,
}

impl SlidingWindow {
    /// `limit` in any `window`, as nearly as can be told from two counts.
    pub fn new(limit: u32, window: Nanos) -> SlidingWindow {
        SlidingWindow { limit, window, begin: None, before: 0, count: 0 }
    }

    /// Counts `n` more if the limit allows them.
    pub fn allows(&mut self, now: Nanos, n: u32) -> bool {
        let begin = *self.begin.get_or_insert(now);
        let passed = (now - begin).0 / self.window.0;
        if passed > 0 {
            self.begin = Some(begin + Nanos(passed * self.window.0));
            self.before = if passed == 1 { self.count } else { 0 };
            self.count = 0;
        }
        let fits = self.rate(now).round() + f64::from(n) <= f64::from(self.limit);
        self.count += if fits { n } else { 0 };
        fits
    }

    /// How many it takes to have passed in the window that ends now.
    pub fn rate(&self, now: Nanos) -> f64 {
        let into = now.since(self.begin.unwrap_or(now)).0 as f64 / self.window.0 as f64;
        f64::from(self.before) * (1.0 - into) + f64::from(self.count)
    }
}
