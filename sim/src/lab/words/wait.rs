//! `.at(line)`, which stands before each `.await` of what is compiled
//! ([`mark`](crate::lab::mark)): from here on the script waits at that line.

use rune::runtime::{Future, VmResult};
use rune::{ContextError, Module, ToValue, vm_try};

use crate::lab::call::Call;

/// Of whatever the language itself can wait for.
pub fn module() -> Result<Module, ContextError> {
    let mut module = Module::new();
    // As a value: what it is would be waited for.
    module.associated_function("at", |work: Future, line: u32| {
        VmResult::Ok(vm_try!(at(work, line).to_value()))
    })?;
    Ok(module)
}

/// The same of anything.
pub fn at<T>(work: T, line: u32) -> T {
    Call::here().stands_at(line);
    work
}
