//! The run as Prometheus sees it.
//!
//! [`prometheus`] is one scrape in the text format 0.0.4. [`openmetrics`] is
//! the whole run with timestamps, in the format that
//! `promtool tsdb create-blocks-from openmetrics` loads into a real server.

use std::fmt::{Display, Write};

use super::latency::BUCKETS;
use super::replay::Replay;
use super::{Counters, Kind, Latency, Log};
use crate::engine::Nanos;

/// A counter's name without `_total`, its help, and where it is read.
pub(crate) type Counter = (&'static str, &'static str, fn(&Counters) -> u64);

/// The demo's counters, and the protector's eight (their names in the help).
pub(crate) const COUNTERS: [Counter; 24] = [
    (
        "thundering_herd_requests",
        "Requests that reached a process (TotalRequests).",
        Counters::handled,
    ),
    ("cache_hits", "Cache look-ups that found the key (CacheHits).", Counters::hits),
    ("cache_misses", "Cache look-ups that did not find the key (CacheMisses).", Counters::misses),
    ("edge_hits", "Requests answered from a point of presence.", Counters::edge_hits),
    ("origin_fetches", "Fetches of the edge from the processes.", Counters::origin_fetches),
    ("local_hits", "Requests answered from a copy in their process (L1).", Counters::local_hits),
    ("backup_hits", "Loads answered by the backup cache (L3).", Counters::backup_hits),
    ("db_calls", "Queries sent to the database.", Counters::db_calls),
    (
        "singleflight_shared",
        "Callers whose singleflight result was shared, leaders included.",
        Counters::shared,
    ),
    (
        "single_flight_hits",
        "Callers whose singleflight result was shared, as Go reports it (SingleFlightHits).",
        Counters::shared,
    ),
    ("lock_acquisitions", "Distributed locks acquired (LockAcquisitions).", Counters::locks),
    ("circuit_breaker_trips", "Times a breaker opened (CircuitBreakerTrips).", Counters::trips),
    ("stale_returns", "Stale values given out (StaleReturns).", Counters::stale),
    ("ancient_returns", "Very old values given out in place of an error.", |counters| {
        counters.of(Kind::Ancient)
    }),
    ("stand_ins", "Defaults and placeholders in place of an error.", Counters::stand_ins),
    ("updates", "Updates that reached a process.", Counters::updates),
    (
        "stale_reads",
        "Answers older than an update that had been confirmed before.",
        Counters::stale_reads,
    ),
    ("replica_reads", "Queries sent to replicas of the database.", Counters::replica_reads),
    ("lost_updates", "Updates lost as a replica took over.", Counters::lost),
    (
        "background_refresh",
        "Values loaded again behind their readers (BackgroundRefresh).",
        Counters::refreshes,
    ),
    ("warmed", "Keys loaded before anybody asked.", |counters| counters.of(Kind::Warm)),
    ("warmed_in_time", "Keys loaded in advance that somebody then asked for.", |counters| {
        counters.of(Kind::Foreseen)
    }),
    ("retries", "Attempts by clients after a failure.", Counters::retries),
    ("refused", "Requests that a defence refused.", Counters::refused),
];

pub(crate) const DURATION: &str = "request_duration_seconds";
pub(crate) const DURATION_HELP: &str = "Time from a client's request to its answer.";

/// One scrape: the counters and the latency histogram as they stand.
pub fn prometheus(counters: &Counters, latency: &Latency) -> String {
    let mut out = String::new();
    for (name, help, read) in COUNTERS {
        heading(&mut out, &format!("{name}_total"), help, "counter");
        sample(&mut out, &format!("{name}_total"), read(counters), None);
    }
    heading(&mut out, DURATION, DURATION_HELP, "histogram");
    histogram(&mut out, latency, None);
    out
}

/// The whole run, one sample every `step`, from the start to `end`. `epoch`
/// is the Unix time, in seconds, at which the run begins.
pub fn openmetrics(log: &Log, end: Nanos, step: Nanos, epoch: f64) -> String {
    let mut out = String::new();
    for (name, help, read) in COUNTERS {
        heading(&mut out, name, help, "counter");
        each_step(log, end, step, epoch, |replay, at| {
            sample(&mut out, &format!("{name}_total"), read(replay.counters()), Some(at));
        });
    }
    heading(&mut out, DURATION, DURATION_HELP, "histogram");
    each_step(log, end, step, epoch, |replay, at| histogram(&mut out, replay.latency(), Some(at)));
    out.push_str("# EOF\n");
    out
}

fn each_step(log: &Log, end: Nanos, step: Nanos, epoch: f64, mut scrape: impl FnMut(&Replay, f64)) {
    let mut replay = Replay::default();
    for i in 0..=end.0.div_ceil(step.0) {
        let at = Nanos(i * step.0);
        replay.seek(log, at);
        scrape(&replay, epoch + at.secs());
    }
}

// Writing to a String cannot fail, so the results below are ignored.

fn heading(out: &mut String, name: &str, help: &str, kind: &str) {
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

fn sample(out: &mut String, name: &str, value: impl Display, at: Option<f64>) {
    let _ = match at {
        None => writeln!(out, "{name} {value}"),
        Some(at) => writeln!(out, "{name} {value} {at:.3}"),
    };
}

/// Buckets are cumulative, `le` ascending, and `+Inf` equals the count.
fn histogram(out: &mut String, latency: &Latency, at: Option<f64>) {
    let mut cumulative = 0;
    for (bound, count) in BUCKETS.iter().zip(latency.buckets()) {
        cumulative += count;
        let le = Nanos(*bound).secs();
        sample(out, &format!("{DURATION}_bucket{{le=\"{le:?}\"}}"), cumulative, at);
    }
    sample(out, &format!("{DURATION}_bucket{{le=\"+Inf\"}}"), latency.count(), at);
    sample(out, &format!("{DURATION}_sum"), latency.sum() as f64 / 1e9, at);
    sample(out, &format!("{DURATION}_count"), latency.count(), at);
}
