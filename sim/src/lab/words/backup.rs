//! `backup::`: the cache behind the cache (L3), a long way away. Where a system has none,
//! it holds nothing.

use rune::runtime::{Ref, VmResult};
use rune::{ContextError, Module, vm_try};

use super::entry::Entry;
use super::here;
use crate::engine::Nanos;
use crate::lab::call::Call;
use crate::lab::values::{Error, Value};
use crate::telemetry::{Kind, Reason};
use crate::world::cache::Down;

/// Its functions.
pub fn module() -> Result<Module, ContextError> {
    let mut module = Module::with_crate("backup")?;
    module
        .function("get", async |key: i64| {
            let call = vm_try!(here::with(key));
            let found = or_end(&call, entry(&call).await);
            VmResult::Ok(vm_try!(found).map(|entry| Value(entry.value)))
        })
        .build()?;
    module
        .function("try_entry", async |key: i64| {
            let call = vm_try!(here::with(key));
            VmResult::Ok(entry(&call).await.map_err(|Down| Error(Reason::CacheDown)))
        })
        .build()?;
    module
        .function("ttl", async |key: i64| {
            let call = vm_try!(here::with(key));
            let found = vm_try!(or_end(&call, ask(&call).await));
            VmResult::Ok(found.map(|(_, until)| until.since(call.host.world.core.now()).ms()))
        })
        .build()?;
    module
        .function("set", async |key: i64, value: Ref<Value>, ttl_ms: rune::Value| {
            let (call, ttl) = vm_try!(here::with_span(key, &ttl_ms));
            if let Some(backup) = &call.host.world.backup {
                backup.set(&call.request(), value.0, ttl).await;
            }
            VmResult::Ok(())
        })
        .build()?;
    module
        .function("add", async |key: i64, value: Ref<Value>, ttl_ms: rune::Value| {
            let (call, ttl) = vm_try!(here::with_span(key, &ttl_ms));
            let Some(backup) = &call.host.world.backup else { return VmResult::Ok(false) };
            or_end(&call, backup.add(&call.request(), value.0, ttl).await)
        })
        .build()?;
    module
        .function("delete", async |key: i64| {
            let call = vm_try!(here::with(key));
            if let Some(backup) = &call.host.world.backup {
                backup.delete(&call.request()).await;
            }
            VmResult::Ok(())
        })
        .build()?;
    Ok(module)
}

fn or_end<T>(call: &Call, said: Result<T, Down>) -> VmResult<T> {
    here::or_end(call, said, Reason::CacheDown)
}

async fn ask(call: &Call) -> Result<Option<(crate::world::Value, Nanos)>, Down> {
    match &call.host.world.backup {
        Some(backup) => backup.get(&call.request()).await,
        None => Ok(None),
    }
}

/// What is there; how long it took is how long it will take again.
async fn entry(call: &Call) -> Result<Option<Entry>, Down> {
    let core = &call.host.world.core;
    let asked = core.now();
    let found = ask(call).await?;
    let (request, now) = (call.request(), core.now());
    if call.host.world.backup.is_some() {
        let kind = if found.is_some() { Kind::BackupHit } else { Kind::BackupMiss };
        request.note(kind, request.key);
    }
    Ok(found.map(|(value, until)| {
        request.delta.set(now - asked);
        call.keep(&request);
        Entry::new(value, until, now - asked, now)
    }))
}
