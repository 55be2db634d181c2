//! The playhead over two lanes.
//!
//! Nothing here runs by itself: the page's animation frames call
//! [`Player::tick`]. The simulation is computed ahead of the playhead in
//! slices, and knows nothing of frames or of speed.

pub mod lane;

pub use lane::{Lane, Places, Reading};

use std::rc::Rc;

use stampede_sim::engine::Nanos;
use stampede_sim::scenario::link::Link;
use stampede_sim::scenario::{Problem, Scenario};
use stampede_sim::telemetry::moments::{Moment, What};

/// How much is computed in one frame, in polls: a few milliseconds.
const SLICE: u64 = 40_000;

/// The most requests of a lane that are shown: all of them stay in memory.
/// The terminal runs more.
pub const MAX_REQUESTS: f64 = 500_000.0;

/// Refuses what a link describes if it is not allowed, or too large to show.
pub fn check(link: &Link) -> Result<(), Problem> {
    link.scenarios()?.iter().try_for_each(|scenario| scenario.check_requests(MAX_REQUESTS))
}

/// The speeds to choose from: nanoseconds of virtual time for one second of
/// the viewer's, slow to fast.
pub const SPEEDS: [u64; 16] = [
    1_000_000,
    2_000_000,
    5_000_000,
    10_000_000,
    20_000_000,
    30_000_000,
    50_000_000,
    100_000_000,
    200_000_000,
    500_000_000,
    1_000_000_000,
    2_000_000_000,
    5_000_000_000,
    10_000_000_000,
    30_000_000_000,
    60_000_000_000,
];

/// One second here is 30 ms there: a first run takes about ten seconds.
pub const DEFAULT_SPEED: usize = 5;

/// A speed at which a run of this load is over in about twenty seconds.
pub fn suggested_speed(scenario: &Scenario) -> usize {
    let span = scenario.load.span_ms();
    let wanted = (span * 1e6 / 20.0) as u64;
    let index = SPEEDS.iter().position(|speed| *speed >= wanted).unwrap_or(SPEEDS.len() - 1);
    index.max(DEFAULT_SPEED)
}

/// Two lanes under one playhead.
pub struct Player {
    /// Lane A and lane B.
    pub lanes: [Lane; 2],
    at: Nanos,
    playing: bool,
    /// An index into [`SPEEDS`].
    speed: usize,
    complete: bool,
    moments: Rc<[Seen]>,
}

/// A moment, and in which lane; `None`: it is about both.
pub type Seen = (Moment, Option<usize>);

impl Player {
    /// The lanes a link describes, at their start.
    pub fn new(link: &Link) -> Result<Player, Problem> {
        check(link)?;
        let [a, b] = link.scenarios()?;
        let speed = suggested_speed(&a);
        let lanes = [
            Lane::new(a, &link.actions[0], link.seed)?,
            Lane::new(b, &link.actions[1], link.seed)?,
        ];
        let mut player = Player {
            lanes,
            at: Nanos::ZERO,
            playing: false,
            speed,
            complete: false,
            moments: Rc::default(),
        };
        player.compute();
        Ok(player)
    }

    /// Computes a slice of what is not computed yet.
    fn compute(&mut self) {
        if !self.complete {
            let [a, b] = &mut self.lanes;
            // Both, always: they are to stay in lockstep.
            let done = (a.compute(SLICE), b.compute(SLICE));
            self.complete = done == (true, true);
            if self.complete {
                self.moments = self.find_moments();
            }
        }
    }

    /// Moves on by `seconds` of the viewer's time; true if there will be more
    /// to do in the next frame.
    pub fn tick(&mut self, seconds: f64) -> bool {
        self.compute();
        if self.playing {
            let step = Nanos::from_f64(seconds * SPEEDS[self.speed] as f64);
            self.at = (self.at + step).min(self.end());
            if self.complete && self.at >= self.end() {
                self.playing = false;
            }
        }
        self.playing || !self.complete
    }

    /// The playhead.
    pub fn at(&self) -> Nanos {
        self.at
    }

    /// The last instant of the longer lane, as far as it is computed.
    pub fn end(&self) -> Nanos {
        self.lanes[0].end().max(self.lanes[1].end())
    }

