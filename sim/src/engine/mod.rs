//! Virtual time: a cooperative, single-threaded executor.
//!
//! | file | idea |
//! |---|---|
//! | [`time`] | one unit, the nanosecond, for instants and spans |
//! | [`blocks`] | a list that grows without moving |
//! | [`slots`] | where a wait stands: every wait has a slot of its own |
//! | [`timers`] | sleeping waits, in order of (time, sequence) |
//! | [`wheel`] | the same for those that are set in no order |
//! | [`core`] | the clock, the ready queue, `sleep` |
//! | [`either`] | one of two waits |
//! | [`executor`] | polls tasks, moves the clock when none is ready |
//! | [`promise`] | one value, many waiters |
//! | [`semaphore`] | numbered permits, first come first served |
//! | [`gauge`] | how many are somewhere now |
//! | [`notify`] | "something changed" |
//! | [`watch`] | where tasks wait, line by line |
//! | [`race`] | two waits, the first wins |
//! | [`all`] | several waits at once |
//! | [`roll`] | who is where, to wake all of a place |
//! | [`still`] | work that stands still for a while |
//! | [`streams`] | independent random streams from one seed |

pub mod all;
pub mod blocks;
pub mod core;
pub mod either;
pub mod executor;
pub mod gauge;
pub mod notify;
pub mod promise;
pub mod race;
pub mod roll;
pub mod semaphore;
pub mod slots;
pub mod still;
pub mod streams;
pub mod time;
pub mod timers;
pub mod watch;
pub mod wheel;

pub use self::core::Core;
pub use blocks::Blocks;
pub use either::Either;
pub use executor::Executor;
pub use notify::Notify;
pub use promise::Promise;
pub use roll::Roll;
pub use semaphore::Semaphore;
pub use time::Nanos;
