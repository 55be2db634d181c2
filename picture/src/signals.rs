//! What the stations show besides the crowds: how fresh the hot key is, who
//! holds the lock, what the breakers are doing.

use stampede_sim::engine::Nanos;
use stampede_sim::telemetry::{Event, Kind};

/// What happened at the stations, in order of time, each kind by itself.
#[derive(Default)]
pub struct Signals {
    /// Every time the hot key (key 0) was stored or dropped.
    stores: Vec<(Nanos, bool)>,
    /// Every time somebody took a lock, in order of taking.
    holds: Vec<Hold>,
    /// What several lock servers have said last: for how long a lock is valid.
    valid: Option<Nanos>,
    /// By request: the last of `holds` that is its own, or [`NONE`].
    mine: Vec<u32>,
    /// By process: what its breaker did.
    breakers: Vec<Turns>,
    /// Which processes died, or came back.
    fleet: Vec<(Nanos, u32, bool)>,
}

/// No hold.
const NONE: u32 = u32::MAX;

/// From taking a lock to giving it back, or finding that it is lost. Whoever
/// dies does neither, and has it until the server forgets it.
struct Hold {
    who: u32,
    process: u32,
    from: Nanos,
    /// When it was taken, and every time it was prolonged, and for how long;
    /// `None`: for its whole TTL.
    turns: Vec<(Nanos, Option<Nanos>)>,
    gone: Option<Nanos>,
}

impl Hold {
    /// Until when it lasts as of `at`, if a lock is forgotten after `ttl`, and
    /// nobody gives it back.
    fn lasts(&self, at: Nanos, ttl: Nanos) -> Nanos {
        let (since, valid) = last(&self.turns, at).unwrap_or_default();
        since + valid.unwrap_or(ttl)
    }

    /// Until when it lasts.
    fn until(&self, ttl: Nanos) -> Nanos {
        let forgotten = self.lasts(Nanos::MAX, ttl);
        self.gone.map_or(forgotten, |gone| gone.min(forgotten))
    }
}

/// What a process's breaker did: results it counted (true is bad), and states.
#[derive(Default)]
struct Turns {
    results: Vec<(Nanos, bool)>,
    states: Vec<(Nanos, BreakerState)>,
}

/// What a breaker is doing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum BreakerState {
    /// Everything passes.
    #[default]
    Closed,
    /// A few pass, to see.
    HalfOpen,
    /// Nothing passes.
    Open,
}

/// The lock at an instant.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Held {
    /// Which request holds it.
    pub who: u32,
    /// In which process.
    pub process: u32,
    /// The share of its TTL that is left.
    pub left: f64,
}

/// A stretch of time in which a breaker or the lock was not at rest.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Episode {
    /// A breaker's process; `None`: the lock.
    pub process: Option<u32>,
    /// From when.
    pub from: Nanos,
    /// Until when.
    pub until: Nanos,
    /// What it was.
    pub state: Unrest,
}

/// See [`Episode`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unrest {
    /// A breaker that lets nobody through.
    Open,
    /// A breaker that lets a few through.
    HalfOpen,
    /// A lock, held by a request.
    Held(u32),
}

/// How many of a breaker's last results are shown.
pub const CELLS: usize = 10;

