//! The animated picture on the page: [`studio`] ties it to canvases and
//! animation frames, [`view`] draws the stations around it. What it is made of
//! is plain computation, in a crate of its own.

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;

pub mod labels;
pub mod names;
pub mod studio;
pub mod view;
