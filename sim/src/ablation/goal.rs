//! What is to be kept: named numbers of an [`Outcome`] with bounds.

use super::Outcome;

/// A number of an outcome.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Metric {
    /// The share of the requests that were answered right.
    Goodput,
    /// Errors.
    Errors,
    /// 99 % of the response times, in milliseconds.
    P99Ms,
    /// Database calls.
    DbCalls,
    /// Memory of those who wait, at most, in megabytes.
    MemoryMb,
    /// Calls that are not to the database.
    ExtraCalls,
    /// Expired values given out.
    Stale,
    /// Answers older than a confirmed update.
    Outdated,
}

impl Metric {
    /// All of them, in the order in which tables have them.
    pub const ALL: [Metric; 8] = [
        Metric::Goodput,
        Metric::Errors,
        Metric::P99Ms,
        Metric::DbCalls,
        Metric::MemoryMb,
        Metric::ExtraCalls,
        Metric::Stale,
        Metric::Outdated,
    ];

    /// Its name in goals and in JSON.
    pub fn key(self) -> &'static str {
        match self {
            Metric::Goodput => "goodput",
            Metric::Errors => "errors",
            Metric::P99Ms => "p99_ms",
            Metric::DbCalls => "db_calls",
            Metric::MemoryMb => "memory_mb",
            Metric::ExtraCalls => "extra_calls",
            Metric::Stale => "stale",
            Metric::Outdated => "stale_reads",
        }
    }

    /// Its value.
    pub fn of(self, outcome: &Outcome) -> f64 {
        match self {
            Metric::Goodput => outcome.goodput(),
            Metric::Errors => outcome.errors as f64,
            Metric::P99Ms => outcome.p99().ms(),
            Metric::DbCalls => outcome.db_calls as f64,
            Metric::MemoryMb => outcome.memory_mb(),
            Metric::ExtraCalls => outcome.extra_calls() as f64,
            Metric::Stale => outcome.stale as f64,
            Metric::Outdated => outcome.outdated as f64,
        }
    }

    /// Whether it never gets smaller as a run goes on.
    fn only_grows(self) -> bool {
        !matches!(self, Metric::Goodput | Metric::P99Ms)
    }
}

/// A bound as somebody writes it: `goodput>=0.99`, `db_calls<=2x`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Aim {
    /// Of what.
    pub metric: Metric,
    /// Whether it is a lower bound.
    pub at_least: bool,
    /// The bound.
    pub value: f64,
    /// Whether that is a multiple of what the run with all defences has.
    pub times: bool,
}

impl Aim {
    /// What is kept unless somebody says otherwise: 99 % of the requests are
    /// answered right, and the database is called at most twice as often.
    pub const USUAL: [Aim; 2] = [
        Aim { metric: Metric::Goodput, at_least: true, value: 0.99, times: false },
        Aim { metric: Metric::DbCalls, at_least: false, value: 2.0, times: true },
    ];

    /// Reads it; the error says what is allowed.
    pub fn read(text: &str) -> Result<Aim, String> {
        let keys = Metric::ALL.map(Metric::key).join(", ");
        let allowed = || {
            format!(
                "allowed is METRIC>=NUMBER or METRIC<=NUMBER, with x after the number for a \
                 multiple of what the whole set has; METRIC is one of {keys}"
            )
        };
        let (key, sign, value) = match (text.split_once(">="), text.split_once("<=")) {
            (Some((key, value)), None) => (key, true, value),
            (None, Some((key, value))) => (key, false, value),
            _ => return Err(allowed()),
        };
        let metric = Metric::ALL.into_iter().find(|metric| metric.key() == key);
        let (number, times) = value.strip_suffix('x').map_or((value, false), |n| (n, true));
        let number = number.parse::<f64>().ok().filter(|n| n.is_finite() && *n >= 0.0);
        match (metric, number) {
            (Some(metric), Some(value)) => Ok(Aim { metric, at_least: sign, value, times }),
            _ => Err(allowed()),
        }
    }

    /// As it is written.
    pub fn write(&self) -> String {
        let (sign, times) =
            (if self.at_least { ">=" } else { "<=" }, if self.times { "x" } else { "" });
        format!("{}{sign}{}{times}", self.metric.key(), self.value)
    }
}

/// Bounds that hold together.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Goal {
    /// What, whether it is a lower bound, and the bound.
    bounds: Vec<(Metric, bool, f64)>,
}

impl Goal {
    /// What is aimed at, with what the run with all defences has.
    pub fn new(aims: &[Aim], full: &Outcome) -> Goal {
        let bound = |aim: &Aim| {
            let unit = if aim.times { aim.metric.of(full) } else { 1.0 };
            (aim.metric, aim.at_least, aim.value * unit)
        };
        Goal { bounds: aims.iter().map(bound).collect() }
    }

    /// From its bounds: what, whether it is a lower bound, and the bound.
    pub fn of(bounds: Vec<(Metric, bool, f64)>) -> Goal {
        Goal { bounds }
    }

    /// Its bounds.
    pub fn bounds(&self) -> &[(Metric, bool, f64)] {
        &self.bounds
    }

    /// Whether an outcome keeps it. A run that was given up does not.
    pub fn holds(&self, outcome: &Outcome) -> bool {
        outcome.given_up == 0
            && self.bounds.iter().all(|(metric, at_least, bound)| {
                let value = metric.of(outcome);
                if *at_least { value >= *bound } else { value <= *bound }
            })
    }

    /// Whether a run that has come so far cannot keep it, whatever comes; `sends`
    /// is how many requests it sends in all, if that is certain.
    pub fn is_lost(&self, so_far: &Outcome, sends: Option<u64>) -> bool {
        self.bounds.iter().any(|(metric, at_least, bound)| match (metric, at_least) {
            (Metric::Goodput, true) => sends.is_some_and(|sends| {
                let best = sends.saturating_sub(so_far.errors) as f64;
                best < bound * sends as f64
            }),
            (metric, false) => metric.only_grows() && metric.of(so_far) > *bound,
            _ => false,
        })
    }
}
