//! What a target has counted since it was started.

use super::expected::Expected;
use super::histogram::Histogram;
use super::labels::{
    ANSWERS, Answered, CACHES, LAYERS, Layer, OUTCOMES, Outcome, PATTERNS, Pattern,
};
use super::rolling::Rolling;
use super::system::System;
use crate::engine::Nanos;
use crate::telemetry::Counters;
use crate::telemetry::latency::BUCKETS;

/// Upper bounds, in nanoseconds, of the buckets of
/// `single_flight_wait_duration_seconds`: those of the protector's
/// monitoring code.
pub const WAITS: [u64; 9] = [
    1_000_000,
    10_000_000,
    100_000_000,
    500_000_000,
    1_000_000_000,
    2_000_000_000,
    5_000_000_000,
    10_000_000_000,
    30_000_000_000,
];

/// The counts of a target: of its events, and whatever takes more than counting.
#[derive(Clone)]
pub struct Book {
    /// When it was started.
    pub since: Nanos,
    /// Its events.
    pub counters: Counters,
    /// Of the clients: response times.
    pub durations: Histogram,
    /// Of the autoscaler: how often it asked for more, and for fewer.
    pub scaled: [u64; 2],
    /// Of a process: the rest.
    pub app: Option<Box<App>>,
}

/// What a process has counted.
#[derive(Clone)]
pub struct App {
    /// Requests that have been answered.
    pub requests: [[[u64; OUTCOMES]; LAYERS]; PATTERNS],
    /// Callers whose flight was shared.
    pub shared: [u64; PATTERNS],
    /// How long followers waited.
    pub waits: [Histogram; PATTERNS],
    /// How many do now.
    pub followers: [u64; PATTERNS],
    /// Look-ups by cache, and those that found something.
    pub lookups: [Rolling; CACHES],
    /// How long they took.
    pub trips: [Histogram; CACHES],
    /// How many there have been.
    pub asked: [u64; CACHES],
    /// What the breaker's state is called in gobreaker: 0 closed, 1 half-open, 2 open.
    pub breaker: u8,
    /// Connections in use, by server.
    pub in_use: Vec<u32>,
    /// How long queries took, by server and what came of them.
    pub queries: Vec<[Histogram; ANSWERS]>,
    /// How long answers took, by what came of the request.
    pub responses: [Histogram; OUTCOMES],
    /// Requests that have been answered, and those that have failed.
    pub served: [Rolling; PATTERNS],
    /// What load is expected.
    pub expected: Expected,
    /// How often it became too much.
    pub rushes: [u64; PATTERNS],
}

impl Book {
    /// Of a target that is no process.
    pub fn new(since: Nanos) -> Book {
        Book {
            since,
            counters: Counters::default(),
            durations: Histogram::default(),
            scaled: [0; 2],
            app: None,
        }
    }

    /// Of a process that has just been started.
    pub fn of_app(system: &System, since: Nanos) -> Book {
        let servers = usize::from(system.servers);
        let app = App {
            requests: [[[0; OUTCOMES]; LAYERS]; PATTERNS],
            shared: [0; PATTERNS],
            waits: Default::default(),
            followers: [0; PATTERNS],
            lookups: [Rolling::default(); CACHES],
            trips: Default::default(),
            asked: [0; CACHES],
            breaker: 0,
            in_use: vec![0; servers],
            queries: vec![Default::default(); servers],
            responses: Default::default(),
            served: [Rolling::default(); PATTERNS],
            expected: Expected::new(&system.predict),
            rushes: [0; PATTERNS],
        };
        Book { app: Some(Box::new(app)), ..Book::new(since) }
    }
}

impl App {
    /// A cache has said whether it has a key, after so long if that is known; an error
    /// says nothing about the key.
    pub fn looked(&mut self, at: Nanos, layer: Layer, found: Option<bool>, took: Option<Nanos>) {
        let cache = layer as usize - Layer::L1 as usize;
        self.asked[cache] += 1;
        if let Some(found) = found {
            self.lookups[cache].add(at, found);
        }
        if let Some(took) = took {
            self.trips[cache].observe(&BUCKETS, took);
        }
    }

    /// A follower waits no more.
    pub fn waited(&mut self, pattern: Pattern, took: Nanos) {
        self.followers[pattern as usize] -= 1;
        self.waits[pattern as usize].observe(&WAITS, took);
    }

    /// A query is over.
    pub fn queried(&mut self, server: u8, answer: Answered, took: Nanos) {
        let server = usize::from(server);
        self.in_use[server] -= 1;
        self.queries[server][answer as usize].observe(&BUCKETS, took);
    }

    /// A request has been answered.
    pub fn answered(
        &mut self,
        at: Nanos,
        (pattern, layer, outcome): (Pattern, Layer, Outcome),
        took: Nanos,
    ) {
        self.requests[pattern as usize][layer as usize][outcome as usize] += 1;
        self.responses[outcome as usize].observe(&BUCKETS, took);
        let failed = matches!(outcome, Outcome::Refused | Outcome::Error);
        self.served[pattern as usize].add(at, failed);
    }
}
