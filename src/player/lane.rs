//! One lane: a run, its film, and what can be read off them at the playhead.

use std::ops::Index;
use std::rc::Rc;

use stampede_sim::chronicle::{Chronicle, sampled};
use stampede_sim::engine::Nanos;
use stampede_sim::run::Run;
use stampede_sim::scenario::{Action, Problem, ProtectSpec, Scenario, Switch, json};
use stampede_sim::telemetry::moments::{Moment, divergence};
use stampede_sim::telemetry::replay::Replay;
use stampede_sim::telemetry::reply::Reply;
use stampede_sim::telemetry::series::Series;
use stampede_sim::telemetry::{Counters, Kind, Latency, Log, Recording, Report, exposition};

use super::listing::{Listing, Lit};
use stampede_picture::cast::{Cast, Source};
use stampede_picture::dots::pace;
use stampede_picture::film::{Film, Scene};
use stampede_picture::layout::{Layout, Needs};
use stampede_picture::place::Place;
use stampede_picture::signals::{BreakerState, Episode, Held};
use stampede_picture::station::Spot;
use stampede_picture::whereabouts::Whereabouts;

/// How long an answered request is shown at its client at most: longer, and
/// those of a quick cache would pile up there.
const LINGER: Nanos = Nanos(20_000_000);

/// A lane with more requests than are traced ends when so many wait at once or
/// are on their way: each of them takes up to 600 bytes, and a tab has only so
/// much memory.
const WAITING: usize = 2_000_000;

/// How many defences are on: a number of the scenario that no field of it is.
pub const DEFENCES_ON: &str = "defences";

/// See [`Lane::is_crowded`].
const CROWD: u32 = 10_000;

/// A run that is being computed, or has been.
pub struct Lane {
    /// What it runs.
    pub scenario: Rc<Scenario>,
    run: Chronicle,
    film: Film,
    replay: Replay,
    whereabouts: Whereabouts,
    pace: Nanos,
    /// Its defences, those included that are switched on later.
    pub ever: ProtectSpec,
    /// What stands on its stage.
    pub places: Rc<[Place]>,
    complete: bool,
    /// It has ended before its time.
    cut: bool,
    listing: Option<Listing>,
    source: (Vec<Action>, u64),
}

/// How many requests stand where, by [`Spot`].
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Places([u64; Spot::COUNT]);

impl Index<Spot> for Places {
    type Output = u64;

    fn index(&self, spot: Spot) -> &u64 {
        &self.0[spot as usize]
    }
}

impl Places {
    /// How many there are in all.
    pub fn sum(&self) -> u64 {
        self.0.iter().sum()
    }
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
    pub breakers: Vec<(BreakerState, Vec<bool>)>,
    /// By process: whether it is there.
    pub up: Vec<bool>,
    /// The last answer that a middleware gave.
    pub reply: Option<Reply>,
    /// One of so many requests has a dot.
    pub every: u32,
    /// Where that is not each one: in steps of how long the numbers come.
    pub step: Nanos,
    /// Whether it has ended before its time, because too many wait at once.
    pub cut: bool,
}

/// What stands on its stage.
fn places(scenario: &Scenario, gates: &[Switch]) -> Rc<[Place]> {
    let caches = scenario.edge.pops + u32::from(scenario.edge.shield);
    let edge = (scenario.edge.pops > 0).then(|| Place::edge(caches));
    let parts = [scenario.cpu.cores > 0, scenario.cache.enabled];
    let slots = (1 + scenario.replicas.count, scenario.db.pool);
    edge.into_iter().chain(Place::row(parts, gates, slots)).collect()
}

impl Lane {
    /// A lane of which nothing has been computed yet.
    pub fn new(scenario: Scenario, actions: &[Action], seed: u64) -> Result<Lane, Problem> {
        let every = sampled(&scenario, actions);
        Lane::tracing(every, scenario, actions, seed)
    }

    /// The same with the trace of one of `every` requests.
    pub fn tracing(
        every: u32,
        scenario: Scenario,
        actions: &[Action],
        seed: u64,
    ) -> Result<Lane, Problem> {
        let run = Run::new(&scenario, actions, seed, Recording::Trace)?;
        // What is switched on later has its place from the start.
        let ever = scenario.script.shown(run.ever());
        let (run, film) =
            (Chronicle::new(run, every), Film::of_every(every, scenario.most_processes()));
        let (net, db) = (&scenario.network, &scenario.db);
        let pace = pace(net.cache_ms, net.db_ms, db.query_ms);
        let (replay, whereabouts) = (Replay::default(), Whereabouts::default());
        Ok(Lane {
            run,
            film,
            replay,
            whereabouts,
            pace,
            places: places(&scenario, &ever.gates()),
            ever,
            scenario: Rc::new(scenario),
            complete: false,
            cut: false,
            listing: None,
            source: (actions.to_vec(), seed),
        })
    }

