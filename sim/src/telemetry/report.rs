//! The numbers of a run by name.

use serde::Serialize;

use super::{Latency, Tape};

/// What `--format json` prints. Counts are exact; times are in milliseconds,
/// quantiles to three significant digits.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The scenario's name.
    pub scenario: String,
    /// The seed of every random stream.
    pub seed: u64,
    /// Requests sent.
    pub requests: u64,
    /// Requests answered with a value.
    pub ok: u64,
    /// Requests answered with an error.
    pub errors: u64,
    /// Requests not answered when the run was looked at.
    pub waiting: u64,
    /// Requests never sent, because no virtual user was free.
    pub dropped: u64,
    /// Answers from a point of presence that were fresh there.
    pub edge_hits: u64,
    /// Times a cache of the edge fetched from the processes.
    pub origin_fetches: u64,
    /// Cache look-ups that found the key.
    pub hits: u64,
    /// Cache look-ups that did not.
    pub misses: u64,
    /// Answers that a middleware had kept.
    pub kept: u64,
    /// Requests that shared the answer of another's handler call.
    pub merged: u64,
    /// Times an answer was stored to be kept.
    pub store_writes: u64,
    /// Answers with what was made for another account.
    pub leaks: u64,
    /// Answers to another query than was asked.
    pub wrong_pages: u64,
    /// Answers that a browser keeps from the page that asked.
    pub blocked: u64,
    /// Answers to another body than was sent.
    pub wrong_bodies: u64,
    /// Requests to do something (POST) that were answered and reached no handler.
    pub lost_posts: u64,
    /// Answers without a body, as the client had it already (304).
    pub not_modified: u64,
    /// Answers in another language than was asked for.
    pub wrong_languages: u64,
    /// Answers that are older than they say that they may be.
    pub too_old: u64,
    /// Content of answers, in KB (1,000 bytes); header fields are not counted.
    pub sent_kb: f64,
    /// Median time from when a request is sent, or its first try, to when the first byte
    /// of its answer leaves the middleware.
    pub first_byte_p50_ms: f64,
    /// 99 % were at least this fast.
    pub first_byte_p99_ms: f64,
    /// Answers from a copy in the process (L1).
    pub local_hits: u64,
    /// Loads answered by the backup cache (L3).
    pub backup_hits: u64,
    /// Queries sent to the database.
    pub db_calls: u64,
    /// Callers to whom Go's singleflight reports `shared`, leaders included.
    pub shared: u64,
    /// Callers that waited for somebody else's load.
    pub followers: u64,
    /// Distributed locks acquired.
    pub locks: u64,
    /// Times a breaker opened.
    pub trips: u64,
    /// Stale values given out.
    pub stale: u64,
    /// Very old values given out in place of an error.
    pub ancient: u64,
    /// Defaults and placeholders given out in place of an error.
    pub stand_ins: u64,
    /// Updates that reached a process.
    pub updates: u64,
    /// Answers older than an update that had been confirmed before they were
    /// asked for.
    pub stale_reads: u64,
    /// Queries sent to replicas of the database.
    pub replica_reads: u64,
    /// Updates lost as a replica took the database's place.
    pub lost: u64,
    /// Values loaded again behind their readers.
    pub refreshes: u64,
    /// Keys loaded before anybody asked.
    pub warmed: u64,
    /// Those of them that nobody asked for in time.
    pub in_vain: u64,
    /// Attempts by clients after a failure.
    pub retries: u64,
    /// Requests that a defence refused.
    pub refused: u64,
    /// Queries that the server did for nobody.
    pub wasted: u64,
    /// Times a process died.
    pub crashes: u64,
    /// Values written to the cache.
    pub fills: u64,
    /// Mean response time.
    pub mean_ms: f64,
    /// Median response time.
    pub p50_ms: f64,
    /// 90 % were at least this fast.
    pub p90_ms: f64,
    /// 99 % were at least this fast.
    pub p99_ms: f64,
    /// The slowest.
    pub max_ms: f64,
    /// From the first request sent to the last one answered.
    pub makespan_ms: f64,
    /// Calls to find and delete what an update of a product invalidates.
    pub invalidation_trips: u64,
    /// Keys that were asked to be deleted.
    pub deleted: u64,
    /// The most that a shop's cache held, in MB (1,000 KB).
    pub cache_mb: f64,
    /// Products sold, those included of which there was none left.
    pub sold: u64,
    /// Those of which there was none left, by the database's count.
    pub oversold: u64,
    /// Answers that were another function's.
    pub mixed: u64,
    /// Visitors who had to log in again.
    pub logins_lost: u64,
    /// Mean time of a page's key, in its process, that the cache had.
    pub hit_mean_ms: f64,
    /// 99 % of those were at least this fast.
    pub hit_p99_ms: f64,
    /// The same, of those that it had not.
    pub miss_mean_ms: f64,
    /// 99 % of those were at least this fast.
    pub miss_p99_ms: f64,
    /// The most queries at the database at one time.
    pub db_peak_concurrency: u64,
    /// Fingerprint of the whole log, 16 hexadecimal digits. Equal for equal
    /// scenario, actions and seed, on every machine.
    pub log_hash: String,
}

