//! Small things that several views use.

pub mod copying;
pub mod dialog;
pub mod kept;
pub mod time;
pub mod typed;
pub mod undertaking;
