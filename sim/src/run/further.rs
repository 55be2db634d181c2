//! What the page's first figure does without, as in [`crate::protect::further`]:
//! clients that give up, users, what somebody does to the system, processes that
//! die.

use std::pin::Pin;
use std::rc::Rc;

use stampede_scenario::apart;

use super::sometimes::{executor, sometimes};
use super::{Site, Tasks};
use crate::engine::Core;
use crate::engine::executor::Jobs;
use crate::protect::further as layers;
use crate::protect::{App, Loaded};
use crate::scenario::{Distribution, Scenario};
use crate::world::jobs::Job;
use crate::world::{Request, World};
use crate::world::{clients, eviction, keys};

/// A job that is being done.
pub(super) type Doing = Pin<Box<dyn Future<Output = ()>>>;

/// Makes who does the jobs of a run.
type Hire = fn(Rc<Core>, Jobs<Job>, Rc<Site>) -> Box<dyn Tasks>;

/// The ways to it.
#[derive(Clone, Copy)]
pub(super) struct Further {
    /// Does a job that there is not in every run.
    pub job: fn(Rc<Site>, Job) -> Doing,
    /// Who does jobs that there are not in every run.
    pub executor: Hire,
    /// A request comes into a process, and may be the one that is too many.
    pub enter: for<'a, 'b> fn(&'a Rc<App>, &'a Request<'b>),
    /// It leaves it.
    pub leave: for<'a, 'b> fn(&'a App, &'a Request<'b>),
    /// Whether an answer is too old.
    pub judge: for<'a, 'b> fn(&'a World, &'a Request<'b>, Loaded),
}

impl Further {
    const ALL: Further = Further {
        job: sometimes,
        executor,
        enter: App::enter,
        leave: App::leave,
        judge: World::judge,
    };
}

apart!(Further, given);

/// Gives the simulation what a program has in its later part.
#[cfg(feature = "apart")]
pub fn give() {
    crate::scenario::give();
    crate::engine::streams::Further::give();
    clients::Further::give();
    keys::Further::give();
    eviction::Further::give();
    layers::Further::give();
    Further::give();
}

/// Whether a run can be made with what is here. Without `plain`, somebody may
/// give up or die in it, or do something to the system.
pub(super) fn is_here(scenario: &Scenario, plain: bool) -> bool {
    let needed = !plain
        || clients::Further::is_needed(&scenario.load)
        || scenario.db.query == Distribution::Exponential
        || scenario.protect.xfetch
        || keys::Further::is_needed(&scenario.keys)
        || eviction::Further::is_needed(scenario)
        || layers::Further::is_needed(scenario);
    !needed || (Further::here().is_some() && layers::Further::here().is_some())
}
