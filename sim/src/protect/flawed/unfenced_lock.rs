//! Flawed: a lock that is outlived by the work it guards.
//!
//! The lock expires after a fixed time, nothing prolongs it, and the result of
//! giving it back is thrown away. When loading takes longer than that, the
//! next one gets the lock and loads too; and the first, done at last, writes
//! its old value over the new one. Nobody notices: the release reports "not
//! held", to nobody.
//!
//! Seen with a TTL of 5 s and a database that takes 30 s on its bad days.

use crate::engine::Nanos;
use crate::protect::Loaded;
use crate::protect::lock::Lock;
use crate::scenario::LockSpec;
use crate::telemetry::Reason;
use crate::world::{Request, Value};

/// Does `load` under the lock, or waits for whoever does.
pub async fn run(
    lock: &Lock,
    spec: &LockSpec,
    request: &Request<'_>,
    look: impl AsyncFn() -> Option<Value>,
    load: impl AsyncFnOnce() -> Loaded,
) -> Loaded {
    let world = request.world;
    let deadline = world.core.now() + Nanos::from_ms(spec.wait_ms);
    loop {
        if let Ok(Some(grant)) = lock.acquire(request).await {
            if let Some(value) = look().await {
                lock.release(request, grant).await;
                return Ok(value);
            }
            // The bug: however long this takes, the lock does not last longer,
            // and the value that comes of it is written without a fence.
            let loaded = load().await;
            lock.release(request, grant).await;
            return loaded;
        }
        if world.core.now() >= deadline {
            return Err(Reason::LockTimeout);
        }
        world.core.sleep(Nanos::from_ms(spec.poll_ms)).await;
        if let Some(value) = look().await {
            return Ok(value);
        }
    }
}
