//! A series' values at each instant.

use std::ops::Range;

use super::error::{Error, Mistake};
use crate::order::Index;
use crate::series::Labels;

/// A series' values at each instant of a query; `None` where it has none.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Whose.
    pub labels: Labels,
    /// One for each instant.
    pub values: Vec<Option<f64>>,
}

impl Line {
    /// Whether it has no value at all.
    pub fn is_empty(&self) -> bool {
        self.values.iter().all(Option::is_none)
    }

    /// Without the metric's name.
    #[must_use]
    pub fn unnamed(self) -> Self {
        Self { labels: self.labels.unnamed(), ..self }
    }

    /// With each value changed.
    #[must_use]
    pub fn map(mut self, change: impl Fn(f64) -> f64) -> Self {
        for value in self.values.iter_mut().flatten() {
            *value = change(*value);
        }
        self
    }
}

/// Lines that may not have the same labels, even if never at the same instant.
pub fn distinct(
    lines: impl IntoIterator<Item = Line>,
    at: &Range<usize>,
) -> Result<Vec<Line>, Error> {
    let lines: Vec<Line> = lines.into_iter().filter(|line| !line.is_empty()).collect();
    let mut known = Index::default();
    match lines.iter().find(|line| !known.number(&line.labels).1) {
        Some(line) => Err(same(&line.labels, at)),
        None => Ok(lines),
    }
}

/// Lines of which those with the same labels become one; no two of them may
/// have a value at the same instant.
pub fn merged(
    lines: impl IntoIterator<Item = Line>,
    at: &Range<usize>,
) -> Result<Vec<Line>, Error> {
    let mut out: Vec<Line> = Vec::new();
    let mut places = Index::default();
    for line in lines.into_iter().filter(|line| !line.is_empty()) {
        let (place, new) = places.number(&line.labels);
        if new {
            out.push(line);
            continue;
        }
        for (there, value) in out[place].values.iter_mut().zip(line.values) {
            if there.is_some() && value.is_some() {
                return Err(same(&line.labels, at));
            }
            *there = there.or(value);
        }
    }
    Ok(out)
}

/// Two series would have these labels.
pub fn same(labels: &Labels, at: &Range<usize>) -> Error {
    Error { at: at.clone(), mistake: Mistake::SameLabels(labels.clone()) }
}
