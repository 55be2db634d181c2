//! Counters and latencies as they were at any instant, read from the log.

use super::event::Kind;
use super::marks::Marked;
use super::{Counters, Latency, Log};
use crate::engine::Nanos;

/// A reading position in a log.
#[derive(Default)]
pub struct Replay {
    marked: Marked<(Counters, Latency)>,
    /// By request: when it was sent. Known for all that were ever passed.
    sent: Vec<Nanos>,
}

impl Replay {
    /// Moves to instant `at`, which is included.
    pub fn seek(&mut self, log: &Log, at: Nanos) {
        let sent = &mut self.sent;
        self.marked.seek(log.count_until(at), log.len(), |(counters, latency), i| {
            let event = log.get(i);
            counters.count(event.at, event.kind, event.arg);
            let new = event.who as usize == sent.len();
            match event.kind {
                // They are numbered in order. A retry counts from the first try.
                Kind::Send | Kind::Refresh if new => sent.push(event.at),
                Kind::Retry if new => sent.push(sent[event.arg as usize]),
                Kind::Ok | Kind::Error => latency.record(event.at - sent[event.who as usize]),
                _ => {}
            }
        });
    }

    /// Counts up to the position.
    pub fn counters(&self) -> &Counters {
        &self.marked.state.0
    }

    /// Response times up to the position.
    pub fn latency(&self) -> &Latency {
        &self.marked.state.1
    }
}
