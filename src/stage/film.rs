//! The log, arranged so that any instant can be drawn at once.
//!
//! The simulation's log is in order of time; the picture asks for the state of
//! each request at the playhead. The film links each event to the next one of
//! the same request, and gives every wait in a crowd a place that stays its
//! own: the first free one, so that a crowd is as large as it is, and nobody
//! moves without a reason.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use stampede_sim::engine::Nanos;
use stampede_sim::telemetry::{Event, Kind, Log};

/// No event: nothing has happened to the request after this yet.
pub const NONE: u32 = u32::MAX;

/// A lane's log with its links.
#[derive(Default)]
pub struct Film {
    /// For every event: the next event of the same request.
    next: Vec<u32>,
    /// For every event: the place taken in a crowd or pool, where it takes one.
    place: Vec<u32>,
    requests: Vec<Life>,
    /// Latest end among requests 0..=i, once all have ended.
    ended_by: Vec<Nanos>,
    seats: Vec<Seats>,
    processes: u32,
    /// Requests in the system at the end of what was taken in.
    inside: u32,
    /// The most places ever taken at once: crowds of followers, and of callers
    /// that queue for a connection.
    pub crowds: Crowds,
    /// Every time a key was stored or dropped, in order: for the expiry ring.
    pub stores: Vec<(Nanos, Stored)>,
}

/// What happened to the hot key (key 0).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stored {
    /// A value was stored.
    Filled,
    /// The cache was cleared.
    Cleared,
}

/// The largest crowd at each kind of station, over all processes.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Crowds {
    /// Followers waiting for a leader.
    pub followers: u32,
    /// Callers waiting for a connection.
    pub queue: u32,
    /// Requests in the system.
    pub requests: u32,
}

/// One request's way through the log.
#[derive(Clone, Copy)]
struct Life {
    first: u32,
    last: u32,
    process: u32,
    seat: Option<(Station, u32)>,
    end: Nanos,
}

/// A place where a crowd can stand. Each process has its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Station {
    /// Followers, at the singleflight.
    Followers,
    /// Callers, at the connection pool.
    Queue,
}

/// Numbered places; the lowest free one is taken first.
#[derive(Clone, Default)]
struct Seats {
    free: BinaryHeap<Reverse<u32>>,
    used: u32,
}

impl Seats {
    fn take(&mut self) -> u32 {
        self.free.pop().map_or_else(
            || {
                self.used += 1;
                self.used - 1
            },
            |Reverse(place)| place,
        )
    }
}

/// Where a request stands: its last event at the playhead, and the one after.
#[derive(Clone, Copy, Debug)]
pub struct Scene {
    /// Request number.
    pub who: u32,
    /// The process that serves it (0 before it has arrived at one).
    pub process: u32,
    /// What happened last.
    pub event: Event,
    /// The place it stands at, for a crowd or a pool.
    pub place: u32,
    /// The event before that, and the place it had then.
    pub before: Option<(Event, u32)>,
    /// What happens next, if anything does.
    pub after: Option<Event>,
    /// Whether it led a flight at some time before.
    pub led: bool,
}

impl Film {
    /// An empty film for a system of so many processes.
    pub fn new(processes: u32) -> Film {
        Film { processes, seats: vec![Seats::default(); processes as usize * 2], ..Film::default() }
    }

    /// Takes in what has been added to the log.
    pub fn extend(&mut self, log: &Log) {
        for i in self.next.len()..log.len() {
            self.add(i as u32, log.get(i));
        }
    }

    /// Call when the run is over: makes looking up who is on stage fast.
    pub fn finish(&mut self) {
        let mut latest = Nanos::ZERO;
        self.ended_by = (self.requests.iter())
            .map(|life| {
                latest = latest.max(life.end);
                latest
            })
            .collect();
    }

    fn add(&mut self, index: u32, event: Event) {
        self.next.push(NONE);
        self.place.push(0);
        match event.kind {
            Kind::Fill if event.arg == 0 => self.stores.push((event.at, Stored::Filled)),
            Kind::Clear => self.stores.push((event.at, Stored::Cleared)),
            Kind::Send => {
                self.inside += 1;
                self.crowds.requests = self.crowds.requests.max(self.inside);
                self.requests.push(Life {
                    first: index,
                    last: index,
                    process: 0,
                    seat: None,
                    end: Nanos::MAX,
                });
                return;
            }
            _ => {}
        }
        let Some(mut life) = self.requests.get(event.who as usize).copied() else { return };
        self.next[life.last as usize] = index;
        life.last = index;
        if let Some((station, place)) = life.seat.take() {
            self.seats(station, life.process).free.push(Reverse(place));
        }
        match event.kind {
            Kind::Arrive => life.process = event.arg,
            Kind::Join | Kind::Queue => {
                let station =
                    if event.kind == Kind::Join { Station::Followers } else { Station::Queue };
                let seats = self.seats(station, life.process);
                let place = seats.take();
                let used = seats.used;
                let largest = match station {
                    Station::Followers => &mut self.crowds.followers,
                    Station::Queue => &mut self.crowds.queue,
                };
                *largest = (*largest).max(used);
                self.place[index as usize] = place;
                life.seat = Some((station, place));
            }
            Kind::Query => self.place[index as usize] = event.arg,
            Kind::Ok | Kind::Error => {
                self.inside -= 1;
                life.end = event.at;
            }
            _ => {}
        }
        self.requests[event.who as usize] = life;
    }

