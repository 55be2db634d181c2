//! The defences against a stampede, one file each.
//!
//! The page shows these files beside the animation, and what it shows is what
//! runs. A defence is built on the engine and the world and knows no other
//! defence: each is given what it guards, and lets a request go on or does not.
//! [`path`] puts them together, in any order; what there is to put together
//! is declared here.
//!
//! | file | idea |
//! |---|---|
//! | [`edge`] | caches near the clients |
//! | [`shed`] | only so many requests in a process |
//! | [`gateway`], [`quota`], [`tokens`] | only so many requests of each client |
//! | [`coalesce`], [`calls`], [`reuse`] | one handler call for the same page |
//! | [`local`], [`copies`], [`hearsay`] | copies in each process, and word that they are old |
//! | [`viral`] | which keys deserve copies |
//! | [`get`], [`path`], [`layer`] | what a request passes, in order |
//! | [`compute`] | the CPU time that it takes |
//! | [`store`], [`fill`], [`source`], [`reads`] | the cache, the database and its replicas |
//! | [`backup`] | a cache behind the cache |
//! | [`singleflight`], [`flights`], [`handover`], [`recheck`] | one load for a key and process |
//! | [`lock`], [`redlock`], [`lease`] | one load for a key |
//! | [`stale`] | an old answer now, a new one behind |
//! | [`predict`], [`forecast`] | the same, only while many are expected |
//! | [`warming`] | a value before somebody asks |
//! | [`jitter`], [`adaptive_ttl`], [`xfetch`] | when values expire |
//! | [`breaker`], [`tally`], [`window`] | stop asking what fails |
//! | [`limiter`], [`throttle`], [`concurrency`], [`bulkhead`], [`codel`], [`spill`] | refuse some to serve the others |
//! | [`update`], [`namespace`] | what writing does to the cache |
//! | [`fallback`] | what to answer when all else has failed |
//! | [`shop`], [`session`], [`lists`], [`stock`] | pages of several keys, who is logged in, what they show and sell |
//! | [`retry`] | what clients do |
//! | [`flawed`] | the same with well-known mistakes |
//! | [`script`] | what somebody wrote in their place |

pub mod adaptive_ttl;
pub mod app;
pub mod backup;
pub mod beyond;
pub mod breaker;
pub mod bulkhead;
pub mod calls;
pub mod client;
pub mod coalesce;
pub mod codel;
pub mod compute;
pub mod concurrency;
pub mod copies;
pub mod edge;
pub mod fallback;
pub mod fill;
pub mod flawed;
pub mod flights;
pub mod forecast;
pub mod further;
pub mod gateway;
pub mod get;
pub mod handover;
pub mod hearsay;
pub mod jitter;
pub mod layer;
pub mod lease;
pub mod limiter;
pub mod lists;
pub mod local;
pub mod lock;
pub mod namespace;
pub mod path;
pub mod predict;
pub mod quota;
pub mod reads;
pub mod recheck;
pub mod redlock;
pub mod retry;
pub mod reuse;
pub mod script;
pub mod session;
pub mod shed;
pub mod shop;
pub mod singleflight;
pub mod source;
pub mod spill;
pub mod stale;
pub mod stock;
pub mod store;
pub mod tally;
pub mod throttle;
pub mod tokens;
pub mod update;
pub mod viral;
pub mod warming;
pub mod window;
pub mod xfetch;

use std::rc::Rc;

use self::{
    adaptive_ttl::AdaptiveTtl, backup::Backup, beyond::Beyond, breaker::Breaker,
    bulkhead::Bulkhead, coalesce::Coalesce, compute::Compute, concurrency::Concurrency,
    fallback::Fallback, fill::Fill, flights::Flights, further::Going, gateway::Gateway, get::Rest,
    layer::Layer, lease::Lease, limiter::Limiter, local::Local, lock::Lock, namespace::Namespace,
    predict::Predict, recheck::Recheck, redlock::Redlock, script::Script, shed::Shed, shop::Pages,
    source::Source, store::Store, throttle::Throttle, viral::Viral, warming::Warming,
};
use crate::scenario::{self, Flaw};
use crate::telemetry::Reason;
use crate::world::{Request, Value};
pub use app::App;
use flawed::{
    empty_is_miss::Listing, error_is_busy::PollingLock, everyone_stores::Handling,
    followers_save::Saving, leader_drives::Sharing, library::Stampede, limit_first::LoadLimiter,
    never_fills::Filling, racy_breaker::CountingBreaker, unfenced_lock::RetryingLock,
};
use path::{Site, nodes};

