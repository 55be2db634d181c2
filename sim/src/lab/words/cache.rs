//! `cache::`: the cache that all processes share, a trip away.

use std::rc::Rc;

use rune::runtime::{Ref, VmResult};
use rune::{Any, ContextError, Module, vm_try};

use super::lock::Lock;
use crate::engine::Nanos;
use crate::lab::call::{Call, End};
use crate::lab::host::Refreshing;
use crate::lab::values::{self, Error, Value};
use crate::telemetry::{Kind, Reason};
use crate::world::cache::{self, Cache, Down, Keep};
use crate::world::{self, Claim, Request};

/// What the cache holds for a key.
#[derive(Any)]
#[rune(item = ::cache)]
struct Entry {
    /// It is stale, and whoever holds this is the one to refresh it.
    mine: Option<Refreshing>,
    value: world::Value,
    fresh_until: Nanos,
    delta: Nanos,
    now: Nanos,
}

/// Its functions.
pub fn module() -> Result<Module, ContextError> {
    let mut module = Module::with_crate("cache")?;
    module.ty::<Entry>()?;
    module
        .function("get", async |key: i64| {
            let call = Call::here();
            vm_try!(call.own(key));
            orend(&call, get(&call).await)
        })
        .build()?;
    module
        .function("try_get", async |key: i64| {
            let call = Call::here();
            vm_try!(call.own(key));
            VmResult::Ok(get(&call).await.map_err(|Down| Error(Reason::CacheDown)))
        })
        .build()?;
    module
        .function("look", async |key: i64| {
            let call = Call::here();
            vm_try!(call.own(key));
            orend(&call, look(&call).await)
        })
        .build()?;
    module
        .function("entry", async |key: i64, stale_ms: rune::Value| {
            let call = Call::here();
            vm_try!(call.own(key));
            let stale = vm_try!(values::span(&call, &stale_ms));
            orend(&call, entry(&call, stale).await)
        })
        .build()?;
    module
        .function("ttl", async |key: i64| {
            let call = Call::here();
            vm_try!(call.own(key));
            orend(&call, left(&call).await)
        })
        .build()?;
    module
        .function("set", async |key: i64, value: Ref<Value>, ttl_ms: rune::Value| {
            let call = Call::here();
            vm_try!(call.own(key));
            let ttl = vm_try!(values::span(&call, &ttl_ms));
            set(&call, *value, ttl, ttl).await;
            VmResult::Ok(())
        })
        .build()?;
    module
        .function(
            "set_stale",
            async |key: i64, value: Ref<Value>, ttl_ms: rune::Value, stale_ms: rune::Value| {
                let call = Call::here();
                vm_try!(call.own(key));
                let ttl = vm_try!(values::span(&call, &ttl_ms));
                let longer = vm_try!(values::span(&call, &stale_ms));
                set(&call, *value, ttl, ttl + longer).await;
                VmResult::Ok(())
            },
        )
        .build()?;
    module
        .function(
            "set_fenced",
            async |key: i64, value: Ref<Value>, ttl_ms: rune::Value, lock: Ref<Lock>| {
                let call = Call::here();
                vm_try!(call.own(key));
                let ttl = vm_try!(values::span(&call, &ttl_ms));
                call.with(|request| request.claim.set(Claim::Fence(lock.fence)));
                set(&call, *value, ttl, ttl).await;
                VmResult::Ok(())
            },
        )
        .build()?;
    module
        .function("add", async |key: i64, value: Ref<Value>, ttl_ms: rune::Value| {
            let call = Call::here();
            vm_try!(call.own(key));
            let ttl = vm_try!(values::span(&call, &ttl_ms));
            orend(&call, add(&call, *value, ttl).await)
        })
        .build()?;
    module
        .function("delete", async |key: i64| {
            let call = Call::here();
            vm_try!(call.own(key));
            if let Some(cache) = cache_of(&call) {
                let request = call.request();
                cache.delete(&request).await;
            }
            VmResult::Ok(())
        })
        .build()?;
    module
        .function("seen", || {
            let call = Call::here();
            let request = call.request();
            let now = request.world.core.now();
            request.old().map(|(value, fresh_until)| Entry {
                mine: None,
                value,
                fresh_until,
                delta: Nanos::ZERO,
                now,
            })
        })
        .build()?;
    module.associated_function("value", |entry: &Entry| Value(entry.value))?;
    module.associated_function("is_stale", |entry: &Entry| entry.now >= entry.fresh_until)?;
    module.associated_function("is_mine", |entry: &Entry| entry.mine.is_some())?;
    module.associated_function("fresh_for", |entry: &Entry| {
        (entry.fresh_until.ms()) - entry.now.ms()
    })?;
    module.associated_function("stale_for", |entry: &Entry| {
        entry.now.ms() - entry.fresh_until.ms()
    })?;
    module.associated_function("delta", |entry: &Entry| entry.delta.ms())?;
    Ok(module)
}

