//! Functions of numbers and instant vectors.

use std::ops::Range;

use super::error::Error;
use super::histogram::histogram_quantile;
use super::line::{Line, merged};
use super::maths;
use super::over_time::without;
use super::{Evaluation, Value};
use crate::order::sorted;
use crate::parse::{Expr, Function, Kind};
use crate::regex::Regex;
use crate::series::{Labels, Matcher, NAME, Op};

impl Evaluation<'_> {
    pub fn call(
        &self,
        function: Function,
        arguments: &[Expr],
        at: &Range<usize>,
    ) -> Result<Value, Error> {
        let count = self.times.count;
        Ok(Value::Vector(match function {
            Function::Time => {
                return Ok(Value::Scalar(self.times.iter().map(|t| t as f64 / 1000.0).collect()));
            }
            Function::Scalar => {
                return Ok(Value::Scalar(only(&self.vector(&arguments[0])?, count)));
            }
            Function::Vector => {
                let values = self.scalar(&arguments[0])?.into_iter().map(Some).collect();
                vec![Line { labels: Labels::default(), values }]
            }
            Function::Absent => {
                let without = without(&self.vector(&arguments[0])?, self.times);
                absent(&arguments[0], without)
            }
            Function::AbsentOverTime => {
                absent(&arguments[0], self.instants_without(&arguments[0])?)
            }
            Function::HistogramQuantile => {
                let phi = self.scalar(&arguments[0])?;
                histogram_quantile(&phi, self.vector(&arguments[1])?, at)?
            }
            Function::Sort | Function::SortDesc => {
                let lines = self.vector(&arguments[0])?;
                let descending = function == Function::SortDesc;
                if count == 1 { by_value(lines, descending) } else { lines }
            }
            Function::Timestamp => {
                let lines = match &arguments[0].bare().kind {
                    Kind::Select(selector) => {
                        self.select(selector, at, |sample| sample.t as f64 / 1000.0)?
                    }
                    _ => {
                        let mut lines = self.vector(&arguments[0])?;
                        for line in &mut lines {
                            for (value, t) in line.values.iter_mut().zip(self.times.iter()) {
                                *value = value.map(|_| t as f64 / 1000.0);
                            }
                        }
                        lines
                    }
                };
                merged(lines.into_iter().map(Line::unnamed), at)?
            }
            Function::LabelReplace | Function::LabelJoin => {
                let lines = self.vector(&arguments[0])?;
                merged(relabelled(function, lines, &arguments[1..]), at)?
            }
            Function::QuantileOverTime => {
                self.over_time(function, &arguments[1], Some(&arguments[0]), at)?
            }
            function if function.signature().takes[0] == crate::parse::Type::Range => {
                self.over_time(function, &arguments[0], arguments.get(1), at)?
            }
            function => {
                let parameters = arguments[1..].iter().map(|argument| self.scalar(argument));
                let parameters = parameters.collect::<Result<Vec<_>, _>>()?;
                let lines = self.vector(&arguments[0])?.into_iter().map(|mut line| {
                    for (nr, value) in line.values.iter_mut().enumerate() {
                        let parameter = |of: usize| parameters.get(of).map(|values| values[nr]);
                        *value = value.and_then(|v| number(function, v, parameter));
                    }
                    line.unnamed()
                });
                merged(lines, at)?
            }
        }))
    }
}

/// Functions of one value at a time.
fn number(function: Function, v: f64, parameter: impl Fn(usize) -> Option<f64>) -> Option<f64> {
    let first = parameter(0).unwrap_or(1.0);
    Some(match function {
        Function::Abs => v.abs(),
        Function::Ceil => v.ceil(),
        Function::Floor => v.floor(),
        Function::Exp => libm::exp(v),
        Function::Ln => libm::log(v),
        Function::Log2 => libm::log2(v),
        Function::Log10 => libm::log10(v),
        Function::Sqrt => v.sqrt(),
        Function::Sgn if v == 0.0 || v.is_nan() => v,
        Function::Sgn => v.signum(),
        Function::Round => {
            // As it is multiplied by the inverse, 0.1 rounds as people expect.
            let inverse = 1.0 / first;
            (v * inverse + 0.5).floor() / inverse
        }
        Function::Clamp => {
            let most = parameter(1)?;
            if most < first {
                return None;
            }
            maths::max(first, maths::min(most, v))
        }
        Function::ClampMin => maths::max(first, v),
        Function::ClampMax => maths::min(first, v),
        _ => return None,
    })
}

/// The value of the only series; NaN if there is none or more than one.
fn only(lines: &[Line], count: usize) -> Vec<f64> {
    let at = |nr: usize| {
        let mut values = lines.iter().filter_map(|line| line.values[nr]);
        match (values.next(), values.next()) {
            (Some(value), None) => value,
            _ => f64::NAN,
        }
    };
    (0..count).map(at).collect()
}

/// By value, NaN last in either direction.
fn by_value(lines: Vec<Line>, descending: bool) -> Vec<Line> {
    let value = |line: &Line| line.values[0].unwrap_or(f64::NAN);
    sorted(lines, |a, b| {
        let (a, b) = (value(a), value(b));
        let (first, second) = if descending { (b, a) } else { (a, b) };
        a.is_nan().cmp(&b.is_nan()).then(maths::ascending(first, second))
    })
}

/// 1 where there is nothing, with the labels that the selector names by `=`.
fn absent(expr: &Expr, without: Vec<bool>) -> Vec<Line> {
    let matchers = match &expr.bare().kind {
        Kind::Select(selector) | Kind::Range { selector, .. } => selector.matchers.as_slice(),
        _ => &[],
    };
    let mut labels = Labels::default();
    for (nr, matcher) in matchers.iter().enumerate().filter(|(_, it)| it.name != NAME) {
        let same = |other: &Matcher| other.op == Op::Equal && other.name == matcher.name;
        let first = matcher.op == Op::Equal && !matchers[..nr].iter().any(same);
        labels.set(&matcher.name, if first { &matcher.value } else { "" });
    }
    let values = without.into_iter().map(|without| without.then_some(1.0)).collect();
    vec![Line { labels, values }]
}

/// `label_replace` and `label_join`.
fn relabelled(function: Function, lines: Vec<Line>, texts: &[Expr]) -> Vec<Line> {
    let text = |expr: &Expr| match &expr.bare().kind {
        Kind::Text(text) => text.clone(),
        _ => String::new(),
    };
    let texts: Vec<String> = texts.iter().map(text).collect();
    let regex = match function {
        Function::LabelReplace => Regex::new(&texts[3]).ok(),
        _ => None,
    };
    let value = |labels: &Labels| match function {
        Function::LabelReplace => regex.as_ref()?.expand(labels.get(&texts[2]), &texts[1]),
        _ => {
            let values = texts[2..].iter().map(|source| labels.get(source));
            Some(values.collect::<Vec<_>>().join(&texts[1]))
        }
    };
    let line = |mut line: Line| {
        if let Some(value) = value(&line.labels) {
            line.labels.set(&texts[0], &value);
        }
        line
    };
    lines.into_iter().map(line).collect()
}
