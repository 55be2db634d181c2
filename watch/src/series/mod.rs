//! Series of samples, chosen by their labels.

mod labels;
mod matcher;
mod output;
mod scrape;
mod writer;

use std::fmt;

use crate::Millis;
use crate::order::Index;

pub use labels::{Labels, NAME};
pub use matcher::{Matcher, Op, is_label_name, is_metric_name, quoted};
pub(crate) use output::Output;
pub use scrape::Target;
pub(crate) use writer::Writer;

/// The bits of the NaN that says that a series has ended: Prometheus's own
/// (`StaleNaN`), told apart from every other NaN.
const STALE: u64 = 0x7ff0_0000_0000_0002;

/// A value at a time.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// When, in ms.
    pub t: Millis,
    /// What.
    pub v: f64,
}

impl Sample {
    /// The marker that the series has ended here.
    pub fn stale(t: Millis) -> Self {
        Self { t, v: f64::from_bits(STALE) }
    }

    /// Whether it is that marker.
    pub fn is_stale(&self) -> bool {
        self.v.to_bits() == STALE
    }
}

/// Labels, and samples in the order of time.
#[derive(Clone, Debug, Default)]
pub struct Series {
    /// With the name among them.
    pub labels: Labels,
    /// Each later than the one before.
    pub samples: Vec<Sample>,
}

/// A sample that is not later than the last one of its series. Nothing was stored.
#[derive(Clone, Debug, PartialEq)]
pub struct OutOfOrder {
    /// Whose.
    pub labels: Labels,
    /// When it was said to be, in ms.
    pub t: Millis,
}

impl fmt::Display for OutOfOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} has a sample at or after {} ms", self.labels, self.t)
    }
}

impl std::error::Error for OutOfOrder {}

/// All series there are.
#[derive(Clone, Debug, Default)]
pub struct Store {
    series: Vec<Series>,
    places: Index,
    names: Index,
    /// The series of each name.
    named: Vec<Vec<usize>>,
}

impl Store {
    /// One without any series.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends a sample to the series with these labels, which need not exist.
    ///
    /// # Errors
    ///
    /// If the series has a sample that is as late.
    pub fn append(&mut self, labels: &Labels, sample: Sample) -> Result<(), OutOfOrder> {
        let mut anywhere = usize::MAX;
        self.append_near(&mut anywhere, labels, sample)
    }

    /// The same, for those who remember where the series was the last time.
    ///
    /// # Errors
    ///
    /// If the series has a sample that is as late.
    pub fn append_near(
        &mut self,
        place: &mut usize,
        labels: &Labels,
        sample: Sample,
    ) -> Result<(), OutOfOrder> {
        if self.series.get(*place).is_none_or(|series| series.labels != *labels) {
            *place = self.place(labels);
        }
        let place = *place;
        let samples = &mut self.series[place].samples;
        if samples.last().is_some_and(|last| last.t >= sample.t) {
            return Err(OutOfOrder { labels: labels.clone(), t: sample.t });
        }
        samples.push(sample);
        Ok(())
    }

    fn place(&mut self, labels: &Labels) -> usize {
        let (place, new) = self.places.number(labels);
        if new {
            self.series.push(Series { labels: labels.clone(), samples: Vec::new() });
            let (name, new) = self.names.number(&labels.only(|name| name == NAME));
            if new {
                self.named.push(Vec::new());
            }
            self.named[name].push(place);
        }
        place
    }

    /// All series, in the order in which they began.
    pub fn series(&self) -> &[Series] {
        &self.series
    }

    /// The series that all of these matchers take.
    pub fn select(&self, matchers: &[Matcher]) -> Vec<&Series> {
        let takes = |series: &&Series| matchers.iter().all(|matcher| matcher.takes(&series.labels));
        match matchers.iter().find(|matcher| matcher.name == NAME && matcher.op == Op::Equal) {
            Some(name) => {
                let name = self.names.get(&Labels::named(&name.value, &[]));
                let named = name.map_or(&[][..], |name| &self.named[name]);
                named.iter().map(|&place| &self.series[place]).filter(takes).collect()
            }
            None => self.series.iter().filter(takes).collect(),
        }
    }
}
