//! The table of metrics that are not plain counts of events.

use super::book::WAITS;
use super::declared::{Emit, Feed, Metric, Part, Type, View};
use super::histogram::Histogram;
use super::labels::{CACHES, Label, Layer, Values};
use crate::scenario::ForecastRule;
use crate::telemetry::exposition::{DURATION, DURATION_HELP};
use crate::telemetry::latency::BUCKETS;

const KEY: &[Label] = &[Label::KeyPattern];
const CACHE: &[Label] = &[Label::CacheLayer];

/// The fifteen of the protector's monitoring code, what its dashboard asks for besides, and
/// how long clients wait.
pub(super) const OWN: [Metric; 18] = [
    counter(
        "thundering_herd_requests",
        "Requests that a process has answered, or given up, by the cache that was asked last and what came of it.",
        &[Label::KeyPattern, Label::CacheLayer, Label::Result],
        |view, emit| {
            for (key, layers) in (0..).zip(&view.app.requests) {
                for (layer, results) in (0..).zip(layers) {
                    for (result, count) in (0..).zip(results).filter(|(_, count)| **count > 0) {
                        emit([key, layer, result], Part::Value, *count as f64);
                    }
                }
            }
        },
    ),
    counter(
        "shared_requests",
        "Callers whose singleflight result was shared, leaders included, as Go reports it.",
        KEY,
        |view, emit| some(&view.app.shared, emit),
    ),
    histogram(
        "single_flight_wait_duration_seconds",
        "Time that followers waited for a flight.",
        KEY,
        &WAITS,
        |view, emit| {
            view.app.waits.iter().zip(0..).for_each(|(it, key)| spans(it, [key, 0, 0], emit))
        },
    ),
    gauge(
        "cache_hit_rate",
        "Share of look-ups that a cache answered, old values included, in the last ten seconds. NaN: there were none.",
        CACHE,
        |view, emit| caches(view, emit, |share| share),
    ),
    gauge(
        "cache_miss_rate",
        "Share of look-ups that a cache did not answer, in the last ten seconds. NaN: there were none.",
        CACHE,
        |view, emit| caches(view, emit, |share| 1.0 - share),
    ),
    histogram(
        "cache_latency_seconds",
        "Time that look-ups in a cache took, the way to it and back included.",
        CACHE,
        &BUCKETS,
        |view, emit| {
            view.app.trips.iter().zip(1..).for_each(|(it, cache)| spans(it, [cache, 0, 0], emit))
        },
    ),
    gauge(
        "circuit_breaker_state",
        "State of the breaker before the database, numbered as in gobreaker: 0 closed, 1 half-open, 2 open.",
        &[Label::Service, Label::Endpoint],
        |view, emit| {
            if view.system.breaker {
                emit([0; 3], Part::Value, view.app.breaker.into());
            }
        },
    ),
    gauge(
        "db_connection_pool_usage",
        "Share of the connections to a database server that are in use.",
        &[Label::Server],
        |view, emit| {
            for (server, in_use) in (0..).zip(&view.app.in_use) {
                emit([server, 0, 0], Part::Value, f64::from(*in_use) / f64::from(view.system.pool));
            }
        },
    ),
    histogram(
        "db_query_duration_seconds",
        "Time that queries took, from when they had a connection.",
        &[Label::Server, Label::QueryResult],
        &BUCKETS,
        |view, emit| {
            for (server, answers) in (0..).zip(&view.app.queries) {
                answers
                    .iter()
                    .zip(0..)
                    .for_each(|(it, answer)| spans(it, [server, answer, 0], emit));
            }
        },
    ),
    histogram(
        "response_time_seconds",
        "Time from a request's arrival in its process to its answer.",
        &[Label::Result],
        &BUCKETS,
        |view, emit| {
            view.app.responses.iter().zip(0..).for_each(|(it, of)| spans(it, [of, 0, 0], emit))
        },
    ),
    gauge(
        "throughput_per_second",
        "Requests answered per second, in the last ten seconds.",
        KEY,
        |view, emit| keys(view, emit, |key| view.app.served[key].rate(view.now, view.since)),
    ),
    gauge(
        "error_rate",
        "Share of the requests that were answered with an error or refused, in the last ten seconds. NaN: there were none.",
        KEY,
        |view, emit| keys(view, emit, |key| view.app.served[key].share(view.now)),
    ),
    gauge(
        "thundering_herd_load_prediction",
        "Requests that are expected, as a share of what the process can serve (predict.capacity), some windows ahead (predict.ahead).",
        &[Label::KeyPattern, Label::Model],
        |view, emit| {
            let View { system, app, now, .. } = view;
            let is_it = |rule: &ForecastRule| *rule == system.predict.rule;
            let model = ForecastRule::ALL.iter().position(is_it).unwrap_or_default() as u8;
            for key in system.patterns() {
                let level = app.expected.at(&system.predict, *now, key as usize);
                emit([key as u8, model, 0], Part::Value, level);
            }
        },
    ),
    counter(
        "viral_content_detected",
        "Times that more requests came to be expected than is well (predict.share).",
        KEY,
        |view, emit| some(&view.app.rushes, emit),
    ),
    Metric {
        feed: Feed::Scaled,
        ..counter(
            "auto_scaling_triggered",
            "Times that the autoscaler asked for more processes, or for fewer.",
            &[Label::Direction],
            |_, _| {},
        )
    },
    counter("cache_requests", "Look-ups in the shared cache.", &[], |view, emit| {
        emit([0; 3], Part::Value, view.app.asked[1] as f64)
    }),
    gauge("single_flight_queue_depth", "Followers that wait for a flight.", KEY, |view, emit| {
        keys(view, emit, |key| view.app.followers[key] as f64)
    }),
    Metric {
        feed: Feed::Durations,
        ..histogram(DURATION, DURATION_HELP, &[], &BUCKETS, |_, _| {})
    },
];

