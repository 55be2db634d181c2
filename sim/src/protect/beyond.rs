//! Doors and layers of larger systems than those of the first seven chapters.
//! Where a program is cut into parts (feature `apart`), they are in one that comes
//! when a scenario needs it; everywhere else they are simply there.

use std::rc::Rc;

use stampede_scenario::apart;

use super::adaptive_ttl::AdaptiveTtl;
use super::backup::Backup;
use super::coalesce::Coalesce;
use super::compute::Compute;
use super::concurrency::Concurrency;
use super::fallback::Fallback;
use super::fill::Fill;
use super::flawed::{
    empty_is_miss::Listing, everyone_stores::Handling, leader_drives::Sharing, library::Stampede,
    short_keys::Decorated,
};
use super::further::Going;
use super::gateway::Gateway;
use super::get::Rest;
use super::local::Local;
use super::namespace::Namespace;
use super::path::Site;
use super::predict::{Predict, Rush};
use super::reads::Reads;
use super::redlock::{Redlock, Servers};
use super::script::Script;
use super::shed::Shed;
use super::shop::{Naming, Own, Pages};
use super::source::Source;
use super::viral::Viral;
use super::warming::Warming;
use super::{App, Node};
use crate::engine::Nanos;
use crate::scenario::{Door, Flaw, Layer, Method, ProtectSpec, Scenario};
use crate::world::Request;
use crate::world::request::Key;
use crate::world::shop::Shop;

/// The ways to them.
#[derive(Clone, Copy)]
pub struct Beyond {
    /// Builds the server's CPU.
    pub compute: fn(&Site<'_>) -> Node,
    /// Builds one that stands at the door.
    pub door: fn(&Site<'_>, Door) -> Node,
    /// Builds a shop's pages, where it is one.
    pub pages: fn(&Site<'_>) -> Option<Node>,
    /// Builds what somebody wrote in place of all that follows.
    pub script: fn(&Site<'_>, Option<Rc<Fill>>) -> Node,
    /// Builds a cache that takes what is empty for nothing, in a shop.
    pub listing: fn(&Site<'_>) -> Option<Node>,
    /// For how long a key of a shop is to be kept.
    pub class_ttl: fn(&Shop, Key) -> Nanos,
    /// A lock that several servers keep.
    pub redlock: fn(&Site<'_>) -> Node,
    /// As many loads at once as go fast.
    pub concurrency: fn(&Site<'_>) -> Node,
    /// Under which name the key is.
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
    /// Gets past one.
    pub call: for<'a> fn(&'a Node, &'a Request<'a>, Rest<'a>) -> Going<'a>,
}

impl Beyond {
    /// All there are. Named in another part of a program, they would be there.
    pub const ALL: Beyond = Beyond {
        compute,
        door,
        pages: |site| Pages::new(site, naming(site)).map(|pages| Rc::new(pages).into()),
        script: Script::node,
        listing: |site| {
            let (cache, shop) = (site.world.cache.clone()?, site.world.shop.clone()?);
            Some(Rc::new(Listing { cache, shop }).into())
        },
        class_ttl: Shop::ttl,
        redlock: |site| {
            let Site { scenario, process, seed, .. } = site;
            let servers = Servers::new(&scenario.lock);
            site.kept.part(|| Redlock::kept_by(servers, &scenario.lock, process.id, *seed)).into()
        },
        concurrency: |site| {
            let Site { scenario, process, .. } = site;
            site.kept.part(|| Concurrency::new(&scenario.concurrency, process.id)).into()
        },
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
        call: Node::call_beyond,
    };

    /// Whether a scenario's path has some, if these defences are ever on.
    pub fn is_needed(scenario: &Scenario, ever: &ProtectSpec) -> bool {
        let redlock = ever.lock && scenario.lock.servers > 1;
        let layers = redlock || ever.layers().contains(&Layer::Concurrency);
        let store = ever.adaptive_ttl || ever.warming || ever.backup;
        let named = scenario.writes.method == Method::VersionedKeys;
        let world =
            scenario.cpu.cores > 0 || scenario.replicas.count > 0 || scenario.shop.products > 0;
        let written = !scenario.script.source.is_empty();
        ever.doors().next().is_some() || written || layers || store || named || world
    }
}

apart!(Beyond, given);

/// Which keys a shop's things have.
fn naming(site: &Site<'_>) -> Rc<dyn Naming> {
    match site.scenario.protect.flaw {
        Flaw::ShortKeys => Rc::new(Decorated::default()),
        _ => Rc::new(Own),
    }
}

fn compute(site: &Site<'_>) -> Node {
    let compute = site.kept.part(|| Compute::new(site));
    compute.set_shedding(site.scenario.protect.shed && site.scenario.shed.delay);
    compute.into()
}

/// Somebody who stands at the door.
fn door(site: &Site<'_>, door: Door) -> Node {
    match door {
        Door::Shed => site.kept.part(|| Shed::new(site)).into(),
        Door::Gateway => Rc::new(Gateway::new(site)).into(),
        Door::Coalesce => middleware(site),
        Door::Predict => {
            let rush = site.kept.part(Rush::default);
            site.kept.part(|| Predict::new(site, rush)).into()
        }
        Door::Viral => site.kept.part(|| Viral::new(site)).into(),
        Door::Fallback => Rc::new(Fallback::new(site)).into(),
        Door::Local => Rc::new(Local::new(site)).into(),
    }
}

/// The coalescing middleware.
fn middleware(site: &Site<'_>) -> Node {
    let right = Coalesce::new(site);
    match site.scenario.protect.flaw {
        Flaw::EveryoneStores => Rc::new(Handling(right)).into(),
        Flaw::LeaderDrives => Rc::new(Sharing(right)).into(),
        Flaw::Library => Rc::new(Stampede(right)).into(),
        _ => Rc::new(right).into(),
    }
}
