//! A request's way through a process, built from its scenario: a list of nodes.
//!
//! First whoever stands at the *door*, whom every request meets: the server's CPU,
//! if it has to be reckoned with, and who may refuse it. Then the
//! *store*: the cache, with all that bears on what it holds. Then the *layers*,
//! each of which guards what comes behind it. At the end another cache, if there is
//! one, who stores what was loaded, and the *source*: the database.
//!
//! What somebody wrote stands in the place of store, layers and source.
//!
//! A mistake is another node in the place of the right one, or the right one
//! in another place, or none.

use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;

use super::beyond::Beyond;
use super::fill::Fill;
use super::flawed::{followers_save::Saving, never_fills::Filling};
use super::further::Further;
use super::layer::Part;
use super::{Node, flights::Flights, recheck::Recheck, source::Source, store::Store};
use crate::scenario::{self, Flaw, Method, Scenario};
use crate::world::{Process, World};

/// Every kind of node, and how to get past one: each in a box of its own size,
/// so that nobody pays for a way he does not go.
macro_rules! nodes {
    (
        { $($(#[$doc:meta])* $node:ident,)* }
        beyond { $($(#[$far_doc:meta])* $far:ident,)* }
    ) => {
        /// A place on the way.
        pub enum Node {
            $($(#[$doc])* $node(Rc<$node>),)*
            $($(#[$far_doc])* $far(Rc<$far>),)*
        }

        $(impl From<Rc<$node>> for Node {
            fn from(node: Rc<$node>) -> Node {
                Node::$node(node)
            }
        })*
        $(impl From<Rc<$far>> for Node {
            fn from(node: Rc<$far>) -> Node {
                Node::$far(node)
            }
        })*

        impl Node {
            /// Answers the request, or lets it go on.
            pub fn call<'a>(&'a self, request: &'a Request<'a>, next: Rest<'a>) -> Going<'a> {
                match self {
                    $(Node::$node(node) => Box::pin(node.call(request, next)),)*
                    _ => (Beyond::given().call)(self, request, next),
                }
            }

            /// The same, of those [beyond](super::beyond).
            fn call_beyond<'a>(&'a self, request: &'a Request<'a>, next: Rest<'a>) -> Going<'a> {
                match self {
                    $(Node::$far(node) => Box::pin(node.call(request, next)),)*
                    _ => self.call(request, next),
                }
            }
        }
    };
}

pub(super) use nodes;

/// What a process has of each part, or had before it was switched off: what
/// one knows outlives its being off. Or what all processes have in common,
/// which outlives them.
#[derive(Default)]
pub struct Kept(RefCell<Vec<Rc<dyn Part>>>);

impl Kept {
    /// The process's part of this type; made, if there was none yet.
    pub fn part<T: Part>(&self, make: impl FnOnce() -> T) -> Rc<T> {
        let known = self.0.borrow().iter().find_map(|part| {
            let any: Rc<dyn Any> = Rc::<dyn Part>::clone(part);
            any.downcast().ok()
        });
        // One may be made of others.
        known.unwrap_or_else(|| {
            let part = Rc::new(make());
            self.0.borrow_mut().push(Rc::<T>::clone(&part));
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
    pub world: &'a Rc<World>,
    /// Whose path it is.
    pub process: &'a Rc<Process>,
    /// What it is built from.
    pub scenario: &'a Scenario,
    /// The run's.
    pub seed: u64,
    /// What the process has of it already.
    pub kept: &'a Kept,
    /// What all processes have in common of it.
    pub shared: &'a Kept,
}

/// The way of a request through a process.
pub fn path(site: &Site<'_>) -> Vec<Node> {
    let Site { scenario, kept, .. } = site;
    let p = &scenario.protect;
    let source = Rc::new(Source::new(site));
    let mut nodes: Vec<Node> = Vec::new();
    let door = |door| (Beyond::given().door)(site, door);
    // Who is refused here costs no CPU.
    nodes.extend(p.doors().filter(|next| *next == scenario::Door::Shed).map(door));
    if scenario.cpu.cores > 0 {
        nodes.push((Beyond::given().compute)(site));
    }
    // Who is counted there is a page, and not each of its parts.
    let whole =
        |next: &scenario::Door| matches!(next, scenario::Door::Gateway | scenario::Door::Predict);
    nodes.extend(p.doors().filter(whole).map(door));
    if scenario.shop.products > 0 {
        nodes.extend((Beyond::given().pages)(site));
    }
    // A script that has copies has those of the process.
    let own = scenario.script.names("local");
    let parts = |next: &scenario::Door| {
        let is_own = own && *next == scenario::Door::Local;
        !whole(next) && *next != scenario::Door::Shed && !is_own
    };
    nodes.extend(p.doors().filter(parts).map(door));
    if !scenario.script.source.is_empty() {
        let fill = Fill::new(site).map(Rc::new);
        nodes.push((Beyond::given().script)(site, fill.clone()));
        // It passes nothing on; but there copies learn of updates.
        nodes.extend(own.then(|| door(scenario::Door::Local)));
        // What is in the cache from the beginning is kept so.
        nodes.extend(fill.map(Node::from));
        nodes.push(source.into());
        return nodes;
    }
    if site.world.cache.is_some() && scenario.writes.method == Method::VersionedKeys {
        nodes.push((Beyond::given().namespace)(site));
    }
    if p.adaptive_ttl {
        nodes.push((Beyond::given().adaptive_ttl)(site).into());
    }
    if p.warming {
        nodes.push((Beyond::given().warming)(site));
    }
    if let Some(cache) = &site.world.cache {
        let store = || Rc::new(Store::new(site, cache, &source)).into();
        let flawed = match p.flaw {
            Flaw::EmptyIsMiss => (Beyond::given().listing)(site),
            _ => None,
        };
        nodes.push(flawed.unwrap_or_else(store));
    }
    if p.lease {
        nodes.push((Further::given().lease)(site));
    }
    for layer in p.layers() {
        if layer != scenario::Layer::Singleflight {
            nodes.push((Further::given().guard)(site, layer));
            continue;
        }
        if let (Flaw::FollowersSave, Some(fill)) = (p.flaw, Fill::new(site)) {
            nodes.push(Rc::new(Saving(fill)).into());
        }
        let core = &site.world.core;
        nodes.push(kept.part(|| Flights::new(core, &scenario.singleflight, p.flaw)).into());
        if p.recheck {
            nodes.push(kept.part(|| Recheck).into());
        }
    }
    let fill = Fill::new(site).map(Rc::new);
    if p.backup {
        nodes.push((Beyond::given().backup)(site, fill.as_ref()));
    }
    nodes.extend(fill.and_then(|fill| match p.flaw {
        Flaw::NeverFills => Some(Rc::new(Filling(fill)).into()),
        _ if !scenario.cache.fills => Some(Rc::new(Filling(fill)).into()),
        // It stands before the flight.
        Flaw::FollowersSave => None,
        _ => Some(fill.into()),
    }));
    nodes.push(source.into());
    nodes
}
