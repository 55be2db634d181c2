//! The steady state, by step of a run, and what left it.

use super::Seen;
use super::seen::Step;
use crate::engine::Nanos;

/// By what one sees that all is well, in each step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Steady {
    /// At least this share of the answers is a value.
    pub goodput: f64,
    /// The 99th percentile of the response times is at most so many times that of
    /// the slowest step in which nothing was broken.
    pub p99_times: f64,
    /// So many times as many database calls as in its busiest step, at most.
    pub calls_times: f64,
}

impl Default for Steady {
    fn default() -> Steady {
        Steady { goodput: 0.99, p99_times: 2.0, calls_times: 2.0 }
    }
}

/// How far a number left its bound.
#[derive(Clone, Debug, PartialEq)]
pub struct Radius {
    /// Which.
    pub number: &'static str,
    /// Its bound: a share, milliseconds, or calls in a step.
    pub bound: f64,
    /// The worst value.
    pub worst: f64,
    /// From when to when it was outside at some time, in milliseconds.
    pub from_ms: f64,
    /// The end of the last step in which it was.
    pub until_ms: f64,
    /// In all, in milliseconds.
    pub outside_ms: f64,
}

/// What came of some faults.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Each number that left its bound.
    pub radius: Vec<Radius>,
    /// Requests sent.
    pub requests: u64,
    /// Errors more than where nothing was broken.
    pub lost: u64,
    /// Of these, sent or not, errors in all.
    pub errors: u64,
}

impl Report {
    /// Whether no number left its bound.
    pub fn holds(&self) -> bool {
        self.radius.is_empty()
    }
}

/// The bounds that follow from a steady state and a run in which nothing was broken.
#[derive(Clone, Debug, PartialEq)]
pub struct Bounds {
    /// How long a step is.
    pub step: Nanos,
    goodput: f64,
    p99_ms: f64,
    db_calls: f64,
    errors: u64,
}

/// A number of a step; none if nothing is known of it.
type Read = fn(&Step) -> Option<f64>;

impl Steady {
    /// By a run in which nothing was broken.
    pub fn bounds(&self, calm: &Seen) -> Bounds {
        let most = |read: Read| calm.steps.iter().filter_map(read).fold(0.0, f64::max);
        Bounds {
            step: calm.step,
            goodput: self.goodput,
            p99_ms: self.p99_times * most(p99_ms),
            db_calls: self.calls_times * most(db_calls),
            errors: calm.errors,
        }
    }
}

impl Bounds {
    /// What left them in a run.
    pub fn report(&self, seen: &Seen) -> Report {
        let numbers: [(&'static str, Read, f64, bool); 3] = [
            ("goodput", goodput, self.goodput, true),
            ("p99_ms", p99_ms, self.p99_ms, false),
            ("db_calls", db_calls, self.db_calls, false),
        ];
        let radius = numbers.into_iter().filter_map(|(number, read, bound, at_least)| {
            radius(number, read, bound, at_least, seen)
        });
        Report {
            radius: radius.collect(),
            requests: seen.requests,
            lost: seen.errors.saturating_sub(self.errors),
            errors: seen.errors,
        }
    }
}

fn radius(
    number: &'static str,
    read: Read,
    bound: f64,
    at_least: bool,
    seen: &Seen,
) -> Option<Radius> {
    let values = seen.steps.iter().map(read).enumerate();
    let is_out = |value: f64| if at_least { value < bound } else { value > bound };
    let out: Vec<(usize, f64)> =
        values.filter_map(|(i, value)| Some((i, value?))).filter(|(_, v)| is_out(*v)).collect();
    let ((first, _), (last, _)) = (*out.first()?, *out.last()?);
    let step = seen.step.ms();
    let worse = |a: f64, b: f64| if at_least { a.min(b) } else { a.max(b) };
    Some(Radius {
        number,
        bound,
        worst: out.iter().map(|(_, value)| *value).fold(out[0].1, worse),
        from_ms: first as f64 * step,
        until_ms: (last + 1) as f64 * step,
        outside_ms: out.len() as f64 * step,
    })
}

fn goodput(step: &Step) -> Option<f64> {
    let answered = step.ok + step.errors;
    (answered > 0).then(|| step.ok as f64 / answered as f64)
}

fn p99_ms(step: &Step) -> Option<f64> {
    (step.p99 > Nanos(0)).then(|| step.p99.ms())
}

fn db_calls(step: &Step) -> Option<f64> {
    Some(step.db_calls as f64)
}
