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
use crate::protect::layer::{Layer, Next, Part};
use crate::protect::lock::Lock;
use crate::scenario::LockSpec;
use crate::telemetry::Reason;
use crate::world::Request;

/// One process's way to the lock server.
pub struct RetryingLock {
    lock: Lock,
    poll: Nanos,
    wait: Nanos,
}

impl Layer for RetryingLock {
    async fn call(&self, request: &Request<'_>, next: impl Next) -> Loaded {
        let core = &request.world.core;
        let deadline = core.now() + self.wait;
        loop {
            if let Ok(Some(grant)) = self.lock.acquire(request).await {
                if let Some(value) = next.look(request).await {
                    self.lock.release(request, grant).await;
                    return Ok(value);
                }
                // The bug: however long this takes, the lock does not last
                // longer, and its value is written without a fence.
                let loaded = next.load(request).await;
                self.lock.release(request, grant).await;
                return loaded;
            }
            if core.now() >= deadline {
                return Err(Reason::LockTimeout);
            }
            core.sleep(self.poll).await;
            if let Some(value) = next.look(request).await {
                return Ok(value);
            }
        }
    }
}

impl RetryingLock {
    /// For one process.
    pub fn new(lock: Lock, spec: &LockSpec) -> RetryingLock {
        let (poll, wait) = (Nanos::from_ms(spec.poll_ms), Nanos::from_ms(spec.wait_ms));
        RetryingLock { lock, poll, wait }
    }
}

impl Part for RetryingLock {
    fn reset(&self) {
        self.lock.reset();
    }
}
