//! What comes next, from what has come so far.
//!
//! A number is seen once in each window. Three ways to say what it will be some
//! windows later:
//!
//! - *last*: what it was last. Whatever is cleverer has to beat this.
//! - *EWMA*: a smoothed level, l ← αx + (1−α)l. It is calmer, and late on every
//!   slope.
//! - *Holt*: a level and a trend. The level is smoothed around where the trend
//!   would have taken it, and the trend is smoothed, too:
//!   l′ = αx + (1−α)(l + b), b ← β(l′ − l) + (1−β)b. In h windows it will be
//!   l + hb. It sees a slope early, and overshoots where the slope ends.
//!
//! C. C. Holt, *Forecasting Seasonals and Trends by Exponentially Weighted Moving
//! Averages* (1957; International Journal of Forecasting 20, 2004). Level and
//! trend begin as in Hyndman and Athanasopoulos, *Forecasting: Principles and
//! Practice*, section on trend methods, with a trend of 0.

use crate::scenario::ForecastRule;

/// A forecast that learns window by window.
#[derive(Clone, Copy, Debug)]
pub struct Forecast {
    rule: ForecastRule,
    alpha: f64,
    beta: f64,
    /// Level and trend a window; `None` before anything was seen.
    known: Option<(f64, f64)>,
}

impl Forecast {
    /// One that has seen nothing. `alpha` and `beta` are the weights of what is
    /// new, for the level and for the trend.
    pub fn new(rule: ForecastRule, alpha: f64, beta: f64) -> Forecast {
        Forecast { rule, alpha, beta, known: None }
    }

    /// A window has ended in which it was `x`.
    pub fn see(&mut self, x: f64) {
        let Some((level, trend)) = self.known else {
            self.known = Some((x, 0.0));
            return;
        };
        let smooth = |weight: f64, new: f64, old: f64| weight * new + (1.0 - weight) * old;
        self.known = Some(match self.rule {
            ForecastRule::Last => (x, 0.0),
            ForecastRule::Ewma => (smooth(self.alpha, x, level), 0.0),
            ForecastRule::Holt => {
                let next = smooth(self.alpha, x, level + trend);
                (next, smooth(self.beta, next - level, trend))
            }
        });
    }

    /// What it will be after so many windows. 0 before anything was seen.
    pub fn ahead(&self, windows: f64) -> f64 {
        self.known.map_or(0.0, |(level, trend)| level + windows * trend)
    }
}
