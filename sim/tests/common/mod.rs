//! A laboratory: a world, and tasks in it.
#![allow(dead_code, reason = "each test file uses its part of it")]

pub mod changed;
pub mod dice;
pub mod random;
pub mod scraped;
pub mod scripts;

use std::cell::Cell;
use std::convert::Infallible;
use std::rc::Rc;

use stampede_sim::engine::executor::Inbox;
use stampede_sim::engine::{Executor, Nanos};
use stampede_sim::protect::Loaded;
use stampede_sim::protect::layer::{Fate, Next};
use stampede_sim::run::Run;
use stampede_sim::scenario::{Action, Scenario, presets};
use stampede_sim::telemetry::{Event, Kind, Recording, Report};
use stampede_sim::world::jobs::Job;
use stampede_sim::world::{Request, Value, World};

/// A world without clients; tests put their own tasks into it.
pub struct Lab {
    pub world: Rc<World>,
    /// How many waits stood somewhere when nothing happened any more.
    pub waits: Cell<usize>,
}

/// How many seeds of so many are tried this time, of runs with millions of requests: a
/// quarter, and all with `STAMPEDE_SEEDS=all`.
pub fn seeds(of: u64) -> u64 {
    let all = std::env::var("STAMPEDE_SEEDS").is_ok_and(|value| value == "all");
    if all { of } else { of.div_ceil(4) }
}

pub fn ms(ms: f64) -> Nanos {
    Nanos::from_ms(ms)
}

async fn work(world: Rc<World>, inbox: Inbox<Job>) -> Infallible {
    loop {
        match inbox.next().await {
            Job::Behind(task) => task.await,
            Job::Database(server) => world.server(server).serve(&world).await,
            _ => panic!("no such job here"),
        }
    }
}

impl Lab {
    /// The demo's system, with changes.
    pub fn new(changes: &[(&str, &str)]) -> Lab {
        Lab::of(&demo(changes))
    }

    pub fn of(scenario: &Scenario) -> Lab {
        let p = &scenario.protect;
        let world = Rc::new(World::new(scenario, p, false, 1, Recording::Trace));
        world.start(Job::Database(0));
        Lab { world, waits: Cell::new(0) }
    }

    /// Starts a task at an instant.
    pub fn at<F: Future<Output = ()> + 'static>(&self, at: f64, task: impl FnOnce(Rc<World>) -> F) {
        let (world, task) = (Rc::clone(&self.world), task(Rc::clone(&self.world)));
        self.world.spawn(async move {
            world.core.sleep_until(ms(at)).await;
            task.await;
        });
    }

    /// Runs until nothing happens any more; returns how many tasks hang.
    pub fn run(&self) -> usize {
        let world = Rc::clone(&self.world);
        let (core, jobs) = (Rc::clone(&world.core), Rc::clone(&world.jobs));
        let mut executor = Executor::new(core, jobs, move |inbox| work(Rc::clone(&world), inbox));
        executor.run_until(Nanos::MAX, u64::MAX);
        self.waits.set(self.world.core.waits());
        executor.busy() - 1
    }

    pub fn count(&self, kind: Kind) -> u64 {
        self.world.recorder.read(|tape| tape.counters.of(kind))
    }
}

/// A preset with changes.
pub fn preset(name: &str, changes: &[(&str, &str)]) -> Scenario {
    let base = presets::find(name).unwrap();
    changes.iter().fold(base, |scenario, (path, value)| {
        scenario.with(path, value).unwrap_or_else(|problem| panic!("{problem}"))
    })
}

pub fn demo(changes: &[(&str, &str)]) -> Scenario {
    preset("demo-without-singleflight", changes)
}

pub fn finish(scenario: &Scenario, actions: &[Action], seed: u64) -> Run {
    let mut run = Run::new(scenario, actions, seed, Recording::Trace).unwrap();
    run.run_to_end();
    run
}

pub fn report(scenario: &Scenario, seed: u64) -> Report {
    finish(scenario, &[], seed).read(|tape| Report::of(tape, &scenario.name, seed))
}

/// Everything that happened, in order.
pub fn events(scenario: &Scenario, seed: u64) -> Vec<Event> {
    finish(scenario, &[], seed).read(|tape| tape.log.iter().collect())
}

/// When a kind of event happened, in milliseconds.
pub fn times(events: &[Event], kind: Kind) -> Vec<f64> {
    events.iter().filter(|e| e.kind == kind).map(|e| e.at.ms()).collect()
}

pub fn count(events: &[Event], kind: Kind) -> usize {
    events.iter().filter(|e| e.kind == kind).count()
}

/// Mean and standard error.
pub fn mean(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0);
    (mean, (variance / n).sqrt())
}

/// Work that a layer guards, with no cache in front.
pub struct Guarded<'a, F>(pub &'a F);

impl<F> Clone for Guarded<'_, F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F> Copy for Guarded<'_, F> {}

impl<F: AsyncFn() -> Loaded> Next for Guarded<'_, F> {
    async fn load(self, _: &Request<'_>) -> Loaded {
        (self.0)().await
    }

    async fn look(self, _: &Request<'_>) -> Option<Value> {
        None
    }

    fn warm_at(
        self,
        _: Nanos,
        _: &Request<'_>,
        _: impl FnOnce() -> bool + 'static,
        _: impl FnOnce(&Request<'_>, Option<Loaded>) -> Fate + 'static,
    ) {
        unreachable!("nothing here is loaded in advance");
    }

    fn detach(
        self,
        _: Nanos,
        _: &Request<'_>,
        _: impl FnOnce(&Request<'_>, Option<Loaded>) -> Fate + 'static,
    ) {
        unreachable!("nothing here goes on by itself");
    }
}
