//! Adaptive throttling: ask for no more than about K times what is accepted.
//!
//! Each process counts, over a window, what it asked for and what was
//! accepted. While nearly all is accepted, nothing is refused. When the
//! database fails, a growing share is refused here, at no cost to it, and just
//! enough still passes to notice when it is well again.
//!
//! p(refuse) = max(0, (requests − K·accepts) / (requests + 1)); what is refused
//! here counts as a request.
//!
//! Google, *Site Reliability Engineering*, "Handling Overload": K = 2, two minutes.

use std::cell::RefCell;
use std::collections::VecDeque;

use super::Loaded;
use super::layer::{Layer, Next, Part};
use crate::engine::Nanos;
use crate::engine::streams::{Purpose, Stream};
use crate::scenario::ThrottleSpec;
use crate::telemetry::{Kind, Reason};
use crate::world::Request;

/// Into how many steps the window is cut.
const STEPS: u64 = 60;

/// The throttle of one process.
pub struct Throttle {
    k: f64,
    step: Nanos,
    counts: RefCell<Counts>,
    random: RefCell<Stream>,
}

#[derive(Default)]
struct Counts {
    /// By step, oldest first: its number, requests, accepts.
    steps: VecDeque<(u64, u32, u32)>,
    requests: u32,
    accepts: u32,
}

impl Layer for Throttle {
    async fn call(&self, request: &Request<'_>, next: impl Next) -> Loaded {
        let core = &request.world.core;
        let chance = self.refusal(core.now());
        self.count(core.now(), 1, 0);
        if self.random.borrow_mut().unit() < chance {
            request.note(Kind::Refuse, Reason::Throttled as u32);
            return Err(Reason::Throttled);
        }
        let loaded = next.load(request).await;
        if matches!(loaded, Ok(_) | Err(Reason::NotFound)) {
            self.count(core.now(), 0, 1);
        }
        loaded
    }
}

impl Throttle {
    /// Nothing has been asked for yet.
    pub fn new(spec: &ThrottleSpec, process: u32, seed: u64) -> Throttle {
        Throttle {
            k: spec.k,
            step: Nanos((Nanos::from_ms(spec.window_ms).0 / STEPS).max(1)),
            counts: RefCell::default(),
            random: RefCell::new(Stream::new(seed, Purpose::Throttle, process.into())),
        }
    }

    /// The probability with which a request is refused now.
    pub fn refusal(&self, now: Nanos) -> f64 {
        self.count(now, 0, 0);
        let Counts { requests, accepts, .. } = *self.counts.borrow();
        let (requests, accepts) = (f64::from(requests), f64::from(accepts));
        ((requests - self.k * accepts) / (requests + 1.0)).max(0.0)
    }

    /// Counts, and forgets what is older than the window.
    pub fn count(&self, now: Nanos, requests: u32, accepts: u32) {
        let counts = &mut *self.counts.borrow_mut();
        let step = now.0 / self.step.0;
        while let Some((first, gone, kept)) = counts.steps.front().copied()
            && first + STEPS <= step
        {
            counts.steps.pop_front();
            counts.requests -= gone;
            counts.accepts -= kept;
        }
        if counts.steps.back().is_none_or(|last| last.0 != step) {
            counts.steps.push_back((step, 0, 0));
        }
        if let Some((_, asked, kept)) = counts.steps.back_mut() {
            *asked += requests;
            *kept += accepts;
        }
        counts.requests += requests;
        counts.accepts += accepts;
    }
}

impl Part for Throttle {
    fn reset(&self) {
        *self.counts.borrow_mut() = Counts::default();
    }
}
