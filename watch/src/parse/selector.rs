//! Selectors, and what may stand behind one: a range, an offset.

use std::ops::Range;

use super::SUBQUERY_STEP;
use super::error::{Error, Expected, Mistake, Slot};
use super::expr::{Expr, Kind, Selector};
use super::fits::wrong;
use super::token::Token;
use super::types::Type;
use super::words::{Read, Reader};
use crate::Millis;
use crate::series::{Matcher, NAME, Op};

impl Reader {
    /// `name{a="b"}`, of which either part may be missing.
    pub fn selector(&mut self, name: Option<String>) -> Read<Expr> {
        let from = self.here().start;
        let mut matchers = Vec::new();
        if name.is_some() {
            self.take();
        }
        if self.is_sign("{") {
            let opened = self.take();
            while !self.eat("}") {
                let at = self.here();
                let matcher = self.matcher(&opened)?;
                if matcher.name == NAME && name.is_some() {
                    return Err(Error { at: at.start..self.end, mistake: Mistake::NameTwice });
                }
                matchers.push(matcher);
                if !self.eat(",") && !self.is_sign("}") {
                    return Err(self.not_closed('{', &opened, Expected::CommaOr('}')));
                }
            }
        }
        let is_name = |matcher: &Matcher| matcher.name == NAME && matcher.op == Op::Equal;
        match name.and_then(|name| Matcher::new(NAME, Op::Equal, &name).ok()) {
            Some(matcher) => matchers.insert(0, matcher),
            None => {
                if let Some(place) = matchers.iter().position(is_name) {
                    matchers[..=place].rotate_right(1);
                }
            }
        }
        if matchers.iter().all(|matcher| matcher.takes_value("")) {
            return Err(Error { at: from..self.end, mistake: Mistake::EmptySelector });
        }
        self.made(Kind::Select(Selector { matchers, offset: 0 }), from)
    }

    fn matcher(&mut self, opened: &Range<usize>) -> Read<Matcher> {
        let name = self.label_name(opened, '{')?;
        let ops = [Op::Equal, Op::NotEqual, Op::Matches, Op::MatchesNot];
        let Some(op) = ops.into_iter().find(|op| self.is_sign(op.sign())) else {
            return Err(self.not_closed('{', opened, Expected::MatchOp));
        };
        self.take();
        let Token::Text(value) = self.peek().clone() else {
            return Err(self.not_closed('{', opened, Expected::Text));
        };
        let at = self.take();
        Matcher::new(&name, op, &value)
            .map_err(|error| Error { at, mistake: Mistake::BadRegex(error) })
    }

    fn duration(&mut self) -> Read<Millis> {
        match *self.peek() {
            Token::Duration(0) => Err(Error { at: self.here(), mistake: Mistake::ZeroDuration }),
            Token::Duration(ms) => {
                self.take();
                Ok(ms)
            }
            _ => Err(self.unexpected(Expected::Duration)),
        }
    }

    /// `[5m]`, or `[5m:1m]` for a subquery.
    pub fn range(&mut self, of: Expr) -> Read<Expr> {
        let opened = self.take();
        let closed = |reader: &mut Self, expected| match reader.eat("]") {
            true => Ok(()),
            false => Err(reader.not_closed('[', &opened, expected)),
        };
        if *self.peek() == Token::End {
            return Err(self.not_closed('[', &opened, Expected::Duration));
        }
        let range = self.duration()?;
        let from = of.at.start;
        if self.eat(":") {
            let step = match self.peek() {
                Token::Sign("]") => SUBQUERY_STEP,
                Token::End => return Err(self.not_closed('[', &opened, Expected::Duration)),
                _ => self.duration()?,
            };
            closed(self, Expected::Sign(']'))?;
            if of.gives() != Type::Vector {
                return Err(wrong(&of, Type::Vector, Slot::Subquery));
            }
            return self.made(Kind::Subquery { of: Box::new(of), range, step, offset: 0 }, from);
        }
        closed(self, Expected::Sign(']'))?;
        let at = opened.start..self.end;
        match of.kind {
            Kind::Select(selector) if selector.offset == 0 => {
                self.made(Kind::Range { selector, range }, from)
            }
            Kind::Select(_) => Err(Error { at, mistake: Mistake::RangeAfterOffset }),
            _ => Err(Error { at, mistake: Mistake::RangeOfExpression }),
        }
    }

    /// The duration after `offset`.
    pub fn offset(&mut self, mut of: Expr) -> Read<Expr> {
        let word = self.tokens[self.at - 1].1.clone();
        let later = self.eat("-");
        let ms = self.duration()?;
        let mistake = match &mut of.kind {
            Kind::Select(Selector { offset, .. })
            | Kind::Range { selector: Selector { offset, .. }, .. }
            | Kind::Subquery { offset, .. } => {
                if *offset == 0 {
                    *offset = if later { -ms } else { ms };
                    of.at.end = self.end;
                    return Ok(of);
                }
                Mistake::OffsetTwice
            }
            _ => Mistake::OffsetOfExpression,
        };
        Err(Error { at: word.start..self.end, mistake })
    }
}
