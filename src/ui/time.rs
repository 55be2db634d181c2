//! Instants and spans of virtual time, in words.

use stampede_sim::engine::Nanos;

/// An instant of a run that ends at `end`: `75.5 ms`, or `12.345 s` in a long
/// one.
pub fn instant(at: Nanos, end: Nanos) -> String {
    if end.secs() < 5.0 { format!("{:.1} ms", at.ms()) } else { format!("{:.3} s", at.secs()) }
}

/// A round span: `0.5 ms`, `30 ms`, `2 s`.
pub fn round(span: Nanos) -> String {
    if span.0 < 1_000_000 {
        format!("{} ms", span.ms())
    } else if span.0 < 1_000_000_000
        || (span.0 < 10_000_000_000 && !span.0.is_multiple_of(1_000_000_000))
    {
        format!("{:.0} ms", span.ms())
    } else {
        format!("{:.0} s", span.secs())
    }
}
