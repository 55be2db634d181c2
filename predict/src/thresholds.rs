//! Three fixed thresholds, of which any raises the alarm: requests a second,
//! growth, share velocity. Where they stand was decided once, and none of them
//! knows of the others.

use super::features::Seen;
use super::judged::Judged;
use super::sample::Example;

/// Beyond which an alarm is raised.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Thresholds {
    /// Requests a second.
    pub requests: f64,
    /// Shares in the second half of the time, for each in the first.
    pub growth: f64,
    /// Shares in a minute.
    pub velocity: f64,
}

/// How many values each is tried at.
const TRIED: usize = 12;

impl Thresholds {
    /// Whether any is passed.
    pub fn alarm(&self, seen: &Seen) -> bool {
        seen.requests > self.requests || seen.growth > self.growth || seen.velocity > self.velocity
    }

    /// Those that would have been best (F1) for what is known, so that a comparison
    /// is fair: each at values that so many of the examples pass.
    pub fn best(known: &[Example]) -> Thresholds {
        let levels = |value: fn(&Seen) -> f64| {
            let mut sorted: Vec<f64> = known.iter().map(|example| value(&example.seen)).collect();
            sorted.sort_by(f64::total_cmp);
            // The last one is passed by nobody.
            (1..=TRIED).map(move |level| sorted[(sorted.len() - 1) * level / TRIED])
        };
        let mut best = (0.0, Thresholds { requests: 0.0, growth: 0.0, velocity: 0.0 });
        for requests in levels(|seen| seen.requests) {
            for growth in levels(|seen| seen.growth) {
                for velocity in levels(|seen| seen.velocity) {
                    let tried = Thresholds { requests, growth, velocity };
                    let f1 = Judged::of(known, |example| tried.alarm(&example.seen)).f1();
                    if f1 > best.0 {
                        best = (f1, tried);
                    }
                }
            }
        }
        best.1
    }
}
