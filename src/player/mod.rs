//! The playhead over two to four lanes.
//!
//! Nothing here runs by itself: the page's animation frames call
//! [`Player::tick`]. The simulation is computed ahead of the playhead in
//! slices, and knows nothing of frames or of speed.

pub mod lane;
pub mod listing;
pub mod luck;

pub use lane::{Lane, Places, Reading};

use std::rc::Rc;

use stampede_sim::engine::Nanos;
use stampede_sim::scenario::link::{self, Link};
use stampede_sim::scenario::{Problem, Scenario};
use stampede_sim::telemetry::moments::{Moment, What};

/// How much is computed in one frame, in polls: a few milliseconds.
const SLICE: u64 = 40_000;

/// The most requests of a lane that are shown: all of them stay in memory.
/// The terminal runs more.
pub const MAX_REQUESTS: f64 = 500_000.0;

/// The most lanes.
pub const MAX_LANES: usize = link::LANES.len();

/// Refuses what a link describes if it is not allowed, or too large to show.
pub fn check(link: &Link) -> Result<(), Problem> {
    link.scenarios()?.iter().try_for_each(|scenario| scenario.check_requests(MAX_REQUESTS))
}

/// The speeds to choose from: nanoseconds of virtual time for one second of
/// the viewer's, slow to fast.
pub const SPEEDS: [u64; 19] = [
    100_000,
    200_000,
    500_000,
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
pub const DEFAULT_SPEED: usize = 8;

/// Beyond the speeds: as fast as it computes.
pub const FASTEST: usize = SPEEDS.len();

/// A speed at which a run of this load is over in about twenty seconds.
pub fn suggested_speed(scenario: &Scenario) -> usize {
    let span = scenario.load.span_ms();
    let wanted = (span * 1e6 / 20.0) as u64;
    let index = SPEEDS.iter().position(|speed| *speed >= wanted).unwrap_or(SPEEDS.len() - 1);
    index.max(DEFAULT_SPEED)
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
    /// Whether somebody reads the code, and so wants to know who waits where.
    watching: bool,
    moments: Rc<[Seen]>,
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
            watching: false,
            moments: Rc::default(),
        };
        player.compute();
        Ok(player)
    }

    /// Computes a slice of what is not computed yet.
    fn compute(&mut self) {
        if !self.complete {
            // All, always: they are to stay in lockstep.
            let done = self.lanes.iter_mut().map(|lane| lane.compute(SLICE));
            self.complete = done.fold(true, |all, done| all & done);
            if self.complete {
                self.moments = self.find_moments();
            }
        }
    }

    /// Moves on by `seconds` of the viewer's time; true if there will be more
    /// to do in the next frame.
    pub fn tick(&mut self, seconds: f64) -> bool {
        let computing = self.compute_on();
        self.late = false;
        if self.playing {
            let there = self.lanes.iter().map(Lane::computed).min().unwrap_or_default();
            let wanted = match SPEEDS.get(self.speed) {
                Some(speed) => self.at + Nanos::from_f64(seconds * *speed as f64),
                None => there,
            };
            self.late = wanted > there && self.speed != FASTEST;
            // Never back: it may have been moved beyond what is computed.
            self.at = wanted.min(there).max(self.at).min(self.end());
            if self.complete && self.at >= self.end() {
                self.playing = false;
            }
        }
        self.playing || computing
    }

    /// Computes a slice of what is not computed yet; true if there is more.
    pub fn compute_on(&mut self) -> bool {
        self.compute();
        if self.complete && self.watching {
            let more = self.lanes.iter_mut().map(|lane| lane.compute_watch(SLICE));
            self.watching = more.fold(false, |any, more| any | more);
        }
        !self.complete || self.watching
    }

    /// Whether it is still being found out who waits at which line.
    pub fn is_watching(&self) -> bool {
        self.watching
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
        if playing && self.complete && self.at >= self.end() {
            self.at = Nanos::ZERO;
        }
    }

    /// Moves the playhead; whether it plays stays as it is.
    pub fn seek(&mut self, at: Nanos) {
        self.at = at.min(self.end());
    }

    /// Moves the playhead, and stops there.
    pub fn stop_at(&mut self, at: Nanos) {
        self.playing = false;
        self.seek(at);
    }

    /// Moves the playhead to an instant that may not have been computed yet.
    pub fn seek_ahead(&mut self, at: Nanos) {
        while !self.complete && self.end() < at {
            self.compute();
        }
        self.seek(at);
    }

    /// To the next event of any lane; stops there.
    pub fn step(&mut self) {
        self.playing = false;
        let next = self.lanes.iter().filter_map(|lane| lane.next_event(self.at)).min();
        self.at = next.unwrap_or_else(|| self.end());
    }

    /// To the previous event of any lane; stops there.
    pub fn step_back(&mut self) {
        self.playing = false;
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
            lane.moments().into_iter().for_each(|moment| add(moment, i));
        }
        all.into()
    }

    /// What is worth looking at in all lanes, in order; empty until the runs
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
        let end = player.end();
        let calls: Vec<u64> =
            (0..2).map(|i| player.lanes[i].reading(end).counters.db_calls()).collect();
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
        let Some((What::FirstMiss(who), 0)) = first else { panic!("{whats:?}") };
        assert!(whats.contains(&(What::FirstMiss(who), 1)));
        assert!(
            whats.iter().any(|(what, lane)| matches!(what, What::FirstQueued(_, 0)) && *lane == 0)
        );
        assert!(
            whats.iter().any(|(what, lane)| matches!(what, What::FirstFollower(..)) && *lane == 1)
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

    /// A fork without an action is the same run; with one, it parts where the
    /// action is.
    #[test]
    fn a_fork_parts_where_something_is_done() {
        use stampede_sim::scenario::{Action, Deed};
        let mut link = Link::default();
        link.lanes.push(link.lanes[0].clone());
        let player = finished(&link);
        assert_eq!(player.bases, [0, 0, 0]);
        assert_eq!(player.lanes[0].log_hash(), player.lanes[2].log_hash());
        assert!(!player.moments().iter().any(|(m, lane)| m.what == What::Diverged && *lane == 2));

        let deed = Deed::DbOutage { for_ms: 20.0 };
        link.lanes[2].actions.push(Action { at_ms: 40.0, deed });
        link.lanes.push(link.lanes[1].clone());
        let player = finished(&link);
        assert_eq!(player.bases, [0, 0, 0, 1]);
        let parts: Vec<_> = (player.moments().iter())
            .filter(|(m, _)| m.what == What::Diverged)
            .map(|(m, lane)| (m.at.ms(), *lane))
            .collect();
        assert_eq!(parts.len(), 2);
        assert!(parts.contains(&(40.0, 2)), "{parts:?}");
    }

    /// Speeds from a ten-thousandth up to as fast as it computes; a link's
    /// speed is taken to the nearest one below.
    #[test]
    fn speeds() {
        assert_eq!(SPEEDS[0], 100_000, "1 s here = 0.1 ms there");
        assert!(SPEEDS.is_sorted() && SPEEDS[DEFAULT_SPEED] == 30_000_000);
        let speed = |ms| {
            let player = Player::new(&Link { speed: Some(ms), ..Link::default() }).unwrap();
            player.speed_ms()
        };
        assert_eq!((speed(0.0), speed(20.0), speed(25.0), speed(1e9)), (0.0, 20.0, 20.0, 60_000.0));
        let mut player = finished(&Link { speed: Some(0.0), ..Link::default() });
        player.play(true);
        assert!(!player.tick(0.001), "it is computed, so it is over at once");
        assert_eq!(player.at(), player.end());
        assert!(!player.is_late());
    }

    /// A playhead that is faster than the computation waits, and says so.
    #[test]
    fn a_run_that_cannot_keep_up_says_so() {
        let link = Link::read("v=1&load.requests=100000&speed=60000").unwrap();
        let mut player = Player::new(&link).unwrap();
        player.play(true);
        let mut late = 0;
        while player.tick(0.016) {
            late += u32::from(player.is_late());
            assert!(player.at() <= player.lanes.iter().map(Lane::computed).min().unwrap());
        }
        assert!(late > 3, "{late}");
    }

    /// The numbers at the stations are those of the dots on stage.
    #[test]
    fn numbers_count_the_dots() {
        use stampede_sim::telemetry::Kind;
        let mut seen = 0;
        for preset in ["layered", "metastable", "followers-eat-memory", "leader-leaves"] {
            let mut player = finished(&Link::pair(preset, "lock-convoy"));
            let end = player.end().0;
            for lane in &mut player.lanes {
                // Back and forth.
                for share in [0, 300, 301, 302, 200, 500, 450, 900, 999, 100] {
                    let at = Nanos(end * share / 1000);
                    let places = lane.reading(at).places;
                    let (mut dots, mut ghosts) = (0, 0);
                    lane.on_stage(at, |scene, _| {
                        dots += u64::from(!scene.is_over());
                        let stands = matches!(scene.event.kind, Kind::Queue | Kind::Query);
                        let ghost = scene.alone && !scene.refresh && !stands && !scene.is_over();
                        ghosts += u64::from(ghost);
                    });
                    assert_eq!(places.alone, ghosts, "{preset} at {at}");
                    seen += ghosts;
                    let Places { asking, following, locking, leasing, queueing, .. } = places;
                    let Places { querying, returning, refreshing, alone, .. } = places;
                    let counted = asking + following + locking + leasing + queueing;
                    let counted = counted + querying + returning + refreshing + alone;
                    assert_eq!(counted, dots, "{preset} at {at}");
                }
            }
        }
        assert!(seen > 0, "nobody went on for nobody");
    }

    /// Back and forth over the marks of a long run, the numbers are those of a
    /// reading that came from nowhere.
    #[test]
    fn numbers_do_not_depend_on_the_way() {
        let link = Link::read("v=1&load.requests=40000&b.load.requests=300").unwrap();
        let mut player = finished(&link);
        assert!(player.lanes[0].read(|log, _| log.len()) > 200_000);
        let end = player.end().0;
        for share in [900, 100, 500, 499, 999, 300, 0, 700, 1000] {
            let at = Nanos(end * share / 1000);
            for (lane, other) in player.lanes.iter_mut().zip(&link.lanes) {
                let scenario = lane.scenario.clone();
                let mut new = Lane::new(scenario, &other.actions, link.seed).unwrap();
                while !new.compute(u64::MAX) {}
                assert_eq!(lane.reading(at), new.reading(at), "at {at}");
            }
        }
    }

    /// The lines of the code at which requests wait, and who.
    #[test]
    fn lines_are_lit_where_requests_wait() {
        let mut player = finished(&Link::default());
        player.watch(1);
        while player.tick(0.0) {}
        let lit = |player: &mut Player, ms: f64| -> Vec<(String, usize)> {
            let lines = player.lanes[1].lit(Nanos::from_ms(ms));
            lines.into_iter().map(|line| (line.file.to_owned(), line.who.len())).collect()
        };
        let middle = [("singleflight.rs".to_owned(), 100), ("load.rs".to_owned(), 1)];
        let mut found = lit(&mut player, 60.0);
        found.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        assert_eq!(found, middle);
        // On their way to the cache and back; then over; then back in time.
        assert_eq!(lit(&mut player, 10.0)[0].0, "get.rs");
        let end = player.end().ms();
        assert_eq!(lit(&mut player, end), []);
        assert_eq!(lit(&mut player, 60.0).len(), 2);
    }

    #[test]
    fn an_action_changes_only_what_comes_after_it() {
        use stampede_sim::scenario::{Action, Deed};
        let before = finished(&Link::default());
        let mut link = Link::default();
        link.lanes[1].actions =
            vec![Action { at_ms: 50.0, deed: Deed::Burst { requests: 10, spread_ms: 0.0 } }];
        let mut after = finished(&link);
        assert_eq!(before.lanes[0].log_hash(), after.lanes[0].log_hash());
        let end = after.end();
        let reading = after.lanes[1].reading(end);
        assert_eq!(reading.counters.requests(), 110);
    }
}
