//! The table of everything that can happen.
//!
//! A line for each kind says what its argument is, where in the picture it
//! happens, what it does to the request it happens to, and what that looks
//! like. Counters, series, stations, spots and dots follow from it.

/// Declares [`Kind`]: `Name(argument) at node: does, looks;`. A kind's number
/// is its line, and stands in the log: new ones come last.
macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident($arg:ident) at $node:ident: $does:ident $(($station:ident))?, $looks:ident;)*) => {
        /// What happened.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum Kind {
            $($(#[$doc])* #[doc = concat!("\n\n`arg`: [`Arg::", stringify!($arg), "`].")] $name,)*
        }

        impl Kind {
            /// Every kind, in the order of their numbers.
            pub const ALL: [Kind; TABLE.len()] = [$(Kind::$name),*];
        }

        /// By kind.
        const TABLE: &[Traits] = &[$(Traits {
            arg: Arg::$arg,
            node: Node::$node,
            does: Does::$does $((Station::$station))?,
            looks: Looks::$looks,
        }),*];
    };
}

/// What a kind's line in the table says.
#[derive(Clone, Copy, Debug)]
pub struct Traits {
    /// What the argument is.
    pub arg: Arg,
    /// Where it happens.
    pub node: Node,
    /// What it does to the request.
    pub does: Does,
    /// What the request looks like afterwards.
    pub looks: Looks,
}

/// What an event's argument is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Arg {
    /// Nothing: 0.
    Nothing,
    /// A key.
    Key,
    /// A process.
    Process,
    /// Another request.
    Request,
    /// A connection of its process's pool.
    Connection,
    /// A query, by its number.
    Query,
    /// How many.
    Count,
    /// 1 or 0: the kind's description says what that means.
    Flag,
    /// A value's version; 0: there is no such thing.
    Version,
    /// A [`Reason`](super::Reason).
    Reason,
    /// 0, or a [`Reason`](super::Reason).
    Outcome,
    /// See [`Fault`](super::Fault).
    Fault,
    /// Twice a defence's number in the scenario's list of switches, and one
    /// more for on.
    Switch,
}

/// Where in the picture something happens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Node {
    /// At the clients.
    Clients,
    /// Where a process begins.
    Door,
    /// At the shared cache.
    Cache,
    /// At the singleflight.
    Singleflight,
    /// At the lock.
    Lock,
    /// At the breaker.
    Breaker,
    /// At the rate limiter.
    Limiter,
    /// At the adaptive throttle.
    Throttle,
    /// At the connection pool, where there is no place for it of its own.
    Pool,
    /// In a connection's slot.
    Slot,
    /// Where the request has been waiting.
    There,
    /// Where its reason is seen.
    Reason,
    /// Nowhere: it happens to the world, or on the way.
    Nowhere,
}

/// What an event does to the request it happens to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Does {
    /// It is there from now on, under the next number.
    Begins,
    /// It goes on to somewhere.
    Moves,
    /// The same, and from now on it loads for others, too.
    Leads,
    /// It stands in a crowd.
    Waits(Station),
    /// It uses a connection.
    Uses,
    /// Its flight is over, and it goes on.
    Lands,
    /// Its client has an answer, and it is over unless its work goes on.
    Answers,
    /// The same, but the client will try again under another number.
    Fails,
    /// Work without a client is over.
    Ends,
    /// It stays where it is.
    Stays,
    /// It did not happen to a request.
    Nothing,
}

/// What a request looks like after an event.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Looks {
    /// Nothing is known of it yet.
    Asking,
    /// The cache had it.
    Hit,
    /// It has an old value.
    Stale,
    /// It waits for somebody else, or has got it from them.
    Follower,
    /// Something broke.
    Broken,
    /// As its reason says: failed, or refused.
    Failed,
    /// A defence refused it.
    Refused,
    /// As what it had before it was answered.
    Answered,
    /// It loads: for itself, or for others if it leads.
    Loading,
}

