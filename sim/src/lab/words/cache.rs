//! `cache::`: the cache that all processes share, a trip away.

use rune::runtime::{Function, Ref, VmResult};
use rune::{ContextError, Module, vm_try};

use super::entry::{self, Entry};
use super::here;
use super::lock::Lock;
use super::trips::{add, cache_of, entry, get, get_unless, lease, left, look, set};
use crate::engine::Nanos;
use crate::lab::call::Call;
use crate::lab::values::{self, Error, Value};
use crate::telemetry::{Kind, Reason};
use crate::world::Claim;
use crate::world::cache::Down;

/// Its functions.
pub fn module() -> Result<Module, ContextError> {
    let mut module = Module::with_crate("cache")?;
    entry::declare(&mut module)?;
    module
        .function("get", async |key: i64| {
            let call = vm_try!(here::with(key));
            or_end(&call, get(&call).await)
        })
        .build()?;
    module
        .function("try_get", async |key: i64| {
            let call = vm_try!(here::with(key));
            VmResult::Ok(get(&call).await.map_err(|Down| Error(Reason::CacheDown)))
        })
        .build()?;
    module
        .function("lease", async |key: i64| {
            let call = vm_try!(here::with(key));
            or_end(&call, lease(&call).await)
        })
        .build()?;
    module.function("must_wait", || Call::here().request().claim.get() == Claim::Wait).build()?;
    module
        .function("get_unless", async |key: i64, is_early: Function| {
            let call = vm_try!(here::with(key));
            let found = get_unless(&call, &is_early).await;
            VmResult::Ok(vm_try!(vm_try!(or_end(&call, found))))
        })
        .build()?;
    module
        .function("look", async |key: i64| {
            let call = vm_try!(here::with(key));
            // Whoever looks again goes on without an answer, too.
            VmResult::Ok(look(&call).await.ok().flatten())
        })
        .build()?;
    module
        .function("entry", async |key: i64, stale_ms: rune::Value| {
            let (call, stale) = vm_try!(here::with_span(key, &stale_ms));
            or_end(&call, entry(&call, stale).await)
        })
        .build()?;
    module
        .function("ttl", async |key: i64| {
            let call = vm_try!(here::with(key));
            or_end(&call, left(&call).await)
        })
        .build()?;
    module
        .function("set", async |key: i64, value: Ref<Value>, ttl_ms: rune::Value| {
            let (call, ttl) = vm_try!(here::with_span(key, &ttl_ms));
            set(&call, *value, ttl, ttl).await;
            VmResult::Ok(())
        })
        .build()?;
    module
        .function("keep", async |key: i64, value: Ref<Value>, ttl_ms: rune::Value| {
            let (call, ttl) = vm_try!(here::with_span(key, &ttl_ms));
            call.request().note(Kind::Keep, ttl.ms() as u32);
            set(&call, *value, ttl, ttl).await;
            VmResult::Ok(())
        })
        .build()?;
    module
        .function(
            "set_stale",
            async |key: i64, value: Ref<Value>, ttl_ms: rune::Value, stale_ms: rune::Value| {
                let (call, ttl) = vm_try!(here::with_span(key, &ttl_ms));
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
                let (call, ttl) = vm_try!(here::with_span(key, &ttl_ms));
                call.with(|request| request.claim.set(Claim::Fence(lock.fence)));
                set(&call, *value, ttl, ttl).await;
                VmResult::Ok(())
            },
        )
        .build()?;
    module
        .function("add", async |key: i64, value: Ref<Value>, ttl_ms: rune::Value| {
            let (call, ttl) = vm_try!(here::with_span(key, &ttl_ms));
            or_end(&call, add(&call, *value, ttl).await)
        })
        .build()?;
    module
        .function("delete", async |key: i64| {
            let call = vm_try!(here::with(key));
            if let Some(cache) = cache_of(&call) {
                cache.delete(&call.request()).await;
            }
            VmResult::Ok(())
        })
        .build()?;
    module
        .function("seen", || {
            let call = Call::here();
            let request = call.request();
            let now = request.world.core.now();
            request.old().map(|(value, until)| Entry::new(value, until, Nanos::ZERO, now))
        })
        .build()?;
    Ok(module)
}

/// What was found, or the end: the cache is down.
fn or_end<T>(call: &Call, found: Result<T, Down>) -> VmResult<T> {
    here::or_end(call, found, Reason::CacheDown)
}
