//! The log, arranged so that any instant can be drawn at once.
//!
//! The simulation's log is in order of time; the picture asks for the state of
//! each request at the playhead. The film links each event to the next one of
//! the same request, and gives every wait in a crowd a place that stays its
//! own: the first free one, so that a crowd is as large as it is, and nobody
//! moves without a reason.

use stampede_sim::engine::{Blocks, Nanos};
use stampede_sim::telemetry::event::Does;
use stampede_sim::telemetry::stand::Then;
use stampede_sim::telemetry::{Event, Log};

use super::life::Life;
use super::signals::Signals;
use super::station::{Crowds, Seats, Spot, Station};

/// No event: nothing has happened to the request after this yet.
pub const NONE: u32 = u32::MAX;

/// So many requests are passed together by whoever looks for those on stage: one
/// that has not ended keeps others back, and half a million may follow it at once.
const TOGETHER: usize = 64;

// A move is two spots of four bits.
const _: () = assert!(Spot::COUNT <= 16);

/// A lane's log with its links.
#[derive(Default)]
pub struct Film {
    steps: Blocks<Step>,
    /// For every event: at which spot its request was before it, in the upper
    /// four bits, and at which it is after it.
    pub(crate) moves: Vec<u8>,
    /// One of so many requests is in the log, the first of each so many.
    every: u32,
    requests: Blocks<Life>,
    /// By request: when it was sent, and when it ended. By themselves, because
    /// whoever looks for those on stage passes many.
    born: Vec<Nanos>,
    end: Vec<Nanos>,
    /// The latest end among the first so many times [`TOGETHER`] requests, as far
    /// as all of them have ended.
    ended_by: Vec<Nanos>,
    seats: Vec<Seats>,
    processes: u32,
    /// Requests in the system at the end of what was taken in.
    inside: u32,
    /// The most places ever taken at once.
    pub crowds: Crowds,
    /// What the stations show.
    pub signals: Signals,
}

/// What an event leads to.
#[derive(Clone, Copy)]
struct Step {
    /// The next event that moves the same request.
    next: u32,
    /// The place taken in a crowd or pool, where it takes one.
    place: u32,
}

/// Where a request stands: its last event at the playhead, and the one after.
#[derive(Clone, Copy, Debug)]
pub struct Scene {
    /// Request number.
    pub who: u32,
    /// The process that serves it, or will.
    pub process: u32,
    /// What happened last.
    pub event: Event,
    /// The place it stands at, for a crowd or a pool.
    pub place: u32,
    /// The event before that, and the place it had then.
    pub before: Option<(Event, u32)>,
    /// What happens next, if anything does.
    pub after: Option<Event>,
    /// Whether others wait, or waited, for what it loads.
    pub led: bool,
    /// Whether it is no client's: it works behind an answer, or for another request.
    pub refresh: bool,
    /// Whether another request waits for it.
    pub errand: bool,
    /// Whether its client has gone, and it goes on for nobody.
    pub alone: bool,
    /// Whether it has ended.
    over: bool,
    /// From when on until before when all of this holds, as far as is known.
    pub holds: (Nanos, Nanos),
}

impl Scene {
    /// Whether it is done, and only shown for a while yet.
    pub fn is_over(&self) -> bool {
        self.over
    }
}

impl Film {
    /// An empty film for a system of so many processes.
    pub fn new(processes: u32) -> Film {
        Film::of_every(1, processes)
    }

    /// The same where the log has one of `every` requests; what the stations
    /// show is then to be told to [`signals`](Film::signals) by who knows all.
    pub fn of_every(every: u32, processes: u32) -> Film {
        let seats = vec![Seats::default(); processes as usize * Station::COUNT];
        Film { every, processes, seats, ..Film::default() }
    }

    /// Takes in what has been added to the log.
    pub fn extend(&mut self, log: &Log) {
        for i in self.steps.len()..log.len() {
            self.add(i as u32, log.get(i));
        }
        let mut latest = self.ended_by.last().copied().unwrap_or_default();
        let rest = self.end[self.ended_by.len() * TOGETHER..].chunks_exact(TOGETHER);
        self.ended_by.extend(rest.map_while(|ends| {
            latest = ends.iter().fold(latest, |latest, end| latest.max(*end));
            (latest < Nanos::MAX).then_some(latest)
        }));
    }

