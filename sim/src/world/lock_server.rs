//! A lock server with Redis's rules: `SET key token NX PX ttl`.
//!
//! - A lock is taken only if nobody holds it, and is forgotten when its TTL
//!   has passed, whether or not its holder is done.
//! - Giving it back and prolonging it compare the token first, in one step (a
//!   script), so that nobody touches somebody else's lock.
//! - With each lock comes a number that only grows (`INCR`): a fencing token,
//!   by which a store can tell a late writer from the current one.
//!
//! Expiry goes by the server's own clock, which is no monotonic one: if it is set ahead,
//! every lock there expires so much sooner, and its holder does not hear of it.
//!
//! A server that crashes without having written its locks down has forgotten
//! them when it is back.
//!
//! Source: Redis documentation, *Distributed locks*; redislock and redsync for
//! what a release reports; M. Kleppmann, *How to do distributed locking* (2016), for
//! the clock. The server keeps no reference to anything else, so
//! that there can be several (Redlock).

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use super::request::Key;
use crate::engine::Nanos;

/// A lock server.
#[derive(Default)]
pub struct LockServer {
    /// Does not answer, and keeps what it holds.
    pub down: Cell<bool>,
    held: RefCell<BTreeMap<Key, Held>>,
    /// By how much its clock has been set ahead.
    ahead: Cell<Nanos>,
    /// The last fencing token it gave out.
    last: Cell<u32>,
}

#[derive(Clone, Copy)]
struct Held {
    token: u64,
    /// On the server's clock.
    until: Nanos,
}

/// What giving a lock back comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Released {
    /// It was held, and is free now.
    Freed,
    /// It had expired.
    Expired,
    /// Somebody else holds it by now.
    Foreign,
}

/// The lock server did not answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Down;

impl LockServer {
    /// `SET key token NX PX ttl`: the fencing token, or `None` if it is held.
    pub fn acquire(
        &self,
        now: Nanos,
        key: Key,
        token: u64,
        ttl: Nanos,
    ) -> Result<Option<u32>, Down> {
        self.answer()?;
        if self.holder(now, key).is_some() {
            return Ok(None);
        }
        self.hold(now, key, token, ttl);
        self.last.set(self.last.get() + 1);
        Ok(Some(self.last.get()))
    }

    /// Deletes the lock if it still has this token.
    pub fn release(&self, now: Nanos, key: Key, token: u64) -> Result<Released, Down> {
        self.answer()?;
        Ok(match self.holder(now, key) {
            Some(holder) if holder == token => {
                self.held.borrow_mut().remove(&key);
                Released::Freed
            }
            Some(_) => Released::Foreign,
            None => Released::Expired,
        })
    }

    /// Gives the lock another `ttl` if it still has this token (`PEXPIRE`);
    /// false if it has not.
    pub fn extend(&self, now: Nanos, key: Key, token: u64, ttl: Nanos) -> Result<bool, Down> {
        self.answer()?;
        let held = self.holder(now, key) == Some(token);
        if held {
            self.hold(now, key, token, ttl);
        }
        Ok(held)
    }

    /// `DEL key`, without asking whose it is.
    pub fn delete(&self, key: Key) -> Result<(), Down> {
        self.answer()?;
        self.held.borrow_mut().remove(&key);
        Ok(())
    }

    /// Loses all locks. The numbers it gave out are on disk: none comes again.
    pub fn forget(&self) {
        self.held.borrow_mut().clear();
    }

    /// Its clock is set ahead.
    pub fn set_ahead(&self, by: Nanos) {
        self.ahead.set(self.ahead.get() + by);
    }

    /// The token of whoever holds a lock now.
    pub fn holder(&self, now: Nanos, key: Key) -> Option<u64> {
        let clock = now + self.ahead.get();
        self.held.borrow().get(&key).filter(|held| clock < held.until).map(|held| held.token)
    }

    fn hold(&self, now: Nanos, key: Key, token: u64, ttl: Nanos) {
        let until = now + self.ahead.get() + ttl;
        self.held.borrow_mut().insert(key, Held { token, until });
    }

    fn answer(&self) -> Result<(), Down> {
        if self.down.get() { Err(Down) } else { Ok(()) }
    }
}
