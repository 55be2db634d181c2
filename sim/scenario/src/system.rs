//! The system that requests meet, without its defences.

use super::fields::{DAY, Kind, real, whole};
use super::section::{section, words};

section! {
    /// Beside which other preset this one is shown, and to answer what. Of
    /// `left` and `right` one is given: where the other one stands.
    pub struct PairSpec in "pair" {
        /// The theme under which the pair is listed.
        theme: String = String::new(), Kind::Text;
        /// What the pair is about, in English.
        en: String = String::new(), Kind::Text;
        /// The same in Japanese.
        ja: String = String::new(), Kind::Text;
        /// The preset to the left of this one.
        left: String = String::new(), Kind::Text;
        /// The preset to the right of this one.
        right: String = String::new(), Kind::Text;
    }
}

section! {
    /// What the requests ask for.
    pub struct KeysSpec in "keys" {
        /// How many different keys there are. 1: one hot key.
        count: u32 = 1, whole(1.0, 1_000_000.0);
        /// How requests spread over them.
        popularity: Popularity = Popularity::Uniform, Popularity::KIND;
        /// Zipf's exponent: the n-th key is asked for in proportion to 1/n^exponent.
        exponent: f64 = 1.0, real(0.0, 10.0);
        /// The share of the requests that ask for the most popular key, whatever
        /// that says of it; the others spread as it says. 0: all do.
        top: f64 = 0.0, real(0.0, 1.0);
        /// The share of the keys, the least popular ones, that exist nowhere:
        /// the database answers "not found".
        missing: f64 = 0.0, real(0.0, 1.0);
        /// Whether every key is in the cache when the run begins, as after a
        /// warm-up; the most popular ones, if it does not hold them all.
        warm: bool = false, Kind::Flag;
        /// When the most popular key expires that is warm, while the others do
        /// so anywhere within their TTL, as on any day. 0: all have been loaded
        /// just now.
        expires_ms: f64 = 0.0, whole(0.0, DAY);
    }
}

words! {
    /// How requests spread over the keys.
    pub enum Popularity {
        /// All keys alike.
        Uniform = "uniform",
        /// A few popular keys and a long tail.
        Zipf = "zipf",
    }
}

section! {
    /// The clients: how patient they are, whether they try again, and who they are.
    pub struct ClientSpec in "client" {
        /// How long a client waits for an answer. 0: for ever.
        timeout_ms: f64 = 0.0, real(0.0, DAY);
        /// Whether a client that gives up stops the work it asked for. If
        /// not, the work goes on for nobody.
        cancels: bool = false, Kind::Flag;
        /// How often a client tries again after an error or a time-out.
        retries: u32 = 0, whole(0.0, 10.0);
        /// How long it waits before it does.
        backoff: Backoff = Backoff::None, Backoff::KIND;
        /// The base of that wait.
        backoff_ms: f64 = 100.0, real(0.001, DAY);
        /// The longest wait.
        backoff_cap_ms: f64 = 10_000.0, real(0.001, DAY);
        /// Retries allowed for each request sent, all clients together: 0.1
        /// is a retry budget of 10 %. 0: no budget.
        retry_budget: f64 = 0.0, real(0.0, 10.0);
        /// Whether a client that is told when to try again (`Retry-After`) waits
        /// for that long, instead of its backoff.
        heeds_retry_after: bool = false, Kind::Flag;
        /// How many clients there are. 0: every request is a client of its own.
        /// A virtual user is always the same one.
        count: u32 = 0, whole(0.0, 1_000_000.0);
        /// How many of them share an address.
        per_address: u32 = 1, whole(1.0, 1_000_000.0);
        /// The share of the clients that are important.
        important: f64 = 0.0, real(0.0, 1.0);
        /// The share of all requests that the first client sends. 0: as many as
        /// the others. Virtual users send what they send.
        greedy: f64 = 0.0, real(0.0, 1.0);
    }
}

words! {
    /// How long a client waits before it tries again, after the `n`-th
    /// failure, with `v = min(cap, base · 2ⁿ)`.
    pub enum Backoff {
        /// At once.
        None = "none",
        /// Always the base.
        Fixed = "fixed",
        /// `v`.
        Exponential = "exponential",
        /// Anything between 0 and `v`.
        Full = "full",
        /// Half of `v`, and anything up to the other half.
        Equal = "equal",
        /// Anything between the base and three times the last wait, up to the cap.
        Decorrelated = "decorrelated",
    }
}

section! {
    /// The server processes.
    pub struct FleetSpec in "fleet" {
        /// How many processes answer requests (with an autoscaler: at the start).
        /// Pool, singleflight and breaker are each process's own.
        processes: u32 = 1, whole(1.0, 64.0);
        /// To which of them the balancer sends a request.
        balance: Choice = Choice::RoundRobin, Choice::KIND;
        /// How often the balancer looks at what is in flight at each process; in
        /// between it goes by what it saw last. 0: it always knows.
        news_ms: f64 = 0.0, real(0.0, DAY);
        /// Peak EWMA: over how long a response time is forgotten.
        decay_ms: f64 = 10_000.0, real(0.001, DAY);
        /// How often the balancer looks which processes are up; in between it
        /// goes on sending to one that has died, which is an error at once. 0:
        /// it always knows.
        check_ms: f64 = 0.0, real(0.0, DAY);
        /// Over how long a process that has come up gets more and more requests,
        /// from a tenth of what the others get (slow start). 0: all at once.
        slow_start_ms: f64 = 0.0, real(0.0, DAY);
        /// Memory of a process, in megabytes; a process that needs more dies.
        /// 0: without a limit.
        memory_mb: f64 = 0.0, real(0.0, 1_000_000.0);
        /// What a request takes of it while it waits, in kilobytes.
        request_kb: f64 = 100.0, real(0.001, 1_000_000.0);
        /// How long a process that died takes to come back.
        restart_ms: f64 = 5_000.0, real(0.0, DAY);
    }
}

