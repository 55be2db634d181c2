//! Counters and latencies as they were at any instant, read from the log.

use super::event::Kind;
use super::{Counters, Latency, Log};
use crate::engine::Nanos;

/// A reading position in a log. Moving it forward reads only what is new.
#[derive(Default)]
pub struct Replay {
    /// Counts up to the position.
    pub counters: Counters,
    /// Response times up to the position.
    pub latency: Latency,
    read: usize,
    sent: Vec<Nanos>,
}

impl Replay {
    /// Moves to instant `at`, which is included. Going back starts over.
    pub fn seek(&mut self, log: &Log, at: Nanos) {
        let until = log.count_until(at);
        if until < self.read {
            *self = Replay::default();
        }
        for event in (self.read..until).map(|i| log.get(i)) {
            self.counters.count(event.at, event.kind, event.arg);
            match event.kind {
                // They are numbered in order. A retry counts from the first try.
                Kind::Send | Kind::Refresh => self.sent.push(event.at),
                Kind::Retry => self.sent.push(self.sent[event.arg as usize]),
                Kind::Ok | Kind::Error => {
                    self.latency.record(event.at - self.sent[event.who as usize]);
                }
                _ => {}
            }
        }
        self.read = until;
    }
}
