//! `counter::` and `map::`: what a process remembers from request to request, until it
//! is started again. `spawn` and `refresh`: what goes on behind a request.

use rune::runtime::{Future, Ref, VmResult};
use rune::{ContextError, Module, ToValue, vm_try};

use crate::lab::call::{Call, End};
use crate::lab::values::Stored;
use crate::telemetry::stopped::By;
use crate::telemetry::{Kind, Reason};

/// Numbers, each by its name; 0 until somebody adds to it.
pub fn counters() -> Result<Module, ContextError> {
    let mut module = Module::with_crate("counter")?;
    module.function("get", |name: Ref<str>| count(&Call::here(), &name)).build()?;
    module
        .function("add", |name: Ref<str>, more: i64| {
            let call = Call::here();
            let sum = count(&call, &name).saturating_add(more);
            keep(&call, &name, COUNTER, Some(Stored::Whole(sum))).map_ok(sum)
        })
        .build()?;
    module
        .function("set", |name: Ref<str>, number: i64| {
            keep(&Call::here(), &name, COUNTER, Some(Stored::Whole(number))).map_ok(())
        })
        .build()?;
    Ok(module)
}

/// Maps from whole numbers, each by its name.
pub fn maps() -> Result<Module, ContextError> {
    let mut module = Module::with_crate("map")?;
    module
        .function("get", |name: Ref<str>, key: i64| {
            let known = Call::here().host.entry(&name, key);
            VmResult::Ok(vm_try!(known.map(ToValue::to_value).transpose()))
        })
        .build()?;
    module
        .function("set", |name: Ref<str>, key: i64, value: rune::Value| {
            let call = Call::here();
            match Stored::of(&value) {
                Some(value) if key != COUNTER => keep(&call, &name, key, Some(value)).map_ok(()),
                _ => call.end(End::By(By::Mistake)),
            }
        })
        .build()?;
    module
        .function("remove", |name: Ref<str>, key: i64| {
            keep(&Call::here(), &name, key, None).map_ok(())
        })
        .build()?;
    Ok(module)
}

/// What goes on behind a request.
pub fn tasks() -> Result<Module, ContextError> {
    let mut module = Module::new();
    module.function("spawn", |work: Future| start(&Call::here(), work, false)).build()?;
    module.function("refresh", |work: Future| start(&Call::here(), work, true)).build()?;
    Ok(module)
}

/// In place of a map's key, for a counter.
const COUNTER: i64 = i64::MIN;

fn count(call: &Call, name: &str) -> i64 {
    match call.host.entry(name, COUNTER) {
        Some(Stored::Whole(number)) => number,
        _ => 0,
    }
}

/// Whether it could be kept.
struct Kept<'a>(&'a Call, bool);

impl Kept<'_> {
    fn map_ok<T>(self, value: T) -> VmResult<T> {
        if self.1 { VmResult::Ok(value) } else { self.0.end(End::By(By::Entries)) }
    }
}

fn keep<'a>(call: &'a Call, name: &str, number: i64, value: Option<Stored>) -> Kept<'a> {
    Kept(call, call.host.set_entry(name, number, value))
}

/// Starts something behind a request: for itself, or as one that loads its key again.
fn start(call: &Call, work: Future, is_refresh: bool) -> VmResult<()> {
    if !call.may_start() {
        return call.end(End::By(By::Tasks));
    }
    let host = &call.host;
    let request = call.request();
    let behind = match is_refresh {
        true => {
            let refresh = request.refresh();
            refresh.note(Kind::Arrive, host.process.id);
            call.behind(&refresh)
        }
        false => call.behind(&request),
    };
    let then = move |call: &Call, failed: Option<Reason>| {
        if is_refresh {
            let failed = failed.map_or(0, |reason| reason as u32);
            call.request().note(Kind::Refreshed, failed);
        }
    };
    host.start(behind, work, then);
    VmResult::Ok(())
}
