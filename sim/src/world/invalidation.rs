//! What an update does to the cache: a key is deleted, has its value replaced, or
//! gets another name.
//!
//! A deletion and a replacement make a lease that is out for the key worthless
//! (memcached: the token no longer matches), so that what was loaded before
//! cannot be stored after.

use std::panic::Location;

use super::cache::{Cache, Down, Keep, Store};
use super::request::{Request, Value};
use crate::engine::Nanos;
use crate::telemetry::Kind;

impl Cache {
    /// `DEL`, and waits for the confirmation. Without an answer the old value
    /// stays.
    #[track_caller]
    pub fn delete(&self, request: &Request<'_>) -> impl Future<Output = ()> {
        let change = |store: &mut Store| store.remove(request.key);
        let changed = self.change(request, Kind::Delete, change);
        async {
            // Nobody is told: the update is done.
            let _ = changed.await;
        }
    }

    /// `SET`, whatever is there, and waits for the confirmation. From then on
    /// the update is in effect, if it was not before.
    #[track_caller]
    pub fn replace(
        &self,
        request: &Request<'_>,
        value: Value,
        keep: Keep,
    ) -> impl Future<Output = Result<(), Down>> {
        let world = request.world;
        self.change(request, Kind::Fill, move |store| {
            if let Some(ledger) = &world.ledger {
                ledger.take_effect(value);
            }
            if let Some(key) = store.put(world.core.now(), request.key, value, keep) {
                request.note(Kind::Displace, key);
            }
        })
    }

    /// `INCR` on the number in a key's name: its value is not found any more.
    /// (Its memory, which would be free only when its TTL ends, is at once.)
    #[track_caller]
    pub fn rename(&self, request: &Request<'_>) -> impl Future<Output = ()> {
        let changed = self.change(request, Kind::Rename, |store| store.rename(request.key));
        async {
            // Nobody is told: the update is done.
            let _ = changed.await;
        }
    }

    /// Asks for the number in a key's name.
    #[track_caller]
    pub fn number(&self, request: &Request<'_>) -> impl Future<Output = Result<u32, Down>> {
        let site = Location::caller();
        async move {
            let world = request.world;
            world.network.cache().shown_at(site).await;
            let number = (!self.down.get()).then(|| self.store.borrow().name(request.key));
            world.network.cache().shown_at(site).await;
            number.ok_or(Down)
        }
    }

    /// `SET` of a marker: the request's key is being updated.
    #[track_caller]
    pub fn mark(&self, request: &Request<'_>, until: Nanos) -> impl Future<Output = ()> {
        let note = move |_, store: &mut Store| {
            store.marks.insert(request.key, until);
            request.note(Kind::Mark, request.key);
        };
        let marked = self.command(request, note);
        async {
            // Nobody is told: the update goes on.
            let _ = marked.await;
        }
    }

    /// Whether the request's key has a marker. Without an answer, it has none.
    #[track_caller]
    pub fn is_marked(&self, request: &Request<'_>) -> impl Future<Output = bool> {
        let look = |now, store: &mut Store| {
            let until = store.marks.get(request.key);
            let marked = until.is_some_and(|until| now < *until);
            request.note(Kind::Marker, marked.into());
            marked
        };
        let answer = self.command(request, look);
        async { answer.await.unwrap_or_default() }
    }

    #[track_caller]
    fn change(
        &self,
        request: &Request<'_>,
        kind: Kind,
        change: impl FnOnce(&mut Store),
    ) -> impl Future<Output = Result<(), Down>> {
        self.command(request, move |_, store| {
            change(store);
            if let Some(leases) = &self.leases {
                leases.borrow_mut().revoke(request.key);
            }
            request.note(kind, request.key);
        })
    }
}
