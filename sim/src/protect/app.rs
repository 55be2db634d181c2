//! One server process with its defences.
//!
//! All of them are its own: another process has others. When it dies, what
//! they knew is gone.

use std::cell::{OnceCell, RefCell};
use std::mem::discriminant;
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
use crate::world::request::ON_THE_WAY;
use crate::world::{Process, Request, World};

/// A server process with its defences.
pub struct App {
    /// What it is part of.
    pub world: Rc<World>,
    /// The process, with its connection pool.
    pub process: Rc<Process>,
    /// What a miss meets on its way to the database, in order.
    pub stages: Vec<Rc<Stage>>,
    /// How long what it loads is kept.
    pub keeping: Keeping,
    /// Its rules for stale values.
    pub stale: Option<Rc<Stale>>,
    /// XFetch's β, and its dice.
    pub early: Option<(f64, Dice)>,
    /// Who waits too long for a connection.
    pub codel: Option<Rc<Codel>>,
    /// What it does when the cache does not answer.
    pub spill: Option<Rc<Spill>>,
    /// A mistake in place of one of the defences.
    pub flaw: Flaw,
    /// Whether it can die at all.
    pub mortal: bool,
    panics: Option<(f64, RefCell<Stream>)>,
    crashes_by_panic: bool,
    /// Bytes of memory, and what a waiting request takes of them.
    memory: Option<(f64, f64)>,
    restart: Nanos,
    /// Whether it asks the cache for leases.
    pub leases: bool,
    made: Rc<Made>,
}

/// Random numbers that several versions of an [`App`] draw from.
type Dice = Rc<RefCell<Stream>>;

/// Every defence that a process has, or had before it was switched off: what
/// one knows outlives its being off.
#[derive(Default)]
struct Made {
    stages: RefCell<Vec<Rc<Stage>>>,
    stale: OnceCell<Rc<Stale>>,
    codel: OnceCell<Rc<Codel>>,
    spill: OnceCell<Rc<Spill>>,
    early: OnceCell<Dice>,
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
    pub group: Singleflight<Loaded>,
    /// Its knobs.
    pub spec: SingleflightSpec,
    /// Whether it leaves reloads of known keys alone.
    pub only_new: bool,
}

impl App {
    /// Process number `id` of a scenario.
    pub fn new(world: &Rc<World>, scenario: &Scenario, mortal: bool, id: u32, seed: u64) -> App {
        let process = Rc::new(Process::new(&world.core, id, &scenario.db, seed));
        App::with(world, scenario, mortal, process, Rc::default(), seed)
    }

    /// The same process with other defences on. Those that stay on, or were on
    /// before, know what they knew.
    pub fn switched(&self, scenario: &Scenario, seed: u64) -> App {
        let (process, made) = (Rc::clone(&self.process), Rc::clone(&self.made));
        App::with(&self.world, scenario, self.mortal, process, made, seed)
    }

    fn with(
        world: &Rc<World>,
        scenario: &Scenario,
        mortal: bool,
        process: Rc<Process>,
        made: Rc<Made>,
        seed: u64,
    ) -> App {
        let id = process.id;
        let p = &scenario.protect;
        let stale = || Rc::new(Stale::new(&scenario.stale));
        let stale = p.stale.then(|| Rc::clone(made.stale.get_or_init(stale)));
        // Who reads staleness off the TTL keeps nothing longer.
        let keeps = stale.as_ref().filter(|_| p.flaw != Flaw::StaleByTtl);
        let longer = keeps.map_or(Nanos::ZERO, |stale| stale.keeps());
        let random = |purpose| RefCell::new(Stream::new(seed, purpose, id.into()));
        let (codel, panic_rate) = (&scenario.codel, scenario.db.panic_rate);
        App {
            world: Rc::clone(world),
            process,
            stages: stages(world, scenario, &made, id, seed),
            keeping: Keeping::new(scenario, longer, id, seed),
            stale,
            early: p.xfetch.then(|| {
                let dice = made.early.get_or_init(|| Rc::new(random(Purpose::Early)));
                (scenario.xfetch.beta, Rc::clone(dice))
            }),
            codel: p.codel.then(|| {
                let ms = Nanos::from_ms;
                let new = || Rc::new(Codel::new(ms(codel.target_ms), ms(codel.interval_ms)));
                Rc::clone(made.codel.get_or_init(new))
            }),
            spill: p.spill.then(|| {
                let new = || Rc::new(Spill::new(scenario.spill.loads));
                Rc::clone(made.spill.get_or_init(new))
            }),
            flaw: p.flaw,
            mortal,
            panics: (panic_rate > 0.0).then(|| (panic_rate, random(Purpose::Panics))),
            crashes_by_panic: p.singleflight && scenario.singleflight.mode == FlightMode::DoChan,
            memory: (scenario.fleet.memory_mb > 0.0)
                .then_some((scenario.fleet.memory_mb * 1e3, scenario.fleet.request_kb)),
            restart: Nanos::from_ms(scenario.fleet.restart_ms),
            leases: p.lease,
            made,
        }
    }

    /// Whether any process of a scenario can die.
    pub fn is_mortal<'a>(scenario: &Scenario, mut deeds: impl Iterator<Item = &'a Deed>) -> bool {
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
        let Process { id, inside, .. } = &*self.process;
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
        let Process { inside, .. } = &*self.process;
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
        let lives = &self.process.lives;
        lives.set(lives.get() + 1);
        let (app, life) = (Rc::clone(self), lives.get());
        self.world.spawn(async move {
            app.world.core.sleep(down_for).await;
            // It may have died again meanwhile.
            if app.process.lives.get() == life {
                app.reset();
                app.process.up.set(true);
                note(&app, Kind::Start);
            }
        });
    }

    /// As new. What was in flight or in progress has ended with its tasks.
    fn reset(&self) {
        for stage in &*self.made.stages.borrow() {
            match &**stage {
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
fn stages(
    world: &Rc<World>,
    scenario: &Scenario,
    made: &Made,
    id: u32,
    seed: u64,
) -> Vec<Rc<Stage>> {
    let p = &scenario.protect;
    let mut stages = Vec::new();
    let mut on = |stage: Stage| {
        let made = &mut *made.stages.borrow_mut();
        let same = |known: &&Rc<Stage>| discriminant(&***known) == discriminant(&stage);
        let known = made.iter().find(same).cloned();
        stages.push(known.unwrap_or_else(|| {
            made.push(Rc::new(stage));
            Rc::clone(&made[made.len() - 1])
        }));
    };
    if p.lease {
        on(Stage::Lease(Lease::new(&scenario.lease)));
    }
    for layer in p.layers() {
        on(match layer {
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
            on(Stage::Recheck);
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
