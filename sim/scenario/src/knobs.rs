//! The defences' knobs: a section each, named as the defence.

use super::Eviction;
use super::fields::{DAY, Kind, real, whole};
use super::section::{section, words};

section! {
    /// Knobs of load shedding.
    pub struct ShedSpec in "shed" {
        /// How many requests a process takes in at once.
        most: u32 = 100, whole(1.0, 10_000_000.0);
        /// Whether it finds that out from response times instead, by the rules of
        /// the adaptive limit.
        adaptive: bool = false, Kind::Flag;
        /// Whether it goes by how long requests queue in the process instead, by the
        /// rules of CoDel. Only an event loop has such a queue.
        delay: bool = false, Kind::Flag;
        /// The share of the places that is kept for important clients.
        reserve: f64 = 0.0, real(0.0, 1.0);
    }
}

section! {
    /// Knobs of the gateway.
    pub struct GatewaySpec in "gateway" {
        /// How it counts.
        algorithm: QuotaAlgorithm = QuotaAlgorithm::FixedWindow, QuotaAlgorithm::KIND;
        /// So many requests of each client in a window.
        limit: u32 = 100, whole(1.0, 10_000_000.0);
        /// How long a window is.
        window_ms: f64 = 60_000.0, whole(1.0, DAY);
        /// What time it is on the clock when the run begins: windows begin at
        /// whole multiples of their length.
        clock_ms: f64 = 0.0, whole(0.0, DAY);
        /// Token bucket, GCRA: how many of them may come at once.
        burst: u32 = 10, whole(1.0, 10_000_000.0);
        /// Whom it takes for a client.
        by: GatewayBy = GatewayBy::Client, GatewayBy::KIND;
        /// Whether all processes count together, in a store that is as far away
        /// as the cache. If not, each process counts for itself.
        shared: bool = true, Kind::Flag;
        /// Whether everybody is let through when that store does not answer. If
        /// not, everybody is refused.
        fail_open: bool = false, Kind::Flag;
        /// Whether who is refused is told when to try again (`Retry-After`).
        retry_after: bool = true, Kind::Flag;
    }
}

words! {
    /// How requests are counted.
    pub enum QuotaAlgorithm {
        /// A count that starts over at every window, on the clock.
        FixedWindow = "fixed-window",
        /// When each of those in the last window was let through.
        SlidingLog = "sliding-log",
        /// The last window's count fades as this one passes (Cloudflare, httprate).
        SlidingCounter = "sliding-counter",
        /// Tokens that come at a rate, up to a number (golang.org/x/time/rate).
        TokenBucket = "token-bucket",
        /// The same, kept as one instant: when the next request is due.
        Gcra = "gcra",
    }
}

words! {
    /// Whom a gateway takes for a client.
    pub enum GatewayBy {
        /// The client itself, by its key or token.
        Client = "client",
        /// Its address, which it may share with others.
        Address = "address",
    }
}

section! {
    /// Knobs of the coalescing middleware.
    pub struct CoalesceSpec in "coalesce" {
        /// For how long an answer is kept, in whole milliseconds. 0: not at all, and
        /// only those who come meanwhile share it.
        ttl_ms: f64 = 5_000.0, whole(0.0, DAY);
        /// For how long an error is kept. 0: not at all.
        error_ttl_ms: f64 = 0.0, whole(0.0, DAY);
        /// Whether requests with another query are told apart.
        by_query: bool = true, Kind::Flag;
        /// Whether requests of another account are told apart.
        by_account: bool = true, Kind::Flag;
        /// Whether requests from another origin are told apart.
        by_origin: bool = false, Kind::Flag;
        /// Whether it obeys RFC 9111: what answers say about keeping them and about what
        /// they depend on (`Vary`), and that what is one account's is not for others.
        obeys: bool = true, Kind::Flag;
        /// Whether an answer is given to others with all its headers: cookies, and
        /// whose page may read it.
        all_headers: bool = false, Kind::Flag;
        /// Whether an answer without a body is kept like any other.
        keeps_empty: bool = true, Kind::Flag;
        /// Whether those who share an answer get its bytes while it is being sent to
        /// the first. If not, they wait for the last one.
        streams: bool = true, Kind::Flag;
        /// Whether all processes keep answers in one store, as far away as the cache
        /// and down when that is. If not, each process keeps its own.
        shared: bool = false, Kind::Flag;
        /// Whether requests with another body are told apart (by its hash).
        by_body: bool = true, Kind::Flag;
        /// Whether an answer's own age when it comes counts towards its lifetime.
        counts_age: bool = true, Kind::Flag;
        /// Whether it leaves alone what is not a GET.
        only_get: bool = true, Kind::Flag;
    }
}

