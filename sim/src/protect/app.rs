//! One server process with its defences.
//!
//! All of them are its own: another process has others. When it dies, what
//! they knew is gone.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::Loaded;
use super::breaker::Breaker;
use super::codel::Codel;
use super::flawed::racy_breaker::RacyBreaker;
use super::keep::Keeping;
use super::lease::Lease;
use super::limiter::Limiter;
use super::lock::Lock;
use super::singleflight::{Patience, Singleflight};
use super::spill::Spill;
use super::stale::Stale;
use super::throttle::Throttle;
use crate::engine::Nanos;
use crate::engine::race::{First, race};
use crate::engine::streams::{Purpose, Stream};
use crate::scenario::{
    Covers, Deed, Flaw, FlightMode, Late, Layer, LockSpec, Scenario, SingleflightSpec, Waiters,
};
use crate::telemetry::event::WORLD;
use crate::telemetry::{Kind, Reason};
use crate::world::process::some_ms;
use crate::world::request::{Key, ON_THE_WAY};
use crate::world::{Process, Request, World};

/// A server process with its defences.
pub struct App {
    /// What it is part of.
    pub world: Rc<World>,
    /// The process, with its connection pool.
    pub process: Process,
    /// What a miss meets on its way to the database, in order.
    pub stages: Vec<Stage>,
    /// How long what it loads is kept.
    pub keeping: Keeping,
    /// Its rules for stale values.
    pub stale: Option<Stale>,
    /// XFetch's β, and its dice.
    pub early: Option<(f64, RefCell<Stream>)>,
    /// Who waits too long for a connection.
    pub codel: Option<Codel>,
    /// What it does when the cache does not answer.
    pub spill: Option<Spill>,
    /// A mistake in place of one of the defences.
    pub flaw: Flaw,
    /// Whether it can die at all.
    pub mortal: bool,
    panics: Option<(f64, RefCell<Stream>)>,
    crashes_by_panic: bool,
    /// Bytes of memory, and what a waiting request takes of them.
    memory: Option<(f64, f64)>,
    restart: Nanos,
    /// Tells one death from the next.
    lives: Cell<u32>,
}

/// A defence that a miss passes.
pub enum Stage {
    /// See [`super::lease`].
    Lease(Lease),
    /// See [`super::singleflight`].
    Singleflight(Flights),
    /// Another look into the cache, inside the flight: a value may have been
    /// stored between the first look and now.
    Recheck,
    /// See [`super::lock`].
    Lock(Lock, LockSpec),
    /// See [`super::throttle`].
    Throttle(Throttle),
    /// See [`super::limiter`].
    Limiter(Limiter),
    /// See [`super::breaker`].
    Breaker(Breaker),
    /// See [`super::flawed::racy_breaker`].
    RacyBreaker(RacyBreaker),
}

/// A process's singleflight.
pub struct Flights {
    /// The calls in flight.
    pub group: Singleflight<Key, Loaded>,
    /// Its knobs.
    pub spec: SingleflightSpec,
    /// Whether it leaves reloads of known keys alone.
    pub only_new: bool,
}

impl App {
    /// Process number `id` of a scenario.
    pub fn new(world: &Rc<World>, scenario: &Scenario, mortal: bool, id: u32, seed: u64) -> App {
        let p = &scenario.protect;
        let stale = p.stale.then(|| Stale::new(&scenario.stale));
        // Who reads staleness off the TTL keeps nothing longer.
        let keeps = stale.as_ref().filter(|_| p.flaw != Flaw::StaleByTtl);
        let longer = keeps.map_or(Nanos::ZERO, Stale::keeps);
        let random = |purpose| RefCell::new(Stream::new(seed, purpose, id.into()));
        let (codel, panic_rate) = (&scenario.codel, scenario.db.panic_rate);
        App {
            world: Rc::clone(world),
            process: Process::new(&world.core, id, &scenario.db, seed),
            stages: stages(world, scenario, id, seed),
            keeping: Keeping::new(scenario, longer, id, seed),
            stale,
            early: p.xfetch.then(|| (scenario.xfetch.beta, random(Purpose::Early))),
            codel: p.codel.then(|| {
                Codel::new(Nanos::from_ms(codel.target_ms), Nanos::from_ms(codel.interval_ms))
            }),
            spill: p.spill.then(|| Spill::new(scenario.spill.loads)),
            flaw: p.flaw,
            mortal,
            panics: (panic_rate > 0.0).then(|| (panic_rate, random(Purpose::Panics))),
            crashes_by_panic: p.singleflight && scenario.singleflight.mode == FlightMode::DoChan,
            memory: (scenario.fleet.memory_mb > 0.0)
                .then_some((scenario.fleet.memory_mb * 1e3, scenario.fleet.request_kb)),
            restart: Nanos::from_ms(scenario.fleet.restart_ms),
            lives: Cell::new(0),
        }
    }

