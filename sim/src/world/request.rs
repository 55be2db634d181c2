//! One request of one client.

use super::World;
use crate::engine::Nanos;
use crate::telemetry::Kind;

/// What a request asks for: a key's number.
pub type Key = u32;

/// A value, known by the query that produced it: 1 for the first query of the
/// run. Enough to tell an old value from a new one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Value(pub u32);

/// A request on its way through the system.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The world it is in.
    pub world: &'a World,
    /// Its number, in order of sending.
    pub id: u32,
    /// What it asks for.
    pub key: Key,
    /// When the client sent it.
    pub sent: Nanos,
}

impl<'a> Request<'a> {
    /// A client sends a request for `key`, now.
    pub fn send(world: &'a World, key: Key) -> Request<'a> {
        let request = Request { world, id: world.next_request(), key, sent: world.core.now() };
        request.note(Kind::Send, key);
        request
    }

    /// Writes to the log that `kind` happened to this request, now.
    #[inline]
    pub fn note(&self, kind: Kind, arg: u32) {
        self.world.recorder.note(self.world.core.now(), kind, self.id, arg);
    }

    /// The client has its answer: `Kind::Ok` or `Kind::Error`.
    #[inline]
    pub fn finish(&self, kind: Kind, arg: u32) {
        self.world.recorder.finish(self.world.core.now(), kind, self.id, arg, self.sent);
    }
}
