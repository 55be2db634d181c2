//! How many processes there should be: the rule of Kubernetes'
//! HorizontalPodAutoscaler (`autoscaling/v2`, with its default behavior).
//!
//! The wish is `⌈ready × measure ÷ target⌉`, unless the ratio is within the
//! tolerance of 1. Processes that are not ready count as idle if they would
//! otherwise not be enough, which may only make the wish smaller. Then the
//! largest wish of the last minutes is the one that counts, so that one quiet
//! moment takes nobody away; and in each period at most four are added, or as
//! many as there are.

use std::collections::VecDeque;

use crate::engine::Nanos;
use crate::scenario::AutoscaleSpec;

/// What was wished for lately.
pub struct Autoscaler {
    spec: AutoscaleSpec,
    wishes: VecDeque<(Nanos, u32)>,
}

/// So many are added in a period, however few there are.
const ADDED: u32 = 4;

impl Autoscaler {
    /// Begins with so many, which it takes for a wish.
    pub fn new(spec: &AutoscaleSpec, processes: u32) -> Autoscaler {
        let wishes = VecDeque::from([(Nanos::ZERO, processes)]);
        Autoscaler { spec: spec.clone(), wishes }
    }

    /// How many there shall be. `ready` are the measures of those that answer
    /// requests; `unready` are on the way.
    pub fn decide(&mut self, now: Nanos, ready: &[f64], unready: u32) -> u32 {
        let current = ready.len() as u32 + unready;
        let wish = wish(ready, unready, self.spec.target, self.spec.tolerance);
        self.wishes.push_back((now, wish));
        self.settle(now, current)
    }

    /// The largest wish that is not too old, within what may change at once.
    fn settle(&mut self, now: Nanos, current: u32) -> u32 {
        let window = Nanos::from_ms(self.spec.stabilize_ms);
        let newest = self.wishes.back().map_or(current, |(_, wish)| *wish);
        self.wishes.retain(|(at, _)| now.since(*at) < window);
        let largest = self.wishes.iter().map(|(_, wish)| *wish).max().unwrap_or(newest);
        // Up at once, down only to the largest.
        let stable = if newest >= current { newest } else { current.min(largest) };
        let most = current.saturating_mul(2).max(current + ADDED).min(self.spec.max);
        stable.clamp(self.spec.min.min(most), most)
    }
}

/// How many processes one look asks for.
pub fn wish(ready: &[f64], unready: u32, target: f64, tolerance: f64) -> u32 {
    let current = ready.len() as u32 + unready;
    let sum: f64 = ready.iter().sum();
    let ratio = |processes: u32| sum / f64::from(processes) / target;
    let is_close = |ratio: f64| (1.0 - ratio).abs() <= tolerance;
    let counted = ready.len() as u32;
    if counted == 0 {
        // Nothing is known.
        return current;
    }
    let first = ratio(counted);
    if unready == 0 || first <= 1.0 {
        return if is_close(first) { current } else { rounded_up(first, counted) };
    }
    // More are wanted, and some are on the way.
    let ratio = ratio(current);
    if is_close(ratio) || ratio < 1.0 {
        return current;
    }
    rounded_up(ratio, current)
}

fn rounded_up(ratio: f64, processes: u32) -> u32 {
    (ratio * f64::from(processes)).ceil() as u32
}
