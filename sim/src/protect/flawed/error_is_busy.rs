//! Flawed: any error is taken for "somebody else is loading".
//!
//! Taking the lock fails, so somebody else must have it; wait for them, then
//! look again. But when the lock server is down nobody has it, and everybody
//! waits for nobody, for as long as the patience lasts.
//!
//! Seen where `if err != nil { return waitAndRetry() }` follows a `SetNX`.

use crate::engine::Nanos;
use crate::protect::Loaded;
use crate::protect::layer::{Layer, Next, Part};
use crate::protect::lock::Lock;
use crate::scenario::LockSpec;
use crate::telemetry::Reason;
use crate::world::Request;

/// One process's way to the lock server.
pub struct PollingLock {
    lock: Lock,
    poll: Nanos,
    wait: Nanos,
}

impl Layer for PollingLock {
    async fn call(&self, request: &Request<'_>, next: impl Next) -> Loaded {
        let core = &request.world.core;
        // The bug: `Err` and "not mine" are the same to it.
        if let Ok(Some(grant)) = self.lock.acquire(request).await {
            return self.lock.hold(request, grant, next).await;
        }
        let deadline = core.now() + self.wait;
        while core.now() < deadline {
            core.sleep(self.poll).await;
            if let Some(value) = next.look(request).await {
                return Ok(value);
            }
        }
        Err(Reason::LockTimeout)
    }
}

impl PollingLock {
    /// For one process.
    pub fn new(lock: Lock, spec: &LockSpec) -> PollingLock {
        let (poll, wait) = (Nanos::from_ms(spec.poll_ms), Nanos::from_ms(spec.wait_ms));
        PollingLock { lock, poll, wait }
    }
}

impl Part for PollingLock {
    fn reset(&self) {
        self.lock.reset();
    }
}
