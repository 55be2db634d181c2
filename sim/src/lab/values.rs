//! What scripts hold: values of the system, errors, and what a process can remember.

use rune::Any;
use rune::runtime::VmResult;

use super::call::{Call, End};
use crate::protect::Loaded;
use crate::telemetry::Reason;
use crate::telemetry::stopped::By;
use crate::world;

/// A key's value, as the cache or the database gave it.
#[derive(Any, Clone, Copy, Debug, PartialEq)]
#[rune(item = ::db)]
pub struct Value(pub world::Value);

/// Why something failed.
#[derive(Any, Clone, Copy, Debug, PartialEq)]
#[rune(item = ::db)]
pub struct Error(pub Reason);

/// What a process can remember.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stored {
    /// True or false.
    Flag(bool),
    /// A whole number.
    Whole(i64),
    /// A number.
    Number(f64),
    /// A value.
    Value(Value),
}

impl Stored {
    /// What a script wants to be remembered; none if that cannot be.
    pub fn of(value: &rune::Value) -> Option<Stored> {
        if let Ok(flag) = rune::from_value::<bool>(value.clone()) {
            return Some(Stored::Flag(flag));
        }
        if let Ok(number) = rune::from_value::<i64>(value.clone()) {
            return Some(Stored::Whole(number));
        }
        if let Ok(number) = rune::from_value::<f64>(value.clone()) {
            return Some(Stored::Number(number));
        }
        value.borrow_ref::<Value>().ok().map(|value| Stored::Value(*value))
    }
}

impl rune::ToValue for Stored {
    fn to_value(self) -> Result<rune::Value, rune::runtime::RuntimeError> {
        match self {
            Stored::Flag(flag) => flag.to_value(),
            Stored::Whole(number) => number.to_value(),
            Stored::Number(number) => number.to_value(),
            Stored::Value(value) => value.to_value(),
        }
    }
}

/// What a script means by what it returns or lands: a value, an error, a result or an
/// option of these. None if it is something else.
pub fn loaded(value: rune::Value) -> Option<Loaded> {
    if let Ok(value) = value.borrow_ref::<Value>() {
        return Some(Ok(value.0));
    }
    if let Ok(error) = value.borrow_ref::<Error>() {
        return Some(Err(error.0));
    }
    // Looked at and not taken: whoever lands a result may return it, too.
    if let Ok(result) = value.borrow_ref::<Result<rune::Value, rune::Value>>() {
        return match &*result {
            Ok(inner) => inner.borrow_ref::<Value>().ok().map(|value| Ok(value.0)),
            Err(inner) => inner.borrow_ref::<Error>().ok().map(|error| Err(error.0)),
        };
    }
    match &*value.borrow_ref::<Option<rune::Value>>().ok()? {
        Some(inner) => inner.borrow_ref::<Value>().ok().map(|value| Ok(value.0)),
        None => Some(Err(Reason::NotFound)),
    }
}

/// For whoever wants to know how something ended.
pub fn result(loaded: Loaded) -> Result<Value, Error> {
    loaded.map(Value).map_err(Error)
}

/// For whoever wants the value, and else to end.
pub fn value(call: &Call, loaded: Loaded) -> VmResult<Value> {
    match loaded {
        Ok(value) => VmResult::Ok(Value(value)),
        Err(reason) => call.end(End::Reason(reason)),
    }
}

/// A reason by its word: `breaker-open`.
pub fn reason(word: &str) -> Option<Reason> {
    Reason::ALL.into_iter().find(|reason| name(*reason) == word)
}

/// The word of a reason: its name in small letters with hyphens.
pub fn name(reason: Reason) -> String {
    let mut word = String::new();
    for c in format!("{reason:?}").chars() {
        if c.is_uppercase() && !word.is_empty() {
            word.push('-');
        }
        word.extend(c.to_lowercase());
    }
    word
}

/// A number, whole or not.
pub fn number(value: &rune::Value) -> Option<f64> {
    let whole = || rune::from_value::<i64>(value.clone()).map(|whole| whole as f64);
    rune::from_value::<f64>(value.clone()).or_else(|_| whole()).ok()
}

/// A span that a script gives in milliseconds: a number from 0 on.
pub fn span(call: &Call, ms: &rune::Value) -> VmResult<crate::engine::Nanos> {
    match number(ms) {
        Some(ms) if (0.0..=86_400_000.0).contains(&ms) => {
            VmResult::Ok(crate::engine::Nanos::from_ms(ms))
        }
        _ => call.end(End::By(By::Span)),
    }
}
