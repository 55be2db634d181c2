//! One server process with its defences.
//!
//! All of them are its own: another process has others. When it dies, what
//! they knew is gone.

use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use super::Node;
use super::fill::Fill;
use super::local::Local;
use super::path::{Kept, Site, path};
use super::reads::Reads;
use crate::engine::Nanos;
use crate::engine::race::{First, race};
use crate::engine::still::still;
use crate::scenario::{Deed, FlightMode, Scenario, WritesSpec};
use crate::telemetry::Kind;
use crate::telemetry::event::WORLD;
use crate::world::process::some_ms;
use crate::world::request::NOWHERE;
use crate::world::{Process, Request, World};

/// A server process with its defences.
pub struct App {
    /// What it is part of.
    pub world: Rc<World>,
    /// The process, with its connection pool.
    pub process: Rc<Process>,
    /// A request's way through it.
    pub path: Vec<Node>,
    /// What it does about the cache when it writes.
    pub writes: WritesSpec,
    /// What it knows.
    pub kept: Rc<Kept>,
    shared: Rc<Kept>,
    /// Whether it can die, or stand still, at all.
    mortal: bool,
    /// Bytes of memory, and what a waiting request takes of them.
    memory: Option<(f64, f64)>,
    restart: Nanos,
    /// How often the balancer looks whether the process is up.
    checks: Option<Nanos>,
}

impl App {
    /// Process number `id` of a scenario, which has `shared` in common with the
    /// others.
    pub fn new(
        world: &Rc<World>,
        scenario: &Scenario,
        shared: &Rc<Kept>,
        mortal: bool,
        id: u32,
        seed: u64,
    ) -> App {
        let process = Rc::new(Process::new(&world.core, id, scenario, seed));
        App::with(world, scenario, mortal, process, [Rc::default(), Rc::clone(shared)], seed)
    }

    /// The same process with other defences on. Those that stay on, or were on
    /// before, know what they knew.
    pub fn switched(&self, scenario: &Scenario, seed: u64) -> App {
        let process = Rc::clone(&self.process);
        let parts = [&self.kept, &self.shared].map(Rc::clone);
        App::with(&self.world, scenario, self.mortal, process, parts, seed)
    }

    fn with(
        world: &Rc<World>,
        scenario: &Scenario,
        mortal: bool,
        process: Rc<Process>,
        [kept, shared]: [Rc<Kept>; 2],
        seed: u64,
    ) -> App {
        let site = Site { world, process: &process, scenario, seed, kept: &kept, shared: &shared };
        let path = path(&site);
        let fleet = &scenario.fleet;
        App {
            world: Rc::clone(world),
            process,
            path,
            writes: scenario.writes.clone(),
            kept,
            shared,
            mortal,
            memory: (fleet.memory_mb > 0.0).then_some((fleet.memory_mb * 1e3, fleet.request_kb)),
            restart: Nanos::from_ms(fleet.restart_ms),
            checks: some_ms(fleet.check_ms).filter(|span| *span > Nanos::ZERO),
        }
    }

    /// Its rules for filling the cache.
    pub fn fill(&self) -> Option<&Fill> {
        self.path.iter().find_map(|node| match node {
            Node::Fill(fill) => Some(&**fill),
            Node::Saving(saves) => Some(&saves.0),
            Node::Filling(fills) => Some(&*fills.0),
            _ => None,
        })
    }

    /// Where its reads go, if there are replicas.
    pub fn reads(&self) -> Option<&Reads> {
        self.path.iter().find_map(|node| match node {
            Node::Source(source) => source.reads.as_deref(),
            _ => None,
        })
    }

    /// Its own copies, if it keeps some.
    pub fn local(&self) -> Option<&Local> {
        self.path.iter().find_map(|node| match node {
            Node::Local(local) => Some(&**local),
            _ => None,
        })
    }