impl Signals {
    /// Takes an event in; `process` is its request's.
    pub fn add(&mut self, event: Event, process: u32) {
        let Event { at, kind, who, arg } = event;
        match kind {
            Kind::Fill if arg == 0 => {
                self.stores.push((at, true));
            }
            Kind::Clear => self.stores.push((at, false)),
            Kind::Delete | Kind::Displace if arg == 0 => self.stores.push((at, false)),
            Kind::Lock => {
                let who_at = who as usize;
                self.mine.resize(self.mine.len().max(who_at + 1), NONE);
                self.mine[who_at] = self.holds.len() as u32;
                let turns = vec![(at, self.valid)];
                self.holds.push(Hold { who, process, from: at, turns, gone: None });
            }
            Kind::Quorum => self.valid = Some(Nanos::from_ms(arg.into())),
            Kind::Renew | Kind::Unlock => {
                let mine = self.mine.get(who as usize).copied().unwrap_or(NONE);
                match self.holds.get_mut(mine as usize) {
                    Some(hold) if kind == Kind::Renew && arg == 1 => {
                        hold.turns.push((at, self.valid));
                    }
                    // Lost or given back: nobody else's lock is free by that.
                    Some(hold) => hold.gone = hold.gone.or(Some(at)),
                    None => {}
                }
            }
            Kind::Count => self.turns(process).results.push((at, arg == 1)),
            Kind::Trip => self.turns(arg).states.push((at, BreakerState::Open)),
            Kind::HalfOpen => self.turns(arg).states.push((at, BreakerState::HalfOpen)),
            Kind::Close => self.turns(arg).states.push((at, BreakerState::Closed)),
            Kind::Crash | Kind::Retire => self.fleet.push((at, arg, false)),
            Kind::Start | Kind::Ready => {
                self.fleet.push((at, arg, true));
                // As new.
                self.turns(arg).states.push((at, BreakerState::Closed));
            }
            _ => {}
        }
    }

    fn turns(&mut self, process: u32) -> &mut Turns {
        let process = process as usize;
        if self.breakers.len() <= process {
            self.breakers.resize_with(process + 1, Turns::default);
        }
        &mut self.breakers[process]
    }

    /// The share of the hot key's life that is left at `at`: 1 just stored,
    /// 0 expired, cleared or never stored. What is warm at the start expires at
    /// `warm` (zero: it has its whole life before it).
    pub fn freshness(&self, at: Nanos, ttl: Nanos, warm: Nanos) -> f64 {
        match last(&self.stores, at) {
            Some((when, true)) => {
                let aged = when == Nanos::ZERO && warm > Nanos::ZERO;
                let life = if aged { warm.min(ttl) } else { ttl };
                life.since(at.since(when)).0 as f64 / ttl.0 as f64
            }
            _ => 0.0,
        }
    }

    /// Who took a lock last of those who hold one at `at`; a lock is forgotten
    /// after `ttl`. One key's lock has one holder; of several keys' locks, it
    /// is the one that was taken last.
    pub fn lock(&self, at: Nanos, ttl: Nanos) -> Option<Held> {
        let taken = self.holds.partition_point(|hold| hold.from <= at);
        self.holds[..taken].iter().rev().find_map(|hold| {
            let left = hold.lasts(at, ttl).since(at).0 as f64 / ttl.0 as f64;
            let there = left > 0.0 && hold.gone.is_none_or(|gone| at < gone);
            there.then_some(Held { who: hold.who, process: hold.process, left })
        })
    }

    /// Everything the breakers and the lock did until `end`; a lock is forgotten
    /// after `ttl`.
    pub fn episodes(&self, end: Nanos, ttl: Nanos) -> Vec<Episode> {
        let mut episodes = Vec::new();
        for (process, turns) in self.breakers.iter().enumerate() {
            for (i, (from, state)) in turns.states.iter().enumerate() {
                let state = match state {
                    BreakerState::Closed => continue,
                    BreakerState::HalfOpen => Unrest::HalfOpen,
                    BreakerState::Open => Unrest::Open,
                };
                let until = turns.states.get(i + 1).map_or(end, |(at, _)| *at);
                let process = Some(process as u32);
                episodes.push(Episode { process, from: *from, until, state });
            }
        }
        for hold in &self.holds {
            let (from, until) = (hold.from, hold.until(ttl).min(end));
            let state = Unrest::Held(hold.who);
            episodes.push(Episode { process: None, from, until, state });
        }
        episodes
    }

    /// Whether a process is there at `at`.
    pub fn is_up(&self, process: u32, at: Nanos) -> bool {
        let until = self.fleet.partition_point(|(when, ..)| *when <= at);
        let last = self.fleet[..until].iter().rfind(|(_, which, _)| *which == process);
        last.is_none_or(|(.., up)| *up)
    }

