//! A lock on several servers: Redlock.
//!
//! One lock server is one thing that can fail. Of several that know nothing of
//! each other, a lock takes a majority: two can never have one at the same time,
//! and a minority may be down.
//!
//! - Ask all of them at once for the same key with the same token, and wait only
//!   a little for each: one that is down does not even say no.
//! - A server counts the TTL from when it was asked, the client from before it
//!   asked. What is left of it then, less what their clocks may differ, is how
//!   long the lock is *valid*.
//! - Too few, or too late: give back everywhere what you got, also where no
//!   answer came, or it stays taken until it expires. Then try again, not in
//!   step with the others, so that not all get a few and none enough.
//!
//! All of it is about time. A holder that stands still past its validity goes
//! on as if it had the lock. A server that forgets its locks can give one a
//! second time, unless it stays away for a TTL first. And the servers have no
//! number in common that only grows, so there is no fence: what counts in order
//! for all is what a consensus is for.
//!
//! Redis documentation, *Distributed locks*; redsync (asks all at once);
//! M. Kleppmann, *How to do distributed locking* (2016), and S. Sanfilippo, *Is
//! Redlock safe?* (2016).

use std::future::pending;

use super::lock::{Grant, Keeper, Lock};
use crate::engine::Nanos;
use crate::engine::all::all;
use crate::engine::race::{First, race};
use crate::scenario::LockSpec;
use crate::telemetry::Kind;
use crate::world::lock_server::{Down, LockServer, Released};
use crate::world::{Request, World};

/// One process's way to a lock on several servers.
pub type Redlock = Lock<Servers>;

/// The lock servers.
pub struct Servers {
    majority: usize,
    ttl: Nanos,
    drift: Nanos,
    /// How long each may take to answer.
    patience: Nanos,
}

/// What they say.
struct Votes {
    yes: usize,
    no: usize,
    /// Since before they were asked.
    elapsed: Nanos,
}

impl Keeper for Servers {
    async fn acquire(&self, request: &Request<'_>, token: u64) -> Result<Option<Grant>, Down> {
        let votes = self
            .ask(request, |server, now| {
                server.acquire(now, request.key, token, self.ttl).map(|grant| grant.is_some())
            })
            .await;
        if let Some(left) = self.validity(&votes) {
            request.note(Kind::Quorum, millis(left));
            request.note(Kind::Lock, request.key);
            return Ok(Some(Grant { token, fence: None }));
        }
        match self.is_silent(&votes) {
            true => request.note(Kind::Silence, (votes.yes + votes.no) as u32),
            false => request.note(Kind::Split, votes.yes as u32),
        }
        self.give_back(request, token).await;
        if self.is_silent(&votes) { Err(Down) } else { Ok(None) }
    }

    async fn extend(&self, request: &Request<'_>, token: u64) -> Result<bool, Down> {
        let votes =
            self.ask(request, |server, now| server.extend(now, request.key, token, self.ttl)).await;
        let validity = self.validity(&votes);
        if let Some(left) = validity {
            request.note(Kind::Quorum, millis(left));
        }
        let held = validity.is_some();
        request.note(Kind::Renew, held.into());
        if !held && self.is_silent(&votes) { Err(Down) } else { Ok(held) }
    }

    async fn release(&self, request: &Request<'_>, token: u64) {
        let held = self.give_back(request, token).await >= self.majority;
        request.note(Kind::Unlock, held.into());
    }
}

impl Servers {
    /// None of them asked yet.
    pub fn new(spec: &LockSpec) -> Servers {
        Servers {
            majority: spec.servers as usize / 2 + 1,
            ttl: Nanos::from_ms(spec.ttl_ms),
            drift: drift(spec),
            patience: Nanos::from_ms(spec.answer_ms),
        }
    }

    /// For how long a lock for which they voted is its holder's own, if it is.
    fn validity(&self, votes: &Votes) -> Option<Nanos> {
        let left = self.ttl.since(votes.elapsed + self.drift);
        (votes.yes >= self.majority && left > Nanos::ZERO).then_some(left)
    }

    /// Whether so few have answered that nobody can have a majority.
    fn is_silent(&self, votes: &Votes) -> bool {
        votes.yes + votes.no < self.majority
    }

    /// Gives back what there is to give back; at how many servers there was.
    async fn give_back(&self, request: &Request<'_>, token: u64) -> usize {
        let release = |server: &LockServer, now| {
            server.release(now, request.key, token).map(|it| it == Released::Freed)
        };
        self.ask(request, release).await.yes
    }

    /// Asks all servers at once; what has not answered in time has not voted.
    async fn ask(
        &self,
        request: &Request<'_>,
        question: impl Fn(&LockServer, Nanos) -> Result<bool, Down>,
    ) -> Votes {
        let World { core, network, locks, .. } = request.world;
        let start = core.now();
        let trip = async |server| {
            network.cache().await;
            let Ok(answer) = question(server, core.now()) else { pending().await };
            network.cache().await;
            answer
        };
        let in_time = async |server| match race(trip(server), core.sleep(self.patience)).await {
            First::Left(answer) => Some(answer),
            First::Right(()) => None,
        };
        let answers = all(locks.iter().map(in_time)).await;
        let count = |vote| answers.iter().filter(|answer| **answer == Some(vote)).count();
        Votes { yes: count(true), no: count(false), elapsed: core.now() - start }
    }
}

/// What the clocks of client and servers may differ by while a lock lasts, and
/// 2 ms, as Redis counts whole ones.
fn drift(spec: &LockSpec) -> Nanos {
    Nanos::from_ms(spec.ttl_ms * spec.drift + 2.0)
}

/// In whole milliseconds, as the log has it.
fn millis(span: Nanos) -> u32 {
    (span.0 / 1_000_000) as u32
}
