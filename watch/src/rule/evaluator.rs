//! Evaluates a group, and keeps what its rules have to remember.

use std::collections::BTreeSet;

use super::alert::Machine;
use super::timeline::{Timeline, Trouble, What};
use super::{Group, Rule};
use crate::Millis;
use crate::eval::{self, Instant, Line, Times};
use crate::parse::Expr;
use crate::series::{Labels, NAME, Sample, Store};

/// A group at work. What its rules record, and `ALERTS`, is appended to the
/// store, with markers of staleness, as Prometheus does.
#[derive(Clone, Debug)]
pub struct Evaluator {
    group: Group,
    memories: Vec<Memory>,
    timeline: Timeline,
    /// Whether a rule sees what it, or one after it, has written before.
    looks_back: bool,
}

#[derive(Clone, Debug, Default)]
struct Memory {
    machine: Machine,
    /// What it wrote the last time.
    written: BTreeSet<Labels>,
}

impl Evaluator {
    /// One that has evaluated nothing.
    pub fn new(group: Group) -> Self {
        let memories = group.rules.iter().map(|_| Memory::default()).collect();
        let looks_back = looks_back(&group);
        Self { group, memories, timeline: Timeline::default(), looks_back }
    }

    /// The group.
    pub fn group(&self) -> &Group {
        &self.group
    }

    /// What has become of its alerts so far.
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// Evaluates it at these times, which come after those before. The store
    /// has all samples up to the last.
    ///
    /// Each rule is evaluated at all of them before the next, so that series
    /// are chosen once; only where a rule sees what comes of it, or of one
    /// after it, time goes first.
    pub fn advance(&mut self, store: &mut Store, times: Times) {
        if self.looks_back {
            for t in times.iter() {
                (0..self.group.rules.len()).for_each(|rule| self.evaluate(rule, store, Times::at(t)));
            }
        } else {
            (0..self.group.rules.len()).for_each(|rule| self.evaluate(rule, store, times));
        }
    }

    fn evaluate(&mut self, rule: usize, store: &mut Store, times: Times) {
        match eval::range(store, self.group.rules[rule].expr(), times) {
            Ok(lines) => {
                for (nr, t) in times.iter().enumerate() {
                    let found = |line: &Line| Some((line.labels.clone(), line.values[nr]?));
                    let found: Vec<_> = lines.iter().filter_map(found).collect();
                    self.step(rule, store, t, Ok(found));
                }
            }
            // At one of them; which, is found out by trying each.
            Err(_) => {
                for t in times.iter() {
                    let found = at(store, self.group.rules[rule].expr(), t);
                    self.step(rule, store, t, found);
                }
            }
        }
    }

    fn step(
        &mut self,
        rule: usize,
        store: &mut Store,
        t: Millis,
        found: Result<Vec<(Labels, f64)>, eval::Error>,
    ) {
        let Memory { machine, written } = &mut self.memories[rule];
        let samples = found.map_err(What::Eval).and_then(|found| match &self.group.rules[rule] {
            Rule::Alert(alert) => machine.step(rule, alert, t, &found, &mut self.timeline.spells),
            Rule::Recording(recording) => {
                let sample = |(mut labels, v): (Labels, f64)| {
                    labels.set(NAME, &recording.name);
                    for (name, value) in &recording.labels {
                        labels.set(name, value);
                    }
                    (labels, Sample { t, v })
                };
                Ok(found.into_iter().map(sample).collect())
            }
        });
        let mut trouble = |what| self.timeline.troubles.push(Trouble { at: t, rule, what });
        let samples = match samples {
            Ok(samples) => samples,
            Err(what) => return trouble(what),
        };
        let mut now = BTreeSet::new();
        for (labels, _) in &samples {
            if !now.insert(labels.clone()) {
                return trouble(What::SameLabels(labels.clone()));
            }
        }
        let ended = written.difference(&now).map(|labels| (labels.clone(), Sample::stale(t)));
        for (labels, sample) in samples.into_iter().chain(ended) {
            if let Err(error) = store.append(&labels, sample) {
                trouble(What::Order(error));
            }
        }
        *written = now;
    }
}

fn at(store: &Store, expr: &Expr, t: Millis) -> Result<Vec<(Labels, f64)>, eval::Error> {
    Ok(match eval::instant(store, expr, t)? {
        Instant::Vector(found) => found,
        Instant::Scalar(value) => vec![(Labels::default(), value)],
        Instant::Range(_) | Instant::Text(_) => Vec::new(),
    })
}

/// Whether one of the rules may select what it writes itself, or one after it.
fn looks_back(group: &Group) -> bool {
    let writes = |rule: &Rule| -> Vec<String> {
        match rule {
            Rule::Alert(_) => vec!["ALERTS".to_owned(), "ALERTS_FOR_STATE".to_owned()],
            Rule::Recording(recording) => vec![recording.name.clone()],
        }
    };
    group.rules.iter().enumerate().any(|(nr, rule)| {
        let later: Vec<String> = group.rules[nr..].iter().flat_map(writes).collect();
        rule.expr().selectors().into_iter().any(|selector| {
            let names = selector.matchers.iter().filter(|matcher| matcher.name == NAME);
            let names: Vec<_> = names.collect();
            later.iter().any(|name| names.iter().all(|matcher| matcher.takes_value(name)))
        })
    })
}
