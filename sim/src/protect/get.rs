//! How a process answers a request: the layered protector.
//!
//! The cache first. A value that is fresh, or may be served stale, is the
//! answer. Otherwise the request goes through the layers that are switched
//! on, each of which guards the next: for instance singleflight, then the
//! lock, then the breaker, and behind them all the database. If that fails,
//! an old value may still help.

use std::pin::Pin;
use std::rc::Rc;

use super::app::{Flights, Stage};
use super::flawed::{
    error_is_busy, error_is_miss, followers_save, leader_context, limit_first, refresh_per_reader,
    stale_by_ttl,
};
use super::singleflight::{Flight, Shared};
use super::stale::Refreshing;
use super::{App, Loaded, flawed, load, xfetch};
use crate::engine::Nanos;
use crate::scenario::{Flaw, FlightMode, Late};
use crate::telemetry::{Kind, Reason};
use crate::world::cache::Entry;
use crate::world::request::Key;
use crate::world::{Claim, Request, Value};

/// What the first look into the cache says.
enum Look {
    /// The answer is there.
    Fresh(Value),
    /// An old answer is there, and will do; the refresh, if it is ours to start.
    Stale(Value, Option<Refreshing>),
    /// It has to be loaded; the refresh, if this is one.
    Missing(Option<Refreshing>),
    /// The cache does not answer.
    Down,
}

/// Reads the request's key.
pub async fn get(app: &Rc<App>, request: &Request<'_>) -> Loaded {
    let look = match &app.world.cache {
        None => Look::Missing(None),
        Some(cache) => {
            let judge = |now, found| app.judge(request, now, found);
            cache.get(request, judge).await.unwrap_or(Look::Down)
        }
    };
    match look {
        Look::Fresh(value) => Ok(value),
        Look::Stale(value, refresh) => {
            if let Some(mine) = refresh {
                refresh_behind(app, request, mine);
            }
            Ok(value)
        }
        Look::Missing(_refresh) => {
            let loaded = match app.stages.first() {
                // The same as `through`, without a box for each of the many
                // who follow.
                Some(Stage::Singleflight(flights)) => fly(app, request, flights, 0).await,
                _ => through(app, request, 0).await,
            };
            app.rescue(request, loaded)
        }
        Look::Down => Box::pin(without_cache(app, request)).await,
    }
}

/// The way through the layers from number `depth` on, to the database.
fn through<'a>(
    app: &'a Rc<App>,
    request: &'a Request<'a>,
    depth: usize,
) -> Pin<Box<dyn Future<Output = Loaded> + 'a>> {
    Box::pin(async move {
        let Some(stage) = app.stages.get(depth) else {
            return Box::pin(load::load(app, request)).await;
        };
        if let Stage::Singleflight(flights) = stage {
            return fly(app, request, flights, depth).await;
        }
        // In a box of its own: the many who follow a flight do not need it.
        Box::pin(pass(app, request, stage, depth)).await
    })
}

/// Past one of the other defences.
async fn pass(app: &Rc<App>, request: &Request<'_>, stage: &Stage, depth: usize) -> Loaded {
    let inner = async || through(app, request, depth + 1).await;
    let look = async || look_again(app, request).await;
    match stage {
        Stage::Singleflight(flights) => fly(app, request, flights, depth).await,
        Stage::Lease(lease) => lease.run(request, look, inner).await,
        Stage::Recheck => match look().await {
            Some(value) => Ok(value),
            None => inner().await,
        },
        Stage::Lock(lock, spec) => match app.flaw {
            Flaw::ErrorIsBusy => error_is_busy::run(lock, spec, request, look, inner).await,
            Flaw::UnfencedLock => {
                flawed::unfenced_lock::run(lock, spec, request, look, inner).await
            }
            _ => lock.run(request, look, inner).await,
        },
        Stage::Throttle(throttle) => throttle.run(request, inner).await,
        Stage::Limiter(limiter) if app.flaw == Flaw::LimitFirst => {
            limit_first::run(limiter, request, inner).await
        }
        Stage::Limiter(limiter) => limiter.run(request, inner).await,
        Stage::Breaker(breaker) => breaker.run(request, inner).await,
        Stage::RacyBreaker(breaker) => breaker.run(request, inner).await,
    }
}

/// Shares one load with everybody who wants the same key.
async fn fly(app: &Rc<App>, request: &Request<'_>, flights: &Flights, depth: usize) -> Loaded {
    let Flights { group, spec, only_new } = flights;
    if *only_new && request.old.get().is_some() {
        return through(app, request, depth + 1).await;
    }
    let start = |flight: Flight<Key, Loaded>| take_off(app, request, flight, depth + 1);
    let work = async || through(app, request, depth + 1).await;
    let shared = match (app.flaw, spec.mode) {
        (Flaw::LeaderContext, _) => {
            Box::pin(leader_context::run(group, request.key, request, work)).await
        }
        (Flaw::FollowersSave, _) => Box::pin(followers_save::run(app, group, request, start)).await,
        (_, FlightMode::HandOver) => {
            let panicked = |loaded: &Loaded| *loaded == Err(Reason::Panic);
            Box::pin(group.run_or_take_over(request.key, request, work, panicked)).await
        }
        _ => group.run(request.key, request, start).await,
    };
    match shared {
        Shared::Done(loaded, _) => loaded,
        Shared::Abandoned => Err(Reason::LeaderGone),
        Shared::TimedOut if spec.late == Late::Load => {
            request.uncached.set(true);
            through(app, request, depth + 1).await
        }
        Shared::TimedOut => Err(Reason::FlightTimeout),
    }
}

