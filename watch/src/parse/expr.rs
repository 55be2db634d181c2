//! An expression.

use std::ops::Range;

use super::functions::Function;
use super::op::{Aggregation, BinaryOp};
use super::types::Type;
use crate::Millis;
use crate::series::Matcher;

/// An expression whose types fit, made by [`super::parse`]. Two are equal if
/// they say the same, wherever they stand.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: Kind,
    /// Where it stands, in bytes of the text.
    pub at: Range<usize>,
    /// How many expressions there are from here to the innermost.
    pub(super) depth: usize,
}

impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

/// What an expression can be.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "fields are what they are called in PromQL")]
pub enum Kind {
    /// `1.5`
    Number(f64),
    /// `"text"`
    Text(String),
    /// `up{job="api"} offset 1m`
    Select(Selector),
    /// `up[5m]`
    Range { selector: Selector, range: Millis },
    /// `rate(x[1m])[5m:30s]`
    Subquery { of: Box<Expr>, range: Millis, step: Millis, offset: Millis },
    /// `(x)`
    Paren(Box<Expr>),
    /// `-x`
    Minus(Box<Expr>),
    /// `a + b`
    Binary(Box<Binary>),
    /// `sum by (a) (x)`
    Aggregate(Box<Aggregate>),
    /// `rate(x[5m])`
    Call { function: Function, arguments: Vec<Expr> },
}

/// Which series, and how long ago.
#[derive(Clone, Debug, PartialEq)]
pub struct Selector {
    /// All of them must take a series. That of a name, if it is one with `=`, is first.
    pub matchers: Vec<Matcher>,
    /// How long ago, in ms; negative for later.
    pub offset: Millis,
}

/// An operator between two expressions.
#[derive(Clone, Debug, PartialEq)]
pub struct Binary {
    /// Which.
    pub op: BinaryOp,
    /// Whether a comparison gives 0 or 1, and takes nothing away.
    pub returns_bool: bool,
    /// Which series of one side meet which of the other.
    pub matching: Matching,
    /// What stands before it,
    pub left: Expr,
    /// and behind it.
    pub right: Expr,
}

/// Which series of one side meet which of the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matching {
    /// `on` these labels, or else `ignoring` them.
    pub on: bool,
    /// These.
    pub labels: Vec<String>,
    /// How many on each side.
    pub cardinality: Cardinality,
    /// Labels that are taken from the side of one.
    pub include: Vec<String>,
}

/// How many series of a side may meet one of the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cardinality {
    /// One on each side (for `and`, `or` and `unless`: any number).
    #[default]
    OneToOne,
    /// `group_left`
    ManyToOne,
    /// `group_right`
    OneToMany,
}

/// Several series become one, or a few of them remain.
#[derive(Clone, Debug, PartialEq)]
pub struct Aggregate {
    /// How.
    pub how: Aggregation,
    /// The `k` of `topk` and `bottomk`, the `φ` of `quantile`.
    pub parameter: Option<Expr>,
    /// What of.
    pub of: Expr,
    /// Which of them together.
    pub grouping: Grouping,
}

/// Which series are taken together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grouping {
    /// `without` these labels, or else `by` them.
    pub without: bool,
    /// These.
    pub labels: Vec<String>,
}

impl Expr {
    /// What kind of thing it is.
    pub fn gives(&self) -> Type {
        match &self.kind {
            Kind::Number(_) => Type::Scalar,
            Kind::Text(_) => Type::Text,
            Kind::Select(_) | Kind::Aggregate(_) => Type::Vector,
            Kind::Range { .. } | Kind::Subquery { .. } => Type::Range,
            Kind::Paren(inner) | Kind::Minus(inner) => inner.gives(),
            Kind::Binary(binary) => match (binary.left.gives(), binary.right.gives()) {
                (Type::Scalar, Type::Scalar) => Type::Scalar,
                _ => Type::Vector,
            },
            Kind::Call { function, .. } => function.signature().gives,
        }
    }

    /// The expressions that it is made of.
    pub fn parts(&self) -> Vec<&Expr> {
        match &self.kind {
            Kind::Number(_) | Kind::Text(_) | Kind::Select(_) | Kind::Range { .. } => Vec::new(),
            Kind::Subquery { of, .. } | Kind::Paren(of) | Kind::Minus(of) => vec![of],
            Kind::Binary(binary) => vec![&binary.left, &binary.right],
            Kind::Aggregate(aggregate) => {
                aggregate.parameter.iter().chain([&aggregate.of]).collect()
            }
            Kind::Call { arguments, .. } => arguments.iter().collect(),
        }
    }

    /// All selectors in it.
    pub fn selectors(&self) -> Vec<&Selector> {
        match &self.kind {
            Kind::Select(selector) | Kind::Range { selector, .. } => vec![selector],
            _ => self.parts().into_iter().flat_map(Expr::selectors).collect(),
        }
    }

    /// Itself without the parentheses around it.
    pub fn bare(&self) -> &Expr {
        match &self.kind {
            Kind::Paren(inner) => inner.bare(),
            _ => self,
        }
    }
}
