//! What is known of a run to who scrapes it.

use std::collections::BTreeMap;

use super::declared::{Metric, Part};
use super::labels::Values;

/// The value that says that a series has ended: Prometheus's own NaN for that
/// (`StaleNaN`), told from every other by its bits.
pub const STALE: f64 = f64::from_bits(0x7ff0_0000_0000_0002);

/// Samples of one metric with one set of labels.
#[derive(Clone, Debug)]
pub struct Series {
    /// Names and values, by name; the metric's own is `__name__`.
    pub labels: Vec<(&'static str, String)>,
    /// Values with their times, in milliseconds since the run began, ascending.
    pub samples: Vec<(i64, f64)>,
    /// Which metric of the table it is, and which part of it.
    pub(super) of: (usize, Part),
}

/// Whether a value says that its series has ended.
pub fn is_stale(value: f64) -> bool {
    value.to_bits() == STALE.to_bits()
}

impl Series {
    /// The value of a label; empty if there is none.
    pub fn label(&self, name: &str) -> &str {
        self.labels.iter().find(|(label, _)| *label == name).map_or("", |(_, value)| value)
    }
}

/// What a target has said so far.
#[derive(Default)]
pub(super) struct Told {
    all: Vec<Series>,
    /// By metric, labels and part: which series, and in which scrape it was last.
    places: BTreeMap<(usize, Values, Part), (usize, u32)>,
    scrapes: u32,
}

impl Told {
    /// A scrape has brought something, which may be new.
    pub(super) fn add(
        &mut self,
        at: i64,
        key: (usize, Values, Part),
        value: f64,
        labels: impl FnOnce() -> Vec<(&'static str, String)>,
    ) {
        let (all, scrapes) = (&mut self.all, self.scrapes);
        let place = self.places.entry(key).or_insert_with(|| {
            let mut labels = labels();
            labels.sort();
            all.push(Series { labels, samples: Vec::new(), of: (key.0, key.2) });
            (all.len() - 1, scrapes)
        });
        place.1 = scrapes;
        push(&mut all[place.0].samples, at, value);
    }

    /// A scrape is over: what it did not bring, and the one before did, has ended.
    pub(super) fn end_scrape(&mut self, at: i64) {
        for (place, last) in self.places.values() {
            let samples = &mut self.all[*place].samples;
            let goes_on = samples.last().is_some_and(|(_, value)| !is_stale(*value));
            if *last != self.scrapes && goes_on {
                push(samples, at, STALE);
            }
        }
        self.scrapes += 1;
    }

    pub(super) fn into_series(self) -> Vec<Series> {
        self.all
    }
}

/// Two scrapes within a millisecond have one time, of which only the first sample is
/// kept.
fn push(samples: &mut Vec<(i64, f64)>, at: i64, value: f64) {
    if samples.last().is_none_or(|(last, _)| *last < at) {
        samples.push((at, value));
    }
}

/// A series with its names in words.
pub(super) fn named(
    metric: &Metric,
    (values, part): (Values, Part),
    target: &[(&'static str, String)],
) -> Vec<(&'static str, String)> {
    let name = ("__name__", metric.series(part));
    let labels = metric.words(values, part).into_iter();
    labels.chain([name]).chain(target.iter().cloned()).collect()
}
