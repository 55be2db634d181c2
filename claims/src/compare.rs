//! Statements about numbers.

use std::rc::Rc;

use crate::Trace;
use crate::pattern::Pattern;
use crate::watched::Question;

/// Two numbers, compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Compare {
    /// As it is written.
    pub text: String,
    /// The left one.
    pub left: Product,
    /// `<`, `<=`, `=`, `>=` or `>`.
    pub op: &'static str,
    /// The right one.
    pub right: Product,
}

/// Numbers, multiplied.
pub type Product = Vec<Term>;

/// A number.
#[derive(Clone, Debug, PartialEq)]
pub enum Term {
    /// As it stands there.
    Number(f64),
    /// Of a lane's report or scenario, by its name.
    Named(usize, String),
    /// Of a lane's events.
    Of(usize, Which, Pattern),
    /// Of what is scraped of a lane.
    Watched(usize, Question),
}

/// What of events is meant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Which {
    /// How many.
    Count,
    /// The instant of the first, in milliseconds.
    First,
    /// Of the last.
    Last,
}

impl Term {
    fn value(&self, lanes: &[Rc<Trace>]) -> Option<f64> {
        match self {
            Term::Number(number) => Some(*number),
            Term::Watched(lane, question) => lanes.get(*lane)?.watched.answer(question),
            Term::Named(lane, name) => lanes.get(*lane)?.number(name),
            Term::Of(lane, which, pattern) => {
                let trace = lanes.get(*lane)?;
                let mut all = pattern.all(trace);
                let at = |i: usize| trace.events[i].at.ms();
                match which {
                    Which::Count => Some(all.count() as f64),
                    Which::First => all.next().map(at),
                    Which::Last => all.last().map(at),
                }
            }
        }
    }
}

impl Compare {
    /// Whether it holds; if not, what the numbers are.
    pub fn prove(&self, lanes: &[Rc<Trace>]) -> Result<(), String> {
        let value = |product: &Product| -> Result<f64, String> {
            product.iter().try_fold(1.0, |value, term| {
                let number = term.value(lanes);
                Ok(value * number.ok_or_else(|| format!("there is no {term:?}"))?)
            })
        };
        let (left, right) = (value(&self.left)?, value(&self.right)?);
        let holds = match self.op {
            "<" => left < right,
            "<=" => left <= right,
            ">" => left > right,
            ">=" => left >= right,
            _ => left == right,
        };
        if holds { Ok(()) } else { Err(format!("`{}`: {left} and {right}", self.text)) }
    }
}
