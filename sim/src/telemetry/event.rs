//! What can happen in a run.

use crate::engine::Nanos;

/// In place of a request's number: it happened to the world.
pub const WORLD: u32 = u32::MAX;

/// One line of the log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Event {
    /// When, since the start of the run.
    pub at: Nanos,
    /// What.
    pub kind: Kind,
    /// To which request, numbered from 0 in order of sending, or [`WORLD`].
    pub who: u32,
    /// More about it; see [`Kind`].
    pub arg: u32,
}

/// What happened. The comment says what `arg` means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Kind {
    /// A client sends a request. `arg`: the key it asks for.
    Send,
    /// The request reaches a process. `arg`: which.
    Arrive,
    /// The cache holds the key. `arg`: the key.
    Hit,
    /// The cache does not hold the key. `arg`: the key.
    Miss,
    /// First to ask for this key in its process: it will load. `arg`: the key.
    Lead,
    /// Somebody is loading this key already. `arg`: that request.
    Join,
    /// No connection is free: the request queues. `arg`: the process.
    Queue,
    /// A query goes to the database. `arg`: the connection's number.
    Query,
    /// The database answered. `arg`: 1 if it failed.
    Answer,
    /// The value reaches the cache. `arg`: the key.
    Fill,
    /// The leader's flight is over. `arg`: how many duplicates it served.
    Land,
    /// A follower has the leader's result. `arg`: the leader.
    Wake,
    /// The client has its answer. `arg`: the value's version.
    Ok,
    /// The client has an error. `arg`: a [`Reason`].
    Error,
    /// No virtual user was free: the request was never sent. `arg`: 0.
    Drop,
    /// An expired key was removed from the cache's memory. `arg`: the key.
    Evict,
    /// The request holds the distributed lock. `arg`: the key.
    Lock,
    /// Somebody cleared the cache. `arg`: how many keys were dropped.
    Clear,
    /// Somebody sent a burst. `arg`: how many requests.
    Burst,
}

impl Kind {
    /// Every kind, in the order of their numbers.
    pub const ALL: [Kind; 19] = [
        Kind::Send,
        Kind::Arrive,
        Kind::Hit,
        Kind::Miss,
        Kind::Lead,
        Kind::Join,
        Kind::Queue,
        Kind::Query,
        Kind::Answer,
        Kind::Fill,
        Kind::Land,
        Kind::Wake,
        Kind::Ok,
        Kind::Error,
        Kind::Drop,
        Kind::Evict,
        Kind::Lock,
        Kind::Clear,
        Kind::Burst,
    ];
}

/// Why a request ended with an error.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u32)]
pub enum Reason {
    /// The query failed.
    Database = 1,
    /// The request's leader went away before it had a result.
    LeaderGone = 2,
}
