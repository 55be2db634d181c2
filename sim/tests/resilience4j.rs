//! The breaker's sliding window against resilience4j's own tests.

use crate::common;

use std::rc::Rc;

use common::{Lab, ms};
use stampede_sim::protect::breaker::{Breaker, State};
use stampede_sim::protect::tally::Outcome;
use stampede_sim::scenario::{BreakerRule, BreakerSpec};
use stampede_sim::telemetry::Reason;
use stampede_sim::world::{Request, World};

struct Bench(Breaker, Rc<World>);

const OK: Outcome = Outcome::Success;
const BAD: Outcome = Outcome::Failure;

fn spec() -> BreakerSpec {
    BreakerSpec {
        rule: BreakerRule::Window,
        min_calls: 5,
        window_calls: 5,
        open_ms: 5_000.0,
        half_open: 4,
        slow_ms: 5_000.0,
        ..BreakerSpec::default()
    }
}

impl Bench {
    fn new(spec: BreakerSpec) -> Bench {
        Bench(Breaker::new(&spec, 0), Lab::new(&[]).world)
    }

    fn before(&self, now: f64) -> Result<u32, Reason> {
        self.0.before(ms(now), &Request::send(&self.1, 0))
    }

    fn after(&self, generation: u32, now: f64, outcome: Outcome, took: f64) {
        self.0.after(generation, ms(now), outcome, ms(took), &Request::send(&self.1, 0));
    }

    fn call(&self, now: f64, outcome: Outcome, took: f64) -> State {
        let generation = self.before(now).unwrap();
        self.after(generation, now, outcome, took);
        self.0.state()
    }
}

/// Failure, failure, failure, success, success: 60 % of five. A success trips
/// it, because only now is the minimum reached.
#[test]
fn a_success_can_open_it() {
    let b = Bench::new(spec());
    for outcome in [BAD, BAD, BAD, OK] {
        assert_eq!(b.call(0.0, outcome, 0.0), State::Closed);
    }
    assert_eq!(b.call(0.0, OK, 0.0), State::Open);
}

/// Slow, slow, fast, fast, slow: 60 % of five are slow.
#[test]
fn slow_calls_open_it() {
    let b = Bench::new(BreakerSpec { slow_rate: 0.5, ..spec() });
    for (took, state) in [
        (5001.0, State::Closed),
        (5001.0, State::Closed),
        (1.0, State::Closed),
        (1.0, State::Closed),
        (5001.0, State::Open),
    ] {
        assert_eq!(b.call(0.0, OK, took), state);
    }
}

/// Slow is strictly longer than the limit.
#[test]
fn as_long_as_the_limit_is_not_slow() {
    let b = Bench::new(BreakerSpec { slow_rate: 0.5, ..spec() });
    for _ in 0..10 {
        assert_eq!(b.call(0.0, OK, 5000.0), State::Closed);
    }
}

/// Below the minimum there is no rate, however bad.
#[test]
fn too_few_calls_say_nothing() {
    let b = Bench::new(BreakerSpec { min_calls: 10, window_calls: 10, ..spec() });
    for _ in 0..9 {
        assert_eq!(b.call(0.0, BAD, 0.0), State::Closed);
    }
    assert_eq!(b.call(0.0, BAD, 0.0), State::Open);
}

/// The minimum is at most the window.
#[test]
fn the_minimum_is_capped_at_the_window() {
    let b = Bench::new(BreakerSpec { min_calls: 1000, ..spec() });
    (0..4).for_each(|_| assert_eq!(b.call(0.0, BAD, 0.0), State::Closed));
    assert_eq!(b.call(0.0, BAD, 0.0), State::Open);
}

/// The window slides: old results fall out.
#[test]
fn old_results_fall_out() {
    let b = Bench::new(spec());
    for outcome in [BAD, BAD, OK, OK, OK, OK, BAD, BAD, OK, OK] {
        assert_eq!(b.call(0.0, outcome, 0.0), State::Closed, "never more than 2 of 5");
    }
}

/// Half-open: four permits, the fifth is refused; the verdict waits for all
/// four, and is the share's.
#[test]
fn half_open_judges_when_all_have_ended() {
    for (outcomes, state) in [([BAD, OK, OK, OK], State::Closed), ([BAD, BAD, OK, OK], State::Open)]
    {
        let b = Bench::new(spec());
        (0..5).for_each(|_| {
            b.call(0.0, BAD, 0.0);
        });
        assert_eq!(b.before(4_000.0), Err(Reason::BreakerOpen));
        let passed: Vec<u32> = (0..4).map(|_| b.before(5_001.0).unwrap()).collect();
        assert_eq!(b.before(5_001.0), Err(Reason::TooManyRequests));
        for (generation, outcome) in passed.iter().zip(outcomes).take(3) {
            b.after(*generation, 5_002.0, outcome, 0.0);
            assert_eq!(b.0.state(), State::HalfOpen);
        }
        b.after(passed[3], 5_003.0, outcomes[3], 0.0);
        assert_eq!(b.0.state(), state);
    }
}