section! {
    /// Knobs of load prediction.
    pub struct PredictSpec in "predict" {
        /// How the forecast follows from what has been seen.
        rule: ForecastRule = ForecastRule::Holt, ForecastRule::KIND;
        /// Over how long requests are counted at a time.
        window_ms: f64 = 100.0, real(1.0, DAY);
        /// How many windows ahead it looks.
        ahead: f64 = 3.0, real(0.0, 1_000.0);
        /// EWMA, Holt: the weight of what is new in the level.
        alpha: f64 = 0.5, real(0.0, 1.0);
        /// Holt: the weight of what is new in the trend.
        beta: f64 = 0.3, real(0.0, 1.0);
        /// How many requests a second a process can serve.
        capacity: f64 = 1_000.0, real(0.001, 10_000_000.0);
        /// Many are expected when the forecast is above this share of that.
        share: f64 = 0.8, real(0.0, 10.0);
    }
}

words! {
    /// How a forecast follows from what has been seen.
    pub enum ForecastRule {
        /// A level and a trend (Holt's linear method).
        Holt = "holt",
        /// A level (an exponentially weighted moving average).
        Ewma = "ewma",
        /// What was seen last stays.
        Last = "last",
    }
}

section! {
    /// Knobs of the viral detector. A threshold of 0 is not looked at.
    pub struct ViralSpec in "viral" {
        /// Over how long requests and shares are counted at a time.
        window_ms: f64 = 10_000.0, real(1.0, DAY);
        /// So many requests for a key in a second, in one process.
        rate: f64 = 100.0, real(0.0, 10_000_000.0);
        /// So many times as many as in the window before.
        growth: f64 = 2.0, real(0.0, 1_000.0);
        /// So many shares of the post in a second.
        shares: f64 = 0.0, real(0.0, 10_000_000.0);
        /// For how long after the last sign it counts as viral.
        hold_ms: f64 = 60_000.0, real(0.0, DAY);
    }
}

section! {
    /// Knobs of the fallbacks.
    pub struct FallbackSpec in "fallback" {
        /// What it answers with, if there is such a thing.
        first: Instead = Instead::Ancient, Instead::KIND;
        /// And otherwise.
        second: Instead = Instead::Default, Instead::KIND;
        /// And if there is not that, either. After it the error stays.
        third: Instead = Instead::None, Instead::KIND;
        /// How long ago a process may have got an ancient value.
        oldest_ms: f64 = 3_600_000.0, real(0.0, DAY);
    }
}

words! {
    /// What can be answered in place of an error.
    pub enum Instead {
        /// Nothing: on to what comes next.
        None = "none",
        /// The last real value that the process has had of the key.
        Ancient = "ancient",
        /// One that is the same for every key.
        Default = "default",
        /// That there is nothing to see yet.
        Placeholder = "placeholder",
    }
}

section! {
    /// Knobs of the in-process cache (L1).
    pub struct LocalSpec in "local" {
        /// How long a process keeps a copy.
        ttl_ms: f64 = 10_000.0, real(0.001, DAY);
        /// How old a copy may be before its first reader has it renewed behind (soft
        /// TTL). 0: never.
        soft_ms: f64 = 0.0, real(0.0, DAY);
        /// How long it keeps a copy of what the shared cache holds.
        promote: Promotion = Promotion::Remaining, Promotion::KIND;
        /// How many copies a process keeps at most. 0: as many as there are keys.
        capacity: u32 = 0, whole(0.0, 1_000_000.0);
        /// Which copy goes when there are so many.
        eviction: Eviction = Eviction::Lru, Eviction::KIND;
        /// The share of the messages that are lost by which an update has the
        /// other processes drop their copies. 1: there are none.
        lost: f64 = 0.0, real(0.0, 1.0);
    }
}

