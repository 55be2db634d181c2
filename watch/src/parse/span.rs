//! Durations as PromQL writes them: `1h30m`, `250ms`.

use std::fmt::Write;

use crate::Millis;

/// Units, from the longest, in ms. A year has 365 days.
const UNITS: [(&str, Millis); 7] = [
    ("y", 31_536_000_000),
    ("w", 604_800_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1000),
    ("ms", 1),
];

/// The milliseconds of a duration: whole numbers with units, from longer units
/// to shorter ones, each at most once.
pub fn parse_duration(text: &str) -> Option<Millis> {
    let (mut rest, mut sum, mut units) = (text, 0_i64, UNITS.as_slice());
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: Millis = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let end = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let unit = units.iter().position(|(unit, _)| *unit == &rest[..end])?;
        sum = sum.checked_add(number.checked_mul(units[unit].1)?)?;
        units = &units[unit + 1..];
        rest = &rest[end..];
    }
    (!text.is_empty()).then_some(sum)
}

/// A duration that is not negative, as it is written.
pub fn duration(mut ms: Millis) -> String {
    if ms == 0 {
        return "0s".to_owned();
    }
    let mut out = String::new();
    // Years and weeks only when they are all of it, as Prometheus has it.
    for (unit, length) in UNITS {
        let whole = matches!(unit, "y" | "w");
        if ms >= length && (!whole || ms % length == 0) {
            let _ = write!(out, "{}{unit}", ms / length);
            ms %= length;
        }
    }
    out
}
