//! The balancer of a run, where requests are not simply dealt in turn to the
//! processes that are up.

use std::cell::RefCell;
use std::rc::Rc;

use super::Site;
use crate::engine::Nanos;
use crate::engine::streams::{Purpose, Stream};
use crate::protect::App;
use crate::scenario::Scenario;
use crate::telemetry::{Kind, Reason};
use crate::world::balancer::Balancer;
use crate::world::{Request, World};

/// Sets it up.
pub(super) fn balancer(world: &World, scenario: &Scenario, seed: u64) {
    let fleet = &scenario.fleet;
    let [news, decay, slow] =
        [fleet.news_ms, fleet.decay_ms, fleet.slow_start_ms].map(Nanos::from_ms);
    let random = Stream::new(seed, Purpose::Balance, 0);
    let balancer =
        Balancer::new(fleet.balance, scenario.most_processes() as usize, news, decay, random);
    let first = world.balancer.set(RefCell::new(balancer.with_slow_start(slow)));
    assert!(first.is_ok(), "a run has one balancer");
}

/// The process that it picks for a request. It may have died since the balancer
/// looked.
pub(super) fn balance(site: &Site, request: &Request<'_>) -> Result<Rc<App>, Reason> {
    let World { core, balancer, .. } = &*site.world;
    let picked = balancer.get().and_then(|balancer| balancer.borrow_mut().pick(core.now()));
    let Some(picked) = picked else { return Err(Reason::NoProcess) };
    let app = Rc::clone(&site.apps.borrow()[picked.node]);
    if let Some(in_flight) = picked.in_flight {
        request.note(Kind::Pick, in_flight);
    }
    if app.process.up.get() {
        return Ok(app);
    }
    request.note(Kind::Arrive, app.process.id);
    Err(Reason::Unreachable)
}
