//! From words to an expression, by how tightly operators bind (V. R. Pratt,
//! "Top Down Operator Precedence").

use std::ops::Range;

use super::DEEPEST;
use super::error::{Error, Expected, Mistake};
use super::expr::{Binary, Cardinality, Expr, Kind, Matching};
use super::fits::binary_fits;
use super::op::{Aggregation, BinaryOp};
use super::token::{Token, tokens};
use super::words::{Read, Reader};

/// The expression that a text is.
///
/// # Errors
///
/// If it is none, or its types do not fit: the first mistake.
pub fn parse(text: &str) -> Result<Expr, Error> {
    let mut reader = Reader { tokens: tokens(text), at: 0, depth: 0, end: 0 };
    let expr = reader.expression(0)?;
    match reader.peek() {
        Token::End => Ok(expr),
        _ => Err(reader.unexpected(Expected::OperatorOrEnd)),
    }
}

/// Words that mean something of their own, at least in some places.
pub fn is_keyword(word: &str) -> bool {
    const WORDS: [&str; 10] = [
        "on",
        "ignoring",
        "group_left",
        "group_right",
        "bool",
        "by",
        "without",
        "offset",
        "inf",
        "nan",
    ];
    let word = word.to_ascii_lowercase();
    WORDS.contains(&word.as_str()) || binary_op(&word).is_some() || aggregation(&word).is_some()
}

fn binary_op(word: &str) -> Option<BinaryOp> {
    BinaryOp::ALL.into_iter().find(|(_, sign, _)| *sign == word).map(|(op, ..)| op)
}

pub fn aggregation(word: &str) -> Option<Aggregation> {
    Aggregation::ALL.into_iter().find(|(_, name)| *name == word).map(|(how, _)| how)
}

impl Reader {
    /// Operators that bind tighter than `least`, and what is between them.
    pub fn expression(&mut self, least: u8) -> Read<Expr> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Error { at: self.here(), mistake: Mistake::TooDeep });
        }
        let mut left = self.operand()?;
        while let Some(op) = self.operator().filter(|op| op.binds() > least) {
            let at = self.take();
            let (returns_bool, matching) = self.modifiers(op, &at)?;
            // `2^3^2` is `2^(3^2)`.
            let least = op.binds() - u8::from(op == BinaryOp::Power);
            let right = self.expression(least)?;
            let from = left.at.start;
            let binary = Binary { op, returns_bool, matching, left, right };
            binary_fits(&binary, at)?;
            left = self.made(Kind::Binary(Box::new(binary)), from)?;
        }
        self.depth -= 1;
        Ok(left)
    }

    fn operator(&self) -> Option<BinaryOp> {
        match self.peek() {
            Token::Sign(sign) => binary_op(sign),
            Token::Word(word) => binary_op(&word.to_ascii_lowercase()),
            _ => None,
        }
    }

    fn modifiers(&mut self, op: BinaryOp, at: &Range<usize>) -> Read<(bool, Matching)> {
        let bool_at = self.here();
        let returns_bool = self.eat_word("bool");
        if returns_bool && !op.is_comparison() {
            return Err(Error { at: bool_at, mistake: Mistake::BoolWithoutComparison });
        }
        let mut matching = Matching { on: self.eat_word("on"), ..Matching::default() };
        if !matching.on && !self.eat_word("ignoring") {
            return Ok((returns_bool, matching));
        }
        matching.labels = self.labels()?;
        let group_at = self.here();
        matching.cardinality = if self.eat_word("group_left") {
            Cardinality::ManyToOne
        } else if self.eat_word("group_right") {
            Cardinality::OneToMany
        } else {
            return Ok((returns_bool, matching));
        };
        if op.is_set() {
            let mistake = Mistake::GroupedSet(op.sign().to_owned());
            return Err(Error { at: group_at.start.max(at.start)..group_at.end, mistake });
        }
        let labels_at = self.here().start;
        if self.is_sign("(") {
            matching.include = self.labels()?;
        }
        let both = matching.include.iter().find(|label| matching.labels.contains(label));
        if let Some(label) = both.filter(|_| matching.on) {
            let mistake = Mistake::LabelInBoth(label.clone());
            return Err(Error { at: labels_at..self.end, mistake });
        }
        Ok((returns_bool, matching))
    }
}
