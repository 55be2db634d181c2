//! Operators and aggregations, as they are written.

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
