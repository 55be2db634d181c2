//! A request's way through a process, built from its scenario: a list of nodes.
//!
//! First the *store*: the cache, with all that bears on what it holds. Then
//! the *layers*, each of which guards what comes behind it. At the end, who
//! stores what was loaded, and the *source*: the database.
//!
//! A mistake is another node in the place of the right one, or the right one
//! in another place, or none.

use std::any::Any;
use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;

use super::flawed::{
    error_is_busy::ErrorIsBusy, followers_save::FollowersSave, limit_first::LimitFirst,
    never_fills::NeverFills, racy_breaker::RacyBreaker, unfenced_lock::UnfencedLock,
};
use super::{
    Loaded, breaker::Breaker, fill::Fill, flights::Flights, get::Rest, layer::Layer, layer::Part,
    lease::Lease, limiter::Limiter, lock::Lock, recheck::Recheck, source::Source, store::Store,
    throttle::Throttle,
};
use crate::scenario;
use crate::scenario::{Flaw, Scenario};
use crate::world::{Process, Request, World};

/// Every kind of node, and how to get past one: each in a box of its own size,
/// so that nobody pays for a way he does not go.
macro_rules! nodes {
    ($($(#[$doc:meta])* $node:ident,)*) => {
        /// A place on the way.
        pub enum Node {
            $($(#[$doc])* $node(Rc<$node>),)*
        }

        $(impl From<Rc<$node>> for Node {
            fn from(node: Rc<$node>) -> Node {
                Node::$node(node)
            }
        })*

        impl Node {
            /// Answers the request, or lets it go on.
            pub fn call<'a>(
                &'a self,
                request: &'a Request<'a>,
                next: Rest<'a>,
            ) -> Pin<Box<dyn Future<Output = Loaded> + 'a>> {
                match self {
                    $(Node::$node(node) => Box::pin(node.call(request, next)),)*
                }
            }
        }
    };
}

nodes! {
    /// The cache.
    Store,
    /// The cache says who may load.
    Lease,
    /// One load for a key and process.
    Flights,
    /// Another look into the cache.
    Recheck,
    /// One load for a key.
    Lock,
    /// Refuse in proportion to what fails.
    Throttle,
    /// Only so many in a time.
    Limiter,
    /// Stop asking what fails.
    Breaker,
    /// Stores what was loaded.
    Fill,
    /// The database.
    Source,
    /// A lock that takes errors for "busy".
    ErrorIsBusy,
    /// A lock that is outlived by its holder.
    UnfencedLock,
    /// A limit before the flight.
    LimitFirst,
    /// A breaker that anybody may close.
    RacyBreaker,
    /// Every follower stores.
    FollowersSave,
    /// Nobody stores.
    NeverFills,
}

/// What a process has of each part, or had before it was switched off: what
/// one knows outlives its being off.
#[derive(Default)]
pub struct Kept(RefCell<Vec<Rc<dyn Part>>>);

impl Kept {
    /// The process's part of this type; made, if there was none yet.
    pub fn part<T: Part>(&self, make: impl FnOnce() -> T) -> Rc<T> {
        let parts = &mut *self.0.borrow_mut();
        let known = parts.iter().find_map(|part| {
            let any: Rc<dyn Any> = Rc::<dyn Part>::clone(part);
            any.downcast().ok()
        });
        known.unwrap_or_else(|| {
            let part = Rc::new(make());
            parts.push(Rc::<T>::clone(&part));
            part
        })
    }

    /// The process was started again.
    pub fn reset(&self) {
        self.0.borrow().iter().for_each(|part| part.reset());
    }
}

/// Where a path is built.
pub struct Site<'a> {
    /// What it is part of.
    pub world: &'a World,
    /// Whose path it is.
    pub process: &'a Rc<Process>,
    /// What it is built from.
    pub scenario: &'a Scenario,
    /// The run's.
    pub seed: u64,
    /// What the process has of it already.
    pub kept: &'a Kept,
}

/// The way of a request through a process.
pub fn path(site: &Site<'_>) -> Vec<Node> {
    let Site { scenario, kept, .. } = site;
    let p = &scenario.protect;
    let source = Rc::new(Source::new(site));
    let mut nodes: Vec<Node> = Vec::new();
    if let Some(cache) = &site.world.cache {
        nodes.push(Rc::new(Store::new(site, cache, &source)).into());
    }
    if p.lease {
        nodes.push(kept.part(|| Lease::new(&scenario.lease)).into());
    }
    for layer in p.layers() {
        if layer != scenario::Layer::Singleflight {
            nodes.push(guard(site, layer));
            continue;
        }
        if let (Flaw::FollowersSave, Some(fill)) = (p.flaw, Fill::new(site)) {
            nodes.push(Rc::new(FollowersSave(fill)).into());
        }
        let core = &site.world.core;
        nodes.push(kept.part(|| Flights::new(core, &scenario.singleflight, p.flaw)).into());
        if p.recheck {
            nodes.push(kept.part(|| Recheck).into());
        }
    }
    nodes.extend(Fill::new(site).and_then(|fill| match p.flaw {
        Flaw::NeverFills => Some(Rc::new(NeverFills(fill)).into()),
        // It stands before the flight.
        Flaw::FollowersSave => None,
        _ => Some(Rc::new(fill).into()),
    }));
    nodes.push(source.into());
    nodes
}

/// A layer that refuses, or holds back.
#[inline(never)]
fn guard(site: &Site<'_>, layer: scenario::Layer) -> Node {
    let Site { scenario, process, seed, kept, .. } = site;
    let (id, lock) = (process.id, || Lock::new(&scenario.lock, process.id, *seed));
    match (layer, scenario.protect.flaw) {
        (scenario::Layer::Singleflight, flaw) => {
            kept.part(|| Flights::new(&site.world.core, &scenario.singleflight, flaw)).into()
        }
        (scenario::Layer::Lock, Flaw::ErrorIsBusy) => {
            kept.part(|| ErrorIsBusy::new(lock(), &scenario.lock)).into()
        }
        (scenario::Layer::Lock, Flaw::UnfencedLock) => {
            kept.part(|| UnfencedLock::new(lock(), &scenario.lock)).into()
        }
        (scenario::Layer::Lock, _) => kept.part(lock).into(),
        (scenario::Layer::Throttle, _) => {
            kept.part(|| Throttle::new(&scenario.throttle, id, *seed)).into()
        }
        (scenario::Layer::Limiter, Flaw::LimitFirst) => {
            kept.part(|| LimitFirst(Limiter::new(&scenario.limiter))).into()
        }
        (scenario::Layer::Limiter, _) => kept.part(|| Limiter::new(&scenario.limiter)).into(),
        (scenario::Layer::Breaker, Flaw::RacyBreaker) => {
            kept.part(|| RacyBreaker::new(&scenario.breaker, id)).into()
        }
        (scenario::Layer::Breaker, _) => kept.part(|| Breaker::new(&scenario.breaker, id)).into(),
    }
}
