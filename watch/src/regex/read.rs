//! The text of an expression as a tree.

use super::class::Class;
use super::{Error, Mistake};

/// How deep groups may be nested.
const DEPTH: usize = 50;
/// What RE2 repeats at most.
const MOST: u32 = 1000;

/// A piece of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// One character of a class.
    One(Class),
    /// One after the other.
    Chain(Vec<Node>),
    /// The first of them that leads to a match.
    Either(Vec<Node>),
    /// What is kept under a number.
    Group(usize, Box<Node>),
    /// From so many times to so many (`None`: any number of times).
    Repeat { of: Box<Node>, least: u32, most: Option<u32>, greedy: bool },
    /// Nothing, at the beginning.
    Start,
    /// Nothing, at the end.
    End,
    /// Nothing, at the edge of a word, or where there is none.
    Edge(bool),
}

/// The tree of an expression, and the names of its groups; group 0 is all of it.
pub fn read(text: &str) -> Result<(Node, Vec<Option<String>>), Error> {
    let mut reader =
        Reader { text, at: 0, groups: vec![None], fold: false, dot_all: false, depth: 0 };
    let node = reader.either()?;
    match reader.peek() {
        None => Ok((Node::Group(0, Box::new(node)), reader.groups)),
        Some(_) => Err(reader.mistake(Mistake::ClosedGroup)),
    }
}

pub struct Reader<'a> {
    text: &'a str,
    pub at: usize,
    groups: Vec<Option<String>>,
    pub fold: bool,
    dot_all: bool,
    depth: usize,
}

impl Reader<'_> {
    pub fn mistake(&self, mistake: Mistake) -> Error {
        Error { at: self.at, mistake }
    }

    pub fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    pub fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    pub fn eat(&mut self, what: &str) -> bool {
        let found = self.rest().starts_with(what);
        if found {
            self.at += what.len();
        }
        found
    }

    fn either(&mut self) -> Result<Node, Error> {
        let mut all = vec![self.chain()?];
        while self.eat("|") {
            all.push(self.chain()?);
        }
        Ok(if all.len() == 1 { all.remove(0) } else { Node::Either(all) })
    }

    fn chain(&mut self) -> Result<Node, Error> {
        let mut all = Vec::new();
        while self.peek().is_some_and(|c| c != '|' && c != ')') {
            if let Some(one) = self.one()? {
                let one = self.repeated(one)?;
                all.push(one);
            }
        }
        Ok(Node::Chain(all))
    }

    /// One piece, or flags, which are none.
    fn one(&mut self) -> Result<Option<Node>, Error> {
        let at = self.at;
        if self.times()?.is_some() {
            return Err(Error { at, mistake: Mistake::NothingToRepeat });
        }
        let Some(c) = self.next() else { return Ok(None) };
        Ok(Some(match c {
            '(' => return self.group(at),
            '[' => Node::One(self.class(at)?),
            '.' if self.dot_all => Node::One(Class { negated: true, ..Class::of(&[]) }),
            '.' => Node::One(Class { negated: true, ..Class::of(&[('\n', '\n')]) }),
            '^' => Node::Start,
            '$' => Node::End,
            '\\' => self.escape(at)?,
            c => self.literal(c),
        }))
    }

    pub fn literal(&self, c: char) -> Node {
        Node::One(Class { fold: self.fold, ..Class::of(&[(c, c)]) })
    }

    fn group(&mut self, at: usize) -> Result<Option<Node>, Error> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(Error { at, mistake: Mistake::TooLarge });
        }
        let (fold, dot_all) = (self.fold, self.dot_all);
        let mut number = None;
        if self.eat("?P<") || self.eat("?<") {
            let end = self.rest().find('>').ok_or(Error { at, mistake: Mistake::BadGroup })?;
            let name = self.rest()[..end].to_owned();
            let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
            if name.is_empty() || !name.chars().all(word) {
                return Err(Error { at, mistake: Mistake::BadGroup });
            }
            self.at += end + 1;
            number = Some(self.groups.len());
            self.groups.push(Some(name));
        } else if self.eat("?") {
            if self.flags(at)? {
                self.depth -= 1;
                return Ok(None);
            }
        } else {
            number = Some(self.groups.len());
            self.groups.push(None);
        }
        let inner = self.either()?;
        if !self.eat(")") {
            return Err(Error { at, mistake: Mistake::OpenGroup });
        }
        (self.fold, self.dot_all) = (fold, dot_all);
        self.depth -= 1;
        Ok(Some(match number {
            Some(number) => Node::Group(number, Box::new(inner)),
            None => inner,
        }))
    }

    /// Flags up to `:` or `)`; whether it was the latter, so that they go on.
    fn flags(&mut self, at: usize) -> Result<bool, Error> {
        let mut on = true;
        loop {
            match self.next() {
                Some('i') => self.fold = on,
                Some('s') => self.dot_all = on,
                Some('-') if on => on = false,
                Some(':') => return Ok(false),
                Some(')') => return Ok(true),
                _ => return Err(Error { at, mistake: Mistake::BadGroup }),
            }
        }
    }

    fn repeated(&mut self, one: Node) -> Result<Node, Error> {
        let at = self.at;
        let Some((least, most)) = self.times()? else { return Ok(one) };
        let greedy = !self.eat("?");
        if self.times()?.is_some() {
            return Err(Error { at, mistake: Mistake::NothingToRepeat });
        }
        Ok(Node::Repeat { of: Box::new(one), least, most, greedy })
    }

    /// How often, if that comes next.
    fn times(&mut self) -> Result<Option<(u32, Option<u32>)>, Error> {
        Ok(match self.peek() {
            Some('{') => return self.count(),
            Some('*') => self.next().map(|_| (0, None)),
            Some('+') => self.next().map(|_| (1, None)),
            Some('?') => self.next().map(|_| (0, Some(1))),
            _ => None,
        })
    }

    /// `{2}`, `{2,}` or `{2,3}`; anything else there is just characters.
    fn count(&mut self) -> Result<Option<(u32, Option<u32>)>, Error> {
        let at = self.at;
        let Some(end) = self.rest().find('}') else { return Ok(None) };
        let inner = &self.rest()[1..end];
        let (least, most) = inner.split_once(',').unwrap_or((inner, inner));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !digits(least) || !(digits(most) || most.is_empty()) {
            return Ok(None);
        }
        let bad = Error { at, mistake: Mistake::BadCount };
        let number = |text: &str| text.parse().ok().filter(|&n: &u32| n <= MOST).ok_or(bad);
        let least = number(least)?;
        let most = if most.is_empty() { None } else { Some(number(most)?) };
        if most.is_some_and(|most| most < least) {
            return Err(bad);
        }
        self.at += end + 1;
        Ok(Some((least, most)))
    }
}
