//! The words of a text, taken one after the other.

use std::ops::Range;

use super::error::{Error, Expected, Mistake};
use super::expr::{Expr, Kind};
use super::token::{SIGNS, Spanned, Token};
use super::{DEEPEST, duration};
use crate::number::shortest;
use crate::series::{is_label_name, quoted};

pub type Read<T> = Result<T, Error>;

pub struct Reader {
    pub tokens: Vec<Spanned>,
    pub at: usize,
    pub depth: usize,
    /// Where the last word that was taken ends.
    pub end: usize,
}

impl Reader {
    pub fn peek(&self) -> &Token {
        &self.tokens[self.at].0
    }

    /// The word after the next one.
    pub fn peek_second(&self) -> &Token {
        &self.tokens[(self.at + 1).min(self.tokens.len() - 1)].0
    }

    pub fn here(&self) -> Range<usize> {
        self.tokens[self.at].1.clone()
    }

    /// Takes a word. The last one, which is the end or bad, is not taken.
    pub fn take(&mut self) -> Range<usize> {
        let at = self.here();
        if self.at + 1 < self.tokens.len() {
            self.at += 1;
            self.end = at.end;
        }
        at
    }

    pub fn is_sign(&self, sign: &str) -> bool {
        *self.peek() == Token::Sign(as_sign(sign))
    }

    pub fn eat(&mut self, sign: &str) -> bool {
        let found = self.is_sign(sign);
        if found {
            self.take();
        }
        found
    }

    /// Takes this word, however it is written.
    pub fn eat_word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Token::Word(found) if found.eq_ignore_ascii_case(word));
        if found {
            self.take();
        }
        found
    }

    /// What is wrong with the next word, where something else is expected.
    pub fn unexpected(&self, expected: Expected) -> Error {
        let found = match self.peek() {
            Token::Bad(mistake) => return Error { at: self.here(), mistake: mistake.clone() },
            Token::Sign("@") => return Error { at: self.here(), mistake: Mistake::At },
            Token::End => None,
            Token::Number(value) => Some(shortest(*value)),
            Token::Duration(ms) => Some(duration(*ms)),
            Token::Text(text) => Some(quoted(text)),
            Token::Word(word) => Some(format!("\"{word}\"")),
            Token::Sign(sign) => Some(format!("\"{sign}\"")),
        };
        Error { at: self.here(), mistake: Mistake::Unexpected { found, expected } }
    }

    /// The same for what should be closed: at the end, the opening is to blame.
    pub fn not_closed(&self, sign: char, opened: &Range<usize>, expected: Expected) -> Error {
        match self.peek() {
            Token::End => Error { at: opened.clone(), mistake: Mistake::Open(sign) },
            _ => self.unexpected(expected),
        }
    }

    pub fn made(&self, kind: Kind, from: usize) -> Read<Expr> {
        let mut expr = Expr { kind, at: from..self.end, depth: 0 };
        expr.depth = 1 + expr.parts().iter().map(|part| part.depth).max().unwrap_or(0);
        if expr.depth > DEEPEST {
            return Err(Error { at: expr.at, mistake: Mistake::TooDeep });
        }
        Ok(expr)
    }

    /// `(a, b)`
    pub fn labels(&mut self) -> Read<Vec<String>> {
        let opened = self.here();
        if !self.eat("(") {
            return Err(self.unexpected(Expected::Sign('(')));
        }
        let mut labels = Vec::new();
        while !self.eat(")") {
            labels.push(self.label_name(&opened, '(')?);
            if !self.eat(",") && !self.is_sign(")") {
                return Err(self.not_closed('(', &opened, Expected::CommaOr(')')));
            }
        }
        Ok(labels)
    }

    pub fn label_name(&mut self, opened: &Range<usize>, sign: char) -> Read<String> {
        match self.peek() {
            Token::Word(word) if is_label_name(word) => {
                let word = word.clone();
                self.take();
                Ok(word)
            }
            _ => Err(self.not_closed(sign, opened, Expected::LabelName)),
        }
    }
}

/// The sign as the lexer has it.
fn as_sign(sign: &str) -> &'static str {
    SIGNS.into_iter().find(|other| *other == sign).unwrap_or("")
}
