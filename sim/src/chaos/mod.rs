//! Chaos: does a system stay in its steady state whatever breaks?
//!
//! As in the principles of chaos engineering (principlesofchaos.org; Basiri et
//! al., *Chaos Engineering*, IEEE Software 2016): say by what numbers one sees
//! that all is well; suppose that they stay so; break what breaks in the world;
//! look for a difference between the run in which nothing was broken and the one
//! in which it was. What was broken is drawn from a number, so that whatever is
//! found can be had again, and made smaller.
//!
//! | file | idea |
//! |---|---|
//! | [`faults`] | what may break, drawn from a number |
//! | [`seen`] | what is kept of a run |
//! | [`steady`] | the steady state, and what left it, for how long |
//! | [`ddmin`] | the fewest faults that still do it |

pub mod ddmin;
pub mod faults;
pub mod seen;
pub mod steady;

pub use ddmin::ddmin;
pub use seen::{Seen, Watch};
pub use steady::{Bounds, Radius, Report, Steady};

use crate::engine::Nanos;
use crate::scenario::{Action, Problem, Scenario};

/// A system whose steady state is known from a run in which nothing else is
/// broken than the scenario says.
pub struct Experiment {
    scenario: Scenario,
    seed: u64,
    bounds: Bounds,
    calm: Report,
}

/// A failure, and the fewest faults that still show it.
pub struct Found {
    /// The number from which the faults were drawn.
    pub draw: u64,
    /// All that were drawn, and what came of them.
    pub drawn: (Vec<Action>, Report),
    /// Those without any of which the steady state holds, and what comes of them.
    pub fewest: (Vec<Action>, Report),
}

impl Experiment {
    /// Makes the run in which nothing is broken. `tell` is called now and then
    /// while runs are made.
    pub fn new(
        scenario: &Scenario,
        seed: u64,
        steady: Steady,
        tell: &mut dyn FnMut(),
    ) -> Result<Experiment, Problem> {
        let seen = see(scenario, &[], seed, None, tell)?;
        let bounds = steady.bounds(&seen);
        let calm = bounds.report(&seen);
        Ok(Experiment { scenario: scenario.clone(), seed, bounds, calm })
    }

    /// What comes of some faults.
    pub fn of(&self, faults: &[Action], tell: &mut dyn FnMut()) -> Result<Report, Problem> {
        let seen = see(&self.scenario, faults, self.seed, Some(self.bounds.step), tell)?;
        Ok(self.bounds.report(&seen))
    }

    /// What comes of none: whether the steady state holds at all.
    pub fn calm(&self) -> &Report {
        &self.calm
    }

    /// The first of the numbers 1 to `last` from which faults are drawn that
    /// break the steady state, and the fewest of them that still do.
    pub fn find(
        &self,
        count: usize,
        last: u64,
        tell: &mut dyn FnMut(),
    ) -> Result<Option<Found>, Problem> {
        for draw in 1..=last {
            let faults = faults::draw(&self.scenario, draw, count);
            let report = self.of(&faults, tell)?;
            if report.holds() {
                continue;
            }
            let breaks = |some: &[Action]| self.of(some, tell).map(|report| !report.holds());
            let fewest = ddmin(&faults, breaks)?;
            let least = self.of(&fewest, tell)?;
            return Ok(Some(Found { draw, drawn: (faults, report), fewest: (fewest, least) }));
        }
        Ok(None)
    }
}

/// Makes a run.
fn see(
    scenario: &Scenario,
    faults: &[Action],
    seed: u64,
    step: Option<Nanos>,
    tell: &mut dyn FnMut(),
) -> Result<Seen, Problem> {
    let mut watch = Watch::new(scenario, faults, seed, step)?;
    loop {
        let seen = watch.on(1_000_000);
        tell();
        if let Some(seen) = seen {
            return Ok(seen);
        }
    }
}
