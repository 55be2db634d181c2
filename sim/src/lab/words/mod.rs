//! What scripts can call, a file for each thing.
//!
//! They are the language's own modules as far as these end quickly and say the same on
//! every machine, and the vocabulary of the course. A script has no clock but the
//! run's, no randomness but the run's, and reaches nothing else.

mod backup;
mod breaker;
mod cache;
mod db;
mod entry;
mod fallback;
mod flights;
mod here;
mod list;
mod local;
mod lock;
mod math;
mod perhaps;
mod places;
mod process;
mod text;
mod time;
mod trips;
mod wait;

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
        language::future::module()?,
        language::i64::module()?,
        language::mem::module()?,
        language::slice::module()?,
        backup::module()?,
        breaker::module()?,
        cache::module()?,
        db::module()?,
        fallback::module()?,
        flights::module()?,
        list::lists()?,
        list::ranges()?,
        local::module()?,
        lock::module()?,
        math::module()?,
        perhaps::options()?,
        perhaps::results()?,
        places::module()?,
        process::counters()?,
        process::maps()?,
        process::tasks()?,
        text::module()?,
        time::module()?,
        wait::module()?,
    ] {
        context.install(module)?;
    }
    Ok(context)
}
