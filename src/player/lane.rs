//! One lane: a run, its film, and what can be read off them at the playhead.

use stampede_sim::engine::Nanos;
use stampede_sim::run::Run;
use stampede_sim::scenario::{Action, Problem, Scenario};
use stampede_sim::telemetry::moments::{Moment, divergence, moments};
use stampede_sim::telemetry::replay::Replay;
use stampede_sim::telemetry::series::Series;
use stampede_sim::telemetry::{Counters, Kind, Log, Recording, exposition};

use crate::stage::dots::pace;
use crate::stage::film::{Film, Scene};
use crate::stage::layout::{Gate, Needs};
use crate::stage::signals::{Breaker, Held};

/// How long an answered request is shown at its client at most: longer, and
/// those of a quick cache would pile up there.
const LINGER: Nanos = Nanos(20_000_000);

/// A run that is being computed, or has been.
pub struct Lane {
    /// What it runs.
    pub scenario: Scenario,
    run: Run,
    film: Film,
    replay: Replay,
    pace: Nanos,
}

/// How many requests stand where.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Places {
    /// On their way to the cache.
    pub asking: u64,
    /// Waiting for a leader.
    pub following: u64,
    /// Waiting for a lock.
    pub locking: u64,
    /// Waiting because the cache said so.
    pub leasing: u64,
    /// Queueing for a connection.
    pub queueing: u64,
    /// Using a connection.
    pub querying: u64,
    /// On their way back with an answer, or between stations.
    pub returning: u64,
    /// Loading a value again behind its readers.
    pub refreshing: u64,
    /// Going on for clients that have left, wherever they are.
    pub alone: u64,
}

/// What a lane's numbers are at the playhead.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Reading {
    /// Exact counts.
    pub counters: Counters,
    /// Who stands where.
    pub places: Places,
    /// Half of the requests answered so far were at least this fast.
    pub p50: Nanos,
    /// 99 % of them were.
    pub p99: Nanos,
    /// The slowest so far.
    pub max: Nanos,
    /// The share of the hot key's life that is left.
    pub freshness: f64,
    /// Who holds the lock.
    pub lock: Option<Held>,
    /// By process: what its breaker is doing, and its last results.
    pub breakers: Vec<(Breaker, Vec<bool>)>,
    /// By process: whether it is there.
    pub up: Vec<bool>,
}

impl Lane {
    /// A lane of which nothing has been computed yet.
    pub fn new(scenario: Scenario, actions: &[Action], seed: u64) -> Result<Lane, Problem> {
        let run = Run::new(&scenario, actions, seed, Recording::Trace)?;
        let film = Film::new(scenario.fleet.processes);
        let (net, db) = (&scenario.network, &scenario.db);
        let pace = pace(net.cache_ms, net.db_ms, db.query_ms);
        Ok(Lane { run, film, replay: Replay::default(), pace, scenario })
    }

    /// Computes on, by at most `budget` polls; true when the run is complete.
    pub fn compute(&mut self, budget: u64) -> bool {
        let complete = self.run.run_until(Nanos::MAX, budget);
        let film = &mut self.film;
        self.run.read(|tape| film.extend(&tape.log));
        if complete {
            film.finish();
        }
        complete
    }

    /// What is worth looking at, once the run is complete.
    pub fn moments(&self) -> Vec<Moment> {
        self.with_log(moments)
    }

    /// When this lane and another cease to be alike.
    pub fn divergence(&self, other: &Lane) -> Option<Nanos> {
        self.with_log(|log| other.with_log(|theirs| divergence(log, theirs)))
    }

    /// The instant of the last event so far.
    pub fn last_event(&self) -> Nanos {
        self.with_log(|log| if log.is_empty() { Nanos::ZERO } else { log.get(log.len() - 1).at })
    }

    /// The last instant worth showing: the end, and a moment to see it.
    pub fn end(&self) -> Nanos {
        self.last_event() + self.pace
    }

    /// The nearest event after `at`, if there is one.
    pub fn next_event(&self, at: Nanos) -> Option<Nanos> {
        self.with_log(|log| {
            let i = log.count_until(at);
            (i < log.len()).then(|| log.get(i).at)
        })
    }

    /// The nearest event before `at`, if there is one.
    pub fn previous_event(&self, at: Nanos) -> Option<Nanos> {
        self.with_log(|log| {
            let i = log.count_until(Nanos(at.0.checked_sub(1)?));
            i.checked_sub(1).map(|i| log.get(i).at)
        })
    }

    /// Calls `show` for every request on stage at `at`.
    pub fn on_stage(&self, at: Nanos, show: impl FnMut(Scene)) {
        self.with_log(|log| self.film.on_stage(log, at, self.pace.min(LINGER), show));
    }

    /// How long a dot takes to walk to its place.
    pub fn pace(&self) -> Nanos {
        self.pace
    }

    /// What the picture must have room for.
    pub fn needs(&self) -> Needs {
        Needs {
            processes: self.scenario.fleet.processes,
            pool: self.scenario.db.pool,
            gates: Gate::of(&self.scenario),
            cache: self.scenario.cache.enabled,
            crowds: self.film.crowds,
        }
    }

    /// All numbers at `at`.
    pub fn reading(&mut self, at: Nanos) -> Reading {
        let mut places = Places::default();
        self.on_stage(at, |scene| {
            let over = matches!(
                scene.event.kind,
                Kind::Ok | Kind::Error | Kind::Fail | Kind::Late | Kind::Refreshed
            );
            let place = match scene.event.kind {
                _ if over => return,
                Kind::Queue => &mut places.queueing,
                Kind::Query => &mut places.querying,
                _ if scene.refresh => &mut places.refreshing,
                _ if scene.alone => &mut places.alone,
                Kind::Send | Kind::Retry | Kind::Arrive => &mut places.asking,
                Kind::Join => &mut places.following,
                Kind::Busy => &mut places.locking,
                Kind::Wait => &mut places.leasing,
                _ => &mut places.returning,
            };
            *place += 1;
        });
        let replay = &mut self.replay;
        self.run.read(|tape| replay.seek(&tape.log, at));
        let signals = &self.film.signals;
        let processes = 0..self.scenario.fleet.processes;
        Reading {
            counters: replay.counters,
            places,
            p50: replay.latency.quantile(0.5),
            p99: replay.latency.quantile(0.99),
            max: replay.latency.max(),
            freshness: signals.freshness(at, Nanos::from_ms(self.scenario.cache.ttl_ms)),
            lock: signals.lock(at, Nanos::from_ms(self.scenario.lock.ttl_ms)),
            breakers: processes.clone().map(|process| signals.breaker(process, at)).collect(),
            up: processes.map(|process| signals.is_up(process, at)).collect(),
        }
    }

    /// What `/metrics` answers at `at`.
    pub fn metrics(&mut self, at: Nanos) -> String {
        let replay = &mut self.replay;
        self.run.read(|tape| replay.seek(&tape.log, at));
        exposition::prometheus(&replay.counters, &replay.latency)
    }

    /// The whole run in steps.
    pub fn series(&self, step: Nanos) -> Series {
        self.with_log(|log| Series::of(log, step))
    }

    /// The fingerprint of the whole log.
    pub fn log_hash(&self) -> u64 {
        self.with_log(Log::hash)
    }

    fn with_log<T>(&self, view: impl FnOnce(&Log) -> T) -> T {
        self.run.read(|tape| view(&tape.log))
    }
}