/// What a load comes to.
pub type Loaded = Result<Value, Reason>;

nodes! {
    {
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
        /// Only so many loads at once.
        Bulkhead,
        /// Stores what was loaded.
        Fill,
        /// The database.
        Source,
        /// A lock that takes errors for "busy".
        PollingLock,
        /// A lock that is outlived by its holder.
        RetryingLock,
        /// A limit before the flight.
        LoadLimiter,
        /// A breaker that anybody may close.
        CountingBreaker,
        /// Every follower stores.
        Saving,
        /// Nobody stores.
        Filling,
    }
    beyond {
        /// Only so many requests in a process.
        Shed,
        /// The server's CPU.
        Compute,
        /// Only so many requests of each client.
        Gateway,
        /// One handler call for the same page.
        Coalesce,
        /// Whether many are expected.
        Predict,
        /// Which keys are viral.
        Viral,
        /// A shop's pages.
        Pages,
        /// A cache that takes what is empty for nothing.
        Listing,
        /// Something in place of an error.
        Fallback,
        /// Copies in the process.
        Local,
        /// How often keys are asked for.
        AdaptiveTtl,
        /// When keys are asked for.
        Warming,
        /// Under which name the key is.
        Namespace,
        /// The same, kept by several servers.
        Redlock,
        /// As many loads at once as go fast.
        Concurrency,
        /// The cache behind.
        Backup,
        /// A middleware in which every follower stores.
        Handling,
        /// A middleware in which the first request calls the handler itself.
        Sharing,
        /// A middleware with all its mistakes.
        Stampede,
        /// What somebody wrote.
        Script,
    }
}

impl Node {
    /// Whether it stands at the door.
    pub fn is_door(&self) -> bool {
        matches!(
            self,
            Node::Shed(_)
                | Node::Compute(_)
                | Node::Gateway(_)
                | Node::Coalesce(_)
                | Node::Handling(_)
                | Node::Sharing(_)
                | Node::Stampede(_)
                | Node::Pages(_)
                | Node::Predict(_)
                | Node::Viral(_)
                | Node::Fallback(_)
                | Node::Local(_)
        )
    }
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
            kept.part(|| PollingLock::new(lock(), &scenario.lock)).into()
        }
        (scenario::Layer::Lock, Flaw::UnfencedLock) => {
            kept.part(|| RetryingLock::new(lock(), &scenario.lock)).into()
        }
        (scenario::Layer::Lock, _) if scenario.lock.servers > 1 => (Beyond::given().redlock)(site),
        (scenario::Layer::Lock, _) => kept.part(lock).into(),
        (scenario::Layer::Throttle, _) => {
            kept.part(|| Throttle::new(&scenario.throttle, id, *seed)).into()
        }
        (scenario::Layer::Limiter, Flaw::LimitFirst) => {
            kept.part(|| LoadLimiter(Limiter::new(&scenario.limiter))).into()
        }
        (scenario::Layer::Limiter, _) => kept.part(|| Limiter::new(&scenario.limiter)).into(),
        (scenario::Layer::Breaker, Flaw::RacyBreaker) => {
            kept.part(|| CountingBreaker::new(&scenario.breaker, id)).into()
        }
        (scenario::Layer::Breaker, _) => kept.part(|| Breaker::new(&scenario.breaker, id)).into(),
        (scenario::Layer::Concurrency, _) => (Beyond::given().concurrency)(site),
        (scenario::Layer::Bulkhead, _) => {
            kept.part(|| Bulkhead::new(&site.world.core, &scenario.bulkhead, id)).into()
        }
    }
}
