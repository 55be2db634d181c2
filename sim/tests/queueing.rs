//! The model against queueing theory, where theory has an exact answer.
//!
//! Each check runs many seeds and asks whether the theory lies within the
//! runs' confidence interval (mean ± 4 standard errors: one check in 16,000
//! fails by chance, and seeds are fixed). Start-up is part of a run, so runs
//! are long against it.

use stampede_sim::run::Run;
use stampede_sim::scenario::Scenario;
use stampede_sim::telemetry::{Kind, Recording, Tape};

/// No cache, no network: a request is a query, and the pool is the servers.
fn system(load: &str, pool: u32, cores: u32, query: &str) -> Scenario {
    Scenario::from_json(&format!(
        r#"{{"name": "queue", "load": {load},
            "network": {{"cache_ms": 0}}, "cache": {{"enabled": false}},
            "db": {{"pool": {pool}, "cores": {cores}, "query_ms": 10, "query": "{query}"}}}}"#
    ))
    .unwrap()
}

fn poisson(rate: f64, seconds: f64) -> String {
    let ms = seconds * 1e3;
    format!(r#"{{"executor": "constant-arrival-rate", "rate": {rate}, "duration_ms": {ms}}}"#)
}

/// Compares the mean of `measure` over many seeds with `theory`.
fn check(scenario: &Scenario, theory: f64, measure: impl Fn(&Tape) -> f64) {
    const SEEDS: u64 = 40;
    let samples: Vec<f64> = (0..SEEDS)
        .map(|seed| {
            let mut run = Run::new(scenario, &[], seed, Recording::Counters).unwrap();
            run.run_to_end();
            run.read(&measure)
        })
        .collect();
    let n = SEEDS as f64;
    let mean = samples.iter().sum::<f64>() / n;
    let variance = samples.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0);
    let error = (variance / n).sqrt();
    assert!((mean - theory).abs() < 4.0 * error, "theory {theory}, runs {mean} ± {error}");
    // An interval so wide that anything fits would prove nothing.
    assert!(4.0 * error < 0.05 * theory, "runs {mean} ± {error} say too little about {theory}");
}

fn mean_ms(tape: &Tape) -> f64 {
    tape.latency.mean() / 1e6
}

/// The share of requests that had to queue.
fn queued(tape: &Tape) -> f64 {
    tape.counters.of(Kind::Queue) as f64 / tape.counters.requests() as f64
}

/// Erlang C: the probability of waiting with `c` servers at offered load `a`.
fn erlang_c(c: u32, a: f64) -> f64 {
    let mut term = 1.0;
    let mut sum = 1.0;
    for k in 1..c {
        term *= a / f64::from(k);
        sum += term;
    }
    let top = term * a / f64::from(c) / (1.0 - a / f64::from(c));
    top / (sum + top)
}

/// Reference values of Erlang C: at c = 1 it is the utilisation; c = 2, a = 1
/// gives 1/3 (both by hand from the formula).
#[test]
fn erlang_c_by_hand() {
    assert!((erlang_c(1, 0.7) - 0.7).abs() < 1e-12);
    assert!((erlang_c(2, 1.0) - 1.0 / 3.0).abs() < 1e-12);
}

/// M/M/1: sojourn 1/(µ−λ); a request waits with probability ρ.
#[test]
fn m_m_1() {
    let system = system(&poisson(70.0, 600.0), 1, 64, "exponential");
    check(&system, 1e3 / (100.0 - 70.0), mean_ms);
    check(&system, 0.7, queued);
}

/// M/M/c, c = 4, a = 3: Erlang C for waiting, C/(cµ−λ) for the mean wait.
#[test]
fn m_m_c() {
    let system = system(&poisson(300.0, 300.0), 4, 64, "exponential");
    let waits = erlang_c(4, 3.0);
    check(&system, waits, queued);
    check(&system, 10.0 + 1e3 * waits / (400.0 - 300.0), mean_ms);
}

/// M/D/1 (Pollaczek–Khinchine): mean wait ρ/(2µ(1−ρ)).
#[test]
fn m_d_1() {
    let system = system(&poisson(70.0, 600.0), 1, 64, "constant");
    check(&system, 10.0 + 10.0 * 0.7 / (2.0 * 0.3), mean_ms);
}

/// M/M/1 with processor sharing: one core, many connections. The mean sojourn
/// is M/M/1's, and is insensitive to the distribution of work.
#[test]
fn m_g_1_processor_sharing() {
    for query in ["exponential", "constant"] {
        let system = system(&poisson(70.0, 600.0), 10_000, 1, query);
        check(&system, 1e3 / (100.0 - 70.0), mean_ms);
    }
}

/// The closed system M/M/1//N (machine repairman): N = 10 users thinking
/// 100 ms, one server of 10 ms. With p0 the chance of an idle server, the
/// throughput is µ(1−p0), and Little's law gives the response N/X − Z.
#[test]
fn closed_system_with_think_time() {
    let (users, think, service) = (10u32, 100.0, 10.0);
    let mut term = 1.0;
    let mut sum = 1.0;
    for k in 0..users {
        term *= f64::from(users - k) * service / think;
        sum += term;
    }
    let throughput = (1.0 - 1.0 / sum) / service;
    let response = f64::from(users) / throughput - think;
    let load = format!(
        r#"{{"executor": "constant-vus", "vus": {users}, "duration_ms": 300000,
             "think_ms": {think}, "think": "exponential"}}"#
    );
    check(&system(&load, 1, 64, "exponential"), response, mean_ms);
}

/// Little's law on one run, exactly: the sum of response times is the area
/// under the number in the system.
#[test]
fn littles_law_holds_exactly() {
    let scenario = system(&poisson(70.0, 20.0), 1, 64, "exponential");
    let mut run = Run::new(&scenario, &[], 5, Recording::Trace).unwrap();
    run.run_to_end();
    run.read(|tape| {
        let (mut area, mut inside, mut last) = (0u128, 0u128, 0u64);
        for event in tape.log.iter() {
            area += inside * u128::from(event.at.0 - last);
            last = event.at.0;
            match event.kind {
                Kind::Send => inside += 1,
                Kind::Ok | Kind::Error => inside -= 1,
                _ => {}
            }
        }
        assert_eq!(area, tape.latency.sum());
    });
}
