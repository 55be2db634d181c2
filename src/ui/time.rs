//! Instants and spans of virtual time, in words.

use stampede_sim::engine::Nanos;

use super::decimal::decimal;

/// An instant of a run that ends at `end`: `75.5 ms`, or `12.345 s` in a long
/// one.
pub fn instant(at: Nanos, end: Nanos) -> String {
    match end.secs() < 5.0 {
        true => format!("{} ms", at.decimal(1_000_000, 1)),
        false => format!("{} s", at.decimal(1_000_000_000, 3)),
    }
}

/// A round span: `0.5 ms`, `30 ms`, `2 s`.
pub fn round(span: Nanos) -> String {
    if span.0 < 1_000_000 {
        format!("{} ms", decimal(span.ms()))
    } else if span.0 < 1_000_000_000
        || (span.0 < 10_000_000_000 && !span.0.is_multiple_of(1_000_000_000))
    {
        format!("{} ms", span.decimal(1_000_000, 0))
    } else {
        format!("{} s", span.decimal(1_000_000_000, 0))
    }
}
