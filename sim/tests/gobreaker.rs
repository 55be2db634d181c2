//! The circuit breaker against sony/gobreaker v2's own tests.

use crate::common;

use std::rc::Rc;

use common::{Lab, ms};
use stampede_sim::engine::Nanos;
use stampede_sim::protect::breaker::{Breaker, State};
use stampede_sim::protect::tally::{Counts, Outcome, outcome};
use stampede_sim::scenario::{BreakerRule, BreakerSpec};
use stampede_sim::telemetry::Reason;
use stampede_sim::world::{Request, World};

struct Bench {
    breaker: Breaker,
    world: Rc<World>,
}

const OK: Outcome = Outcome::Success;
const BAD: Outcome = Outcome::Failure;

impl Bench {
    fn new(spec: BreakerSpec) -> Bench {
        Bench { breaker: Breaker::new(&spec, 0), world: Lab::new(&[]).world }
    }

    fn before(&self, now: Nanos) -> Result<u32, Reason> {
        self.breaker.before(now, &Request::send(&self.world, 0))
    }

    fn after(&self, generation: u32, now: Nanos, outcome: Outcome) {
        self.breaker.after(generation, now, outcome, Nanos::ZERO, &Request::send(&self.world, 0));
    }

    fn call(&self, now: Nanos, outcome: Outcome) {
        let generation = self.before(now).unwrap();
        self.after(generation, now, outcome);
    }

    fn is(&self, state: State, counts: [u32; 5]) {
        let [requests, successes, failures, consecutive_successes, consecutive_failures] = counts;
        let counts =
            Counts { requests, successes, failures, consecutive_successes, consecutive_failures };
        assert_eq!((self.breaker.state(), self.breaker.counts()), (state, counts));
    }
}

const ZERO: [u32; 5] = [0; 5];

#[test]
fn test_default_circuit_breaker() {
    // Opens on the sixth failure in a row, for 60 s, one call half-open.
    let b = Bench::new(BreakerSpec::default());
    (0..5).for_each(|_| b.call(ms(0.0), BAD));
    b.is(State::Closed, [5, 0, 5, 0, 5]);
    b.call(ms(0.0), OK);
    b.is(State::Closed, [6, 1, 5, 1, 0]);
    b.call(ms(0.0), BAD);
    b.is(State::Closed, [7, 1, 6, 0, 1]);
    (0..5).for_each(|_| b.call(ms(0.0), BAD));
    b.is(State::Open, ZERO);

    assert_eq!(b.before(ms(0.0)), Err(Reason::BreakerOpen));
    assert_eq!(b.before(ms(59_999.0)), Err(Reason::BreakerOpen));
    assert_eq!(b.before(ms(60_000.0)), Err(Reason::BreakerOpen));
    // One nanosecond after its time it is half-open; a failure opens it again.
    b.call(ms(60_000.0) + Nanos(1), BAD);
    b.is(State::Open, ZERO);

    b.call(ms(121_000.0), OK);
    b.is(State::Closed, ZERO);
}

/// At least three calls of which 60 % fail; counts are cleared every 30 s;
/// three calls half-open, open for 90 s.
fn custom() -> Bench {
    Bench::new(BreakerSpec {
        rule: BreakerRule::Ratio,
        failure_rate: 0.6,
        min_calls: 3,
        interval_ms: 30_000.0,
        open_ms: 90_000.0,
        half_open: 3,
        ..BreakerSpec::default()
    })
}

#[test]
fn test_custom_circuit_breaker() {
    let b = custom();
    for _ in 0..5 {
        b.call(ms(0.0), OK);
        b.call(ms(0.0), BAD);
    }
    b.is(State::Closed, [10, 5, 5, 0, 1]);
    // Past the interval the counts start over.
    b.call(ms(30_000.0) + Nanos(1), OK);
    b.is(State::Closed, [1, 1, 0, 1, 0]);

    let b = custom();
    b.call(ms(0.0), BAD);
    b.call(ms(0.0), OK);
    b.is(State::Closed, [2, 1, 1, 1, 0]);
    b.call(ms(0.0), BAD);
    b.is(State::Open, ZERO);

    let at = ms(90_000.0) + Nanos(1);
    b.call(at, OK);
    b.call(at, OK);
    b.is(State::HalfOpen, [2, 2, 0, 2, 0]);
    let third = b.before(at).unwrap();
    assert_eq!(b.before(at), Err(Reason::TooManyRequests), "a fourth at the same time");
    b.after(third, at, OK);
    b.is(State::Closed, ZERO);
}

/// A result of an older generation is ignored.
#[test]
fn test_generation() {
    let b = custom();
    let late = b.before(ms(29_000.0)).unwrap();
    // Past the interval a new generation begins.
    let _next = b.before(ms(60_001.0)).unwrap();
    b.after(late, ms(60_001.0), OK);
    b.is(State::Closed, [1, 0, 0, 0, 0]);
}

/// A success that began before the breaker opened does not close it, and a
/// failure does not keep it open for longer.
#[test]
fn late_results_change_nothing() {
    let b = Bench::new(BreakerSpec { failures: 1, open_ms: 1000.0, ..BreakerSpec::default() });
    let (good, bad) = (b.before(ms(0.0)).unwrap(), b.before(ms(0.0)).unwrap());
    b.call(ms(10.0), BAD);
    b.is(State::Open, ZERO);
    b.after(good, ms(500.0), OK);
    b.after(bad, ms(900.0), BAD);
    b.is(State::Open, ZERO);
    assert!(b.before(ms(1010.0) + Nanos(1)).is_ok());
}

/// Excluded errors count as requests and as nothing else; half-open, they
/// leave their permit to somebody else.
#[test]
fn test_excluded_errors() {
    let b = Bench::new(BreakerSpec { failures: 1, open_ms: 10.0, ..BreakerSpec::default() });
    b.call(ms(0.0), Outcome::Excluded);
    b.is(State::Closed, [1, 0, 0, 0, 0]);
    b.call(ms(0.0), BAD);
    b.call(ms(20.0), Outcome::Excluded);
    b.is(State::HalfOpen, ZERO);
    b.call(ms(20.0), OK);
    b.is(State::Closed, ZERO);
}

/// "Not found" is not the database's fault; a panic is a failure.
#[test]
fn whose_fault_it_is() {
    assert_eq!(outcome(&Err(Reason::NotFound)), Outcome::Excluded);
    assert_eq!(outcome(&Err(Reason::Panic)), Outcome::Failure);
    // Nobody has asked the database then.
    for refused in [Reason::RateLimited, Reason::Throttled, Reason::Shed, Reason::BreakerOpen] {
        assert_eq!(outcome(&Err(refused)), Outcome::Excluded, "{refused:?}");
    }
    assert_eq!(outcome(&Err(Reason::Database)), Outcome::Failure);
}
