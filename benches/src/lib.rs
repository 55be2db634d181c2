//! The reference workload: one hot key, 1,000,000 Poisson arrivals at a mean
//! gap of 10 µs, 0.5 ms to the cache and 0.5 ms back, TTL 1 s, 50 ms in the
//! database, singleflight on.

use stampede_sim::chronicle::Chronicle;
use stampede_sim::engine::Nanos;
use stampede_sim::run::Run;
use stampede_sim::scenario::{Scenario, presets};
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

/// A name, and the changes that switch a defence on. Those that hold the herd
/// back stand in the place of singleflight; the others stand beside it.
type Defence = (&'static str, &'static [(&'static str, &'static str)]);

/// Singleflight as a script of the lab.
const SINGLEFLIGHT: &str = include_str!("../../sim/src/lab/templates/singleflight.rn");

/// Each defence by itself, then the whole protector, then every part of the
/// world.
const DEFENCES: &[Defence] = &[
    ("hand-over", &[("singleflight.mode", "hand-over")]),
    ("lock", &[("protect.singleflight", "false"), ("protect.lock", "true")]),
    (
        "redlock",
        &[("protect.singleflight", "false"), ("protect.lock", "true"), ("lock.servers", "5")],
    ),
    ("lease", &[("protect.singleflight", "false"), ("protect.lease", "true")]),
    ("stale", &[("protect.stale", "true")]),
    ("jitter", &[("protect.jitter", "true")]),
    ("adaptive_ttl", &[("protect.adaptive_ttl", "true")]),
    ("warming", &[("protect.warming", "true")]),
    ("xfetch", &[("protect.xfetch", "true")]),
    ("negative", &[("protect.negative", "true")]),
    ("breaker", &[("protect.breaker", "true")]),
    (
        "gateway",
        &[("protect.gateway", "true"), ("client.count", "1000"), ("gateway.limit", "1000000")],
    ),
    ("shed", &[("protect.shed", "true"), ("shed.most", "1000000")]),
    ("fallback", &[("protect.fallback", "true")]),
    ("predict", &[("protect.predict", "true"), ("protect.stale", "true")]),
    ("viral", &[("protect.viral", "true"), ("protect.local", "true")]),
    ("coalesce", &[("protect.coalesce", "true"), ("coalesce.ttl_ms", "100")]),
    ("local", &[("protect.local", "true"), ("local.ttl_ms", "100")]),
    ("capacity", &[("cache.capacity", "1000"), ("cache.eviction", "sieve")]),
    ("backup", &[("protect.backup", "true")]),
    ("limiter", &[("protect.limiter", "true")]),
    ("throttle", &[("protect.throttle", "true")]),
    ("concurrency", &[("protect.concurrency", "true")]),
    ("bulkhead", &[("protect.bulkhead", "true")]),
    ("codel", &[("protect.codel", "true")]),
    ("spill", &[("protect.spill", "true")]),
    ("script", &[("script.source", SINGLEFLIGHT)]),
    (
        "layered",
        &[
            ("protect.recheck", "true"),
            ("protect.lock", "true"),
            ("protect.stale", "true"),
            ("protect.jitter", "true"),
            ("protect.negative", "true"),
            ("protect.breaker", "true"),
            ("protect.limiter", "true"),
            ("protect.spill", "true"),
        ],
    ),
    (
        "everything",
        &[
            ("edge.pops", "3"),
            ("edge.shield", "true"),
            ("edge.ttl_ms", "100"),
            ("fleet.processes", "4"),
            ("fleet.balance", "two-choices"),
            ("protect.gateway", "true"),
            ("client.count", "1000"),
            ("gateway.limit", "1000000"),
            ("protect.shed", "true"),
            ("shed.most", "1000000"),
            ("protect.fallback", "true"),
            ("cpu.cores", "16"),
            ("cpu.request_ms", "0.01"),
            ("protect.local", "true"),
            ("local.ttl_ms", "100"),
            ("cache.capacity", "1000"),
            ("cache.eviction", "sieve"),
            ("protect.recheck", "true"),
            ("protect.lock", "true"),
            ("lock.servers", "5"),
            ("protect.stale", "true"),
            ("protect.jitter", "true"),
            ("protect.negative", "true"),
            ("protect.breaker", "true"),
            ("protect.limiter", "true"),
            ("protect.bulkhead", "true"),
            ("protect.backup", "true"),
            ("replicas.count", "2"),
        ],
    ),
];

/// Runs the reference workload once, with the full trace or with counters and
/// latencies only.
#[wasm_bindgen]
pub fn reference(trace: bool, seed: u32) -> Done {
    run(&presets::find("reference").expect("the preset is in order"), trace, seed)
}

/// The names of the defences, a space between them.
#[wasm_bindgen]
pub fn defences() -> String {
    DEFENCES.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(" ")
}

/// Runs the reference workload once with a defence, with counters.
#[wasm_bindgen]
pub fn defended(name: &str, seed: u32) -> Done {
    let (_, changes) =
        DEFENCES.iter().find(|(known, _)| *known == name).expect("one of the defences");
    let scenario = presets::find("reference").and_then(|s| s.with_all(changes.iter().copied()));
    run(&scenario.expect("the changes go together"), false, seed)
}

/// Both lanes of the first figure with so many requests each and a database
/// that takes them, as [the page](chronicled) computes them but without it; how
/// many events they had.
#[wasm_bindgen]
pub fn two_lanes(requests: u32) -> f64 {
    let changes =
        [("load.requests", &*requests.to_string()), ("db.pool", "1000"), ("db.cores", "1000")];
    ["demo-without-singleflight", "demo-with-singleflight"]
        .map(|name| chronicled(name, changes, 1))
        .iter()
        .sum()
}

/// So many requests at once that all wait for a connection, with counters: what
/// waiting costs without a trace.
#[wasm_bindgen]
pub fn waiting(requests: u32) {
    let scenario = presets::find("demo-without-singleflight")
        .and_then(|s| s.with("load.requests", &requests.to_string()));
    run(&scenario.expect("the preset is in order"), false, 1);
}

/// The same for those who follow a flight.
#[wasm_bindgen]
pub fn following(requests: u32) {
    let scenario = presets::find("demo-with-singleflight")
        .and_then(|s| s.with("load.requests", &requests.to_string()));
    run(&scenario.expect("the preset is in order"), false, 1);
}

/// Five million requests over five seconds to twenty processes with
/// singleflight, one of ten with its trace; how many events are kept.
#[wasm_bindgen]
pub fn millions() -> f64 {
    let changes =
        [("load.requests", "5000000"), ("load.spread_ms", "5000"), ("fleet.processes", "20")];
    chronicled("demo-with-singleflight", changes, 10)
}

fn chronicled(name: &str, changes: [(&str, &str); 3], every: u32) -> f64 {
    let scenario = presets::find(name).and_then(|s| s.with_all(changes));
    let scenario = scenario.expect("the preset is in order");
    let run = Run::new(&scenario, &[], 1, Recording::Trace).expect("the preset is in order");
    let mut chronicle = Chronicle::new(run, every);
    chronicle.run_until(Nanos::MAX, u64::MAX, |_, _| {});
    chronicle.read(|tape| tape.log.len() as f64)
}

fn run(scenario: &Scenario, trace: bool, seed: u32) -> Done {
    let recording = if trace { Recording::Trace } else { Recording::Counters };
    let mut run = Run::new(scenario, &[], seed.into(), recording).expect("the preset is in order");
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
