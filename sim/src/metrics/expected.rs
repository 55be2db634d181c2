//! What load a process expects.
//!
//! The same forecast as load prediction makes (`protect/predict.rs`), window by
//! window, but for each group of keys by itself. Its rules are linear, so the
//! forecasts of all groups add up to that of all requests.

use crate::engine::Nanos;
use crate::metrics::labels::PATTERNS;
use crate::protect::forecast::Forecast;
use crate::scenario::PredictSpec;

/// After so many windows without anybody, it begins anew, as the prediction does.
const IDLE: u64 = 1_000;

/// The forecasts of a process.
#[derive(Clone, Copy)]
pub struct Expected {
    forecasts: [Forecast; PATTERNS],
    /// Requests in the window that goes on, and when it ends.
    counts: [u32; PATTERNS],
    end: Nanos,
    high: [bool; PATTERNS],
}

impl Expected {
    /// Nothing has been seen yet; windows begin at `begin`.
    fn since(spec: &PredictSpec, begin: Nanos) -> Expected {
        let forecast = Forecast::new(spec.rule, spec.alpha, spec.beta);
        let end = begin + Nanos::from_ms(spec.window_ms);
        Expected {
            forecasts: [forecast; PATTERNS],
            counts: [0; PATTERNS],
            end,
            high: [false; PATTERNS],
        }
    }

    /// A process that has just been started.
    pub fn new(spec: &PredictSpec) -> Expected {
        Expected::since(spec, Nanos::ZERO)
    }

    /// A request comes in. Which groups of keys are from now on expected to be asked
    /// for more than is well, and were not before.
    pub fn come(&mut self, spec: &PredictSpec, now: Nanos, pattern: usize) -> [bool; PATTERNS] {
        let rolled = self.roll(spec, now);
        self.counts[pattern] += 1;
        if !rolled {
            return [false; PATTERNS];
        }
        let before = self.high;
        self.high = std::array::from_fn(|i| self.level(spec, i) > spec.share);
        std::array::from_fn(|i| self.high[i] && !before[i])
    }

    /// What share of the process's capacity is expected to be asked for, by what is
    /// known at `now`.
    pub fn at(&self, spec: &PredictSpec, now: Nanos, pattern: usize) -> f64 {
        let mut then = *self;
        then.roll(spec, now);
        then.level(spec, pattern)
    }

    fn level(&self, spec: &PredictSpec, pattern: usize) -> f64 {
        self.forecasts[pattern].ahead(spec.ahead) / spec.capacity
    }

    /// Ends the windows that are over; whether any was.
    fn roll(&mut self, spec: &PredictSpec, now: Nanos) -> bool {
        let window = Nanos::from_ms(spec.window_ms);
        if now.since(self.end) > Nanos(IDLE * window.0) {
            *self = Expected {
                high: self.high,
                ..Expected::since(spec, Nanos(now.0 - now.0 % window.0))
            };
            return true;
        }
        let over = now >= self.end;
        while now >= self.end {
            for (forecast, count) in self.forecasts.iter_mut().zip(&mut self.counts) {
                forecast.see(f64::from(std::mem::take(count)) / window.secs());
            }
            self.end += window;
        }
        over
    }
}