    /// Whether any process of a scenario can die, or stand still.
    pub fn is_mortal<'a>(scenario: &Scenario, mut deeds: impl Iterator<Item = &'a Deed>) -> bool {
        let panics = scenario.db.panic_rate > 0.0
            && scenario.protect.singleflight
            && scenario.singleflight.mode == FlightMode::DoChan;
        panics
            || scenario.autoscale.max > 0
            || scenario.fleet.memory_mb > 0.0
            || deeds.any(|deed| matches!(deed, Deed::Crash { .. } | Deed::Pause { .. }))
    }

    /// Work that ends with its process, and stands still with it: `None` if it
    /// died.
    pub async fn while_alive<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        match self.mortal {
            true => while_up(&self.world, &self.process, work).await,
            false => Some(work.await),
        }
    }

    /// The same for a request's way through it, from when it is in it.
    pub fn while_up<'a, T: 'a>(
        &'a self,
        request: &'a Request<'_>,
        work: impl Future<Output = T> + 'a,
    ) -> impl Future<Output = First<(), T>> + 'a {
        let until = || {
            let is_in = request.process.get() != NOWHERE;
            let until = if is_in { self.process.still.get() } else { Nanos::ZERO };
            (&*self.world.core, until)
        };
        race(death(&self.process), still(until, work))
    }

    /// A request comes in; may be the one that is too many.
    pub fn enter(self: &Rc<App>, request: &Request<'_>) {
        let Process { id, inside, .. } = &*self.process;
        inside.set(inside.get() + 1);
        request.process.set(*id);
        self.world.roll.enter(*id);
        if let Some(balancer) = self.world.balancer.get() {
            balancer.borrow_mut().send(self.world.core.now(), *id as usize, request.id);
        }
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
        request.process.set(NOWHERE);
        self.world.roll.leave();
        if let Some(balancer) = self.world.balancer.get() {
            balancer.borrow_mut().done(self.world.core.now(), request.id);
        }
    }

    /// The process dies, with everything it was doing, and comes back after a
    /// while.
    pub fn crash(self: &Rc<App>, down_for: Nanos) {
        let Process { up, serving, .. } = &*self.process;
        // There is nothing that could die.
        if !up.get() && !serving.get() {
            return;
        }
        self.note(Kind::Crash);
        let life = self.stop();
        self.tell();
        let app = Rc::clone(self);
        self.world.spawn(async move {
            app.world.core.sleep(down_for).await;
            // It may have died again meanwhile, or is not wanted any more.
            if app.process.lives.get() == life && app.process.serving.get() {
                app.kept.reset();
                app.process.up.set(true);
                app.note(Kind::Start);
                app.tell();
            }
        });
    }

    /// The process ends, with everything it was doing; the number of what comes
    /// after.
    pub fn stop(&self) -> u32 {
        let Process { up, lives, still, .. } = &*self.process;
        up.set(false);
        still.set(Nanos::ZERO);
        self.world.roll.wake(self.process.id);
        lives.set(lives.get() + 1);
        lives.get()
    }

    /// From now on requests are to be sent to it, or are not; the balancer is told
    /// so. Who is in it is served.
    pub fn serve(self: &Rc<App>, serving: bool) {
        let Process { id, serving: known, .. } = &*self.process;
        known.set(serving);
        self.note(if serving { Kind::Ready } else { Kind::Retire });
        if let Some(balancer) = self.world.balancer.get() {
            balancer.borrow_mut().set_up(self.world.core.now(), *id as usize, serving);
        }
    }

    /// The balancer learns whether the process is up: at once, or when it looks
    /// next.
    fn tell(self: &Rc<App>) {
        let Some(balancer) = self.world.balancer.get() else { return };
        let is_up = |app: &App| app.process.up.get() && app.process.serving.get();
        let now = self.world.core.now();
        let Some(every) = self.checks else {
            balancer.borrow_mut().set_up(now, self.process.id as usize, is_up(self));
            return;
        };
        let next = Nanos(now.0 - now.0 % every.0 + every.0);
        let app = Rc::clone(self);
        self.world.spawn(async move {
            let World { core, balancer, .. } = &*app.world;
            core.sleep_until(next).await;
            let up = is_up(&app);
            if let Some(balancer) = balancer.get()
                && balancer.borrow_mut().set_up(next, app.process.id as usize, up)
            {
                app.note(if up { Kind::Readmit } else { Kind::Eject });
            }
        });
    }

    /// Something happens to the process.
    pub fn note(&self, kind: Kind) {
        let World { recorder, core, .. } = &*self.world;
        recorder.note(core.now(), kind, WORLD, self.process.id);
    }

    /// A panic in a task that nobody can catch it from ends the process.
    pub(super) fn crash_by_panic(self: &Rc<App>) {
        self.crash(self.restart);
    }
}

/// Work in a process that can die: it ends with it, and stands still with it; `None`
/// if it died.
pub async fn while_up<T>(
    world: &World,
    process: &Process,
    work: impl Future<Output = T>,
) -> Option<T> {
    // It may have died before this task had its first turn.
    if !process.up.get() {
        return None;
    }
    world.roll.sign_in();
    world.roll.enter(process.id);
    let until = || (&*world.core, process.still.get());
    match race(still(until, work), death(process)).await {
        First::Left(value) => Some(value),
        First::Right(()) => None,
    }
}

/// Waits until a process dies, which gives everybody in it a turn.
fn death(process: &Process) -> impl Future<Output = ()> {
    let up = &process.up;
    poll_fn(|_| if up.get() { Poll::Pending } else { Poll::Ready(()) })
}
