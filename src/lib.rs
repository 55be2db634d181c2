//! The page: a playground for the cache stampede.
//!
//! From the bottom to the top; each uses what is below it, and nothing above:
//!
//! - [`lang`] is the page's two languages;
//! - [`web`] holds every effect on the browser;
//! - [`runs`] has many runs made, by workers;
//! - [`player`] moves a playhead over the runs of the lanes;
//! - [`state`] is what the page is about, and what can change it;
//! - [`ui`] holds small things that several views use;
//! - [`stage`] turns a run and a playhead into a picture;
//! - [`why`] tells the life of a request;
//! - [`sandbox`] makes runs of the numbers of a system;
//! - [`course`] renders the chapters;
//! - [`panels`] shows numbers, charts, code, settings;
//! - [`app`] is the shell around all of them: top bar, keyboard, transport.
#![cfg_attr(not(test), warn(clippy::unwrap_used))]

pub mod app;
pub mod course;
pub mod lang;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod layers;
pub mod panels;
pub mod player;
pub mod runs;
pub mod sandbox;
pub mod stage;
pub mod state;
pub mod ui;
pub mod web;
pub mod why;
