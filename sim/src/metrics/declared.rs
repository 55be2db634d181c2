//! Every metric, declared once.
//!
//! Names, types, labels and buckets are those of the protector's monitoring code
//! (`ThunderingHerdMetrics`); of what that declares and never makes, the name is that of
//! its field, with the suffix that Prometheus wants (*Metric and label naming*, *Exposition formats*). Counters
//! without labels are those of [`telemetry::exposition`](crate::telemetry::exposition).
//!
//! A series is there when it has something to say, as with client libraries: of a
//! counter or histogram with labels, from its first event on. Shares of nothing are not
//! a number.

use super::book::App;
use super::labels::{Label, Values};
use super::meter::{Job, Target};
use super::system::System;
use super::table::{OWN, counter, some, spans};
use crate::engine::Nanos;
use crate::telemetry::Counters;
use crate::telemetry::exposition::COUNTERS;

/// What sort of metric.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Type {
    /// Only grows, until its process dies.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Durations, by bucket.
    Histogram,
}

/// A metric.
#[derive(Clone, Copy)]
pub struct Metric {
    /// Its name; of a counter, without `_total`.
    pub name: &'static str,
    /// What sort it is.
    pub kind: Type,
    /// Its unit, if it has one: the end of its name.
    pub unit: &'static str,
    /// What it says.
    pub help: &'static str,
    /// Its labels, besides `job` and `instance`.
    pub labels: &'static [Label],
    /// Of a histogram: upper bounds in nanoseconds.
    pub buckets: &'static [u64],
    pub(super) feed: Feed,
}

/// What feeds a metric.
#[derive(Clone, Copy)]
pub(super) enum Feed {
    /// Counts of events, at those targets.
    Counts(&'static [Job], fn(&Counters) -> u64),
    /// What a process has counted.
    Process(fn(&View<'_>, &mut Emit<'_>)),
    /// Clients' response times.
    Durations,
    /// What the autoscaler asked for.
    Scaled,
}

/// A process as it is read.
pub(super) struct View<'a> {
    pub(super) system: &'a System,
    pub(super) app: &'a App,
    /// When it was started, and now.
    pub(super) since: Nanos,
    pub(super) now: Nanos,
}

/// A part of what a metric says: the value itself, or one of a histogram's series.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Part {
    /// The value.
    Value,
    /// How many were no longer than a bucket's bound; the last one has none.
    Bucket(u8),
    /// All of them together.
    Sum,
    /// How many there were.
    Count,
}

/// Takes what a metric says.
pub(super) type Emit<'a> = dyn FnMut(Values, Part, f64) + 'a;

/// Whose count is in a counter without labels.
fn told_by(name: &str) -> &'static [Job] {
    match name {
        "retries" => &[Job::Clients],
        "edge_hits" | "origin_fetches" => &[Job::Edge],
        "lost_updates" => &[Job::Database],
        // Old values are given out at the edge, too.
        "stale_returns" | "stale_reads" => &[Job::App, Job::Edge],
        _ => &[Job::App],
    }
}

/// Every metric that a target tells. Requests have labels here, and are not counted
/// twice.
pub fn metrics() -> Vec<Metric> {
    let others = COUNTERS.into_iter().filter(|(name, ..)| *name != OWN[0].name);
    let others = others.map(|(name, help, read)| Metric {
        feed: Feed::Counts(told_by(name), read),
        ..counter(name, help, &[], |_, _| {})
    });
    OWN.into_iter().chain(others).collect()
}

impl Metric {
    /// Everything that a target says of it.
    pub(super) fn say(&self, system: &System, target: &Target, now: Nanos, emit: &mut Emit<'_>) {
        let book = &target.book;
        match (self.feed, target.job) {
            (Feed::Counts(jobs, read), job) if jobs.contains(&job) => {
                emit([0; 3], Part::Value, read(&book.counters) as f64);
            }
            (Feed::Durations, Job::Clients) => spans(&book.durations, [0; 3], emit),
            (Feed::Scaled, Job::Autoscaler) => some(&book.scaled, emit),
            (Feed::Process(say), Job::App) => {
                if let Some(app) = &book.app {
                    say(&View { system, app, since: book.since, now }, emit);
                }
            }
            _ => {}
        }
    }

    /// The name of one of its series.
    pub fn series(&self, part: Part) -> String {
        let suffix = match (self.kind, part) {
            (Type::Counter, _) => "_total",
            (Type::Gauge, _) | (_, Part::Value) => "",
            (_, Part::Bucket(_)) => "_bucket",
            (_, Part::Sum) => "_sum",
            (_, Part::Count) => "_count",
        };
        format!("{}{suffix}", self.name)
    }

    /// Its labels with their values, in words.
    pub fn words(&self, values: Values, part: Part) -> Vec<(&'static str, String)> {
        let labels = self.labels.iter().zip(values);
        let mut words: Vec<_> =
            labels.map(|(label, value)| (label.name(), label.word(value))).collect();
        if let Part::Bucket(bucket) = part {
            let bound = self.buckets.get(usize::from(bucket));
            let le = bound.map_or("+Inf".to_owned(), |bound| format!("{:?}", Nanos(*bound).secs()));
            words.push(("le", le));
        }
        words
    }
}
