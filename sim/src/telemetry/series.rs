//! Counts over virtual time: for charts and CSV.

use std::fmt::Write;

use super::timeline::Timeline;
use super::{Counters, Latency, Log};
use crate::engine::Nanos;

/// One step of virtual time.
#[derive(Default)]
pub struct Bin {
    /// Requests sent in it.
    pub requests: u64,
    /// Retries sent in it.
    pub retries: u64,
    /// Requests that a defence refused in it.
    pub refused: u64,
    /// Requests answered with a value in it.
    pub ok: u64,
    /// Requests answered with an error in it.
    pub errors: u64,
    /// Look-ups in it that found the key.
    pub hits: u64,
    /// Look-ups in it that did not.
    pub misses: u64,
    /// Queries sent to the database in it.
    pub db_calls: u64,
    /// The most queries at the database at one time in it.
    pub db_concurrency: u64,
    /// The most requests that queued for a connection at one time in it.
    pub pool_waiting: u64,
    /// Response times of the requests answered in it; `None` if there were none.
    pub latency: Option<Box<Latency>>,
}

/// A run in equal steps.
pub struct Series {
    /// How long a step is.
    pub step: Nanos,
    /// The steps, from the start of the run; step `i` begins at `i × step`.
    pub bins: Vec<Bin>,
}

impl Bin {
    /// What happened between two counts.
    pub(super) fn between(before: &Counters, after: &Counters) -> Bin {
        let of = |read: fn(&Counters) -> u64| read(after) - read(before);
        Bin {
            requests: of(Counters::requests),
            retries: of(Counters::retries),
            refused: of(Counters::refused),
            ok: of(Counters::ok),
            errors: of(Counters::errors),
            hits: of(Counters::hits),
            misses: of(Counters::misses),
            db_calls: of(Counters::db_calls),
            ..Bin::default()
        }
    }
}

impl Series {
    /// Reads a whole log in steps of `step`, which must not be zero.
    pub fn of(log: &Log, step: Nanos) -> Series {
        Timeline::of(log, step).series(step, true)
    }

    /// As CSV with a heading line.
    pub fn csv(&self) -> String {
        let mut out = String::from(
            "t_ms,requests,ok,errors,hits,misses,db_calls,db_concurrency,pool_waiting,p50_ms,p99_ms,retries,refused\n",
        );
        for (i, bin) in self.bins.iter().enumerate() {
            let at = Nanos(self.step.0 * i as u64).ms();
            let Bin { requests, ok, errors, hits, misses, db_calls, .. } = bin;
            let (concurrency, waiting) = (bin.db_concurrency, bin.pool_waiting);
            let quantile =
                |q| bin.latency.as_ref().map_or(String::new(), |l| l.quantile(q).ms().to_string());
            let (p50, p99) = (quantile(0.5), quantile(0.99));
            // Writing to a String cannot fail.
            let _ = writeln!(
                out,
                "{at},{requests},{ok},{errors},{hits},{misses},{db_calls},{concurrency},{waiting},{p50},{p99},{},{}",
                bin.retries, bin.refused
            );
        }
        out
    }
}

/// A step of 1, 2 or 5 times a power of ten nanoseconds that cuts `span` into
/// at most `most` pieces.
pub fn nice_step(span: Nanos, most: u64) -> Nanos {
    let least = (span.0 / most.max(1)).max(1);
    let mut unit = 1;
    loop {
        for factor in [1, 2, 5] {
            if unit * factor >= least {
                return Nanos(unit * factor);
            }
        }
        unit *= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::Kind;

    #[test]
    fn steps_are_nice() {
        for (span, most, step) in [(1000, 10, 100), (1001, 10, 100), (1010, 10, 200), (7, 100, 1)] {
            assert_eq!(nice_step(Nanos(span), most), Nanos(step), "{span} in {most}");
        }
    }

    #[test]
    fn a_small_run_in_steps() {
        let mut log = Log::default();
        let mut at = |ms: u64, kind, who, arg| log.push(Nanos(ms * 1_000_000), kind, who, arg);
        at(0, Kind::Send, 0, 0);
        at(1, Kind::Miss, 0, 0);
        at(2, Kind::Send, 1, 0);
        at(3, Kind::Query, 0, 0);
        at(4, Kind::Miss, 1, 0);
        at(5, Kind::Queue, 1, 0);
        at(25, Kind::Answer, 0, 0);
        at(25, Kind::Query, 1, 0);
        at(26, Kind::Ok, 0, 1);
        at(45, Kind::Answer, 1, 1);
        at(46, Kind::Error, 1, 1);
        let series = Series::of(&log, Nanos(10_000_000));
        let rows: Vec<_> = series
            .bins
            .iter()
            .map(|b| {
                (b.requests, b.misses, b.db_calls, b.db_concurrency, b.pool_waiting, b.ok, b.errors)
            })
            .collect();
        assert_eq!(
            rows,
            [
                (2, 2, 1, 1, 1, 0, 0),
                (0, 0, 0, 1, 1, 0, 0),
                (0, 0, 1, 1, 1, 1, 0),
                (0, 0, 0, 1, 0, 0, 0),
                (0, 0, 0, 1, 0, 0, 1),
            ]
        );
        let slowest = series.bins[4].latency.as_ref().map(|l| l.max());
        assert_eq!(slowest, Some(Nanos(44_000_000)));
    }
}
