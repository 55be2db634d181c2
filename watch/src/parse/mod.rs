//! PromQL: from text to an expression whose types fit, and back. Grammar and
//! rules are those of Prometheus 2.42 (`promql/parser`), without `@`, `atan2`,
//! `count_values`, native histograms, and functions that [`functions`] does
//! not list.
//!
//! Every [`Error`] says where (a range of bytes of the text) and what, as data:
//! a page words it in its own language, and `Display` says it in English.

mod error;
mod expr;
mod fits;
pub mod functions;
mod op;
mod operand;
mod print;
mod read;
mod selector;
mod span;
mod token;
mod types;
mod words;

pub use error::{Error, Expected, Mistake, Slot};
pub use expr::{Aggregate, Binary, Cardinality, Expr, Grouping, Kind, Matching, Selector};
pub use functions::{Function, Signature};
pub use op::{Aggregation, BinaryOp};
pub use read::parse;
pub use span::{duration, parse_duration};
pub use types::Type;

/// The step of a subquery without one, in ms: Prometheus's default evaluation
/// interval.
pub const SUBQUERY_STEP: crate::Millis = 60_000;
/// How deep an expression may be nested, counting operators in a row, too.
pub const DEEPEST: usize = 100;
