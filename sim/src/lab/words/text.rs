//! Texts, of which scripts only need names: to join, to compare or to copy them costs a
//! step for every so many bytes. In the language's own that is one step, however long
//! they are.

use std::cmp::Ordering;

use rune::alloc::String;
use rune::alloc::clone::TryClone;
use rune::runtime::{Protocol, VmResult};
use rune::{ContextError, Module, vm_try};

use crate::lab::call::{Call, End};
use crate::telemetry::stopped::By;

/// As many bytes cost a step.
const BYTES: usize = 64;

/// `"a text"`.
pub fn module() -> Result<Module, ContextError> {
    let mut module = Module::with_crate_item("std", ["string"])?;
    module.ty::<String>()?;
    module.associated_function("len", |text: &str| text.len())?;
    module.associated_function("is_empty", |text: &str| text.is_empty())?;
    module.associated_function("clone", copy)?;
    module.associated_function(&Protocol::CLONE, copy)?;
    module.associated_function(&Protocol::ADD, |a: &str, b: &str| {
        vm_try!(takes(a.len() + b.len()));
        let mut both = vm_try!(String::try_with_capacity(a.len() + b.len()));
        vm_try!(both.try_push_str(a));
        vm_try!(both.try_push_str(b));
        VmResult::Ok(both)
    })?;
    module.associated_function(&Protocol::ADD_ASSIGN, |text: &mut String, more: &str| {
        vm_try!(takes(text.len() + more.len()));
        vm_try!(text.try_push_str(more));
        VmResult::Ok(())
    })?;
    module.associated_function(&Protocol::PARTIAL_EQ, |a: &str, b: &str| {
        vm_try!(takes(a.len()));
        VmResult::Ok(a == b)
    })?;
    module.associated_function(&Protocol::PARTIAL_CMP, |a: &str, b: &str| {
        vm_try!(takes(a.len()));
        VmResult::Ok(Some::<Ordering>(a.cmp(b)))
    })?;
    Ok(module)
}

fn copy(text: &String) -> VmResult<String> {
    vm_try!(takes(text.len()));
    VmResult::Ok(vm_try!(text.try_clone()))
}

/// So many bytes are gone through.
fn takes(bytes: usize) -> VmResult<()> {
    let call = Call::here();
    if call.takes(bytes / BYTES) { VmResult::Ok(()) } else { call.end(End::By(By::Steps)) }
}
