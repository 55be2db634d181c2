//! Several series become one, or a few of them remain.

use std::ops::Range;

use super::Evaluation;
use super::error::{Error, Mistake};
use super::line::Line;
use super::maths;
use crate::order::{Index, sorted};
use crate::parse::{Aggregate, Aggregation, Grouping};
use crate::series::{Labels, NAME};

impl Grouping {
    /// The labels of the group to which a series with these belongs.
    fn of(&self, labels: &Labels) -> Labels {
        let listed = |name: &str| self.labels.iter().any(|label| label == name);
        if self.without {
            labels.only(|name| name != NAME && !listed(name))
        } else {
            labels.only(listed)
        }
    }
}

impl Evaluation<'_> {
    pub fn aggregate(&self, aggregate: &Aggregate, at: &Range<usize>) -> Result<Vec<Line>, Error> {
        let parameter = aggregate.parameter.as_ref().map(|expr| self.scalar(expr)).transpose()?;
        let parameter = parameter.unwrap_or_default();
        let lines = self.vector(&aggregate.of)?;
        let mut known = Index::default();
        let mut groups: Vec<(Labels, Vec<usize>)> = Vec::new();
        for (nr, line) in lines.iter().enumerate() {
            let labels = aggregate.grouping.of(&line.labels);
            let (group, new) = known.number(&labels);
            if new {
                groups.push((labels, Vec::new()));
            }
            groups[group].1.push(nr);
        }
        if matches!(aggregate.how, Aggregation::Topk | Aggregation::Bottomk) {
            let top = aggregate.how == Aggregation::Topk;
            return self.first_of_each(top, &parameter, &lines, &groups, at);
        }
        let line = |(labels, members): (Labels, Vec<usize>)| {
            let value = |nr: usize| {
                let values = members.iter().filter_map(|&member| lines[member].values[nr]);
                let values: Vec<f64> = values.collect();
                let parameter = parameter.get(nr).copied().unwrap_or(f64::NAN);
                (!values.is_empty()).then(|| one_of(aggregate.how, parameter, values))
            };
            Line { labels, values: (0..self.times.count).map(value).collect() }
        };
        Ok(groups.into_iter().map(line).collect())
    }

    /// `topk` and `bottomk`: of each group, the `k` that are largest or
    /// smallest, at each instant anew. Of equal ones the earlier remain. NaN
    /// comes last.
    fn first_of_each(
        &self,
        top: bool,
        k: &[f64],
        lines: &[Line],
        groups: &[(Labels, Vec<usize>)],
        at: &Range<usize>,
    ) -> Result<Vec<Line>, Error> {
        let whole = |k: &&f64| !(-9.3e18..9.2e18).contains(*k);
        if let Some(&k) = k.iter().find(whole) {
            return Err(Error { at: at.clone(), mistake: Mistake::BadCount(k) });
        }
        let mut kept: Vec<Vec<Option<f64>>> = vec![vec![None; self.times.count]; lines.len()];
        let mut order = Vec::new();
        for (_, members) in groups {
            for (nr, &k) in k.iter().enumerate() {
                let here = members.iter().filter_map(|&it| Some((it, lines[it].values[nr]?)));
                let mut here = sorted(here.collect(), |(_, a): &(usize, f64), (_, b)| {
                    let order = if top { b.partial_cmp(a) } else { a.partial_cmp(b) };
                    a.is_nan().cmp(&b.is_nan()).then(order.unwrap_or(std::cmp::Ordering::Equal))
                });
                here.truncate(if k < 1.0 { 0 } else { k as usize });
                for (member, value) in here {
                    kept[member][nr] = Some(value);
                    order.push(member);
                }
            }
        }
        // At one instant, the first comes first.
        if self.times.count > 1 {
            order = (0..lines.len()).collect();
        }
        let line = |nr: usize| Line {
            labels: lines[nr].labels.clone(),
            values: std::mem::take(&mut kept[nr]),
        };
        Ok(order.into_iter().map(line).filter(|line| !line.is_empty()).collect())
    }
}

/// One value of several, at least one.
fn one_of(how: Aggregation, parameter: f64, values: Vec<f64>) -> f64 {
    match how {
        Aggregation::Sum => values.into_iter().fold(0.0, |sum, value| sum + value),
        Aggregation::Avg => {
            let (mut mean, mut count) = (0.0, 0.0);
            for value in values {
                count += 1.0;
                if !maths::stays(mean, value) {
                    mean += value / count - mean / count;
                }
            }
            mean
        }
        Aggregation::Max => values
            .into_iter()
            .fold(f64::NAN, |most, v| if most < v || most.is_nan() { v } else { most }),
        Aggregation::Min => values
            .into_iter()
            .fold(f64::NAN, |least, v| if least > v || least.is_nan() { v } else { least }),
        Aggregation::Count => values.len() as f64,
        Aggregation::Group => 1.0,
        Aggregation::Stddev => variance(&values).sqrt(),
        Aggregation::Stdvar => variance(&values),
        Aggregation::Quantile => maths::quantile(parameter, &values),
        Aggregation::Topk | Aggregation::Bottomk => f64::NAN,
    }
}

/// The variance of these, as all there are (B. P. Welford). Of one it is 0,
/// whatever it is.
fn variance(values: &[f64]) -> f64 {
    let (mut count, mut mean, mut squares) = (1.0, values[0], 0.0);
    for value in &values[1..] {
        count += 1.0;
        let off = value - mean;
        mean += off / count;
        squares += off * (value - mean);
    }
    squares / count
}
