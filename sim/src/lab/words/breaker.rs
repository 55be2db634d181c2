//! `breaker::`: what a breaker says of itself, so that picture and charts show it.

use rune::{ContextError, Module};

use crate::lab::call::Call;
use crate::telemetry::Kind;

/// Its functions.
pub fn module() -> Result<Module, ContextError> {
    let mut module = Module::with_crate("breaker")?;
    module.function("trip", || state(Kind::Trip)).build()?;
    module.function("half_open", || state(Kind::HalfOpen)).build()?;
    module.function("close", || state(Kind::Close)).build()?;
    module
        .function("count", |is_bad: bool| Call::here().request().note(Kind::Count, is_bad.into()))
        .build()?;
    Ok(module)
}

fn state(kind: Kind) {
    let call = Call::here();
    call.request().note(kind, call.host.process.id);
}