    fn add(&mut self, index: u32, event: Event) {
        self.steps.push(Step { next: NONE, place: 0 });
        self.moves.push(0);
        if event.kind.is_birth() {
            self.inside += 1;
            self.crowds.requests = self.crowds.requests.max(self.inside);
            let life = Life::born(index, event);
            self.moves[index as usize] = life.stand.spot() as u8;
            self.requests.push(life);
            self.born.push(event.at);
            self.end.push(Nanos::MAX);
            return;
        }
        let life = self.life(event.who).copied();
        if self.every == 1 {
            let process = life.map_or(event.arg, |life| life.stand.process());
            self.signals.add(event, process);
        }
        let Some(mut life) = life else { return };
        let from = life.stand.spot();
        let then = life.stand.take(event);
        self.moves[index as usize] = (from as u8) << 4 | life.stand.spot() as u8;
        match then {
            Then::Stays => {}
            Then::GoesOn => life.alone = event.at,
            Then::Moved | Then::Ended => self.follow(&mut life, index, event),
        }
        if then == Then::Ended {
            self.inside -= 1;
            let index = self.index(event.who);
            self.end[index] = event.at;
        }
        let index = self.index(event.who);
        self.requests[index] = life;
    }

    fn life(&self, who: u32) -> Option<&Life> {
        let kept = who.is_multiple_of(self.every);
        kept.then(|| self.requests.get(self.index(who))).flatten()
    }

    /// Where a request that is in it is found.
    pub(crate) fn index(&self, who: u32) -> usize {
        (who / self.every) as usize
    }

    /// A request is somewhere else from now on.
    fn follow(&mut self, life: &mut Life, index: u32, event: Event) {
        life.move_on(index, event);
        self.steps[life.prior as usize].next = index;
        let process = life.stand.process();
        if let Some((station, place)) = life.seat.take() {
            self.seats(station, process).leave(place);
        }
        if let Some(station) = Station::of(event.kind) {
            let seats = self.seats(station, process);
            let place = seats.take();
            let used = seats.used;
            let largest = &mut self.crowds.at[station as usize];
            *largest = (*largest).max(used);
            self.steps[index as usize].place = place;
            life.seat = Some((station, place));
        } else if event.kind.traits().does == Does::Uses {
            self.steps[index as usize].place = event.arg;
        }
    }

    /// How many events have been taken in.
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether none has.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// How many requests there are.
    pub fn requests(&self) -> usize {
        self.requests.len()
    }

    /// One of so many requests is in it.
    pub fn every(&self) -> u32 {
        self.every
    }

    fn seats(&mut self, station: Station, process: u32) -> &mut Seats {
        &mut self.seats[(station as u32 * self.processes + process) as usize]
    }

    /// Every request that is in the system at instant `at`, in order of
    /// sending, and how many had to be looked at to find them. A request is
    /// shown from the instant it is sent until before `linger` after it ended;
    /// that instant is the second part.
    pub fn there(
        &self,
        at: Nanos,
        linger: Nanos,
    ) -> (impl Iterator<Item = (u32, Nanos)> + '_, usize) {
        let from = self.ended_by.partition_point(|end| *end + linger <= at) * TOGETHER;
        let until = self.born.partition_point(|born| *born <= at).max(from);
        let ends = self.end[from..until].iter().enumerate();
        let there = ends.filter_map(move |(i, end)| {
            let until = if *end == Nanos::MAX { *end } else { *end + linger };
            (at < until).then_some(((from + i) as u32 * self.every, until))
        });
        (there, until - from)
    }

    /// Calls `show` for every request that is [there](Film::there).
    pub fn on_stage(
        &self,
        log: &Log,
        at: Nanos,
        linger: Nanos,
        mut show: impl FnMut(Scene, Nanos),
    ) {
        for (who, until) in self.there(at, linger).0 {
            show(self.scene(log, who, at), until);
        }
    }

    /// Where one request stands at instant `at`, and until when it is shown;
    /// `None` if it is not in the system.
    pub fn scene_of(
        &self,
        log: &Log,
        who: u32,
        at: Nanos,
        linger: Nanos,
    ) -> Option<(Scene, Nanos)> {
        self.life(who)?;
        let (born, end) = (self.born[self.index(who)], self.end[self.index(who)]);
        let until = if end == Nanos::MAX { end } else { end + linger };
        let there = born <= at && at < until;
        there.then(|| (self.scene(log, who, at), until))
    }

