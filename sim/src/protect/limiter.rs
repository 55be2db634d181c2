//! Rate limiting: only so many in a time.
//!
//! Three ways to count (`quota.rs`, `tokens.rs`), with different mistakes:
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
use super::quota::{Quota, Rule};
use crate::engine::Nanos;
use crate::scenario::{LimiterRule, LimiterSpec, QuotaAlgorithm};
use crate::telemetry::{Kind, Reason};
use crate::world::Request;

/// A limiter of one process.
pub struct Limiter {
    algorithm: QuotaAlgorithm,
    rule: Rule,
    used: RefCell<Option<Used>>,
}

/// What has been used, since when.
struct Used {
    begin: Nanos,
    quota: Quota,
}

impl Layer for Limiter {
    async fn call(&self, request: &Request<'_>, next: impl Next) -> Loaded {
        if !self.allows(request.world.core.now(), 1) {
            request.note(Kind::Refuse, Reason::RateLimited as u32);
            return Err(Reason::RateLimited);
        }
        next.load(request).await
    }
}

impl Limiter {
    /// A limiter that has allowed nothing yet.
    pub fn new(spec: &LimiterSpec) -> Limiter {
        let window = Nanos::from_ms(spec.window_ms);
        let (algorithm, rule) = match spec.rule {
            LimiterRule::TokenBucket => {
                let each = Nanos::from_secs(1.0 / spec.rate);
                (QuotaAlgorithm::TokenBucket, Rule::tokens(each, spec.burst))
            }
            LimiterRule::FixedWindow => {
                (QuotaAlgorithm::FixedWindow, Rule::new(spec.limit, window, 0))
            }
            LimiterRule::SlidingWindow => {
                (QuotaAlgorithm::SlidingCounter, Rule::new(spec.limit, window, 0))
            }
        };
        Limiter { algorithm, rule, used: RefCell::default() }
    }

    /// Whether `n` more may pass now; if so, they have. The first window begins
    /// with the first of them.
    pub fn allows(&self, now: Nanos, n: u32) -> bool {
        let new = || Used { begin: now, quota: Quota::new(self.algorithm, &self.rule) };
        let mut used = self.used.borrow_mut();
        let Used { begin, quota } = used.get_or_insert_with(new);
        quota.take(&self.rule, now - *begin, n).is_ok()
    }
}

impl Part for Limiter {
    fn reset(&self) {
        self.used.replace(None);
    }
}
