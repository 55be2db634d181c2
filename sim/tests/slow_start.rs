//! A node that has come up gets its load bit by bit: Envoy's slow start (weight × max(10 %,
//! time since the start ÷ window), aggression 1), as nginx and HAProxy have it, too.

use crate::common;

use common::{count, events, ms, preset, report};
use stampede_sim::engine::streams::{Purpose, Stream};
use stampede_sim::scenario::{Choice, Scenario};
use stampede_sim::telemetry::{Event, Kind};
use stampede_sim::world::balancer::Balancer;

/// Four nodes, of which the last has just come up, and takes 10 s to start.
fn starting(choice: Choice) -> Balancer {
    let random = Stream::new(1, Purpose::Balance, 0);
    let mut balancer = Balancer::new(choice, 4, ms(0.0), ms(10_000.0), random);
    balancer = balancer.with_slow_start(ms(10_000.0));
    balancer.set_up(ms(0.0), 3, false);
    balancer.set_up(ms(5_000.0), 3, true);
    balancer
}

/// In turn: its share is its weight, of three and its weight.
#[test]
fn in_turn_it_gets_its_weights_share() {
    for (after, weight) in
        [(0.0_f64, 0.1_f64), (500.0, 0.1), (2_500.0, 0.25), (5_000.0, 0.5), (1e4, 1.0)]
    {
        let mut balancer = starting(Choice::RoundRobin);
        let now = ms(5_000.0 + after);
        let all = (1000.0 * (3.0 + weight)).round() as usize;
        let picked: Vec<usize> = (0..all).map(|_| balancer.pick(now).unwrap().node).collect();
        let of = |node| picked.iter().filter(|picked| **picked == node).count() as f64;
        assert!((of(3) - 1000.0 * weight).abs() <= 1.0, "{after}: {}", of(3));
        assert!((0..3).all(|node| (of(node) - 1000.0).abs() <= 1.0));
    }
}

/// By load: Envoy divides the weight by what is in flight and one more. At a weight of
/// a quarter an idle node counts as one with three in flight: it gets the tenth.
#[test]
fn by_load_it_counts_as_busier() {
    for choice in [Choice::Least, Choice::TwoChoices] {
        let mut balancer = starting(choice);
        let now = ms(7_500.0);
        let mut in_flight = [0_u32; 4];
        for request in 0..100 {
            let node = balancer.pick(now).unwrap().node;
            if node == 3 && choice == Choice::Least {
                assert!(in_flight[..3].iter().all(|n| *n >= 3), "{in_flight:?}");
            }
            balancer.send(now, node, request);
            in_flight[node] += 1;
        }
        // Of a hundred, as 1 : 1 : 1 : ¼.
        let range = if choice == Choice::Least { 7..=8 } else { 5..=12 };
        assert!(range.contains(&in_flight[3]), "{choice:?}: {in_flight:?}");
    }
}

/// Without a slow start it is as the others are, at once.
#[test]
fn without_it_everything_comes_at_once() {
    let random = Stream::new(1, Purpose::Balance, 0);
    let mut balancer = Balancer::new(Choice::RoundRobin, 4, ms(0.0), ms(1.0), random);
    balancer.set_up(ms(0.0), 3, false);
    balancer.set_up(ms(5_000.0), 3, true);
    let mut picked: Vec<usize> = (0..4).map(|_| balancer.pick(ms(5_000.0)).unwrap().node).collect();
    picked.sort_unstable();
    assert_eq!(picked, [0, 1, 2, 3]);
}

fn arrivals(seen: &[Event], process: u32, from: f64, until: f64) -> usize {
    let here = |e: &&Event| e.kind == Kind::Arrive && e.arg == process;
    seen.iter().filter(here).filter(|e| (from..until).contains(&e.at.ms())).count()
}

fn with(scenario: &Scenario, path: &str, value: &str) -> Scenario {
    scenario.with(path, value).unwrap()
}

/// Who is started by an autoscaler starts slowly, too: in its first half second at a
/// tenth to a quarter of what the others get.
#[test]
fn an_autoscalers_process_starts_slowly() {
    let slow = with(&preset("autoscaled", &[]), "fleet.slow_start_ms", "2000");
    for seed in 0..5 {
        let seen = events(&slow, seed);
        let ready = seen.iter().find(|e| e.kind == Kind::Ready).unwrap();
        let (from, process) = (ready.at.ms(), ready.arg);
        let (new, old) =
            (arrivals(&seen, process, from, from + 500.0), arrivals(&seen, 0, from, from + 500.0));
        assert!(new * 4 < old && new > 0, "seed {seed}: {new} and {old}");
        let (from, until) = (from + 2_000.0, from + 2_900.0);
        let (new, old) = (arrivals(&seen, process, from, until), arrivals(&seen, 0, from, until));
        assert!(new.abs_diff(old) <= 2, "seed {seed}: {new} and {old}");
    }
}

/// A process that is back has an empty cache. All at once, its misses are more than its
/// connections can load, and its clients give up; bit by bit, they are not.
#[test]
fn a_cold_cache_fills_before_the_load_comes() {
    for seed in 0..10 {
        let [cold, slow] = ["restart-cold", "restart-slow-start"].map(|name| preset(name, &[]));
        let crowd = |scenario| {
            let seen = events(scenario, seed);
            let back = seen.iter().find(|e| e.kind == Kind::Start).unwrap().at.ms();
            let late = |e: &&Event| e.kind == Kind::Error && e.at.ms() > back;
            let misses = |e: &&Event| e.kind == Kind::LocalMiss && e.at.ms() > back;
            (seen.iter().filter(late).count(), seen.iter().filter(misses).count())
        };
        let ((cold_errors, _), (slow_errors, _)) = (crowd(&cold), crowd(&slow));
        assert!(cold_errors > 100, "seed {seed}: {cold_errors}");
        assert!(slow_errors * 20 < cold_errors, "seed {seed}: {slow_errors} of {cold_errors}");
        assert!(report(&slow, seed).errors < report(&cold, seed).errors);
        assert_eq!(count(&events(&slow, seed), Kind::Crash), 1);
    }
}
