//! The animated picture.
//!
//! [`film`] arranges the log, [`signals`] what the stations show; [`layout`] gives everything a place; [`dots`]
//! says where a request is at an instant; [`cast`] keeps that from one frame to
//! the next; [`sprites`] and [`paint`] make
//! pixels of it. All of that is plain computation and tested natively.
//! [`studio`] ties it to canvases and animation frames, [`view`] draws the
//! stations around it.

pub mod cast;
pub mod dots;
pub mod film;
pub mod layout;
pub mod paint;
pub mod signals;
pub mod sprites;
pub mod studio;
pub mod view;
