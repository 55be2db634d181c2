//! A run as its operator sees it: what each process would say at `/metrics`, and
//! what a Prometheus that asks every so often would know of it.
//!
//! Metrics are kept from the run's events and from nothing else, like every other
//! view, but from all of them: so they are exact whatever becomes of the log. A run
//! that nobody watches pays nothing, because it is not the run that keeps them: they
//! are made of a run that is made again for it ([`record`]), which is the same to the
//! bit, or of a log that has every event.
//!
//! | file | idea |
//! |---|---|
//! | [`declared`], `table` | every metric: name, type, help, unit, labels, buckets, what feeds it |
//! | [`labels`] | labels and their values |
//! | [`system`] | what no event tells: limits, and what is done to processes |
//! | `lives` | what is to be known of each request |
//! | [`meter`], `happen` | events become counts, by process |
//! | `book` | what one process knows, until it dies |
//! | `histogram`, `rolling`, `expected` | what a book is made of |
//! | `handler` | how long a process takes to answer a scrape |
//! | [`plan`], [`scraper`] | who asks when, and what comes of it |
//! | `recorder` | a run made again for it, a piece at a time |
//! | [`series`] | what is known then |
//! | [`text`] | Prometheus text and OpenMetrics |

mod book;
pub mod declared;
mod expected;
mod handler;
mod happen;
mod histogram;
pub mod labels;
mod lives;
pub mod meter;
pub mod plan;
mod recorder;
mod rolling;
pub mod scraper;
pub mod series;
pub mod system;
mod table;
pub mod text;

pub use meter::Meter;
pub use plan::Plan;
pub use recorder::Recorder;
pub use scraper::Scraper;
pub use series::{STALE, Series};
pub use system::System;

use self::recorder::Events;
use crate::engine::Nanos;
use crate::scenario::{Action, Problem, Scenario};
use crate::telemetry::Event;

/// Makes a run for the sake of its metrics, and scrapes it as planned: every series
/// that a Prometheus would have of it. Refuses what [`Run::new`](crate::run::Run::new)
/// refuses.
pub fn record(
    scenario: &Scenario,
    actions: &[Action],
    seed: u64,
    plan: &Plan,
) -> Result<Vec<Series>, Problem> {
    let mut recorder = Recorder::new(scenario, actions, seed, plan)?;
    while !recorder.step() {}
    Ok(recorder.end())
}

/// Makes a run for the sake of its metrics: what all its processes say when it is over.
pub fn last(scenario: &Scenario, actions: &[Action], seed: u64) -> Result<Meter, Problem> {
    let mut meter = Meter::new(System::of(scenario, actions)?);
    let end = each(scenario, actions, seed, |event| meter.take(event))?;
    meter.go_on(end);
    Ok(meter)
}

/// Shows every event of a run to `see`, and keeps none; when the last one was.
pub(crate) fn each(
    scenario: &Scenario,
    actions: &[Action],
    seed: u64,
    mut see: impl FnMut(Event),
) -> Result<Nanos, Problem> {
    let mut events = Events::new(scenario, actions, seed)?;
    while !events.step(&mut see) {}
    Ok(events.last)
}
