//! The playhead over two to four lanes.
//!
//! Nothing here runs by itself: the page's animation frames call
//! [`Player::tick`]. The simulation is computed ahead of the playhead in
//! slices, and knows nothing of frames or of speed.

pub mod lane;
pub mod listing;
pub mod neighbour;
mod slice;
mod speeds;
#[cfg(test)]
mod tests;

pub use lane::{DEFENCES_ON, Lane, Places, Reading};
pub use speeds::{DEFAULT_SPEED, FASTEST, SPEEDS, suggested_speed};

use std::rc::Rc;

use stampede_sim::engine::Nanos;
use stampede_sim::scenario::Problem;
use stampede_sim::scenario::link::{self, Link};
use stampede_sim::telemetry::moments::{Moment, What};

/// The most requests of a lane; of many, only some have dots.
pub const MAX_REQUESTS: f64 = 5_000_000.0;

/// The most lanes.
pub const MAX_LANES: usize = link::LANES.len();

/// Refuses what a link describes if it is not allowed, or too large to show.
pub fn check(link: &Link) -> Result<(), Problem> {
    for ((scenario, lane), name) in link.scenarios()?.iter().zip(&link.lanes).zip(link::LANES) {
        scenario.check_requests(&lane.actions, MAX_REQUESTS).map_err(|problem| {
            let of_lane = problem.path.starts_with("actions");
            let path = if of_lane { format!("{name}.{}", problem.path) } else { problem.path };
            Problem { path, ..problem }
        })?;
    }
    Ok(())
}

/// Lanes under one playhead.
pub struct Player {
    /// Tells one player from every other.
    pub id: u32,
    /// Lanes A and B, and what was forked from them.
    pub lanes: Vec<Lane>,
    /// For each lane: the one it is compared with. A lane's own for A.
    pub bases: Vec<usize>,
    at: Nanos,
    playing: bool,
    /// An index into [`SPEEDS`], or [`FASTEST`].
    speed: usize,
    complete: bool,
    late: bool,
    /// Whether the playhead waits until all is computed: to draw a crowd takes
    /// most of the time in which it could be.
    stands: bool,
    /// Whether somebody reads the code, and so wants to know who waits where.
    watching: bool,
    moments: Rc<[Seen]>,
    /// Where the playhead is to be once that has been computed.
    ahead: Option<Nanos>,
    /// How many moments to go on by (back, if negative) when they are known.
    owed: i32,
}

thread_local! {
    static LAST: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}

/// A moment, and in which lane. [`What::Diverged`] is about that lane and the
/// one it is compared with.
pub type Seen = (Moment, usize);

impl Player {
    /// The lanes a link describes, at their start.
    pub fn new(link: &Link) -> Result<Player, Problem> {
        check(link)?;
        let scenarios = link.scenarios()?;
        let wanted = |ms: f64| {
            // As fast as it computes is 0; otherwise the nearest one below.
            let below = SPEEDS.partition_point(|speed| *speed as f64 <= ms * 1e6);
            if ms == 0.0 { FASTEST } else { below.saturating_sub(1) }
        };
        let speed = link.speed.map_or_else(|| suggested_speed(&scenarios[0]), wanted);
        let lanes = scenarios.into_iter().zip(&link.lanes);
        let lanes: Result<Vec<Lane>, Problem> =
            lanes.map(|(s, lane)| Lane::new(s, &lane.actions, link.seed)).collect();
        // A fork is compared with what it was forked from.
        let base = |i: usize| (0..i).find(|other| link.lanes[*other].is_like(&link.lanes[i]));
        let bases = (0..link.lanes.len()).map(|i| base(i).unwrap_or(0)).collect();
        let mut player = Player {
            id: LAST.with(|last| {
                last.set(last.get() + 1);
                last.get()
            }),
            lanes: lanes?,
            bases,
            at: Nanos::ZERO,
            playing: false,
            speed,
            complete: false,
            late: false,
            stands: false,
            watching: false,
            moments: Rc::default(),
            ahead: None,
            owed: 0,
        };
        player.compute(slice::MOVING);
        Ok(player)
    }

