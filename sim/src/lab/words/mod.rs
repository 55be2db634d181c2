//! What scripts can call, a file for each thing.
//!
//! They are the language's own modules as far as these end quickly and say the same on
//! every machine, and the vocabulary of the course. A script has no clock but the
//! run's, no randomness but the run's, and reaches nothing else.

mod breaker;
mod cache;
mod db;
mod flights;
mod lock;
mod math;
mod process;
mod time;

use rune::modules as language;
use rune::{Context, ContextError};

/// Everything there is to call.
pub fn context() -> Result<Context, ContextError> {
    let mut context = Context::new();
    for module in [
        language::iter::module()?,
        language::core::module()?,
        language::cmp::module()?,
        language::clone::module()?,
        language::num::module()?,
        language::hash::module()?,
        language::string::module()?,
        language::collections::module()?,
        language::tuple::module()?,
        language::future::module()?,
        language::i64::module()?,
        language::mem::module()?,
        language::ops::module()?,
        language::option::module()?,
        language::result::module()?,
        language::vec::module()?,
        language::slice::module()?,
        breaker::module()?,
        cache::module()?,
        db::module()?,
        flights::module()?,
        lock::module()?,
        math::module()?,
        process::counters()?,
        process::maps()?,
        process::tasks()?,
        time::module()?,
    ] {
        context.install(module)?;
    }
    Ok(context)
}
