//! What an expression is, at an instant or at many, with the semantics of
//! Prometheus 2.42 (`promql/engine.go`, `promql/functions.go`).
//!
//! As there, each part of an expression is evaluated at all instants before
//! what is around it, so that series are chosen and matched once, and the ends
//! of a range move on without looking back. **A range holds both its ends**
//! (`[t - range, t]`), and so does the lookback of an instant, as in every
//! Prometheus 2; version 3 leaves out the earlier end of either.

mod aggregate;
mod binary;
mod call;
mod error;
mod histogram;
mod line;
mod maths;
mod over_time;
mod pairing;
mod select;

use crate::Millis;
use crate::parse::{Expr, Kind, Type};
use crate::series::{Labels, Series, Store};

pub use error::{Error, Mistake, Side};
pub use line::Line;

/// How long ago a sample may be that is still a series' value, in ms.
pub const LOOKBACK: Millis = 300_000;
/// How many values a part of a query may have.
const MOST: usize = 5_000_000;
/// How many samples the ranges of a function may have in all, each counted as
/// often as it is gone through: more takes seconds.
const MOST_WORK: usize = 300_000_000;

/// Instants with equal spans between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// The first, in ms.
    pub start: Millis,
    /// From each to the next, in ms.
    pub step: Millis,
    /// How many.
    pub count: usize,
}

impl Times {
    /// One instant.
    pub fn at(t: Millis) -> Self {
        Self { start: t, step: 1, count: 1 }
    }

    /// From one to the last that is not after another.
    pub fn between(start: Millis, end: Millis, step: Millis) -> Self {
        let step = step.max(1);
        let count = if end < start { 0 } else { (end - start) / step + 1 };
        Self { start, step, count: usize::try_from(count).unwrap_or(usize::MAX) }
    }

    /// All of them, in ms.
    pub fn iter(self) -> impl Iterator<Item = Millis> {
        (0..self.count as Millis).map(move |nr| self.start + nr * self.step)
    }

    fn end(self) -> Millis {
        self.start + (self.count as Millis - 1) * self.step
    }
}

/// What an expression is at an instant.
#[derive(Clone, Debug)]
pub enum Instant {
    /// A number.
    Scalar(f64),
    /// Values by labels; sorted if the expression says so.
    Vector(Vec<(Labels, f64)>),
    /// Samples by labels.
    Range(Vec<Series>),
    /// A string.
    Text(String),
}

/// What `expr` is at `t`.
///
/// # Errors
///
/// If series do not match as the expression has it.
pub fn instant(store: &Store, expr: &Expr, t: Millis) -> Result<Instant, Error> {
    let evaluation = Evaluation { store, times: Times::at(t) };
    if expr.gives() == Type::Range {
        let windows = evaluation.windows(expr)?;
        return Ok(Instant::Range(windows.at(t)));
    }
    let value = evaluation.value(expr)?;
    let first = |line: Line| Some((line.labels, line.values.first().copied().flatten()?));
    Ok(match value {
        Value::Scalar(values) => Instant::Scalar(values[0]),
        Value::Vector(lines) => Instant::Vector(lines.into_iter().filter_map(first).collect()),
        Value::Text(text) => Instant::Text(text),
    })
}

/// What `expr` is at each of many instants. A number is one line without labels.
///
/// # Errors
///
/// If series do not match as the expression has it at one of them, or if it is
/// neither a number nor an instant vector.
pub fn range(store: &Store, expr: &Expr, times: Times) -> Result<Vec<Line>, Error> {
    if !matches!(expr.gives(), Type::Scalar | Type::Vector) {
        return Err(Error { at: expr.at.clone(), mistake: Mistake::NoValues(expr.gives()) });
    }
    if times.count == 0 {
        return Ok(Vec::new());
    }
    let evaluation = Evaluation { store, times };
    evaluation.fits(1, &expr.at)?;
    Ok(match evaluation.value(expr)? {
        Value::Scalar(values) => {
            let values = values.into_iter().map(Some).collect();
            vec![Line { labels: Labels::default(), values }]
        }
        Value::Vector(lines) => lines.into_iter().filter(|line| !line.is_empty()).collect(),
        Value::Text(_) => Vec::new(),
    })
}

/// An expression's value at each instant.
enum Value {
    Scalar(Vec<f64>),
    Vector(Vec<Line>),
    Text(String),
}

#[derive(Clone, Copy)]
struct Evaluation<'a> {
    store: &'a Store,
    times: Times,
}

impl Evaluation<'_> {
    fn value(&self, expr: &Expr) -> Result<Value, Error> {
        Ok(match &expr.kind {
            Kind::Number(value) => Value::Scalar(vec![*value; self.times.count]),
            Kind::Text(text) => Value::Text(text.clone()),
            Kind::Select(selector) => {
                Value::Vector(self.select(selector, &expr.at, |sample| sample.v)?)
            }
            Kind::Paren(inner) => self.value(inner)?,
            Kind::Minus(inner) => match self.value(inner)? {
                Value::Vector(lines) => {
                    let minus = lines.into_iter().map(|line| line.unnamed().map(|v| -v));
                    Value::Vector(line::distinct(minus, &expr.at)?)
                }
                Value::Scalar(values) => Value::Scalar(values.into_iter().map(|v| -v).collect()),
                text @ Value::Text(_) => text,
            },
            Kind::Binary(binary) => self.binary(binary, &expr.at)?,
            Kind::Aggregate(aggregate) => Value::Vector(self.aggregate(aggregate, &expr.at)?),
            Kind::Call { function, arguments } => self.call(*function, arguments, &expr.at)?,
            // Types fit, so a range is only where a function asks for it.
            Kind::Range { .. } | Kind::Subquery { .. } => {
                return Err(Error { at: expr.at.clone(), mistake: Mistake::NoValues(Type::Range) });
            }
        })
    }

    fn vector(&self, expr: &Expr) -> Result<Vec<Line>, Error> {
        Ok(match self.value(expr)? {
            Value::Vector(lines) => lines,
            Value::Scalar(_) | Value::Text(_) => Vec::new(),
        })
    }

    fn scalar(&self, expr: &Expr) -> Result<Vec<f64>, Error> {
        Ok(match self.value(expr)? {
            Value::Scalar(values) => values,
            Value::Vector(_) | Value::Text(_) => vec![f64::NAN; self.times.count],
        })
    }
}
