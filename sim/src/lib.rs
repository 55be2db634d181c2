//! A deterministic simulation of the cache stampede and its defences.
//!
//! No browser, no clock, no threads, no I/O: a run is a pure function of a
//! [`Scenario`](scenario::Scenario), the [actions](scenario::Action) somebody
//! took while it played, and a seed. The same three give the same events, to
//! the bit, natively and in WebAssembly.
//!
//! Read it from the outside in:
//!
//! - [`run`] starts a run and advances it through virtual time;
//! - [`chronicle`] keeps its numbers, and as much of its log as is wanted;
//! - [`ablation`] runs it again without one or more of its defences;
//! - [`chaos`] makes faults at random, and says what they reach;
//! - [`metrics`] is what its operator would see of it, scrape by scrape;
//! - [`alerting`] is who is woken by it: rules, dashboard, and both as files;
//! - `lab` runs protectors that somebody writes (feature `lab`);
//! - `challenge` is what these have to reach, and the judge;
//! - [`check`] holds the protector's four acceptance tests;
//! - [`quote`] gives numbers of a run as prose quotes them;
//! - [`scenario`] is the data a run is made from: types, limits, presets;
//! - [`telemetry`] is what a run leaves behind: the log and its views;
//! - [`protect`] holds the defences, one file each, written to be read;
//! - [`world`] is what requests meet: load, network, cache, pool, database;
//! - [`engine`] is virtual time: tasks, timers, waits, random streams.
//!
//! Dependencies point one way: engine ← world ← protect ← run. Telemetry is
//! written to by all of them and reads none.
#![forbid(unsafe_code)]
#![cfg_attr(not(test), warn(clippy::unwrap_used))]

pub mod ablation;
pub mod alerting;
#[cfg(feature = "lab")]
pub mod challenge;
pub mod chaos;
pub mod check;
pub mod chronicle;
pub mod engine;
pub mod exam;
#[cfg(feature = "lab")]
pub mod lab;
pub mod metrics;
pub mod protect;
pub mod quote;
pub mod run;
pub mod telemetry;
pub mod world;

pub use stampede_scenario as scenario;
