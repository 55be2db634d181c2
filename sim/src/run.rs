//! A run: a scenario, the actions taken while it played, and a seed.

mod further;

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::pin::Pin;
use std::rc::Rc;

#[cfg(feature = "apart")]
pub use further::give;
use further::{Doing, Further, is_here};

use crate::engine::executor::Inbox;
use crate::engine::race::{First, race};
use crate::engine::streams::{Purpose, Stream};
use crate::engine::watch::Watch;
use crate::engine::{Executor, Nanos};
use crate::protect::client::{Answer, Clients, conclude};
use crate::protect::further as layers;
use crate::protect::get::get;
use crate::protect::{App, Loaded};
use crate::scenario::fields::MAX_REQUESTS;
use crate::scenario::{Action, Deed, Problem, Scenario, Switch};
use crate::telemetry::event::{Fault, WORLD};
use crate::telemetry::{Event, Kind, Reason, Recording, Tape};
use crate::world::clients::{self, Busy};
use crate::world::faults;
use crate::world::jobs::{Act, Job};
use crate::world::keys::Keys;
use crate::world::request::{Key, NOWHERE, ON_THE_WAY, Ticket};
use crate::world::senders::{ANYBODY, Client, Senders};
use crate::world::{Request, Value, World};

/// A run in progress. Advance it as far as you like; what has happened so far
/// can be read at any time.
pub struct Run {
    site: Rc<Site>,
    tasks: Box<dyn Tasks>,
}

/// The world, the processes that serve it, and their clients.
struct Site {
    world: Rc<World>,
    apps: RefCell<Vec<Rc<App>>>,
    /// What the switches among the actions lead to, in the order of the actions.
    switched: Vec<Scenario>,
    seed: u64,
    turn: Cell<usize>,
    /// `None` if clients send, wait, and that is all.
    clients: Option<Clients>,
    /// The share of those who update, if anybody does.
    writers: Option<(f64, RefCell<Stream>)>,
    mortal: bool,
}

impl Site {
    /// The balancer deals requests in turn to the processes that are up.
    fn balance(&self) -> Option<Rc<App>> {
        let apps = &*self.apps.borrow();
        for _ in apps {
            let turn = self.turn.get();
            let next = turn + 1;
            self.turn.set(if next == apps.len() { 0 } else { next });
            if apps[turn].process.up.get() {
                return Some(Rc::clone(&apps[turn]));
            }
        }
        None
    }

    /// Whether clients send, wait, and that is all.
    fn asks_plainly(&self) -> bool {
        self.clients.is_none() && self.world.ledger.is_none()
    }

    /// Whether the next request updates its key.
    fn draws_update(&self) -> bool {
        let draws = |(share, stream): &(f64, RefCell<Stream>)| stream.borrow_mut().unit() < *share;
        self.writers.as_ref().is_some_and(draws)
    }