section! {
    /// Knobs of the backup cache (L3).
    pub struct BackupSpec in "backup" {
        /// How long it keeps a value.
        ttl_ms: f64 = 600_000.0, whole(1.0, DAY);
        /// One way between it and a process.
        delay_ms: f64 = 5.0, real(0.0, 60_000.0);
        /// How long the shared cache keeps what it gets from here.
        promote: Promotion = Promotion::Remaining, Promotion::KIND;
        /// Whether it gets it behind the answer. If not, the answer waits for that.
        behind: bool = false, Kind::Flag;
        /// How many keys it holds at most. 0: as many as there are.
        capacity: u32 = 0, whole(0.0, 1_000_000.0);
        /// Which key goes when it is full.
        eviction: Eviction = Eviction::Lru, Eviction::KIND;
    }
}

words! {
    /// How long a value is kept that comes from a cache behind.
    pub enum Promotion {
        /// As long as it would be there, and no longer than a value of its own.
        Remaining = "remaining",
        /// As long as a value of its own, so that ages add up.
        Fresh = "fresh",
    }
}

section! {
    /// Knobs of singleflight.
    pub struct SingleflightSpec in "singleflight" {
        /// What becomes of a flight without its leader.
        mode: FlightMode = FlightMode::Do, FlightMode::KIND;
        /// How long a caller waits for a flight. 0: for ever.
        wait_ms: f64 = 0.0, real(0.0, DAY);
        /// What a caller does that has waited so long.
        late: Late = Late::Fail, Late::KIND;
        /// After how long a flight is forgotten, so that the next caller
        /// starts another. 0: never.
        forget_ms: f64 = 0.0, real(0.0, DAY);
        /// How followers learn that the value is there.
        waiters: Waiters = Waiters::Woken, Waiters::KIND;
        /// How often they look, if they poll.
        poll_ms: f64 = 500.0, real(0.01, DAY);
        /// Which misses are merged.
        covers: Covers = Covers::All, Covers::KIND;
    }
}

words! {
    /// What becomes of a flight, and who may leave it.
    pub enum FlightMode {
        /// Go's `Do`: the load goes on whoever leaves; a panic reaches everybody.
        Do = "do",
        /// Go's `DoChan`: the same, but a panic is nobody's to catch and ends
        /// the process.
        DoChan = "do-chan",
        /// A loading cache (moka): when the leader goes away or panics, a
        /// follower takes over.
        HandOver = "hand-over",
    }
}

words! {
    /// What a caller does that has waited long enough.
    pub enum Late {
        /// Answer with an error.
        Fail = "fail",
        /// Load by itself, and leave the cache alone, as nginx does.
        Load = "load",
    }
}

words! {
    /// How followers learn that a flight is over.
    pub enum Waiters {
        /// All at once, as in Go.
        Woken = "woken",
        /// They look every so often, as in nginx.
        Poll = "poll",
    }
}

words! {
    /// Which misses are merged.
    pub enum Covers {
        /// All.
        All = "all",
        /// Only of keys that were never stored, as nginx's `proxy_cache_lock`:
        /// everybody who finds an expired value loads.
        New = "new",
    }
}

section! {
    /// Knobs of the distributed lock.
    pub struct LockSpec in "lock" {
        /// After how long the lock server forgets a lock.
        ttl_ms: f64 = 5_000.0, whole(1.0, DAY);
        /// Whether the holder prolongs it, at every third of its TTL.
        renew: bool = true, Kind::Flag;
        /// Whether the cache refuses a value whose lock is older than the last
        /// one that wrote.
        fence: bool = false, Kind::Flag;
        /// How often a waiter tries, give or take half.
        poll_ms: f64 = 50.0, real(0.01, DAY);
        /// How long a waiter tries.
        wait_ms: f64 = 2_000.0, real(0.0, DAY);
        /// What it does then, or when the lock server does not answer.
        fallback: LockFallback = LockFallback::Load, LockFallback::KIND;
        /// How many independent lock servers there are. Of several, a lock takes
        /// a majority (Redlock).
        servers: u32 = 1, whole(1.0, 9.0);
        /// Several servers: how long each may take to answer. One that is down
        /// does not.
        answer_ms: f64 = 50.0, real(0.01, DAY);
        /// Several servers: by which share of a lock's TTL their clocks may
        /// differ while it lasts.
        drift: f64 = 0.01, real(0.0, 0.5);
    }
}

