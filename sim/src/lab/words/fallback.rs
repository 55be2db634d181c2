//! `fallback::`: what is answered in place of a value, and is marked as such. No cache
//! may keep it.

use rune::runtime::{Ref, VmResult};
use rune::{ContextError, Module, vm_try};

use crate::lab::call::Call;
use crate::lab::values::{self, Value};
use crate::telemetry::Kind;
use crate::world;

/// Its functions.
pub fn module() -> Result<Module, ContextError> {
    let mut module = Module::with_crate("fallback")?;
    module
        .function("ancient", |value: Ref<Value>, age_ms: rune::Value| {
            let age = vm_try!(values::span(&Call::here(), &age_ms));
            VmResult::Ok(instead(Kind::Ancient, Some((age.0 / 1_000_000) as u32), value.0))
        })
        .build()?;
    module
        .function("default_value", || instead(Kind::Default, None, world::Value::DEFAULT))
        .build()?;
    module
        .function("placeholder", || instead(Kind::Placeholder, None, world::Value::PLACEHOLDER))
        .build()?;
    Ok(module)
}

/// Marks it; with its key, if there is nothing else to say of it.
fn instead(kind: Kind, arg: Option<u32>, value: world::Value) -> Value {
    Call::here().with(|request| {
        request.note(kind, arg.unwrap_or(request.key));
        request.uncached.set(true);
    });
    Value(value)
}
