//! Every field of a scenario: one table for checks, schema, knobs and links.

use serde_json::Value;

use super::section::told;
use super::{Action, Expected, Fault, Load, Problem, SECTIONS};

/// The most requests a run may send.
pub const MAX_REQUESTS: f64 = 5_000_000.0;
/// The longest span a field may hold, in milliseconds: a day.
pub(super) const DAY: f64 = 86_400_000.0;

/// What a field may hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// A number.
    Number(Limit),
    /// True or false.
    Flag,
    /// One of some words.
    Word(&'static [&'static str]),
    /// Some of some words, in any order.
    Words(&'static [&'static str]),
    /// Any text.
    Text,
    /// A list of such values.
    List(&'static Kind),
    /// An object with these parts.
    Object(&'static [Part]),
    /// One of several kinds of thing, each with its own parts.
    Choice(&'static Choice),
}

/// A part of an object.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// Its name.
    pub name: &'static str,
    /// What it may hold.
    pub kind: Kind,
    /// Whether it must be there.
    pub required: bool,
}

/// See [`Kind::Choice`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Choice {
    /// The field that says which it is. Empty: see [`choice!`](super::section).
    pub tag: &'static str,
    /// What there is to choose from: the word and the parts of each.
    pub options: &'static [(&'static str, &'static [Part])],
}

/// What a number may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limit {
    /// The smallest value allowed.
    pub min: f64,
    /// The largest value allowed.
    pub max: f64,
    /// Whether it must be a whole number.
    pub whole: bool,
}

pub(super) const fn real(min: f64, max: f64) -> Kind {
    Kind::Number(Limit { min, max, whole: false })
}

pub(super) const fn whole(min: f64, max: f64) -> Kind {
    Kind::Number(Limit { min, max, whole: true })
}

/// The document's own fields before its sections.
const HEAD: &[(&str, Kind)] = &[
    ("name", Kind::Text),
    ("about.en", Kind::Text),
    ("about.ja", Kind::Text),
    ("load", Load::KIND),
];

/// And after them.
const TAIL: &[(&str, Kind)] = &[("events", Action::LIST)];

/// What links have beside a scenario's fields.
const LINK: &[(&str, Kind)] = &[
    ("seed", whole(0.0, 9_007_199_254_740_991.0)),
    ("t", real(0.0, DAY)),
    ("speed", real(0.0, DAY)),
    ("lang", Kind::Word(&["en", "ja"])),
];

/// Every field of a document by its path, in order. What is in a list or a
/// choice is in its kind.
pub fn all() -> impl Iterator<Item = &'static (&'static str, Kind)> {
    let parts = [HEAD].into_iter().chain(SECTIONS.iter().copied());
    parts.chain([TAIL]).flatten()
}

/// The limit of the number at `path`.
pub fn limit(path: &str) -> Option<Limit> {
    match find(path) {
        Some(Kind::Number(limit)) => Some(limit),
        _ => None,
    }
}

/// What the field at `path` of a document or a link may hold. Of a choice, the
/// first option that has such a part is meant.
pub fn find(path: &str) -> Option<Kind> {
    all().chain(LINK).find_map(|(known, kind)| {
        let rest = path.strip_prefix(known)?;
        match rest.strip_prefix('.') {
            Some(inner) => kind.part(inner),
            None => rest.is_empty().then_some(*kind),
        }
    })
}

/// Checks a document against the table: every field of it is known, and holds
/// what it may.
pub(super) fn check(document: &Value) -> Result<(), Problem> {
    let Value::Object(fields) = document else {
        return Err(wrong("", document, Expected::Object));
    };
    for (name, value) in fields {
        match all().find(|(path, _)| path == name) {
            Some((_, kind)) => kind.check(name, value)?,
            None => check_section(name, value)?,
        }
    }
    Ok(())
}

/// Checks a part of a document that is an object, and whose fields may be absent.
fn check_section(section: &str, value: &Value) -> Result<(), Problem> {
    let known: Vec<(&str, Kind)> = all()
        .filter_map(|(path, kind)| {
            let (part, name) = path.split_once('.')?;
            (part == section).then_some((name, *kind))
        })
        .collect();
    if known.is_empty() {
        let mut names: Vec<&str> = all().filter_map(|(path, _)| path.split('.').next()).collect();
        names.dedup();
        return Err(Problem::new(section, Fault::UnknownField(names.join(", "))));
    }
    let Value::Object(fields) = value else {
        return Err(wrong(section, value, Expected::Object));
    };
    for (name, value) in fields {
        let path = format!("{section}.{name}");
        match known.iter().find(|(known, _)| known == name) {
            Some((_, kind)) => kind.check(&path, value)?,
            None => {
                let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
                return Err(Problem::new(&path, Fault::UnknownField(names.join(", "))));
            }
        }
    }
    Ok(())
}

