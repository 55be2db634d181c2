//! One request of one client.

use std::cell::Cell;
use std::ops::Deref;

use super::World;
use super::senders::{ANYBODY, Client};
use crate::engine::Nanos;
use crate::telemetry::Kind;

/// What a request asks for: a key's number.
pub type Key = u32;

/// A value, known by the query that produced it: 1 for the first query of the
/// run. Enough to tell an old value from a new one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Value(pub u32);

impl Value {
    /// In the cache: there is no such thing.
    pub const NOTHING: Value = Value(0);
    /// What was in the cache before the run began.
    pub const WARM: Value = Value(1 << 31);
    /// In place of a key's value: the same for every key.
    pub const DEFAULT: Value = Value(u32::MAX);
    /// In place of a key's value: there is nothing to see yet.
    pub const PLACEHOLDER: Value = Value(u32::MAX - 1);

    /// Whether it is or was a key's value, and not something in its place.
    pub fn is_real(self) -> bool {
        self < Value::PLACEHOLDER
    }
}

/// A right to write the cache, which the cache checks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Claim {
    /// None was given; the cache does not ask.
    Free,
    /// The number of the lock it was loaded under (a fencing token).
    Fence(u32),
    /// The token of the lease it was loaded under.
    Lease(u32),
    /// The number in the name under which the key was looked for.
    Name(u32),
    /// The cache said that somebody else is loading.
    Wait,
}

/// A request on its way through the system.
pub struct Request<'a> {
    /// The world it is in.
    pub world: &'a World,
    /// Its number, in order of sending.
    pub id: u32,
    context: Context,
}

/// What a request carries with it, and takes along whole wherever work goes on
/// for it.
#[derive(Clone)]
pub struct Context {
    /// What it asks for.
    pub key: Key,
    /// When the client sent it, or its first try.
    pub sent: Nanos,
    /// Its right to write the cache.
    pub claim: Cell<Claim>,
    old: Cell<Value>,
    old_until: Cell<Nanos>,
    /// How long its load took.
    pub delta: Cell<Nanos>,
    /// Whether caches are to be left alone with what it loads.
    pub uncached: Cell<bool>,
    /// Whether it has followed another's load, or another's call, and been woken.
    pub woken: Cell<bool>,
    /// The value that it writes; [`Value::NOTHING`] if it reads.
    writes: Cell<Value>,
    /// Who sent it, where that matters; otherwise [`ANYBODY`].
    pub client: Client,
    /// Which process it is in, where that is kept; otherwise [`NOWHERE`].
    pub process: Cell<u32>,
}

/// In place of what was seen in the cache: no cache ever holds that.
const UNSEEN: Value = Value::DEFAULT;
/// The same, before it has looked.
const UNASKED: Value = Value::PLACEHOLDER;

impl Context {
    /// The value it has seen in the cache and is to replace, and until when
    /// that was fresh.
    pub fn old(&self) -> Option<(Value, Nanos)> {
        let old = self.old.get();
        (old.is_real()).then_some((old, self.old_until.get()))
    }

    /// It has seen a value in the cache, or none.
    pub fn sees(&self, old: Option<(Value, Nanos)>) {
        let (value, until) = old.unwrap_or((UNSEEN, Nanos::ZERO));
        self.old.set(value);
        self.old_until.set(until);
    }

    fn new(key: Key, sent: Nanos, client: Client) -> Context {
        Context {
            key,
            sent,
            client,
            claim: Cell::new(Claim::Free),
            old: Cell::new(UNSEEN),
            old_until: Cell::default(),
            delta: Cell::default(),
            uncached: Cell::new(false),
            woken: Cell::new(false),
            writes: Cell::new(Value::NOTHING),
            process: Cell::new(NOWHERE),
        }
    }
}

impl Deref for Request<'_> {
    type Target = Context;

    fn deref(&self) -> &Context {
        &self.context
    }
}

/// In no process.
pub const NOWHERE: u32 = u32::MAX;

/// A request without the world: for work that goes on behind it.
#[derive(Clone)]
pub struct Ticket {
    id: u32,
    context: Context,
}