    /// How many of so many polls may be made before somebody looks at the clock: what a
    /// script does in one of them may take long, and is bounded by steps, not by time.
    fn at_once(&self, budget: u64) -> u64 {
        if self.scenario.script.source.is_empty() { budget } else { budget.min(1) }
    }

    /// Computes on, by at most `budget` polls; true when the run is complete.
    pub fn compute(&mut self, budget: u64) -> bool {
        if self.complete {
            return true;
        }
        let budget = self.at_once(budget);
        let (film, every) = (&mut self.film, self.run.every());
        let complete = self.run.run_until(Nanos::MAX, budget, |event, process| {
            if every > 1 {
                film.signals.add(event, process);
            }
        });
        self.run.read(|tape| film.extend(&tape.log));
        self.cut = every > 1 && self.run.busy() > WAITING;
        self.complete = complete || self.cut;
        self.complete
    }

    /// What happens to its system, and what was done to it.
    pub fn deeds(&self) -> impl Iterator<Item = &Action> {
        self.scenario.events.iter().chain(&self.source.0)
    }

    /// Takes it apart; true when the rest is dropped quickly.
    pub fn dismiss(&mut self, budget: u64) -> bool {
        self.run.dismiss(budget)
    }

    /// One of so many requests is in the log.
    pub fn every(&self) -> u32 {
        self.run.every()
    }

    /// Whether so many have been on stage at once that to draw them takes
    /// longer than to compute on.
    pub fn is_crowded(&self) -> bool {
        self.film.crowds.requests > CROWD
    }

    /// Whether all of it is computed.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// Up to when it is computed.
    pub fn computed(&self) -> Nanos {
        if self.complete { Nanos::MAX } else { self.last_event() }
    }

    /// What has been worth looking at so far.
    pub fn moments(&self) -> &[Moment] {
        self.run.timeline().moments()
    }

    /// When this lane and another cease to be alike, as far as their logs tell.
    pub fn divergence(&self, other: &Lane) -> Option<Nanos> {
        let (mine, theirs) = (self.run.every(), other.run.every());
        let every = if mine == theirs { mine } else { mine * theirs };
        self.with_log(|log| other.with_log(|theirs| divergence(log, theirs, every)))
    }