/// Checks an object with parts; `tag` is a field that has been checked.
fn check_parts(path: &str, value: &Value, parts: &[Part], tag: &str) -> Result<(), Problem> {
    let Value::Object(fields) = value else {
        return Err(wrong(path, value, Expected::Object));
    };
    for (name, value) in fields.iter().filter(|(name, _)| *name != tag) {
        let path = format!("{path}.{name}");
        match parts.iter().find(|part| part.name == name) {
            Some(part) => part.kind.check(&path, value)?,
            None => {
                let names: Vec<&str> = parts.iter().map(|part| part.name).collect();
                return Err(Problem::new(&path, Fault::UnknownField(names.join(", "))));
            }
        }
    }
    match parts.iter().find(|part| part.required && !fields.contains_key(part.name)) {
        Some(part) => Err(Problem::new(&format!("{path}.{}", part.name), Fault::Missing)),
        None => Ok(()),
    }
}

impl Choice {
    fn check(&self, path: &str, value: &Value) -> Result<(), Problem> {
        let word_at = |name: &str| match name {
            "" => path.to_owned(),
            name => format!("{path}.{name}"),
        };
        let Some((word, fields)) = told(self.tag, value) else {
            return Err(match (self.tag, value) {
                ("", _) => wrong(path, value, Expected::Deed),
                (tag, Value::Object(fields)) => match fields.get(tag) {
                    Some(found) => wrong(&word_at(tag), found, Expected::Text),
                    None => Problem::new(&word_at(tag), Fault::Missing),
                },
                _ => wrong(path, value, Expected::Object),
            });
        };
        let Some((_, parts)) = self.options.iter().find(|(known, _)| *known == word) else {
            let words: Vec<&str> = self.options.iter().map(|(word, _)| *word).collect();
            let (found, allowed) = (word.to_owned(), words.join(", "));
            return Err(Problem::new(&word_at(self.tag), Fault::UnknownWord { found, allowed }));
        };
        match (self.tag, fields) {
            ("", Value::Null) if parts.is_empty() => Ok(()),
            ("", fields) => check_parts(&format!("{path}.{word}"), fields, parts, ""),
            (tag, fields) => check_parts(path, fields, parts, tag),
        }
    }
}

fn wrong(path: &str, found: &Value, expected: Expected) -> Problem {
    let found = match found {
        Value::Object(_) => "{…}".to_owned(),
        Value::Array(_) => "[…]".to_owned(),
        other => other.to_string(),
    };
    Problem::new(path, Fault::WrongType { found, expected })
}

impl Kind {
    /// What the part at a path below it may hold; `[]` stands for every
    /// element of a list.
    fn part(&self, path: &str) -> Option<Kind> {
        let (name, rest) = path.split_once('.').map_or((path, None), |(n, r)| (n, Some(r)));
        let (name, in_list) = name.strip_suffix("[]").map_or((name, false), |name| (name, true));
        let within = |parts: &&[Part]| parts.iter().find(|part| part.name == name).map(|p| p.kind);
        let kind = match self {
            Kind::Object(parts) => within(parts),
            Kind::Choice(choice) => choice.options.iter().find_map(|(_, parts)| within(parts)),
            _ => None,
        }?;
        let kind = match (kind, in_list) {
            (Kind::List(of), true) => *of,
            (_, true) => return None,
            (kind, false) => kind,
        };
        rest.map_or(Some(kind), |rest| kind.part(rest))
    }

    /// Checks one value; `path` is where it stands.
    pub fn check(&self, path: &str, value: &Value) -> Result<(), Problem> {
        match (self, value) {
            (Kind::Number(limit), Value::Number(number)) => {
                limit.check(path, number.as_f64().unwrap_or(f64::NAN))
            }
            (Kind::Number(limit), other) => Err(wrong(path, other, limit.kind())),
            (Kind::Flag, Value::Bool(_)) | (Kind::Text, Value::String(_)) => Ok(()),
            (Kind::Flag, other) => Err(wrong(path, other, Expected::Flag)),
            (Kind::Text, other) => Err(wrong(path, other, Expected::Text)),
            (Kind::Words(words), Value::Array(list)) => list
                .iter()
                .enumerate()
                .try_for_each(|(i, word)| Kind::Word(words).check(&format!("{path}[{i}]"), word)),
            (Kind::Words(_), other) => Err(wrong(path, other, Expected::Words)),
            (Kind::List(kind), Value::Array(list)) => list
                .iter()
                .enumerate()
                .try_for_each(|(i, value)| kind.check(&format!("{path}[{i}]"), value)),
            (Kind::List(_), other) => Err(wrong(path, other, Expected::List)),
            (Kind::Object(parts), value) => check_parts(path, value, parts, ""),
            (Kind::Choice(choice), value) => choice.check(path, value),
            (Kind::Word(words), other) => match other.as_str() {
                Some(word) if words.contains(&word) => Ok(()),
                found => {
                    let found = found.map_or_else(|| other.to_string(), str::to_owned);
                    Err(Problem::new(path, Fault::UnknownWord { found, allowed: words.join(", ") }))
                }
            },
        }
    }
}

impl Limit {
    /// Checks one number; `path` is where it stands.
    pub fn check(&self, path: &str, number: f64) -> Result<(), Problem> {
        let Limit { min, max, whole } = *self;
        if (min..=max).contains(&number) && (!whole || number.fract() == 0.0) {
            return Ok(());
        }
        let found = number.to_string();
        Err(Problem::new(path, Fault::OutOfRange { found, min, max, whole }))
    }

    fn kind(&self) -> Expected {
        if self.whole { Expected::WholeNumber } else { Expected::Number }
    }
}
