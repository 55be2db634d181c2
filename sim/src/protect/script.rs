//! A protector that somebody wrote: in place of cache, layers and filling.
//!
//! What reads the language is not part of the defences: it is given to them
//! ([`give`]), and makes of a scenario's source a [`Program`] for each process. A
//! program meets what the built-in defences meet (the cache, the lock server, the
//! pool of connections), by the same functions, so that the same way of doing
//! things costs the same.

use std::rc::Rc;
use std::sync::OnceLock;

use super::fill::Fill;
use super::further::Going;
use super::layer::{Layer, Next, Part};
use super::path::Site;
use super::{Loaded, Node};
use crate::scenario::{Fault, Problem, Scenario};
use crate::world::Request;

/// What stands for a file's name where a request waits in a script.
pub const SCRIPT: &str = "script";

/// What a script is in one process.
pub trait Program {
    /// Answers a request.
    fn answer<'a>(&'a self, request: &'a Request<'_>) -> Going<'a>;

    /// Its process was started again: it knows nothing.
    fn reset(&self);
}

/// Who reads scripts.
#[derive(Clone, Copy)]
pub struct Reader {
    /// What is wrong with a source.
    pub check: fn(&str) -> Result<(), Problem>,
    /// Makes a program of a scenario's source, which has been checked; with our way to
    /// fill the cache, if there is one.
    pub program: fn(&Site<'_>, Option<Rc<Fill>>) -> Rc<dyn Program>,
}

static READER: OnceLock<Reader> = OnceLock::new();

/// From now on scripts can be run.
pub fn give(reader: Reader) {
    // To give it twice changes nothing.
    let _ = READER.set(reader);
}

/// Refuses a scenario with a script that cannot be run; one without is fine.
pub fn check(scenario: &Scenario) -> Result<(), Problem> {
    if scenario.script.source.is_empty() {
        return Ok(());
    }
    // Whoever cuts the program in parts waits for that which reads scripts.
    let reader = READER.get().ok_or_else(|| Problem::new("script", Fault::Missing))?;
    (reader.check)(&scenario.script.source)
}

/// A scenario's script, in a process.
pub struct Script {
    program: Rc<dyn Program>,
}

impl Script {
    /// What it is made of a process's scenario.
    pub fn node(site: &Site<'_>, fill: Option<Rc<Fill>>) -> Node {
        let reader = READER.get().expect("a run with a script is refused until there is a reader");
        site.kept.part(|| Script { program: (reader.program)(site, fill) }).into()
    }
}

impl Layer for Script {
    async fn call(&self, request: &Request<'_>, _nothing: impl Next) -> Loaded {
        self.program.answer(request).await
    }
}

impl Part for Script {
    fn reset(&self) {
        self.program.reset();
    }
}
