//! The seed's alert rules, each beside one that works.
//!
//! Names, expressions and spans are those of the protector's monitoring part; what is
//! said in its annotations is written anew.

mod pairs;

use std::borrow::Cow;
use std::fmt;

use stampede_watch::Millis;
use stampede_watch::parse::{self, parse};
use stampede_watch::rule::{self, Alert, BadTemplate, Template};

use super::{Language, Words};

pub use pairs::ALL;

/// An alert rule. Spans are in milliseconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// What it is called.
    pub name: &'static str,
    /// In PromQL. Each series that it has a value for is an alert.
    pub expr: Cow<'static, str>,
    /// For how long that has to be so until it fires (`for`).
    pub hold: Millis,
    /// For how long it keeps firing when it is no longer so (`keep_firing_for`).
    pub keep_firing: Millis,
    /// Who is told: `critical` wakes somebody, `warning` can wait.
    pub severity: &'static str,
    /// In one sentence: what is wrong (a template).
    pub summary: Words,
    /// How much, and where (a template).
    pub description: Words,
}

/// One of the seed's rules, and what it should have been.
#[derive(Clone, Debug)]
pub struct Pair {
    /// What links and files call it.
    pub id: &'static str,
    /// What is to be noticed.
    pub title: Words,
    /// Which of the seed's flaws it has (`seed-flaws.md`).
    pub flaws: &'static [u8],
    /// As it stands in the seed.
    pub seed: Rule,
    /// As it works.
    pub mended: Rule,
    /// What is wrong with the first.
    pub wrong: Words,
    /// What the second does.
    pub right: Words,
}

/// Why Prometheus would not load a rule.
#[derive(Clone, Debug, PartialEq)]
pub enum BadRule {
    /// The expression cannot be read.
    Expr(parse::Error),
    /// Its summary or description.
    Text(BadTemplate),
}

impl fmt::Display for BadRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadRule::Expr(error) => error.fmt(f),
            BadRule::Text(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for BadRule {}

impl Rule {
    /// Ready to be evaluated, with its texts in a language.
    ///
    /// # Errors
    ///
    /// If its expression or one of its texts cannot be read.
    pub fn alert(&self, language: Language) -> Result<Alert, BadRule> {
        let text = |text: &str| Template::new(text).map_err(BadRule::Text);
        let expr = parse(&self.expr).map_err(BadRule::Expr)?;
        Ok(Alert {
            hold: self.hold,
            keep_firing: self.keep_firing,
            labels: vec![("severity".to_owned(), text(self.severity)?)],
            annotations: vec![
                ("summary".to_owned(), text(language(self.summary))?),
                ("description".to_owned(), text(language(self.description))?),
            ],
            ..Alert::new(self.name, expr)
        })
    }
}

/// Rules that are evaluated together, so often.
///
/// # Errors
///
/// If one of them cannot be read.
pub fn group<'a>(
    name: &str,
    rules: impl IntoIterator<Item = &'a Rule>,
    interval: Millis,
    language: Language,
) -> Result<rule::Group, BadRule> {
    let rule = |rule: &Rule| rule.alert(language).map(rule::Rule::Alert);
    let rules = rules.into_iter().map(rule).collect::<Result<_, _>>()?;
    Ok(rule::Group { name: name.to_owned(), interval, rules })
}

/// All pairs in one group, each rule of the seed before the one that works.
///
/// # Errors
///
/// Never, as long as the texts of [`ALL`] can be read.
pub fn all(interval: Millis, language: Language) -> Result<rule::Group, BadRule> {
    let both = ALL.iter().flat_map(|pair| [&pair.seed, &pair.mended]);
    group("stampede", both, interval, language)
}
