//! A run: a scenario, the actions taken while it played, and a seed.

mod autoscale;
mod balance;
mod beyond;
mod edge;
mod edge_warm;
mod further;
mod sometimes;

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::rc::Rc;

use beyond::Beyond;
#[cfg(feature = "apart")]
pub use beyond::give as give_beyond;
#[cfg(feature = "apart")]
pub use further::give;
use further::{Doing, Further, is_here};

use crate::engine::executor::Inbox;
use crate::engine::race::First;
use crate::engine::streams::{Purpose, Stream};
use crate::engine::watch::Watch;
use crate::engine::{Executor, Nanos};
use crate::protect::beyond as larger;
use crate::protect::client::{Clients, conclude};
use crate::protect::further::Going;
use crate::protect::get::get;
use crate::protect::script;
use crate::protect::{App, Loaded};
use crate::scenario::{Action, Deed, Problem, ProtectSpec, Scenario, Switch};
use crate::telemetry::event::WORLD;
use crate::telemetry::strain::Limits;
use crate::telemetry::{Event, Kind, Reason, Recording, Tape};
use crate::world::clients;
use crate::world::database::Database;
use crate::world::jobs::Job;
use crate::world::keys::Keys;
use crate::world::{Request, Value, World};

/// So many tasks are polled between two looks at what has happened.
const LOOK: u64 = 10_000;

/// A run in progress. Advance it as far as you like; what has happened so far
/// can be read at any time.
pub struct Run {
    site: Rc<Site>,
    limits: Limits,
    tasks: Box<dyn Tasks>,
}

/// The world, the processes that serve it, and their clients.
struct Site {
    world: Rc<World>,
    apps: RefCell<Vec<Rc<App>>>,
    /// What the switches among the actions lead to, in the order of the actions.
    switched: Vec<Scenario>,
    /// Its defences, those included that are switched on later.
    ever: ProtectSpec,
    seed: u64,
    turn: Cell<usize>,
    /// `None` if clients send, wait, and that is all.
    clients: Option<Clients>,
    /// The share of those who update, if anybody does.
    writers: Option<(f64, RefCell<Stream>)>,
    /// Whether it is kept which process a request is in: it may die, or its
    /// balancer counts.
    tracked: bool,
    /// What stands between clients and processes, if anything does.
    front: Option<Rc<dyn Front>>,
    /// Whether clients send, wait, and that is all.
    plain: bool,
    /// Whether what a process answers may be too old for a client.
    judged: bool,
}

/// What stands between clients and processes.
trait Front {
    /// A request's way from the client and back.
    fn serve<'a>(self: Rc<Self>, site: &'a Rc<Site>, request: &'a Request<'_>) -> Going<'a>;
}

impl Site {
    /// Requests are dealt in turn to the processes that are up, unless a
    /// balancer has it another way.
    fn balance(&self, request: &Request<'_>) -> Result<Rc<App>, Reason> {
        if self.world.balancer.get().is_some() {
            return (Beyond::given().balance)(self, request);
        }
        let apps = &*self.apps.borrow();
        for _ in apps {
            let turn = self.turn.get();
            let next = turn + 1;
            self.turn.set(if next == apps.len() { 0 } else { next });
            if apps[turn].process.up.get() {
                return Ok(Rc::clone(&apps[turn]));
            }
        }
        Err(Reason::NoProcess)
    }

    /// Whether the next request updates its key.
    fn draws_update(&self) -> bool {
        let draws = |(share, stream): &(f64, RefCell<Stream>)| stream.borrow_mut().unit() < *share;
        self.writers.as_ref().is_some_and(draws)
    }

    /// Every process goes on with a defence on or off. Who is in one already
    /// goes on with what it began with.
    fn switch(&self, number: usize, defence: Switch, on: bool) {
        let arg = 2 * defence as u32 + u32::from(on);
        self.world.recorder.note(self.world.core.now(), Kind::Switch, WORLD, arg);
        for app in &mut *self.apps.borrow_mut() {
            *app = Rc::new(app.switched(&self.switched[number], self.seed));
        }
    }
}

trait Tasks {
    fn run_until(&mut self, limit: Nanos, budget: u64) -> bool;
    fn dismiss(&mut self, budget: u64) -> bool;
    fn busy(&self) -> usize;
    fn bytes(&self) -> usize;
}

