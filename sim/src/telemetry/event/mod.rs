//! What can happen in a run.

mod fault;
mod kind;
mod place;
mod reason;
mod table;

pub use fault::Fault;
pub use kind::{Arg, Does, Looks, Traits};
pub use place::{How, Node};
pub use table::{Kind, Reason, Spot, Station};

use crate::engine::Nanos;

/// In place of a request's number: it happened to the world.
pub const WORLD: u32 = u32::MAX;

/// In place of the number of a point of presence: the shield.
pub const SHIELD: u32 = u32::MAX;

/// One line of the log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Event {
    /// When, since the start of the run.
    pub at: Nanos,
    /// What.
    pub kind: Kind,
    /// To which request, or [`WORLD`]. Requests are numbered from 0 in order
    /// of their first event, one whose kind [begins](Does::Begins) them.
    pub who: u32,
    /// More about it: what, [`Traits::arg`] of its kind says.
    pub arg: u32,
}

impl Event {
    /// Why, if it is something that has a reason.
    pub fn reason(&self) -> Option<Reason> {
        let has = matches!(self.kind.traits().arg, Arg::Reason | Arg::Outcome);
        if has { Reason::of(self.arg) } else { None }
    }
}
