//! From words to an expression, by how tightly operators bind (V. R. Pratt,
//! "Top Down Operator Precedence").

use std::ops::Range;

use super::DEEPEST;
use super::error::{Error, Expected, Mistake, Slot};
use super::expr::{
    Aggregate, Aggregation, Binary, BinaryOp, Cardinality, Expr, Grouping, Kind, Matching, Selector,
};
use super::functions::Function;
use super::token::{Spanned, Token, tokens};
use super::types::Type;
use crate::Millis;
use crate::regex::Regex;
use crate::series::{Matcher, NAME, Op, is_label_name};

type Read<T> = Result<T, Error>;

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
        "on", "ignoring", "group_left", "group_right", "bool", "by", "without", "offset", "inf",
        "nan",
    ];
    let word = word.to_ascii_lowercase();
    WORDS.contains(&word.as_str()) || binary_op(&word).is_some() || aggregation(&word).is_some()
}

fn binary_op(word: &str) -> Option<BinaryOp> {
    BinaryOp::ALL.into_iter().find(|(_, sign, _)| *sign == word).map(|(op, ..)| op)
}

fn aggregation(word: &str) -> Option<Aggregation> {
    Aggregation::ALL.into_iter().find(|(_, name)| *name == word).map(|(how, _)| how)
}

struct Reader {
    tokens: Vec<Spanned>,
    at: usize,
    depth: usize,
    /// Where the last word that was taken ends.
    end: usize,
}

impl Reader {
    fn peek(&self) -> &Token {
        &self.tokens[self.at].0
    }

    /// The word after the next one.
    fn peek_second(&self) -> &Token {
        &self.tokens[(self.at + 1).min(self.tokens.len() - 1)].0
    }

    fn here(&self) -> Range<usize> {
        self.tokens[self.at].1.clone()
    }

    /// Takes a word. The last one, which is the end or bad, is not taken.
    fn take(&mut self) -> Range<usize> {
        let at = self.here();
        if self.at + 1 < self.tokens.len() {
            self.at += 1;
            self.end = at.end;
        }
        at
    }

    fn is_sign(&self, sign: &str) -> bool {
        *self.peek() == Token::Sign(as_sign(sign))
    }

    fn eat(&mut self, sign: &str) -> bool {
        let found = self.is_sign(sign);
        if found {
            self.take();
        }
        found
    }

    /// Takes this word, however it is written.
    fn eat_word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Token::Word(found) if found.eq_ignore_ascii_case(word));
        if found {
            self.take();
        }
        found
    }

    /// What is wrong with the next word, where something else is expected.
    fn unexpected(&self, expected: Expected) -> Error {
        let found = match self.peek() {
            Token::Bad(mistake) => return Error { at: self.here(), mistake: mistake.clone() },
            Token::Sign("@") => return Error { at: self.here(), mistake: Mistake::At },
            Token::End => None,
            Token::Number(value) => Some(crate::number::shortest(*value)),
            Token::Duration(ms) => Some(super::duration(*ms)),
            Token::Text(text) => Some(crate::series::quoted(text)),
            Token::Word(word) => Some(format!("\"{word}\"")),
            Token::Sign(sign) => Some(format!("\"{sign}\"")),
        };
        Error { at: self.here(), mistake: Mistake::Unexpected { found, expected } }
    }

    /// The same for what should be closed: at the end, the opening is to blame.
    fn not_closed(&self, sign: char, opened: &Range<usize>, expected: Expected) -> Error {
        match self.peek() {
            Token::End => Error { at: opened.clone(), mistake: Mistake::Open(sign) },
            _ => self.unexpected(expected),
        }
    }

    fn made(&self, kind: Kind, from: usize) -> Read<Expr> {
        let mut expr = Expr { kind, at: from..self.end, depth: 0 };
        expr.depth = 1 + expr.parts().iter().map(|part| part.depth).max().unwrap_or(0);
        if expr.depth > DEEPEST {
            return Err(Error { at: expr.at, mistake: Mistake::TooDeep });
        }
        Ok(expr)
    }

    /// Operators that bind tighter than `least`, and what is between them.
    fn expression(&mut self, least: u8) -> Read<Expr> {
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

    /// `(a, b)`
    fn labels(&mut self) -> Read<Vec<String>> {
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

    fn label_name(&mut self, opened: &Range<usize>, sign: char) -> Read<String> {
        match self.peek() {
            Token::Word(word) if is_label_name(word) => {
                let word = word.clone();
                self.take();
                Ok(word)
            }
            _ => Err(self.not_closed(sign, opened, Expected::LabelName)),
        }
    }

    /// Something with a value, with what stands behind it.
    fn operand(&mut self) -> Read<Expr> {
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

    /// `name{a="b"}`, of which either part may be missing.
    fn selector(&mut self, name: Option<String>) -> Read<Expr> {
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
    fn range(&mut self, of: Expr) -> Read<Expr> {
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
                Token::Sign("]") => None,
                Token::End => return Err(self.not_closed('[', &opened, Expected::Duration)),
                _ => Some(self.duration()?),
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
    fn offset(&mut self, mut of: Expr) -> Read<Expr> {
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

/// The sign as the lexer has it.
fn as_sign(sign: &str) -> &'static str {
    super::token::SIGNS.into_iter().find(|other| *other == sign).unwrap_or("")
}

fn wrong(expr: &Expr, expected: Type, slot: Slot) -> Error {
    let mistake = Mistake::WrongType { expected, got: expr.gives(), slot };
    Error { at: expr.at.clone(), mistake }
}

/// Whether the sides of an operator, which stands `at`, go together.
fn binary_fits(binary: &Binary, at: Range<usize>) -> Read<()> {
    let sides = [&binary.left, &binary.right];
    if let Some(side) =
        sides.into_iter().find(|side| !matches!(side.gives(), Type::Scalar | Type::Vector))
    {
        return Err(Error { at: side.at.clone(), mistake: Mistake::Operand(side.gives()) });
    }
    let scalars = sides.into_iter().filter(|side| side.gives() == Type::Scalar).count();
    let mistake = if scalars == 2 && binary.op.is_comparison() && !binary.returns_bool {
        Mistake::ScalarComparison
    } else if scalars > 0 && !binary.matching.labels.is_empty() {
        Mistake::MatchingScalars
    } else if scalars > 0 && binary.op.is_set() {
        Mistake::SetOfScalars(binary.op.sign().to_owned())
    } else {
        return Ok(());
    };
    Err(Error { at, mistake })
}

/// Whether the strings of `label_replace` and `label_join` are what they have
/// to be. They are known before anything is evaluated.
fn texts_fit(function: Function, arguments: &[Expr]) -> Read<()> {
    let text = |nr: usize| match &arguments[nr].bare().kind {
        Kind::Text(text) => text.as_str(),
        _ => "",
    };
    let name = |nr: usize| {
        let mistake = Mistake::BadLabelName(text(nr).to_owned());
        let good = is_label_name(text(nr));
        if good { Ok(()) } else { Err(Error { at: arguments[nr].at.clone(), mistake }) }
    };
    match function {
        Function::LabelReplace => {
            name(1)?;
            let regex = Regex::new(text(4));
            let error = |error| Error { at: arguments[4].at.clone(), mistake: Mistake::BadRegex(error) };
            regex.map(drop).map_err(error)
        }
        Function::LabelJoin => {
            name(1)?;
            (3..arguments.len()).try_for_each(name)
        }
        _ => Ok(()),
    }
}
