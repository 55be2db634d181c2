//! Many runs, of which only what came of them is wanted: other seeds, other
//! sizes, other defences. Workers make them, as many at once as the machine has
//! cores, and the page's own thread draws.
//!
//! - a [`Job`] is one run and what is to be known of it, an [`Answer`] is that;
//! - a [`Plan`] is many jobs with one purpose: a [`Survey`], a [`Hunt`]. What
//!   comes of it does not depend on the order in which they are answered;
//! - [`carry_out`] has them done;
//! - [`watch`] has jobs of its own: what an operator sees of a run; and so has
//!   [`exam`]: what an examination looks at, and [`judge`]: what a challenge does.

mod answers;
pub mod beyond;
mod crew;
pub mod exam;
mod failure;
mod hunt;
mod job;
pub mod judge;
mod measure;
pub mod script;
mod survey;
#[cfg(all(test, not(target_arch = "wasm32")))]
pub(crate) mod tests;
pub mod watch;
mod work;

pub use crew::carry_out;
pub use failure::Failure;
pub use hunt::{Found, Hunt};
pub use job::{Answer, Besides, Job, Look, Steps, work};
pub use measure::Measure;
pub use survey::{Sample, Survey};
pub use work::Work;

use stampede_sim::scenario::{Action, Scenario};

/// Many runs with one purpose.
pub trait Plan<J: Work = Job> {
    /// The next run to be made, and the number that its answer is to be given
    /// with; none if the ones that are being made have to be waited for.
    fn next(&mut self) -> Option<(u64, J)>;

    /// Takes an answer. They may come in any order.
    fn take(&mut self, number: u64, answer: J::Answer);

    /// How much of a run that is being made is done, as a share; whether anybody
    /// wants to know.
    fn hear(&mut self, _number: u64, _done: f64) -> bool {
        false
    }

    /// Whether all is known that is wanted, whatever else is being made.
    fn is_over(&self) -> bool;

    /// How many may be made at once: their memory adds up.
    fn at_once(&self) -> usize {
        MOST
    }
}

/// The most runs that are made at once.
const MOST: usize = 8;
/// The most requests of all runs that are made at once.
const ROOM: f64 = 1_000_000.0;

/// How many runs of a scenario with somebody's actions may be made at once.
pub fn at_once(scenario: &Scenario, actions: &[Action]) -> usize {
    let fits = |n: &usize| scenario.check_requests(actions, ROOM / *n as f64).is_ok();
    (2..=MOST).rev().find(fits).unwrap_or(1)
}
