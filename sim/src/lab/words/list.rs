//! Lists, and counting from one number to another: of the language's own what ends as
//! quickly as it looks.
//!
//! The language compares and copies whole values as one step, however large they are: a
//! list of two lists of two lists... is small, and to compare it never ends. So lists,
//! tuples and ranges cannot be compared, and a copy costs a step for each element.

use rune::runtime::{Protocol, Range, RangeInclusive, Ref, Value, Vec, VmResult};
use rune::{Any, ContextError, Module, vm_try};

use crate::lab::call::{Call, End};
use crate::telemetry::stopped::By;

/// `[1, 2]`.
pub fn lists() -> Result<Module, ContextError> {
    let mut module = Module::with_crate_item("std", ["vec"])?;
    module.ty::<Vec>()?;
    module.function("new", Vec::new).build_associated::<Vec>()?;
    module.associated_function("len", |list: &Vec| list.len())?;
    module.associated_function("is_empty", |list: &Vec| list.is_empty())?;
    module.associated_function("get", |list: &Vec, at: usize| list.get(at).cloned())?;
    module.associated_function("clear", |list: &mut Vec| list.clear())?;
    module.associated_function("pop", |list: &mut Vec| list.pop())?;
    module.associated_function("push", |list: &mut Vec, value: Value| {
        vm_try!(list.push(value));
        VmResult::Ok(())
    })?;
    module.associated_function(&Protocol::INDEX_GET, element)?;
    module.associated_function(&Protocol::INDEX_SET, put)?;
    module.associated_function("clone", copy)?;
    module.associated_function(&Protocol::CLONE, copy)?;
    module.associated_function(&Protocol::INTO_ITER, Vec::rune_iter)?;
    Ok(module)
}

/// `0..5` and `0..=5`.
pub fn ranges() -> Result<Module, ContextError> {
    let mut module = Module::with_crate_item("std", ["ops"])?;
    module.ty::<Range>()?;
    module.ty::<RangeInclusive>()?;
    module.ty::<Counting>()?;
    module.associated_function(&Protocol::INTO_ITER, |range: Ref<Range>| {
        counting(&range.start, &range.end, false)
    })?;
    module.associated_function(&Protocol::INTO_ITER, |range: Ref<RangeInclusive>| {
        counting(&range.start, &range.end, true)
    })?;
    module.associated_function(&Protocol::NEXT, Counting::next)?;
    Ok(module)
}

fn element(list: &Vec, at: usize) -> VmResult<Value> {
    match list.get(at) {
        Some(value) => VmResult::Ok(value.clone()),
        None => VmResult::panic(format!("no element {at} of {}", list.len())),
    }
}

fn put(list: &mut Vec, at: usize, value: Value) -> VmResult<()> {
    let length = list.len();
    match list.get_mut(at) {
        Some(element) => {
            *element = value;
            VmResult::Ok(())
        }
        None => VmResult::panic(format!("no element {at} of {length}")),
    }
}

fn copy(list: &Vec) -> VmResult<Vec> {
    let call = Call::here();
    if !call.takes(list.len()) {
        return call.end(End::By(By::Steps));
    }
    let mut copy = vm_try!(Vec::with_capacity(list.len()));
    for element in list.iter() {
        vm_try!(copy.push(element.clone()));
    }
    VmResult::Ok(copy)
}

/// From one number to another.
#[derive(Any)]
#[rune(item = ::std::ops)]
struct Counting {
    next: i64,
    /// The one behind the last, which may be more than there are numbers.
    end: i128,
}

fn counting(start: &Value, end: &Value, with_end: bool) -> VmResult<Counting> {
    let next = vm_try!(start.as_integer::<i64>());
    let end = i128::from(vm_try!(end.as_integer::<i64>())) + i128::from(with_end);
    VmResult::Ok(Counting { next, end })
}

impl Counting {
    fn next(&mut self) -> Option<i64> {
        let next = self.next;
        if i128::from(next) >= self.end {
            return None;
        }
        // The last number of all has none behind it.
        match next.checked_add(1) {
            Some(behind) => self.next = behind,
            None => self.end = i128::MIN,
        }
        Some(next)
    }
}