impl<J, F: Future<Output = Infallible>, M: Fn(Inbox<J>) -> F> Tasks for Executor<J, F, M> {
    fn run_until(&mut self, limit: Nanos, budget: u64) -> bool {
        Executor::run_until(self, limit, budget)
    }

    fn dismiss(&mut self, budget: u64) -> bool {
        Executor::dismiss(self, budget)
    }

    fn busy(&self) -> usize {
        Executor::busy(self)
    }

    fn bytes(&self) -> usize {
        size_of::<F>()
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
        let switched = scenario.check_run(actions)?;
        #[cfg(all(feature = "lab", not(feature = "apart")))]
        crate::lab::give();
        script::check(scenario)?;
        let all = || scenario.events.iter().chain(actions);
        let mut ever = scenario.protect.clone();
        switched.iter().for_each(|after| ever.add(&after.protect));
        let names = |word| switched.iter().chain([scenario]).any(|s| s.script.names(word));
        ever.local |= names("local");
        ever.lease |= names("lease");
        let is_mortal = |s| App::is_mortal(s, all().map(|action| &action.deed));
        let mortal = switched.iter().chain([scenario]).any(is_mortal);
        let clients = Clients::new(&scenario.client, seed);
        let writes = scenario.writes.share > 0.0;
        let updates = writes || all().any(|action| action.deed == Deed::Update);
        let balanced = scenario.has_balancer();
        let tracked = mortal || balanced;
        let fronted = scenario.edge.pops > 0;
        let plain = all().next().is_none() && clients.is_none() && !tracked && !writes && !fronted;
        if !is_here(scenario, plain) || !beyond::is_here(scenario, &ever, updates) {
            // Whoever cuts the program in two waits for the rest of it.
            return Err(Problem::new("", crate::scenario::Fault::Missing));
        }
        let world = Rc::new(World::new(scenario, &ever, updates, seed, recording));
        let shared = Rc::default();
        let app = |id| Rc::new(App::new(&world, scenario, &shared, mortal, id, seed));
        let apps: Vec<Rc<App>> = (0..scenario.most_processes()).map(app).collect();
        if balanced {
            (Beyond::given().balancer)(&world, scenario, seed);
        }
        if scenario.keys.warm {
            warm(&world, &apps, scenario, seed);
        }

        (0..=scenario.replicas.count).for_each(|server| world.start(Job::Database(server)));
        clients::start(&world, scenario, seed);
        for (number, action) in all().enumerate() {
            let stream = Stream::new(seed, Purpose::Actions, number as u64);
            let keys = Stream::new(seed, Purpose::ActionKeys, number as u64);
            let deed = (action.clone(), number, Keys::with(&scenario.keys, keys), stream);
            world.start(Job::Act(Box::new(deed)));
        }
        world.start(Job::Eviction);

        let (apps, turn) = (RefCell::new(apps), Cell::new(0));
        let stream = || RefCell::new(Stream::new(seed, Purpose::Updates, 0));
        let writers = writes.then(|| (scenario.writes.share, stream()));
        let front = fronted.then(|| (Beyond::given().edge)(scenario, seed));
        let site = Rc::new(Site {
            plain: clients.is_none() && !updates && !fronted,
            // In a shop it is each part of a page that may be.
            judged: updates && !fronted && scenario.shop.products == 0,
            world,
            apps,
            switched,
            ever,
            seed,
            turn,
            clients,
            writers,
            tracked,
            front,
        });
        if scenario.autoscale.max > 0 {
            (Beyond::given().autoscale)(&site, scenario);
        }
        let (core, jobs) = (Rc::clone(&site.world.core), Rc::clone(&site.world.jobs));
        let at_work = Rc::clone(&site);
        let tasks: Box<dyn Tasks> = match site.plain {
            true => {
                let work = move |inbox| work(Rc::clone(&at_work), inbox);
                Box::new(Executor::new(core, jobs, work))
            }
            false => (Further::given().executor)(core, jobs, at_work),
        };
        Ok(Run { site, limits: Limits::of(scenario), tasks })
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

    /// Takes a run apart that nobody needs any more, and cannot be used after,
    /// `budget` tasks at a time; true when the rest is dropped quickly.
    pub fn dismiss(&mut self, budget: u64) -> bool {
        self.tasks.dismiss(budget)
    }

    /// Its defences, those included that are switched on later.
    pub fn ever(&self) -> &ProtectSpec {
        &self.site.ever
    }

    /// What its system has.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Whether everything that will be sent has been sent and answered.
    pub fn is_over(&self) -> bool {
        self.site.world.is_over()
    }

    /// The virtual time.
    pub fn now(&self) -> Nanos {
        self.site.world.core.now()
    }

    /// Tasks in progress: requests, wherever they are, on their way to a
    /// process included, and whoever works beside them.
    pub fn busy(&self) -> usize {
        self.tasks.busy()
    }

    /// How many bytes a task takes, wherever its request waits; its wait has a slot
    /// besides, and boxes what few reach. A measure for tests.
    pub fn bytes_each(&self) -> usize {
        self.tasks.bytes()
    }

    /// Reads what has happened so far.
    pub fn read<T>(&self, view: impl FnOnce(&Tape) -> T) -> T {
        self.site.world.recorder.read(view)
    }

    /// Looks at each event from number `from` on, and forgets those of which
    /// `keep` says no; the number of the next one.
    pub(crate) fn sift(&self, from: usize, keep: impl FnMut(Event) -> bool) -> usize {
        self.site.world.recorder.sift(from, keep)
    }

    /// Advances by at most `budget` tasks, and shows each event, of which none is kept;
    /// true when nothing more can happen. For a run of which only what came of it is
    /// wanted.
    pub(crate) fn show(&mut self, mut budget: u64, mut see: impl FnMut(Event)) -> bool {
        loop {
            let polls = budget.min(LOOK);
            let done = self.run_until(Nanos::MAX, polls);
            self.sift(0, |event| {
                see(event);
                false
            });
            budget -= polls;
            if done || budget == 0 {
                return done;
            }
        }
    }

    /// What is left when a run is over: tasks, waits, lists of waits, running
    /// queries. A measure for leaks, in tests.
    pub fn remains(&self) -> Remains {
        let World { core, database, replicas, .. } = &*self.site.world;
        let copies = replicas.iter().flat_map(|replicas| &replicas.servers);
        Remains {
            tasks: self.busy(),
            waits: core.waits(),
            lists: core.lists(),
            queries: copies.chain([database]).map(Database::running).sum(),
        }
    }

    /// Watches where requests wait in the code of the defences. Call it before
    /// anything has happened.
    pub fn watch(&self) {
        self.site.world.core.watch("protect");
    }

    /// Reads who has waited where.
    pub fn watched<T>(&self, view: impl FnOnce(&Watch) -> T) -> T {
        self.site.world.core.watched(view)
    }

    /// The processes, for tests.
    pub fn apps(&self) -> Vec<Rc<App>> {
        self.site.apps.borrow().clone()
    }
}

/// See [`Run::remains`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Remains {
    /// Jobs in progress. The database's never ends.
    pub tasks: usize,
    /// Waits that stand somewhere.
    pub waits: usize,
    /// Lists for waits.
    pub lists: usize,
    /// Queries that run.
    pub queries: usize,
}

