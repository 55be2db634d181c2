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
    error_is_busy, error_is_miss, followers_save, leader_context, limit_first, unfenced_lock,
};
use super::look::{Look, look_again};
use super::singleflight::{Flight, Shared};
use super::stale::Refreshing;
use super::{App, Loaded, load};
use crate::scenario::{Flaw, FlightMode, Late};
use crate::telemetry::{Kind, Reason};
use crate::world::Request;
use crate::world::cache::Entry;

/// Reads the request's key.
pub async fn get(app: &Rc<App>, request: &Request<'_>) -> Loaded {
    let look = match &app.world.cache {
        None => Look::Missing(None),
        Some(cache) => {
            let judge = |now, found: Option<&Entry>| app.judge(request, now, found);
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
            let loaded = match app.stages.first().map(Rc::as_ref) {
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
        let Some(stage) = app.stages.get(depth).map(Rc::as_ref) else {
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
            Flaw::UnfencedLock => unfenced_lock::run(lock, spec, request, look, inner).await,
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
    let start = |flight: Flight<Loaded>| take_off(app, request, flight, depth + 1);
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
fn take_off(app: &Rc<App>, leader: &Request<'_>, flight: Flight<Loaded>, depth: usize) {
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

impl App {
    /// Loading failed: an old value may be better than an error.
    fn rescue(&self, request: &Request<'_>, loaded: Loaded) -> Loaded {
        let now = self.world.core.now();
        match (loaded, request.old.get(), &self.stale) {
            (Ok(_) | Err(Reason::NotFound), ..) => loaded,
            // Who reloads early has lost nothing.
            (_, Some((old, fresh_until)), _) if now < fresh_until => Ok(old),
            (_, Some((old, fresh_until)), Some(stale)) if stale.may_help(now, fresh_until) => {
                request.note(Kind::Stale, 1);
                Ok(old)
            }
            _ => loaded,
        }
    }
}
