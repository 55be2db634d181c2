//! Trying again: when it helps, and how it becomes the problem.
//!
//! A failed request may work the next time. But requests fail most when a
//! system is overloaded, and every retry is one more request: with r retries
//! at each of k layers, (r + 1)^k. Waiting longer and longer spreads them
//! out; jitter keeps clients that failed together from coming back together;
//! a *budget* bounds them as a share of all requests, whatever happens.
//!
//! M. Brooker, *Exponential Backoff and Jitter* (AWS, 2015), and its
//! simulator; the budget as in Google's *Site Reliability Engineering*,
//! "Handling Overload" (10 %), and Finagle's `RetryBudget`.

use std::cell::{Cell, RefCell};

use crate::engine::Nanos;
use crate::engine::streams::{Purpose, Stream};
use crate::scenario::{Backoff, ClientSpec};
use crate::telemetry::Reason;

/// The retry policy that all clients share.
pub struct Retry {
    most: u32,
    backoff: Backoff,
    base: Nanos,
    cap: Nanos,
    budget: Option<Budget>,
    random: RefCell<Stream>,
}

impl Retry {
    /// A policy nobody has used yet.
    pub fn new(spec: &ClientSpec, seed: u64) -> Retry {
        Retry {
            most: spec.retries,
            backoff: spec.backoff,
            base: Nanos::from_ms(spec.backoff_ms),
            cap: Nanos::from_ms(spec.backoff_cap_ms),
            budget: (spec.retry_budget > 0.0).then(|| Budget::new(spec.retry_budget)),
            random: RefCell::new(Stream::new(seed, Purpose::Backoff, 0)),
        }
    }

    /// A client sends a request for the first time.
    pub fn first_try(&self) {
        if let Some(budget) = &self.budget {
            budget.deposit();
        }
    }

    /// Whether to try again after the `n`-th failure (from 1), and after how
    /// long; `last` is how long it waited before.
    pub fn again(&self, reason: Reason, n: u32, last: Nanos) -> Option<Nanos> {
        let allowed = n <= self.most
            && reason != Reason::NotFound
            && self.budget.as_ref().is_none_or(Budget::withdraw);
        allowed.then(|| {
            delay(self.backoff, self.base, self.cap, n, last, &mut self.random.borrow_mut())
        })
    }
}

/// How long to wait after the `n`-th failure, from 1; `last` is how long it
/// was before. With v = min(cap, base · 2ⁿ).
pub fn delay(
    backoff: Backoff,
    base: Nanos,
    cap: Nanos,
    n: u32,
    last: Nanos,
    random: &mut Stream,
) -> Nanos {
    let mut between =
        |from: Nanos, to: Nanos| from + Nanos::from_f64(to.since(from).0 as f64 * random.unit());
    let doubled = Nanos(base.0.saturating_mul(1 << n.min(40))).min(cap);
    match backoff {
        Backoff::None => Nanos::ZERO,
        Backoff::Fixed => base,
        Backoff::Exponential => doubled,
        Backoff::Full => between(Nanos::ZERO, doubled),
        Backoff::Equal => between(Nanos(doubled.0 / 2), doubled),
        Backoff::Decorrelated => between(base, Nanos(3 * last.max(base).0)).min(cap),
    }
}

/// Retries allowed: each request brings a share of one, and each retry costs
/// one. So many can be saved up at most.
pub struct Budget {
    share: f64,
    balance: Cell<f64>,
}

/// The most retries that can be saved up.
const SAVED: f64 = 100.0;

impl Budget {
    /// An empty budget.
    pub fn new(share: f64) -> Budget {
        Budget { share, balance: Cell::new(0.0) }
    }

    /// A request was sent.
    pub fn deposit(&self) {
        self.balance.set((self.balance.get() + self.share).min(SAVED));
    }

    /// Whether a retry may be sent; if so, it is paid for.
    pub fn withdraw(&self) -> bool {
        let enough = self.balance.get() >= 1.0;
        if enough {
            self.balance.set(self.balance.get() - 1.0);
        }
        enough
    }
}
