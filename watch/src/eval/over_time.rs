//! Functions of a range: what became of a series in it.

use std::ops::Range;

use super::error::{Error, Mistake};
use super::line::{Line, distinct};
use super::maths;
use super::select::Moment;
use super::{Evaluation, MOST_WORK, Times};
use crate::Millis;
use crate::parse::{Expr, Function};
use crate::series::Sample;

impl Evaluation<'_> {
    /// A function whose range is one of its arguments.
    pub fn over_time(
        &self,
        function: Function,
        range: &Expr,
        parameter: Option<&Expr>,
        at: &Range<usize>,
    ) -> Result<Vec<Line>, Error> {
        let windows = self.windows(range)?;
        let parameter = parameter.map(|parameter| self.scalar(parameter)).transpose()?;
        let parameter = |nr: usize| parameter.as_ref().map_or(f64::NAN, |values| values[nr]);
        let length = windows.range;
        let prepare = |samples: &[Sample]| match function {
            Function::Rate | Function::Increase => falls(samples),
            _ => Vec::new(),
        };
        // These look at the first and the last sample alone.
        let quick = matches!(function, Function::Rate | Function::Increase | Function::Delta);
        let most = if quick { usize::MAX } else { MOST_WORK };
        let lines = windows.lines(self.times, most, prepare, |falls, samples, moment| {
            let falls = || Some(within(falls, samples.len(), moment));
            match function {
                Function::Rate => increase(samples, falls(), moment, length as f64 / 1000.0),
                Function::Increase => increase(samples, falls(), moment, 1.0),
                Function::Delta => increase(samples, None, moment, 1.0),
                _ => of_window(function, samples, parameter(moment.nr), moment.t),
            }
        });
        let too_many = || Error { at: at.clone(), mistake: Mistake::TooMany };
        let lines = lines.ok_or_else(too_many)?;
        let named = function == Function::LastOverTime;
        distinct(lines.into_iter().map(|line| if named { line } else { line.unnamed() }), at)
    }

    /// `absent_over_time`, whose labels are known from its selector.
    pub fn instants_without(&self, range: &Expr) -> Result<Vec<bool>, Error> {
        let windows = self.windows(range)?;
        let lines = windows.lines(self.times, usize::MAX, |_| (), |(), _, _| Some(1.0));
        Ok(without(&lines.unwrap_or_default(), self.times))
    }
}

/// At which instants no line has a value.
pub fn without(lines: &[Line], times: Times) -> Vec<bool> {
    (0..times.count).map(|nr| lines.iter().all(|line| line.values[nr].is_none())).collect()
}

/// Where a counter was set back: the sample's place, and the value before.
fn falls(samples: &[Sample]) -> Vec<(usize, f64)> {
    let fall =
        |(nr, pair): (usize, &[Sample])| (pair[1].v < pair[0].v).then_some((nr + 1, pair[0].v));
    samples.windows(2).enumerate().filter_map(fall).collect()
}

/// Those between two of the `count` samples of a range. So a long range costs
/// no more than a short one.
fn within(falls: &[(usize, f64)], count: usize, moment: Moment) -> &[(usize, f64)] {
    let from = falls.partition_point(|(nr, _)| *nr <= moment.from);
    let to = falls.partition_point(|(nr, _)| *nr < moment.from + count);
    &falls[from..to]
}

/// By how much a series grew in a range, from its first and last sample in it
/// to the range's ends, divided by `per`. `falls` are a counter's, and `None`
/// for a gauge.
///
/// To an end which is nearer than 1.1 times the mean span between samples, it
/// goes on as it went between them; else half a span further. A counter began
/// at 0, so it does not go back beyond that.
fn increase(
    samples: &[Sample],
    falls: Option<&[(usize, f64)]>,
    moment: Moment,
    per: f64,
) -> Option<f64> {
    let (first, last) = (samples.first()?, samples.last()?);
    if samples.len() < 2 {
        return None;
    }
    let seconds = |from: Millis, to: Millis| (to - from) as f64 / 1000.0;
    let lost = falls.into_iter().flatten().map(|(_, before)| before);
    let grown = lost.fold(last.v - first.v, |grown, before| grown + before);
    let sampled = seconds(first.t, last.t);
    let mean = sampled / (samples.len() - 1) as f64;
    let mut to_start = seconds(moment.start, first.t);
    if falls.is_some() && grown > 0.0 && first.v >= 0.0 {
        to_start = to_start.min(sampled * (first.v / grown));
    }
    let to_end = seconds(last.t, moment.end);
    let further = |to_edge: f64| if to_edge < mean * 1.1 { to_edge } else { mean / 2.0 };
    Some(grown * ((sampled + further(to_start) + further(to_end)) / sampled / per))
}

/// All other functions, of a range with at least one sample.
fn of_window(function: Function, samples: &[Sample], parameter: f64, t: Millis) -> Option<f64> {
    let values = || samples.iter().map(|sample| sample.v);
    let pairs = || samples.windows(2).map(|pair| (pair[0].v, pair[1].v));
    let several = samples.len() > 1;
    Some(match function {
        Function::Irate | Function::Idelta => {
            let [.., before, last] = samples else { return None };
            if function == Function::Idelta {
                return Some(last.v - before.v);
            }
            let grown = if last.v < before.v { last.v } else { last.v - before.v };
            grown / ((last.t - before.t) as f64 / 1000.0)
        }
        Function::Deriv => several.then(|| maths::regression(samples, samples[0].t).0)?,
        Function::PredictLinear => {
            let (slope, now) = several.then(|| maths::regression(samples, t))?;
            slope * parameter + now
        }
        Function::Changes => {
            pairs().filter(|(a, b)| a != b && !(a.is_nan() && b.is_nan())).count() as f64
        }
        Function::Resets => pairs().filter(|(before, after)| after < before).count() as f64,
        Function::AvgOverTime => maths::mean(values()),
        Function::SumOverTime => maths::sum(values()),
        Function::CountOverTime => samples.len() as f64,
        Function::LastOverTime => samples[samples.len() - 1].v,
        Function::PresentOverTime => 1.0,
        Function::MaxOverTime => {
            values().fold(f64::NAN, |most, v| if v > most || most.is_nan() { v } else { most })
        }
        Function::MinOverTime => {
            values().fold(f64::NAN, |least, v| if v < least || least.is_nan() { v } else { least })
        }
        Function::QuantileOverTime => maths::quantile(parameter, &values().collect::<Vec<_>>()),
        Function::StddevOverTime => maths::variance(values()).sqrt(),
        Function::StdvarOverTime => maths::variance(values()),
        _ => return None,
    })
}