words! {
    /// What somebody does who gets no lock.
    pub enum LockFallback {
        /// Load without it.
        Load = "load",
        /// Answer with an error.
        Fail = "fail",
    }
}

section! {
    /// Knobs of leases.
    pub struct LeaseSpec in "lease" {
        /// How long a lease keeps others from getting one for the same key.
        hold_ms: f64 = 10_000.0, whole(1.0, DAY);
        /// How long somebody waits who is told to wait, before asking again.
        retry_ms: f64 = 20.0, real(0.01, DAY);
        /// How long somebody goes on waiting.
        wait_ms: f64 = 2_000.0, real(0.0, DAY);
    }
}

section! {
    /// Knobs of serving stale values (RFC 5861).
    pub struct StaleSpec in "stale" {
        /// How long after its TTL a value may be served while it is loaded again.
        while_ms: f64 = 60_000.0, whole(0.0, DAY);
        /// How long after its TTL a value may be served when loading fails.
        if_error_ms: f64 = 0.0, whole(0.0, DAY);
        /// Who gets the stale value.
        who: StaleWho = StaleWho::Everyone, StaleWho::KIND;
        /// Each refresh begins after a random part of this, so that those of many
        /// processes do not come at once. 0: at once.
        spread_ms: f64 = 0.0, whole(0.0, DAY);
    }
}

words! {
    /// Who gets a stale value.
    pub enum StaleWho {
        /// Everybody; the refresh runs behind (Varnish's grace, nginx with
        /// `proxy_cache_background_update`).
        Everyone = "everyone",
        /// Everybody but the first, who waits for the refresh (nginx's
        /// `proxy_cache_use_stale updating` alone).
        Others = "others",
    }
}

section! {
    /// Knobs of TTL jitter.
    pub struct JitterSpec in "jitter" {
        /// Each TTL is its base, give or take a uniform share up to this:
        /// 0.2 is ±20 %.
        share: f64 = 0.2, real(0.0, 0.9);
    }
}

section! {
    /// Knobs of the adaptive TTL.
    pub struct AdaptiveTtlSpec in "adaptive_ttl" {
        /// What becomes of the TTL of a key that is asked for often.
        popular: Popular = Popular::Longer, Popular::KIND;
        /// A key that is asked for so often within the usual TTL has that TTL.
        requests: f64 = 10.0, real(0.001, 10_000_000.0);
        /// It is never shorter.
        least_ms: f64 = 1_000.0, whole(1.0, DAY);
        /// It is never longer, whatever it should not be shorter than.
        most_ms: f64 = 60_000.0, whole(1.0, DAY);
    }
}

words! {
    /// What becomes of the TTL of a key that is asked for often.
    pub enum Popular {
        /// Twice as often, twice as long.
        Longer = "longer",
        /// Twice as often, half as long.
        Shorter = "shorter",
    }
}

section! {
    /// Knobs of XFetch.
    pub struct XfetchSpec in "xfetch" {
        /// β: larger is earlier.
        beta: f64 = 1.0, real(0.01, 100.0);
    }
}

section! {
    /// Knobs of predictive warming.
    pub struct WarmingSpec in "warming" {
        /// How long before it is likely to be asked for a key is loaded.
        lead_ms: f64 = 1_000.0, real(0.0, DAY);
    }
}

section! {
    /// Knobs of negative caching.
    pub struct NegativeSpec in "negative" {
        /// How long "not found" is remembered.
        ttl_ms: f64 = 5_000.0, whole(1.0, DAY);
    }
}

section! {
    /// Knobs of the circuit breaker.
    pub struct BreakerSpec in "breaker" {
        /// What opens it.
        rule: BreakerRule = BreakerRule::Consecutive, BreakerRule::KIND;
        /// Consecutive: so many failures in a row.
        failures: u32 = 6, whole(1.0, 1_000_000.0);
        /// Ratio, window: this share of failures.
        failure_rate: f64 = 0.5, real(0.000_001, 1.0);
        /// Ratio, window: not before so many calls.
        min_calls: u32 = 100, whole(1.0, 1_000_000.0);
        /// Consecutive, ratio: counts start over every so often. 0: never.
        interval_ms: f64 = 0.0, real(0.0, DAY);
        /// Window: of so many calls.
        window_calls: u32 = 100, whole(1.0, 1_000_000.0);
        /// Window: a call that takes longer is slow.
        slow_ms: f64 = 60_000.0, real(0.001, DAY);
        /// Window: this share of slow calls opens it too.
        slow_rate: f64 = 1.0, real(0.000_001, 1.0);
        /// How long it stays open.
        open_ms: f64 = 60_000.0, real(1.0, DAY);
        /// Half-open: so many calls are let through to see.
        half_open: u32 = 1, whole(1.0, 1_000_000.0);
    }
}

