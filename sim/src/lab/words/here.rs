//! What most words begin with: for whom they are, and what they were given.

use std::rc::Rc;

use rune::runtime::VmResult;
use rune::vm_try;

use crate::engine::Nanos;
use crate::lab::call::{Call, End};
use crate::lab::values;
use crate::telemetry::Reason;
use crate::world::cache::Down;

/// The call that names a key, which has to be its own.
pub fn with(key: i64) -> VmResult<Rc<Call>> {
    let call = Call::here();
    vm_try!(call.own(key));
    VmResult::Ok(call)
}

/// The same with a span in milliseconds.
pub fn with_span(key: i64, ms: &rune::Value) -> VmResult<(Rc<Call>, Nanos)> {
    let call = vm_try!(with(key));
    let span = vm_try!(values::span(&call, ms));
    VmResult::Ok((call, span))
}

/// What a cache said, or the end, for this reason: it is down.
pub fn or_end<T>(call: &Call, said: Result<T, Down>, reason: Reason) -> VmResult<T> {
    match said {
        Ok(said) => VmResult::Ok(said),
        Err(Down) => call.end(End::Reason(reason)),
    }
}
