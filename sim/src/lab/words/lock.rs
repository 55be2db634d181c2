//! `lock::`: the lock server that all processes share, a trip away.

use rune::runtime::{Ref, VmResult};
use rune::{Any, ContextError, Module, vm_try};

use super::here;
use crate::engine::Nanos;
use crate::lab::call::{Call, End};
use crate::lab::values::Error;
use crate::protect::lock::{Keeper, Server};
use crate::telemetry::Reason;
use crate::world::lock_server::Down;

/// A lock that was taken.
#[derive(Any, Clone, Copy)]
#[rune(item = ::lock)]
pub struct Lock {
    token: u64,
    ttl: Nanos,
    /// Grows from lock to lock.
    pub fence: u32,
}

/// Its functions.
pub fn module() -> Result<Module, ContextError> {
    let mut module = Module::with_crate("lock")?;
    module.ty::<Lock>()?;
    module
        .function("acquire", async |key: i64, ttl_ms: rune::Value| {
            let (call, ttl) = vm_try!(here::with_span(key, &ttl_ms));
            match acquire(&call, ttl).await {
                Ok(lock) => VmResult::Ok(lock),
                Err(Down) => call.end(End::Reason(Reason::LockDown)),
            }
        })
        .build()?;
    module
        .function("try_acquire", async |key: i64, ttl_ms: rune::Value| {
            let (call, ttl) = vm_try!(here::with_span(key, &ttl_ms));
            VmResult::Ok(acquire(&call, ttl).await.map_err(|Down| Error(Reason::LockDown)))
        })
        .build()?;
    module.associated_function("release", async |lock: Ref<Lock>| {
        let call = Call::here();
        let server = Server { ttl: lock.ttl, fence: true };
        server.release(&call.request(), lock.token).await;
    })?;
    module.associated_function("extend", async |lock: Ref<Lock>| {
        let call = Call::here();
        let server = Server { ttl: lock.ttl, fence: true };
        server.extend(&call.request(), lock.token).await.unwrap_or(false)
    })?;
    module.associated_function("fence", |lock: &Lock| i64::from(lock.fence))?;
    Ok(module)
}

async fn acquire(call: &Call, ttl: Nanos) -> Result<Option<Lock>, Down> {
    let (server, token) = (Server { ttl, fence: true }, call.host.next_token());
    let grant = server.acquire(&call.request(), token).await?;
    Ok(grant.map(|grant| Lock { token, ttl, fence: grant.fence.unwrap_or_default() }))
}
