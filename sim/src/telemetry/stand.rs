//! Where each request is, kept from its events: four bytes for each.

use super::event::{Does, How, Spot, Station};
use super::{Event, Kind};

/// Where a request is, and what is to be known about it to say so after its
/// next event.
#[derive(Clone, Copy)]
pub struct Stand {
    /// What moved it last.
    pub kind: Kind,
    flags: u8,
    process: u16,
}

/// What an event did to a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Then {
    /// It is where it was.
    Stays,
    /// Its client has gone; it goes on where it was.
    GoesOn,
    /// It is somewhere else.
    Moved,
    /// It is over.
    Ended,
}

/// It is work behind an answer: it loads a value again, say. Or an [`ERRAND`].
const REFRESH: u8 = 1;
/// Its client will not hear of it, and it goes on all the same.
const GHOST: u8 = 2;
/// It leads a flight that has not landed.
const LEADS: u8 = 4;
/// Its client has stopped waiting.
const ALONE: u8 = 8;
/// It has ended.
const OVER: u8 = 16;
/// It stands in a queue for a connection.
const QUEUED: u8 = 32;
/// It has come into a process.
const INSIDE: u8 = 64;
/// Another request waits for it.
const ERRAND: u8 = 128;

impl Stand {
    /// A request of which this is the first event.
    pub fn born(kind: Kind) -> Stand {
        let behind = if kind.is_behind() { REFRESH } else { 0 };
        let flags = if kind.is_errand() { behind | ERRAND } else { behind };
        Stand { kind, flags, process: 0 }
    }

    fn is(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    fn set(&mut self, flag: u8, on: bool) {
        self.flags = if on { self.flags | flag } else { self.flags & !flag };
    }

    /// The process that serves it, or will.
    pub fn process(&self) -> u32 {
        self.process.into()
    }

    /// Whether it is no client's: it works behind an answer, or for another request.
    pub fn is_refresh(&self) -> bool {
        self.is(REFRESH)
    }

    /// Whether another request waits for it.
    pub fn is_errand(&self) -> bool {
        self.is(ERRAND)
    }

    /// Whether it has come into a process, as a request that takes memory there.
    pub fn is_inside(&self) -> bool {
        self.is(INSIDE) && !self.is(REFRESH)
    }

    /// Whether it stands in a queue for a connection.
    pub fn is_queued(&self) -> bool {
        self.is(QUEUED)
    }

    /// Takes in what happens to it next.
    pub fn take(&mut self, event: Event) -> Then {
        let does = event.kind.traits().does;
        match event.kind {
            // A fleet is smaller than that.
            Kind::Arrive => {
                self.process = event.arg as u16;
                self.set(INSIDE, true);
            }
            Kind::Timeout => self.set(GHOST, event.arg == 1),
            Kind::Lead => self.set(LEADS, true),
            Kind::Queue => self.set(QUEUED, true),
            Kind::Query | Kind::Leave => self.set(QUEUED, false),
            _ => {}
        }
        let tries = |kind| Station::of(kind).is_some_and(|station| station.how() == How::Tries);
        match (does, event.kind) {
            (Does::Stays, _) => return Then::Stays,
            // It looks or tries again, and goes on waiting.
            (_, Kind::Recheck) if event.arg == 1 => {}
            (_, kind) if (kind == Kind::Recheck || tries(kind)) && tries(self.kind) => {
                return Then::Stays;
            }
            // The client goes; the work does not.
            (Does::Answers | Does::Fails, _) if self.is(GHOST) || self.is(LEADS) => {
                self.set(ALONE, true);
                return Then::GoesOn;
            }
            _ => {}
        }
        self.kind = event.kind;
        let ends = match does {
            Does::Lands => {
                self.set(LEADS, false);
                self.is(ALONE) && !self.is(GHOST)
            }
            does => matches!(does, Does::Answers | Does::Fails | Does::Ends),
        };
        if !ends || self.is(OVER) {
            return Then::Moved;
        }
        self.set(OVER, true);
        Then::Ended
    }

    /// Where it is.
    pub fn spot(&self) -> Spot {
        match Spot::of(self.kind) {
            _ if self.is(OVER) => Spot::Out,
            // Seen there, whatever it is there for.
            spot @ (Spot::Queueing | Spot::Querying) => spot,
            _ if self.is(ERRAND) => Spot::Errand,
            _ if self.is(REFRESH) => Spot::Refreshing,
            _ if self.is(ALONE) => Spot::Alone,
            spot => spot,
        }
    }
}
