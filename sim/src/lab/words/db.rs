//! `db::`: the database, through the process's connections. Errors, values, and how a
//! request fails.

use rune::alloc::String;
use rune::runtime::{Function, Protocol, VmResult};
use rune::{ContextError, Module, vm_try};

use super::here;
use crate::lab::call::{Call, End};
use crate::lab::values::{self, Error, Value};
use crate::protect::Loaded;
use crate::telemetry::Kind;
use crate::telemetry::stopped::By;
use crate::world;

/// Its functions.
pub fn module() -> Result<Module, ContextError> {
    let mut module = Module::with_crate("db")?;
    module.ty::<Value>()?;
    module.ty::<Error>()?;
    module
        .function("load", async |key: i64| {
            let call = vm_try!(here::with(key));
            let loaded = load(&call, None).await;
            values::value(&call, loaded)
        })
        .build()?;
    module
        .function("try_load", async |key: i64| {
            let call = vm_try!(here::with(key));
            VmResult::Ok(values::result(load(&call, None).await))
        })
        .build()?;
    module
        .function("try_load_unless", async |key: i64, is_late: Function| {
            let call = vm_try!(here::with(key));
            let loaded = load(&call, Some(is_late)).await;
            vm_try!(call.late_wrong());
            VmResult::Ok(values::result(loaded))
        })
        .build()?;
    module.function("nothing", || Value(world::Value::NOTHING)).build()?;
    module.associated_function(&Protocol::PARTIAL_EQ, |value: &Value, other: rune::Value| {
        other.borrow_ref::<Value>().is_ok_and(|other| *other == *value)
    })?;
    module.associated_function("reason", |error: &Error| {
        VmResult::Ok(vm_try!(String::try_from(values::name(error.0))))
    })?;
    Ok(module)
}

async fn load(call: &Call, is_late: Option<Function>) -> Loaded {
    let request = call.request();
    call.ask_if_late(is_late);
    let loaded = call.host.source.query(&request).await;
    call.keep(&request);
    loaded
}

/// Ends the request: with a reason's word, or with an error that was got before.
pub fn fail(why: rune::Value) -> VmResult<()> {
    let call = Call::here();
    if let Ok(error) = why.borrow_ref::<Error>() {
        return call.end(End::Reason(error.0));
    }
    let reason = why.borrow_string_ref().ok().and_then(|word| values::reason(&word));
    let Some(reason) = reason else { return call.end(End::By(By::Reason)) };
    if reason.is_refusal() {
        call.request().note(Kind::Refuse, reason as u32);
    }
    call.end(End::Reason(reason))
}
