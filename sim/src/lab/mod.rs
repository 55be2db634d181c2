//! The lab: protectors that somebody writes, in Rune, run in the place of ours.
//!
//! A script says how a process answers a request: `pub async fn get(key)`. What it
//! calls is the vocabulary of the course, by the functions that the built-in defences
//! use, so that it waits where they wait and its log says what theirs says.
//!
//! | file | idea |
//! |---|---|
//! | [`compile`] | from source to instructions, or to mistakes with their places |
//! | [`scan`] | what is looked at before |
//! | [`mark`] | at which line a script waits |
//! | [`host`] | a script in one process, and what it remembers |
//! | [`call`] | a script at work for a request, with its limits |
//! | [`flights`] | loads that others wait for |
//! | [`places`] | of which there are only so many |
//! | [`values`] | what scripts hold |
//! | [`templates`] | where to begin |
//! | `words` | what scripts can call |
//!
//! A script cannot make a run anything but a function of its scenario, its actions and
//! its seed: it has no clock and no randomness but the run's, and nothing whose outcome
//! depends on a machine. Nor can it stop one: steps and bytes of a request are counted,
//! and what takes more ends that request. See [`call`] for the limits.

pub mod call;
pub mod compile;
pub mod flights;
pub mod host;
pub mod mark;
pub mod places;
pub mod scan;
pub mod templates;
pub mod values;
mod words;

use std::rc::Rc;

pub use compile::{check, learn};
pub use templates::TEMPLATES;

use crate::protect::fill::Fill;
use crate::protect::path::Site;
use crate::protect::script::{self, Program, Reader};
use crate::scenario::{Fault, Problem};
use host::{Host, Hosted};

/// From now on scripts can be run.
pub fn give() {
    script::give(Reader { check: problem, program });
}

/// The first mistake of a script, as that of a scenario's field.
fn problem(source: &str) -> Result<(), Problem> {
    check(source).map_err(|troubles| {
        let first = troubles.into_iter().next().expect("a refusal has a reason");
        Problem::new("script.source", Fault::Script(first))
    })
}

fn program(site: &Site<'_>, fill: Option<Rc<Fill>>) -> Rc<dyn Program> {
    let script = compile::compile(&site.scenario.script.source).expect("it has been checked");
    Rc::new(Hosted(Rc::new(Host::new(site, fill, script))))
}
