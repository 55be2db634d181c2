//! How large a stampede is: the presets' promises, and λ·Δ + 1.

use stampede_sim::run::Run;
use stampede_sim::scenario::{Scenario, presets};
use stampede_sim::telemetry::{Kind, Recording, Report};

fn report(scenario: &Scenario, seed: u64) -> Report {
    let mut run = Run::new(scenario, &[], seed, Recording::Fingerprint).unwrap();
    run.run_to_end();
    run.read(|tape| Report::of(tape, &scenario.name, seed))
}

/// The seed document's table, with Go's own count of `shared`.
#[test]
fn the_demo_table() {
    for (preset, n, db_calls, shared, followers) in [
        ("demo-without-singleflight", 100, 100, 0, 0),
        ("demo-with-singleflight", 100, 1, 100, 99),
        ("demo-without-singleflight", 1000, 1000, 0, 0),
        ("demo-with-singleflight", 1000, 1, 1000, 999),
    ] {
        let scenario = presets::find(preset).unwrap();
        let scenario = scenario.with("load.requests", &n.to_string()).unwrap();
        for seed in 1..20 {
            let r = report(&scenario, seed);
            let got = (r.requests, r.ok, r.misses, r.db_calls, r.shared, r.followers);
            assert_eq!(got, (n, n, n, db_calls, shared, followers), "{preset}, seed {seed}");
        }
    }
}

/// Singleflight is per process.
#[test]
fn each_process_loads_once() {
    let four = presets::find("four-processes").unwrap();
    for processes in [1, 2, 4, 16] {
        let scenario = four.with("fleet.processes", &processes.to_string()).unwrap();
        for seed in 1..20 {
            assert_eq!(report(&scenario, seed).db_calls, processes, "seed {seed}");
        }
    }
}

/// Queries per stampede in a run: a stampede is a load and all that started
/// before its value reached the cache.
fn stampedes(scenario: &Scenario, seed: u64) -> Vec<u64> {
    let mut run = Run::new(scenario, &[], seed, Recording::Trace).unwrap();
    run.run_to_end();
    run.read(|tape| {
        let mut sizes = Vec::new();
        let (mut size, mut running) = (0, 0);
        for event in tape.log.iter() {
            match event.kind {
                Kind::Query => {
                    size += 1;
                    running += 1;
                }
                Kind::Answer => {
                    running -= 1;
                    if running == 0 {
                        sizes.push(std::mem::take(&mut size));
                    }
                }
                _ => {}
            }
        }
        sizes
    })
}

/// Without singleflight an expiry costs the first miss and everybody who
/// looks while the value is on its way: λ·Δ + 1, where Δ runs from the first
/// look-up to the fill, 0.5 ms back + 50 ms + 0.5 ms to the cache.
#[test]
fn an_expiry_costs_lambda_delta_plus_one() {
    let scenario = presets::find("expiry-without-singleflight").unwrap();
    let sizes: Vec<f64> =
        (0..60).flat_map(|seed| stampedes(&scenario, seed)).map(|n| n as f64).collect();
    let n = sizes.len() as f64;
    assert!(n > 500.0);
    let mean = sizes.iter().sum::<f64>() / n;
    let expected: f64 = 200.0 * 0.051 + 1.0;
    // Beyond the first, the number is Poisson: variance λ·Δ.
    let error = ((expected - 1.0) / n).sqrt();
    assert!((mean - expected).abs() < 4.0 * error, "{mean}, expected {expected} ± {error}");
}

#[test]
fn with_singleflight_an_expiry_costs_one() {
    let scenario = presets::find("expiry-with-singleflight").unwrap();
    for seed in 0..60 {
        let sizes = stampedes(&scenario, seed);
        assert!(sizes.len() >= 9, "20 s of TTL 2 s");
        assert!(sizes.iter().all(|size| *size == 1), "seed {seed}: {sizes:?}");
    }
}