    /// The instant of the last event so far.
    pub fn last_event(&self) -> Nanos {
        self.run.timeline().last()
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

    /// Calls `show` for every request on stage at `at`, and until when it is.
    pub fn on_stage(&self, at: Nanos, show: impl FnMut(Scene, Nanos)) {
        self.with_log(|log| self.film.on_stage(log, at, self.linger(), show));
    }

    /// Where one request stands at `at`, if it is on stage.
    pub fn scene(&self, who: u32, at: Nanos) -> Option<Scene> {
        self.with_log(|log| Some(self.film.scene_of(log, who, at, self.linger())?.0))
    }

    /// Moves a cast to `at`; false if nobody's way has changed.
    pub fn cast(&self, cast: &mut Cast, layout: &Layout, at: Nanos) -> bool {
        self.with_log(|log| {
            let (film, pace, linger) = (&self.film, self.pace, self.linger());
            cast.seek(&Source { film, log, pace, linger }, layout, at)
        })
    }

    fn linger(&self) -> Nanos {
        self.pace.min(LINGER)
    }

    /// How long a dot takes to walk to its place.
    pub fn pace(&self) -> Nanos {
        self.pace
    }

    /// What the picture must have room for.
    pub fn needs(&self) -> Needs {
        Needs {
            processes: self.scenario.most_processes(),
            places: Rc::clone(&self.places),
            crowds: match self.complete {
                true => self.film.crowds,
                false => self.film.crowds.with_room(),
            },
        }
    }

    /// All numbers at `at`.
    pub fn reading(&mut self, at: Nanos) -> Reading {
        let (counters, places, latency) = self.numbers(at);
        let signals = &self.film.signals;
        let processes = 0..self.scenario.most_processes();
        Reading {
            counters,
            places,
            p50: latency.quantile(0.5),
            p99: latency.quantile(0.99),
            max: latency.max(),
            every: self.run.every(),
            step: self.run.timeline().step(),
            cut: self.cut,
            freshness: signals.freshness(
                at,
                Nanos::from_ms(self.scenario.cache.ttl_ms),
                Nanos::from_ms(self.scenario.keys.expires_ms),
            ),
            lock: signals.lock(at, Nanos::from_ms(self.scenario.lock.ttl_ms)),
            breakers: processes.clone().map(|process| signals.breaker(process, at)).collect(),
            up: processes.map(|process| signals.is_up(process, at)).collect(),
            reply: self.reply(at),
        }
    }

    /// The last answer that a middleware has given by then.
    fn reply(&self, at: Nanos) -> Option<Reply> {
        if !self.ever.coalesce {
            return None;
        }
        self.with_log(|log| {
            let mut before = (0..log.count_until(at)).rev().map(|i| log.get(i));
            let reply = before.find(|event| event.kind == Kind::Respond);
            reply.map(|event| Reply::unpack(event.arg))
        })
    }

    /// What breakers and lock did until `end`.
    pub fn episodes(&self, end: Nanos) -> Vec<Episode> {
        self.film.signals.episodes(end, Nanos::from_ms(self.scenario.lock.ttl_ms))
    }

    /// What `/metrics` answers at `at`.
    pub fn metrics(&mut self, at: Nanos) -> String {
        let (counters, _, latency) = self.numbers(at);
        exposition::prometheus(&counters, &latency)
    }

    /// Counts, places and response times at `at`: from the log, to the event;
    /// where that has not everything, to the step.
    fn numbers(&mut self, at: Nanos) -> (Counters, Places, Latency) {
        if self.run.every() > 1 {
            let (counters, places, latency) = self.run.timeline_mut().at(at);
            return (counters, Places(places.map(u64::from)), latency);
        }
        let (replay, whereabouts, film) = (&mut self.replay, &mut self.whereabouts, &self.film);
        self.run.read(|tape| {
            replay.seek(&tape.log, at);
            whereabouts.seek(film, &tape.log, at);
        });
        let places = Places(whereabouts.counts().map(u64::from));
        (*replay.counters(), places, replay.latency().clone())
    }

    /// The run so far in steps; response times only if they are asked for.
    pub fn series(&self, step: Nanos, latencies: bool) -> Series {
        self.run.timeline().series(step, latencies)
    }

    /// A number of the whole run's report by its name, or a field of its
    /// scenario by its path.
    pub fn value(&self, name: &str) -> Option<String> {
        if name == DEFENCES_ON {
            let on = |switch: &&Switch| self.scenario.protect.is_on(**switch);
            return Some(Switch::ALL.iter().filter(on).count().to_string());
        }
        let report = self.run.read(|tape| Report::of(tape, &self.scenario.name, self.source.1));
        let report = serde_json::to_value(report).ok()?;
        let document = report.get(name).cloned().or_else(|| {
            let document = self.scenario.to_value();
            json::at(&document, name).cloned()
        })?;
        Some(document.as_str().map_or_else(|| document.to_string(), str::to_owned))
    }

    /// The fingerprint of the whole log.
    pub fn log_hash(&self) -> u64 {
        self.with_log(Log::hash)
    }

    /// Begins to find out who waits at which line of the code; false if it is
    /// known, or being found out.
    pub fn watch(&mut self) -> bool {
        let (actions, seed) = &self.source;
        // Of more it would take more memory than it says.
        let new = self.listing.is_none() && self.run.every() == 1;
        if new {
            self.listing = Listing::new(&self.scenario, actions, *seed);
        }
        new && self.listing.is_some()
    }

    /// Whether that is known.
    pub fn is_watched(&self) -> bool {
        self.listing.as_ref().is_some_and(Listing::is_complete)
    }

    /// Computes that on; true if there is more to do.
    pub fn compute_watch(&mut self, budget: u64) -> bool {
        let budget = self.at_once(budget);
        self.listing.as_mut().is_some_and(|listing| listing.compute(budget))
    }

    /// The lines at which requests wait at `at`, if that has been found out.
    pub fn lit(&mut self, at: Nanos) -> Vec<Lit> {
        self.listing.as_mut().map(|listing| listing.lit(at)).unwrap_or_default()
    }

    /// Reads the log and the film.
    pub fn read<T>(&self, view: impl FnOnce(&Log, &Film) -> T) -> T {
        self.run.read(|tape| view(&tape.log, &self.film))
    }

    fn with_log<T>(&self, view: impl FnOnce(&Log) -> T) -> T {
        self.run.read(|tape| view(&tape.log))
    }
}
