//! `places::`: only so many at a time in this process.

use std::rc::Rc;

use rune::runtime::{Ref, VmResult};
use rune::{ContextError, Module, vm_try};

use crate::engine::race::{First, race};
use crate::engine::{Nanos, Semaphore};
use crate::lab::call::{Call, End};
use crate::lab::places::Place;
use crate::lab::values;
use crate::telemetry::Kind;
use crate::telemetry::stopped::By;

/// Its functions.
pub fn module() -> Result<Module, ContextError> {
    let mut module = Module::with_crate("places")?;
    module.ty::<Place>()?;
    module
        .function("enter", async |name: Ref<str>, most: i64, wait_ms: rune::Value| {
            let call = Call::here();
            let wait = vm_try!(values::span(&call, &wait_ms));
            match call.host.places.group(&name, most) {
                Some(group) => VmResult::Ok(enter(&call, &group, wait).await),
                None => call.end(End::By(By::Entries)),
            }
        })
        .build()?;
    module
        .function("taken", |name: Ref<str>| i64::from(Call::here().host.places.taken(&name)))
        .build()?;
    Ok(module)
}

/// A place, if there is one in time.
async fn enter(call: &Call, group: &Rc<Semaphore>, wait: Nanos) -> Option<Place> {
    let permit = match group.try_acquire() {
        Some(permit) => permit,
        None if wait == Nanos::ZERO => return None,
        None => {
            call.request().note(Kind::Full, call.host.process.id);
            match race(group.acquire(), call.host.world.core.sleep(wait)).await {
                First::Left(permit) => permit,
                First::Right(()) => return None,
            }
        }
    };
    Some(Place::new(group.hold(permit)))
}
