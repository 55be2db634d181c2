//! The autoscaler against Kubernetes' HorizontalPodAutoscaler: the examples of
//! its documentation and of its own tests, and its default behavior; and what a
//! run makes of that.

use crate::common;

use common::{count, events, ms, times};
use stampede_sim::engine::Nanos;
use stampede_sim::scenario::{AutoscaleSpec, Scenario};
use stampede_sim::telemetry::{Event, Kind};
use stampede_sim::world::autoscale::{Autoscaler, wish};

/// What one look asks for, with Kubernetes' tolerance.
fn wished(ready: &[f64], unready: u32, target: f64) -> u32 {
    wish(ready, unready, target, 0.1)
}

/// The documentation's: twice the target doubles, half of it halves, within 10 %
/// nothing changes; and 50 replicas at 90 % for 75 % (the blog on v1.33).
#[test]
fn the_documentations_examples() {
    assert_eq!(wished(&[200.0; 3], 0, 100.0), 6);
    assert_eq!(wished(&[50.0; 4], 0, 100.0), 2);
    assert_eq!(wished(&[109.0; 4], 0, 100.0), 4);
    assert_eq!(wished(&[91.0; 40], 0, 100.0), 40);
    assert_eq!(wished(&[90.0; 50], 0, 75.0), 60);
}

/// `replica_calculator_test.go`: utilisation in percent of what is requested.
#[test]
fn the_replica_calculators_tests() {
    // ScaleUp, ScaleUpCM, ScaleDown.
    assert_eq!(wished(&[30.0, 50.0, 70.0], 0, 30.0), 5);
    assert_eq!(wished(&[20e3, 10e3, 30e3], 0, 15e3), 4);
    assert_eq!(wished(&[10.0, 30.0, 50.0, 25.0, 25.0], 0, 50.0), 3);
    // ScaleUpUnreadyLessScale: who is not ready counts as idle.
    assert_eq!(wished(&[50.0, 70.0], 1, 30.0), 4);
    // ScaleUpUnreadyNoScale: that must not turn more into fewer.
    assert_eq!(wished(&[40.0], 2, 30.0), 3);
    // ScaleDownIgnoresUnreadyPods.
    assert_eq!(wished(&[10.0, 30.0, 50.0], 2, 50.0), 2);
    // Nobody is ready: nothing is known.
    assert_eq!(wished(&[], 3, 50.0), 3);
}

fn autoscaler(processes: u32) -> Autoscaler {
    let spec = AutoscaleSpec { max: 50, min: 1, target: 1.0, ..AutoscaleSpec::default() };
    Autoscaler::new(&spec, processes)
}

/// Four more or twice as many in a period, whichever is more.
#[test]
fn up_by_four_or_by_all() {
    let mut hpa = autoscaler(1);
    let mut there = 1;
    let steps: Vec<u32> = (1..=5)
        .map(|look| {
            there = hpa.decide(
                Nanos::from_secs(f64::from(look) * 15.0),
                &vec![99.0; there as usize],
                0,
            );
            there
        })
        .collect();
    assert_eq!(steps, [5, 10, 20, 40, 50]);
}

/// Down to the largest wish of the last 300 s, and never below the least.
#[test]
fn down_after_five_minutes() {
    let mut hpa = autoscaler(10);
    let at = |s: f64| Nanos::from_secs(s);
    assert_eq!(hpa.decide(at(15.0), &[0.1; 10], 0), 10);
    assert_eq!(hpa.decide(at(150.0), &[0.6; 10], 0), 10);
    // The ten of the start are 300 s old, and 6 is the largest since.
    assert_eq!(hpa.decide(at(300.0), &[0.1; 10], 0), 6);
    assert_eq!(hpa.decide(at(449.0), &[0.0; 6], 0), 6);
    assert_eq!(hpa.decide(at(450.0), &[0.0; 6], 0), 1);
}

/// Requests that take 10 ms of CPU and 200 ms of the database, evenly spaced, with
/// Kubernetes' defaults.
fn fleet(processes: u32, rate: u32, more: &str) -> Vec<Event> {
    let scenario = Scenario::from_json(&format!(
        r#"{{"name": "fleet", "network": {{"cache_ms": 0}}, "cache": {{"enabled": false}},
            "load": {{"executor": "constant-arrival-rate", "rate": {rate}, "duration_ms": 60000,
                      "arrivals": "paced"}},
            "fleet": {{"processes": {processes}}},
            "cpu": {{"cores": 1, "mode": "event-loop", "request_ms": 10}},
            "autoscale": {{"max": 8, "metric": "cpu", "target": 0.5, {more}}},
            "db": {{"pool": 100, "query_ms": 200}}}}"#
    ))
    .unwrap();
    events(&scenario, 1)
}

