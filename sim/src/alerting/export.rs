//! A run as files for the real programs: what was scraped, alert rules, their test, and
//! the dashboard.

use stampede_watch::Millis;

use crate::metrics::{Plan, record, text};
use crate::scenario::{Action, Problem, Scenario};

/// What is to be exported.
#[derive(Clone, Debug)]
pub struct Order<'a> {
    /// The run.
    pub scenario: &'a Scenario,
    /// What somebody did while it went on.
    pub actions: &'a [Action],
    /// And its seed.
    pub seed: u64,
    /// How it is scraped.
    pub plan: &'a Plan,
    /// How often rules are evaluated, in milliseconds.
    pub interval: Millis,
    /// The Unix time, in seconds, at which the run begins.
    pub epoch: f64,
}

/// Files by name.
pub fn files(order: &Order<'_>) -> Result<Vec<(String, String)>, Problem> {
    let series = record(order.scenario, order.actions, order.seed, order.plan)?;
    Ok(vec![("metrics.om".to_owned(), text::openmetrics(&series, order.epoch))])
}
