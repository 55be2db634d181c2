//! Trips to the cache, and what a script's mean there: at the instant of looking.

use std::rc::Rc;

use rune::runtime::{Function, VmResult};
use rune::vm_try;

use super::entry::Entry;
use crate::engine::Nanos;
use crate::lab::call::Call;
use crate::lab::values::Value;
use crate::protect::store::ask_for_lease;
use crate::telemetry::Kind;
use crate::world::cache::{self, Cache, Down, Keep};
use crate::world::{Claim, Request};

/// The cache, if there is one.
pub fn cache_of(call: &Call) -> Option<Rc<Cache>> {
    call.host.world.cache.clone()
}

/// A trip to the cache; where there is none, it holds nothing.
async fn ask<T>(
    call: &Call,
    judge: impl FnOnce(&Request<'_>, Nanos, Option<&cache::Entry>) -> Option<T>,
) -> Result<Option<T>, Down> {
    let Some(cache) = cache_of(call) else { return Ok(None) };
    let request = call.request();
    let found = cache.get(&request, |now, found| judge(&request, now, found)).await;
    call.keep(&request);
    found
}

/// What is fresh there.
pub async fn get(call: &Call) -> Result<Option<Value>, Down> {
    ask(call, fresh).await
}

fn fresh(request: &Request<'_>, now: Nanos, found: Option<&cache::Entry>) -> Option<Value> {
    let fresh = found.filter(|entry| now < entry.fresh_until);
    request.note(if fresh.is_some() { Kind::Hit } else { Kind::Miss }, request.key);
    request.sees(found.map(|entry| (entry.value, entry.fresh_until)));
    fresh.map(|entry| Value(entry.value))
}

/// The same; who finds nothing is given the right to load it, or told to wait.
pub async fn lease(call: &Call) -> Result<Option<Value>, Down> {
    ask(call, |request, now, found| {
        let found = fresh(request, now, found);
        if found.is_none() {
            claim(request, now);
        }
        found
    })
    .await
}

fn claim(request: &Request<'_>, now: Nanos) {
    request.world.cache.iter().for_each(|cache| ask_for_lease(cache, request, now));
}

/// Another look: whether somebody has stored a value since. Who was told to wait asks
/// for the right again.
pub async fn look(call: &Call) -> Result<Option<Value>, Down> {
    ask(call, |request, now, found| {
        let seen = request.old().map(|(value, _)| value);
        let newer = found.filter(|entry| now < entry.fresh_until && Some(entry.value) != seen);
        request.note(Kind::Recheck, newer.is_some().into());
        if newer.is_none() && request.claim.get() == Claim::Wait {
            claim(request, now);
        }
        newer.map(|entry| Value(entry.value))
    })
    .await
}

/// What is there, if it is fresh or has expired no longer ago than that.
pub async fn entry(call: &Call, stale: Nanos) -> Result<Option<Entry>, Down> {
    ask(call, |request, now, found| {
        let usable = found.filter(|entry| now < entry.fresh_until + stale);
        request.sees(found.map(|entry| (entry.value, entry.fresh_until)));
        match usable {
            Some(entry) if now < entry.fresh_until => request.note(Kind::Hit, request.key),
            Some(_) => request.note(Kind::Stale, 0),
            None => request.note(Kind::Miss, request.key),
        }
        let is_stale = usable.is_some_and(|entry| now >= entry.fresh_until);
        usable.map(|entry| Entry {
            mine: if is_stale { call.host.refreshing(request.key) } else { None },
            ..Entry::new(entry.value, entry.fresh_until, entry.delta, now)
        })
    })
    .await
}

/// How many milliseconds are left (`PTTL`).
pub async fn left(call: &Call) -> Result<Option<i64>, Down> {
    ask(call, |_, now, found| found.map(|entry| entry.pttl(now))).await
}

/// Stores a value, to be fresh so long and kept so long.
pub async fn set(call: &Call, value: Value, fresh: Nanos, ttl: Nanos) {
    let Some(cache) = cache_of(call) else { return };
    let request = call.request();
    let keep = Keep { fresh, ttl, delta: request.delta.get() };
    cache.set(&request, value.0, keep).await;
}

/// Stores only if there is nothing (`SET NX`); whether it has.
pub async fn add(call: &Call, value: Value, ttl: Nanos) -> Result<bool, Down> {
    let added = trip(call, |request, now, cache| {
        let store = &mut *cache.store.borrow_mut();
        let free = store.entry(now, request.key).is_none();
        if free {
            let keep = Keep { fresh: ttl, ttl, delta: request.delta.get() };
            store.put(now, request.key, value.0, keep);
            request.note(Kind::Fill, request.key);
        }
        free
    });
    Ok(added.await?.unwrap_or(false))
}

/// What is fresh, unless what was found is to be loaded again before that.
pub async fn get_unless(call: &Call, is_early: &Function) -> Result<VmResult<Option<Value>>, Down> {
    let found = trip(call, |request, now, cache| {
        // A copy: the script that is asked now may ask the cache, too.
        let found = cache.store.borrow_mut().entry(now, request.key).copied();
        let fresh = found.filter(|entry| now < entry.fresh_until);
        let early = fresh.map(|entry| {
            let entry = Entry::new(entry.value, entry.fresh_until, entry.delta, now);
            is_early.call::<bool>((entry,))
        });
        let early = vm_try!(early.unwrap_or(VmResult::Ok(false)));
        let used = fresh.filter(|_| !early);
        request.note(
            match (fresh, used) {
                (_, Some(_)) => Kind::Hit,
                (Some(_), None) => Kind::Early,
                (None, None) => Kind::Miss,
            },
            request.key,
        );
        if used.is_none() {
            request.sees(found.map(|entry| (entry.value, entry.fresh_until)));
        }
        VmResult::Ok(used.map(|entry| Value(entry.value)))
    });
    Ok(found.await?.unwrap_or(VmResult::Ok(None)))
}

/// A trip to the cache, and what is done there; none if there is no cache.
async fn trip<T>(
    call: &Call,
    work: impl FnOnce(&Request<'_>, Nanos, &Cache) -> T,
) -> Result<Option<T>, Down> {
    let Some(cache) = cache_of(call) else { return Ok(None) };
    let request = call.request();
    let world = request.world;
    world.network.cache().await;
    let done = match cache.down.get() {
        true => Err(Down),
        false => Ok(Some(work(&request, world.core.now(), &cache))),
    };
    if done.is_err() {
        request.note(Kind::CacheError, request.key);
    }
    world.network.cache().await;
    call.keep(&request);
    done
}
