//! The cache: look into it, and what to make of what is there.
//!
//! Before anything is loaded, the cache has three ways to help: a value that
//! is fresh; one that is stale and may be served all the same; and, to whoever
//! finds nothing, the right to load it (a lease). All of that is decided at
//! the instant of looking, in the one trip there is. If loading fails, an old
//! value may still be better than an error.

use std::rc::Rc;

use super::Loaded;
use super::flawed::error_is_miss::WithoutCache;
use super::layer::{Fate, Layer, Next, Part};
use super::path::Site;
use super::predict::Rush;
use super::source::Source;
use super::spill::Spill;
use super::stale::{Refreshing, Stale};
use super::xfetch::Early;
use crate::engine::Nanos;
use crate::scenario::Flaw;
use crate::telemetry::{Kind, Reason};
use crate::world::cache::{Cache, Entry};
use crate::world::{Claim, Request, Value};

/// A cache as a process uses it.
pub struct Store {
    cache: Rc<Cache>,
    process: u32,
    /// Whether it asks for leases.
    leases: bool,
    stale: Option<Rc<Stale>>,
    /// Expired values are served only then.
    rush: Option<Rc<Rush>>,
    early: Option<Rc<Early>>,
    down: WhenDown,
}

/// What to do when the cache does not answer.
enum WhenDown {
    Fail,
    Spill(Rc<Spill>),
    Miss(WithoutCache),
}

/// What a look into the cache says.
enum Look {
    /// The answer is there.
    Fresh(Value),
    /// An old answer is there, and will do; the refresh, if it is ours to start.
    Stale(Value, Option<Refreshing>),
    /// It has to be loaded; the refresh, if this is one.
    Missing(Option<Refreshing>),
}

impl Layer for Store {
    fn call(&self, request: &Request<'_>, next: impl Next) -> impl Future<Output = Loaded> {
        async move {
            let judge = |now, found: Option<&Entry>| self.judge(request, now, found);
            let (down, _refresh) = match self.cache.get(request, judge).await {
                Ok(Look::Fresh(value)) => return Ok(value),
                Ok(Look::Stale(value, refresh)) => {
                    if let Some(mine) = refresh {
                        self.refresh_behind(request, mine, next);
                    }
                    return Ok(value);
                }
                Ok(Look::Missing(refresh)) => (false, refresh),
                Err(_) => (true, None),
            };
            // Not up there: what the cache says would be kept while it waits.
            if down {
                // An error is not a miss, and what is found past it no hit.
                request.sees(None);
                return Box::pin(self.without(request, next)).await;
            }
            let loaded = next.load(request).await;
            self.rescue(request, loaded)
        }
    }
}

impl Store {
    /// What to make of what the cache holds.
    fn judge(&self, request: &Request<'_>, now: Nanos, found: Option<&Entry>) -> Look {
        if let (Some(entry), Some(stale)) = (found, &self.stale)
            && self.rush.as_ref().is_none_or(|rush| rush.0.get())
            && stale.is_stale(now, entry)
        {
            return self.serve_stale(request, entry, stale);
        }
        if let Some(entry) = found.filter(|entry| now < entry.fresh_until) {
            if self.early.as_ref().is_some_and(|early| early.volunteers(now, entry)) {
                request.note(Kind::Early, request.key);
                request.sees(Some((entry.value, entry.fresh_until)));
                return Look::Missing(None);
            }
            request.note(Kind::Hit, request.key);
            return Look::Fresh(entry.value);
        }
        request.sees(found.map(|entry| (entry.value, entry.fresh_until)));
        request.note(Kind::Miss, request.key);
        if self.leases {
            ask_for_lease(&self.cache, request, now);
        }
        Look::Missing(None)
    }

    /// An old value will do for now; one reader of it sees to a new one.
    fn serve_stale(&self, request: &Request<'_>, entry: &Entry, stale: &Stale) -> Look {
        request.sees(Some((entry.value, entry.fresh_until)));
        let mine = stale.refresh(request.key);
        if mine.is_some() && stale.first_waits() {
            request.note(Kind::Miss, request.key);
            return Look::Missing(mine);
        }
        request.note(Kind::Stale, 0);
        Look::Stale(entry.value, mine)
    }

    /// Loads the key again behind a request that got an old value.
    fn refresh_behind(&self, reader: &Request<'_>, mine: Refreshing, next: impl Next) {
        let refresh = reader.refresh();
        refresh.note(Kind::Arrive, self.process);
        let wait = self.stale.as_ref().map_or(Nanos::ZERO, |stale| stale.wait());
        next.detach(reader.world.core.now() + wait, &refresh, move |refresh, loaded| {
            let failed = loaded.unwrap_or(Err(Reason::Crashed)).err();
            refresh.note(Kind::Refreshed, failed.map_or(0, |reason| reason as u32));
            drop(mine);
            Fate::Lives
        });
    }

    /// Loading failed: an old value may be better than an error.
    fn rescue(&self, request: &Request<'_>, loaded: Loaded) -> Loaded {
        let now = request.world.core.now();
        match (loaded, request.old(), &self.stale) {
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

    /// The cache does not answer.
    async fn without(&self, request: &Request<'_>, next: impl Next) -> Loaded {
        match &self.down {
            WhenDown::Fail => Err(Reason::CacheDown),
            WhenDown::Spill(spill) => spill.call(request, next).await,
            WhenDown::Miss(miss) => miss.load(request).await,
        }
    }

    /// Another look: whether somebody has stored a value since.
    pub async fn look_again(&self, request: &Request<'_>) -> Option<Value> {
        let judge = |now, found: Option<&Entry>| {
            let seen = request.old().map(|(value, _)| value);
            let newer = found.filter(|entry| now < entry.fresh_until && Some(entry.value) != seen);
            request.note(Kind::Recheck, newer.is_some().into());
            if newer.is_none() && self.leases && request.claim.get() == Claim::Wait {
                ask_for_lease(&self.cache, request, now);
            }
            newer.map(|entry| entry.value)
        };
        self.cache.get(request, judge).await.ok().flatten()
    }

    /// A cache, with what the scenario says about using it.
    pub fn new(site: &Site<'_>, cache: &Rc<Cache>, source: &Rc<Source>) -> Store {
        let Site { scenario, process, kept, seed, .. } = site;
        let p = &scenario.protect;
        let down = match p.flaw {
            Flaw::ErrorIsMiss => WhenDown::Miss(WithoutCache(Rc::clone(source))),
            _ if p.spill => WhenDown::Spill(kept.part(|| Spill::new(scenario.spill.loads))),
            _ => WhenDown::Fail,
        };
        let early = || kept.part(|| Early::new(scenario.xfetch.beta, process.id, *seed));
        Store {
            cache: Rc::clone(cache),
            process: process.id,
            leases: p.lease,
            stale: p.stale.then(|| Stale::of(site)),
            rush: p.predict.then(|| kept.part(Rush::default)),
            early: p.xfetch.then(early),
            down,
        }
    }
}

/// A cache that gives out leases answers a miss with one, or with "wait".
pub fn ask_for_lease(cache: &Cache, request: &Request<'_>, now: Nanos) {
    if let Some(leases) = &cache.leases {
        let (claim, kind) = match leases.borrow_mut().ask(now, request.key) {
            Some(token) => (Claim::Lease(token), Kind::Lease),
            None => (Claim::Wait, Kind::Wait),
        };
        request.claim.set(claim);
        request.note(kind, request.key);
    }
}

impl Part for Store {
    /// The cache outlives the process, and each of its parts is reset by itself.
    fn reset(&self) {}
}
