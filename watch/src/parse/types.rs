//! What kind of thing an expression is.

use std::fmt;

/// The four types of PromQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// A number.
    Scalar,
    /// A value for each of several series.
    Vector,
    /// Several samples for each of several series.
    Range,
    /// A string.
    Text,
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Type::Scalar => "scalar",
            Type::Vector => "instant vector",
            Type::Range => "range vector",
            Type::Text => "string",
        })
    }
}
