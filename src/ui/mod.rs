//! Small things that several views use.

pub mod code;
pub mod copying;
pub mod decimal;
pub mod dialog;
pub mod file;
pub mod kept;
pub mod knobs;
pub mod made;
pub mod names;
pub mod numbers;
pub mod refusal;
pub mod scale;
pub mod settled;
pub mod time;
pub mod trouble;
pub mod typed;
pub mod undertaking;
