//! What is to be known of each request to say what its next event means: 32 bytes.

use super::labels::{Layer, Outcome, Pattern};
use crate::engine::Nanos;

/// Work behind somebody's answer.
pub const BEHIND: u16 = 1;
/// It waits for a leader.
pub const FOLLOWS: u16 = 2;
/// It has a connection.
pub const QUERIES: u16 = 4;
/// It is at its process's CPU, or waits for it.
pub const AT_CPU: u16 = 8;
/// It leads a flight that has not landed.
pub const LEADS: u16 = 16;
/// Its client has left, and it goes on.
pub const GHOST: u16 = 32;
/// Its client has left, and it is over.
pub const GONE: u16 = 64;
/// It updates its key.
pub const UPDATES: u16 = 128;
/// Since when it does what it does now is not known.
pub const UNSURE: u16 = 256;

/// In no process.
pub const NOWHERE: u8 = u8::MAX;

/// A request.
#[derive(Clone, Copy)]
pub struct Life {
    /// When its client sent it; of a retry, when the first try was sent.
    pub sent: Nanos,
    /// When it came into its process.
    pub arrived: Nanos,
    /// Since when it does what it does now.
    pub since: Nanos,
    /// The process that it is in, or [`NOWHERE`].
    pub process: u8,
    /// Which of the lives of that process, counted round.
    pub life: u8,
    /// What it asks for.
    pub pattern: Pattern,
    /// The cache that it asked last.
    pub layer: Layer,
    /// What it would be if it were answered now.
    pub outcome: Outcome,
    /// The server that it queries, or queried last.
    pub server: u8,
    flags: u16,
}

impl Life {
    /// A request that begins.
    pub fn new(sent: Nanos, at: Nanos, pattern: Pattern, behind: bool) -> Life {
        Life {
            sent,
            arrived: at,
            since: at,
            process: NOWHERE,
            life: 0,
            pattern,
            layer: Layer::None,
            outcome: Outcome::Miss,
            server: 0,
            flags: if behind { BEHIND } else { 0 },
        }
    }

    /// Whether any of some flags is set.
    pub fn is(&self, flags: u16) -> bool {
        self.flags & flags != 0
    }

    /// Sets one.
    pub fn set(&mut self, flag: u16) {
        self.flags |= flag;
    }

    /// Takes one away; whether it was set.
    pub fn take(&mut self, flag: u16) -> bool {
        let was = self.is(flag);
        self.flags &= !flag;
        was
    }

    /// Something has been found, or not, in a cache.
    pub fn looked(&mut self, layer: Layer, outcome: Outcome) {
        self.layer = layer;
        self.becomes(outcome);
    }

    /// What it would be if it were answered now. An update stays one.
    pub fn becomes(&mut self, outcome: Outcome) {
        if !self.is(UPDATES) {
            self.outcome = outcome;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn millions_of_them_are_small() {
        assert_eq!(size_of::<Life>(), 32);
    }
}
