//! What the page's first figure does without: whatever reads, checks and changes
//! scenarios and links, which is code for every field of every section. Where a
//! program is cut into parts (feature `apart`), that is in its later part, and until
//! it has come there are the scenarios of [`first`](super::first) and no others.

use super::link::{self, Link};
use super::{Action, DEFENCES, Defence, Fault, Problem, Scenario, load, parse, presets};

/// The ways to it.
#[derive(Clone, Copy)]
pub(super) struct Further {
    /// [`Link::read`].
    pub link: fn(&str) -> Result<Link, Problem>,
    /// [`Link::set`].
    pub set: fn(&mut Link, &str, &str) -> Result<(), Problem>,
    /// [`Link::scenarios`].
    pub scenarios: fn(&Link) -> Result<Vec<Scenario>, Problem>,
    /// [`presets::is_unchanged`].
    pub unchanged: fn(&Scenario) -> bool,
    /// [`Scenario::check_requests`].
    pub requests: fn(&Scenario, &[Action], f64) -> Result<(), Problem>,
    /// The table of defences.
    pub defences: &'static [Defence],
    /// [`Scenario::check_run`].
    pub run: fn(&Scenario, &[Action]) -> Result<Vec<Scenario>, Problem>,
}

impl Further {
    /// All there is. Named in the first part of a program, it would be there.
    const ALL: Further = Further {
        link: link::read,
        set: link::set,
        scenarios: link::scenarios,
        unchanged: presets::compare,
        requests: load::check_requests,
        defences: DEFENCES,
        run: parse::check_run,
    };

    /// The ways; a refusal as long as they are not there.
    pub fn ready() -> Result<Further, Problem> {
        Further::here().ok_or_else(|| Problem::new("", Fault::Missing))
    }
}

crate::apart!(Further);

/// Gives them.
#[cfg(feature = "apart")]
pub fn give() {
    Further::give();
}
