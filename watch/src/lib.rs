//! Watching a system as an operator does: series of samples, PromQL over them,
//! alert rules, and the notifications that come of them. It knows nothing of
//! the simulation. The semantics are those of Prometheus 2.42, and the tests
//! hold it against that program (Debian's package `prometheus`).
//!
//! | module | idea |
//! |---|---|
//! | [`series`] | labels, samples, and what a scrape leaves behind |
//! | [`regex`] | regular expressions of label matchers, always anchored |
//! | [`parse`] | PromQL, with the place and the reason of every mistake |
//! | [`eval`] | what an expression is at an instant, and at many |
//! | [`rule`] | alerts that become pending, then fire; recorded series |
//! | [`notify`] | which page goes out when: Alertmanager's grouping |
//! | [`yaml`] | rules and their tests as files for `promtool` |
//! | [`number`] | numbers as Go prints them |

pub mod eval;
pub mod notify;
pub mod number;
mod order;
pub mod parse;
pub mod regex;
pub mod rule;
pub mod series;
pub mod yaml;

/// Milliseconds, of a sample's time or of a span between two.
pub type Millis = i64;
