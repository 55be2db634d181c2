//! `Some` and `None`, `Ok` and `Err`: the language's own, but that to compare or to copy
//! one costs a step for each that is within it. In theirs that is one step, however many
//! there are.

use rune::runtime::{ControlFlow, Protocol, VmResult};
use rune::{ContextError, Module, ToValue, Value, vm_try};

use crate::lab::call::{Call, End};
use crate::telemetry::stopped::By;

type Perhaps = Option<Value>;
type Outcome = Result<Value, Value>;

/// `Some(value)` and `None`.
pub fn options() -> Result<Module, ContextError> {
    let mut module = Module::with_crate_item("std", ["option"])?;
    let mut option = module.ty::<Perhaps>()?.make_enum(&["Some", "None"])?;
    option.variant_mut(0)?.make_unnamed(1)?.constructor(Perhaps::Some)?;
    option.variant_mut(1)?.make_empty()?.constructor(|| Perhaps::None)?;
    let some = rune::hash!(::std::option::Option::Some);
    let none = rune::hash!(::std::option::Option::None);
    module.associated_function(&Protocol::IS_VARIANT, move |one: &Perhaps, of: rune::Hash| {
        of == if one.is_some() { some } else { none }
    })?;
    module.index_function(&Protocol::GET, 0, |one: &Perhaps| match one {
        Some(value) => VmResult::Ok(value.clone()),
        None => VmResult::panic("nothing is in `None`"),
    })?;
    module.associated_function("is_some", |one: &Perhaps| one.is_some())?;
    module.associated_function("is_none", |one: &Perhaps| one.is_none())?;
    module.associated_function("unwrap", |one: &Perhaps| within(one.as_ref()))?;
    module.associated_function("expect", |one: &Perhaps, _: Value| within(one.as_ref()))?;
    module.associated_function("unwrap_or", |one: &Perhaps, other: Value| {
        one.clone().unwrap_or(other)
    })?;
    module.associated_function(&Protocol::TRY, |one: &Perhaps| {
        VmResult::Ok(match one {
            Some(value) => ControlFlow::Continue(value.clone()),
            None => ControlFlow::Break(vm_try!(Perhaps::None.to_value())),
        })
    })?;
    module.associated_function(&Protocol::PARTIAL_EQ, |a: &Perhaps, b: &Perhaps| match (a, b) {
        (Some(a), Some(b)) => equal(a, b),
        _ => VmResult::Ok(a.is_none() && b.is_none()),
    })?;
    let copied = |one: &Perhaps| {
        VmResult::Ok(match one {
            Some(value) => Some(vm_try!(copy(value))),
            None => None,
        })
    };
    module.associated_function("clone", copied)?;
    module.associated_function(&Protocol::CLONE, copied)?;
    Ok(module)
}

/// `Ok(value)` and `Err(error)`.
pub fn results() -> Result<Module, ContextError> {
    let mut module = Module::with_crate_item("std", ["result"])?;
    let mut result = module.ty::<Outcome>()?.make_enum(&["Ok", "Err"])?;
    result.variant_mut(0)?.make_unnamed(1)?.constructor(Outcome::Ok)?;
    result.variant_mut(1)?.make_unnamed(1)?.constructor(Outcome::Err)?;
    let ok = rune::hash!(::std::result::Result::Ok);
    let err = rune::hash!(::std::result::Result::Err);
    module.associated_function(&Protocol::IS_VARIANT, move |one: &Outcome, of: rune::Hash| {
        of == if one.is_ok() { ok } else { err }
    })?;
    module.index_function(&Protocol::GET, 0, |one: &Outcome| match one {
        Ok(value) | Err(value) => value.clone(),
    })?;
    module.associated_function("is_ok", |one: &Outcome| one.is_ok())?;
    module.associated_function("is_err", |one: &Outcome| one.is_err())?;
    module.associated_function("ok", |one: &Outcome| one.clone().ok())?;
    module.associated_function("unwrap", |one: &Outcome| within(one.as_ref().ok()))?;
    module.associated_function("expect", |one: &Outcome, _: Value| within(one.as_ref().ok()))?;
    module.associated_function("unwrap_or", |one: &Outcome, other: Value| {
        one.clone().unwrap_or(other)
    })?;
    module.associated_function(&Protocol::TRY, |one: &Outcome| {
        VmResult::Ok(match one {
            Ok(value) => ControlFlow::Continue(value.clone()),
            Err(error) => ControlFlow::Break(vm_try!(Outcome::Err(error.clone()).to_value())),
        })
    })?;
    module.associated_function(&Protocol::PARTIAL_EQ, |a: &Outcome, b: &Outcome| match (a, b) {
        (Ok(a), Ok(b)) | (Err(a), Err(b)) => equal(a, b),
        _ => VmResult::Ok(false),
    })?;
    let copied = |one: &Outcome| {
        VmResult::Ok(match one {
            Ok(value) => Ok(vm_try!(copy(value))),
            Err(error) => Err(vm_try!(copy(error))),
        })
    };
    module.associated_function("clone", copied)?;
    module.associated_function(&Protocol::CLONE, copied)?;
    Ok(module)
}

fn within(value: Option<&Value>) -> VmResult<Value> {
    value.map_or_else(|| VmResult::panic("nothing to unwrap"), |value| VmResult::Ok(value.clone()))
}

fn equal(a: &Value, b: &Value) -> VmResult<bool> {
    vm_try!(step());
    Value::partial_eq(a, b)
}

fn copy(value: &Value) -> VmResult<Value> {
    vm_try!(step());
    value.clone_()
}

fn step() -> VmResult<()> {
    let call = Call::here();
    if call.takes(1) { VmResult::Ok(()) } else { call.end(End::By(By::Steps)) }
}
