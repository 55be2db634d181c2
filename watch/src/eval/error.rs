//! What can go wrong while series are matched.

use std::fmt;
use std::ops::Range;

use crate::parse::Type;
use crate::series::Labels;

/// What went wrong, and in which part of the expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Error {
    /// The bytes of the text that are to blame.
    pub at: Range<usize>,
    /// What went wrong.
    pub mistake: Mistake,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum Mistake {
    /// Several series on the side that has to have one for each group.
    Duplicate {
        /// Which side.
        side: Side,
        /// The labels that they have in common.
        group: Labels,
    },
    /// Several series on one side for one on the other, without
    /// `group_left` or `group_right`.
    ManyToOne,
    /// With these, several pairs would have the same labels.
    NotUnique,
    /// Two series would have the same labels.
    SameLabels(Labels),
    /// The `k` of `topk` or `bottomk` is no whole number that there is.
    BadCount(f64),
    /// More values than fit into memory.
    TooMany,
    /// It has no values to draw or compare.
    NoValues(Type),
}

/// A side of an operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What stands before it.
    Left,
    /// What stands behind it.
    Right,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Mistake::Duplicate { side, group } => {
                let side = if *side == Side::Left { "left" } else { "right" };
                write!(
                    f,
                    "found duplicate series for the match group {group} on the {side} hand-side \
                     of the operation; many-to-many matching not allowed"
                )
            }
            Mistake::ManyToOne => f.write_str(
                "multiple matches for labels: many-to-one matching must be explicit \
                 (group_left/group_right)",
            ),
            Mistake::NotUnique => f.write_str(
                "multiple matches for labels: grouping labels must ensure unique matches",
            ),
            Mistake::SameLabels(labels) => {
                write!(f, "vector cannot contain metrics with the same labelset {labels}")
            }
            Mistake::BadCount(value) => write!(f, "scalar value {value} overflows int64"),
            Mistake::TooMany => f.write_str("query would load too many samples into memory"),
            Mistake::NoValues(got) => {
                write!(f, "expected type scalar or instant vector, got {got}")
            }
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}: {}", self.at.start, self.at.end, self.mistake)
    }
}

impl std::error::Error for Error {}
