//! XFetch against its paper (Vattani et al., PVLDB 8, 2015) and the laws that
//! follow from it for Poisson reads with λβΔ ≫ 1: recomputes a cycle e^(1/β)
//! on average, exactly one with probability e^(−1/β), the first of them
//! βΔ(ln λβΔ + γ) before the expiry.

use crate::common;

use common::{count, events, mean, ms, preset, report, times};
use stampede_sim::engine::streams::{Purpose, Stream};
use stampede_sim::protect::xfetch::volunteers;
use stampede_sim::scenario::Scenario;
use stampede_sim::telemetry::Kind;

const EULER: f64 = 0.577_215_664_901_532_9;

/// One cycle: reads at rate λ/s until the expiry at `span` s, a reload takes
/// Δ s; every reader before the first reload is done may volunteer too.
/// Returns how many reloaded, and how long before the expiry the first did.
fn cycle(lambda: f64, delta: f64, beta: f64, span: f64, s: &mut Stream) -> (f64, f64) {
    let (mut at, mut first, mut reloads) = (0.0, None, 0.0);
    loop {
        at += s.exponential() / lambda;
        if first.is_some_and(|first| at >= first + delta) {
            return (reloads, first.map_or(0.0, |first| span - first));
        }
        let now = common::ms(at * 1e3);
        if volunteers(now, ms(span * 1e3), ms(delta * 1e3), beta, s) {
            first.get_or_insert(at);
            reloads += 1.0;
        }
    }
}

#[test]
fn recomputes_and_lead_follow_the_law() {
    for (lambda, delta, span, cycles) in [(1000.0, 0.2, 10.0, 4000), (10.0, 3.0, 200.0, 4000)] {
        for beta in [0.5f64, 1.0, 2.0] {
            let mut s = Stream::new(11, Purpose::Early, (beta * 10.0) as u64);
            let runs: Vec<(f64, f64)> =
                (0..cycles).map(|_| cycle(lambda, delta, beta, span, &mut s)).collect();
            let (reloads, error) = mean(&runs.iter().map(|r| r.0).collect::<Vec<_>>());
            let law = libm::exp(1.0 / beta);
            let case = format!("λ {lambda}, Δ {delta}, β {beta}");
            // Who reads after the expiry reloads anyway: at β = ½ that clips the law a little.
            let clipped = if beta < 1.0 { 0.06 * law } else { 0.015 * law };
            assert!((reloads - law).abs() < 4.0 * error + clipped, "{case}: {reloads}, law {law}");
            let one = runs.iter().filter(|r| r.0 == 1.0).count() as f64 / f64::from(cycles);
            let p = libm::exp(-1.0 / beta);
            let error = (p * (1.0 - p) / f64::from(cycles)).sqrt();
            assert!((one - p).abs() < 4.0 * error + 0.02 * p, "{case}: exactly one {one}, law {p}");
            let (lead, error) = mean(&runs.iter().map(|r| r.1).collect::<Vec<_>>());
            let law = beta * delta * (libm::log(lambda * beta * delta) + EULER);
            assert!(
                (lead - law).abs() < 4.0 * error + 0.01 * law,
                "{case}: lead {lead}, law {law}"
            );
        }
    }
}

/// With r left, a reader volunteers with e^(−r/βΔ): 36.8 % at r = Δ. (Some
/// tutorials print 63 %.)
#[test]
fn the_chance_with_one_delta_left() {
    let mut s = Stream::new(3, Purpose::Early, 0);
    let n = 100_000;
    let yes = (0..n)
        .filter(|_| volunteers(ms(9_000.0), ms(10_000.0), ms(1_000.0), 1.0, &mut s))
        .count() as f64
        / f64::from(n);
    let p = libm::exp(-1.0);
    assert!((yes - p).abs() < 4.0 * (p * (1.0 - p) / f64::from(n)).sqrt(), "{yes}");
    // Δ = 0.4 s with 10 s left: 1.4·10⁻¹¹. Nobody.
    assert!(!(0..n).any(|_| volunteers(ms(0.0), ms(10_000.0), ms(400.0), 1.0, &mut s)));
}

/// At the expiry and after it, everybody reloads.
#[test]
fn nobody_is_served_after_the_expiry() {
    let mut s = Stream::new(3, Purpose::Early, 0);
    assert!(volunteers(ms(10.0), ms(10.0), ms(1.0), 1.0, &mut s));
}

/// In the whole system: λ = 1000/s, Δ ≈ 0.2 s, β = 1: 2.72 loads a cycle, not
/// 200, and nobody waits.
#[test]
fn a_hot_key_is_reloaded_by_two_or_three() {
    let mut per_cycle = Vec::new();
    for seed in 0..30 {
        let events = events(&preset("hot-key-xfetch", &[]), seed);
        let early = times(&events, Kind::Early);
        let mut cycle: Vec<f64> = Vec::new();
        for at in early {
            if cycle.last().is_some_and(|last| at - last > 1000.0) {
                per_cycle.push(cycle.len() as f64);
                cycle.clear();
            }
            cycle.push(at);
        }
        assert_eq!(
            count(&events, Kind::Miss) as f64,
            times(&events, Kind::Miss).iter().filter(|at| **at < 300.0).count() as f64,
            "after the cold start nobody misses"
        );
    }
    let (loads, error) = mean(&per_cycle);
    // A load takes 201 ms to the fill: λβΔ is 200; the law holds to a per cent or two.
    let law = libm::exp(1.0);
    assert!(per_cycle.len() > 100 && (loads - law).abs() < 4.0 * error + 0.06, "{loads} ± {error}");
    let naive = report(&preset("hot-key", &[]), 1);
    assert!(naive.db_calls > 1000, "200 at each of six expiries");
}

/// A cold start: there is nothing to reload early, as there is nothing stale
/// to serve; only coalescing helps.
#[test]
fn nothing_helps_a_cold_start_but_coalescing() {
    for seed in 0..20 {
        let calls = |name: &str| report(&preset(name, &[]), seed).db_calls;
        assert_eq!(calls("cold-start-xfetch"), 100);
        assert_eq!(calls("cold-start-stale"), 100);
        assert_eq!(calls("demo-with-singleflight"), 1);
    }
}

/// Who reloads early and fails still has the value that has not expired.
#[test]
fn a_volunteer_that_fails_loses_nothing() {
    let outage = r#"[{"at_ms": 4000, "do": {"db-outage": {"for_ms": 1150}}}]"#;
    let failing = preset("hot-key-xfetch", &[("events", outage), ("load.duration_ms", "5150")]);
    let events = events(&failing, 1);
    let early = times(&events, Kind::Early);
    assert!(early.iter().any(|at| *at > 4000.0), "{early:?}");
    assert_eq!(count(&events, Kind::Error), 0);
}

/// One that hardly anybody reads expires before anybody volunteers.
#[test]
fn nothing_helps_a_rare_key() {
    let rare: Scenario =
        preset("hot-key-xfetch", &[("load.rate", "0.1"), ("load.duration_ms", "600000")]);
    let events = events(&rare, 1);
    let (misses, early) = (count(&events, Kind::Miss), count(&events, Kind::Early));
    assert!(misses > 30 && early < 8, "{misses} misses, {early} early");
}
