//! What a run leaves behind: one log, many views.
//!
//! The simulation calls [`Recorder::note`] for everything that happens and
//! [`Recorder::finish`] when a request ends. Counters, latencies and the log
//! are kept from those calls and from nothing else, so no view can claim what
//! did not happen.
//!
//! | file | view |
//! |---|---|
//! | [`event`] | what can happen |
//! | [`log`] | every event, 16 bytes each, with a fingerprint |
//! | [`counters`] | exact counts |
//! | [`latency`] | the distribution of response times |
//! | [`report`] | the numbers of a run by name (JSON) |
//! | [`summary`] | the end-of-test summary for people |
//! | [`reply`] | an answer over HTTP, in an event's argument |
//! | [`replay`] | counters and latencies as they were at any instant |
//! | [`series`] | counts over virtual time (CSV, charts) |
//! | [`timeline`] | counts, places and response times at any step, without the log |
//! | [`stand`] | where a request is |
//! | [`moments`] | what is worth looking at |
//! | [`strain`] | when a system runs out of something |
//! | [`exposition`] | Prometheus text and OpenMetrics |

pub mod counters;
pub mod event;
pub mod exposition;
pub mod latency;
pub mod log;
pub mod marks;
pub mod moments;
pub mod replay;
pub mod reply;
pub mod report;
pub mod series;
pub mod stand;
pub mod stopped;
pub mod strain;
pub mod summary;
pub mod timeline;

pub use counters::Counters;
pub use event::{Event, Kind, Reason};
pub use latency::Latency;
pub use log::Log;
pub use report::Report;
pub use timeline::Timeline;

use std::cell::RefCell;

use crate::engine::Nanos;

/// How much of a run is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Recording {
    /// Counters and latencies only: for large runs.
    Counters,
    /// And the log's fingerprint, without the log.
    Fingerprint,
    /// And every event.
    Trace,
}

/// Where the simulation writes what happens.
pub struct Recorder {
    mode: Recording,
    tape: RefCell<Tape>,
}

/// What has been recorded so far.
pub struct Tape {
    /// Exact counts, in every mode.
    pub counters: Counters,
    /// Response times, in every mode.
    pub latency: Latency,
    /// In a shop: how long a key took that the cache had, and one that it had not.
    pub benchmark: Option<Box<[Latency; 2]>>,
    /// Over HTTP: how long answers' first bytes took.
    pub first_byte: Option<Box<Latency>>,
    /// Events: all of them in [`Recording::Trace`], otherwise none; the
    /// fingerprint in that mode and in [`Recording::Fingerprint`].
    pub log: Log,
}

impl Recorder {
    /// An empty record.
    pub fn new(mode: Recording) -> Recorder {
        let tape = Tape {
            counters: Counters::default(),
            latency: Latency::default(),
            benchmark: None,
            first_byte: None,
            log: Log::default(),
        };
        Recorder { mode, tape: RefCell::new(tape) }
    }

    /// Something happened at `at` to request `who` (or to the world, with
    /// [`event::WORLD`]). What `arg` means depends on the kind.
    #[inline(always)]
    pub fn note(&self, at: Nanos, kind: Kind, who: u32, arg: u32) {
        self.tape.borrow_mut().note(self.mode, at, kind, who, arg);
    }

    /// A request that was sent at `sent` ended, with [`Kind::Ok`] or
    /// [`Kind::Error`].
    #[inline(always)]
    pub fn finish(&self, at: Nanos, kind: Kind, who: u32, arg: u32, sent: Nanos) {
        let tape = &mut *self.tape.borrow_mut();
        tape.note(self.mode, at, kind, who, arg);
        tape.latency.record(at - sent);
    }

    /// A key took so long, in its process; it was a hit, or a miss.
    pub fn benchmark(&self, hit: bool, took: Nanos) {
        let apart = &mut self.tape.borrow_mut().benchmark;
        apart.get_or_insert_default()[usize::from(!hit)].record(took);
    }

    /// The first byte of an answer left its process so long after the request had been
    /// sent.
    pub fn first_byte(&self, took: Nanos) {
        self.tape.borrow_mut().first_byte.get_or_insert_default().record(took);
    }

    /// See [`Run::sift`](crate::run::Run).
    pub fn sift(&self, from: usize, keep: impl FnMut(Event) -> bool) -> usize {
        self.tape.borrow_mut().log.sift(from, keep)
    }

    /// Reads what has been recorded so far.
    pub fn read<T>(&self, view: impl FnOnce(&Tape) -> T) -> T {
        view(&self.tape.borrow())
    }
}

impl Tape {
    #[inline(always)]
    fn note(&mut self, mode: Recording, at: Nanos, kind: Kind, who: u32, arg: u32) {
        self.counters.count(at, kind, arg);
        if mode != Recording::Counters {
            self.log.write(at, kind, who, arg, mode == Recording::Trace);
        }
    }
}
