//! Every field of a scenario: one table for checks, schema, knobs and links.

use serde_json::Value;

use super::{Distribution, Expected, Fault, Problem, SECTIONS, action};

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

/// The document's own fields, and those of its load.
const LOAD: &[(&str, Kind)] = &[
    ("name", Kind::Text),
    ("about.en", Kind::Text),
    ("about.ja", Kind::Text),
    (
        "load.executor",
        Kind::Word(&[
            "burst",
            "constant-arrival-rate",
            "ramping-arrival-rate",
            "constant-vus",
            "ramping-vus",
            "shared-iterations",
        ]),
    ),
    ("load.requests", whole(1.0, MAX_REQUESTS)),
    ("load.at_ms", real(0.0, DAY)),
    ("load.spread_ms", real(0.0, DAY)),
    ("load.rate", real(0.001, 1_000_000.0)),
    ("load.duration_ms", real(1.0, DAY)),
    ("load.arrivals", Kind::Word(&["poisson", "paced"])),
    ("load.max_vus", whole(1.0, MAX_REQUESTS)),
    ("load.start_rate", real(0.0, 1_000_000.0)),
    ("load.stages[].target", real(0.0, 1_000_000.0)),
    ("load.stages[].duration_ms", real(0.0, DAY)),
    ("load.vus", whole(1.0, 10_000.0)),
    ("load.start_vus", whole(0.0, 10_000.0)),
    ("load.think_ms", real(0.0, DAY)),
    ("load.think", Distribution::KIND),
    ("load.iterations", whole(1.0, MAX_REQUESTS)),
];

/// Fields of links and scripts.
const LINK: &[(&str, Kind)] = &[
    ("seed", whole(0.0, 9_007_199_254_740_991.0)),
    ("t", real(0.0, DAY)),
    ("speed", real(0.0, DAY)),
    ("lang", Kind::Word(&["en", "ja"])),
];

/// Every field by its path, in order; `[]` stands for every element of a list.
pub fn all() -> impl Iterator<Item = &'static (&'static str, Kind)> {
    let parts = [LOAD].into_iter().chain(SECTIONS.iter().copied());
    parts.chain([action::FIELDS, LINK]).flatten()
}

/// Names of links and scripts, not of scenarios.
const ELSEWHERE: [&str; 5] = ["actions", "seed", "t", "speed", "lang"];

/// The limit of the number at `path`.
pub fn limit(path: &str) -> Option<Limit> {
    match find(path) {
        Some(Kind::Number(limit)) => Some(limit),
        _ => None,
    }
}

/// What the field at `path` may hold.
pub fn find(path: &str) -> Option<Kind> {
    all().find(|(known, _)| *known == path).map(|(_, kind)| *kind)
}

/// Checks a document against the table: every field of it is known, and holds
/// what it may. Which fields belong to which executor is left to the types.
pub(super) fn check(document: &Value) -> Result<(), Problem> {
    walk(document, "", "")
}

/// Checks a list of actions; `path` is where it stands.
pub(super) fn check_actions(path: &str, list: &Value) -> Result<(), Problem> {
    walk(list, path, "actions")
}

/// `pattern` is `path` with `[]` for every index.
fn walk(value: &Value, path: &str, pattern: &str) -> Result<(), Problem> {
    if let Some(kind) = find(pattern) {
        return kind.check(path, value);
    }
    // What happens to the system is read by itself.
    if pattern == "events" {
        return Ok(());
    }
    let list = format!("{pattern}[].");
    if all().any(|(known, _)| known.starts_with(&list)) {
        let Value::Array(elements) = value else { return Err(wrong(path, value, Expected::List)) };
        for (i, element) in elements.iter().enumerate() {
            walk(element, &format!("{path}[{i}]"), &format!("{pattern}[]"))?;
        }
        return Ok(());
    }
    // What a person did can also be a single word, which the types know.
    let Value::Object(fields) = value else {
        let word = pattern.ends_with(".do") && value.is_string();
        return if word { Ok(()) } else { Err(wrong(path, value, Expected::Object)) };
    };
    let join = |parent: &str, name: &str| match parent {
        "" => name.to_owned(),
        parent => format!("{parent}.{name}"),
    };
    let known = names(pattern);
    for (name, value) in fields {
        let path = join(path, name);
        if !known.contains(&name.as_str()) {
            // The types know which fields this executor has.
            if pattern == "load" {
                continue;
            }
            return Err(Problem::new(&path, Fault::UnknownField(known.join(", "))));
        }
        walk(value, &path, &join(pattern, name))?;
    }
    // Elements of lists have no defaults.
    match known.into_iter().find(|name| pattern.ends_with("[]") && !fields.contains_key(*name)) {
        Some(name) => Err(Problem::new(&join(path, name), Fault::Missing)),
        None => Ok(()),
    }
}

/// The fields right below a pattern, in the table's order.
fn names(pattern: &str) -> Vec<&'static str> {
    let mut names = Vec::new();
    for (path, _) in all() {
        let below = match pattern {
            "" => Some(*path),
            pattern => path.strip_prefix(pattern).and_then(|rest| rest.strip_prefix('.')),
        };
        let name = below.and_then(|rest| rest.split(['.', '[']).next());
        names.extend(name.filter(|name| !names.contains(name)));
    }
    if pattern.is_empty() {
        names.retain(|name| !ELSEWHERE.contains(name));
        names.push("events");
    }
    names
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
