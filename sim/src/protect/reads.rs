//! Reads from replicas: which server a query goes to.
//!
//! Updates go to the database, reads to its copies, and so there is more than
//! one server's worth of them. The price is age: what a replica does not have
//! yet, its readers do not see. And a cache that is filled from it keeps the
//! old value for a whole TTL, though the update had deleted it.
//!
//! Two cures, both of which remember that a key has just been updated and read
//! it from the database itself for a while: in the process that made the update
//! (*read your writes*), or by a marker in the cache, which every process asks
//! for before it reads.
//!
//! A replica that fails or takes too long is no reason to fail: the database
//! itself is asked instead.
//!
//! Nishtala et al., *Scaling Memcache at Facebook*, NSDI 2013, §5 (remote
//! markers).

use std::cell::RefCell;
use std::rc::Rc;

use super::Loaded;
use super::layer::Part;
use super::path::Site;
use super::source::Source;
use crate::engine::Nanos;
use crate::engine::race::{First, race};
use crate::engine::streams::{Purpose, Stream};
use crate::telemetry::{Kind, Reason};
use crate::world::Request;
use crate::world::balancer::Balancer;
use crate::world::cache::Cache;
use crate::world::keyed::Keyed;
use crate::world::process::{PRIMARY, some_ms};

/// Where one process's reads go.
pub struct Reads {
    balancer: RefCell<Balancer>,
    timeout: Option<Nanos>,
    /// For how long an updated key is read from the database itself.
    mark_for: Option<Nanos>,
    marks: Marks,
}

/// Where it is written down that a key has just been updated.
enum Marks {
    /// In the process that did it: until when.
    Own(RefCell<Keyed<Nanos>>),
    /// In the cache, for all.
    Shared(Rc<Cache>),
}

impl Reads {
    /// A query of a read: to a replica, or to the database itself.
    pub async fn read(&self, source: &Source, request: &Request<'_>) -> Loaded {
        if self.is_marked(request).await {
            return self.read_primary(source, request).await;
        }
        match self.read_replica(source, request).await {
            Err(Reason::Database | Reason::QueryTimeout | Reason::PoolTimeout) => {
                self.read_primary(source, request).await
            }
            answer => answer,
        }
    }

    async fn read_primary(&self, source: &Source, request: &Request<'_>) -> Loaded {
        request.note(Kind::Route, PRIMARY);
        source.ask(request, PRIMARY).await
    }

    async fn read_replica(&self, source: &Source, request: &Request<'_>) -> Loaded {
        let core = &request.world.core;
        let picked = self.balancer.borrow_mut().pick(core.now());
        let Some(node) = picked.map(|picked| picked.node) else { return Err(Reason::Database) };
        let replica = PRIMARY + 1 + node as u32;
        request.note(Kind::Route, replica);
        let _sent = Sent::new(self, request, node);
        let Some(span) = self.timeout else { return source.ask(request, replica).await };
        match race(source.ask(request, replica), core.sleep(span)).await {
            First::Left(answer) => answer,
            First::Right(()) => Err(Reason::QueryTimeout),
        }
    }

    /// Whether the key has just been updated, as far as is known.
    async fn is_marked(&self, request: &Request<'_>) -> bool {
        if self.mark_for.is_none() {
            return false;
        }
        match &self.marks {
            Marks::Own(marks) => {
                let until = marks.borrow().get(request.key).copied();
                until.is_some_and(|until| request.world.core.now() < until)
            }
            Marks::Shared(cache) => cache.is_marked(request).await,
        }
    }

    /// The key is about to be updated.
    pub async fn mark(&self, request: &Request<'_>) {
        let Some(span) = self.mark_for else { return };
        let until = request.world.core.now() + span;
        match &self.marks {
            Marks::Own(marks) => marks.borrow_mut().insert(request.key, until),
            Marks::Shared(cache) => cache.mark(request, until).await,
        }
    }

    /// A process's.
    pub fn new(site: &Site<'_>) -> Reads {
        let spec = &site.scenario.replicas;
        let random = Stream::new(site.seed, Purpose::Replicas, site.process.id.into());
        let balancer = Balancer::new(spec.choice, spec.count as usize, Nanos::ZERO, DECAY, random);
        let marks = match &site.world.cache {
            Some(cache) if spec.marker => Marks::Shared(Rc::clone(cache)),
            _ => Marks::Own(RefCell::default()),
        };
        Reads {
            balancer: RefCell::new(balancer),
            timeout: some_ms(spec.timeout_ms),
            mark_for: some_ms(spec.primary_ms),
            marks,
        }
    }
}

/// Over how long a latency is forgotten, as in Finagle.
const DECAY: Nanos = Nanos(10_000_000_000);

impl Part for Reads {
    fn reset(&self) {
        if let Marks::Own(marks) = &self.marks {
            *marks.borrow_mut() = Keyed::default();
        }
    }
}

/// A query that is with a replica, until it is dropped.
struct Sent<'a> {
    reads: &'a Reads,
    request: &'a Request<'a>,
}

impl Sent<'_> {
    fn new<'a>(reads: &'a Reads, request: &'a Request<'_>, node: usize) -> Sent<'a> {
        reads.balancer.borrow_mut().send(request.world.core.now(), node, request.id);
        Sent { reads, request }
    }
}

impl Drop for Sent<'_> {
    fn drop(&mut self) {
        let now = self.request.world.core.now();
        self.reads.balancer.borrow_mut().done(now, self.request.id);
    }
}
