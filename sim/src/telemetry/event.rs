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
    /// To which request, or [`WORLD`]. Requests are numbered from 0 in order
    /// of their first event: [`Kind::Send`], [`Kind::Retry`], [`Kind::Refresh`].
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
    /// The database answered. `arg`: 0, or a [`Reason`].
    Answer,
    /// The value reaches the cache. `arg`: the key.
    Fill,
    /// The leader's flight is over. `arg`: how many duplicates it served.
    Land,
    /// A follower has the leader's result. `arg`: the leader.
    Wake,
    /// The client has its answer. `arg`: the value's version, 0 if there is
    /// no such thing.
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
    /// A client tries again. `arg`: the request that failed.
    Retry,
    /// A value is loaded again behind its readers. `arg`: who found it stale.
    Refresh,
    /// That is over. `arg`: 0, or a [`Reason`].
    Refreshed,
    /// The client stops waiting. `arg`: 1 if the work goes on without it.
    Timeout,
    /// The request failed, and its client will try again. `arg`: a [`Reason`].
    Fail,
    /// The answer finds nobody waiting for it. `arg`: 0.
    Late,
    /// Leaves the queue for a connection without one. `arg`: the process.
    Leave,
    /// Stops waiting for its query. `arg`: 1 if the server stops it too.
    Abandon,
    /// The server has done a query for nobody. `arg`: the query.
    Wasted,
    /// A leader goes away without a result. `arg`: how many followers it had.
    Abort,
    /// A follower stops waiting. `arg`: the leader.
    Quit,
    /// Looks into the cache once more. `arg`: 1 if the key is there by now.
    Recheck,
    /// Gets a stale value. `arg`: 0 while it is refreshed, 1 as loading failed.
    Stale,
    /// Reloads a value before it expires. `arg`: the key.
    Early,
    /// The lock is somebody else's. `arg`: the key.
    Busy,
    /// Gives the lock back. `arg`: 1, or 0 if it had lost it.
    Unlock,
    /// Prolongs the lock. `arg`: 1, or 0 if it has lost it.
    Renew,
    /// The cache refuses the value: its right to write is gone. `arg`: the key.
    Reject,
    /// The cache gives it the right to load. `arg`: the key.
    Lease,
    /// The cache tells it to wait for somebody else's load. `arg`: the key.
    Wait,
    /// A defence refuses it. `arg`: a [`Reason`].
    Refuse,
    /// A breaker opens. `arg`: the process.
    Trip,
    /// A breaker lets a few through to see. `arg`: the process.
    HalfOpen,
    /// A breaker closes. `arg`: the process.
    Close,
    /// A breaker takes a result in. `arg`: 0 good, 1 bad.
    Count,
    /// The cache does not answer. `arg`: the key.
    CacheError,
    /// The lock server does not answer. `arg`: the key.
    LockError,
    /// The code that reads the answer panics. `arg`: the key.
    Panic,
    /// A process dies. `arg`: which.
    Crash,
    /// A process is back. `arg`: which.
    Start,
    /// Something else breaks or is mended. `arg`: see [`Fault`].
    Fault,
    /// A defence is switched in every process. `arg`: twice its number
    /// in the scenario's list of switches, and one more for on.
    Switch,
}

impl Kind {
    /// Every kind, in the order of their numbers.
    pub const ALL: [Kind; 51] = [
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
        Kind::Retry,
        Kind::Refresh,
        Kind::Refreshed,
        Kind::Timeout,
        Kind::Fail,
        Kind::Late,
        Kind::Leave,
        Kind::Abandon,
        Kind::Wasted,
        Kind::Abort,
        Kind::Quit,
        Kind::Recheck,
        Kind::Stale,
        Kind::Early,
        Kind::Busy,
        Kind::Unlock,
        Kind::Renew,
        Kind::Reject,
        Kind::Lease,
        Kind::Wait,
        Kind::Refuse,
        Kind::Trip,
        Kind::HalfOpen,
        Kind::Close,
        Kind::Count,
        Kind::CacheError,
        Kind::LockError,
        Kind::Panic,
        Kind::Crash,
        Kind::Start,
        Kind::Fault,
        Kind::Switch,
    ];

    /// Whether it is the first thing that happens to something with a number.
    pub fn is_birth(self) -> bool {
        matches!(self, Kind::Send | Kind::Retry | Kind::Refresh)
    }
}

/// What [`Kind::Fault`] is about: twice this number, and one more when it
/// begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u32)]
pub enum Fault {
    /// The database refuses every query.
    DbOutage = 0,
    /// The database is slow.
    DbBrownout = 1,
    /// The cache answers with errors.
    CacheOutage = 2,
    /// The lock server answers with errors.
    LockOutage = 3,
    /// A process is slow.
    SlowProcess = 4,
}

impl Fault {
    /// Every fault, in the order of their numbers.
    const ALL: [Fault; 5] = [
        Fault::DbOutage,
        Fault::DbBrownout,
        Fault::CacheOutage,
        Fault::LockOutage,
        Fault::SlowProcess,
    ];

    /// What the `arg` of a [`Kind::Fault`] is about, and whether it begins.
    pub fn of(arg: u32) -> Option<(Fault, bool)> {
        Some((*Fault::ALL.get(arg as usize / 2)?, arg % 2 == 1))
    }
}

/// Why a request failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u32)]
pub enum Reason {
    /// The query failed.
    Database = 1,
    /// The request's leader went away before it had a result.
    LeaderGone = 2,
    /// The client waited long enough.
    Timeout = 3,
    /// No connection came free in time.
    PoolTimeout = 4,
    /// The database took too long.
    QueryTimeout = 5,
    /// The flight it waited for took too long.
    FlightTimeout = 6,
    /// It did not get the lock in time.
    LockTimeout = 7,
    /// The lock server does not answer.
    LockDown = 8,
    /// The cache does not answer.
    CacheDown = 9,
    /// The breaker is open.
    BreakerOpen = 10,
    /// The breaker is half-open and has let enough through.
    TooManyRequests = 11,
    /// The rate limit is reached.
    RateLimited = 12,
    /// Adaptive throttling drew its number.
    Throttled = 13,
    /// It queued too long for a connection.
    Shed = 14,
    /// The cache does not answer, and enough are loading without it.
    Spilled = 15,
    /// The process died.
    Crashed = 16,
    /// No process was there to answer.
    NoProcess = 17,
    /// The code that read the answer panicked.
    Panic = 18,
    /// There is no such thing: an answer, not a failure.
    NotFound = 19,
}

impl Reason {
    /// Every reason, in the order of their numbers, from 1.
    pub const ALL: [Reason; 19] = [
        Reason::Database,
        Reason::LeaderGone,
        Reason::Timeout,
        Reason::PoolTimeout,
        Reason::QueryTimeout,
        Reason::FlightTimeout,
        Reason::LockTimeout,
        Reason::LockDown,
        Reason::CacheDown,
        Reason::BreakerOpen,
        Reason::TooManyRequests,
        Reason::RateLimited,
        Reason::Throttled,
        Reason::Shed,
        Reason::Spilled,
        Reason::Crashed,
        Reason::NoProcess,
        Reason::Panic,
        Reason::NotFound,
    ];

    /// The reason with a number.
    pub fn of(number: u32) -> Option<Reason> {
        Reason::ALL.get((number as usize).checked_sub(1)?).copied()
    }

    /// Whether a defence refused the request, rather than that it failed.
    pub fn is_refusal(self) -> bool {
        (Reason::BreakerOpen as u32..=Reason::Spilled as u32).contains(&(self as u32))
    }
}
