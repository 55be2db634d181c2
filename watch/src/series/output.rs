//! A series that is written to again and again.

use super::{Labels, OutOfOrder, Sample, Store};
use crate::Millis;

/// A series that is written to again and again: a sample each time, or a marker
/// of staleness at the first time without one.
#[derive(Clone, Debug)]
pub struct Output {
    labels: Labels,
    /// Where it is in the store.
    place: usize,
    /// Whether the last time wrote a sample.
    there: bool,
}

impl Output {
    pub fn new(labels: Labels) -> Self {
        Self { labels, place: usize::MAX, there: false }
    }

    /// Writes a sample, or that there is none.
    pub fn put(&mut self, store: &mut Store, t: Millis, v: Option<f64>) -> Result<(), OutOfOrder> {
        let sample = match v {
            Some(v) => Sample { t, v },
            None if self.there => Sample::stale(t),
            None => return Ok(()),
        };
        self.there = v.is_some();
        store.append_near(&mut self.place, &self.labels, sample)
    }
}
