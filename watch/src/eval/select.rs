//! Samples of series, at instants and in ranges.

use std::borrow::Cow;
use std::cell::Cell;
use std::ops::Range;

use super::error::{Error, Mistake};
use super::line::Line;
use super::{Evaluation, LOOKBACK, MOST, Times};
use crate::Millis;
use crate::parse::{Expr, Kind, Selector};
use crate::series::{Labels, Sample, Series};

/// Series of which ranges are taken.
pub struct Windows<'a> {
    /// Without markers of staleness.
    series: Vec<(Labels, Cow<'a, [Sample]>)>,
    /// How long a range is, in ms,
    pub range: Millis,
    /// and how long ago it ends.
    pub offset: Millis,
}

impl Windows<'_> {
    /// All labels and samples of the ranges that end at `t`.
    pub fn at(&self, t: Millis) -> Vec<Series> {
        let end = t - self.offset;
        let window = |(labels, samples): &(Labels, Cow<'_, [Sample]>)| {
            let from = samples.partition_point(|sample| sample.t < end - self.range);
            let to = samples.partition_point(|sample| sample.t <= end);
            (from < to)
                .then(|| Series { labels: labels.clone(), samples: samples[from..to].to_vec() })
        };
        self.series.iter().filter_map(window).collect()
    }

    /// Each series as a line of what `each` says of its range at each instant.
    /// It is also given what `prepare` makes of all samples of the series, once.
    /// `None` if the ranges have more than `most` samples in all.
    pub fn lines<P>(
        &self,
        times: Times,
        most: usize,
        prepare: impl Fn(&[Sample]) -> P,
        each: impl Fn(&P, &[Sample], Moment) -> Option<f64>,
    ) -> Option<Vec<Line>> {
        let work = Cell::new(0_usize);
        let line = |(labels, samples): &(Labels, Cow<'_, [Sample]>)| {
            let prepared = prepare(samples);
            let (mut from, mut to) = (0, 0);
            let value = |(nr, t)| {
                let end = t - self.offset;
                let start = end - self.range;
                to += samples[to..].iter().take_while(|sample| sample.t <= end).count();
                from += samples[from..].iter().take_while(|sample| sample.t < start).count();
                work.set(work.get().saturating_add(to.saturating_sub(from)));
                if from >= to || work.get() > most {
                    return None;
                }
                each(&prepared, &samples[from..to], Moment { nr, t, start, end, from })
            };
            let values = times.iter().enumerate().map(value).collect();
            Line { labels: labels.clone(), values }
        };
        let lines = self.series.iter().map(line).collect();
        (work.get() <= most).then_some(lines)
    }
}

/// An instant of a query, and the range that ends at it.
#[derive(Clone, Copy)]
pub struct Moment {
    /// Its number.
    pub nr: usize,
    /// When it is, in ms.
    pub t: Millis,
    /// Where the range begins,
    pub start: Millis,
    /// and ends.
    pub end: Millis,
    /// Which of the series' samples is the first in it.
    pub from: usize,
}

impl Evaluation<'_> {
    /// The last sample of each series at each instant, of which `what` is taken.
    pub fn select(
        &self,
        selector: &Selector,
        at: &Range<usize>,
        what: impl Fn(&Sample) -> f64,
    ) -> Result<Vec<Line>, Error> {
        let series = self.store.select(&selector.matchers);
        self.fits(series.len(), at)?;
        let line = |series: &&Series| {
            let samples = &series.samples;
            let mut next = 0;
            let value = |t| {
                let t = t - selector.offset;
                next += samples[next..].iter().take_while(|sample| sample.t <= t).count();
                let last = samples[..next].last()?;
                (last.t >= t - LOOKBACK && !last.is_stale()).then(|| what(last))
            };
            let values = self.times.iter().map(value).collect();
            Line { labels: series.labels.clone(), values }
        };
        Ok(series.iter().map(line).filter(|line| !line.is_empty()).collect())
    }

    pub fn fits(&self, series: usize, at: &Range<usize>) -> Result<(), Error> {
        match series.checked_mul(self.times.count) {
            Some(values) if values <= MOST => Ok(()),
            _ => Err(Error { at: at.clone(), mistake: Mistake::TooMany }),
        }
    }

    /// The series of a range or a subquery.
    pub fn windows(&self, expr: &Expr) -> Result<Windows<'_>, Error> {
        match &expr.kind {
            Kind::Range { selector, range } => {
                let series = self.store.select(&selector.matchers);
                self.fits(series.len(), &expr.at)?;
                let fresh = |series: &'_ Series| series.samples.iter().all(|it| !it.is_stale());
                let samples = |series| match fresh(series) {
                    true => Cow::Borrowed(series.samples.as_slice()),
                    false => series.samples.iter().filter(|it| !it.is_stale()).copied().collect(),
                };
                let series = series.into_iter().map(|it| (it.labels.clone(), samples(it)));
                Ok(Windows { series: series.collect(), range: *range, offset: selector.offset })
            }
            Kind::Subquery { of, range, step, offset } => {
                let step = *step;
                let first = self.times.start - offset - range;
                // At multiples of the step, whenever the query is.
                let start = first.div_euclid(step) * step;
                let start = if start < first { start + step } else { start };
                let times = Times::between(start, self.times.end() - offset, step);
                let inner = Evaluation { times, ..*self };
                inner.fits(1, &expr.at)?;
                let lines = if times.count == 0 { Vec::new() } else { inner.vector(of)? };
                let series = lines.into_iter().map(|line| {
                    let sample = |(t, v): (Millis, Option<f64>)| v.map(|v| Sample { t, v });
                    let samples = times.iter().zip(line.values).filter_map(sample);
                    (line.labels, Cow::Owned(samples.collect()))
                });
                Ok(Windows { series: series.collect(), range: *range, offset: *offset })
            }
            Kind::Paren(inner) => self.windows(inner),
            _ => Ok(Windows { series: Vec::new(), range: 0, offset: 0 }),
        }
    }
}