    /// Whether both runs have been computed to their end.
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
        if playing && self.complete && self.at >= self.end() {
            self.at = Nanos::ZERO;
        }
    }

    /// Moves the playhead; whether it plays stays as it is.
    pub fn seek(&mut self, at: Nanos) {
        self.at = at.min(self.end());
    }

    /// Moves the playhead to an instant that may not have been computed yet.
    pub fn seek_ahead(&mut self, at: Nanos) {
        while !self.complete && self.end() < at {
            self.compute();
        }
        self.seek(at);
    }

    /// To the next event of either lane; stops there.
    pub fn step(&mut self) {
        self.playing = false;
        let next = self.lanes.iter().filter_map(|lane| lane.next_event(self.at)).min();
        self.at = next.unwrap_or_else(|| self.end());
    }

    /// To the previous event of either lane; stops there.
    pub fn step_back(&mut self) {
        self.playing = false;
        let previous = self.lanes.iter().filter_map(|lane| lane.previous_event(self.at)).max();
        self.at = previous.unwrap_or_default();
    }

    fn find_moments(&self) -> Rc<[Seen]> {
        let of = |i: usize| self.lanes[i].moments().into_iter().map(move |m| (m, Some(i)));
        let diverged = self.lanes[0].divergence(&self.lanes[1]);
        let both = diverged.map(|at| (Moment { at, what: What::Diverged }, None));
        let mut all: Vec<Seen> = both.into_iter().collect();
        // Few, and each lane's in order: no need for a sort.
        for seen in of(0).chain(of(1)) {
            let place = all.partition_point(|(moment, _)| moment.at <= seen.0.at);
            all.insert(place, seen);
        }
        all.into()
    }

    /// What is worth looking at in both lanes, in order; empty until the runs
    /// are complete.
    pub fn moments(&self) -> Rc<[Seen]> {
        Rc::clone(&self.moments)
    }

    /// To the next moment; stops there.
    pub fn next_moment(&mut self) {
        self.playing = false;
        let next = self.moments.iter().map(|(m, _)| m.at).find(|at| *at > self.at);
        self.at = next.unwrap_or_else(|| self.end());
    }

    /// To the previous moment; stops there.
    pub fn previous_moment(&mut self) {
        self.playing = false;
        let before = self.moments.iter().map(|(m, _)| m.at).rfind(|at| *at < self.at);
        self.at = before.unwrap_or_default();
    }

    /// An index into [`SPEEDS`].
    pub fn speed(&self) -> usize {
        self.speed
    }

    /// Sets the speed; too large an index means the fastest.
    pub fn set_speed(&mut self, speed: usize) {
        self.speed = speed.min(SPEEDS.len() - 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finished(link: &Link) -> Player {
        let mut player = Player::new(link).unwrap();
        while !player.is_complete() {
            player.tick(0.0);
        }
        player
    }

    #[test]
    fn plays_to_the_end_and_stops() {
        let mut player = finished(&Link::default());
        player.play(true);
        let mut frames = 0;
        while player.tick(0.016) {
            frames += 1;
            assert!(frames < 10_000);
        }
        assert_eq!(player.at(), player.end());
        assert!(!player.is_playing());
        let calls: Vec<u64> =
            (0..2).map(|i| player.lanes[i].reading(player.end()).counters.db_calls()).collect();
        assert_eq!(calls, [100, 1]);
        // The first visitor sees it all within about ten seconds.
        assert!((5.0..12.0).contains(&(f64::from(frames) * 0.016)), "{frames} frames");
        player.play(true);
        assert_eq!(player.at(), Nanos::ZERO, "from the end, it starts over");
    }

    #[test]
    fn what_is_too_large_to_show_is_refused() {
        let link = Link::read("v=1&load.requests=500001").unwrap();
        assert_eq!(
            check(&link).unwrap_err().to_string(),
            "load.requests: this load would send about 500,001 requests; allowed are 500,000 in one run"
        );
        assert!(check(&Link::read("v=1&load.requests=500000").unwrap()).is_ok());
    }

    /// Steps visit every instant at which something happens, in both
    /// directions.
    #[test]
    fn stepping_back_undoes_stepping() {
        let mut player = finished(&Link::default());
        let mut forward = vec![player.at()];
        while player.lanes.iter().any(|lane| lane.next_event(player.at()).is_some()) {
            player.step();
            forward.push(player.at());
        }
        assert!(forward.is_sorted() && forward.len() > 500);
        for at in forward.iter().rev().skip(1) {
            player.step_back();
            assert_eq!(player.at(), *at);
        }
    }

    /// The moments of the first figure, and jumping from one to the next.
    #[test]
    fn moments_are_visited_in_order() {
        let mut player = finished(&Link::default());
        let moments = player.moments();
        let whats: Vec<_> = moments.iter().map(|(m, lane)| (m.what, *lane)).collect();
        // The first to reach the cache misses in both lanes at the same instant.
        let first = whats.iter().find(|(what, _)| matches!(what, What::FirstMiss(_))).copied();
        let Some((What::FirstMiss(who), Some(0))) = first else { panic!("{whats:?}") };
        assert!(whats.contains(&(What::FirstMiss(who), Some(1))));
        assert!(
            whats
                .iter()
                .any(|(what, lane)| matches!(what, What::FirstQueued(_, 0)) && *lane == Some(0))
        );
        assert!(
            whats
                .iter()
                .any(|(what, lane)| matches!(what, What::FirstFollower(..)) && *lane == Some(1))
        );
        assert_eq!(whats.iter().filter(|(what, _)| *what == What::Diverged).count(), 1);
        let mut visited = Vec::new();
        for _ in 0..moments.len() {
            player.next_moment();
            visited.push(player.at());
        }
        assert!(visited.is_sorted());
        let mut instants: Vec<Nanos> = moments.iter().map(|(m, _)| m.at).collect();
        instants.dedup();
        assert!(instants.iter().all(|at| visited.contains(at)));
        player.seek(player.end());
        for at in instants.iter().rev() {
            player.previous_moment();
            assert_eq!(player.at(), *at);
        }
    }

    /// However far a run is computed when it is looked at, a request is
    /// somewhere, exactly once.
    #[test]
    fn everybody_is_somewhere() {
        let mut player = finished(&Link::default());
        let end = player.end().0;
        for i in 0..200 {
            let at = Nanos(end * i / 200);
            for lane in &mut player.lanes {
                let Reading { counters, places, .. } = lane.reading(at);
                let Places { asking, following, queueing, querying, returning, .. } = places;
                let there = asking + following + queueing + querying + returning;
                assert_eq!(there, counters.waiting(), "at {at}");
            }
        }
    }

    #[test]
    fn an_action_changes_only_what_comes_after_it() {
        use stampede_sim::scenario::{Action, Deed};
        let before = finished(&Link::default());
        let mut link = Link::default();
        link.actions[1] =
            vec![Action { at_ms: 50.0, deed: Deed::Burst { requests: 10, spread_ms: 0.0 } }];
        let mut after = finished(&link);
        assert_eq!(before.lanes[0].log_hash(), after.lanes[0].log_hash());
        let reading = after.lanes[1].reading(after.end());
        assert_eq!(reading.counters.requests(), 110);
    }
}
