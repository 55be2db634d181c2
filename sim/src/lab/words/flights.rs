//! `flights::`: loads that others wait for, one for a key and process.

use std::rc::Rc;

use rune::runtime::{Protocol, Ref, VmResult};
use rune::{Any, ContextError, Module, vm_try};

use super::wait::at;
use crate::lab::call::{Call, End};
use crate::lab::flights::{Flight, Load};
use crate::lab::values;
use crate::protect::Loaded;
use crate::telemetry::Reason;
use crate::telemetry::stopped::By;

/// A place in somebody's flight; to be awaited.
#[derive(Any)]
#[rune(item = ::flights)]
struct Joined(Rc<Load>);

/// Its functions.
pub fn module() -> Result<Module, ContextError> {
    let mut module = Module::with_crate("flights")?;
    module.ty::<Flight>()?;
    module.ty::<Joined>()?;
    module
        .function("join", |key: i64| {
            let call = Call::here();
            vm_try!(call.own(key));
            VmResult::Ok(call.host.flights.join(call.request().key).map(Joined))
        })
        .build()?;
    module
        .function("lead", |key: i64| {
            let call = Call::here();
            vm_try!(call.own(key));
            VmResult::Ok(call.host.flights.lead(&call, call.request().key))
        })
        .build()?;
    module.associated_function(&Protocol::INTO_FUTURE, async |joined: Joined| {
        let call = Call::here();
        let landed = follow(&call, &joined.0).await;
        values::value(&call, landed)
    })?;
    module.associated_function("at", |joined: Joined, line: u32| at(joined, line))?;
    module.associated_function("at", |leading: Leading, line: u32| at(leading, line))?;
    module.associated_function("result", async |joined: Ref<Joined>| {
        VmResult::Ok(values::result(follow(&Call::here(), &joined.0).await))
    })?;
    module.associated_function("result", |flight: &Flight| Leading(Rc::clone(&flight.load)))?;
    module.ty::<Leading>()?;
    module.associated_function(&Protocol::INTO_FUTURE, async |leading: Leading| {
        values::value(
            &Call::here(),
            leading.0.result(&Call::here().host.world.core).await.unwrap_or(GIVEN_UP),
        )
    })?;
    module.associated_function(
        "land",
        |flight: &Flight, result: rune::Value| match values::loaded(result) {
            Some(loaded) => {
                flight.land(loaded);
                VmResult::Ok(())
            }
            None => Call::here().end(End::By(By::NoValue)),
        },
    )?;
    Ok(module)
}

/// What its leader lands; to be awaited by itself.
#[derive(Any)]
#[rune(item = ::flights)]
struct Leading(Rc<Load>);

const GIVEN_UP: Loaded = Err(Reason::LeaderGone);

async fn follow(call: &Call, load: &Load) -> Loaded {
    let request = call.request();
    let landed = load.follow(&request).await;
    call.keep(&request);
    landed.unwrap_or(GIVEN_UP)
}
