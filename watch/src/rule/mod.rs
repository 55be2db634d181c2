//! Rules: alerts that become pending and then fire, and series that are
//! recorded. Semantics: Prometheus 2.42 (`rules/`).

mod alert;
mod evaluator;
mod template;
mod timeline;

use std::fmt;

use crate::Millis;
use crate::parse::{Expr, Type};
use crate::series::{NAME, is_label_name, is_metric_name};

pub use alert::{ALERT_NAME, ALERT_STATE, State};
pub use evaluator::Evaluator;
pub use template::{BadTemplate, Template};
pub use timeline::{Change, Said, Spell, Timeline, Trouble, What};

/// What is to be watched for.
#[derive(Clone, Debug)]
pub struct Alert {
    /// What it is called.
    pub name: String,
    /// Each series that it has a value for is an alert.
    pub expr: Expr,
    /// For how long that has to be so until it fires, in ms (`for`).
    pub hold: Millis,
    /// For how long it keeps firing when it is no longer so, in ms
    /// (`keep_firing_for`).
    pub keep_firing: Millis,
    /// Labels that are put on it.
    pub labels: Vec<(String, Template)>,
    /// What is said about it.
    pub annotations: Vec<(String, Template)>,
}

impl Alert {
    /// One that fires as soon as the expression has a value.
    pub fn new(name: &str, expr: Expr) -> Self {
        let name = name.to_owned();
        Self { name, expr, hold: 0, keep_firing: 0, labels: vec![], annotations: vec![] }
    }
}

/// A series that is made of others.
#[derive(Clone, Debug)]
pub struct Recording {
    /// The name that its series get.
    pub name: String,
    /// What they are.
    pub expr: Expr,
    /// Labels that are put on them.
    pub labels: Vec<(String, String)>,
}

/// Either.
#[derive(Clone, Debug)]
pub enum Rule {
    /// An alert.
    Alert(Alert),
    /// A recorded series.
    Recording(Recording),
}

impl Rule {
    /// What it is called.
    pub fn name(&self) -> &str {
        match self {
            Rule::Alert(alert) => &alert.name,
            Rule::Recording(recording) => &recording.name,
        }
    }

    /// The names of the series that it writes.
    pub fn writes(&self) -> Vec<&str> {
        match self {
            Rule::Alert(_) => vec!["ALERTS", "ALERTS_FOR_STATE"],
            Rule::Recording(recording) => vec![&recording.name],
        }
    }

    /// What it evaluates.
    pub fn expr(&self) -> &Expr {
        match self {
            Rule::Alert(alert) => &alert.expr,
            Rule::Recording(recording) => &recording.expr,
        }
    }
}

/// Rules that are evaluated together, one after the other.
#[derive(Clone, Debug)]
pub struct Group {
    /// What it is called.
    pub name: String,
    /// From one evaluation to the next, in ms.
    pub interval: Millis,
    /// In the order in which they are evaluated.
    pub rules: Vec<Rule>,
}

/// Why Prometheus would not load a rule.
#[derive(Clone, Debug, PartialEq)]
pub enum BadRule {
    /// It has no name, or one that no series can have.
    Name(String),
    /// What cannot be a label's name.
    Label(String),
    /// Neither a number nor an instant vector.
    Type(Type),
}

impl fmt::Display for BadRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadRule::Name(name) => write!(f, "invalid name of a rule: \"{name}\""),
            BadRule::Label(name) => write!(f, "invalid label name: \"{name}\""),
            BadRule::Type(found) => {
                write!(f, "expected type scalar or instant vector, got {found}")
            }
        }
    }
}

impl std::error::Error for BadRule {}

impl Group {
    /// Whether Prometheus would load it.
    ///
    /// # Errors
    ///
    /// With the number of the first rule that it would not load, and why.
    pub fn check(&self) -> Result<(), (usize, BadRule)> {
        self.rules
            .iter()
            .enumerate()
            .try_for_each(|(nr, rule)| check(rule).map_err(|bad| (nr, bad)))
    }
}

fn check(rule: &Rule) -> Result<(), BadRule> {
    let (named, mut labels): (bool, Box<dyn Iterator<Item = &String>>) = match rule {
        Rule::Alert(alert) => {
            let annotations = alert.annotations.iter().map(|(name, _)| name);
            let labels = alert.labels.iter().map(|(name, _)| name);
            (!alert.name.is_empty(), Box::new(labels.chain(annotations)))
        }
        Rule::Recording(recording) => (
            is_metric_name(&recording.name),
            Box::new(recording.labels.iter().map(|(name, _)| name)),
        ),
    };
    if !named {
        return Err(BadRule::Name(rule.name().to_owned()));
    }
    if let Some(bad) = labels.find(|name| !is_label_name(name) || *name == NAME) {
        return Err(BadRule::Label(bad.clone()));
    }
    match rule.expr().gives() {
        Type::Scalar | Type::Vector => Ok(()),
        other => Err(BadRule::Type(other)),
    }
}
