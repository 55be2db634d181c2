//! The doors and layers that the page's first figure does without. Where a
//! program is cut into parts (feature `apart`), they are in its later part, and are
//! given to the simulation when that has come; everywhere else they are simply
//! there.

use std::pin::Pin;
use std::rc::Rc;

use stampede_scenario::apart;

use super::adaptive_ttl::AdaptiveTtl;
use super::backup::Backup;
use super::compute::Compute;
use super::fill::Fill;
use super::get::Rest;
use super::lease::Lease;
use super::namespace::Namespace;
use super::path::Site;
use super::reads::Reads;
use super::source::Source;
use super::warming::Warming;
use super::{App, Loaded, Node, door, guard};
use crate::engine::Nanos;
use crate::scenario::{Door, Flaw, Layer, Method, Scenario, Switch};
use crate::world::Request;
use crate::world::request::Key;

/// A request on its way.
pub type Going<'a> = Pin<Box<dyn Future<Output = Loaded> + 'a>>;

/// The ways to them.
#[derive(Clone, Copy)]
pub struct Further {
    /// Builds the server's CPU.
    pub compute: fn(&Site<'_>) -> Node,
    /// Builds one that stands at the door.
    pub door: fn(&Site<'_>, Door) -> Node,
    /// Builds a layer.
    pub guard: fn(&Site<'_>, Layer) -> Node,
    /// Those that are always in the same place.
    pub lease: fn(&Site<'_>) -> Node,
    /// The same.
    pub namespace: fn(&Site<'_>) -> Node,
    /// Who counts how often keys are asked for.
    pub adaptive_ttl: fn(&Site<'_>) -> Rc<AdaptiveTtl>,
    /// And says how long a value is to be kept.
    pub ttl: fn(&AdaptiveTtl, Key) -> Nanos,
    /// Who loads in advance.
    pub warming: fn(&Site<'_>) -> Node,
    /// Always the last before the database; it fills the cache in this way.
    pub backup: fn(&Site<'_>, Option<&Rc<Fill>>) -> Node,
    /// Where reads go, if there are replicas.
    pub reads: fn(&Site<'_>) -> Rc<Reads>,
    /// Goes there.
    pub read: for<'a, 'b> fn(&'a Source, &'a Reads, &'a Request<'b>) -> Going<'a>,
    /// Goes on with an update, from such a node of the way on.
    pub update: for<'a, 'b> fn(&'a Rc<App>, &'a Request<'b>, usize) -> Going<'a>,
    /// A panic that nobody catches ends a process.
    pub panic: fn(&Rc<App>),
    /// Gets past one.
    pub call: for<'a> fn(&'a Node, &'a Request<'a>, Rest<'a>) -> Going<'a>,
}

fn compute(site: &Site<'_>) -> Node {
    let compute = site.kept.part(|| Compute::new(site));
    compute.set_shedding(site.scenario.protect.shed && site.scenario.shed.delay);
    compute.into()
}

impl Further {
    /// All there are. Named in the first part of a program, they would be there.
    pub const ALL: Further = Further {
        compute,
        door,
        guard,
        lease: |site| site.kept.part(|| Lease::new(&site.scenario.lease)).into(),
        namespace: |site| site.kept.part(|| Namespace).into(),
        adaptive_ttl: |site| {
            let usual = Nanos::from_ms(site.scenario.cache.ttl_ms);
            site.kept.part(|| AdaptiveTtl::new(&site.scenario.adaptive_ttl, usual))
        },
        ttl: AdaptiveTtl::ttl,
        warming: |site| Warming::of(site).into(),
        backup: |site, fill| Rc::new(Backup::new(site, fill)).into(),
        reads: |site| site.kept.part(|| Reads::new(site)),
        read: |source, reads, request| Box::pin(reads.read(source, request)),
        update: Rest::update,
        panic: App::crash_by_panic,
        call: Node::call,
    };

    /// Whether a scenario's path has some.
    pub fn is_needed(scenario: &Scenario) -> bool {
        let p = &scenario.protect;
        let gates = p.gates().into_iter().any(|gate| gate != Switch::Singleflight);
        let named = scenario.writes.method == Method::VersionedKeys;
        let world = scenario.cpu.cores > 0 || scenario.replicas.count > 0;
        let kept = p.adaptive_ttl || p.warming || !scenario.cache.fills;
        gates || named || world || kept || p.recheck || p.flaw != Flaw::None
    }
}

apart!(Further, given);