    /// Takes it apart when another has taken its place, a few milliseconds at
    /// a time; true when the rest is dropped quickly.
    pub fn dismiss(&mut self) -> bool {
        let lanes = &mut self.lanes;
        slice::during(slice::MOVING, |polls| lanes.iter_mut().all(|lane| lane.dismiss(polls)))
    }

    /// Computes, for so many milliseconds, what is not computed yet.
    fn compute(&mut self, ms: f64) {
        if !self.complete {
            let lanes = &mut self.lanes;
            self.complete = slice::during(ms, |polls| {
                // The one that is furthest behind: it is what the playhead waits for. One
                // at a time, because together their scripts would take too long.
                let behind = lanes.iter_mut().min_by_key(|lane| lane.computed());
                behind.is_none_or(|lane| lane.compute(polls)) && lanes.iter().all(Lane::is_complete)
            });
            if self.complete {
                self.moments = self.find_moments();
                self.go_by_moments(0);
            }
        }
    }

    /// Moves on by `seconds` of the viewer's time; true if there will be more
    /// to do in the next frame.
    pub fn tick(&mut self, seconds: f64) -> bool {
        let computing = self.compute_on();
        self.late = false;
        let there = self.lanes.iter().map(Lane::computed).min().unwrap_or_default();
        self.stands &= !self.complete;
        let crowded = !self.complete && self.lanes.iter().any(Lane::is_crowded);
        if let Some(ahead) = self.ahead {
            // On the way there, the picture goes along.
            self.ahead = Some(ahead).filter(|ahead| *ahead > there);
            self.late = self.ahead.is_some();
            self.stands |= self.late && crowded;
            if !self.stands || !self.late {
                self.at = ahead.min(there).max(self.at).min(self.end());
            }
        } else if self.playing {
            let wanted = match SPEEDS.get(self.speed) {
                Some(speed) => self.at + Nanos::from_f64(seconds * *speed as f64),
                None => there,
            };
            let late = if self.speed == FASTEST { crowded } else { wanted > there };
            self.stands |= late && crowded;
            self.late = late || self.stands;
            if !self.stands {
                // Never back: it may have been moved beyond what is computed.
                self.at = wanted.min(there).max(self.at).min(self.end());
            }
            if self.complete && self.at >= self.end() {
                self.playing = false;
            }
        }
        self.playing || computing
    }

    /// Computes a slice of what is not computed yet; true if there is more.
    pub fn compute_on(&mut self) -> bool {
        // Where it moves smoothly it is to go on doing so.
        let smooth = self.playing && !self.late;
        self.compute(if smooth { slice::MOVING } else { slice::STANDING });
        if self.complete && self.watching {
            let lanes = &mut self.lanes;
            self.watching = !slice::during(slice::MOVING, |polls| {
                // The first that is not done.
                !lanes.iter_mut().any(|lane| lane.compute_watch(polls))
            });
        }
        !self.complete || self.watching
    }

    /// For how many lanes it is known who waits at which line.
    pub fn watched(&self) -> usize {
        self.lanes.iter().filter(|lane| lane.is_watched()).count()
    }

    /// From now on it is known who waits at which line of a lane's code. That
    /// takes another run, which is computed when the lanes are.
    pub fn watch(&mut self, lane: usize) {
        if let Some(lane) = self.lanes.get_mut(lane) {
            self.watching |= lane.watch();
        }
    }

    /// The playhead.
    pub fn at(&self) -> Nanos {
        self.at
    }

    /// The last instant of the longer lane, as far as it is computed.
    pub fn end(&self) -> Nanos {
        self.lanes.iter().map(Lane::end).max().unwrap_or_default()
    }

    /// Whether the playhead had to wait for the computation just now.
    pub fn is_late(&self) -> bool {
        self.late
    }

    /// Whether all runs have been computed to their end.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// Whether the playhead moves.
    pub fn is_playing(&self) -> bool {
        self.playing
    }

