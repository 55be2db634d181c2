//! What a selector says of one label.

use std::fmt;

use super::Labels;
use crate::regex::Regex;

/// How a label's value is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `=~`
    Matches,
    /// `!~`
    MatchesNot,
}

impl Op {
    /// As it is written.
    pub fn sign(self) -> &'static str {
        match self {
            Op::Equal => "=",
            Op::NotEqual => "!=",
            Op::Matches => "=~",
            Op::MatchesNot => "!~",
        }
    }
}

/// A label's name, and what its value has to be. A label that is not there has
/// the empty value.
#[derive(Clone, Debug)]
pub struct Matcher {
    /// The label.
    pub name: String,
    /// How it is compared,
    pub op: Op,
    /// and with what.
    pub value: String,
    regex: Option<Regex>,
}

impl Matcher {
    /// One that compares `name` with `value`.
    ///
    /// # Errors
    ///
    /// If `value` should be a regular expression, and is none.
    pub fn new(name: &str, op: Op, value: &str) -> Result<Self, crate::regex::Error> {
        let regex = match op {
            Op::Equal | Op::NotEqual => None,
            Op::Matches | Op::MatchesNot => Some(Regex::new(value)?),
        };
        Ok(Self { name: name.to_owned(), op, value: value.to_owned(), regex })
    }

    /// Whether series with these labels are taken.
    pub fn takes(&self, labels: &Labels) -> bool {
        self.takes_value(labels.get(&self.name))
    }

    /// Whether this value is.
    pub fn takes_value(&self, value: &str) -> bool {
        let same = match &self.regex {
            Some(regex) => regex.matches(value),
            None => self.value == value,
        };
        same == matches!(self.op, Op::Equal | Op::Matches)
    }
}

impl PartialEq for Matcher {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, self.op, &self.value) == (&other.name, other.op, &other.value)
    }
}

impl fmt::Display for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.name, self.op.sign(), quoted(&self.value))
    }
}

/// Whether this can be a label's name.
pub fn is_label_name(name: &str) -> bool {
    is_metric_name(name) && !name.contains(':')
}

/// Whether this can be a metric's name.
pub fn is_metric_name(name: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit()) && name.chars().all(word)
}

/// A string as PromQL writes it, between double quotes.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