/// A place where a crowd can stand. Each process has its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Station {
    /// Followers, at the singleflight.
    Followers,
    /// Those who try to get the lock.
    Lock,
    /// Those whom the cache told to wait.
    Lease,
    /// Callers, at the connection pool.
    Queue,
}

impl Station {
    /// How many there are.
    pub const COUNT: usize = Station::ALL.len();

    /// Every station, in order.
    pub const ALL: [Station; 4] =
        [Station::Followers, Station::Lock, Station::Lease, Station::Queue];

    /// Its name in links.
    pub fn key(self) -> &'static str {
        ["singleflight", "lock", "lease", "queue"][self as usize]
    }

    /// Where a request stands after an event, if it stands in a crowd.
    #[inline]
    pub fn of(kind: Kind) -> Option<Station> {
        match kind.traits().does {
            Does::Waits(station) => Some(station),
            _ => None,
        }
    }

    fn spot(self) -> Spot {
        match self {
            Station::Followers => Spot::Following,
            Station::Lock => Spot::Locking,
            Station::Lease => Spot::Leasing,
            Station::Queue => Spot::Queueing,
        }
    }
}

/// Where a request is: what the numbers at the stations count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Spot {
    /// It is over.
    Out,
    /// On its way to the cache.
    Asking,
    /// Waiting for a leader.
    Following,
    /// Waiting for a lock.
    Locking,
    /// Waiting because the cache said so.
    Leasing,
    /// Queueing for a connection.
    Queueing,
    /// Using a connection.
    Querying,
    /// On its way back, or between stations.
    Returning,
    /// Loading a value again behind its readers.
    Refreshing,
    /// Going on for a client that has left.
    Alone,
}

impl Spot {
    /// How many there are.
    pub const COUNT: usize = 10;
}

impl Kind {
    /// Its line in the table.
    #[inline]
    pub fn traits(self) -> &'static Traits {
        &TABLE[self as usize]
    }

    /// Whether it is the first thing that happens to something with a number.
    #[inline]
    pub fn is_birth(self) -> bool {
        self.traits().does == Does::Begins
    }

    /// Whether it is what a client gets: from then on it waits no more.
    #[inline]
    pub fn is_answer(self) -> bool {
        self.traits().does == Does::Answers
    }

    /// Where a request is that this moved last, unless there is more to be
    /// said about it.
    #[inline]
    pub fn spot(self) -> Spot {
        match (self.traits().does, self.traits().looks) {
            (Does::Waits(station), _) => station.spot(),
            (Does::Uses, _) => Spot::Querying,
            (_, Looks::Asking) => Spot::Asking,
            _ => Spot::Returning,
        }
    }
}