/// The same herd meets both lanes: turning a defence on changes nobody's
/// arrival.
#[test]
fn a_defence_does_not_change_who_arrives_when() {
    let arrivals = |preset: &str| {
        let scenario = presets::find(preset).unwrap();
        let mut run = Run::new(&scenario, &[], 3, Recording::Trace).unwrap();
        run.run_to_end();
        run.read(|tape| {
            let sends = tape.log.iter().filter(|e| e.kind == Kind::Send);
            sends.map(|e| (e.at, e.who, e.arg)).collect::<Vec<_>>()
        })
    };
    for pair in ["demo", "expiry"] {
        let without = arrivals(&format!("{pair}-without-singleflight"));
        assert!(!without.is_empty());
        assert_eq!(without, arrivals(&format!("{pair}-with-singleflight")));
    }
}

/// Closed users hide a stampede: fifty of them can never send more than fifty
/// requests at a time, however slow the answers.
#[test]
fn closed_users_never_exceed_their_number() {
    let scenario = presets::find("closed-users").unwrap();
    assert!(report(&scenario, 1).db_peak_concurrency <= 50);
}

/// k6's own tests: 10 users for 1 s at 210 ms make 50 iterations; 5 stuck
/// users at 10/s run 5 and drop 5.
#[test]
fn executors_as_k6_does() {
    let system = |load: &str, query_ms: u32| {
        Scenario::from_json(&format!(
            r#"{{"name": "k6", "load": {load}, "network": {{"cache_ms": 0}},
                "cache": {{"enabled": false}}, "db": {{"query_ms": {query_ms}}}}}"#
        ))
        .unwrap()
    };
    let users = system(r#"{"executor": "constant-vus", "vus": 10, "duration_ms": 1000}"#, 210);
    assert_eq!(report(&users, 1).requests, 50);

    let rate = r#"{"executor": "constant-arrival-rate", "rate": 10, "duration_ms": 1000,
                   "arrivals": "paced", "max_vus": 5}"#;
    let r = report(&system(rate, 950), 1);
    assert_eq!((r.requests, r.dropped), (5, 5));

    // Ten users share 100 iterations: nobody waits for a slower one.
    let shared = r#"{"executor": "shared-iterations", "vus": 10, "iterations": 100}"#;
    let r = report(&system(shared, 100), 1);
    assert_eq!((r.requests, r.makespan_ms), (100, 1000.0));
}

/// What is warm and old expires as on any day: the most popular key when that is
/// said, after which λ·Δ + 1 find nothing, and the others anywhere within their
/// ttl, so that in half of it half of them do.
#[test]
fn warm_keys_have_an_age() {
    let scenario = |changes: &[(&str, &str)]| {
        let all = [
            ("keys.warm", "true"),
            ("keys.expires_ms", "2000"),
            ("load.duration_ms", "5000"),
            ("cache.ttl_ms", "300000"),
            ("db.query_ms", "120"),
            ("db.pool", "1000"),
        ];
        let start = presets::find("expiry-without-singleflight").unwrap();
        all.iter().chain(changes).fold(start, |s, (path, value)| s.with(path, value).unwrap())
    };
    let one = scenario(&[("load.rate", "900"), ("keys.count", "1")]);
    let mut run = Run::new(&one, &[], 1, Recording::Trace).unwrap();
    run.run_to_end();
    let misses: Vec<f64> = run
        .read(|tape| tape.log.iter().filter(|e| e.kind == Kind::Miss).map(|e| e.at.ms()).collect());
    assert!(misses[0] >= 2000.0 && misses[0] < 2020.0, "{}", misses[0]);
    // λ·Δ + 1 and the way to the database and back; three standard deviations.
    assert!((misses.len() as f64 - 111.0).abs() < 3.0 * 111_f64.sqrt(), "{}", misses.len());
    // 10 s of ttl, 5 s of run: of 1,000 keys about 500, each loaded once.
    let many = scenario(&[
        ("load.rate", "20000"),
        ("keys.count", "1000"),
        ("cache.ttl_ms", "10000"),
        ("protect.singleflight", "true"),
        ("fleet.processes", "1"),
    ]);
    let loaded = report(&many, 1).db_calls as f64;
    assert!((loaded - 500.0).abs() < 3.0 * 250_f64.sqrt(), "{loaded}");
}
