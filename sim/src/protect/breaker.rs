//! A circuit breaker: stop asking a database that fails.
//!
//! - *Closed*: everything passes, and results are counted. When the rule says
//!   so, it opens.
//! - *Open*: everything is refused at once, for a while. The database gets rest.
//! - *Half-open*: a few calls pass, to see. If they succeed it closes, if not
//!   it opens again; all others are refused meanwhile.
//!
//! Each change of state starts a new *generation*. A result that belongs to an
//! older one says nothing about now, and is ignored. What is not the
//! database's fault ("not found", a client that left) is not counted.
//!
//! One per process: N processes must see N times the failures.
//!
//! Semantics: sony/gobreaker v2; the sliding window is resilience4j's (see
//! `window.rs`).

use std::cell::RefCell;

use super::Loaded;
use super::layer::{Layer, Next, Part};
use super::tally::{Counts, Outcome, outcome};
use super::window::Window;
use crate::engine::Nanos;
use crate::scenario::{BreakerRule, BreakerSpec};
use crate::telemetry::{Kind, Reason};
use crate::world::Request;

/// A breaker of one process.
pub struct Breaker {
    spec: BreakerSpec,
    process: u32,
    now: RefCell<Now>,
}

/// What a breaker is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Everything passes.
    Closed,
    /// A few pass, to see.
    HalfOpen,
    /// Nothing passes.
    Open,
}

struct Now {
    state: State,
    generation: u32,
    counts: Counts,
    window: Window,
    /// When the state, or the counts, come to their end.
    expiry: Option<Nanos>,
}

impl Layer for Breaker {
    async fn call(&self, request: &Request<'_>, next: impl Next) -> Loaded {
        let core = &request.world.core;
        let generation = self.before(core.now(), request).inspect_err(|reason| {
            request.note(Kind::Refuse, *reason as u32);
        })?;
        let call = Call { breaker: self, request, generation, open: true };
        let begin = core.now();
        let loaded = next.load(request).await;
        call.end(core.now(), outcome(&loaded), core.now() - begin);
        loaded
    }
}

impl Breaker {
    /// A closed breaker.
    pub fn new(spec: &BreakerSpec, process: u32) -> Breaker {
        let now = Now {
            state: State::Closed,
            generation: 0,
            counts: Counts::default(),
            window: Window::new(spec),
            expiry: None,
        };
        Breaker { spec: spec.clone(), process, now: RefCell::new(now) }
    }

    /// Asks to pass: the generation that the result will belong to.
    pub fn before(&self, now: Nanos, request: &Request<'_>) -> Result<u32, Reason> {
        let mut current = self.now.borrow_mut();
        self.expire(&mut current, now, request);
        match current.state {
            State::Open => return Err(Reason::BreakerOpen),
            State::HalfOpen if current.counts.requests >= self.spec.half_open => {
                return Err(Reason::TooManyRequests);
            }
            _ => {}
        }
        current.counts.requests += 1;
        Ok(current.generation)
    }

    /// Takes a result in.
    pub fn after(
        &self,
        generation: u32,
        now: Nanos,
        outcome: Outcome,
        took: Nanos,
        request: &Request<'_>,
    ) {
        let current = &mut *self.now.borrow_mut();
        self.expire(current, now, request);
        // A late result says nothing about now.
        if generation != current.generation {
            return;
        }
        if outcome == Outcome::Excluded {
            current.give_back();
            return;
        }
        current.counts.add(outcome);
        current.window.add(outcome, took);
        request.note(Kind::Count, (outcome == Outcome::Failure).into());
        match (current.state, self.verdict(current)) {
            (State::Closed, Some(false)) | (State::HalfOpen, Some(false)) => {
                self.change(current, now, State::Open, request);
            }
            (State::HalfOpen, Some(true)) => self.change(current, now, State::Closed, request),
            _ => {}
        }
    }

    /// Good, bad, or not enough is known.
    fn verdict(&self, current: &Now) -> Option<bool> {
        let counts = current.counts;
        match (self.spec.rule, current.state) {
            // All that were let through must have ended.
            (BreakerRule::Window, State::HalfOpen) => {
                current.window.verdict_after(self.spec.half_open)
            }
            (BreakerRule::Window, _) => current.window.verdict(),
            (_, State::HalfOpen) if counts.consecutive_failures > 0 => Some(false),
            (_, State::HalfOpen) => {
                (counts.consecutive_successes >= self.spec.half_open).then_some(true)
            }
            // Only a failure can open it.
            _ if counts.consecutive_failures == 0 => None,
            (BreakerRule::Consecutive, _) => {
                (counts.consecutive_failures >= self.spec.failures).then_some(false)
            }
            (BreakerRule::Ratio, _) => {
                let share = f64::from(counts.failures) / f64::from(counts.requests);
                let enough = counts.requests >= self.spec.min_calls;
                (enough && share >= self.spec.failure_rate).then_some(false)
            }
        }
    }

    /// What has come to its end by `now`.
    fn expire(&self, current: &mut Now, now: Nanos, request: &Request<'_>) {
        match (current.state, current.expiry) {
            (State::Open, Some(end)) if now > end => {
                self.change(current, now, State::HalfOpen, request);
            }
            (State::Closed, Some(end)) if now > end => self.begin(current, now),
            (State::Closed, None) => self.begin(current, now),
            _ => {}
        }
    }

    fn change(&self, current: &mut Now, now: Nanos, state: State, request: &Request<'_>) {
        current.state = state;
        self.begin(current, now);
        let kind = match state {
            State::Open => Kind::Trip,
            State::HalfOpen => Kind::HalfOpen,
            State::Closed => Kind::Close,
        };
        request.note(kind, self.process);
    }

    /// Starts a new generation.
    fn begin(&self, current: &mut Now, now: Nanos) {
        current.generation += 1;
        current.counts = Counts::default();
        current.window.clear();
        current.expiry = match current.state {
            State::Closed => Some(match self.spec.interval_ms {
                0.0 => Nanos::MAX,
                span => now + Nanos::from_ms(span),
            }),
            State::Open => Some(now + Nanos::from_ms(self.spec.open_ms)),
            State::HalfOpen => None,
        };
    }

    /// What it is doing, as of the last call.
    pub fn state(&self) -> State {
        self.now.borrow().state
    }

    /// The counts of this generation.
    pub fn counts(&self) -> Counts {
        self.now.borrow().counts
    }
}

impl Part for Breaker {
    fn reset(&self) {
        let current = &mut *self.now.borrow_mut();
        current.state = State::Closed;
        self.begin(current, Nanos::ZERO);
        current.expiry = None;
    }
}

impl Now {
    /// A call ended without a verdict: half-open, its permit is free again.
    fn give_back(&mut self) {
        if self.state == State::HalfOpen {
            self.counts.requests -= 1;
        }
    }
}

/// A call that passed. If it is dropped, its client has left, which is not
/// the database's fault.
struct Call<'a> {
    breaker: &'a Breaker,
    request: &'a Request<'a>,
    generation: u32,
    open: bool,
}

impl Call<'_> {
    fn end(mut self, now: Nanos, outcome: Outcome, took: Nanos) {
        self.open = false;
        self.breaker.after(self.generation, now, outcome, took, self.request);
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        let current = &mut *self.breaker.now.borrow_mut();
        if self.open && current.generation == self.generation {
            current.give_back();
        }
    }
}