    /// Whether any process of a scenario can die.
    pub fn is_mortal(scenario: &Scenario, mut deeds: impl Iterator<Item = Deed>) -> bool {
        let panics = scenario.db.panic_rate > 0.0
            && scenario.protect.singleflight
            && scenario.singleflight.mode == FlightMode::DoChan;
        panics
            || scenario.fleet.memory_mb > 0.0
            || deeds.any(|deed| matches!(deed, Deed::Crash { .. }))
    }

    /// Work that ends with its process: `None` if it died.
    pub async fn while_alive<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        if !self.mortal {
            return Some(work.await);
        }
        // It may have died before this task had its first turn.
        if !self.process.up.get() {
            return None;
        }
        match race(work, self.death()).await {
            First::Left(value) => Some(value),
            First::Right(()) => None,
        }
    }

    /// Waits until the process dies.
    async fn death(&self) {
        loop {
            self.world.deaths.notified().await;
            if !self.process.up.get() {
                return;
            }
        }
    }

    /// A request comes in; may be the one that is too many.
    pub fn enter(self: &Rc<App>, request: &Request<'_>) {
        let Process { id, inside, .. } = &self.process;
        inside.set(inside.get() + 1);
        request.process.set(*id);
        if let Some((memory, each)) = self.memory
            && f64::from(inside.get()) * each > memory
        {
            self.crash(self.restart);
        }
    }

    /// It goes out again.
    pub fn leave(&self, request: &Request<'_>) {
        let Process { inside, .. } = &self.process;
        inside.set(inside.get() - 1);
        request.process.set(ON_THE_WAY);
    }

    /// The process dies, with everything it was doing, and comes back after a
    /// while.
    pub fn crash(self: &Rc<App>, down_for: Nanos) {
        let note = |app: &App, kind| {
            let World { recorder, core, .. } = &*app.world;
            recorder.note(core.now(), kind, WORLD, app.process.id);
        };
        note(self, Kind::Crash);
        self.process.up.set(false);
        self.world.deaths.notify();
        self.lives.set(self.lives.get() + 1);
        let (app, life) = (Rc::clone(self), self.lives.get());
        self.world.spawn(async move {
            app.world.core.sleep(down_for).await;
            // It may have died again meanwhile.
            if app.lives.get() == life {
                app.reset();
                app.process.up.set(true);
                note(&app, Kind::Start);
            }
        });
    }

    /// As new. What was in flight or in progress has ended with its tasks.
    fn reset(&self) {
        for stage in &self.stages {
            match stage {
                Stage::Breaker(breaker) => breaker.reset(),
                Stage::RacyBreaker(breaker) => breaker.reset(),
                Stage::Throttle(throttle) => throttle.reset(),
                _ => {}
            }
        }
    }

    /// The code that reads an answer panics now and then.
    pub(super) fn panics(&self) -> bool {
        self.panics.as_ref().is_some_and(|(rate, random)| random.borrow_mut().unit() < *rate)
    }

    /// A panic in a task that nobody can catch it from ends the process.
    pub(super) fn panic_in_flight(self: &Rc<App>, loaded: Loaded) {
        if self.crashes_by_panic && loaded == Err(Reason::Panic) {
            self.crash(self.restart);
        }
    }
}

/// The defences that are on, in the order in which a miss meets them.
fn stages(world: &Rc<World>, scenario: &Scenario, id: u32, seed: u64) -> Vec<Stage> {
    let p = &scenario.protect;
    let mut stages = Vec::new();
    if p.lease {
        stages.push(Stage::Lease(Lease::new(&scenario.lease)));
    }
    for layer in p.layers() {
        stages.push(match layer {
            Layer::Singleflight => Stage::Singleflight(flights(world, &scenario.singleflight)),
            Layer::Lock => {
                let lock = Lock::new(&scenario.lock, id, seed);
                Stage::Lock(lock, scenario.lock.clone())
            }
            Layer::Throttle => Stage::Throttle(Throttle::new(&scenario.throttle, id, seed)),
            Layer::Limiter => Stage::Limiter(Limiter::new(&scenario.limiter)),
            Layer::Breaker if p.flaw == Flaw::RacyBreaker => {
                Stage::RacyBreaker(RacyBreaker::new(&scenario.breaker, id))
            }
            Layer::Breaker => Stage::Breaker(Breaker::new(&scenario.breaker, id)),
        });
        if layer == Layer::Singleflight && p.recheck {
            stages.push(Stage::Recheck);
        }
    }
    stages
}

fn flights(world: &Rc<World>, spec: &SingleflightSpec) -> Flights {
    let patience = Patience {
        wait: some_ms(spec.wait_ms),
        leader_stays: spec.late == Late::Load,
        forget: some_ms(spec.forget_ms),
        poll: (spec.waiters == Waiters::Poll).then(|| Nanos::from_ms(spec.poll_ms)),
    };
    Flights {
        group: Singleflight::new(&world.core, patience),
        spec: spec.clone(),
        only_new: spec.covers == Covers::New,
    }
}
