//! The reference workload: one hot key, 1,000,000 Poisson arrivals at a mean
//! gap of 10 µs, 0.5 ms to the cache and 0.5 ms back, TTL 1 s, 50 ms in the
//! database, singleflight on.

use stampede_sim::run::Run;
use stampede_sim::scenario::presets;
use stampede_sim::telemetry::Recording;
use wasm_bindgen::prelude::wasm_bindgen;

/// What one run did: enough to see that two programs did the same work.
#[wasm_bindgen]
#[derive(Clone, Copy, Debug)]
pub struct Done {
    /// Requests sent.
    pub requests: f64,
    /// Cache hits.
    pub hits: f64,
    /// Queries.
    pub db_calls: f64,
    /// Callers that shared a result.
    pub shared: f64,
    /// The 99th percentile of response times.
    pub p99_ms: f64,
    /// Events kept in the log.
    pub events: f64,
}

/// Runs the reference workload once, with the full trace or with counters and
/// latencies only.
#[wasm_bindgen]
pub fn reference(trace: bool, seed: u32) -> Done {
    let scenario = presets::find("reference").expect("the preset is in order");
    let recording = if trace { Recording::Trace } else { Recording::Counters };
    let mut run = Run::new(&scenario, &[], seed.into(), recording).expect("the preset is in order");
    run.run_to_end();
    run.read(|tape| Done {
        requests: tape.counters.requests() as f64,
        hits: tape.counters.hits() as f64,
        db_calls: tape.counters.db_calls() as f64,
        shared: tape.counters.shared() as f64,
        p99_ms: tape.latency.quantile(0.99).ms(),
        events: tape.log.len() as f64,
    })
}
