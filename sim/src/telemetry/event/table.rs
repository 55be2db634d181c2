//! What can happen in a run, where crowds stand, and why something fails: all
//! that there is to declare.

use super::kind::{Arg, Does, Looks, Traits, kinds};
use super::place::{How, Node, stations};
use super::reason::{Sort, reasons};
use crate::scenario::Switch;

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
    Lead(Key) at Gate(Singleflight): Leads, Loading;
    /// Somebody is loading this key already.
    Join(Request) at Gate(Singleflight): Waits(Followers), Follower;
    /// No connection is free: the request queues.
    Queue(Process) at Pool: Waits(Queue), Loading;
    /// A query goes to the database.
    Query(Connection) at Slot: Uses, Loading;
    /// The database answered.
    Answer(Outcome) at There: Moves, Loading;
    /// The value reaches the cache.
    Fill(Key) at Cache: Moves, Loading;
    /// The leader's flight is over. The argument: how many duplicates it served.
    Land(Count) at Gate(Singleflight): Lands, Loading;
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
    Lock(Key) at Gate(Lock): Leads, Loading;
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
    Abort(Count) at Gate(Singleflight): Lands, Loading;
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
    Busy(Key) at Gate(Lock): Waits(Lock), Follower;
    /// Gives the lock back. The argument: 1, or 0 if it had lost it.
    Unlock(Flag) at Gate(Lock): Moves, Loading;
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
    LockError(Key) at Gate(Lock): Moves, Broken;
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
    /// No place is free in the bulkhead: it waits for one.
    Full(Process) at Gate(Bulkhead): Waits(Bulkhead), Loading;
    /// It updates its key.
    Write(Key) at Door: Moves, Loading;
    /// The database has the new value. The argument: how many updates have
    /// taken effect.
    Commit(Version) at Nowhere: Stays, Loading;
    /// Deletes the key from the cache.
    Delete(Key) at Cache: Moves, Loading;
    /// Gives the key another name in the cache.
    Rename(Key) at Cache: Moves, Loading;
    /// The value reaches the cache under a name that nobody asks for any more.
    Orphan(Key) at Cache: Moves, Loading;
    /// Its answer is older than an update that had been confirmed before it was
    /// sent. The argument: that update, counted as they took effect.
    Outdated(Version) at There: Moves, Stale;
    /// The rest of an update begins, behind its answer.
    Settle(Request) at Cache: Begins, Loading;
    /// That is over.
    Settled(Outcome) at Cache: Ends, Failed;
    /// The gateway counts it as this client's.
    Client(Client) at Gate(Gateway): Stays, Asking;
    /// The gateway counts it as this address's.
    Address(Address) at Gate(Gateway): Stays, Asking;
    /// The gateway lets it through. The argument: how many more it would let
    /// through now.
    Admit(Count) at Gate(Gateway): Moves, Asking;
    /// The gateway says when it will let the next one through (`Retry-After`).
    RetryAfter(Millis) at Gate(Gateway): Stays, Asking;
    /// The store of the gateway's counters does not answer. The argument:
    /// whether it is let through all the same.
    Uncounted(Flag) at Gate(Gateway): Moves, Asking;
    /// Which server its query goes to. The argument: 0 is the one that takes
    /// updates, the others are its replicas.
    Route(Server) at Pool: Stays, Loading;
    /// Asks the cache whether its key has just been updated. The argument:
    /// whether it has.
    Marker(Flag) at Cache: Moves, Loading;
    /// Leaves a marker in the cache: its key is being updated.
    Mark(Key) at Cache: Moves, Loading;
    /// A replica has taken the database's place. The argument: how many updates
    /// are lost by that.
    Lost(Count) at Nowhere: Nothing, Loading;
    /// In place of an error, the last value its process has had of the key. The
    /// argument: how long ago that was.
    Ancient(Millis) at Gate(Fallback): Moves, Stale;
    /// In place of an error, a value that is the same for every key.
    Default(Key) at Gate(Fallback): Moves, Stale;
    /// In place of an error, word that there is nothing to see yet.
    Placeholder(Key) at Gate(Fallback): Moves, Stale;
    /// A majority of the lock servers agrees. The argument: for how long the
    /// lock is its own.
    Quorum(Millis) at Gate(Lock): Stays, Loading;
    /// Too few lock servers agree, or too late. The argument: how many.
    Split(Count) at Gate(Lock): Waits(Lock), Follower;
    /// Too few lock servers answer. The argument: how many.
    Silence(Count) at Gate(Lock): Moves, Broken;
    /// Its process has a copy of the key (L1).
    LocalHit(Key) at Gate(Local): Moves, Hit;
    /// Its process has none.
    LocalMiss(Key) at Gate(Local): Moves, Asking;
    /// Its process keeps a copy. The argument: for how long.
    LocalFill(Millis) at Nowhere: Stays, Loading;
    /// The cache is full, and another key goes for its own.
    Displace(Key) at Nowhere: Stays, Loading;
    /// Its process has as many copies as it keeps, and another goes for its own.
    LocalDisplace(Key) at Nowhere: Stays, Loading;
    /// The backup cache (L3) holds the key.
    BackupHit(Key) at Gate(Backup): Moves, Hit;
    /// It does not.
    BackupMiss(Key) at Gate(Backup): Moves, Loading;
    /// The value reaches the backup cache.
    BackupFill(Key) at Nowhere: Stays, Loading;
    /// The backup cache does not answer.
    BackupError(Key) at Nowhere: Stays, Loading;
    /// What it found in the backup cache goes up into the shared one, behind its
    /// answer.
    Promote(Request) at Cache: Begins, Loading;
    /// That is over.
    Promoted(Nothing) at Cache: Ends, Loading;
    /// Another process hears of this update, and drops its copy.
    Told(Process) at Nowhere: Stays, Loading;
    /// Another process does not hear of it.
    Untold(Process) at Nowhere: Stays, Loading;
    /// The balancer picks its process. The argument: how many it believes are in
    /// flight there.
    Pick(Count) at Door: Stays, Asking;
    /// The balancer sees that a process is gone, and sends nothing more to it.
    Eject(Process) at Nowhere: Nothing, Loading;
    /// The balancer sees that a process is back, and sends to it again.
    Readmit(Process) at Nowhere: Nothing, Loading;
    /// The autoscaler asks for so many processes.
    Scale(Count) at Nowhere: Nothing, Loading;
    /// A process is being started.
    Launch(Process) at Nowhere: Nothing, Loading;
    /// It has started, and requests are sent to it.
    Ready(Process) at Nowhere: Nothing, Loading;
    /// A process is out of service: no request is sent to it.
    Retire(Process) at Nowhere: Nothing, Loading;
    /// It needs its process's CPU.
    Compute(Process) at Cpu: Waits(Cpu), Asking;
    /// It has had what it needed.
    Computed(Process) at Cpu: Moves, Asking;
    /// Its answer is there, and needs the CPU to be sent.
    Reply(Process) at Cpu: Waits(Cpu), Follower;
    /// It is on its way.
    Replied(Process) at Cpu: Moves, Follower;
    /// A cache of the edge holds the key.
    EdgeHit(Pop) at Edge: Moves, Hit;
    /// It does not, or no longer.
    EdgeMiss(Pop) at Edge: Moves, Asking;
    /// It has expired there, and is given out all the same while it is fetched.
    EdgeGrace(Pop) at Edge: Moves, Stale;
    /// Waits at a cache of the edge until it has been fetched. The argument: the
    /// fetch.
    EdgeWait(Request) at Edge: Waits(Edge), Follower;
    /// Looks whether it has been, and waits on.
    EdgeLook(Pop) at Nowhere: Stays, Follower;
    /// It has been.
    EdgeWake(Request) at There: Moves, Follower;
    /// An update passes a cache of the edge.
    EdgePass(Pop) at Edge: Moves, Asking;
    /// A cache of the edge begins to fetch a key. The argument: for which request.
    Fetch(Request) at Edge: Begins, Loading;
    /// It does so from the processes.
    ToOrigin(Pop) at Edge: Moves, Loading;
    /// It does so from the shield.
    ToShield(Pop) at Edge: Moves, Loading;
    /// What was fetched is stored. The argument: whether it had been purged
    /// meanwhile.
    EdgeFill(Flag) at Nowhere: Stays, Loading;
    /// It is not stored: it had been purged meanwhile.
    EdgeReject(Pop) at Nowhere: Stays, Loading;
    /// The fetch is over.
    Fetched(Pop) at Edge: Ends, Loading;
    /// Every cache of the edge drops a key.
    Purge(Key) at Nowhere: Nothing, Loading;
    /// A copy that has been kept for long (L1) is asked for again, behind its
    /// reader.
    Renewal(Request) at Gate(Local): Begins, Loading;
    /// That is over.
    Renewed(Outcome) at Gate(Local): Ends, Failed;
    /// Every process loses its copies (L1). The argument: how many there were.
    LocalClear(Count) at Nowhere: Nothing, Loading;
    /// Its process expects more than it can serve well.
    Brace(Process) at Nowhere: Stays, Asking;
    /// It no longer does.
    Relax(Process) at Nowhere: Stays, Asking;
    /// A key is loaded in advance. The argument: whose wave foretells the next.
    Warm(Request) at Cache: Begins, Loading;
    /// That is over.
    Warmed(Outcome) at Cache: Ends, Failed;
    /// Its key has been loaded in advance, and in time.
    Foreseen(Key) at Nowhere: Stays, Asking;
    /// By how often its key is asked for, a value is kept. The argument: for how long.
    Keep(Millis) at Nowhere: Stays, Loading;
    /// Its process takes its key for viral from now on.
    Viral(Key) at Nowhere: Stays, Asking;
    /// The middleware has an answer.
    Kept(Key) at Gate(Coalesce): Moves, Hit;
    /// It has none, and nobody has been sent for one: it goes on to the handler.
    Handle(Key) at Gate(Coalesce): Leads, Asking;
    /// Somebody has been sent for the same answer: it waits for that. The argument:
    /// who.
    Merge(Request) at Gate(Coalesce): Waits(Coalesced), Follower;
    /// That answer is there.
    Merged(Request) at There: Moves, Follower;
    /// It is not to be shared, and goes to the handler by itself.
    Pass(Key) at Gate(Coalesce): Moves, Asking;
    /// The middleware keeps an answer. The argument: for how long.
    Shelve(Millis) at Nowhere: Stays, Loading;
    /// The middleware's store does not answer.
    StoreError(Key) at Gate(Coalesce): Moves, Broken;
    /// The first byte of its answer is there.
    FirstByte(Nothing) at Nowhere: Stays, Loading;
    /// Its process has answered; see [`Reply`](crate::telemetry::reply::Reply).
    Respond(Reply) at Nowhere: Stays, Loading;
    /// Its client has that already (304), and gets no body.
    NotModified(Nothing) at Nowhere: Stays, Loading;
    /// It gets what was made for another account. The argument: whose.
    Leak(Account) at There: Moves, Broken;
    /// It gets the answer to another query. The argument: to which.
    WrongPage(Count) at There: Moves, Broken;
    /// Its answer may be read by another origin's pages only, so its browser keeps it
    /// from the page. The argument: whose.
    Blocked(Count) at There: Moves, Broken;
    /// A page of the list of products is asked for.
    ListPage(Key) at Door: Stays, Asking;
    /// A product's details are.
    DetailPage(Key) at Door: Stays, Asking;
    /// Somebody logs in.
    LoginPage(Client) at Door: Stays, Asking;
    /// Somebody buys a product.
    BuyPage(Key) at Door: Stays, Asking;
    /// One of the keys of a page is asked for.
    Part(Key) at Cache: Begins, Asking;
    /// It is a part of that page.
    PartOf(Request) at Nowhere: Stays, Asking;
    /// That is over.
    Parted(Outcome) at Cache: Ends, Failed;
    /// The visitor has logged in: there is a session.
    Session(Key) at Cache: Moves, Asking;
    /// It is there, and the visitor known.
    Known(Key) at Cache: Moves, Hit;
    /// It is gone, and its visitor has to log in again.
    LoggedOut(Key) at Cache: Moves, Broken;
    /// Between being read and being prolonged it has expired.
    Overtaken(Key) at Cache: Moves, Broken;
    /// A call looks for the keys to invalidate. The argument: how many it finds.
    Scan(Count) at Cache: Moves, Loading;
    /// Deletes what it has found. The argument: how many there were.
    Unlink(Count) at Cache: Moves, Loading;
    /// It has bought the product.
    Sold(Key) at Nowhere: Stays, Loading;
    /// It has bought a product of which there was none left.
    Oversold(Key) at Nowhere: Stays, Loading;
    /// None is left, as far as its process knows.
    SoldOut(Key) at Nowhere: Stays, Loading;
    /// A process does not hear that it has: it is cut off, or dead.
    Unheard(Process) at Nowhere: Stays, Loading;
    /// A process has too many messages waiting, and is cut off with all of them.
    Unsubscribed(Process) at Nowhere: Stays, Loading;
    /// It has got the value of another function.
    Mixed(Key) at Nowhere: Stays, Stale;
    /// What the cache holds is so many KB.
    Memory(Count) at Nowhere: Nothing, Loading;
    /// Its client leaves, and the handler call that it shares ends with it. The
    /// argument: how many waited for that.
    Forsake(Count) at Nowhere: Stays, Loading;
    /// It gets the answer to another body. The argument: to which; 0 is a GET's.
    WrongBody(Count) at There: Moves, Broken;
    /// A POST is answered with another's answer: what it asks for is not done. The
    /// argument: its body.
    LostPost(Count) at There: Moves, Broken;
    /// It gets the answer in another language. The argument: in which.
    WrongLanguage(Count) at There: Moves, Broken;
    /// Its answer is older than that says that it may be. The argument: by how much.
    TooOld(Millis) at There: Moves, Stale;
    /// Its answer has so many bytes of content.
    Content(Count) at Nowhere: Stays, Loading;
    /// A mistake in the script that answers it stops it.
    Stopped(Stopped) at Door: Moves, Broken;
}

