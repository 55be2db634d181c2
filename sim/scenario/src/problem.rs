//! What is wrong with some input: where, what was found, what is allowed.

use std::fmt;

use super::link::stations;
use super::script::Trouble;

/// A refusal. The page shows it in the reader's language, the terminal in
/// English through [`fmt::Display`].
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// The field, as `load.stages[1].target`; empty for the whole document.
    pub path: String,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong, with what is allowed.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// A number outside its range, or a fraction where none may be.
    OutOfRange {
        /// What was there.
        found: String,
        /// The smallest allowed.
        min: f64,
        /// The largest allowed.
        max: f64,
        /// Whether only whole numbers are allowed.
        whole: bool,
    },
    /// Allowed each, too many together.
    TooManyRequests {
        /// How many it would send (may be infinite).
        expected: f64,
        /// How many are allowed.
        max: f64,
    },
    /// A field that does not exist here. Holds the ones that do.
    UnknownField(String),
    /// A word that is none of the allowed ones, which it holds.
    UnknownWord {
        /// What was there.
        found: String,
        /// The words allowed.
        allowed: String,
    },
    /// A field that must be there and is not.
    Missing,
    /// The wrong type.
    WrongType {
        /// What was there.
        found: String,
        /// What is allowed.
        expected: Expected,
    },
    /// A part of something that has none, which it holds.
    NoParts(String),
    /// Means nothing without another setting, which it holds.
    Needs(String),
    /// Does not go together with another setting, which it holds.
    Excludes(String),
    /// Stands in a list for the second time. Holds the word.
    Twice(String),
    /// Not readable as JSON, or not as a document of this kind.
    Syntax(String),
    /// A script with a mistake.
    Script(Trouble),
    /// A link that was cut or changed on its way.
    DamagedLink,
    /// A link of a version this program does not know. Holds the version.
    UnknownVersion(String),
}

/// What is allowed where something of another type was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Any number.
    Number,
    /// A number without a fraction.
    WholeNumber,
    /// `true` or `false`.
    Flag,
    /// A text.
    Text,
    /// A list of words.
    Words,
    /// A list.
    List,
    /// An object.
    Object,
    /// What can happen: a word, or an object with one.
    Deed,
    /// `PATH=VALUE`.
    Change,
    /// A chapter, as in a link.
    Chapter,
    /// A lane and something in it, as in a link.
    Selection,
    /// A file that the page has written.
    SavedFile,
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Expected::Number => "a number",
            Expected::WholeNumber => "a whole number",
            Expected::Flag => "true or false",
            Expected::Text => "a text",
            Expected::Words => "a list of words",
            Expected::List => "a list",
            Expected::Object => "an object",
            Expected::Deed => "`\"clear-cache\"`, or one deed with all its fields",
            Expected::Change => "PATH=VALUE",
            Expected::Chapter => "a chapter's number, or a chapter, a dot, and a heading's number",
            Expected::Selection => {
                let stations = stations().join(", ");
                return write!(f, "a lane, a dot, and a request's number or {stations}");
            }
            Expected::SavedFile => "a file that was saved here",
        })
    }
}

impl Problem {
    /// A problem with the field at `path`.
    pub fn new(path: &str, fault: Fault) -> Problem {
        Problem { path: path.to_owned(), fault }
    }
}

/// A limit as people write it: no exponent, thousands apart.
pub fn number(x: f64) -> String {
    if x.is_infinite() {
        return "∞".to_owned();
    }
    if x.fract() != 0.0 || x.abs() < 1_000.0 {
        return x.to_string();
    }
    let sign = if x < 0.0 { "-" } else { "" };
    format!("{sign}{}", count(x.abs() as u64))
}

/// A whole number, thousands apart.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Problem { path, fault } = self;
        if !path.is_empty() {
            write!(f, "{path}: ")?;
        }
        match fault {
            Fault::OutOfRange { found, min, max, whole } => {
                let kind = if *whole { "a whole number" } else { "a number" };
                let (min, max) = (number(*min), number(*max));
                write!(f, "{found} is not allowed; allowed is {kind} from {min} to {max}")
            }
            Fault::TooManyRequests { expected, max } => write!(
                f,
                "this run would send about {} requests; allowed are {} in one run",
                number(expected.round()),
                number(*max)
            ),
            Fault::UnknownField(allowed) => {
                write!(f, "there is no such field; allowed is {allowed}")
            }
            Fault::UnknownWord { found, allowed } => {
                write!(f, "{found} is not known; allowed is {allowed}")
            }
            Fault::Missing => write!(f, "this field is missing"),
            Fault::WrongType { found, expected } => {
                write!(f, "{found} is not allowed; allowed is {expected}")
            }
            Fault::NoParts(whole) => write!(f, "there is no such field; {whole} has no parts"),
            Fault::Needs(other) => write!(f, "this needs {other} to be on"),
            Fault::Excludes(other) => write!(f, "this and {other} cannot be on together"),
            Fault::Twice(word) => write!(f, "{word} is named twice; allowed is once"),
            Fault::Syntax(message) => write!(f, "not a readable scenario: {message}"),
            Fault::Script(trouble) => write!(f, "{trouble}"),
            Fault::DamagedLink => {
                write!(f, "this link was cut or changed on its way; ask for it again")
            }
            Fault::UnknownVersion(version) => {
                write!(
                    f,
                    "this link has version {version}, which this page does not know; it knows 1"
                )
            }
        }
    }
}

impl std::error::Error for Problem {}
