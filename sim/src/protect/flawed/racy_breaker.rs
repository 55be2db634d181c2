//! Flawed: a breaker that anybody may close.
//!
//! Two mistakes, each with its own symptom:
//!
//! - *half-open lets everybody through*: the first caller after the pause
//!   changes the state, and nothing counts who passes then, so the whole herd
//!   hits a database that has just come back;
//! - *it believes late results*: a call that began before the breaker opened
//!   and succeeds afterwards closes it, though the database is still down; and
//!   late failures keep prolonging the pause.
//!
//! Seen in hand-written breakers that hold a state, a counter and a time.

use std::cell::Cell;

use crate::engine::Nanos;
use crate::protect::Loaded;
use crate::protect::breaker::State;
use crate::protect::layer::{Layer, Next, Part};
use crate::scenario::BreakerSpec;
use crate::telemetry::{Kind, Reason};
use crate::world::Request;

/// A breaker of one process.
pub struct CountingBreaker {
    threshold: u32,
    pause: Nanos,
    process: u32,
    state: Cell<State>,
    failures: Cell<u32>,
    last_failure: Cell<Nanos>,
}

impl Layer for CountingBreaker {
    async fn call(&self, request: &Request<'_>, next: impl Next) -> Loaded {
        let core = &request.world.core;
        // The first bug: once it is half-open, everybody passes this.
        if self.state.get() == State::Open {
            if core.now().since(self.last_failure.get()) <= self.pause {
                request.note(Kind::Refuse, Reason::BreakerOpen as u32);
                return Err(Reason::BreakerOpen);
            }
            // The first bug as well: from here on, nobody is refused.
            self.set(State::HalfOpen, request);
        }
        let loaded = next.load(request).await;
        request.note(Kind::Count, loaded.is_err().into());
        // The second bug: when this call began does not matter.
        if loaded.is_err() {
            self.failures.set(self.failures.get() + 1);
            self.last_failure.set(core.now());
            if self.failures.get() >= self.threshold {
                self.set(State::Open, request);
            }
        } else {
            self.failures.set(0);
            // The second bug as well: an old success closes it.
            self.set(State::Closed, request);
        }
        loaded
    }
}

impl CountingBreaker {
    /// A closed breaker.
    pub fn new(spec: &BreakerSpec, process: u32) -> CountingBreaker {
        CountingBreaker {
            threshold: spec.failures,
            pause: Nanos::from_ms(spec.open_ms),
            process,
            state: Cell::new(State::Closed),
            failures: Cell::new(0),
            last_failure: Cell::new(Nanos::ZERO),
        }
    }

    fn set(&self, state: State, request: &Request<'_>) {
        if self.state.replace(state) != state {
            let kind = match state {
                State::Open => Kind::Trip,
                State::HalfOpen => Kind::HalfOpen,
                State::Closed => Kind::Close,
            };
            request.note(kind, self.process);
        }
    }

    /// What it is doing.
    pub fn state(&self) -> State {
        self.state.get()
    }
}

impl Part for CountingBreaker {
    fn reset(&self) {
        self.state.set(State::Closed);
        self.failures.set(0);
    }
}
