//! The layered protector's four acceptance tests, as runs.
//!
//! Each is a preset, what is measured in its log, and what must hold. The
//! terminal prints them (`stampede check`), the page shows them at a button.

use crate::engine::Nanos;
use crate::run::Run;
use crate::scenario::problem::number;
use crate::scenario::{Scenario, Text, presets};
use crate::telemetry::{Counters, Event, Kind, Reason, Recording};

/// What an acceptance test came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// Its name.
    pub name: &'static str,
    /// Whether all of it holds.
    pub passed: bool,
    /// What was measured.
    pub facts: Vec<Text>,
}

/// Runs all four, with seed 1.
pub fn all() -> Vec<Verdict> {
    vec![single_flight(), distributed_lock(), circuit_breaker(), stale_while_revalidate()]
}

/// A run, as far as a verdict needs it.
struct Seen {
    scenario: Scenario,
    events: Vec<Event>,
    counters: Counters,
    slowest: Nanos,
}

/// `None` cannot happen with the presets as they are; a verdict says so.
fn see(preset: &str) -> Option<Seen> {
    let scenario = presets::find(preset).ok()?;
    let mut run = Run::new(&scenario, &[], 1, Recording::Trace).ok()?;
    run.run_to_end();
    Some(run.read(|tape| Seen {
        scenario,
        events: tape.log.iter().collect(),
        counters: tape.counters,
        slowest: tape.latency.max(),
    }))
}

fn verdict(
    name: &'static str,
    preset: &str,
    judge: impl FnOnce(&Seen) -> (bool, Vec<Text>),
) -> Verdict {
    let unreadable = || {
        let text = format!("{preset}?");
        (false, vec![Text { en: text.clone(), ja: text }])
    };
    let (passed, facts) = see(preset).map_or_else(unreadable, |seen| judge(&seen));
    Verdict { name, passed, facts }
}

fn fact(en: String, ja: String) -> Text {
    Text { en, ja }
}

fn n(count: u64) -> String {
    number(count as f64)
}

/// 1,000 concurrent requests: one database query.
fn single_flight() -> Verdict {
    verdict("SingleFlight", "check-singleflight", |seen| {
        let c = &seen.counters;
        let passed = (c.requests(), c.db_calls(), c.ok()) == (1000, 1, 1000);
        let (requests, calls, ok) = (n(c.requests()), n(c.db_calls()), n(c.ok()));
        let facts = vec![
            fact(
                format!("{requests} concurrent requests, {calls} database query"),
                format!("同時に {requests} 件、DB クエリは {calls} 件"),
            ),
            fact(format!("{ok} answered with a value"), format!("{ok} 件に値を返した")),
        ];
        (passed, facts)
    })
}

/// Several processes coordinate by the lock; only one loads.
fn distributed_lock() -> Verdict {
    verdict("DistributedLock", "check-lock", |seen| {
        let c = &seen.counters;
        let mut processes: Vec<u32> =
            seen.events.iter().filter(|e| e.kind == Kind::Arrive).map(|e| e.arg).collect();
        processes.sort_unstable();
        processes.dedup();
        let waited = c.of(Kind::Busy) > 0;
        let several = processes.len() as u64;
        let passed = several > 1 && waited && c.db_calls() == 1 && c.ok() == c.requests();
        let (several, locks, calls) = (n(several), n(c.locks()), n(c.db_calls()));
        let facts = vec![
            fact(
                format!("{several} processes asked for the lock, {locks} got it"),
                format!("{several} プロセスがロックを求め、取れたのは {locks}"),
            ),
            fact(format!("{calls} database query"), format!("DB クエリは {calls} 件")),
        ];
        (passed, facts)
    })
}

/// The breaker opens after its threshold; the database is protected.
fn circuit_breaker() -> Verdict {
    verdict("CircuitBreaker", "check-breaker", |seen| {
        let threshold = u64::from(seen.scenario.breaker.failures);
        let trip = seen.events.iter().position(|e| e.kind == Kind::Trip).unwrap_or(0);
        let failed = |e: &&Event| e.kind == Kind::Answer && e.arg == Reason::Database as u32;
        let before = seen.events[..trip].iter().filter(failed).count() as u64;
        let after = seen.events[trip..].iter().filter(|e| e.kind == Kind::Query).count() as u64;
        let refused = seen.counters.refused();
        let passed =
            seen.counters.trips() == 1 && before == threshold && after == 0 && refused > 100;
        let facts = vec![
            fact(
                format!("opened after {before} failures (threshold {threshold})"),
                format!("{before} 回の失敗で開いた（しきい値 {threshold}）"),
            ),
            fact(
                format!("then {after} queries, {refused} requests refused"),
                format!("その後のクエリは {after} 回、断ったリクエストは {refused} 件"),
            ),
        ];
        (passed, facts)
    })
}

/// Stale data returns at once; the background refresh completes.
fn stale_while_revalidate() -> Verdict {
    verdict("StaleWhileRevalidate", "check-stale", |seen| {
        let c = &seen.counters;
        let query = Nanos::from_ms(seen.scenario.db.query_ms);
        let refreshed = |e: &&Event| e.kind == Kind::Refreshed && e.arg == 0;
        let refreshed = seen.events.iter().filter(refreshed).count() as u64;
        let passed = c.stale() == 20
            && seen.slowest < query
            && (c.refreshes(), refreshed, c.db_calls()) == (1, 1, 1)
            && c.hits() == 1;
        let (stale, slowest, calls) = (n(c.stale()), seen.slowest, n(c.db_calls()));
        let facts = vec![
            fact(
                format!("{stale} stale answers, the slowest after {slowest}"),
                format!("古い値を {stale} 件、遅くとも {slowest} で返した"),
            ),
            fact(
                format!("{refreshed} background refresh completed, {calls} database query"),
                format!("裏の更新が {refreshed} 回完了、DB クエリは {calls} 件"),
            ),
            fact(
                format!("{} later reader got the new value", n(c.hits())),
                format!("後の読み手 {} 件が新しい値を得た", n(c.hits())),
            ),
        ];
        (passed, facts)
    })
}
