//! The layers that the page's first figure does without. Where a
//! program is cut into parts (feature `apart`), they are in its later part, and are
//! given to the simulation when that has come; everywhere else they are simply
//! there.

use std::pin::Pin;
use std::rc::Rc;

use stampede_scenario::apart;

use super::beyond::Beyond;
use super::get::Rest;
use super::lease::Lease;
use super::path::Site;
use super::{App, Loaded, Node, guard};
use crate::scenario::{Flaw, Layer, Scenario, Switch};
use crate::world::Request;

/// A request on its way.
pub type Going<'a> = Pin<Box<dyn Future<Output = Loaded> + 'a>>;

/// The ways to them.
#[derive(Clone, Copy)]
pub struct Further {
    /// Builds a layer.
    pub guard: fn(&Site<'_>, Layer) -> Node,
    /// That which is always in the same place.
    pub lease: fn(&Site<'_>) -> Node,
    /// A panic that nobody catches ends a process.
    pub panic: fn(&Rc<App>),
    /// Gets past one.
    pub call: for<'a> fn(&'a Node, &'a Request<'a>, Rest<'a>) -> Going<'a>,
}

impl Further {
    /// All there are. Named in the first part of a program, they would be there.
    pub const ALL: Further = Further {
        guard,
        lease: |site| site.kept.part(|| Lease::new(&site.scenario.lease)).into(),
        panic: App::crash_by_panic,
        call: Node::call,
    };

    /// Whether a scenario's path has some, or what is [beyond](super::beyond).
    pub fn is_needed(scenario: &Scenario) -> bool {
        let p = &scenario.protect;
        let gates = p.gates().into_iter().any(|gate| gate != Switch::Singleflight);
        let kept = !scenario.cache.fills || p.recheck || p.flaw != Flaw::None;
        gates || kept || Beyond::is_needed(scenario, p)
    }
}

apart!(Further, given);
