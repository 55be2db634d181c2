//! Texts with values in them: `{{ $value }}`, `{{ $labels.job }}`. Of Go's
//! templates and Prometheus's functions there is what rules mostly use:
//! `humanize`, `humanizePercentage`, `humanizeDuration`, and `printf` with
//! `%.2f` or `%.3g`.

use std::fmt;

use crate::number::{shortest, significant};
use crate::series::{Labels, is_label_name};

/// A text with values in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    text: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Text(String),
    Label(String),
    Value(Format),
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Format {
    Shortest,
    Humanize,
    Percentage,
    Duration,
    /// Digits behind the point.
    Fixed(usize),
    /// Digits that count.
    Significant(usize),
}

/// A `{{ … }}` that cannot be read, by its first and last byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadTemplate {
    /// Where.
    pub at: std::ops::Range<usize>,
}

impl fmt::Display for BadTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}..{}: expected {{{{ $value }}}}, {{{{ $labels.name }}}} or a value with | humanize, \
             | humanizePercentage, | humanizeDuration or | printf \"%.2f\"",
            self.at.start, self.at.end
        )
    }
}

impl std::error::Error for BadTemplate {}

impl Template {
    /// Reads a text.
    ///
    /// # Errors
    ///
    /// If there is something else between `{{` and `}}`.
    pub fn new(text: &str) -> Result<Self, BadTemplate> {
        let (mut parts, mut at) = (Vec::new(), 0);
        while let Some(open) = text[at..].find("{{") {
            let open = at + open;
            if open > at {
                parts.push(Part::Text(text[at..open].to_owned()));
            }
            let close = text[open..].find("}}").map(|close| open + close);
            let part = close.and_then(|close| action(text[open + 2..close].trim()));
            let end = close.map_or(text.len(), |close| close + 2);
            parts.push(part.ok_or(BadTemplate { at: open..end })?);
            at = end;
        }
        if at < text.len() {
            parts.push(Part::Text(text[at..].to_owned()));
        }
        Ok(Self { text: text.to_owned(), parts })
    }

    /// Whether what it says depends on the value.
    pub fn has_value(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Value(_)))
    }

    /// What it says of a series and its value.
    pub fn expand(&self, labels: &Labels, value: f64) -> String {
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Label(name) => labels.get(name).to_owned(),
            Part::Value(format) => format.of(value),
        };
        self.parts.iter().map(part).collect()
    }
}

/// As it was written.
impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// What stands between the braces.
fn action(text: &str) -> Option<Part> {
    if let Some(name) = text.strip_prefix("$labels.").or_else(|| text.strip_prefix(".Labels.")) {
        return is_label_name(name).then(|| Part::Label(name.to_owned()));
    }
    let is_value = |text: &str| matches!(text.trim(), "$value" | ".Value");
    if is_value(text) {
        return Some(Part::Value(Format::Shortest));
    }
    let format = match text.split_once('|') {
        Some((value, function)) if is_value(value) => function.trim(),
        Some(_) => return None,
        None => {
            let (function, value) = text.rsplit_once(char::is_whitespace)?;
            is_value(value).then_some(function.trim())?
        }
    };
    Some(Part::Value(match format {
        "humanize" => Format::Humanize,
        "humanizePercentage" => Format::Percentage,
        "humanizeDuration" => Format::Duration,
        _ => {
            let pattern = format.strip_prefix("printf")?.trim().strip_prefix("\"%.")?;
            let (digits, letter) = pattern.strip_suffix('"')?.split_at_checked(1)?;
            let digits = digits.parse().ok()?;
            match letter {
                "f" => Format::Fixed(digits),
                "g" => Format::Significant(digits.max(1)),
                _ => return None,
            }
        }
    }))
}

impl Format {
    fn of(self, value: f64) -> String {
        match self {
            Format::Shortest => shortest(value),
            Format::Humanize => scaled(value, ""),
            Format::Percentage => format!("{}%", significant(value * 100.0, 4)),
            Format::Duration => duration(value),
            Format::Fixed(_) if !value.is_finite() => shortest(value),
            Format::Fixed(digits) => format!("{value:.digits$}"),
            Format::Significant(digits) => significant(value, digits),
        }
    }
}

/// With the prefix of the SI that makes it at least 1 and less than 1000.
fn scaled(mut value: f64, unit: &str) -> String {
    const LARGE: [&str; 8] = ["k", "M", "G", "T", "P", "E", "Z", "Y"];
    const SMALL: [&str; 8] = ["m", "u", "n", "p", "f", "a", "z", "y"];
    let mut prefix = "";
    if value != 0.0 && value.is_finite() {
        if value.abs() >= 1.0 {
            for larger in LARGE {
                if value.abs() < 1000.0 {
                    break;
                }
                prefix = larger;
                value /= 1000.0;
            }
        } else {
            for smaller in SMALL {
                if value.abs() >= 1.0 {
                    break;
                }
                prefix = smaller;
                value *= 1000.0;
            }
        }
    }
    format!("{}{prefix}{unit}", significant(value, 4))
}

/// Seconds in days, hours, minutes and seconds.
fn duration(value: f64) -> String {
    if !value.is_finite() {
        return significant(value, 4);
    }
    if value.abs() < 1.0 {
        return scaled(value, "s");
    }
    let sign = if value < 0.0 { "-" } else { "" };
    let all = value.abs() as u64;
    let (seconds, minutes) = (all % 60, all / 60 % 60);
    match (all / 86_400, all / 3600 % 24) {
        (0, 0) if minutes == 0 => format!("{sign}{}s", significant(value.abs(), 4)),
        (0, 0) => format!("{sign}{minutes}m {seconds}s"),
        (0, hours) => format!("{sign}{hours}h {minutes}m {seconds}s"),
        (days, hours) => format!("{sign}{days}d {hours}h {minutes}m {seconds}s"),
    }
}