words! {
    /// Which of several a balancer picks.
    pub enum Choice {
        /// One after the other.
        RoundRobin = "round-robin",
        /// Any.
        Random = "random",
        /// The one with the fewest requests in flight (nginx's `least_conn`).
        Least = "least",
        /// Of two that are drawn, the one with fewer in flight.
        TwoChoices = "two-choices",
        /// Of two that are drawn, the one that is expected to be faster
        /// (Finagle's peak EWMA).
        PeakEwma = "peak-ewma",
    }
}

section! {
    /// The CPU of each server process.
    pub struct CpuSpec in "cpu" {
        /// Cores of a process. 0: it has as much CPU as it needs.
        cores: u32 = 0, whole(0.0, 1_000.0);
        /// How they are used.
        mode: CpuMode = CpuMode::Sharing, CpuMode::KIND;
        /// CPU time that a request takes when it comes in (the mean).
        request_ms: f64 = 0.0, real(0.0, 60_000.0);
        /// How that is distributed.
        request: Distribution = Distribution::Constant, Distribution::KIND;
        /// CPU time that the answer to a follower takes, when its flight is over.
        follower_ms: f64 = 0.0, real(0.0, 60_000.0);
    }
}

words! {
    /// How a process uses its cores.
    pub enum CpuMode {
        /// As threads: while there is no more work than cores, each piece has
        /// one; beyond, they share them equally and all slow down.
        Sharing = "sharing",
        /// As an event loop: one piece of work at a time, first come first served,
        /// on one core.
        EventLoop = "event-loop",
    }
}

section! {
    /// One-way delays of messages, in milliseconds.
    pub struct NetworkSpec in "network" {
        /// Between a client and its process.
        client_ms: f64 = 0.0, real(0.0, 60_000.0);
        /// Between a process and the cache, or the lock server.
        cache_ms: f64 = 0.5, real(0.0, 60_000.0);
        /// Between a process and the database.
        db_ms: f64 = 0.0, real(0.0, 60_000.0);
        /// Each message takes its delay, give or take a uniform share up to
        /// this: 0.1 is ±10 %.
        jitter: f64 = 0.0, real(0.0, 0.9);
    }
}

section! {
    /// The cache that all processes share, with Redis's rules of expiry.
    pub struct CacheSpec in "cache" {
        /// Whether there is a cache at all.
        enabled: bool = true, Kind::Flag;
        /// How long a value lives after it was stored, in whole milliseconds.
        ttl_ms: f64 = 60_000.0, whole(1.0, DAY);
        /// How many keys it holds at most. 0: as many as there are.
        capacity: u32 = 0, whole(0.0, 1_000_000.0);
        /// Which key goes when it is full.
        eviction: Eviction = Eviction::Lru, Eviction::KIND;
        /// Whether the code that loads a value stores it. If not, it only passes it
        /// on, and whoever comes next loads again.
        fills: bool = true, Kind::Flag;
    }
}

words! {
    /// Which key a full cache gives up for another.
    pub enum Eviction {
        /// The one that has not been asked for for longest.
        Lru = "lru",
        /// The first that was not asked for since the last look (Zhang et al., 2024).
        Sieve = "sieve",
    }
}

section! {
    /// The database that all processes share, and each process's pool of
    /// connections to it.
    pub struct DbSpec in "db" {
        /// Connections per process. Callers beyond that queue, without a limit.
        pool: u32 = 100, whole(1.0, 10_000.0);
        /// Who gets a connection that comes free.
        pool_order: PoolOrder = PoolOrder::Fifo, PoolOrder::KIND;
        /// How long a caller waits for a connection. 0: for ever.
        acquire_timeout_ms: f64 = 0.0, real(0.0, DAY);
        /// Cores of the server. While no more queries run than that, each
        /// runs at full speed; beyond, they share the cores equally and all
        /// slow down.
        cores: u32 = 1000, whole(1.0, 10_000.0);
        /// Work in a query, in milliseconds on a core of its own (the mean).
        query_ms: f64 = 50.0, real(0.001, 600_000.0);
        /// How that work is distributed.
        query: Distribution = Distribution::Constant, Distribution::KIND;
        /// How long a process waits for a query. 0: for ever.
        query_timeout_ms: f64 = 0.0, real(0.0, DAY);
        /// How long a process waits for a connection and the answer together, as
        /// with a deadline in Go's `context`. 0: for ever.
        deadline_ms: f64 = 0.0, real(0.0, DAY);
        /// Whether the server stops a query when nobody waits for it any
        /// more. If not, it works on; the connection is free all the same.
        cancels: bool = true, Kind::Flag;
        /// The share of queries that fail after having done their work.
        error_rate: f64 = 0.0, real(0.0, 1.0);
        /// The share of answers that make the code that reads them panic.
        panic_rate: f64 = 0.0, real(0.0, 1.0);
    }
}

words! {
    /// Who gets a connection that comes free.
    pub enum PoolOrder {
        /// Whoever has waited longest.
        Fifo = "fifo",
        /// Any of those who wait, as in Go's `database/sql`.
        Random = "random",
    }
}

words! {
    /// How a random span is distributed around its mean.
    pub enum Distribution {
        /// Always the mean.
        Constant = "constant",
        /// Memoryless: mostly short, sometimes long.
        Exponential = "exponential",
    }
}