words! {
    /// What opens a breaker.
    pub enum BreakerRule {
        /// So many failures in a row (gobreaker's default).
        Consecutive = "consecutive",
        /// A share of the calls since the counts were last cleared
        /// (gobreaker's `ReadyToTrip` with a ratio).
        Ratio = "ratio",
        /// A share of failed or of slow calls among the last so many
        /// (resilience4j).
        Window = "window",
    }
}

section! {
    /// Knobs of the rate limiter.
    pub struct LimiterSpec in "limiter" {
        /// How it counts.
        rule: LimiterRule = LimiterRule::TokenBucket, LimiterRule::KIND;
        /// Windows: so many in each.
        limit: u32 = 100, whole(1.0, 10_000_000.0);
        /// Windows: how long one is.
        window_ms: f64 = 1_000.0, whole(1.0, DAY);
        /// Token bucket: tokens a second.
        rate: f64 = 100.0, real(0.001, 10_000_000.0);
        /// Token bucket: how many it holds.
        burst: u32 = 10, whole(1.0, 10_000_000.0);
    }
}

words! {
    /// How a rate limiter counts.
    pub enum LimiterRule {
        /// Tokens that come at a rate, up to a number (golang.org/x/time/rate).
        TokenBucket = "token-bucket",
        /// A count that starts over at every window.
        FixedWindow = "fixed-window",
        /// The last window's count fades as this one passes (Cloudflare, httprate).
        SlidingWindow = "sliding-window",
    }
}

section! {
    /// Knobs of adaptive throttling (Google SRE).
    pub struct ThrottleSpec in "throttle" {
        /// K: how many times what is accepted may be asked for.
        k: f64 = 2.0, real(1.0, 100.0);
        /// Over how long requests and accepts are counted.
        window_ms: f64 = 120_000.0, real(100.0, DAY);
    }
}

section! {
    /// Knobs of the adaptive limit on concurrency.
    pub struct ConcurrencySpec in "concurrency" {
        /// How the limit follows what is measured.
        rule: ConcurrencyRule = ConcurrencyRule::Gradient2, ConcurrencyRule::KIND;
        /// The limit to begin with: loads at once, in each process.
        initial: u32 = 20, whole(1.0, 1_000_000.0);
        /// It is never lower.
        least: u32 = 1, whole(1.0, 1_000_000.0);
        /// It is never higher.
        most: u32 = 200, whole(1.0, 1_000_000.0);
        /// AIMD: a load that takes longer counts as failed.
        timeout_ms: f64 = 5_000.0, real(0.001, DAY);
    }
}

words! {
    /// How an adaptive limit follows what is measured.
    pub enum ConcurrencyRule {
        /// One more after a success, a tenth less after a failure.
        Aimd = "aimd",
        /// As much as keeps a short queue, by the fastest time seen.
        Vegas = "vegas",
        /// Shrinks with the ratio of the long-term to the present time.
        Gradient2 = "gradient2",
    }
}

section! {
    /// Knobs of the bulkhead.
    pub struct BulkheadSpec in "bulkhead" {
        /// So many loads at once, in each process.
        most: u32 = 25, whole(1.0, 1_000_000.0);
        /// How long somebody waits for a place. 0: not at all.
        wait_ms: f64 = 0.0, real(0.0, DAY);
    }
}

section! {
    /// Knobs of CoDel-style shedding (folly).
    pub struct CodelSpec in "codel" {
        /// The delay that a queue may have.
        target_ms: f64 = 5.0, real(0.001, DAY);
        /// Over how long the smallest delay is looked at.
        interval_ms: f64 = 100.0, real(0.001, DAY);
    }
}

section! {
    /// Knobs of the guard for a cache that does not answer.
    pub struct SpillSpec in "spill" {
        /// How many loads at a time each process may then make; the others
        /// are refused.
        loads: u32 = 5, whole(0.0, 10_000.0);
    }
}
