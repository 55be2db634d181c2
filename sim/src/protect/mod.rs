//! The defences against a stampede, one file each.
//!
//! The page shows these files beside the animation, and what it shows is what
//! runs. A defence is built on the engine and the world and knows no other
//! defence; [`get`] puts them together.

pub mod get;
pub mod singleflight;

use crate::world::{Process, Value};

use self::singleflight::Singleflight;
use crate::telemetry::Reason;
use crate::world::request::Key;

/// What a load comes to.
pub type Loaded = Result<Value, Reason>;

/// One server process with its defences. All of them are its own: another
/// process has others.
pub struct App {
    /// The process, with its connection pool.
    pub process: Process,
    /// Merges concurrent loads of a key; `None` when switched off.
    pub singleflight: Option<Singleflight<Key, Loaded>>,
}
