//! A breaker's sliding window: the last so many calls.
//!
//! It is judged after every result, a good one too: once there are enough
//! calls, a share of failures at or above the limit opens the breaker, and so
//! does a share of slow calls. Slow is strictly longer than the limit.
//!
//! Semantics: resilience4j, `CircuitBreaker` with a count-based window.

use std::collections::VecDeque;

use super::tally::Outcome;
use crate::engine::Nanos;
use crate::scenario::BreakerSpec;

/// The last calls, newest at the back.
pub struct Window {
    calls: VecDeque<Call>,
    size: usize,
    least: usize,
    slow: Nanos,
    failure_rate: f64,
    slow_rate: f64,
}

#[derive(Clone, Copy)]
struct Call {
    failed: bool,
    slow: bool,
}

impl Window {
    /// An empty window. The minimum of calls is at most its size.
    pub fn new(spec: &BreakerSpec) -> Window {
        let size = spec.window_calls as usize;
        Window {
            calls: VecDeque::new(),
            size,
            least: (spec.min_calls as usize).min(size),
            slow: Nanos::from_ms(spec.slow_ms),
            failure_rate: spec.failure_rate,
            slow_rate: spec.slow_rate,
        }
    }

    /// Takes a result in; the oldest falls out.
    pub fn add(&mut self, outcome: Outcome, took: Nanos) {
        if self.calls.len() == self.size {
            self.calls.pop_front();
        }
        self.calls.push_back(Call { failed: outcome == Outcome::Failure, slow: took > self.slow });
    }

    /// False if it is bad, `None` if there are too few calls or all is well.
    pub fn verdict(&self) -> Option<bool> {
        (self.calls.len() >= self.least && self.is_bad()).then_some(false)
    }

    /// Good or bad, once so many calls have ended.
    pub fn verdict_after(&self, calls: u32) -> Option<bool> {
        (self.calls.len() >= calls as usize).then(|| !self.is_bad())
    }

    fn is_bad(&self) -> bool {
        let all = self.calls.len() as f64;
        let share =
            |is: fn(&Call) -> bool| self.calls.iter().filter(|c| is(c)).count() as f64 / all;
        share(|c| c.failed) >= self.failure_rate || share(|c| c.slow) >= self.slow_rate
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.calls.clear();
    }
}
