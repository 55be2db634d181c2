//! Flawed: any error is taken for "somebody else is loading".
//!
//! Taking the lock fails, so somebody else must have it; wait for them, then
//! look again. But when the lock server is down nobody has it, and everybody
//! waits for nobody, for as long as the patience lasts.
//!
//! Seen where `if err != nil { return waitAndRetry() }` follows a `SetNX`.

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
    let core = &request.world.core;
    // The bug: `Err` and "not mine" end in the same branch.
    if let Ok(Some(grant)) = lock.acquire(request).await {
        return lock.hold(request, grant, look, load).await;
    }
    let deadline = core.now() + Nanos::from_ms(spec.wait_ms);
    while core.now() < deadline {
        core.sleep(Nanos::from_ms(spec.poll_ms)).await;
        if let Some(value) = look().await {
            return Ok(value);
        }
    }
    Err(Reason::LockTimeout)
}
