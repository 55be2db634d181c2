//! An expression.

use std::ops::Range;

use super::functions::Function;
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
    /// `rate(x[1m])[5m:30s]`; without a step, the default one.
    Subquery { of: Box<Expr>, range: Millis, step: Option<Millis>, offset: Millis },
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

/// Operators between two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are what they are called")]
pub enum BinaryOp {
    Or,
    And,
    Unless,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Power,
}

impl BinaryOp {
    /// All of them, with how they are written and how tightly they bind.
    pub const ALL: [(BinaryOp, &str, u8); 15] = [
        (BinaryOp::Or, "or", 1),
        (BinaryOp::And, "and", 2),
        (BinaryOp::Unless, "unless", 2),
        (BinaryOp::Equal, "==", 3),
        (BinaryOp::NotEqual, "!=", 3),
        (BinaryOp::Less, "<", 3),
        (BinaryOp::LessEqual, "<=", 3),
        (BinaryOp::Greater, ">", 3),
        (BinaryOp::GreaterEqual, ">=", 3),
        (BinaryOp::Add, "+", 4),
        (BinaryOp::Subtract, "-", 4),
        (BinaryOp::Multiply, "*", 5),
        (BinaryOp::Divide, "/", 5),
        (BinaryOp::Modulo, "%", 5),
        (BinaryOp::Power, "^", 6),
    ];

    fn line(self) -> (BinaryOp, &'static str, u8) {
        let found = Self::ALL.into_iter().find(|(op, ..)| *op == self);
        found.expect("every operator has a line")
    }

    /// As it is written.
    pub fn sign(self) -> &'static str {
        self.line().1
    }

    /// How tightly it binds.
    pub fn binds(self) -> u8 {
        self.line().2
    }

    /// `and`, `or`, `unless`.
    pub fn is_set(self) -> bool {
        matches!(self, BinaryOp::Or | BinaryOp::And | BinaryOp::Unless)
    }

    /// `==`, `<` and the like.
    pub fn is_comparison(self) -> bool {
        self.binds() == BinaryOp::Equal.binds()
    }

    /// Whether what comes of it is no longer what its name says.
    pub fn is_arithmetic(self) -> bool {
        self.binds() >= BinaryOp::Add.binds()
    }
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

/// How several values become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are PromQL's, by name")]
pub enum Aggregation {
    Sum,
    Avg,
    Max,
    Min,
    Count,
    Group,
    Stddev,
    Stdvar,
    Topk,
    Bottomk,
    Quantile,
}

impl Aggregation {
    /// All of them, as they are written.
    pub const ALL: [(Aggregation, &str); 11] = [
        (Aggregation::Sum, "sum"),
        (Aggregation::Avg, "avg"),
        (Aggregation::Max, "max"),
        (Aggregation::Min, "min"),
        (Aggregation::Count, "count"),
        (Aggregation::Group, "group"),
        (Aggregation::Stddev, "stddev"),
        (Aggregation::Stdvar, "stdvar"),
        (Aggregation::Topk, "topk"),
        (Aggregation::Bottomk, "bottomk"),
        (Aggregation::Quantile, "quantile"),
    ];

    /// As it is written.
    pub fn name(self) -> &'static str {
        let found = Self::ALL.into_iter().find(|(how, _)| *how == self);
        found.expect("every aggregation has a line").1
    }

    /// Whether it has a parameter in front of what it is about.
    pub fn has_parameter(self) -> bool {
        matches!(self, Aggregation::Topk | Aggregation::Bottomk | Aggregation::Quantile)
    }
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