impl<'a> Request<'a> {
    /// A client sends a request for `key`, now.
    pub fn send(world: &'a World, key: Key) -> Request<'a> {
        Request::send_as(world, ANYBODY, key)
    }

    /// The same, where it matters which one.
    #[inline]
    pub fn send_as(world: &'a World, client: Client, key: Key) -> Request<'a> {
        let context = Context::new(key, world.core.now(), client);
        Request::new(world, context, Kind::Send, key)
    }

    /// The client tries again.
    pub fn retry(&self) -> Request<'a> {
        let context = Context::new(self.key, self.sent, self.client);
        let retry = Request::new(self.world, context, Kind::Retry, self.id);
        if let Some(http) = &self.world.http {
            http.same(self.id, retry.id);
        }
        if self.updates() {
            retry.write(self.world.database.next_value());
        }
        retry
    }

    /// The rest of an update is to be done behind it.
    pub fn settle(&self) -> Request<'a> {
        let now = self.world.core.now();
        let settling = Request::new(
            self.world,
            Context::new(self.key, now, self.client),
            Kind::Settle,
            self.id,
        );
        settling.write(self.writes());
        settling
    }

    /// What it got from the cache behind is to go up into the shared one behind it.
    pub fn promote(&self) -> Request<'a> {
        Request::new(self.world, self.context.clone(), Kind::Promote, self.id)
    }

    /// It updates its key to a value, instead of reading it.
    pub fn write(&self, value: Value) {
        self.writes.set(value);
    }

    /// The value that it writes, if it does.
    pub fn writes(&self) -> Value {
        self.writes.get()
    }

    /// The number in the name under which it has looked for its key; 0 if names
    /// have none.
    #[inline]
    pub fn name(&self) -> u32 {
        match self.claim.get() {
            Claim::Name(number) => number,
            _ => 0,
        }
    }

    /// Whether it updates its key.
    #[inline]
    pub fn updates(&self) -> bool {
        self.writes.get() != Value::NOTHING
    }

    /// The key is to be loaded again behind this request.
    pub fn refresh(&self) -> Request<'a> {
        let context = Context::new(self.key, self.world.core.now(), self.client);
        let refresh = Request::new(self.world, context, Kind::Refresh, self.id);
        refresh.sees(self.old());
        refresh
    }

    /// Its key is to be asked for again behind it, as its process's copy grows old.
    pub fn renew(&self) -> Request<'a> {
        let context = Context::new(self.key, self.world.core.now(), self.client);
        Request::new(self.world, context, Kind::Renewal, self.id)
    }

    /// Its key is loaded in advance, because of when this request came.
    pub fn warm(&self) -> Request<'a> {
        let context = Context::new(self.key, self.world.core.now(), self.client);
        let warm = Request::new(self.world, context, Kind::Warm, self.id);
        warm.claim.set(self.claim.get());
        warm
    }

    /// A cache of the edge fetches its key, because of this request.
    pub fn fetch(&self) -> Request<'a> {
        let context = Context::new(self.key, self.world.core.now(), self.client);
        Request::new(self.world, context, Kind::Fetch, self.id)
    }

    /// A part of the page that it asks for.
    pub fn part(&self, key: Key) -> Request<'a> {
        let context = Context::new(key, self.sent, self.client);
        let part = Request::new(self.world, context, Kind::Part, key);
        part.note(Kind::PartOf, self.id);
        part.sees(Some((UNASKED, Nanos::ZERO)));
        part
    }

    /// Whether a part was found in the cache, or in the process: nothing else has been
    /// seen there.
    pub fn was_hit(&self) -> bool {
        self.old.get() == UNASKED
    }

    fn new(world: &'a World, context: Context, birth: Kind, arg: u32) -> Request<'a> {
        let request = Request { world, id: world.next_request(), context };
        request.note(birth, arg);
        request
    }

    /// To go on with it elsewhere.
    pub fn ticket(&self) -> Ticket {
        Ticket { id: self.id, context: self.context.clone() }
    }

    /// Writes to the log that `kind` happened to this request, now.
    #[inline]
    pub fn note(&self, kind: Kind, arg: u32) {
        self.world.core.works_for(self.id);
        self.world.recorder.note(self.world.core.now(), kind, self.id, arg);
    }

    /// The client has its answer: `Kind::Ok` or `Kind::Error`.
    #[inline]
    pub fn finish(&self, kind: Kind, arg: u32) {
        self.world.recorder.finish(self.world.core.now(), kind, self.id, arg, self.sent);
    }
}

impl Ticket {
    /// What the request asks for.
    pub fn key(&self) -> Key {
        self.context.key
    }

    /// The request it names.
    pub fn request(self, world: &World) -> Request<'_> {
        Request { world, id: self.id, context: self.context }
    }
}