/// Every key that exists is in the cache, or as many as it holds, as if each process
/// had loaded its share: just now, or some time ago.
fn warm(world: &World, apps: &[Rc<App>], scenario: &Scenario, seed: u64) {
    let Some(cache) = &world.cache else { return };
    let first = Nanos::from_ms(scenario.keys.expires_ms);
    let aged = first > Nanos::ZERO;
    // Whoever loaded it long ago waited for it.
    let delta = if aged { Nanos::from_ms(scenario.db.query_ms) } else { Nanos::ZERO };
    let mut ages = Stream::new(seed, Purpose::Ages, 0);
    let most = if scenario.cache.capacity > 0 { scenario.cache.capacity } else { u32::MAX };
    let every = world.shop.as_ref().map_or(scenario.keys.count, |shop| shop.layout.public());
    for key in (0..every.min(most)).filter(|key| world.database.has(*key)) {
        let app = &apps[key as usize % apps.len()];
        if let Some(mut keep) = app.fill().and_then(|fill| fill.keep(key, Value::WARM, delta)) {
            let whole = keep.fresh;
            if aged {
                let share = ages.unit();
                let left =
                    if key == 0 { first } else { Nanos::from_f64(keep.fresh.0 as f64 * share) };
                keep = keep.with_left(left);
            }
            if let Some(backup) = &world.backup {
                // Since it was loaded it has lived in both.
                let age = whole.since(keep.fresh);
                backup.put(Nanos::ZERO, key, Value::WARM, backup.ttl().since(age));
            }
            cache.store.borrow_mut().put(Nanos::ZERO, key, Value::WARM, keep);
            world.recorder.note(Nanos::ZERO, Kind::Fill, WORLD, key);
        }
    }
}

