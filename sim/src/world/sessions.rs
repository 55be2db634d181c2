//! Sessions and lists in the cache: commands that a shop sends beside GET and SET.
//!
//! - `GETEX`, and `GET` followed by `EXPIRE`, of which the second does nothing to a
//!   key that has expired meanwhile (it answers 0).
//! - `SCAN`: a cursor walks the keys in the order of their hashes. Each call looks
//!   at COUNT of them, whatever the pattern. What is there from beginning to end is
//!   returned; what comes or goes meanwhile may be, or not. So a whole walk is as
//!   many calls as there are keys, by COUNT.
//! - `DEL` of several keys, `SMEMBERS`, and `INCR` on a version in the names of all
//!   pages of the list.
//!
//! Source: Redis documentation of `SCAN` (*Scan guarantees*, *The COUNT option*),
//! `GETEX`, `EXPIRE`.

use std::panic::Location;

use super::cache::{Cache, Down, Keep, Store};
use super::request::{Key, Request, Value};
use crate::engine::Nanos;
use crate::telemetry::Kind;

/// Where a walk over all keys is. 0 is its beginning, and its end.
pub type Cursor = u64;

/// Where a key stands in the walk: anywhere, and each somewhere else (an odd factor
/// is a bijection).
fn place(key: Key) -> Cursor {
    1 + Cursor::from(key.wrapping_mul(0x9e37_79b1))
}

impl Store {
    /// `SCAN cursor COUNT count`: those of the next `count` keys that match, and
    /// where to go on.
    pub fn scan(
        &self,
        cursor: Cursor,
        count: usize,
        matches: impl Fn(Key) -> bool,
    ) -> (Vec<Key>, Cursor) {
        let mut rest: Vec<(Cursor, Key)> =
            self.keys().map(|key| (place(key), key)).filter(|(at, _)| *at > cursor).collect();
        let more = rest.len() > count;
        if more {
            rest.select_nth_unstable(count);
            rest.truncate(count);
        }
        rest.sort_unstable();
        let next = rest.last().filter(|_| more).map_or(0, |(at, _)| *at);
        (rest.into_iter().map(|(_, key)| key).filter(|key| matches(*key)).collect(), next)
    }

    /// `DEL`.
    pub fn delete(&mut self, key: Key) {
        self.remove(key);
    }

    /// `EXPIRE`: whether there was such a key.
    pub fn expire(&mut self, now: Nanos, key: Key, left: Nanos) -> bool {
        match self.get(now, key) {
            None => false,
            Some(value) => {
                self.put(now, key, value, Keep { fresh: left, ttl: left, delta: Nanos::ZERO });
                true
            }
        }
    }
}

impl Cache {
    /// A command: to the cache and back, with what is to be done there at that
    /// instant. An error if the cache does not answer.
    #[track_caller]
    pub fn command<T>(
        &self,
        request: &Request<'_>,
        what: impl FnOnce(Nanos, &mut Store) -> T,
    ) -> impl Future<Output = Result<T, Down>> {
        let site = Location::caller();
        async move {
            let world = request.world;
            world.network.cache().shown_at(site).await;
            let up = !self.down.get();
            if !up {
                request.note(Kind::CacheError, request.key);
            }
            let answer = up.then(|| what(world.core.now(), &mut self.store.borrow_mut()));
            world.network.cache().shown_at(site).await;
            answer.ok_or(Down)
        }
    }

    /// `DEL` of several keys, and how many of them there were. Leases that are out
    /// for them are worth nothing any more.
    #[track_caller]
    pub fn unlink(
        &self,
        request: &Request<'_>,
        keys: Vec<Key>,
    ) -> impl Future<Output = Result<u32, Down>> {
        let site = Location::caller();
        async move {
            let world = request.world;
            world.network.cache().shown_at(site).await;
            let done = (!self.down.get()).then(|| {
                let store = &mut *self.store.borrow_mut();
                let there = keys.iter().filter(|key| store.has(**key)).count() as u32;
                for key in keys {
                    store.remove(key);
                    if let Some(leases) = &self.leases {
                        leases.borrow_mut().revoke(key);
                    }
                    request.note(Kind::Delete, key);
                }
                request.note(Kind::Unlink, there);
                there
            });
            world.network.cache().shown_at(site).await;
            done.ok_or(Down)
        }
    }

    /// `INCR` on the version in the names of several keys: none of their values is
    /// found any more.
    #[track_caller]
    pub fn rename_all(
        &self,
        request: &Request<'_>,
        keys: impl Iterator<Item = Key>,
    ) -> impl Future<Output = Result<(), Down>> {
        self.command(request, move |_, store| {
            for key in keys {
                store.rename(key);
                request.note(Kind::Rename, key);
            }
        })
    }

    /// A session begins: `SET` with a TTL.
    #[track_caller]
    pub fn log_in(
        &self,
        request: &Request<'_>,
        session: Key,
        left: Nanos,
    ) -> impl Future<Output = Result<(), Down>> {
        let value = Value(request.id);
        let keep = Keep { fresh: left, ttl: left, delta: Nanos::ZERO };
        self.command(request, move |now, store| {
            if let Some(key) = store.put(now, session, value, keep) {
                request.note(Kind::Displace, key);
            }
            request.note(Kind::Session, session);
        })
    }
}
