//! What a series will be, and alarms by that: the last value, EWMA, Holt.
//!
//! - *last*: it stays as it is. Whoever forecasts has to do better than that.
//! - *EWMA*: s ← αx + (1 − α)s, and it stays there. Calm, and behind.
//! - *Holt*: a level and a trend, ℓ ← αx + (1 − α)(ℓ + b), b ← β(ℓ − ℓ₋₁) + (1 − β)b;
//!   in h steps it will be ℓ + hb. Ahead of a rise, and beyond a peak.
//!
//! Holt, *Forecasting Seasonals and Trends by Exponentially Weighted Moving
//! Averages*, ONR Memorandum 52, 1957 (International Journal of Forecasting 20,
//! 2004); Hyndman and Athanasopoulos, *Forecasting: Principles and Practice*.

use stampede_sim::engine::streams::{Purpose, Stream};
use stampede_sim::protect::forecast::Forecast;
use stampede_sim::scenario::ForecastRule;

/// An alarm is raised if the load is to be above this (a share of what can be
/// served).
pub const LEVEL: f64 = 0.8;

/// How to forecast.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Method {
    /// The last value stays.
    Last,
    /// A weighted average stays: how much the newest value counts.
    Ewma(f64),
    /// A level and a trend: how much the newest value counts for each.
    Holt(f64, f64),
}

/// At each step of a series, from what has been seen until then, what it will be
/// `ahead` steps later.
pub fn forecasts(method: Method, series: &[f64], ahead: u32) -> Vec<f64> {
    let mut forecast = match method {
        Method::Last => Forecast::new(ForecastRule::Last, 1.0, 0.0),
        Method::Ewma(alpha) => Forecast::new(ForecastRule::Ewma, alpha, 0.0),
        Method::Holt(alpha, beta) => Forecast::new(ForecastRule::Holt, alpha, beta),
    };
    let step = |value: &f64| {
        forecast.see(*value);
        forecast.ahead(f64::from(ahead))
    };
    series.iter().map(step).collect()
}

/// What came of the alarms by forecasts.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Alarms {
    /// Steps at which an alarm was right: the load was above the level then.
    pub right: u32,
    /// At which it was wrong.
    pub wrong: u32,
    /// At which one was missing.
    pub missing: u32,
    /// How often the load rose above the level.
    pub rises: u32,
    /// How many steps before that there had been an alarm without a break, in all.
    pub lead: u32,
}

impl Alarms {
    /// Of forecasts for `ahead` steps later.
    pub fn of(series: &[f64], forecasts: &[f64], ahead: u32) -> Alarms {
        let alarm = |at: usize| forecasts[at] > LEVEL;
        let mut alarms = Alarms::default();
        for (now, later) in (ahead as usize..series.len()).enumerate() {
            match (alarm(now), series[later] > LEVEL) {
                (true, true) => alarms.right += 1,
                (true, false) => alarms.wrong += 1,
                (false, true) => alarms.missing += 1,
                (false, false) => {}
            }
        }
        let rises = (1..series.len()).filter(|at| series[*at] > LEVEL && series[at - 1] <= LEVEL);
        for rise in rises {
            alarms.rises += 1;
            alarms.lead += (0..rise).rev().take_while(|at| alarm(*at)).count() as u32;
        }
        alarms
    }

    /// Which share of the alarms was right; `None` without an alarm.
    pub fn precision(&self) -> Option<f64> {
        share(self.right, self.wrong)
    }

    /// For which share of the high load there was an alarm; `None` if it was never
    /// high.
    pub fn recall(&self) -> Option<f64> {
        share(self.right, self.missing)
    }

    /// By how many steps a rise is foreseen, on average; `None` without a rise.
    pub fn mean_lead(&self) -> Option<f64> {
        (self.rises > 0).then(|| f64::from(self.lead) / f64::from(self.rises))
    }

    /// What it costs, if a step without a needed alarm costs `missing` times as much
    /// as one with a needless alarm.
    pub fn cost(&self, missing: f64) -> f64 {
        f64::from(self.wrong) + missing * f64::from(self.missing)
    }

    /// Of several series together.
    pub fn sum(all: impl Iterator<Item = Alarms>) -> Alarms {
        all.fold(Alarms::default(), |sum, one| Alarms {
            right: sum.right + one.right,
            wrong: sum.wrong + one.wrong,
            missing: sum.missing + one.missing,
            rises: sum.rises + one.rises,
            lead: sum.lead + one.lead,
        })
    }
}

fn share(of: u32, others: u32) -> Option<f64> {
    (of + others > 0).then(|| f64::from(of) / f64::from(of + others))
}

/// A load of so many steps: it goes to a new value now and then, in a straight
/// line, and trembles by `noise`.
pub fn load(seed: u64, steps: usize, noise: f64) -> Vec<f64> {
    let mut random = Stream::new(seed, Purpose::Loads, 0);
    let (mut value, mut slope, mut left) = (0.4, 0.0, 0);
    let step = |_| {
        if left == 0 {
            left = 10 + random.below(30);
            slope = (0.2 + random.unit() - value) / left as f64;
        }
        left -= 1;
        value += slope;
        (value + noise * (2.0 * random.unit() - 1.0)).max(0.0)
    };
    (0..steps).map(step).collect()
}
