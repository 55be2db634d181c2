//! Numbers that are not whole, as the browser writes them. What writes them in Rust is
//! thirteen kilobytes, which the first figure does without.

/// In as few digits as tell it from every other number.
#[cfg(target_arch = "wasm32")]
pub fn decimal(x: f64) -> String {
    js_sys::Number::from(x).to_string_with_radix(10).map(String::from).unwrap_or_default()
}

/// With so many digits behind the point.
#[cfg(target_arch = "wasm32")]
pub fn fixed(x: f64, digits: u8) -> String {
    js_sys::Number::from(x).to_fixed(digits).map(String::from).unwrap_or_default()
}

/// In as few digits as tell it from every other number.
#[cfg(not(target_arch = "wasm32"))]
pub fn decimal(x: f64) -> String {
    x.to_string()
}

/// With so many digits behind the point.
#[cfg(not(target_arch = "wasm32"))]
pub fn fixed(x: f64, digits: u8) -> String {
    format!("{x:.*}", usize::from(digits))
}