kinds! {
    /// A client sends a request.
    Send(Key) at Clients: Begins, Asking;
    /// The request reaches a process.
    Arrive(Process) at Door: Moves, Asking;
    /// The cache holds the key.
    Hit(Key) at Cache: Moves, Hit;
    /// The cache does not hold the key.
    Miss(Key) at Cache: Moves, Loading;
    /// First to ask for this key in its process: it will load.
    Lead(Key) at Singleflight: Leads, Loading;
    /// Somebody is loading this key already.
    Join(Request) at Singleflight: Waits(Followers), Follower;
    /// No connection is free: the request queues.
    Queue(Process) at Pool: Waits(Queue), Loading;
    /// A query goes to the database.
    Query(Connection) at Slot: Uses, Loading;
    /// The database answered.
    Answer(Outcome) at There: Moves, Loading;
    /// The value reaches the cache.
    Fill(Key) at Cache: Moves, Loading;
    /// The leader's flight is over. The argument: how many duplicates it served.
    Land(Count) at Singleflight: Lands, Loading;
    /// A follower has the leader's result.
    Wake(Request) at There: Moves, Follower;
    /// The client has its answer.
    Ok(Version) at Clients: Answers, Answered;
    /// The client has an error.
    Error(Reason) at Clients: Answers, Failed;
    /// No virtual user was free: the request was never sent.
    Drop(Nothing) at Nowhere: Nothing, Loading;
    /// An expired key was removed from the cache's memory.
    Evict(Key) at Nowhere: Nothing, Loading;
    /// The request holds the distributed lock.
    Lock(Key) at Lock: Leads, Loading;
    /// Somebody cleared the cache. The argument: how many keys were dropped.
    Clear(Count) at Nowhere: Nothing, Loading;
    /// Somebody sent a burst. The argument: how many requests.
    Burst(Count) at Nowhere: Nothing, Loading;
    /// A client tries again. The argument: the request that failed.
    Retry(Request) at Clients: Begins, Asking;
    /// A value is loaded again behind its readers. The argument: who found it
    /// stale.
    Refresh(Request) at Cache: Begins, Loading;
    /// That is over.
    Refreshed(Outcome) at Cache: Ends, Failed;
    /// The client stops waiting. The argument: whether the work goes on without it.
    Timeout(Flag) at Nowhere: Stays, Loading;
    /// The request failed, and its client will try again.
    Fail(Reason) at Clients: Fails, Failed;
    /// The answer finds nobody waiting for it.
    Late(Nothing) at Clients: Ends, Loading;
    /// Leaves the queue for a connection without one.
    Leave(Process) at There: Moves, Loading;
    /// Stops waiting for its query. The argument: whether the server stops it,
    /// too.
    Abandon(Flag) at There: Moves, Loading;
    /// The server has done a query for nobody.
    Wasted(Query) at Nowhere: Stays, Loading;
    /// A leader goes away without a result. The argument: how many followers
    /// it had.
    Abort(Count) at Singleflight: Lands, Loading;
    /// A follower stops waiting. The argument: the leader.
    Quit(Request) at There: Moves, Loading;
    /// Looks into the cache once more. The argument: whether the key is there
    /// by now.
    Recheck(Flag) at Cache: Moves, Loading;
    /// Gets a stale value. The argument: 0 while it is refreshed, 1 as loading
    /// failed.
    Stale(Flag) at Cache: Moves, Stale;
    /// Reloads a value before it expires.
    Early(Key) at Cache: Moves, Loading;
    /// The lock is somebody else's.
    Busy(Key) at Lock: Waits(Lock), Follower;
    /// Gives the lock back. The argument: 1, or 0 if it had lost it.
    Unlock(Flag) at Lock: Moves, Loading;
    /// Prolongs the lock. The argument: 1, or 0 if it has lost it.
    Renew(Flag) at Nowhere: Stays, Loading;
    /// The cache refuses the value: its right to write is gone.
    Reject(Key) at Cache: Moves, Loading;
    /// The cache gives it the right to load.
    Lease(Key) at Cache: Leads, Loading;
    /// The cache tells it to wait for somebody else's load.
    Wait(Key) at Cache: Waits(Lease), Follower;
    /// A defence refuses it.
    Refuse(Reason) at Reason: Moves, Refused;
    /// A breaker opens.
    Trip(Process) at Nowhere: Stays, Loading;
    /// A breaker lets a few through to see.
    HalfOpen(Process) at Nowhere: Stays, Loading;
    /// A breaker closes.
    Close(Process) at Nowhere: Stays, Loading;
    /// A breaker takes a result in. The argument: 0 good, 1 bad.
    Count(Flag) at Nowhere: Stays, Loading;
    /// The cache does not answer.
    CacheError(Key) at Cache: Moves, Broken;
    /// The lock server does not answer.
    LockError(Key) at Lock: Moves, Broken;
    /// The code that reads the answer panics.
    Panic(Key) at Nowhere: Stays, Loading;
    /// A process dies.
    Crash(Process) at Nowhere: Nothing, Loading;
    /// A process is back.
    Start(Process) at Nowhere: Nothing, Loading;
    /// Something else breaks or is mended.
    Fault(Fault) at Nowhere: Nothing, Loading;
    /// A defence is switched in every process.
    Switch(Switch) at Nowhere: Nothing, Loading;
}
