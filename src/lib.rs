//! The page: a playground for the cache stampede.
//!
//! - [`app`] is the shell: state, top bar, keyboard;
//! - [`player`] moves a playhead over two runs of the simulation;
//! - [`stage`] turns a run and a playhead into a picture;
//! - [`panels`] shows numbers, charts, code, settings;
//! - [`course`] renders the chapters;
//! - [`why`] tells the life of a request;
//! - [`sandbox`] makes runs of the numbers of a system;
//! - [`web`] holds every effect on the browser.
#![cfg_attr(not(test), warn(clippy::unwrap_used))]

pub mod app;
pub mod course;
pub mod panels;
pub mod player;
pub mod sandbox;
pub mod stage;
pub mod text;
pub mod web;
pub mod why;
