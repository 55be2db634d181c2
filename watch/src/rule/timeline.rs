//! What became of alerts, as data.

use super::alert::expanded;
use super::{Alert, State};
use crate::Millis;
use crate::eval;
use crate::order::sorted;
use crate::series::{Labels, OutOfOrder};

/// One alert, from its first evaluation to its last.
#[derive(Clone, Debug, PartialEq)]
pub struct Spell {
    /// The number of its rule in the group.
    pub rule: usize,
    /// Its labels, with `alertname`.
    pub labels: Labels,
    /// Since when it is pending (or fires, without `for`), in ms.
    pub since: Millis,
    /// Since when it fires, if it does.
    pub fired: Option<Millis>,
    /// Since when it is inactive again.
    pub ended: Option<Millis>,
    /// Its value, each time that it changed.
    pub said: Vec<Said>,
}

/// What is said about an alert, from an evaluation on.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// From when on, in ms.
    pub at: Millis,
    /// The value of the expression,
    pub value: f64,
    /// and the labels that it has there.
    pub series: Labels,
}

impl Said {
    /// The annotations of the alert, whose rule this is.
    pub fn annotations(&self, alert: &Alert) -> Vec<(String, String)> {
        expanded(&alert.annotations, &self.series, self.value)
    }
}

impl Spell {
    /// One that begins.
    pub(super) fn new(rule: usize, labels: Labels, since: Millis) -> Self {
        Self { rule, labels, since, fired: None, ended: None, said: Vec::new() }
    }

    /// How it is at `t`: as of the last evaluation that is not after it.
    pub fn state(&self, t: Millis) -> State {
        let passed = |at: Option<Millis>| at.is_some_and(|at| at <= t);
        if t < self.since || passed(self.ended) {
            State::Inactive
        } else if passed(self.fired) {
            State::Firing
        } else {
            State::Pending
        }
    }

    /// What is said about it at `t`.
    pub fn said(&self, t: Millis) -> Option<&Said> {
        let count = self.said.partition_point(|said| said.at <= t);
        self.said[..count].last()
    }
}

/// An alert that changes its state.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// When, in ms.
    pub at: Millis,
    /// The number of its rule in the group.
    pub rule: usize,
    /// Its labels, with `alertname`.
    pub labels: Labels,
    /// What it was,
    pub from: State,
    /// and what it is.
    pub to: State,
}

/// An evaluation that failed. What was stays.
#[derive(Clone, Debug, PartialEq)]
pub struct Trouble {
    /// When, in ms.
    pub at: Millis,
    /// The number of the rule in the group.
    pub rule: usize,
    /// Why.
    pub what: What,
}

/// Why an evaluation failed.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// The expression did.
    Eval(eval::Error),
    /// With the rule's labels, two series or alerts would be the same.
    SameLabels(Labels),
    /// A recorded series has a later sample.
    Order(OutOfOrder),
}

/// What became of a group's alerts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    /// All alerts that there were, by when they began.
    pub spells: Vec<Spell>,
    /// All evaluations that failed.
    pub troubles: Vec<Trouble>,
}

impl Timeline {
    /// All changes, by time, then by rule. Without `for`, an alert goes from
    /// inactive to firing.
    pub fn changes(&self) -> Vec<Change> {
        let mut all = Vec::new();
        for spell in &self.spells {
            let mut state = State::Inactive;
            let times = [Some(spell.since), spell.fired, spell.ended];
            for at in times.into_iter().flatten() {
                let to = spell.state(at);
                if to != state {
                    let (rule, labels) = (spell.rule, spell.labels.clone());
                    all.push(Change { at, rule, labels, from: state, to });
                    state = to;
                }
            }
        }
        sorted(all, |a, b| (a.at, a.rule, &a.labels, a.to).cmp(&(b.at, b.rule, &b.labels, b.to)))
    }

    /// The alerts that are pending or fire at `t`.
    pub fn active(&self, t: Millis) -> impl Iterator<Item = (&Spell, State)> {
        let all = self.spells.iter().map(move |spell| (spell, spell.state(t)));
        all.filter(|(_, state)| *state != State::Inactive)
    }
}
