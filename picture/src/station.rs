//! The places where requests stand, in crowds, at the stations of the table of
//! events.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

pub use stampede_sim::telemetry::event::{Spot, Station};

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
