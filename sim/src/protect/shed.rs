//! Load shedding: a process takes in no more than it can serve.
//!
//! It stands at the very door, before the CPU and the cache, and refuses (503)
//! whoever would be one too many: a refusal costs next to nothing, and those
//! who are in are served in time. How many that is, is set, or found out from
//! the response times, as the adaptive limit does it.
//!
//! Or by how long one waits inside: where the server is an event loop, everybody may
//! come in, and who has queued for too long is refused when his turn comes
//! (`compute.rs`). A limit that is low enough for a long overload turns away short
//! bursts that would soon be served; a queue's delay tells the two apart.
//!
//! Not all requests are alike. Of the places a share can be kept for important
//! clients, so that the others are refused first.
//!
//! What it does not know is what a request will cost. Hits and followers cost
//! nothing, and are refused all the same: in front of a flight it turns away
//! those who would have been served by a load that is under way. A bulkhead
//! behind the flight counts loads instead.
//!
//! Google, *Site Reliability Engineering*, ch. 21 (criticality); Netflix,
//! *concurrency-limits*, partitioned limiters; B. Maurer, *Fail at Scale*, ACM Queue 13
//! (2015), for the delay (CoDel).

use std::cell::RefCell;

use super::Loaded;
use super::concurrency::{Limit, is_dropped};
use super::layer::{Layer, Next, Part};
use super::path::Site;
use crate::engine::gauge::Gauge;
use crate::scenario::{ConcurrencySpec, ShedSpec};
use crate::telemetry::{Kind, Reason};
use crate::world::Request;

/// The door of one process.
pub struct Shed {
    spec: ShedSpec,
    process: u32,
    inside: Gauge,
    adaptive: Option<(ConcurrencySpec, RefCell<Limit>)>,
}

impl Layer for Shed {
    async fn call(&self, request: &Request<'_>, next: impl Next) -> Loaded {
        if let Err(reason) = self.admit(request) {
            request.note(Kind::Refuse, reason as u32);
            return Err(reason);
        }
        let core = &request.world.core;
        let (_place, begin) = (self.inside.enter(), core.now());
        let inside = self.inside.now();
        let loaded = next.load(request).await;
        if let (Some((_, limit)), Some(dropped)) = (&self.adaptive, is_dropped(&loaded)) {
            limit.borrow_mut().sample(core.now() - begin, inside, dropped);
        }
        loaded
    }
}

impl Shed {
    /// For one process, with nobody in it.
    pub fn new(site: &Site<'_>) -> Shed {
        let (spec, process) = (site.scenario.shed.clone(), site.process.id);
        let limit = |rules: &ConcurrencySpec| RefCell::new(Limit::new(rules, process));
        let rules = &site.scenario.concurrency;
        let adaptive = spec.adaptive.then(|| (rules.clone(), limit(rules)));
        Shed { spec, process, inside: Gauge::default(), adaptive }
    }

    /// Lets the request in, or says why not.
    fn admit(&self, request: &Request<'_>) -> Result<(), Reason> {
        if self.spec.delay {
            return Ok(());
        }
        let most =
            self.adaptive.as_ref().map_or(self.spec.most, |(_, limit)| limit.borrow().whole());
        let senders = request.world.senders.as_ref().filter(|senders| senders.has_important());
        let important = senders.is_none_or(|senders| senders.is_important(request.client));
        let kept = if important { 0.0 } else { self.spec.reserve };
        let places = f64::from(most) * (1.0 - kept);
        match f64::from(self.inside.now()) < places.ceil() {
            true => Ok(()),
            false if important => Err(Reason::Overloaded),
            false => Err(Reason::Unimportant),
        }
    }
}

impl Part for Shed {
    fn reset(&self) {
        if let Some((rules, limit)) = &self.adaptive {
            *limit.borrow_mut() = Limit::new(rules, self.process);
        }
    }
}
