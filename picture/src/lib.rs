//! The animated picture: from a log and a playhead to pixels.
//!
//! [`film`] arranges the log, [`signals`] and [`whereabouts`] what the stations
//! show, [`station`] says what there is to be at; [`layout`] gives everything a
//! place; [`dots`] says where a request is at an instant;
//! [`cast`] keeps that from one frame to the next; [`sprites`] and [`paint`]
//! make pixels of it. All of that is plain computation.
//!
//! A crate of its own because it is compiled for speed, and the page for size.
#![forbid(unsafe_code)]
#![cfg_attr(not(test), warn(clippy::unwrap_used))]

pub mod cast;
pub mod dots;
pub mod film;
pub mod grid;
pub mod layout;
mod life;
pub mod paint;
pub mod place;
pub mod signals;
pub mod sprites;
pub mod station;
pub mod whereabouts;