    fn app(&self, process: u32) -> Option<Rc<App>> {
        self.apps.borrow().get(process as usize).cloned()
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
        Action::check_fleet("actions", actions, scenario.fleet.processes)?;
        scenario.check_requests(actions, MAX_REQUESTS)?;
        let all = || scenario.events.iter().chain(actions);
        let switched = Action::switched(scenario, actions)?;
        let mut ever = scenario.protect.clone();
        switched.iter().for_each(|after| ever.add(&after.protect));
        let is_mortal = |s| App::is_mortal(s, all().map(|action| &action.deed));
        let mortal = switched.iter().chain([scenario]).any(is_mortal);
        let clients = Clients::new(&scenario.client, seed);
        let writes = scenario.writes.share > 0.0;
        let updates = writes || all().any(|action| action.deed == Deed::Update);
        let plain = all().next().is_none() && clients.is_none() && !mortal && !writes;
        if !is_here(scenario, plain) {
            // Whoever cuts the program in two waits for the rest of it.
            return Err(Problem::new("", crate::scenario::Fault::Missing));
        }
        let world = Rc::new(World::new(scenario, &ever, updates, seed, recording));
        let shared = Rc::default();
        let app = |id| Rc::new(App::new(&world, scenario, &shared, mortal, id, seed));
        let apps: Vec<Rc<App>> = (0..scenario.fleet.processes).map(app).collect();
        if scenario.keys.warm {
            warm(&world, &apps, scenario, seed);
        }

        world.start(Job::Database);
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
        let site = Rc::new(Site { world, apps, switched, seed, turn, clients, writers, mortal });
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

    /// Takes a run apart that nobody needs any more, and cannot be used after,
    /// `budget` tasks at a time; true when the rest is dropped quickly.
    pub fn dismiss(&mut self, budget: u64) -> bool {
        self.tasks.dismiss(budget)
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

    /// Looks at each event from number `from` on, and forgets those of which
    /// `keep` says no; the number of the next one.
    pub(crate) fn sift(&self, from: usize, keep: impl FnMut(Event) -> bool) -> usize {
        self.site.world.recorder.sift(from, keep)
    }

    /// What is left when a run is over: tasks, waits, lists of waits, running
    /// queries. A measure for leaks, in tests.
    pub fn remains(&self) -> Remains {
        let World { core, database, .. } = &*self.site.world;
        Remains {
            tasks: self.tasks.busy(),
            waits: core.waits(),
            lists: core.lists(),
            queries: database.running(),
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

/// Every key is in the cache, as if each process had loaded its share: just
/// now, or some time ago.
fn warm(world: &World, apps: &[Rc<App>], scenario: &Scenario, seed: u64) {
    let Some(cache) = &world.cache else { return };
    let first = Nanos::from_ms(scenario.keys.expires_ms);
    let aged = first > Nanos::ZERO;
    // Whoever loaded it long ago waited for it.
    let delta = if aged { Nanos::from_ms(scenario.db.query_ms) } else { Nanos::ZERO };
    let mut ages = Stream::new(seed, Purpose::Ages, 0);
    for key in 0..scenario.keys.count {
        let app = &apps[key as usize % apps.len()];
        if let Some(mut keep) = app.fill().and_then(|fill| fill.keep(Value::WARM, delta)) {
            if aged {
                let share = ages.unit();
                let left =
                    if key == 0 { first } else { Nanos::from_f64(keep.fresh.0 as f64 * share) };
                keep = keep.with_left(left);
            }
            cache.store.borrow_mut().put(Nanos::ZERO, key, Value::WARM, keep);
            world.recorder.note(Nanos::ZERO, Kind::Fill, WORLD, key);
        }
    }
}

/// The one type of task there is: does one job after another.
async fn work(site: Rc<Site>, inbox: Inbox<Job>) -> Infallible {
    loop {
        match inbox.next().await {
            Job::Request(key, users) if site.asks_plainly() => {
                let request = Request::send(&site.world, key);
                let loaded = serve(&site, &request).await;
                conclude(&request, loaded);
                if let Some(users) = users {
                    users.release();
                }
            }
            job => other(Rc::clone(&site), job).await,
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
        Job::Database => Box::pin(async move { site.world.database.serve(&site.world).await }),
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

/// What there is not in every run.
fn sometimes(site: Rc<Site>, job: Job) -> Doing {
    match job {
        Job::Request(key, users) => Box::pin(async move { once(&site, ANYBODY, key, users).await }),
        Job::Known(known) => Box::pin(async move {
            let (client, key, users) = *known;
            once(&site, client, key, users).await;
        }),
        Job::Open(source) => Box::pin(async move {
            let mut client = senders(&site.world, 0);
            let known = |key, users| Job::Known(Box::new((client(), key, users)));
            clients::open(&site.world, *source, known).await;
        }),
        Job::Update(client, key) => Box::pin(async move { ask(&site, client, key, true).await }),
        Job::User(user) => Box::pin(async move {
            let client = site.world.senders.as_ref().map_or(ANYBODY, Senders::user);
            clients::user(&site.world, *user, async |key| {
                ask(&site, client, key, site.draws_update()).await;
            })
            .await;
        }),
        Job::Act(act) => Box::pin(async move { perform(&site, *act).await }),
        job => other(site, job),
    }
}

/// Who sends the requests of an open source, one after the other.
fn senders(world: &World, source: u64) -> impl FnMut() -> Client {
    let mut next = world.senders.as_ref().map(|senders| senders.of_source(source));
    move || next.as_mut().map_or(ANYBODY, |next| next())
}

/// A client asks once, and tells somebody when it has been answered.
async fn once(site: &Rc<Site>, client: Client, key: Key, users: Option<Rc<Busy>>) {
    ask(site, client, key, site.draws_update()).await;
    if let Some(users) = users {
        users.release();
    }
}

/// A client asks for a key, or updates it, and may give up and try again.
async fn ask(site: &Rc<Site>, client: Client, key: Key, updates: bool) {
    let Some(clients) = &site.clients else {
        let request = Request::send_as(&site.world, client, key);
        if updates {
            request.write(site.world.database.next_value());
        }
        let loaded = serve(site, &request).await;
        site.world.confirm(&request, loaded);
        return conclude(&request, loaded);
    };
    let serve = async |request: &Request<'_>| serve(site, request).await;
    let detach = |ticket: Ticket, answer: Rc<Answer>| {
        let at = Rc::clone(site);
        site.world.spawn(async move {
            let request = ticket.request(&at.world);
            let loaded = self::serve(&at, &request).await;
            answer.give(&request, loaded);
        });
    };
    clients.ask(&site.world, client, (key, updates), serve, detach).await;
}

/// A request's way from the client through a process and back.
async fn serve(site: &Site, request: &Request<'_>) -> Loaded {
    if site.mortal && request.process.get() == NOWHERE {
        return (Further::given().mortal)(site, request).await;
    }
    let network = &site.world.network;
    network.client().await;
    let loaded = match site.balance() {
        None => Err(Reason::NoProcess),
        Some(app) => {
            request.note(Kind::Arrive, app.process.id);
            if site.mortal {
                (Further::given().enter)(&app, request);
            }
            if app.process.slow.get() > Nanos::ZERO {
                site.world.core.sleep(app.process.slow.get()).await;
            }
            // It may have been the one that was too many.
            let loaded = match app.process.up.get() {
                true if request.updates() => {
                    (layers::Further::given().update)(&app, request, 0).await
                }
                true => get(&app, request).await,
                false => Err(Reason::Crashed),
            };
            if site.world.ledger.is_some() {
                (Further::given().judge)(&site.world, request, loaded);
            }
            if site.mortal {
                app.leave(request);
            }
            loaded
        }
    };
    network.client().await;
    loaded
}

/// The same where processes may die: whoever is in one then goes with it.
fn serve_mortal<'a>(
    site: &'a Site,
    request: &'a Request<'_>,
) -> Pin<Box<dyn Future<Output = Loaded> + 'a>> {
    Box::pin(async move {
        request.process.set(ON_THE_WAY);
        let inside = Inside { site, request };
        let death = async {
            loop {
                site.world.deaths.notified().await;
                if inside.app().is_some_and(|app| !app.process.up.get()) {
                    return;
                }
            }
        };
        match race(death, serve(site, request)).await {
            First::Right(loaded) => loaded,
            First::Left(()) => {
                drop(inside);
                site.world.network.client().await;
                Err(Reason::Crashed)
            }
        }
    })
}

/// A request that may be in a process; when it is dropped it is not any more.
struct Inside<'a> {
    site: &'a Site,
    request: &'a Request<'a>,
}

impl Inside<'_> {
    fn app(&self) -> Option<Rc<App>> {
        self.site.app(self.request.process.get())
    }
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        if let Some(app) = self.app() {
            app.leave(self.request);
        }
    }
}

/// Something happens to the system.
async fn perform(site: &Rc<Site>, (action, number, keys, random): Act) {
    let world = &site.world;
    world.core.sleep_until(Nanos::from_ms(action.at_ms)).await;
    match action.deed {
        Deed::Crash { process, for_ms } => {
            site.apps.borrow()[process as usize].crash(Nanos::from_ms(for_ms))
        }
        Deed::Switch { defence, on } => site.switch(number, defence, on),
        // Of all keys, the most popular one.
        Deed::Update => world.start(Job::Update(senders(world, 1 + number as u64)(), 0)),
        Deed::SlowProcess { process, for_ms, delay_ms } => {
            let app = Rc::clone(&site.apps.borrow()[process as usize]);
            world.note_fault(Fault::SlowProcess, true);
            app.process.slow.set(Nanos::from_ms(delay_ms));
            world.spawn(async move {
                app.world.core.sleep(Nanos::from_ms(for_ms)).await;
                app.world.note_fault(Fault::SlowProcess, false);
                app.process.slow.set(Nanos::ZERO);
            });
        }
        deed => {
            let mut client = senders(world, 1 + number as u64);
            let job = |key| match world.senders {
                Some(_) => Job::Known(Box::new((client(), key, None))),
                None => Job::Request(key, None),
            };
            faults::act(world, &deed, keys, random, job).await;
        }
    }
    world.source_done();
}
