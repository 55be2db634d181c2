//! The defences against a stampede, one file each.
//!
//! The page shows these files beside the animation, and what it shows is what
//! runs. A defence is built on the engine and the world and knows no other
//! defence: each is given what it guards, and lets a request go on or does not.
//! [`path`] puts them together, in any order.
//!
//! | file | idea |
//! |---|---|
//! | [`get`], [`path`], [`layer`] | what a request passes, in order |
//! | [`store`], [`fill`], [`source`] | the cache, and the database |
//! | [`singleflight`], [`flights`], [`handover`], [`recheck`] | one load for a key and process |
//! | [`lock`], [`lease`] | one load for a key |
//! | [`stale`] | an old answer now, a new one behind |
//! | [`jitter`], [`xfetch`] | when values expire |
//! | [`breaker`], [`tally`], [`window`] | stop asking what fails |
//! | [`limiter`], [`throttle`], [`codel`], [`spill`] | refuse some to serve the others |
//! | [`retry`] | what clients do |
//! | [`flawed`] | the same with well-known mistakes |

pub mod app;
pub mod breaker;
pub mod client;
pub mod codel;
pub mod fill;
pub mod flawed;
pub mod flights;
pub mod get;
pub mod handover;
pub mod jitter;
pub mod layer;
pub mod lease;
pub mod limiter;
pub mod lock;
pub mod path;
pub mod recheck;
pub mod retry;
pub mod singleflight;
pub mod source;
pub mod spill;
pub mod stale;
pub mod store;
pub mod tally;
pub mod throttle;
pub mod window;
pub mod xfetch;

pub use app::App;

use crate::telemetry::Reason;
use crate::world::Value;

/// What a load comes to.
pub type Loaded = Result<Value, Reason>;
