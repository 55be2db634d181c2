//! Whatever has a value: numbers, calls, aggregations, what is in parentheses.

use super::error::{Error, Expected, Mistake, Slot};
use super::expr::{Aggregate, Expr, Grouping, Kind};
use super::fits::{texts_fit, wrong};
use super::functions::Function;
use super::op::{Aggregation, BinaryOp};
use super::read::aggregation;
use super::token::Token;
use super::types::Type;
use super::words::{Read, Reader};

impl Reader {
    /// Something with a value, with what stands behind it.
    pub fn operand(&mut self) -> Read<Expr> {
        let from = self.here().start;
        let (plus, minus) = (self.is_sign("+"), self.is_sign("-"));
        if plus || minus {
            self.take();
            let inner = self.expression(BinaryOp::Multiply.binds())?;
            if !matches!(inner.gives(), Type::Scalar | Type::Vector) {
                return Err(wrong(&inner, Type::Vector, Slot::Unary));
            }
            return if plus { Ok(inner) } else { self.made(Kind::Minus(Box::new(inner)), from) };
        }
        let mut expr = self.primary()?;
        loop {
            if self.is_sign("[") {
                expr = self.range(expr)?;
            } else if self.eat_word("offset") {
                expr = self.offset(expr)?;
            } else {
                return Ok(expr);
            }
        }
    }

    fn primary(&mut self) -> Read<Expr> {
        let at = self.here();
        match self.peek().clone() {
            Token::Number(value) => {
                self.take();
                self.made(Kind::Number(value), at.start)
            }
            Token::Text(text) => {
                self.take();
                self.made(Kind::Text(text), at.start)
            }
            Token::Sign("(") => {
                self.take();
                let inner = self.expression(0)?;
                if !self.eat(")") {
                    return Err(self.not_closed('(', &at, Expected::OperatorOr(')')));
                }
                self.made(Kind::Paren(Box::new(inner)), at.start)
            }
            Token::Sign("{") => self.selector(None),
            Token::Word(word) => self.word(word),
            _ => Err(self.unexpected(Expected::Expression)),
        }
    }

    fn word(&mut self, word: String) -> Read<Expr> {
        let lower = word.to_ascii_lowercase();
        let call = *self.peek_second() == Token::Sign("(");
        let groups = |token: &Token| {
            let is = |word: &str, other| word.eq_ignore_ascii_case(other);
            matches!(token, Token::Word(word) if is(word, "by") || is(word, "without"))
        };
        if let Some(how) = aggregation(&lower).filter(|_| call || groups(self.peek_second())) {
            return self.aggregate(how);
        }
        if call {
            return self.call(word);
        }
        if matches!(lower.as_str(), "on" | "ignoring" | "group_left" | "group_right" | "bool") {
            return Err(self.unexpected(Expected::Expression));
        }
        self.selector(Some(word))
    }

    fn aggregate(&mut self, how: Aggregation) -> Read<Expr> {
        let at = self.take();
        let before = self.grouping()?;
        if !self.is_sign("(") {
            return Err(self.unexpected(Expected::Sign('(')));
        }
        let mut arguments = self.arguments()?;
        let after = if before.is_none() { self.grouping()? } else { None };
        let count = 1 + usize::from(how.has_parameter());
        let name = how.name().to_owned();
        if arguments.len() != count {
            let (least, most, got) = (count, Some(count), arguments.len());
            let mistake = Mistake::Arguments { of: name, least, most, got };
            return Err(Error { at, mistake });
        }
        let Some(of) = arguments.pop() else { return Err(self.unexpected(Expected::Expression)) };
        let parameter = arguments.pop();
        if let Some(parameter) = parameter.as_ref().filter(|it| it.gives() != Type::Scalar) {
            return Err(wrong(parameter, Type::Scalar, Slot::Parameter(name)));
        }
        if of.gives() != Type::Vector {
            return Err(wrong(&of, Type::Vector, Slot::Aggregation(name)));
        }
        let grouping = before.or(after).unwrap_or_default();
        let aggregate = Aggregate { how, parameter, of, grouping };
        self.made(Kind::Aggregate(Box::new(aggregate)), at.start)
    }

    fn grouping(&mut self) -> Read<Option<Grouping>> {
        let without = self.eat_word("without");
        if !without && !self.eat_word("by") {
            return Ok(None);
        }
        Ok(Some(Grouping { without, labels: self.labels()? }))
    }

    /// `(a, b)`
    fn arguments(&mut self) -> Read<Vec<Expr>> {
        let opened = self.take();
        let mut arguments = Vec::new();
        if self.eat(")") {
            return Ok(arguments);
        }
        loop {
            if *self.peek() == Token::End {
                return Err(self.not_closed('(', &opened, Expected::Expression));
            }
            arguments.push(self.expression(0)?);
            if self.eat(")") {
                return Ok(arguments);
            }
            if !self.eat(",") {
                return Err(self.not_closed('(', &opened, Expected::OperatorOrComma));
            }
        }
    }

    fn call(&mut self, name: String) -> Read<Expr> {
        let at = self.take();
        let Some(function) = Function::named(&name) else {
            return Err(Error { at, mistake: Mistake::UnknownFunction(name) });
        };
        let arguments = self.arguments()?;
        let signature = function.signature();
        let most = (!signature.repeats).then_some(signature.takes.len());
        let got = arguments.len();
        if got < signature.least || most.is_some_and(|most| got > most) {
            let mistake = Mistake::Arguments { of: name, least: signature.least, most, got };
            return Err(Error { at, mistake });
        }
        for (nr, argument) in arguments.iter().enumerate() {
            let expected = signature.takes[nr.min(signature.takes.len() - 1)];
            if argument.gives() != expected {
                return Err(wrong(argument, expected, Slot::Call(name)));
            }
        }
        texts_fit(function, &arguments)?;
        self.made(Kind::Call { function, arguments }, at.start)
    }
}