fn cache_of(call: &Call) -> Option<Rc<Cache>> {
    call.host.world.cache.clone()
}

/// What was found, or the end: the cache is down.
fn orend<T>(call: &Call, found: Result<T, Down>) -> VmResult<T> {
    match found {
        Ok(found) => VmResult::Ok(found),
        Err(Down) => call.end(End::Reason(Reason::CacheDown)),
    }
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

async fn get(call: &Call) -> Result<Option<Value>, Down> {
    ask(call, |request, now, found| {
        let fresh = found.filter(|entry| now < entry.fresh_until);
        request.note(if fresh.is_some() { Kind::Hit } else { Kind::Miss }, request.key);
        request.sees(found.map(|entry| (entry.value, entry.fresh_until)));
        fresh.map(|entry| Value(entry.value))
    })
    .await
}

/// Another look: whether somebody has stored a value since.
async fn look(call: &Call) -> Result<Option<Value>, Down> {
    ask(call, |request, now, found| {
        let seen = request.old().map(|(value, _)| value);
        let newer = found.filter(|entry| now < entry.fresh_until && Some(entry.value) != seen);
        request.note(Kind::Recheck, newer.is_some().into());
        newer.map(|entry| Value(entry.value))
    })
    .await
}

/// What is there, if it is fresh or has expired no longer ago than that.
async fn entry(call: &Call, stale: Nanos) -> Result<Option<Entry>, Down> {
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
            value: entry.value,
            fresh_until: entry.fresh_until,
            delta: entry.delta,
            now,
        })
    })
    .await
}

/// How many seconds are left (`TTL`).
async fn left(call: &Call) -> Result<Option<i64>, Down> {
    ask(call, |_, now, found| found.map(|entry| entry.ttl(now))).await
}

async fn set(call: &Call, value: Value, fresh: Nanos, ttl: Nanos) {
    let Some(cache) = cache_of(call) else { return };
    let request = call.request();
    let keep = Keep { fresh, ttl, delta: request.delta.get() };
    cache.set(&request, value.0, keep).await;
}

/// Stores only if there is nothing (`SET NX`); whether it has.
async fn add(call: &Call, value: Value, ttl: Nanos) -> Result<bool, Down> {
    let Some(cache) = cache_of(call) else { return Ok(false) };
    let request = call.request();
    let world = request.world;
    world.network.cache().await;
    let added = match cache.down.get() {
        true => Err(Down),
        false => {
            let now = world.core.now();
            let store = &mut *cache.store.borrow_mut();
            let free = store.entry(now, request.key).is_none();
            if free {
                let keep = Keep { fresh: ttl, ttl, delta: request.delta.get() };
                store.put(now, request.key, value.0, keep);
                request.note(Kind::Fill, request.key);
            }
            Ok(free)
        }
    };
    if added.is_err() {
        request.note(Kind::CacheError, request.key);
    }
    world.network.cache().await;
    added
}
