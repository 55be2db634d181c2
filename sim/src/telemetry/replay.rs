//! Counters and latencies as they were at any instant, read from the log.

use super::event::Kind;
use super::{Counters, Latency, Log};
use crate::engine::Nanos;

/// A reading position in a log. Moving it forward reads only what is new;
/// moving it back starts from the last of a few marks that were left on the
/// way.
#[derive(Default)]
pub struct Replay {
    /// Counts up to the position.
    pub counters: Counters,
    /// Response times up to the position.
    pub latency: Latency,
    read: usize,
    /// By request: when it was sent. Known for all that were ever passed.
    sent: Vec<Nanos>,
    marks: Vec<Mark>,
}

/// What was known at a position.
struct Mark {
    read: usize,
    counters: Counters,
    latency: Latency,
}

/// Between two marks: so many events at least, and so many marks at most.
const APART: usize = 1 << 14;
const MOST: usize = 24;

/// How far apart the marks of a log are.
pub fn apart(events: usize) -> usize {
    APART.max(events / MOST)
}

impl Replay {
    /// Moves to instant `at`, which is included.
    pub fn seek(&mut self, log: &Log, at: Nanos) {
        let until = log.count_until(at);
        if until < self.read {
            let mark = self.marks.iter().rfind(|mark| mark.read <= until);
            (self.read, self.counters, self.latency) = match mark {
                Some(mark) => (mark.read, mark.counters, mark.latency.clone()),
                None => Default::default(),
            };
        }
        let apart = apart(log.len());
        for i in self.read..until {
            let last = self.marks.last().map_or(0, |mark| mark.read);
            if i >= last + apart {
                let (counters, latency) = (self.counters, self.latency.clone());
                self.marks.push(Mark { read: i, counters, latency });
            }
            let event = log.get(i);
            self.counters.count(event.at, event.kind, event.arg);
            let new = event.who as usize == self.sent.len();
            match event.kind {
                // They are numbered in order. A retry counts from the first try.
                Kind::Send | Kind::Refresh if new => self.sent.push(event.at),
                Kind::Retry if new => self.sent.push(self.sent[event.arg as usize]),
                Kind::Ok | Kind::Error => {
                    self.latency.record(event.at - self.sent[event.who as usize]);
                }
                _ => {}
            }
        }
        self.read = until;
    }
}
