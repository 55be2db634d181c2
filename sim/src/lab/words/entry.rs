//! What a cache holds for a key.

use rune::{Any, ContextError, Module};

use crate::engine::Nanos;
use crate::lab::host::Refreshing;
use crate::lab::values::Value;
use crate::world;

/// What a cache holds for a key.
#[derive(Any)]
#[rune(item = ::cache)]
pub struct Entry {
    /// It is stale, and whoever holds this is the one to refresh it.
    pub mine: Option<Refreshing>,
    /// The value.
    pub value: world::Value,
    /// Until when it is fresh.
    pub fresh_until: Nanos,
    /// How long it took to load.
    pub delta: Nanos,
    /// When it was looked at.
    pub now: Nanos,
}

impl Entry {
    /// One that is nobody's to refresh.
    pub fn new(value: world::Value, fresh_until: Nanos, delta: Nanos, now: Nanos) -> Entry {
        Entry { mine: None, value, fresh_until, delta, now }
    }
}

/// What can be asked of it.
pub fn declare(module: &mut Module) -> Result<(), ContextError> {
    module.ty::<Entry>()?;
    module.associated_function("value", |entry: &Entry| Value(entry.value))?;
    module.associated_function("is_stale", |entry: &Entry| entry.now >= entry.fresh_until)?;
    module.associated_function("is_mine", |entry: &Entry| entry.mine.is_some())?;
    module.associated_function("fresh_for", |entry: &Entry| {
        entry.fresh_until.ms() - entry.now.ms()
    })?;
    module.associated_function("stale_for", |entry: &Entry| {
        entry.now.ms() - entry.fresh_until.ms()
    })?;
    module.associated_function("delta", |entry: &Entry| entry.delta.ms())?;
    Ok(())
}