fn args(log: &[Event], kind: Kind) -> Vec<(f64, u32)> {
    log.iter().filter(|e| e.kind == kind).map(|e| (e.at.ms(), e.arg)).collect()
}

/// 80 requests a second keep a CPU busy for 0.8 of the time. Two of them, 0.4
/// each: ⌈0.8 · 2⌉ is two. The second gets its first request when it has started.
#[test]
fn a_process_is_started_and_takes_its_time() {
    let log = fleet(1, 80, r#""start_ms": 10000"#);
    assert_eq!(args(&log, Kind::Scale), [(15_000.0, 2)]);
    assert_eq!(args(&log, Kind::Launch), [(15_000.0, 1)]);
    assert_eq!(args(&log, Kind::Ready), [(25_000.0, 1)]);
    let arrivals = args(&log, Kind::Arrive);
    let first = arrivals.iter().find(|(_, process)| *process == 1).unwrap().0;
    assert!((25_000.0..25_025.0).contains(&first), "{first}");
    assert_eq!(count(&log, Kind::Error), 0);
    // Those that are not there yet are out of service from the start.
    let out: Vec<u32> = args(&log, Kind::Retire).iter().map(|(_, process)| *process).collect();
    assert_eq!(out, [1, 2, 3, 4, 5, 6, 7]);
}

/// Four for what one can do: the last three go when the four of the start are no
/// longer among the last 20 s, and nobody's request is lost that is still in them.
#[test]
fn who_is_not_needed_goes_and_nobody_is_lost() {
    let log = fleet(4, 40, r#""stabilize_ms": 20000"#);
    assert_eq!(args(&log, Kind::Scale), [(30_000.0, 1)]);
    let gone: Vec<(f64, u32)> =
        args(&log, Kind::Retire).into_iter().filter(|(at, _)| *at > 0.0).collect();
    assert_eq!(gone, [(30_000.0, 3), (30_000.0, 2), (30_000.0, 1)]);
    let late = |e: &&Event| e.kind == Kind::Arrive && e.at > ms(30_000.0);
    assert!(log.iter().filter(late).all(|e| e.arg == 0));
    assert_eq!((count(&log, Kind::Error), count(&log, Kind::Ok)), (0, 2_400));
    assert_eq!(count(&log, Kind::Ready), 0);
}

/// By requests in flight: 20 that take 1 s each, in one process that is to have
/// five.
#[test]
fn by_requests_in_flight() {
    let scenario = Scenario::from_json(
        r#"{"name": "flying", "network": {"cache_ms": 0}, "cache": {"enabled": false},
            "load": {"executor": "burst", "requests": 20},
            "autoscale": {"max": 8, "metric": "in-flight", "target": 5, "every_ms": 400, "start_ms": 100},
            "db": {"pool": 100, "query_ms": 1000}}"#,
    )
    .unwrap();
    let log = events(&scenario, 1);
    // ⌈20 ÷ 5⌉ at 400 ms. At 800 ms, 20 in flight in four are as wished for.
    assert_eq!(args(&log, Kind::Scale), [(400.0, 4)]);
    let ready: Vec<f64> = times(&log, Kind::Ready);
    assert_eq!(ready, [500.0; 3]);
}

/// What does not fit together is refused, with the reason.
#[test]
fn what_it_needs() {
    let of = |json: &str| Scenario::from_json(json).map(|_| ()).map_err(|problem| problem.path);
    let with = |more: &str| {
        of(&format!(r#"{{"name": "n", "load": {{"executor": "burst", "requests": 1}}, {more}}}"#))
    };
    assert_eq!(with(r#""autoscale": {"max": 3}"#), Err("autoscale.metric".to_owned()));
    let few = r#""fleet": {"processes": 4}, "autoscale": {"max": 3, "metric": "in-flight"}"#;
    assert_eq!(with(few), Err("autoscale.max".to_owned()));
    assert_eq!(with(r#""cpu": {"cores": 1}, "autoscale": {"max": 3}"#), Ok(()));
}