/// What every scrape says of itself.
pub(super) const REPORTS: [Metric; 2] = [
    gauge("up", "1 if the target has answered the last scrape, 0 if it has not.", &[], |_, _| {}),
    Metric {
        unit: "seconds",
        ..gauge("scrape_duration_seconds", "How long the last scrape took.", &[], |_, _| {})
    },
];

type Say = fn(&View<'_>, &mut Emit<'_>);

pub(super) const fn counter(
    name: &'static str,
    help: &'static str,
    labels: &'static [Label],
    say: Say,
) -> Metric {
    let feed = Feed::Process(say);
    Metric { name, kind: Type::Counter, unit: "", help, labels, buckets: &[], feed }
}

const fn gauge(
    name: &'static str,
    help: &'static str,
    labels: &'static [Label],
    say: Say,
) -> Metric {
    Metric { kind: Type::Gauge, ..counter(name, help, labels, say) }
}

const fn histogram(
    name: &'static str,
    help: &'static str,
    labels: &'static [Label],
    buckets: &'static [u64],
    say: Say,
) -> Metric {
    let metric = counter(name, help, labels, say);
    Metric { kind: Type::Histogram, unit: "seconds", buckets, ..metric }
}

/// Counts by key that are not 0.
pub(super) fn some(counts: &[u64], emit: &mut Emit<'_>) {
    for (key, count) in (0..).zip(counts).filter(|(_, count)| **count > 0) {
        emit([key, 0, 0], Part::Value, *count as f64);
    }
}

/// A number for each group of keys that there is.
fn keys(view: &View<'_>, emit: &mut Emit<'_>, of: impl Fn(usize) -> f64) {
    view.system.patterns().for_each(|key| emit([key as u8, 0, 0], Part::Value, of(key as usize)));
}

/// A number for each cache that has been asked, by its share of hits.
fn caches(view: &View<'_>, emit: &mut Emit<'_>, of: fn(f64) -> f64) {
    for cache in 0..CACHES {
        if view.app.asked[cache] > 0 {
            let layer = cache as u8 + Layer::L1 as u8;
            emit([layer, 0, 0], Part::Value, of(view.app.lookups[cache].share(view.now)));
        }
    }
}

/// The series of a histogram.
pub(super) fn spans(histogram: &Histogram, labels: Values, emit: &mut Emit<'_>) {
    if histogram.is_empty() {
        return;
    }
    let mut count = 0;
    for (bucket, passed) in (0..).zip(histogram.cumulative()) {
        count = passed;
        emit(labels, Part::Bucket(bucket), passed as f64);
    }
    emit(labels, Part::Sum, histogram.sum());
    emit(labels, Part::Count, count as f64);
}
