//! Where in the picture things happen, and where requests stand.

use super::kind::{Does, Looks};
use super::table::{Kind, Spot, Station};
use crate::scenario::Switch;

/// Where in the picture something happens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Node {
    /// At the clients.
    Clients,
    /// At the edge, at the height of a point of presence.
    Edge,
    /// Where a process begins.
    Door,
    /// At a process's CPU.
    Cpu,
    /// At the shared cache.
    Cache,
    /// At a defence that stands on the way.
    Gate(Switch),
    /// At the connection pool, where there is no place for it of its own.
    Pool,
    /// In a connection's slot.
    Slot,
    /// Where the request has been waiting.
    There,
    /// Where its reason is seen.
    Reason,
    /// Nowhere: it happens to the world, or on the way.
    Nowhere,
}

impl Node {
    /// Its name in links, classes and tests.
    pub fn key(self) -> &'static str {
        match self {
            Node::Clients => "clients",
            Node::Edge => "edge",
            Node::Door => "door",
            Node::Cpu => "cpu",
            Node::Cache => "cache",
            Node::Gate(defence) => defence.word(),
            Node::Pool => "pool",
            Node::Slot => "slot",
            Node::There | Node::Reason | Node::Nowhere => "",
        }
    }
}

/// Declares [`Station`] and [`Spot`]: `Name as Spot before node: "key", how;`.
/// `how` says what those do who stand there: they are `called`, or they `try`
/// again.
macro_rules! stations {
    ($($(#[$doc:meta])* $name:ident as $spot:ident before $node:ident $(($gate:ident))?: $key:literal, $how:ident;)*) => {
        /// A place where a crowd can stand. Each process has its own.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Station {
            $($(#[$doc])* $name,)*
        }

        impl Station {
            /// Every station, in order.
            pub const ALL: [Station; [$($key),*].len()] = [$(Station::$name),*];

            /// Its name in links.
            pub fn key(self) -> &'static str {
                match self {
                    $(Station::$name => $key,)*
                }
            }

            /// In front of what the crowd stands.
            pub fn node(self) -> Node {
                match self {
                    $(Station::$name => Node::$node $((Switch::$gate))?,)*
                }
            }

            /// What the numbers count as.
            pub fn spot(self) -> Spot {
                match self {
                    $(Station::$name => Spot::$spot,)*
                }
            }

            /// What those do who stand there.
            #[inline]
            pub fn how(self) -> How {
                match self {
                    $(Station::$name => How::$how,)*
                }
            }
        }

        /// Where a request is: what the numbers at the stations count.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum Spot {
            /// It is over.
            Out,
            /// On its way to the cache.
            Asking,
            $($(#[$doc])* $spot,)*
            /// Using a connection.
            Querying,
            /// On its way back, or between stations.
            Returning,
            /// Working behind an answer: loading a value again, say.
            Refreshing,
            /// Working for another request, which waits for it.
            Errand,
            /// Going on for a client that has left.
            Alone,
        }
    };
}

pub(super) use stations;

/// What those do who stand in a crowd.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum How {
    /// They wait until they are called.
    Called,
    /// They look or try again every so often, and go on waiting.
    Tries,
}

impl Station {
    /// How many there are.
    pub const COUNT: usize = Station::ALL.len();

    /// Where a request stands after an event, if it stands in a crowd.
    #[inline]
    pub fn of(kind: Kind) -> Option<Station> {
        match kind.traits().does {
            Does::Waits(station) => Some(station),
            _ => None,
        }
    }

    /// Who waits in front of a node, if anybody does.
    pub fn before(node: Node) -> Option<Station> {
        Station::ALL.into_iter().find(|station| station.node() == node)
    }
}

impl Spot {
    /// How many there are.
    pub const COUNT: usize = Spot::Alone as usize + 1;

    /// Where a request is that an event moved last, unless there is more to be
    /// said about it.
    #[inline]
    pub fn of(kind: Kind) -> Spot {
        match (kind.traits().does, kind.traits().looks) {
            (Does::Waits(station), _) => station.spot(),
            (Does::Uses, _) => Spot::Querying,
            (_, Looks::Asking) => Spot::Asking,
            _ => Spot::Returning,
        }
    }
}
