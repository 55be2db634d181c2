//! The doors and layers that the page's first figure does without. Where a program is cut
//! in two (feature `apart`), they are in its later part, and are given to the
//! simulation when that has come; everywhere else they are simply there.

use std::pin::Pin;

use super::get::Rest;
use super::path::Site;
use super::{Loaded, Node, door, guard};
use crate::scenario::{Door, Flaw, Layer, ProtectSpec, Switch};
use crate::world::Request;

/// A request on its way.
pub type Going<'a> = Pin<Box<dyn Future<Output = Loaded> + 'a>>;

/// The ways to them.
#[derive(Clone, Copy)]
pub struct Further {
    /// Builds one that stands at the door.
    pub door: fn(&Site<'_>, Door) -> Node,
    /// Builds a layer.
    pub guard: fn(&Site<'_>, Layer) -> Node,
    /// Gets past one.
    pub call: for<'a> fn(&'a Node, &'a Request<'a>, Rest<'a>) -> Going<'a>,
}

impl Further {
    /// All there are. Named in the first part of a program, they would be there.
    pub const ALL: Further = Further { door, guard, call: Node::call };

    /// Whether a scenario's path has some.
    pub fn is_needed(p: &ProtectSpec) -> bool {
        let gates = p.gates().into_iter().any(|gate| gate != Switch::Singleflight);
        gates || p.recheck || p.flaw != Flaw::None
    }
}

apart!(Further);
