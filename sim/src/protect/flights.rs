//! Singleflight as a layer: whose the load is, and what a late caller does.

use std::rc::Rc;

use super::Loaded;
use super::flawed::leader_context;
use super::layer::{Fate, Layer, Next, Part};
use super::singleflight::{Flight, Patience, Shared, Singleflight};
use crate::engine::{Core, Nanos};
use crate::scenario::{Covers, Flaw, FlightMode, Late, SingleflightSpec, Waiters};
use crate::telemetry::Reason;
use crate::world::Request;
use crate::world::process::some_ms;

/// A process's flights.
pub struct Flights {
    group: Singleflight<Loaded>,
    load: Load,
    /// A late caller loads by itself, and leaves the cache alone (nginx).
    late_loads: bool,
    /// Reloads of known keys are not merged (nginx).
    only_new: bool,
}

/// Whose a load is.
#[derive(Clone, Copy)]
enum Load {
    /// Nobody's: a task of its own; what a panic in it comes to.
    Detached { panic: Fate },
    /// Its leader's; if that leaves, a follower leads.
    HandedOver,
    /// Its leader's, and ends with it.
    Leaders,
}

impl Layer for Flights {
    // No `async fn`: it keeps what it is given twice, and millions may follow.
    fn call(&self, request: &Request<'_>, next: impl Next) -> impl Future<Output = Loaded> {
        async move {
            if self.only_new && request.old().is_some() {
                return next.load(request).await;
            }
            let group = &self.group;
            let shared = match self.load {
                Load::Detached { panic } => {
                    let start = move |flight| take_off(flight, request, next, panic);
                    group.run(request.key, request, start).await
                }
                Load::HandedOver => Box::pin(hand_over(group, request, next)).await,
                Load::Leaders => {
                    let load = async || next.load(request).await;
                    Box::pin(leader_context::run(group, request.key, request, load)).await
                }
            };
            match shared {
                Shared::Done(loaded, _) => loaded,
                Shared::Abandoned => Err(Reason::LeaderGone),
                Shared::TimedOut if self.late_loads => {
                    request.uncached.set(true);
                    next.load(request).await
                }
                Shared::TimedOut => Err(Reason::FlightTimeout),
            }
        }
    }
}

/// Starts a load as a task of its own, so that it outlives its leader.
fn take_off(flight: Flight<Loaded>, leader: &Request<'_>, next: impl Next, panic: Fate) {
    next.detach(leader.world.core.now(), leader, move |leader, loaded| match loaded {
        Some(loaded) => {
            flight.land(leader, loaded);
            if loaded == Err(Reason::Panic) { panic } else { Fate::Lives }
        }
        None => {
            flight.abort(leader);
            Fate::Lives
        }
    });
}

async fn hand_over(
    group: &Singleflight<Loaded>,
    request: &Request<'_>,
    next: impl Next,
) -> Shared<Loaded> {
    let work = async || next.load(request).await;
    let panicked = |loaded: &Loaded| *loaded == Err(Reason::Panic);
    group.run_or_take_over(request.key, request, work, panicked).await
}

impl Flights {
    /// Nothing in flight.
    pub fn new(core: &Rc<Core>, spec: &SingleflightSpec, flaw: Flaw) -> Flights {
        let patience = Patience {
            wait: some_ms(spec.wait_ms),
            leader_stays: spec.late == Late::Load,
            forget: some_ms(spec.forget_ms),
            poll: (spec.waiters == Waiters::Poll).then(|| Nanos::from_ms(spec.poll_ms)),
        };
        let load = match (flaw, spec.mode) {
            (Flaw::LeaderContext, _) => Load::Leaders,
            (_, FlightMode::HandOver) => Load::HandedOver,
            (_, FlightMode::Do) => Load::Detached { panic: Fate::Lives },
            // Nobody can catch what panics in a goroutine of its own.
            (_, FlightMode::DoChan) => Load::Detached { panic: Fate::Dies },
        };
        Flights {
            group: Singleflight::new(core, patience),
            load,
            late_loads: spec.late == Late::Load,
            only_new: spec.covers == Covers::New,
        }
    }

    /// How many keys are being loaded now.
    pub fn in_flight(&self) -> usize {
        self.group.in_flight()
    }
}

impl Part for Flights {
    /// What was in flight has ended with its tasks.
    fn reset(&self) {}
}
