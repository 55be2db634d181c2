//! What can be wrong with an expression.

use std::fmt;
use std::ops::Range;

use super::types::Type;
use crate::regex;

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Error {
    /// The bytes of the text that are to blame. Empty at its end.
    pub at: Range<usize>,
    /// What is wrong with them.
    pub mistake: Mistake,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum Mistake {
    /// A character that means nothing here.
    Character(char),
    /// A string without its end.
    OpenText,
    /// An escape that there is not, in a string.
    BadEscape(String),
    /// Neither a number nor a duration.
    BadNumber(String),
    /// Something else was expected.
    Unexpected {
        /// What there is; `None` at the end of the text.
        found: Option<String>,
        /// What there should be.
        expected: Expected,
    },
    /// `(`, `[` or `{` that is never closed.
    Open(char),
    /// A duration of nothing.
    ZeroDuration,
    /// `@`, which this implementation does not have.
    At,
    /// No such function.
    UnknownFunction(String),
    /// Too few or too many arguments.
    Arguments {
        /// Of which function or aggregation.
        of: String,
        /// At least so many,
        least: usize,
        /// at most so many (`None`: any number),
        most: Option<usize>,
        /// and there are
        got: usize,
    },
    /// Another type is needed.
    WrongType {
        /// This one.
        expected: Type,
        /// It is
        got: Type,
        /// Where it stands.
        slot: Slot,
    },
    /// An operand that is neither a number nor an instant vector.
    Operand(Type),
    /// Two numbers are compared without `bool`.
    ScalarComparison,
    /// `bool` at an operator that does not compare.
    BoolWithoutComparison,
    /// `on` or `ignoring` where not both sides are vectors.
    MatchingScalars,
    /// `and`, `or` or `unless` where not both sides are vectors.
    SetOfScalars(String),
    /// `group_left` or `group_right` at `and`, `or` or `unless`.
    GroupedSet(String),
    /// A label in `on` that is in `group_left` or `group_right`, too.
    LabelInBoth(String),
    /// A range behind what is no selector.
    RangeOfExpression,
    /// A range behind an `offset`.
    RangeAfterOffset,
    /// `offset` behind what is no selector and no subquery.
    OffsetOfExpression,
    /// A second `offset`.
    OffsetTwice,
    /// A selector that takes series without any label.
    EmptySelector,
    /// A metric's name in front of the braces and in them.
    NameTwice,
    /// A regular expression that is none.
    BadRegex(regex::Error),
    /// What cannot be a label's name.
    BadLabelName(String),
    /// Nested too deep.
    TooDeep,
}

/// What should be in some place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Something with a value.
    Expression,
    /// An operator, or the end.
    OperatorOrEnd,
    /// An operator, or this sign.
    OperatorOr(char),
    /// An operator, a comma, or `)`.
    OperatorOrComma,
    /// This sign.
    Sign(char),
    /// This sign, or a comma.
    CommaOr(char),
    /// A label's name.
    LabelName,
    /// `=`, `!=`, `=~` or `!~`.
    MatchOp,
    /// A string between quotes.
    Text,
    /// A duration such as `5m`.
    Duration,
}

