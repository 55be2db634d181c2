//! Time, chance, knobs and ends: `sleep`, `now`, `timeout`, `random`, `setting`, `fail`,
//! `stale`.

use rune::runtime::{Future, Ref, VmResult};
use rune::{ContextError, Module, ToValue, vm_try};
use serde_json::Value as Json;

use super::db;
use crate::engine::Nanos;
use crate::engine::race::{First, race};
use crate::lab::call::{Call, End};
use crate::lab::values::{self, Value};
use crate::scenario::fields;
use crate::telemetry::Kind;
use crate::telemetry::stopped::By;

/// Nobody sleeps longer at a time.
const LONGEST: Nanos = Nanos(60_000_000_000);

/// Its functions.
pub fn module() -> Result<Module, ContextError> {
    let mut module = Module::new();
    module
        .function("sleep", async |ms: rune::Value| {
            let call = Call::here();
            let span = vm_try!(values::span(&call, &ms)).min(LONGEST);
            call.host.world.core.sleep(span).await;
            VmResult::Ok(())
        })
        .build()?;
    module.function("now", || Call::here().host.world.core.now().ms()).build()?;
    module
        .function("timeout", async |ms: rune::Value, work: Future| {
            let call = Call::here();
            let span = vm_try!(values::span(&call, &ms));
            match race(work, call.host.world.core.sleep(span)).await {
                First::Left(done) => VmResult::Ok(Some(vm_try!(done))),
                First::Right(()) => VmResult::Ok(None),
            }
        })
        .build()?;
    module.function("random", || draw(0)).build()?;
    // The dice that the built-in defences throw.
    module
        .function("random_jitter", || {
            let host = &Call::here().host;
            host.fill.as_ref().map_or_else(|| draw(0), |fill| fill.draw())
        })
        .build()?;
    module
        .function("random_early", || Call::here().host.random[1].borrow_mut().exponential())
        .build()?;
    module.function("random_poll", || draw(2)).build()?;
    module.function("random_throttle", || draw(3)).build()?;
    module
        .function("setting", |path: Ref<str>| {
            let call = Call::here();
            let found = path.split('.').try_fold(&call.host.settings, |at, name| at.get(name));
            match found {
                Some(Json::Number(number)) => {
                    let number = number.as_f64().unwrap_or_default();
                    VmResult::Ok(vm_try!(match is_count(&path) {
                        true => (number as i64).to_value(),
                        false => number.to_value(),
                    }))
                }
                Some(Json::Bool(flag)) => VmResult::Ok(vm_try!(flag.to_value())),
                Some(Json::String(word)) => {
                    let word = vm_try!(rune::alloc::String::try_from(word.as_str()));
                    VmResult::Ok(vm_try!(word.to_value()))
                }
                _ => call.end(End::By(By::Setting)),
            }
        })
        .build()?;
    module.function("fail", db::fail).build()?;
    module
        .function("stale", |value: Ref<Value>| {
            Call::here().request().note(Kind::Stale, 1);
            *value
        })
        .build()?;
    Ok(module)
}

/// Whether a setting is a number of things, and not a span or a share.
fn is_count(path: &str) -> bool {
    !path.ends_with("_ms") && fields::limit(path).is_some_and(|limit| limit.whole)
}

fn draw(which: usize) -> f64 {
    Call::here().host.random[which].borrow_mut().unit()
}
