//! Escapes, and classes between brackets.

use super::class::Class;
use super::read::{Node, Reader};
use super::{Error, Mistake};

impl Reader<'_> {
    pub fn escape(&mut self, at: usize) -> Result<Node, Error> {
        let c = self.peek().ok_or(Error { at, mistake: Mistake::BadEscape })?;
        if let Some(class) = Class::perl(c) {
            self.next();
            return Ok(Node::One(class));
        }
        let edge = match c {
            'A' => Node::Start,
            'z' => Node::End,
            'b' => Node::Edge(true),
            'B' => Node::Edge(false),
            _ => return self.literal_escaped(at),
        };
        self.next();
        Ok(edge)
    }

    fn literal_escaped(&mut self, at: usize) -> Result<Node, Error> {
        let c = self.escaped(at)?;
        Ok(self.literal(c))
    }

    /// The character that an escape stands for.
    fn escaped(&mut self, at: usize) -> Result<char, Error> {
        let bad = Error { at, mistake: Mistake::BadEscape };
        Ok(match self.next().ok_or(bad)? {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'f' => '\x0c',
            'v' => '\x0b',
            'a' => '\x07',
            'x' => {
                let digits = if self.eat("{") {
                    let end = self.rest().find('}').ok_or(bad)?;
                    let digits = self.rest()[..end].to_owned();
                    self.at += end + 1;
                    digits
                } else {
                    let digits = self.rest().get(..2).ok_or(bad)?.to_owned();
                    self.at += 2;
                    digits
                };
                let code = u32::from_str_radix(&digits, 16).map_err(|_| bad)?;
                char::from_u32(code).ok_or(bad)?
            }
            c if c.is_ascii_punctuation() => c,
            _ => return Err(bad),
        })
    }

    pub fn class(&mut self, at: usize) -> Result<Class, Error> {
        let open = Error { at, mistake: Mistake::OpenClass };
        let mut class = Class { negated: self.eat("^"), fold: self.fold, ..Class::of(&[]) };
        let mut first = true;
        loop {
            let here = self.at;
            if self.eat("[:") {
                let end = self.rest().find(":]").ok_or(open)?;
                let name = self.rest()[..end].to_owned();
                let (name, negated) = match name.strip_prefix('^') {
                    Some(name) => (name, true),
                    None => (name.as_str(), false),
                };
                let bad = Error { at: here, mistake: Mistake::BackwardRange };
                let ranges = Class::posix(name).ok_or(bad)?;
                class.ranges.extend(Class { negated, ..Class::of(ranges) }.positive());
                self.at += end + 2;
                first = false;
                continue;
            }
            let c = self.next().ok_or(open)?;
            if c == ']' && !first {
                return Ok(class);
            }
            first = false;
            if c == '\\'
                && let Some(perl) = self.peek().and_then(Class::perl)
            {
                self.next();
                class.ranges.extend(perl.positive());
                continue;
            }
            let from = if c == '\\' { self.escaped(here)? } else { c };
            let mut to = from;
            if self.rest().starts_with('-') && !self.rest().starts_with("-]") {
                self.next();
                let end = self.at;
                to = match self.next().ok_or(open)? {
                    '\\' => self.escaped(end)?,
                    c => c,
                };
                if to < from {
                    return Err(Error { at: here, mistake: Mistake::BackwardRange });
                }
            }
            class.ranges.push((from, to));
        }
    }
}
