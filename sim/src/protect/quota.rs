//! How much has been used of what may be: five ways to count, for the gateway and
//! the limiter.
//!
//! - A *fixed window* keeps one count, which starts over on the clock: so twice
//!   the limit can pass around an edge.
//! - A *sliding log* keeps when each request came. It is exact, and needs the
//!   memory.
//! - A *sliding counter* keeps two counts, and lets the last window's fade as
//!   this one passes, as if its requests had been evenly spread.
//! - A *token bucket* and *GCRA* (in `tokens.rs`) allow a burst, then a steady
//!   rate.
//!
//! None of them counts what it refuses. Windows begin at whole multiples of
//! their length: processes that count together must agree on them, and who
//! counts alone says when time begins.
//!
//! Semantics: Cloudflare, *How we built rate limiting capable of scaling to
//! millions of domains* (2017) and go-chi/httprate for the sliding counter,
//! which rounds.

use std::collections::VecDeque;
use std::iter::repeat_n;

use super::tokens::{Gcra, TokenBucket};
use crate::engine::Nanos;
use crate::scenario::QuotaAlgorithm;

/// What may pass.
pub struct Rule {
    limit: u32,
    window: Nanos,
    /// How long a token takes to come.
    pub(super) each: Nanos,
    pub(super) burst: u32,
}

impl Rule {
    /// `limit` in a `window`. As tokens, these come evenly over the window, and
    /// `burst` of them can be saved.
    pub fn new(limit: u32, window: Nanos, burst: u32) -> Rule {
        let each = Nanos((window.0 / u64::from(limit)).max(1));
        Rule { limit, window, each, burst }
    }

    /// `burst` tokens, of which each takes so long to come.
    pub fn tokens(each: Nanos, burst: u32) -> Rule {
        Rule { limit: burst, window: each, each, burst }
    }

    /// After how long without a request all is forgotten.
    pub fn memory(&self) -> Nanos {
        Nanos(2 * self.window.0).max(self.worth(self.burst))
    }

    /// How long `n` tokens take to come.
    pub(super) fn worth(&self, n: u32) -> Nanos {
        // Far more than a run is long, and half of what a number can hold.
        Nanos(self.each.0.saturating_mul(n.into()).min(u64::MAX / 2))
    }
}

/// What has been used.
pub enum Quota {
    /// See [`FixedWindow`].
    FixedWindow(FixedWindow),
    /// See [`SlidingLog`].
    SlidingLog(SlidingLog),
    /// See [`SlidingCounter`].
    SlidingCounter(SlidingCounter),
    /// See [`TokenBucket`].
    TokenBucket(TokenBucket),
    /// See [`Gcra`].
    Gcra(Gcra),
}

impl Quota {
    /// Nothing yet.
    pub fn new(algorithm: QuotaAlgorithm, rule: &Rule) -> Quota {
        match algorithm {
            QuotaAlgorithm::FixedWindow => Quota::FixedWindow(FixedWindow::default()),
            QuotaAlgorithm::SlidingLog => Quota::SlidingLog(SlidingLog::default()),
            QuotaAlgorithm::SlidingCounter => Quota::SlidingCounter(SlidingCounter::default()),
            QuotaAlgorithm::TokenBucket => Quota::TokenBucket(TokenBucket::full(rule)),
            QuotaAlgorithm::Gcra => Quota::Gcra(Gcra::default()),
        }
    }

    /// Lets `n` more requests through if the rule allows it now: how many more
    /// it would allow then. Otherwise, after how long it will, if no more come;
    /// [`Nanos::MAX`] if never, because there are never so many at once.
    pub fn take(&mut self, rule: &Rule, now: Nanos, n: u32) -> Result<u32, Nanos> {
        let most = match self {
            Quota::TokenBucket(_) | Quota::Gcra(_) => rule.burst,
            _ => rule.limit,
        };
        if n > most {
            return Err(Nanos::MAX);
        }
        match self {
            Quota::FixedWindow(window) => window.take(rule, now, n),
            Quota::SlidingLog(log) => log.take(rule, now, n),
            Quota::SlidingCounter(counter) => counter.take(rule, now, n),
            Quota::TokenBucket(bucket) => bucket.take(rule, now, n),
            Quota::Gcra(gcra) => gcra.take(rule, now, n),
        }
    }
}

/// One count, which starts over.
#[derive(Default)]
pub struct FixedWindow {
    /// The number of the window.
    window: u64,
    count: u32,
}

impl FixedWindow {
    fn take(&mut self, rule: &Rule, now: Nanos, n: u32) -> Result<u32, Nanos> {
        let window = now.0 / rule.window.0;
        if window != self.window {
            *self = FixedWindow { window, count: 0 };
        }
        if self.count + n > rule.limit {
            return Err(Nanos((window + 1) * rule.window.0) - now);
        }
        self.count += n;
        Ok(rule.limit - self.count)
    }
}

/// When each request of the last window was let through, oldest first.
#[derive(Default)]
pub struct SlidingLog(VecDeque<Nanos>);

impl SlidingLog {
    fn take(&mut self, rule: &Rule, now: Nanos, n: u32) -> Result<u32, Nanos> {
        while self.0.front().is_some_and(|first| *first + rule.window <= now) {
            self.0.pop_front();
        }
        let after = self.0.len() as u32 + n;
        if after > rule.limit {
            // So many have to leave the window first.
            let last = self.0[(after - rule.limit - 1) as usize];
            return Err(last + rule.window - now);
        }
        self.0.extend(repeat_n(now, n as usize));
        Ok(rule.limit - after)
    }
}

/// This window's count, and the last one's in proportion to how much of it a
/// window that ends now still covers.
#[derive(Default)]
pub struct SlidingCounter {
    /// The number of this window.
    window: u64,
    count: u32,
    before: u32,
}

impl SlidingCounter {
    /// See [`Quota::take`].
    pub fn take(&mut self, rule: &Rule, now: Nanos, n: u32) -> Result<u32, Nanos> {
        let window = now.0 / rule.window.0;
        if window != self.window {
            let before = if window == self.window + 1 { self.count } else { 0 };
            *self = SlidingCounter { window, count: 0, before };
        }
        let used = self.rate(rule, now).round() as u32;
        if used + n > rule.limit {
            return Err(self.until(rule, n).since(now).max(Nanos(1)));
        }
        self.count += n;
        Ok(rule.limit - used - n)
    }

    /// How many it takes to have passed in the window that ends now, which is the
    /// last one that it was asked in.
    pub fn rate(&self, rule: &Rule, now: Nanos) -> f64 {
        let length = rule.window.0 as f64;
        let covered = length - (now.0 % rule.window.0) as f64;
        f64::from(self.before) * covered / length + f64::from(self.count)
    }

    /// When there is room for `n` more: as soon as what is left of the last
    /// window, in this one or in the next, rounds down to it.
    fn until(&self, rule: &Rule, n: u32) -> Nanos {
        let room = f64::from(rule.limit - n) + 0.5;
        let this = room - f64::from(self.count);
        let (begin, room, fading) = match this > 0.0 {
            true => (self.window, this, self.before),
            false => (self.window + 1, room, self.count),
        };
        let length = rule.window.0 as f64;
        let into = length - length * room / f64::from(fading);
        // The first whole nanosecond after that.
        Nanos(begin * rule.window.0 + into as u64 + 1)
    }
}