    /// What a process's breaker is doing at `at`, and its last results in this
    /// state, oldest first: true is bad.
    pub fn breaker(&self, process: u32, at: Nanos) -> (BreakerState, Vec<bool>) {
        let Some(turns) = self.breakers.get(process as usize) else { return Default::default() };
        let (since, state) = last(&turns.states, at).unwrap_or_default();
        let until = turns.results.partition_point(|(when, _)| *when <= at);
        // A result that comes at the instant of a change has caused it.
        let newest = turns.results[until.saturating_sub(CELLS)..until].iter();
        let changed = turns.states.first().is_some_and(|(when, _)| *when <= at);
        let results = newest.filter(|(when, _)| !changed || *when > since).map(|(_, bad)| *bad);
        (state, results.collect())
    }
}

fn last<T: Copy>(list: &[(Nanos, T)], at: Nanos) -> Option<(Nanos, T)> {
    let index = list.partition_point(|(when, _)| *when <= at);
    index.checked_sub(1).map(|i| list[i])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use stampede_sim::run::Run;
    use stampede_sim::scenario::presets;
    use stampede_sim::telemetry::Recording;

    use super::*;
    use crate::film::Film;

    /// Whoever holds the lock is shown, at every instant, whatever others give
    /// back late: the log read by the lock server's rules is the reference.
    #[test]
    fn a_lock_is_free_when_nobody_holds_it() {
        for preset in ["lock-outlived-flawed", "lock-outlived", "lock-convoy-flawed", "layered"] {
            let scenario = presets::find(preset).unwrap();
            let ttl = Nanos::from_ms(scenario.lock.ttl_ms);
            let mut run = Run::new(&scenario, &[], 1, Recording::Trace).unwrap();
            run.run_to_end();
            let mut film = Film::new(scenario.most_processes());
            run.read(|tape| {
                film.extend(&tape.log);
                // By key: who holds its lock, and since when.
                let mut server: BTreeMap<u32, (u32, Nanos)> = BTreeMap::new();
                let mut keys = Vec::new();
                let mut events = tape.log.iter().peekable();
                while let Some(Event { at, kind, who, arg }) = events.next() {
                    match kind {
                        Kind::Send | Kind::Part => keys.push(arg),
                        kind if kind.is_offspring() => keys.push(keys[arg as usize]),
                        Kind::Lock | Kind::Renew if kind == Kind::Lock || arg == 1 => {
                            server.insert(keys[who as usize], (who, at));
                        }
                        Kind::Unlock if arg == 1 => drop(server.remove(&keys[who as usize])),
                        _ => {}
                    }
                    if events.peek().is_some_and(|next| next.at == at) {
                        continue;
                    }
                    let holders: Vec<u32> =
                        server.values().filter(|h| at < h.1 + ttl).map(|h| h.0).collect();
                    match film.signals.lock(at, ttl) {
                        Some(held) => assert!(holders.contains(&held.who), "{preset} at {at}"),
                        None => assert!(holders.is_empty(), "{preset} at {at}: {holders:?}"),
                    }
                }
            });
            if preset == "lock-outlived-flawed" {
                let held = film.signals.lock(Nanos::from_ms(374.61), ttl);
                assert!(held.is_some(), "an outlived holder has given back what is another's");
            }
        }
    }

    fn signals(events: &[(u64, Kind, u32, u32)]) -> Signals {
        let mut signals = Signals::default();
        for (at, kind, who, arg) in events {
            signals.add(Event { at: Nanos(*at), kind: *kind, who: *who, arg: *arg }, 0);
        }
        signals
    }

    #[test]
    fn the_ring_empties_with_the_ttl() {
        let s = signals(&[(100, Kind::Fill, 0, 0), (160, Kind::Clear, u32::MAX, 1)]);
        let left = |at| s.freshness(Nanos(at), Nanos(100), Nanos::ZERO);
        assert_eq!((left(99), left(100), left(150), left(160)), (0.0, 1.0, 0.5, 0.0));
        // Warm from the start, and old: a quarter of its life is left.
        let s = signals(&[(0, Kind::Fill, 0, 0), (40, Kind::Fill, 0, 0)]);
        let left = |at| s.freshness(Nanos(at), Nanos(100), Nanos(25));
        assert_eq!((left(0), left(10), left(25), left(30), left(40)), (0.25, 0.15, 0.0, 0.0, 1.0));
    }

    #[test]
    fn a_lock_burns_down_unless_it_is_renewed() {
        let s = signals(&[
            (10, Kind::Lock, 7, 1),
            (60, Kind::Renew, 7, 1),
            (140, Kind::Unlock, 7, 1),
            (200, Kind::Lock, 8, 2),
        ]);
        let held = |at| s.lock(Nanos(at), Nanos(100)).map(|h| (h.who, h.left));
        assert_eq!(held(9), None);
        assert_eq!(held(35), Some((7, 0.75)));
        assert_eq!(held(85), Some((7, 0.75)));
        assert_eq!(held(140), None);
        assert_eq!(held(250), Some((8, 0.5)));
        assert_eq!(held(300), None, "forgotten");
    }

    /// Several lock servers say for how long: of a TTL of 100 ms 80 are left when
    /// it has the lock, and 60 when it has been prolonged.
    #[test]
    fn a_lock_of_several_servers_lasts_as_long_as_it_is_valid() {
        let ms = |ms: u64| 1_000_000 * ms;
        let s = signals(&[
            (ms(10), Kind::Quorum, 7, 80),
            (ms(10), Kind::Lock, 7, 0),
            (ms(50), Kind::Quorum, 7, 60),
            (ms(50), Kind::Renew, 7, 1),
        ]);
        let left = |at| s.lock(Nanos(ms(at)), Nanos(ms(100))).map(|held| held.left);
        assert_eq!([left(10), left(30), left(49)], [Some(0.8), Some(0.6), Some(0.41)]);
        assert_eq!([left(50), left(100), left(110)], [Some(0.6), Some(0.1), None]);
        let until = s.episodes(Nanos::MAX, Nanos(ms(100)))[0].until;
        assert_eq!(until, Nanos(ms(110)));
    }

    #[test]
    fn bands_are_what_is_not_at_rest() {
        let s = signals(&[
            (10, Kind::Lock, 7, 1),
            (60, Kind::Renew, 7, 1),
            (140, Kind::Unlock, 7, 1),
            (150, Kind::Trip, 0, 0),
            (160, Kind::HalfOpen, 0, 0),
            (170, Kind::Close, 0, 0),
            (200, Kind::Lock, 8, 2),
        ]);
        let episodes: Vec<_> = s
            .episodes(Nanos(1000), Nanos(100))
            .into_iter()
            .map(|b| (b.from.0, b.until.0, b.state))
            .collect();
        assert_eq!(
            episodes,
            [
                (150, 160, Unrest::Open),
                (160, 170, Unrest::HalfOpen),
                (10, 140, Unrest::Held(7)),
                (200, 300, Unrest::Held(8)),
            ]
        );
    }

    #[test]
    fn a_breaker_shows_its_state_and_last_results() {
        let mut events =
            vec![(1, Kind::Count, 0, 0), (2, Kind::Count, 0, 1), (3, Kind::Trip, 0, 0)];
        events.extend((0..12).map(|i| (10 + i, Kind::Count, 0, (i % 2) as u32)));
        let s = signals(&events);
        assert_eq!(s.breaker(0, Nanos(2)), (BreakerState::Closed, vec![false, true]));
        assert_eq!(s.breaker(0, Nanos(3)), (BreakerState::Open, vec![]));
        assert_eq!(s.breaker(0, Nanos(50)).1.len(), CELLS);
        assert_eq!(s.breaker(3, Nanos(50)), (BreakerState::Closed, vec![]));
    }
}
