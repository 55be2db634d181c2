//! Counters and latencies as they were at any instant, read from the log.

use super::event::Kind;
use super::marks::Marked;
use super::{Counters, Latency, Log};
use crate::engine::Nanos;

/// A reading position in a log.
#[derive(Default)]
pub struct Replay {
    counters: Marked<Counters, { 1 << 12 }>,
    latency: Marked<Latency, { 1 << 14 }>,
    /// By request: when it was sent. Known for all that were ever passed.
    sent: Vec<Nanos>,
}

impl Replay {
    /// Moves to instant `at`, which is included.
    pub fn seek(&mut self, log: &Log, at: Nanos) {
        let (until, sent) = (log.count_until(at), &mut self.sent);
        self.counters.seek(until, |counters, i| {
            let event = log.get(i);
            counters.count(event.at, event.kind, event.arg);
        });
        self.latency.seek(until, |latency, i| {
            let event = log.get(i);
            if event.kind.is_answer() {
                latency.record(event.at - sent[event.who as usize]);
            } else if event.kind.is_birth() && event.who as usize == sent.len() {
                // They are numbered in order. A retry counts from the first try.
                let first = (event.kind == Kind::Retry).then(|| sent[event.arg as usize]);
                sent.push(first.unwrap_or(event.at));
            }
        });
    }

    /// Counts up to the position.
    pub fn counters(&self) -> &Counters {
        &self.counters.state
    }

    /// Response times up to the position.
    pub fn latency(&self) -> &Latency {
        &self.latency.state
    }
}
