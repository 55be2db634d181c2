//! Until when a value is good: what has to travel with it.
//!
//! The shared cache decides it when it stores the value. Whoever keeps a copy
//! elsewhere and counts from when the copy was made, instead of from there, adds
//! one age to another: with 60 s here and 60 s there, answers are up to 120 s old.
//! (HTTP sends it along: `Age`, RFC 9111 §5.1; of Redis one asks `PTTL`.)
//!
//! It is kept here, by value, and not with every request that has the value:
//! requests would be larger, those too that never ask.

use super::request::{Key, Value};
use crate::engine::Nanos;

/// What the shared cache has said of each value.
#[derive(Default)]
pub struct Ends {
    /// By the value's number.
    loaded: Vec<Nanos>,
    /// By key: of what was there before the run began.
    warm: Vec<Nanos>,
}

impl Ends {
    /// Until when the shared cache has, or had, a value of a key; the end of time
    /// if it never had it.
    pub fn of(&self, key: Key, value: Value) -> Nanos {
        let (table, place) = match value {
            Value::WARM => (&self.warm, key),
            Value(number) => (&self.loaded, number),
        };
        table.get(place as usize).copied().unwrap_or(Nanos::MAX)
    }

    /// The shared cache has it until then, or refuses it, and then it is good for
    /// nobody.
    pub fn set(&mut self, key: Key, value: Value, end: Nanos) {
        let (table, place) = match value {
            Value::WARM => (&mut self.warm, key as usize),
            Value(number) => (&mut self.loaded, number as usize),
        };
        if table.len() <= place {
            table.resize(place + 1, Nanos::MAX);
        }
        table[place] = end;
    }
}
