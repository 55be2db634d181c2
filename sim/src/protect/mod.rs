//! The defences against a stampede, one file each.
//!
//! The page shows these files beside the animation, and what it shows is what
//! runs. A defence is built on the engine and the world and knows no other
//! defence: most of them are given the work they guard, as a function, and
//! either do it or do not. [`get`] puts them together, in any order.
//!
//! | file | idea |
//! |---|---|
//! | [`get`], [`look`], [`load`] | cache, then the layers, then the database |
//! | [`singleflight`], [`handover`] | one load for a key and process |
//! | [`lock`], [`lease`] | one load for a key |
//! | [`stale`] | an old answer now, a new one behind |
//! | [`jitter`], [`xfetch`], [`keep`] | when values expire |
//! | [`breaker`], [`tally`], [`window`] | stop asking what fails |
//! | [`limiter`], [`throttle`], [`codel`], [`spill`] | refuse some to serve the others |
//! | [`retry`] | what clients do |
//! | [`flawed`] | the same with well-known mistakes |

pub mod app;
pub mod breaker;
pub mod client;
pub mod codel;
pub mod flawed;
pub mod get;
pub mod handover;
pub mod jitter;
pub mod keep;
pub mod lease;
pub mod limiter;
pub mod load;
pub mod lock;
pub mod look;
pub mod retry;
pub mod singleflight;
pub mod spill;
pub mod stale;
pub mod tally;
pub mod throttle;
pub mod window;
pub mod xfetch;

pub use app::App;

use crate::telemetry::Reason;
use crate::world::Value;

/// What a load comes to.
pub type Loaded = Result<Value, Reason>;
