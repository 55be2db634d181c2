//! A look into the cache, and what to make of it.
//!
//! Before anything is loaded, the cache has three ways to help: a value that
//! is fresh; one that is stale and may be served all the same; and, to whoever
//! finds nothing, the right to load it (a lease). All of that is decided at
//! the instant of looking, in the one trip there is.

use super::flawed::{refresh_per_reader, stale_by_ttl};
use super::stale::Refreshing;
use super::{App, xfetch};
use crate::engine::Nanos;
use crate::scenario::Flaw;
use crate::telemetry::Kind;
use crate::world::cache::Entry;
use crate::world::{Claim, Request, Value};

/// What the first look into the cache says.
pub enum Look {
    /// The answer is there.
    Fresh(Value),
    /// An old answer is there, and will do; the refresh, if it is ours to start.
    Stale(Value, Option<Refreshing>),
    /// It has to be loaded; the refresh, if this is one.
    Missing(Option<Refreshing>),
    /// The cache does not answer.
    Down,
}

/// Another look into the cache: whether somebody has stored a value since.
pub async fn look_again(app: &App, request: &Request<'_>) -> Option<Value> {
    let cache = app.world.cache.as_ref()?;
    let judge = |now, found: Option<&Entry>| {
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
    pub(super) fn judge(&self, request: &Request<'_>, now: Nanos, found: Option<&Entry>) -> Look {
        let fresh = found.filter(|entry| now < entry.fresh_until);
        if self.flaw == Flaw::StaleByTtl && stale_by_ttl::is_stale(now, found) == Some(true) {
            return self.serve_stale(request, found);
        }
        if let Some(entry) = fresh {
            if self.volunteers(now, entry) {
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
    fn serve_stale(&self, request: &Request<'_>, found: Option<&Entry>) -> Look {
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

    /// Whether this reader is to reload a value that has not expired.
    fn volunteers(&self, now: Nanos, entry: &Entry) -> bool {
        self.early.as_ref().is_some_and(|(beta, random)| {
            let random = &mut *random.borrow_mut();
            xfetch::volunteers(now, entry.fresh_until, entry.delta, *beta, random)
        })
    }

    /// A cache that gives out leases answers a miss with one, or with "wait".
    fn ask_for_lease(&self, request: &Request<'_>, now: Nanos) {
        let cache = self.world.cache.as_ref().filter(|_| self.leases);
        let leases = cache.and_then(|cache| cache.leases.as_ref());
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
