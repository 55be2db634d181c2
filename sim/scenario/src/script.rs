//! A protector that somebody wrote, and what can be wrong with it.

use std::fmt;

use super::fields::Kind;
use super::section::section;

/// The longest script, in bytes.
pub const MAX_BYTES: usize = 16 * 1024;

section! {
    /// A protector that somebody wrote.
    pub struct ScriptSpec in "script" {
        /// Its source (Rune): what answers a request, in place of looking into the
        /// cache, the layers and filling the cache. Empty: there is none, and the
        /// defences that are on answer. Otherwise their switches say which of them are
        /// seen in the picture, and nothing else.
        source: String = String::new(), Kind::Text;
    }
}

/// A mistake in a script, found before anything is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// In which line, from 1.
    pub line: u32,
    /// At which character of it, from 1.
    pub column: u32,
    /// Line and column behind it.
    pub end: (u32, u32),
    /// What is wrong.
    pub what: What,
}

/// What can be wrong with a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// It has more than [`MAX_BYTES`].
    TooLong,
    /// Too much is nested, or a statement is too long.
    TooDeep,
    /// A word of the language that scripts do without.
    Word(String),
    /// A character that they do without.
    Character(char),
    /// A method that they do without.
    Method(String),
    /// A text or comment that does not end.
    Unclosed,
    /// There is no `pub async fn get(key)`.
    NoGet,
    /// The language does not have it so: what it says, in English.
    Language(String),
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            What::TooLong => write!(f, "the script has more than {MAX_BYTES} bytes"),
            What::TooDeep => f.write_str("too much is nested here, or the statement is too long"),
            What::Word(word) => write!(f, "scripts do without `{word}`"),
            What::Character(c) => write!(f, "scripts do without `{c}`"),
            What::Method(name) => write!(f, "scripts have no method `{name}`"),
            What::Unclosed => f.write_str("this text or comment does not end"),
            What::NoGet => f.write_str("there is no `pub async fn get(key)`"),
            What::Language(message) => f.write_str(message),
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.what)
    }
}
