//! Numbers as Go prints them, and so Prometheus's templates.

/// The shortest text that reads as the same number: Go's `%v` and `%g`.
pub fn shortest(value: f64) -> String {
    // Rust's `{:e}` has the same digits.
    printed(value, &format!("{value:e}"), 6)
}

/// With so many digits that count: Go's `%.4g` for `digits` = 4. Zeros at the
/// end are left out.
pub fn significant(value: f64, digits: usize) -> String {
    let text = format!("{value:.*e}", digits.saturating_sub(1));
    printed(value, &text, i32::try_from(digits).unwrap_or(i32::MAX))
}

/// From digits and an exponent: with the exponent if it is less than -4, or not
/// less than `most`.
fn printed(value: f64, scientific: &str, most: i32) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let (number, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let sign = if number.starts_with('-') { "-" } else { "" };
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let digits = match digits.trim_end_matches('0') {
        "" => "0",
        digits => digits,
    };
    let count = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    if exponent < -4 || exponent >= most {
        let (first, rest) = digits.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        let mark = if exponent < 0 { '-' } else { '+' };
        return format!("{sign}{first}{point}{rest}e{mark}{:02}", exponent.abs());
    }
    let zeros = |n: i32| "0".repeat(usize::try_from(n).unwrap_or(0));
    if exponent < 0 {
        return format!("{sign}0.{}{digits}", zeros(-exponent - 1));
    }
    let whole = exponent + 1;
    if count <= whole {
        return format!("{sign}{digits}{}", zeros(whole - count));
    }
    let (whole, rest) = digits.split_at(usize::try_from(whole).unwrap_or(0));
    format!("{sign}{whole}.{rest}")
}