stations! {
    /// Waiting for what a cache of the edge fetches.
    Edge as Fetching before Edge: "edge", Called;
    /// At a process's CPU, or waiting for it.
    Cpu as Computing before Cpu: "cpu", Called;
    /// Waiting for an answer that somebody else has been sent for.
    Coalesced as Coalescing before Gate(Coalesce): "coalesce", Called;
    /// Waiting for a leader.
    Followers as Following before Gate(Singleflight): "singleflight", Called;
    /// Waiting for a lock.
    Lock as Locking before Gate(Lock): "lock", Tries;
    /// Waiting because the cache said so.
    Lease as Leasing before Gate(Lease): "lease", Tries;
    /// Waiting for a place in the bulkhead.
    Bulkhead as Boarding before Gate(Bulkhead): "bulkhead", Called;
    /// Queueing for a connection.
    Queue as Queueing before Pool: "queue", Called;
}

reasons! {
    /// The query failed.
    Database = 1: Failure at Pool;
    /// The request's leader went away before it had a result.
    LeaderGone = 2: Failure at Pool;
    /// The client waited long enough.
    Timeout = 3: Failure at Pool;
    /// No connection came free in time.
    PoolTimeout = 4: Failure at Pool;
    /// The database took too long.
    QueryTimeout = 5: Failure at Pool;
    /// The flight it waited for took too long.
    FlightTimeout = 6: Failure at Pool;
    /// It did not get the lock in time.
    LockTimeout = 7: Failure at Pool;
    /// The lock server does not answer.
    LockDown = 8: Failure at Pool;
    /// The cache does not answer.
    CacheDown = 9: Failure at Pool;
    /// The breaker is open.
    BreakerOpen = 10: Refusal at Gate(Breaker);
    /// The breaker is half-open and has let enough through.
    TooManyRequests = 11: Refusal at Gate(Breaker);
    /// The rate limit is reached.
    RateLimited = 12: Refusal at Gate(Limiter);
    /// Adaptive throttling drew its number.
    Throttled = 13: Refusal at Gate(Throttle);
    /// It queued too long for a connection.
    Shed = 14: Refusal at Pool;
    /// The cache does not answer, and enough are loading without it.
    Spilled = 15: Refusal at Cache;
    /// The process died.
    Crashed = 16: Failure at Pool;
    /// No process was there to answer.
    NoProcess = 17: Failure at Pool;
    /// The code that read the answer panicked.
    Panic = 18: Failure at Pool;
    /// There is no such thing: an answer, not a failure.
    NotFound = 19: Answer at Pool;
    /// As many loads are under way as the adaptive limit allows.
    OverLimit = 20: Refusal at Gate(Concurrency);
    /// No place came free in the bulkhead in time.
    BulkheadFull = 21: Refusal at Gate(Bulkhead);
    /// Its client, or its address, has sent as many as it may (429).
    OverQuota = 22: Refusal at Gate(Gateway);
    /// The store of the gateway's counters does not answer (503).
    CountersDown = 23: Refusal at Gate(Gateway);
    /// It was sent to a process that is not there.
    Unreachable = 24: Failure at Pool;
    /// As many requests are in the process as it takes in (503).
    Overloaded = 25: Refusal at Gate(Shed);
    /// What places are left in the process are for important clients (503).
    Unimportant = 26: Refusal at Gate(Shed);
    /// It has queued too long for its process's CPU (503).
    QueuedLong = 27: Refusal at Gate(Shed);
    /// The script that answers it has a mistake; see
    /// [`Stopped`](crate::telemetry::stopped::Stopped).
    Script = 28: Failure at Door;
}
