//! Sets of characters.

use crate::order::sorted;

/// Characters from one to another, several times, or all others.
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    /// Each from the first to the last.
    pub ranges: Vec<(char, char)>,
    /// Whether it is all others.
    pub negated: bool,
    /// Whether large and small letters of ASCII are the same.
    pub fold: bool,
}

impl Class {
    /// One of these.
    pub fn of(ranges: &[(char, char)]) -> Self {
        Self { ranges: ranges.to_vec(), negated: false, fold: false }
    }

    /// Whether it has this character.
    pub fn has(&self, c: char) -> bool {
        let within = |c: char| self.ranges.iter().any(|&(from, to)| (from..=to).contains(&c));
        let found = within(c)
            || self.fold && (within(c.to_ascii_lowercase()) || within(c.to_ascii_uppercase()));
        found != self.negated
    }

    /// The class of `\d`, `\w` or `\s`, or of their opposites.
    pub fn perl(letter: char) -> Option<Self> {
        let ranges: &[(char, char)] = match letter.to_ascii_lowercase() {
            'd' => &[('0', '9')],
            'w' => &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
            's' => &[('\t', '\n'), ('\x0c', '\r'), (' ', ' ')],
            _ => return None,
        };
        Some(Self { negated: letter.is_ascii_uppercase(), ..Self::of(ranges) })
    }

    /// The class that stands in `[:…:]`.
    pub fn posix(name: &str) -> Option<&'static [(char, char)]> {
        Some(match name {
            "alnum" => &[('0', '9'), ('A', 'Z'), ('a', 'z')],
            "alpha" => &[('A', 'Z'), ('a', 'z')],
            "ascii" => &[('\0', '\x7f')],
            "blank" => &[('\t', '\t'), (' ', ' ')],
            "cntrl" => &[('\0', '\x1f'), ('\x7f', '\x7f')],
            "digit" => &[('0', '9')],
            "graph" => &[('!', '~')],
            "lower" => &[('a', 'z')],
            "print" => &[(' ', '~')],
            "punct" => &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
            "space" => &[('\t', '\r'), (' ', ' ')],
            "upper" => &[('A', 'Z')],
            "word" => &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
            "xdigit" => &[('0', '9'), ('A', 'F'), ('a', 'f')],
            _ => return None,
        })
    }

    /// The ranges that it has, or for a negated one those that it has not.
    pub fn positive(self) -> Vec<(char, char)> {
        if !self.negated {
            return self.ranges;
        }
        let ranges = sorted(self.ranges, Ord::cmp);
        let (mut out, mut next) = (Vec::new(), '\0');
        for (from, to) in ranges {
            if next < from {
                out.push((next, before(from)));
            }
            next = next.max(after(to));
        }
        out.push((next, char::MAX));
        out
    }
}

fn before(c: char) -> char {
    char::from_u32(c as u32 - 1).unwrap_or('\u{d7ff}')
}

fn after(c: char) -> char {
    char::from_u32(c as u32 + 1).unwrap_or('\u{e000}')
}
