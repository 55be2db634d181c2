//! Leases: the cache itself says who may load.
//!
//! A miss comes back with a token, or with the advice to wait. Whoever has the
//! token loads, and may write; the others ask again a little later, and by
//! then mostly find the value. No lock server and no second trip; and a value
//! that was read before a deletion cannot be written after it.
//!
//! Semantics: Nishtala et al., *Scaling Memcache at Facebook*, NSDI 2013,
//! §3.2.1. One token per key and ten seconds: if its holder dies, the key
//! cannot be filled for that long.

use super::Loaded;
use super::layer::{Layer, Next, Part};
use crate::engine::Nanos;
use crate::scenario::LeaseSpec;
use crate::world::{Claim, Request};

/// How a process treats the cache's advice to wait.
pub struct Lease {
    retry: Nanos,
    wait: Nanos,
}

impl Lease {
    /// Asks again every `retry_ms`, for `wait_ms`.
    pub fn new(spec: &LeaseSpec) -> Lease {
        Lease { retry: Nanos::from_ms(spec.retry_ms), wait: Nanos::from_ms(spec.wait_ms) }
    }
}

impl Layer for Lease {
    /// Goes on if the cache has given the request a token; otherwise waits for
    /// whoever has it, and asks the cache again, which may give a token then.
    /// Who has waited long enough loads all the same, but may not write.
    async fn call(&self, request: &Request<'_>, next: impl Next) -> Loaded {
        let core = &request.world.core;
        let deadline = core.now() + self.wait;
        while request.claim.get() == Claim::Wait && core.now() < deadline {
            core.sleep_until((core.now() + self.retry).min(deadline)).await;
            if let Some(value) = next.look(request).await {
                return Ok(value);
            }
        }
        next.load(request).await
    }
}

impl Part for Lease {
    /// Tokens are the cache's to forget.
    fn reset(&self) {}
}
