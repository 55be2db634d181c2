//! `histogram_quantile`: a quantile from counts of what is not above bounds.

use std::ops::Range;

use super::error::Error;
use super::line::{Line, merged};
use crate::order::{Index, sorted};
use crate::series::{Labels, NAME};

/// The label with a bucket's upper bound.
const BOUND: &str = "le";

/// The `φ`-quantile at each instant, for each histogram among these lines.
/// Lines without a bound are none of a histogram.
pub fn histogram_quantile(
    phi: &[f64],
    lines: Vec<Line>,
    at: &Range<usize>,
) -> Result<Vec<Line>, Error> {
    let mut known = Index::default();
    let mut histograms: Vec<(Labels, Vec<(f64, Line)>)> = Vec::new();
    for line in lines {
        if let Some(bound) = bound(line.labels.get(BOUND)) {
            let labels = line.labels.only(|name| name != BOUND);
            let (nr, new) = known.number(&labels);
            if new {
                histograms.push((labels, Vec::new()));
            }
            histograms[nr].1.push((bound, line));
        }
    }
    let line = |(labels, buckets): (Labels, Vec<(f64, Line)>)| {
        let buckets = sorted(buckets, |(a, _), (b, _)| a.total_cmp(b));
        let value = |(nr, &phi): (usize, &f64)| {
            let here = buckets.iter().filter_map(|(bound, line)| Some((*bound, line.values[nr]?)));
            let here: Vec<_> = here.collect();
            (!here.is_empty()).then(|| quantile(phi, here))
        };
        let values = phi.iter().enumerate().map(value).collect();
        Line { labels: labels.only(|name| name != NAME), values }
    };
    merged(histograms.into_iter().map(line), at)
}

/// A bound as Go reads it.
fn bound(text: &str) -> Option<f64> {
    text.parse().ok()
}

/// The `φ`-quantile of a histogram's buckets, sorted by their bounds, each with
/// how many are not above it. Between two bounds all are as if spread evenly;
/// the lowest bucket begins at 0, if its bound is above that. Of what is above
/// the highest bound that is a number, only that bound is known.
fn quantile(phi: f64, buckets: Vec<(f64, f64)>) -> f64 {
    if phi.is_nan() {
        return f64::NAN;
    }
    if !(0.0..=1.0).contains(&phi) {
        return if phi < 0.0 { f64::NEG_INFINITY } else { f64::INFINITY };
    }
    if buckets.last().is_none_or(|(bound, _)| *bound != f64::INFINITY) {
        return f64::NAN;
    }
    let mut all: Vec<(f64, f64)> = Vec::new();
    for (bound, count) in buckets {
        match all.last_mut() {
            // The same bound, written in two ways.
            Some(last) if last.0 == bound => last.1 += count,
            _ => all.push((bound, count)),
        }
    }
    // Buckets of different scrapes may seem to fall.
    let mut most = all[0].1;
    for (_, count) in &mut all {
        if *count > most {
            most = *count;
        } else if *count < most {
            *count = most;
        }
    }
    let last = all.len() - 1;
    if last == 0 || all[last].1 == 0.0 {
        return f64::NAN;
    }
    let mut rank = phi * all[last].1;
    // By halves, as Prometheus looks for it, which with NaN makes a difference.
    let (mut found, mut end) = (0, last);
    while found < end {
        let middle = usize::midpoint(found, end);
        if all[middle].1 >= rank {
            end = middle;
        } else {
            found = middle + 1;
        }
    }
    if found == last {
        return all[last - 1].0;
    }
    let (end, mut count) = all[found];
    if found == 0 && end <= 0.0 {
        return end;
    }
    let mut start = 0.0;
    if found > 0 {
        let (bound, below) = all[found - 1];
        start = bound;
        count -= below;
        rank -= below;
    }
    start + (end - start) * (rank / count)
}