    /// The events that make a request's way, in order.
    pub fn way<'a>(&'a self, log: &'a Log, who: u32) -> impl Iterator<Item = Event> + 'a {
        let first = self.life(who).map(|life| life.first);
        let after =
            |index: &u32| Some(self.steps[*index as usize].next).filter(|next| *next != NONE);
        std::iter::successors(first, after).map(|index| log.get(index as usize))
    }

    /// Where a request that is there stands at instant `at`.
    pub(crate) fn scene(&self, log: &Log, who: u32, at: Nanos) -> Scene {
        let life = &self.requests[self.index(who)];
        // Most look at most requests while they wait: no need to begin at
        // their birth.
        let begin = if life.long.at <= at { life.long.event } else { life.first };
        let (mut step, mut event) = (self.steps[begin as usize], log.get(begin as usize));
        let (mut before, mut led) = (None, false);
        if begin == life.long.event {
            led = life.long.led;
            // What was before matters for where it comes from.
            if life.long.before != NONE {
                let place = self.steps[life.long.before as usize].place;
                before = Some((log.get(life.long.before as usize), place));
            }
        }
        loop {
            let after = (step.next != NONE).then(|| log.get(step.next as usize));
            match after {
                Some(later) if later.at <= at => {
                    before = Some((event, step.place));
                    (step, event) = (self.steps[step.next as usize], later);
                    led |= event.kind.traits().does == Does::Leads;
                }
                _ => {
                    let process = life.stand.process();
                    let place = step.place;
                    let (refresh, alone) = (life.stand.is_refresh(), life.alone <= at);
                    let errand = life.stand.is_errand();
                    let over = self.end[self.index(who)] <= at;
                    let mut holds = (event.at, after.map_or(Nanos::MAX, |after| after.at));
                    // It looks another when its client goes.
                    match alone {
                        true => holds.0 = holds.0.max(life.alone),
                        false => holds.1 = holds.1.min(life.alone),
                    }
                    return Scene {
                        who,
                        process,
                        event,
                        place,
                        before,
                        after,
                        led,
                        refresh,
                        errand,
                        alone,
                        over,
                        holds,
                    };
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use stampede_sim::telemetry::Kind;

    use super::*;

    fn log(events: &[(u64, Kind, u32, u32)]) -> Log {
        events.iter().collect()
    }

    fn film(log: &Log) -> Film {
        let mut film = Film::new(1);
        film.extend(log);
        film
    }

    fn stage(film: &Film, log: &Log, at: u64) -> Vec<(u32, Kind, u32)> {
        let mut scenes = Vec::new();
        film.on_stage(log, Nanos(at), Nanos(2), |s, _| scenes.push((s.who, s.event.kind, s.place)));
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
        assert_eq!(film.crowds.at[Station::Queue as usize], 3);
    }

    /// Looking and trying again does not move who waits for a lock.
    #[test]
    fn who_waits_for_a_lock_keeps_its_place() {
        let log = log(&[
            (0, Kind::Send, 0, 0),
            (1, Kind::Busy, 0, 0),
            (5, Kind::Recheck, 0, 0),
            (6, Kind::Busy, 0, 0),
            (9, Kind::Lock, 0, 1),
        ]);
        let film = film(&log);
        assert_eq!(stage(&film, &log, 8), [(0, Kind::Busy, 0)]);
        assert_eq!(film.crowds.at[Station::Lock as usize], 1);
        assert_eq!(stage(&film, &log, 9), [(0, Kind::Lock, 0)]);
    }

    /// A client that gives up on work that goes on: the work stays on stage,
    /// alone, until it is done.
    #[test]
    fn what_goes_on_for_nobody_is_shown() {
        let log = log(&[
            (0, Kind::Send, 0, 0),
            (1, Kind::Query, 0, 2),
            (10, Kind::Timeout, 0, 1),
            (10, Kind::Error, 0, 3),
            (20, Kind::Answer, 0, 0),
            (25, Kind::Late, 0, 0),
        ]);
        let film = film(&log);
        let at = |t| {
            let mut seen = Vec::new();
            film.on_stage(&log, Nanos(t), Nanos(2), |s, _| seen.push((s.event.kind, s.alone)));
            seen
        };
        assert_eq!(at(9), [(Kind::Query, false)]);
        assert_eq!(at(15), [(Kind::Query, true)]);
        assert_eq!(at(22), [(Kind::Answer, true)]);
        assert_eq!(at(27), []);
    }
}