    /// Starts or stops; from the end, starts over.
    pub fn play(&mut self, playing: bool) {
        self.playing = playing;
        self.owed = 0;
        if playing && self.complete && self.at >= self.end() {
            self.at = Nanos::ZERO;
        }
    }

    /// Moves the playhead; whether it plays stays as it is.
    pub fn seek(&mut self, at: Nanos) {
        (self.owed, self.ahead) = (0, None);
        self.at = at.min(self.end());
    }

    /// Moves the playhead, and stops there.
    pub fn stop_at(&mut self, at: Nanos) {
        self.play(false);
        self.seek(at);
    }

    /// Moves the playhead to an instant that may not have been computed yet:
    /// at once if that does not take long, or else as it is computed.
    pub fn seek_ahead(&mut self, at: Nanos) {
        if !self.complete && self.end() < at {
            self.compute(slice::STANDING);
        }
        self.seek(at);
        self.ahead = Some(at).filter(|at| !self.complete && self.end() < *at);
    }

    /// To the next event of any lane; stops there.
    pub fn step(&mut self) {
        self.stop_at(self.at);
        let next = self.lanes.iter().filter_map(|lane| lane.next_event(self.at)).min();
        self.at = next.unwrap_or_else(|| self.end());
    }

    /// To the previous event of any lane; stops there.
    pub fn step_back(&mut self) {
        self.stop_at(self.at);
        let previous = self.lanes.iter().filter_map(|lane| lane.previous_event(self.at)).max();
        self.at = previous.unwrap_or_default();
    }

    fn find_moments(&self) -> Rc<[Seen]> {
        let mut all: Vec<Seen> = Vec::new();
        let mut add = |moment: Moment, lane| {
            // Few, and each lane's in order: no need for a sort.
            let place = all.partition_point(|(known, _)| known.at <= moment.at);
            all.insert(place, (moment, lane));
        };
        for (i, lane) in self.lanes.iter().enumerate() {
            let parts = lane.divergence(&self.lanes[self.bases[i]]);
            parts.into_iter().for_each(|at| add(Moment { at, what: What::Diverged }, i));
            lane.moments().iter().for_each(|moment| add(*moment, i));
        }
        all.into()
    }

    /// Whether anybody updates anything.
    pub fn has_updates(&self) -> bool {
        self.lanes.iter().any(|lane| lane.scenario.has_updates())
    }

    /// What is worth looking at in all lanes, in order; empty until the runs
    /// are complete.
    pub fn moments(&self) -> Rc<[Seen]> {
        Rc::clone(&self.moments)
    }

    /// To the next moment; stops there. Before the runs are complete nobody
    /// knows which that is: then it goes there when they are.
    pub fn next_moment(&mut self) {
        self.go_by_moments(1);
    }

    /// To the previous moment, like [`Player::next_moment`].
    pub fn previous_moment(&mut self) {
        self.go_by_moments(-1);
    }

    fn go_by_moments(&mut self, by: i32) {
        self.owed += by;
        if by != 0 {
            (self.playing, self.ahead) = (false, None);
        }
        if !self.complete {
            return;
        }
        let times = || self.moments.iter().map(|(moment, _)| moment.at);
        let mut at = self.at;
        for _ in 0..self.owed {
            at = times().find(|time| *time > at).unwrap_or_else(|| self.end());
        }
        for _ in self.owed..0 {
            at = times().rfind(|time| *time < at).unwrap_or_default();
        }
        (self.at, self.owed) = (at, 0);
    }

    /// An index into [`SPEEDS`], or [`FASTEST`].
    pub fn speed(&self) -> usize {
        self.speed
    }

    /// The speed in a link: milliseconds a second, 0 for as fast as it computes.
    pub fn speed_ms(&self) -> f64 {
        SPEEDS.get(self.speed).map_or(0.0, |speed| *speed as f64 / 1e6)
    }

    /// Sets the speed; too large an index means the fastest.
    pub fn set_speed(&mut self, speed: usize) {
        self.speed = speed.min(FASTEST);
    }
}
