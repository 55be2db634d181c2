//! Where requests can be: the spots that are counted, the stations where crowds
//! stand, and the places there.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use stampede_sim::telemetry::Kind;

/// Where a request is: what the numbers at the stations count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Spot {
    /// It is over.
    Out,
    /// On its way to the cache.
    Asking,
    /// Waiting for a leader.
    Following,
    /// Waiting for a lock.
    Locking,
    /// Waiting because the cache said so.
    Leasing,
    /// Queueing for a connection.
    Queueing,
    /// Using a connection.
    Querying,
    /// On its way back, or between stations.
    Returning,
    /// Loading a value again behind its readers.
    Refreshing,
    /// Going on for a client that has left.
    Alone,
}

impl Spot {
    /// How many there are.
    pub const COUNT: usize = 10;
    /// In place of a spot: where it was.
    pub(crate) const SAME: u8 = u8::MAX;
}

/// A place where a crowd can stand. Each process has its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Station {
    /// Followers, at the singleflight.
    Followers,
    /// Those who try to get the lock.
    Lock,
    /// Those whom the cache told to wait.
    Lease,
    /// Callers, at the connection pool.
    Queue,
}

impl Station {
    /// How many there are.
    pub const COUNT: usize = 4;

    /// Every station, in order.
    pub const ALL: [Station; Station::COUNT] =
        [Station::Followers, Station::Lock, Station::Lease, Station::Queue];

    /// Its name in links.
    pub fn key(self) -> &'static str {
        ["singleflight", "lock", "lease", "queue"][self as usize]
    }

    /// Where a request stands after an event, if it stands.
    pub fn of(kind: Kind) -> Option<Station> {
        Some(match kind {
            Kind::Join => Station::Followers,
            Kind::Busy => Station::Lock,
            Kind::Wait => Station::Lease,
            Kind::Queue => Station::Queue,
            _ => return None,
        })
    }
}

/// The largest crowd at each kind of station, over all processes.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Crowds {
    /// By [`Station`].
    pub at: [u32; Station::COUNT],
    /// Requests in the system.
    pub requests: u32,
}

impl Crowds {
    /// Room for as many and some more: what a crowd that still grows is given,
    /// so that not everybody moves whenever somebody comes.
    pub fn with_room(self) -> Crowds {
        let room = |most: u32| if most == 0 { 0 } else { most.next_power_of_two() };
        Crowds { at: self.at.map(room), requests: room(self.requests) }
    }
}

/// Numbered places; the lowest free one is taken first.
#[derive(Clone, Default)]
pub struct Seats {
    free: BinaryHeap<Reverse<u32>>,
    /// How many were ever taken at once.
    pub used: u32,
}

impl Seats {
    /// Takes one.
    pub fn take(&mut self) -> u32 {
        self.free.pop().map_or_else(
            || {
                self.used += 1;
                self.used - 1
            },
            |Reverse(place)| place,
        )
    }

    /// Gives one back.
    pub fn leave(&mut self, place: u32) {
        self.free.push(Reverse(place));
    }
}
