//! What a run of a larger system has besides, as in [`crate::protect::beyond`]:
//! balancers, autoscalers, the edge.

use std::rc::Rc;

use stampede_scenario::apart;

use super::autoscale::autoscale;
use super::balance::{balance, balancer};
use super::edge::edge;
use super::{Front, Site};
use crate::protect::App;
use crate::protect::beyond as layers;
use crate::scenario::{ProtectSpec, Scenario};
use crate::telemetry::Reason;
use crate::world::{Request, World};

/// The ways to it.
#[derive(Clone, Copy)]
pub(super) struct Beyond {
    /// Sets up a run's balancer.
    pub balancer: fn(&World, &Scenario, u64),
    /// Asks it.
    pub balance: for<'a, 'b> fn(&'a Site, &'a Request<'b>) -> Result<Rc<App>, Reason>,
    /// Sets up a run's autoscaler.
    pub autoscale: fn(&Rc<Site>, &Scenario),
    /// Sets up a run's edge.
    pub edge: fn(&Scenario, u64) -> Rc<dyn Front>,
}

impl Beyond {
    const ALL: Beyond = Beyond { balancer, balance, autoscale, edge };
}

apart!(Beyond, given);

/// Gives the simulation what larger systems have.
#[cfg(feature = "apart")]
pub fn give() {
    layers::Beyond::give();
    Beyond::give();
}

/// Whether a run can be made with what is here, if these defences are ever on in
/// it. `updates`: somebody may write.
pub(super) fn is_here(scenario: &Scenario, ever: &ProtectSpec, updates: bool) -> bool {
    let needed = updates
        || scenario.has_balancer()
        || scenario.autoscale.max > 0
        || scenario.edge.pops > 0
        || layers::Beyond::is_needed(scenario, ever);
    !needed || (Beyond::here().is_some() && layers::Beyond::here().is_some())
}
