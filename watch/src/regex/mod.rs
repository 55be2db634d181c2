//! Regular expressions as label matchers and `label_replace` use them: RE2's
//! syntax (Go's `regexp/syntax`), anchored at both ends, in linear time. What
//! of it is missing is refused: octal and Unicode classes (`\p{…}`), `\Q`, and
//! the flags `m` and `U`; `i` is about ASCII alone. As in Prometheus 2.42, `.`
//! takes no line break.
//!
//! It is our own because labels ask for little: `regex-lite`, the smallest crate
//! for it, is 25 KB of Wasm after gzip, a third of all of this crate.

mod characters;
mod class;
mod machine;
mod read;

use std::fmt;

use machine::Program;

/// A compiled expression.
#[derive(Clone, Debug)]
pub struct Regex {
    program: Program,
    names: Vec<(String, usize)>,
}

/// What is wrong with an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error {
    /// Where, in bytes of the expression.
    pub at: usize,
    /// What.
    pub mistake: Mistake,
}

/// What can be wrong with an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// `(` without `)`.
    OpenGroup,
    /// `)` without `(`.
    ClosedGroup,
    /// `[` without `]`.
    OpenClass,
    /// A class that goes from a later character to an earlier one.
    BackwardRange,
    /// `*`, `+`, `?` or `{…}` with nothing to repeat.
    NothingToRepeat,
    /// A count over a thousand, or from more to less.
    BadCount,
    /// An escape that RE2 does not have, or that is not supported here.
    BadEscape,
    /// A flag or a kind of group that is unknown or not supported here.
    BadGroup,
    /// Too long, or nested too deep.
    TooLarge,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.mistake {
            Mistake::OpenGroup => "missing closing )",
            Mistake::ClosedGroup => "unexpected )",
            Mistake::OpenClass => "missing closing ]",
            Mistake::BackwardRange => "invalid character class range",
            Mistake::NothingToRepeat => "missing argument to repetition operator",
            Mistake::BadCount => "invalid repeat count",
            Mistake::BadEscape => "invalid escape sequence",
            Mistake::BadGroup => "invalid or unsupported group or flag",
            Mistake::TooLarge => "expression too large",
        })?;
        write!(f, " at {} of the regular expression", self.at)
    }
}

impl std::error::Error for Error {}

impl Regex {
    /// Compiles an expression.
    ///
    /// # Errors
    ///
    /// If it is none, or needs what is not supported.
    pub fn new(text: &str) -> Result<Self, Error> {
        let (node, groups) = read::read(text)?;
        let program = Program::new(&node, groups.len())?;
        let names = groups.into_iter().enumerate();
        let names = names.filter_map(|(nr, name)| Some((name?, nr))).collect();
        Ok(Self { program, names })
    }

    /// Whether all of `text` matches.
    pub fn matches(&self, text: &str) -> bool {
        self.program.run(text, 0).is_some()
    }

    /// If all of `text` matches: `template` with `$1`, `${1}` and `${name}` put
    /// in (Go's `Regexp.Expand`). What there is no group for is empty.
    pub fn expand(&self, text: &str, template: &str) -> Option<String> {
        let slots = self.program.run(text, self.program.slots())?;
        let group = |name: &str| {
            let nr = name
                .parse()
                .ok()
                .or_else(|| self.names.iter().find(|(other, _)| other == name).map(|(_, nr)| *nr));
            let (from, to) = (nr? * 2, nr? * 2 + 1);
            text.get((*slots.get(from)?)?..(*slots.get(to)?)?)
        };
        let mut out = String::new();
        let mut rest = template;
        while let Some(dollar) = rest.find('$') {
            out.push_str(&rest[..dollar]);
            let after = &rest[dollar + 1..];
            if let Some(more) = after.strip_prefix('$') {
                out.push('$');
                rest = more;
            } else if let Some((name, more)) = reference(after) {
                out.push_str(group(name).unwrap_or_default());
                rest = more;
            } else {
                out.push('$');
                rest = after;
            }
        }
        out.push_str(rest);
        Some(out)
    }
}

/// `{name}` or `name` at the beginning, and what comes after it.
fn reference(text: &str) -> Option<(&str, &str)> {
    let word = |text: &str| {
        let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        end.unwrap_or(text.len())
    };
    let (name, rest) = match text.strip_prefix('{') {
        Some(inner) => {
            let (name, rest) = inner.split_at(word(inner));
            (name, rest.strip_prefix('}')?)
        }
        None => text.split_at(word(text)),
    };
    (!name.is_empty()).then_some((name, rest))
}

#[cfg(test)]
mod tests;
