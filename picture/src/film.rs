//! The log, arranged so that any instant can be drawn at once.
//!
//! The simulation's log is in order of time; the picture asks for the state of
//! each request at the playhead. The film links each event to the next one of
//! the same request, and gives every wait in a crowd a place that stays its
//! own: the first free one, so that a crowd is as large as it is, and nobody
//! moves without a reason.

use stampede_sim::engine::Nanos;
use stampede_sim::telemetry::event::{Does, WORLD};
use stampede_sim::telemetry::{Event, Kind, Log};

use super::life::Life;
use super::signals::Signals;
use super::station::{Crowds, SAME, Seats, Station};

/// No event: nothing has happened to the request after this yet.
pub const NONE: u32 = u32::MAX;

/// A lane's log with its links.
#[derive(Default)]
pub struct Film {
    steps: Vec<Step>,
    /// For every event: where its request is after it, or [`SAME`].
    pub(crate) spot: Vec<u8>,
    /// Who goes on for nobody and ends with a crash: the event, and who.
    pub(crate) ended: Vec<(u32, u32)>,
    requests: Vec<Life>,
    /// Latest end among requests 0..=i, as far as all of them have ended.
    ended_by: Vec<Nanos>,
    seats: Vec<Seats>,
    processes: u32,
    /// Requests in the system at the end of what was taken in.
    inside: u32,
    /// Leaders whose client has gone, and whose load goes on.
    headless: Vec<u32>,
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
    /// Whether it loads a value again behind its readers.
    pub refresh: bool,
    /// Whether its client has gone, and it goes on for nobody.
    pub alone: bool,
    /// Whether it has ended.
    over: bool,
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
        let seats = vec![Seats::default(); processes as usize * Station::COUNT];
        Film { processes, seats, ..Film::default() }
    }

    /// Takes in what has been added to the log.
    pub fn extend(&mut self, log: &Log) {
        for i in self.steps.len()..log.len() {
            self.add(i as u32, log.get(i));
        }
        let mut latest = self.ended_by.last().copied().unwrap_or_default();
        let rest = self.requests[self.ended_by.len()..].iter();
        self.ended_by.extend(rest.map(|life| life.end).take_while(|end| *end != Nanos::MAX).map(
            |end| {
                latest = latest.max(end);
                latest
            },
        ));
    }

    fn add(&mut self, index: u32, event: Event) {
        self.steps.push(Step { next: NONE, place: 0 });
        self.spot.push(SAME);
        if event.kind.is_birth() {
            self.inside += 1;
            self.crowds.requests = self.crowds.requests.max(self.inside);
            self.requests.push(Life::born(index, event));
            self.settle(event.who);
            return;
        }
        let process = self.requests.get(event.who as usize).map_or(event.arg, |life| life.process);
        self.signals.add(event, process);
        if event.who == WORLD {
            if event.kind == Kind::Crash {
                self.crash(index, event);
            }
            return;
        }
        let Some(mut life) = self.requests.get(event.who as usize).copied() else { return };
        match event.kind {
            Kind::Arrive => life.process = event.arg,
            Kind::Timeout => life.ghost = event.arg == 1,
            Kind::Lead => life.leads = true,
            _ => {}
        }
        if self.stays(&mut life, event) {
            self.requests[event.who as usize] = life;
            self.settle(event.who);
            return;
        }
        life.move_on(index, event);
        self.steps[life.prior as usize].next = index;
        if let Some((station, place)) = life.seat.take() {
            self.seats(station, life.process).leave(place);
        }
        if let Some(station) = Station::of(event.kind) {
            let seats = self.seats(station, life.process);
            let place = seats.take();
            let used = seats.used;
            let largest = &mut self.crowds.at[station as usize];
            *largest = (*largest).max(used);
            self.steps[index as usize].place = place;
            life.seat = Some((station, place));
        }
        let ends = match event.kind.traits().does {
            Does::Uses => {
                self.steps[index as usize].place = event.arg;
                false
            }
            Does::Lands => {
                life.leads = false;
                life.alone != Nanos::MAX && !life.ghost
            }
            does => matches!(does, Does::Answers | Does::Fails | Does::Ends),
        };
        if ends && life.end == Nanos::MAX {
            self.inside -= 1;
            life.end = event.at;
        }
        self.requests[event.who as usize] = life;
        self.settle(event.who);
    }

    /// Writes down where a request is after the latest event.
    fn settle(&mut self, who: u32) {
        if let (Some(spot), Some(life)) = (self.spot.last_mut(), self.requests.get(who as usize)) {
            *spot = life.spot() as u8;
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

    /// Whether an event leaves its request where it is.
    fn stays(&mut self, life: &mut Life, event: Event) -> bool {
        match (event.kind.traits().does, event.kind) {
            (Does::Stays, _) => true,
            // It looks or tries again, and goes on waiting.
            (_, Kind::Recheck) if event.arg == 1 => false,
            (Does::Waits(Station::Lock | Station::Lease), _) | (_, Kind::Recheck) => {
                matches!(life.seat, Some((Station::Lock | Station::Lease, _)))
            }
            // The client goes; the work does not.
            (Does::Answers | Does::Fails, _) if life.ghost || life.leads => {
                life.alone = event.at;
                if life.leads && !life.ghost {
                    self.headless.push(event.who);
                }
                true
            }
            _ => false,
        }
    }

    /// What goes on for nobody ends with its process; whoever has a client is
    /// told.
    fn crash(&mut self, index: u32, event: Event) {
        for who in std::mem::take(&mut self.headless) {
            let life = &mut self.requests[who as usize];
            if life.process != event.arg {
                self.headless.push(who);
            } else if life.end == Nanos::MAX {
                life.end = event.at;
                self.inside -= 1;
                self.ended.push((index, who));
                if let Some((station, place)) = life.seat.take() {
                    let process = life.process;
                    self.seats(station, process).leave(place);
                }
            }
        }
    }

    fn seats(&mut self, station: Station, process: u32) -> &mut Seats {
        &mut self.seats[(station as u32 * self.processes + process) as usize]
    }

    /// Calls `show` for every request that is in the system at instant `at`,
    /// in order of sending. A request is shown from the instant it is sent
    /// until before `linger` after it ended; that instant is the second argument.
    /// Returns how many had to be looked at.
    pub fn on_stage(
        &self,
        log: &Log,
        at: Nanos,
        linger: Nanos,
        mut show: impl FnMut(Scene, Nanos),
    ) -> usize {
        let from = self.ended_by.partition_point(|end| *end + linger <= at);
        for (who, life) in self.requests.iter().enumerate().skip(from) {
            if life.born > at {
                return who - from;
            }
            if life.end != Nanos::MAX && life.end + linger <= at {
                continue;
            }
            let until = if life.end == Nanos::MAX { life.end } else { life.end + linger };
            show(self.scene(log, who as u32, life, at), until);
        }
        self.requests.len() - from
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
        let life = self.requests.get(who as usize)?;
        let until = if life.end == Nanos::MAX { life.end } else { life.end + linger };
        let there = life.born <= at && at < until;
        there.then(|| (self.scene(log, who, life, at), until))
    }

    /// The events that make a request's way, in order.
    pub fn way<'a>(&'a self, log: &'a Log, who: u32) -> impl Iterator<Item = Event> + 'a {
        let first = self.requests.get(who as usize).map(|life| life.first);
        let after =
            |index: &u32| Some(self.steps[*index as usize].next).filter(|next| *next != NONE);
        std::iter::successors(first, after).map(|index| log.get(index as usize))
    }

    fn scene(&self, log: &Log, who: u32, life: &Life, at: Nanos) -> Scene {
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
                    let process = life.process;
                    let place = step.place;
                    let (refresh, alone) = (life.refresh, life.alone <= at);
                    let over = life.end <= at;
                    return Scene {
                        who,
                        process,
                        event,
                        place,
                        before,
                        after,
                        led,
                        refresh,
                        alone,
                        over,
                    };
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
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
