//! `math::`: functions that say the same to the last bit on every machine (musl's, by
//! `libm`). What they are given may be whole; what they say has decimals.

use rune::runtime::VmResult;
use rune::{ContextError, Module, Value, vm_try};

use crate::lab::call::{Call, End};
use crate::lab::values;
use crate::telemetry::stopped::By;

type OfOne = fn(f64) -> f64;
type OfTwo = fn(f64, f64) -> f64;

/// Its functions.
pub fn module() -> Result<Module, ContextError> {
    let mut module = Module::with_crate("math")?;
    let of_one: [(&str, OfOne); 4] =
        [("ln", libm::log), ("exp", libm::exp), ("sqrt", libm::sqrt), ("floor", libm::floor)];
    for (name, of) in of_one {
        module.function(name, move |x: Value| VmResult::Ok(of(vm_try!(number(&x))))).build()?;
    }
    // For what is counted, and for keys of maps.
    module
        .function("whole", |x: Value| VmResult::Ok(libm::floor(vm_try!(number(&x))) as i64))
        .build()?;
    let of_two: [(&str, OfTwo); 3] = [("pow", libm::pow), ("min", libm::fmin), ("max", libm::fmax)];
    for (name, of) in of_two {
        let word =
            move |x: Value, y: Value| VmResult::Ok(of(vm_try!(number(&x)), vm_try!(number(&y))));
        module.function(name, word).build()?;
    }
    Ok(module)
}

fn number(value: &Value) -> VmResult<f64> {
    match values::number(value) {
        Some(number) => VmResult::Ok(number),
        None => Call::here().end(End::By(By::Mistake)),
    }
}
