//! The table of everything that can happen.
//!
//! A line for each kind says what its argument is, where in the picture it
//! happens, what it does to the request it happens to, and what that looks
//! like. Counters, series, stations, spots and dots follow from it.

use super::place::Node;
use super::table::{Kind, Station, TABLE};
use crate::scenario::Switch;

/// Declares [`Kind`]: `Name(argument) at node: does, looks;`. A kind's number
/// is its line, and stands in the log: new ones come last.
macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident($arg:ident) at $node:ident $(($gate:ident))?: $does:ident $(($station:ident))?, $looks:ident;)*) => {
        /// What happened.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum Kind {
            $($(#[$doc])* #[doc = concat!("\n\n`arg`: [`Arg::", stringify!($arg), "`].")] $name,)*
        }

        impl Kind {
            /// Every kind, in the order of their numbers.
            pub const ALL: [Kind; TABLE.len()] = [$(Kind::$name),*];
        }

        /// By kind.
        pub(super) const TABLE: &[Traits] = &[$(Traits {
            arg: Arg::$arg,
            node: Node::$node $((Switch::$gate))?,
            does: Does::$does $((Station::$station))?,
            looks: Looks::$looks,
        }),*];
    };
}

pub(super) use kinds;

/// What a kind's line in the table says.
#[derive(Clone, Copy, Debug)]
pub struct Traits {
    /// What the argument is.
    pub arg: Arg,
    /// Where it happens.
    pub node: Node,
    /// What it does to the request.
    pub does: Does,
    /// What the request looks like afterwards.
    pub looks: Looks,
}

/// What an event's argument is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Arg {
    /// Nothing: 0.
    Nothing,
    /// A key.
    Key,
    /// A process.
    Process,
    /// Another request.
    Request,
    /// A connection of its process's pool.
    Connection,
    /// A query, by its number.
    Query,
    /// How many.
    Count,
    /// A client.
    Client,
    /// A client's address.
    Address,
    /// So many milliseconds.
    Millis,
    /// A database server.
    Server,
    /// A point of presence, or [`SHIELD`](super::SHIELD).
    Pop,
    /// An account; 0 is nobody's.
    Account,
    /// A packed [`Reply`](crate::telemetry::reply::Reply).
    Reply,
    /// A packed [`Stopped`](crate::telemetry::stopped::Stopped).
    Stopped,
    /// 1 or 0: the kind's description says what that means.
    Flag,
    /// A value's version; 0: there is no such thing.
    Version,
    /// A [`Reason`](super::Reason).
    Reason,
    /// 0, or a [`Reason`](super::Reason).
    Outcome,
    /// See [`Fault`](super::Fault).
    Fault,
    /// Twice a defence's number in the scenario's list of switches, and one
    /// more for on.
    Switch,
}

/// What an event does to the request it happens to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Does {
    /// It is there from now on, under the next number.
    Begins,
    /// It goes on to somewhere.
    Moves,
    /// The same, and from now on it loads for others, too.
    Leads,
    /// It stands in a crowd.
    Waits(Station),
    /// It uses a connection.
    Uses,
    /// Its flight is over, and it goes on.
    Lands,
    /// Its client has an answer, and it is over unless its work goes on.
    Answers,
    /// The same, but the client will try again under another number.
    Fails,
    /// Work without a client is over.
    Ends,
    /// It stays where it is.
    Stays,
    /// It did not happen to a request.
    Nothing,
}

/// What a request looks like after an event.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Looks {
    /// Nothing is known of it yet.
    Asking,
    /// The cache had it.
    Hit,
    /// It has an old value.
    Stale,
    /// It waits for somebody else, or has got it from them.
    Follower,
    /// Something broke.
    Broken,
    /// As its reason says: failed, or refused.
    Failed,
    /// A defence refused it.
    Refused,
    /// As what it had before it was answered.
    Answered,
    /// It loads: for itself, or for others if it leads.
    Loading,
}

impl Kind {
    /// Its line in the table.
    #[inline]
    pub fn traits(self) -> &'static Traits {
        &TABLE[self as usize]
    }

    /// Whether it is the first thing that happens to something with a number.
    #[inline]
    pub fn is_birth(self) -> bool {
        self.traits().does == Does::Begins
    }

    /// Whether that comes of another request, and is about the same key. The
    /// argument says of which.
    pub fn is_offspring(self) -> bool {
        self.is_birth() && self.traits().arg == Arg::Request
    }

    /// Whether it is work behind somebody's answer that begins.
    pub fn is_behind(self) -> bool {
        let behind = [Node::Cache, Node::Edge, Node::Gate(Switch::Local)];
        self.is_birth() && behind.contains(&self.traits().node)
    }

    /// Whether it is work that begins while another request waits for it: a part of a
    /// page, or a fetch of the edge.
    pub fn is_errand(self) -> bool {
        matches!(self, Kind::Part | Kind::Fetch)
    }

    /// Whether it is what a client gets: from then on it waits no more.
    #[inline]
    pub fn is_answer(self) -> bool {
        self.traits().does == Does::Answers
    }
}
