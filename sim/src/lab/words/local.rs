//! `local::`: the copies that a process has of its own (L1), which are no trip away.
//!
//! They are those of the built-in defence: bounded as the scenario says, told of updates,
//! and gone with their process.

use std::rc::Rc;

use rune::runtime::{Ref, VmResult};
use rune::{ContextError, Module, vm_try};

use super::here;
use crate::engine::Nanos;
use crate::lab::call::Call;
use crate::lab::values::Value;
use crate::telemetry::Kind;
use crate::world::World;
use crate::world::cache::Cache;

/// Its functions.
pub fn module() -> Result<Module, ContextError> {
    let mut module = Module::with_crate("local")?;
    module
        .function("get", |key: i64| {
            let call = vm_try!(here::with(key));
            let request = call.request();
            let found = call.host.copies.get(call.host.world.core.now(), request.key);
            let kind = if found.is_some() { Kind::LocalHit } else { Kind::LocalMiss };
            request.note(kind, request.key);
            VmResult::Ok(found.map(|(value, _)| Value(value)))
        })
        .build()?;
    module
        .function("ttl", |key: i64| {
            let call = vm_try!(here::with(key));
            VmResult::Ok(left(&call).map(Nanos::ms))
        })
        .build()?;
    module
        .function("good_for", |value: Ref<Value>| {
            let call = Call::here();
            let World { core, cache, .. } = &*call.host.world;
            let end_of = |cache: &Rc<Cache>| cache.end_of(call.request().key, value.0);
            cache.as_ref().map_or(Nanos::MAX, end_of).since(core.now()).ms()
        })
        .build()?;
    module
        .function("set", |key: i64, value: Ref<Value>, ttl_ms: rune::Value| {
            let (call, ttl) = vm_try!(here::with_span(key, &ttl_ms));
            set(&call, *value, ttl);
            VmResult::Ok(())
        })
        .build()?;
    module
        .function("add", |key: i64, value: Ref<Value>, ttl_ms: rune::Value| {
            let (call, ttl) = vm_try!(here::with_span(key, &ttl_ms));
            let free = left(&call).is_none();
            if free {
                set(&call, *value, ttl);
            }
            VmResult::Ok(free)
        })
        .build()?;
    module
        .function("delete", |key: i64| {
            let call = vm_try!(here::with(key));
            call.host.copies.delete(call.request().key);
            VmResult::Ok(())
        })
        .build()?;
    Ok(module)
}

/// For how long the copy may be used yet.
fn left(call: &Call) -> Option<Nanos> {
    let until = call.host.copies.until(call.request().key)?;
    let left = until.since(call.host.world.core.now());
    (left > Nanos::ZERO).then_some(left)
}

/// Keeps a copy, unless word has come since the call began that the key has another
/// value: what it asked for then may be the old one.
fn set(call: &Call, value: Value, ttl: Nanos) {
    call.host.copies.keep_for(&call.request(), value.0, call.begun, ttl, None);
}
