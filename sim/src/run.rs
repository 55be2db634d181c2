//! A run: a scenario, the actions taken while it played, and a seed.

use std::cell::Cell;
use std::convert::Infallible;
use std::rc::Rc;

use crate::engine::executor::Inbox;
use crate::engine::streams::{Purpose, Stream};
use crate::engine::{Executor, Nanos};
use crate::protect::get::get;
use crate::protect::singleflight::Singleflight;
use crate::protect::{App, Loaded};
use crate::scenario::{Action, Problem, Scenario};
use crate::telemetry::{Kind, Reason, Recording, Tape};
use crate::world::clients::{self, Job};
use crate::world::{Process, Request, World};

/// A run in progress. Advance it as far as you like; what has happened so far
/// can be read at any time.
pub struct Run {
    site: Rc<Site>,
    tasks: Box<dyn Tasks>,
}

/// The world, and the processes that serve it.
struct Site {
    world: World,
    apps: Vec<App>,
    turn: Cell<usize>,
}

impl Site {
    /// The balancer deals requests to processes in turn.
    fn balance(&self) -> &App {
        let turn = self.turn.get();
        let next = turn + 1;
        self.turn.set(if next == self.apps.len() { 0 } else { next });
        &self.apps[turn]
    }
}

trait Tasks {
    fn run_until(&mut self, limit: Nanos, budget: u64) -> bool;
}

impl<J, F: Future<Output = Infallible>, M: Fn(Inbox<J>) -> F> Tasks for Executor<J, F, M> {
    fn run_until(&mut self, limit: Nanos, budget: u64) -> bool {
        Executor::run_until(self, limit, budget)
    }
}

impl Run {
    /// Sets a run up; nothing has happened yet. Refuses a scenario or actions
    /// outside their limits.
    pub fn new(
        scenario: &Scenario,
        actions: &[Action],
        seed: u64,
        recording: Recording,
    ) -> Result<Run, Problem> {
        scenario.check()?;
        Action::check_all(actions)?;
        let world = World::new(scenario, seed, recording);
        let app = |id| App {
            process: Process::new(&world.core, id, scenario.db.pool),
            singleflight: (scenario.protect.singleflight)
                .then(|| Singleflight::new(&world.core, Err(Reason::LeaderGone))),
        };
        let apps = (0..scenario.fleet.processes).map(app).collect();

        world.start(Job::Database);
        clients::start(&world, scenario, seed);
        for (number, action) in actions.iter().enumerate() {
            let stream = Stream::new(seed, Purpose::Actions, number as u64);
            world.start(Job::Act(Box::new((action.clone(), scenario.keys.clone(), stream))));
        }
        world.start(Job::Eviction);

        let site = Rc::new(Site { world, apps, turn: Cell::new(0) });
        let (core, jobs) = (Rc::clone(&site.world.core), Rc::clone(&site.world.jobs));
        let at_work = Rc::clone(&site);
        let tasks = Executor::new(core, jobs, move |inbox| work(Rc::clone(&at_work), inbox));
        Ok(Run { site, tasks: Box::new(tasks) })
    }

    /// Advances to `limit`, or until `budget` tasks have been polled. False
    /// when the budget ended first: call again.
    pub fn run_until(&mut self, limit: Nanos, budget: u64) -> bool {
        self.tasks.run_until(limit, budget)
    }

    /// Advances until nothing more can happen.
    pub fn run_to_end(&mut self) {
        self.run_until(Nanos::MAX, u64::MAX);
    }

    /// Whether everything that will be sent has been sent and answered.
    pub fn is_over(&self) -> bool {
        self.site.world.is_over()
    }

    /// The virtual time.
    pub fn now(&self) -> Nanos {
        self.site.world.core.now()
    }

    /// Reads what has happened so far.
    pub fn read<T>(&self, view: impl FnOnce(&Tape) -> T) -> T {
        self.site.world.recorder.read(view)
    }
}

/// The one type of task there is: does one job after another.
async fn work(site: Rc<Site>, inbox: Inbox<Job>) -> Infallible {
    let world = &site.world;
    loop {
        match inbox.next().await {
            Job::Request(key, users) => {
                let request = Request::send(world, key);
                serve(&site, &request).await;
                if let Some(users) = users {
                    users.release();
                }
            }
            // In boxes, so that the many tasks with requests stay small.
            Job::Open(source) => Box::pin(clients::open(world, *source)).await,
            Job::User(user) => {
                let ask = async |request| serve(&site, &request).await;
                Box::pin(clients::user(world, *user, ask)).await;
            }
            Job::Act(act) => {
                let (action, keys, stream) = *act;
                Box::pin(clients::act(world, action, &keys, stream)).await;
            }
            Job::Database => Box::pin(world.database.serve()).await,
            Job::Eviction => Box::pin(clients::evict(world)).await,
        }
    }
}

/// A request's way from the client through a process and back.
async fn serve(site: &Site, request: &Request<'_>) {
    let network = &site.world.network;
    network.client().await;
    let app = site.balance();
    request.note(Kind::Arrive, app.process.id);
    let loaded: Loaded = get(app, request).await;
    network.client().await;
    match loaded {
        Ok(value) => request.finish(Kind::Ok, value.0),
        Err(reason) => request.finish(Kind::Error, reason as u32),
    }
}