impl Report {
    /// Reads the numbers off what has been recorded.
    pub fn of(tape: &Tape, scenario: &str, seed: u64) -> Report {
        let Tape { counters, latency, log, benchmark, first_byte } = tape;
        let first = |q| first_byte.as_ref().map_or(0.0, |latency| latency.quantile(q).ms());
        let apart = |which: usize, number: fn(&Latency) -> f64| {
            benchmark.as_ref().map_or(0.0, |both| number(&both[which]))
        };
        Report {
            scenario: scenario.to_owned(),
            seed,
            requests: counters.requests(),
            ok: counters.ok(),
            errors: counters.errors(),
            waiting: counters.waiting(),
            dropped: counters.of(super::Kind::Drop),
            edge_hits: counters.edge_hits(),
            origin_fetches: counters.origin_fetches(),
            hits: counters.hits(),
            misses: counters.misses(),
            kept: counters.of(super::Kind::Kept),
            merged: counters.of(super::Kind::Merge),
            store_writes: counters.of(super::Kind::Shelve),
            leaks: counters.of(super::Kind::Leak),
            wrong_pages: counters.of(super::Kind::WrongPage),
            blocked: counters.of(super::Kind::Blocked),
            wrong_bodies: counters.of(super::Kind::WrongBody),
            lost_posts: counters.of(super::Kind::LostPost),
            not_modified: counters.of(super::Kind::NotModified),
            wrong_languages: counters.of(super::Kind::WrongLanguage),
            too_old: counters.of(super::Kind::TooOld),
            sent_kb: counters.sent() as f64 / 1e3,
            first_byte_p50_ms: first(0.5),
            first_byte_p99_ms: first(0.99),
            local_hits: counters.local_hits(),
            backup_hits: counters.backup_hits(),
            db_calls: counters.db_calls(),
            shared: counters.shared(),
            followers: counters.followers(),
            locks: counters.locks(),
            trips: counters.trips(),
            stale: counters.stale(),
            ancient: counters.of(super::Kind::Ancient),
            stand_ins: counters.stand_ins(),
            updates: counters.updates(),
            stale_reads: counters.stale_reads(),
            replica_reads: counters.replica_reads(),
            lost: counters.lost(),
            refreshes: counters.refreshes(),
            warmed: counters.of(super::Kind::Warm),
            in_vain: counters.in_vain(),
            retries: counters.retries(),
            refused: counters.refused(),
            wasted: counters.wasted(),
            crashes: counters.crashes(),
            fills: counters.of(super::Kind::Fill),
            mean_ms: latency.mean() / 1e6,
            p50_ms: latency.quantile(0.5).ms(),
            p90_ms: latency.quantile(0.9).ms(),
            p99_ms: latency.quantile(0.99).ms(),
            max_ms: latency.max().ms(),
            makespan_ms: counters.makespan().ms(),
            invalidation_trips: counters.invalidation_trips(),
            deleted: counters.of(super::Kind::Delete),
            cache_mb: f64::from(counters.memory()) / 1e3,
            sold: counters.of(super::Kind::Sold) + counters.of(super::Kind::Oversold),
            oversold: counters.of(super::Kind::Oversold),
            mixed: counters.of(super::Kind::Mixed),
            logins_lost: counters.of(super::Kind::LoggedOut),
            hit_mean_ms: apart(0, |latency| latency.mean() / 1e6),
            hit_p99_ms: apart(0, |latency| latency.quantile(0.99).ms()),
            miss_mean_ms: apart(1, |latency| latency.mean() / 1e6),
            miss_p99_ms: apart(1, |latency| latency.quantile(0.99).ms()),
            db_peak_concurrency: counters.db_peak_concurrency(),
            log_hash: format!("{:016x}", log.hash()),
        }
    }
}