/// A task where clients send, wait, and that is all: does one job after another.
// No `async fn`, here and below: it keeps what it is given twice, and millions
// wait in these.
fn work(site: Rc<Site>, inbox: Inbox<Job>) -> impl Future<Output = Infallible> {
    async move {
        loop {
            let (key, users) = match inbox.next().await {
                Job::Request(key, users) => (key, users),
                job => {
                    other(Rc::clone(&site), job).await;
                    continue;
                }
            };
            let request = Request::send(&site.world, key);
            let loaded = serve(&site, &request).await;
            conclude(&request, loaded);
            if let Some(users) = users {
                users.release();
            }
        }
    }
}

/// Everything but a plain request, in a box, so that the many tasks with
/// requests stay small.
fn other(site: Rc<Site>, job: Job) -> Doing {
    match job {
        Job::Open(source) if site.world.senders.is_none() => {
            Box::pin(async move { clients::open(&site.world, *source, Job::Request).await })
        }
        Job::Behind(task) => task,
        Job::Database(server) => {
            Box::pin(async move { site.world.server(server).serve(&site.world).await })
        }
        Job::Eviction => Box::pin(async move {
            if let Some(cache) = &site.world.cache {
                cache.expire(&site.world).await;
            }
        }),
        Job::Open(_)
        | Job::Request(..)
        | Job::Known(_)
        | Job::Update(..)
        | Job::User(_)
        | Job::Act(_) => (Further::given().job)(site, job),
    }
}

/// A request's way from the client through a process and back. Who is in one that
/// dies goes with it, and in one that stands still waits with it.
fn serve<'a>(site: &'a Site, request: &'a Request<'_>) -> impl Future<Output = Loaded> + 'a {
    async move {
        if site.tracked {
            site.world.roll.sign_in();
        }
        site.world.network.client().await;
        // Apart, because a `Result` is larger than both.
        let (app, refusal) = match site.balance(request) {
            Ok(app) => (Some(app), Reason::NoProcess),
            Err(reason) => (None, reason),
        };
        let loaded = match &app {
            None => Err(refusal),
            Some(app) if site.tracked => {
                match app.while_up(request, pass(app, request, true, site.judged)).await {
                    First::Right(loaded) => loaded,
                    First::Left(()) => Err(Reason::Crashed),
                }
            }
            Some(app) => pass(app, request, false, site.judged).await,
        };
        drop(app);
        site.world.network.client().await;
        loaded
    }
}

/// Its way through a process, which keeps who is in it if that is `tracked`.
fn pass<'a>(
    app: &'a Rc<App>,
    request: &'a Request<'_>,
    tracked: bool,
    judged: bool,
) -> impl Future<Output = Loaded> + 'a {
    async move {
        request.note(Kind::Arrive, app.process.id);
        let inside = tracked.then(|| Inside::enter(app, request));
        if app.process.late(request.world.core.now()) > Nanos::ZERO {
            request.world.core.sleep(app.process.late(request.world.core.now())).await;
        }
        // It may have been the one that was too many.
        let loaded = match app.process.up.get() {
            true if request.updates() => (larger::Beyond::given().update)(app, request, 0).await,
            true => get(app, request).await,
            false => Err(Reason::Crashed),
        };
        if judged {
            (Further::given().judge)(request.world, request, loaded);
        }
        drop(inside);
        loaded
    }
}

/// A request on the books of its process. When it is dropped it is not any more.
struct Inside<'a> {
    app: &'a Rc<App>,
    request: &'a Request<'a>,
}

impl<'a> Inside<'a> {
    fn enter(app: &'a Rc<App>, request: &'a Request<'_>) -> Inside<'a> {
        (Further::given().enter)(app, request);
        Inside { app, request }
    }
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        (Further::given().leave)(self.app, self.request);
    }
}
