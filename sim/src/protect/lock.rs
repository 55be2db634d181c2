//! A distributed lock: of all processes, one loads.
//!
//! Singleflight ends at the edge of a process. A lock on a server that all of
//! them share reaches further:
//!
//! - take it with a token of your own, and with an expiry, so that a holder
//!   that dies does not block the key for ever;
//! - look into the cache again once you have it: somebody may have been faster;
//! - load, *fill the cache, then* give it back, and only if it is still yours;
//! - while you wait for it: look, try, sleep a little and not in step with the
//!   others, and not for ever.
//!
//! It saves work; it does not make anything exclusive. A holder that is slower
//! than its lock's TTL is not alone any more. Prolonging the lock makes that
//! rare; a fence, checked by the cache, makes it harmless.
//!
//! The server may go down, and nobody gets a lock. Several of them are in
//! `redlock.rs`.
//!
//! Semantics: Redis documentation, *Distributed locks*; redislock, redsync;
//! M. Kleppmann, *How to do distributed locking* (2016) for the fence.

use std::cell::{Cell, RefCell};

use super::Loaded;
use super::layer::{Layer, Next, Part};
use crate::engine::Nanos;
use crate::engine::race::{First, race};
use crate::engine::streams::{Purpose, Stream};
use crate::scenario::{LockFallback, LockSpec};
use crate::telemetry::{Kind, Reason};
use crate::world::lock_server::{Down, Released};
use crate::world::{Claim, Request, World};

/// One process's way to a lock.
pub struct Lock<K = Server> {
    keeper: K,
    ttl: Nanos,
    renew: bool,
    poll: Nanos,
    wait: Nanos,
    fallback: LockFallback,
    process: u32,
    tokens: Cell<u32>,
    random: RefCell<Stream>,
}

/// A lock that is held.
#[derive(Clone, Copy)]
pub struct Grant {
    /// Nobody else has this token.
    pub token: u64,
    /// Grows from lock to lock, if it is fenced.
    pub fence: Option<u32>,
}

