//! What there is not in every run: clients that give up and try again, users,
//! updates, what somebody does to the system.

use std::rc::Rc;

use super::further::Doing;
use super::{Site, Tasks, other, serve};
use crate::engine::executor::{Inbox, Jobs};
use crate::engine::{Core, Executor, Nanos};
use crate::protect::Loaded;
use crate::protect::client::{Answer, Clients, conclude};
use crate::scenario::Deed;
use crate::telemetry::Kind;
use crate::telemetry::event::{Fault, WORLD};
use crate::world::clients::{self, Busy};
use crate::world::faults;
use crate::world::jobs::{Act, Job};
use crate::world::request::{Key, Ticket};
use crate::world::senders::{ANYBODY, Client, Senders};
use crate::world::{Request, World};

/// Tasks that do one job after another, each in a box of its own.
pub(super) fn executor(core: Rc<Core>, jobs: Jobs<Job>, site: Rc<Site>) -> Box<dyn Tasks> {
    Box::new(Executor::new(core, jobs, move |inbox: Inbox<Job>| {
        let site = Rc::clone(&site);
        async move {
            loop {
                let job = inbox.next().await;
                other(Rc::clone(&site), job).await;
            }
        }
    }))
}

/// Does a job.
pub(super) fn sometimes(site: Rc<Site>, job: Job) -> Doing {
    match job {
        Job::Request(key, users) => once(site, ANYBODY, key, users),
        Job::Known(known) => once(site, known.0, known.1, known.2),
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
fn once(site: Rc<Site>, client: Client, key: Key, users: Option<Rc<Busy>>) -> Doing {
    Box::pin(async move {
        ask(&site, client, key, site.draws_update()).await;
        if let Some(users) = users {
            users.release();
        }
    })
}

/// A client asks for a key, or updates it, and may give up and try again.
fn ask<'a>(
    site: &'a Rc<Site>,
    client: Client,
    key: Key,
    updates: bool,
) -> impl Future<Output = ()> + 'a {
    async move {
        if let Some(clients) = &site.clients {
            return Box::pin(patient(site, clients, client, (key, updates))).await;
        }
        let request = Request::send_as(&site.world, client, key);
        if updates {
            request.write(site.world.database.next_value());
        }
        let loaded = send(site, &request).await;
        site.world.confirm(&request, loaded);
        conclude(&request, loaded);
    }
}

/// A client that may give up and try again.
async fn patient(site: &Rc<Site>, clients: &Clients, client: Client, what: (Key, bool)) {
    let serve = async |request: &Request<'_>| send(site, request).await;
    let detach = |ticket: Ticket, answer: Rc<Answer>| {
        let at = Rc::clone(site);
        site.world.spawn(async move {
            let request = ticket.request(&at.world);
            let loaded = send(&at, &request).await;
            answer.give(&request, loaded);
        });
    };
    clients.ask(&site.world, client, what, serve, detach).await;
}

/// A request's way from the client and back, past what stands between.
async fn send(site: &Rc<Site>, request: &Request<'_>) -> Loaded {
    match &site.front {
        Some(front) => Rc::clone(front).serve(site, request).await,
        None => serve(site, request).await,
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
        Deed::ClearLocal => {
            let apps = site.apps.borrow();
            let lost = apps.iter().filter_map(|app| Some(app.local()?.copies.lose()));
            let lost = lost.sum::<usize>() as u32;
            world.recorder.note(world.core.now(), Kind::LocalClear, WORLD, lost);
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
        Deed::Pause { process, for_ms } => {
            let app = Rc::clone(&site.apps.borrow()[process as usize]);
            world.note_fault(Fault::Pause, true);
            let (still, until) = (&app.process.still, world.core.now() + Nanos::from_ms(for_ms));
            still.set(still.get().max(until));
            world.spawn(async move {
                app.world.core.sleep_until(until).await;
                app.world.note_fault(Fault::Pause, false);
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