/// Starts a load as a task of its own, so that it outlives its leader.
fn take_off(app: &Rc<App>, leader: &Request<'_>, flight: Flight<Key, Loaded>, depth: usize) {
    let (app, ticket) = (Rc::clone(app), leader.ticket());
    let world = Rc::clone(&app.world);
    world.spawn(async move {
        let leader = ticket.request(&app.world);
        if let Some(loaded) = app.while_alive(through(&app, &leader, depth)).await {
            flight.land(&leader, loaded);
            app.panic_in_flight(loaded);
        }
    });
}

/// Loads the key again behind a request that got an old value.
fn refresh_behind(app: &Rc<App>, reader: &Request<'_>, mine: Refreshing) {
    let refresh = reader.refresh();
    refresh.note(Kind::Arrive, app.process.id);
    let (app, ticket) = (Rc::clone(app), refresh.ticket());
    let world = Rc::clone(&app.world);
    world.spawn(async move {
        let _mine = mine;
        let refresh = ticket.request(&app.world);
        let loaded = app.while_alive(through(&app, &refresh, 0)).await;
        let failed = loaded.unwrap_or(Err(Reason::Crashed)).err();
        refresh.note(Kind::Refreshed, failed.map_or(0, |reason| reason as u32));
    });
}

/// When the cache does not answer: an error is not a miss.
async fn without_cache(app: &Rc<App>, request: &Request<'_>) -> Loaded {
    match &app.spill {
        _ if app.flaw == Flaw::ErrorIsMiss => error_is_miss::run(app, request).await,
        Some(spill) => spill.run(request, async || through(app, request, 0).await).await,
        None => Err(Reason::CacheDown),
    }
}

/// Another look into the cache: whether somebody has stored a value since.
async fn look_again(app: &Rc<App>, request: &Request<'_>) -> Option<Value> {
    let cache = app.world.cache.as_ref()?;
    let judge = |now, found: Option<Entry>| {
        let seen = request.old.get().map(|(value, _)| value);
        let newer = found.filter(|entry| now < entry.fresh_until && Some(entry.value) != seen);
        request.note(Kind::Recheck, newer.is_some().into());
        if newer.is_none() && request.claim.get() == Claim::Wait {
            app.ask_for_lease(request, now);
        }
        newer.map(|entry| entry.value)
    };
    cache.get(request, judge).await.ok().flatten()
}

impl App {
    /// What to make of what the cache holds.
    fn judge(&self, request: &Request<'_>, now: Nanos, found: Option<Entry>) -> Look {
        let fresh = found.filter(|entry| now < entry.fresh_until);
        if self.flaw == Flaw::StaleByTtl
            && stale_by_ttl::is_stale(request, now, found) == Some(true)
        {
            return self.serve_stale(request, found);
        }
        if let Some(entry) = fresh {
            if self.volunteers(now, &entry) {
                request.note(Kind::Early, request.key);
                request.old.set(Some((entry.value, entry.fresh_until)));
                return Look::Missing(None);
            }
            request.note(Kind::Hit, request.key);
            return Look::Fresh(entry.value);
        }
        if let (Some(entry), Some(stale)) = (found, &self.stale)
            && stale.may_wait(now, entry.fresh_until)
        {
            return self.serve_stale(request, found);
        }
        request.old.set(found.map(|entry| (entry.value, entry.fresh_until)));
        request.note(Kind::Miss, request.key);
        self.ask_for_lease(request, now);
        Look::Missing(None)
    }

    /// An old value will do for now; one reader of it sees to a new one.
    fn serve_stale(&self, request: &Request<'_>, found: Option<Entry>) -> Look {
        let (Some(entry), Some(stale)) = (found, &self.stale) else { return Look::Missing(None) };
        request.old.set(Some((entry.value, entry.fresh_until)));
        let mine = match self.flaw {
            Flaw::RefreshPerReader => refresh_per_reader::refresh(stale, request.key),
            _ => stale.refresh(request.key),
        };
        if mine.is_some() && stale.first_waits() {
            request.note(Kind::Miss, request.key);
            return Look::Missing(mine);
        }
        request.note(Kind::Stale, 0);
        Look::Stale(entry.value, mine)
    }

    /// Loading failed: an old value may be better than an error.
    fn rescue(&self, request: &Request<'_>, loaded: Loaded) -> Loaded {
        match (loaded, request.old.get(), &self.stale) {
            (Err(reason), Some((old, fresh_until)), Some(stale))
                if reason != Reason::NotFound
                    && stale.may_help(self.world.core.now(), fresh_until) =>
            {
                request.note(Kind::Stale, 1);
                Ok(old)
            }
            _ => loaded,
        }
    }

    /// Whether this reader is to reload a value that has not expired.
    fn volunteers(&self, now: Nanos, entry: &Entry) -> bool {
        self.early.as_ref().is_some_and(|(beta, random)| {
            let random = &mut *random.borrow_mut();
            xfetch::volunteers(now, entry.fresh_until, entry.delta, *beta, random)
        })
    }

    /// A cache that gives out leases answers a miss with one, or with "wait".
    fn ask_for_lease(&self, request: &Request<'_>, now: Nanos) {
        let leases = self.world.cache.as_ref().and_then(|cache| cache.leases.as_ref());
        if let Some(leases) = leases {
            let (claim, kind) = match leases.borrow_mut().ask(now, request.key) {
                Some(token) => (Claim::Lease(token), Kind::Lease),
                None => (Claim::Wait, Kind::Wait),
            };
            request.claim.set(claim);
            request.note(kind, request.key);
        }
    }
}