/// Who keeps the locks. Each of these is a trip.
pub trait Keeper: 'static {
    /// Tries once: a grant, or `None` if nobody can have it now.
    fn acquire(
        &self,
        request: &Request<'_>,
        token: u64,
    ) -> impl Future<Output = Result<Option<Grant>, Down>>;

    /// Gives the lock its whole TTL again; false if it is lost.
    fn extend(&self, request: &Request<'_>, token: u64)
    -> impl Future<Output = Result<bool, Down>>;

    /// Gives it back.
    fn release(&self, request: &Request<'_>, token: u64) -> impl Future<Output = ()>;
}

impl<K: Keeper> Layer for Lock<K> {
    async fn call(&self, request: &Request<'_>, next: impl Next) -> Loaded {
        let core = &request.world.core;
        let deadline = core.now() + self.wait;
        loop {
            match self.acquire(request).await {
                Ok(Some(grant)) => return self.hold(request, grant, next).await,
                Ok(None) if core.now() >= deadline => {
                    return self.fall_back(request, Reason::LockTimeout, next).await;
                }
                Ok(None) => {}
                // An error is not "somebody else has it".
                Err(Down) => return self.fall_back(request, Reason::LockDown, next).await,
            }
            let pause = self.random.borrow_mut().around(self.poll, 0.5);
            core.sleep_until((core.now() + pause).min(deadline)).await;
            if let Some(value) = next.look(request).await {
                return Ok(value);
            }
        }
    }
}

impl Lock {
    /// For one process, at the only server.
    pub fn new(spec: &LockSpec, process: u32, seed: u64) -> Lock {
        let keeper = Server { ttl: Nanos::from_ms(spec.ttl_ms), fence: spec.fence };
        Lock::kept_by(keeper, spec, process, seed)
    }
}

impl<K: Keeper> Lock<K> {
    /// For one process.
    pub fn kept_by(keeper: K, spec: &LockSpec, process: u32, seed: u64) -> Lock<K> {
        Lock {
            keeper,
            ttl: Nanos::from_ms(spec.ttl_ms),
            renew: spec.renew,
            poll: Nanos::from_ms(spec.poll_ms),
            wait: Nanos::from_ms(spec.wait_ms),
            fallback: spec.fallback,
            process,
            tokens: Cell::new(0),
            random: RefCell::new(Stream::new(seed, Purpose::LockPoll, process.into())),
        }
    }

    /// Looks again, loads, and gives the lock back.
    pub async fn hold(&self, request: &Request<'_>, grant: Grant, next: impl Next) -> Loaded {
        if let Some(fence) = grant.fence {
            request.claim.set(Claim::Fence(fence));
        }
        let loaded = match next.look(request).await {
            Some(value) => Ok(value),
            None if self.renew => match race(next.load(request), self.keep(request, grant)).await {
                First::Left(loaded) => loaded,
                First::Right(never) => match never {},
            },
            None => next.load(request).await,
        };
        self.release(request, grant).await;
        loaded
    }

    async fn fall_back(&self, request: &Request<'_>, reason: Reason, next: impl Next) -> Loaded {
        match self.fallback {
            LockFallback::Load => next.load(request).await,
            LockFallback::Fail => Err(reason),
        }
    }

    /// Tries once: a grant, or `None` if nobody can have it now.
    pub async fn acquire(&self, request: &Request<'_>) -> Result<Option<Grant>, Down> {
        self.keeper.acquire(request, self.next_token()).await
    }

    /// Prolongs the lock at every third of its TTL, until it is lost. After an
    /// error it tries again sooner; what is lost is not won back.
    async fn keep(&self, request: &Request<'_>, grant: Grant) -> std::convert::Infallible {
        let mut pause = self.ttl.0 / 3;
        loop {
            request.world.core.sleep(Nanos(pause)).await;
            pause = match self.keeper.extend(request, grant.token).await {
                Ok(true) => self.ttl.0 / 3,
                Ok(false) => std::future::pending().await,
                Err(Down) => self.ttl.0 / 12,
            };
        }
    }

    /// Gives the lock back. Whether it was still held is in the log: work
    /// that outlived its lock is worth knowing about.
    pub async fn release(&self, request: &Request<'_>, grant: Grant) {
        self.keeper.release(request, grant.token).await;
    }

    /// A token that no other process, and no other time, has.
    fn next_token(&self) -> u64 {
        self.tokens.set(self.tokens.get() + 1);
        u64::from(self.process) << 32 | u64::from(self.tokens.get())
    }
}

impl<K: Keeper> Part for Lock<K> {
    /// What it held is the lock server's to forget; a token is never used twice.
    fn reset(&self) {}
}

/// The one lock server.
pub struct Server {
    /// For how long a lock is taken, or prolonged.
    pub ttl: Nanos,
    /// Whether a fence comes with it.
    pub fence: bool,
}

impl Keeper for Server {
    async fn acquire(&self, request: &Request<'_>, token: u64) -> Result<Option<Grant>, Down> {
        let World { core, network, locks, .. } = request.world;
        network.cache().await;
        let answer = locks[0].acquire(core.now(), request.key, token, self.ttl);
        match answer {
            Ok(Some(_)) => request.note(Kind::Lock, request.key),
            Ok(None) => request.note(Kind::Busy, request.key),
            Err(Down) => request.note(Kind::LockError, request.key),
        }
        network.cache().await;
        Ok(answer?.map(|number| Grant { token, fence: self.fence.then_some(number) }))
    }

    async fn extend(&self, request: &Request<'_>, token: u64) -> Result<bool, Down> {
        let World { core, network, locks, .. } = request.world;
        network.cache().await;
        let answer = locks[0].extend(core.now(), request.key, token, self.ttl);
        request.note(Kind::Renew, answer.unwrap_or(false).into());
        network.cache().await;
        answer
    }

    async fn release(&self, request: &Request<'_>, token: u64) {
        let World { core, network, locks, .. } = request.world;
        network.cache().await;
        let held = locks[0].release(core.now(), request.key, token) == Ok(Released::Freed);
        request.note(Kind::Unlock, held.into());
        network.cache().await;
    }
}