    fn seats(&mut self, station: Station, process: u32) -> &mut Seats {
        &mut self.seats[(station as u32 * self.processes + process) as usize]
    }

    /// Calls `show` for every request that is in the system at instant `at`,
    /// in order of sending. A request is shown from the instant it is sent
    /// until before `linger` after it ended.
    pub fn on_stage(&self, log: &Log, at: Nanos, linger: Nanos, mut show: impl FnMut(Scene)) {
        let from = self.ended_by.partition_point(|end| *end + linger <= at);
        for (who, life) in self.requests.iter().enumerate().skip(from) {
            let first = log.get(life.first as usize);
            if first.at > at {
                break;
            }
            if life.end != Nanos::MAX && life.end + linger <= at {
                continue;
            }
            show(self.scene(log, who as u32, *life, first, at));
        }
    }

    fn scene(&self, log: &Log, who: u32, life: Life, first: Event, at: Nanos) -> Scene {
        let (mut index, mut event) = (life.first, first);
        let mut before = None;
        let (mut led, mut process) = (false, 0);
        loop {
            let next = self.next[index as usize];
            let after = (next != NONE).then(|| log.get(next as usize));
            match after {
                Some(later) if later.at <= at => {
                    before = Some((event, self.place[index as usize]));
                    (index, event) = (next, later);
                    led |= event.kind == Kind::Lead;
                    if event.kind == Kind::Arrive {
                        process = event.arg;
                    }
                }
                _ => {
                    // A process is chosen when the request is sent.
                    let process = if event.kind == Kind::Send { life.process } else { process };
                    let place = self.place[index as usize];
                    return Scene { who, process, event, place, before, after, led };
                }
            }
        }
    }

    /// The share of the hot key's life that is left at `at`: 1 just stored,
    /// 0 expired, cleared or never stored.
    pub fn freshness(&self, at: Nanos, ttl: Nanos) -> f64 {
        let index = self.stores.partition_point(|(when, _)| *when <= at);
        match index.checked_sub(1).map(|i| self.stores[i]) {
            Some((when, Stored::Filled)) => {
                (1.0 - at.since(when).0 as f64 / ttl.0 as f64).clamp(0.0, 1.0)
            }
            _ => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(events: &[(u64, Kind, u32, u32)]) -> Log {
        let mut log = Log::default();
        for (at, kind, who, arg) in events {
            log.push(Nanos(*at), *kind, *who, *arg);
        }
        log
    }

    fn film(log: &Log) -> Film {
        let mut film = Film::new(1);
        film.extend(log);
        film.finish();
        film
    }

    fn stage(film: &Film, log: &Log, at: u64) -> Vec<(u32, Kind, u32)> {
        let mut scenes = Vec::new();
        film.on_stage(log, Nanos(at), Nanos(2), |s| scenes.push((s.who, s.event.kind, s.place)));
        scenes
    }

    #[test]
    fn shows_who_is_there_and_nobody_else() {
        let log = log(&[
            (0, Kind::Send, 0, 0),
            (10, Kind::Send, 1, 0),
            (20, Kind::Ok, 0, 1),
            (30, Kind::Ok, 1, 1),
        ]);
        let film = film(&log);
        assert_eq!(stage(&film, &log, 9), [(0, Kind::Send, 0)]);
        assert_eq!(stage(&film, &log, 10), [(0, Kind::Send, 0), (1, Kind::Send, 0)]);
        // It lingers for 2 ns at its client.
        assert_eq!(stage(&film, &log, 21), [(0, Kind::Ok, 0), (1, Kind::Send, 0)]);
        assert_eq!(stage(&film, &log, 22), [(1, Kind::Send, 0)]);
        assert_eq!(stage(&film, &log, 32), []);
    }

    #[test]
    fn a_crowd_keeps_its_places() {
        let mut events = vec![];
        for who in 0..4 {
            events.push((who.into(), Kind::Send, who, 0));
        }
        for who in 0..3 {
            events.push((10 + u64::from(who), Kind::Queue, who, 0));
        }
        events.push((20, Kind::Query, 1, 0));
        events.push((21, Kind::Queue, 3, 0));
        let log = log(&events);
        let film = film(&log);
        let at = |t| {
            let mut scenes = stage(&film, &log, t);
            scenes.retain(|s| s.1 == Kind::Queue);
            scenes
        };
        assert_eq!(at(15), [(0, Kind::Queue, 0), (1, Kind::Queue, 1), (2, Kind::Queue, 2)]);
        assert_eq!(at(20), [(0, Kind::Queue, 0), (2, Kind::Queue, 2)]);
        // The newcomer takes the place that became free.
        assert_eq!(at(21), [(0, Kind::Queue, 0), (2, Kind::Queue, 2), (3, Kind::Queue, 1)]);
        assert_eq!(film.crowds.queue, 3);
    }

    #[test]
    fn the_ring_empties_with_the_ttl() {
        let log =
            log(&[(0, Kind::Send, 0, 0), (100, Kind::Fill, 0, 0), (160, Kind::Clear, NONE, 1)]);
        let film = film(&log);
        let left = |at| film.freshness(Nanos(at), Nanos(100));
        assert_eq!((left(99), left(100), left(150), left(160)), (0.0, 1.0, 0.5, 0.0));
    }
}