/// Where something of a wrong type stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Slot {
    /// As an argument of this function.
    Call(String),
    /// As what this aggregation is about.
    Aggregation(String),
    /// As the parameter of this aggregation.
    Parameter(String),
    /// Behind a sign.
    Unary,
    /// In a subquery.
    Subquery,
    /// As the whole of a rule or of a query over time: its values are drawn or
    /// compared, so it has to be a number or an instant vector.
    Whole,
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Slot::Call(name) => write!(f, "in call to function \"{name}\""),
            Slot::Aggregation(name) => write!(f, "in aggregation \"{name}\""),
            Slot::Parameter(name) => write!(f, "as parameter of \"{name}\""),
            Slot::Unary => f.write_str("in unary expression"),
            Slot::Subquery => f.write_str("in subquery"),
            Slot::Whole => f.write_str("as the whole expression"),
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expected::Expression => f.write_str("an expression"),
            Expected::OperatorOrEnd => f.write_str("an operator or the end"),
            Expected::OperatorOr(sign) => write!(f, "an operator or \"{sign}\""),
            Expected::OperatorOrComma => f.write_str("an operator, \",\" or \")\""),
            Expected::Sign(sign) => write!(f, "\"{sign}\""),
            Expected::CommaOr(sign) => write!(f, "\",\" or \"{sign}\""),
            Expected::LabelName => f.write_str("a label name"),
            Expected::MatchOp => f.write_str("\"=\", \"!=\", \"=~\" or \"!~\""),
            Expected::Text => f.write_str("a string"),
            Expected::Duration => f.write_str("a duration such as 5m"),
        }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Mistake::Character(c) => write!(f, "unexpected character \"{c}\""),
            Mistake::OpenText => f.write_str("unterminated string"),
            Mistake::BadEscape(escape) => write!(f, "unknown escape sequence {escape}"),
            Mistake::BadNumber(text) => write!(f, "bad number or duration syntax: {text}"),
            Mistake::Unexpected { found: Some(found), expected } => {
                write!(f, "unexpected {found}, expected {expected}")
            }
            Mistake::Unexpected { found: None, expected } => {
                write!(f, "unexpected end, expected {expected}")
            }
            Mistake::Open(sign) => write!(f, "\"{sign}\" is never closed"),
            Mistake::ZeroDuration => f.write_str("duration must be greater than 0"),
            Mistake::At => f.write_str("the @ modifier is not supported"),
            Mistake::UnknownFunction(name) => write!(f, "unknown function \"{name}\""),
            Mistake::Arguments { of, least, most, got } => {
                let count = match most {
                    Some(most) if most == least => format!("{least}"),
                    Some(most) if got > most => format!("at most {most}"),
                    _ => format!("at least {least}"),
                };
                write!(f, "expected {count} argument(s) in call to \"{of}\", got {got}")
            }
            Mistake::WrongType { got, slot: Slot::Whole, .. } => {
                write!(f, "expected type scalar or instant vector, got {got}")
            }
            Mistake::WrongType { expected, got, slot } => {
                write!(f, "expected type {expected} {slot}, got {got}")
            }
            Mistake::Operand(got) => write!(
                f,
                "binary expression must contain only scalar and instant vector types, got {got}"
            ),
            Mistake::ScalarComparison => {
                f.write_str("comparisons between scalars must use BOOL modifier")
            }
            Mistake::BoolWithoutComparison => {
                f.write_str("bool modifier can only be used on comparison operators")
            }
            Mistake::MatchingScalars => {
                f.write_str("vector matching only allowed between instant vectors")
            }
            Mistake::SetOfScalars(op) => {
                write!(f, "set operator \"{op}\" not allowed in binary scalar expression")
            }
            Mistake::GroupedSet(op) => write!(f, "no grouping allowed for \"{op}\" operation"),
            Mistake::LabelInBoth(label) => {
                write!(f, "label \"{label}\" must not occur in ON and GROUP clause at once")
            }
            Mistake::RangeOfExpression => {
                f.write_str("ranges only allowed for vector selectors (a subquery has a colon)")
            }
            Mistake::RangeAfterOffset => f.write_str("no offset modifiers allowed before a range"),
            Mistake::OffsetOfExpression => {
                f.write_str("offset modifier must be preceded by a selector or a subquery")
            }
            Mistake::OffsetTwice => f.write_str("offset may not be set multiple times"),
            Mistake::EmptySelector => {
                f.write_str("vector selector must contain at least one non-empty matcher")
            }
            Mistake::NameTwice => f.write_str("metric name must not be set twice"),
            Mistake::BadRegex(error) => error.fmt(f),
            Mistake::BadLabelName(name) => write!(f, "invalid label name \"{name}\""),
            Mistake::TooDeep => f.write_str("expression is nested too deep"),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}: {}", self.at.start, self.at.end, self.mistake)
    }
}

impl std::error::Error for Error {}
