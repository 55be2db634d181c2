//! Evaluates a group, and keeps what its rules have to remember.

use super::alert::Machine;
use super::timeline::{Timeline, Trouble, What};
use super::{Group, Recording, Rule};
use crate::Millis;
use crate::eval::{self, Line, Times};
use crate::series::{Labels, NAME, Store, Writer};

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

#[derive(Clone, Debug)]
enum Memory {
    Alert(Machine),
    Recording(Writer),
}

/// What an evaluation found.
pub struct Found<'a> {
    /// When it was, in ms.
    pub t: Millis,
    lines: &'a [Line],
    nr: usize,
    /// What each line is to its rule, if that is known: for all evaluations
    /// that share their lines.
    pub numbers: &'a mut [Option<usize>],
}

impl<'a> Found<'a> {
    /// Which lines have a value, with their labels.
    pub fn values(&self) -> impl Iterator<Item = (usize, &'a Labels, f64)> + use<'a> {
        let (lines, at) = (self.lines, self.nr);
        let value = move |(nr, line): (usize, &'a Line)| Some((nr, &line.labels, line.values[at]?));
        lines.iter().enumerate().filter_map(value)
    }
}

impl Evaluator {
    /// One that has evaluated nothing.
    pub fn new(group: Group) -> Self {
        let memory = |rule: &Rule| match rule {
            Rule::Alert(_) => Memory::Alert(Machine::default()),
            Rule::Recording(_) => Memory::Recording(Writer::default()),
        };
        let memories = group.rules.iter().map(memory).collect();
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
        let rules = 0..self.group.rules.len();
        if self.looks_back {
            for t in times.iter() {
                rules.clone().for_each(|rule| self.evaluate(rule, store, Times::at(t)));
            }
        } else {
            rules.for_each(|rule| self.evaluate(rule, store, times));
        }
    }

    fn evaluate(&mut self, rule: usize, store: &mut Store, times: Times) {
        match eval::range(store, self.group.rules[rule].expr(), times) {
            Ok(lines) => {
                let numbers = &mut vec![None; lines.len()];
                for (nr, t) in times.iter().enumerate() {
                    self.step(rule, store, Found { t, lines: &lines, nr, numbers });
                }
            }
            Err(error) if times.count == 1 => {
                let what = What::Eval(error);
                self.timeline.troubles.push(Trouble { at: times.start, rule, what });
            }
            // At one of them; which, is found out by trying each.
            Err(_) => times.iter().for_each(|t| self.evaluate(rule, store, Times::at(t))),
        }
    }

    fn step(&mut self, rule: usize, store: &mut Store, mut found: Found<'_>) {
        let Timeline { spells, troubles } = &mut self.timeline;
        let result = match (&mut self.memories[rule], &self.group.rules[rule]) {
            (Memory::Alert(machine), Rule::Alert(alert)) => {
                machine.step(rule, alert, &mut found, store, spells)
            }
            (Memory::Recording(writer), Rule::Recording(recording)) => {
                record(writer, recording, &mut found, store)
            }
            _ => Ok(()),
        };
        if let Err(what) = result {
            troubles.push(Trouble { at: found.t, rule, what });
        }
    }
}

/// An evaluation of a recording rule.
fn record(
    writer: &mut Writer,
    recording: &Recording,
    found: &mut Found<'_>,
    store: &mut Store,
) -> Result<(), What> {
    let mut now = Vec::new();
    for (line, series, value) in found.values() {
        let number =
            found.numbers[line].unwrap_or_else(|| writer.number(&recorded(recording, series)));
        found.numbers[line] = Some(number);
        if writer.note(number, found.t) {
            return Err(What::SameLabels(recorded(recording, series)));
        }
        now.push((number, value));
    }
    writer.write(store, found.t, &now).map_err(What::Order)
}

fn recorded(recording: &Recording, series: &Labels) -> Labels {
    let mut labels = series.clone();
    labels.set(NAME, &recording.name);
    for (name, value) in &recording.labels {
        labels.set(name, value);
    }
    labels
}

/// Whether one of the rules may select what it writes itself, or one after it.
fn looks_back(group: &Group) -> bool {
    group.rules.iter().enumerate().any(|(nr, rule)| {
        let later = group.rules[nr..].iter().flat_map(Rule::writes);
        let later: Vec<&str> = later.collect();
        rule.expr().selectors().into_iter().any(|selector| {
            let takes = |name: &str| {
                let mut names = selector.matchers.iter().filter(|matcher| matcher.name == NAME);
                names.all(|matcher| matcher.takes_value(name))
            };
            later.iter().any(|name| takes(name))
        })
    })
}
