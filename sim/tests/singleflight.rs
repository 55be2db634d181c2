//! Singleflight against its reference: golang/sync `singleflight_test.go`.
//!
//! Go's tests race real goroutines and so promise little ("fewer calls than
//! callers"); in virtual time the same situations have one outcome.

use crate::common;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use common::{Lab, count, demo, events, ms, report};
use stampede_sim::engine::Nanos;
use stampede_sim::protect::singleflight::{Patience, Shared, Singleflight};
use stampede_sim::run::Run;
use stampede_sim::scenario::{Scenario, presets};
use stampede_sim::telemetry::{Kind, Reason, Recording};
use stampede_sim::world::Request;

type Answer = Result<&'static str, &'static str>;

/// What one caller got, and when.
type Got = (Shared<Answer>, Nanos);

/// One caller: when it comes, for which key, how long its work takes and to what it leads.
type Caller = (u64, &'static str, u64, Answer);

/// A key's number: here keys have names of a letter.
fn number(key: &str) -> u32 {
    key.as_bytes()[0].into()
}

/// Lets callers loose on a group; returns calls made and what each got.
fn fly(callers: &[Caller], patience: Patience, forget_at: Option<u64>) -> (u32, Vec<Got>) {
    let lab = Lab::new(&[]);
    let group = Rc::new(Singleflight::<Answer>::new(&lab.world.core, patience));
    let (calls, got) = (Rc::new(Cell::new(0)), Rc::new(RefCell::new(Vec::new())));
    for (at, key, work, answer) in callers.iter().copied() {
        let (group, calls, got) = (Rc::clone(&group), Rc::clone(&calls), Rc::clone(&got));
        lab.at(at as f64 / 1e6, |world| async move {
            let caller = Request::send(&world, 0);
            let start = |flight: stampede_sim::protect::singleflight::Flight<_>| {
                let (world, calls) = (Rc::clone(&world), Rc::clone(&calls));
                let ticket = caller.ticket();
                calls.set(calls.get() + 1);
                if work == 0 {
                    // Free work is done before anybody else gets a turn.
                    return flight.land(&caller, answer);
                }
                Rc::clone(&world).spawn(async move {
                    world.core.sleep(Nanos(work)).await;
                    flight.land(&ticket.request(&world), answer);
                });
            };
            let shared = group.run(number(key), &caller, start).await;
            got.borrow_mut().push((shared, world.core.now()));
        });
    }
    if let Some(at) = forget_at {
        let group = Rc::clone(&group);
        lab.at(at as f64 / 1e6, |_| async move { group.forget(number("k")) });
    }
    assert_eq!(lab.run(), 0, "somebody hangs");
    assert_eq!(group.in_flight(), 0);
    (calls.get(), got.take())
}

fn check(callers: &[Caller], calls: u32, expected: &[(Answer, bool, u64)]) {
    let (made, got) = fly(callers, Patience::default(), None);
    assert_eq!(made, calls);
    let expected: Vec<Got> =
        expected.iter().map(|(a, s, at)| (Shared::Done(*a, *s), Nanos(*at))).collect();
    assert_eq!(got, expected);
}

const BAR: Answer = Ok("bar");

#[test]
fn test_do() {
    check(&[(0, "k", 5, BAR)], 1, &[(BAR, false, 5)]);
}

#[test]
fn test_do_err() {
    check(&[(0, "k", 5, Err("some error"))], 1, &[(Err("some error"), false, 5)]);
}

/// Ten callers, the work still in progress: one call, everybody gets it, and
/// all ten are told that it was shared. (Go asserts 0 < calls < 10.)
#[test]
fn test_do_dup_suppress() {
    let callers: Vec<Caller> = (0..10).map(|i| (i, "k", 100, BAR)).collect();
    check(&callers, 1, &[(BAR, true, 100); 10]);
}

/// `shared` by number of callers, measured in Go: 1 → 0, 2 → 2, 100 → 100.
#[test]
fn shared_is_true_for_the_leader_too() {
    for (n, shared) in [(1, 0), (2, 2), (100, 100)] {
        let scenario = presets::find("demo-with-singleflight").unwrap();
        let scenario = scenario.with("load.requests", &n.to_string()).unwrap();
        let mut run = Run::new(&scenario, &[], 1, Recording::Counters).unwrap();
        run.run_to_end();
        run.read(|tape| {
            assert_eq!(tape.counters.shared(), shared, "{n} callers");
            assert_eq!(tape.counters.followers(), n - 1, "{n} callers");
        });
    }
}

/// An error goes to everybody, and is not kept.
#[test]
fn an_error_is_shared_and_forgotten() {
    let boom = Err("boom");
    check(
        &[(0, "k", 10, boom), (5, "k", 10, BAR), (20, "k", 10, BAR)],
        2,
        &[(boom, true, 10), (boom, true, 10), (BAR, false, 30)],
    );
}

/// It is no cache: who comes after the end works again.
#[test]
fn a_later_caller_works_again() {
    check(&[(0, "k", 10, BAR), (11, "k", 10, BAR)], 2, &[(BAR, false, 10), (BAR, false, 21)]);
}

#[test]
fn keys_do_not_wait_for_one_another() {
    check(&[(0, "a", 10, BAR), (1, "b", 10, BAR)], 2, &[(BAR, false, 10), (BAR, false, 11)]);
}

/// With work that costs no time, nobody is ever in flight when the next one
/// comes: 1,000 callers, 1,000 calls.
#[test]
fn a_thousand_callers_of_free_work_call_a_thousand_times() {
    check(&[(0, "k", 0, BAR); 1000], 1000, &[(BAR, false, 0); 1000]);
}

/// TestForget: run 1 starts, Forget, run 2 starts; run 1 ends and answers its
/// own caller only; a third joins run 2 and gets its value. Run 1's end does
/// not unlink run 2.
#[test]
fn test_forget() {
    let callers = [(0, "k", 20, Ok("1")), (6, "k", 30, Ok("2")), (25, "k", 1, Ok("3"))];
    let (calls, got) = fly(&callers, Patience::default(), Some(5));
    assert_eq!(calls, 2);
    let expected = [
        (Shared::Done(Ok("1"), false), Nanos(20)),
        (Shared::Done(Ok("2"), true), Nanos(36)),
        (Shared::Done(Ok("2"), true), Nanos(36)),
    ];
    assert_eq!(got, expected);
}

/// DoChan in a select with a time-out: a caller leaves when its own time is
/// over, and the work goes on for the others.
#[test]
fn do_chan_lets_callers_leave() {
    let patience = Patience { wait: Some(Nanos(40)), ..Patience::default() };
    let (calls, got) =
        fly(&[(0, "k", 100, BAR), (50, "k", 1, BAR), (70, "k", 1, BAR)], patience, None);
    assert_eq!(calls, 1);
    let expected = [
        (Shared::TimedOut, Nanos(40)),
        (Shared::TimedOut, Nanos(90)),
        (Shared::Done(BAR, true), Nanos(100)),
    ];
    assert_eq!(got, expected);
}

/// nginx's `proxy_cache_lock_age`: a flight that is too old gets a successor.
#[test]
fn an_old_flight_is_forgotten() {
    let patience = Patience { forget: Some(Nanos(50)), ..Patience::default() };
    let (calls, got) =
        fly(&[(0, "k", 100, Ok("1")), (49, "k", 1, BAR), (50, "k", 10, Ok("2"))], patience, None);
    assert_eq!(calls, 2);
    let at: Vec<u64> = got.iter().map(|(_, at)| at.0).collect();
    assert_eq!(at, [60, 100, 100], "the second flight ends first; the first still answers its two");
}

/// nginx's waiters look every so often: a load of 50 ms can cost 500.
#[test]
fn polling_waiters_learn_late() {
    let patience = Patience { poll: Some(ms(500.0)), ..Patience::default() };
    let work = ms(50.0).0;
    let (calls, got) = fly(&[(0, "k", work, BAR), (ms(10.0).0, "k", 1, BAR)], patience, None);
    assert_eq!(calls, 1);
    let at: Vec<f64> = got.iter().map(|(_, at)| at.ms()).collect();
    assert_eq!(at, [500.0, 510.0]);
}

/// Somebody's client goes away in the middle of ten callers. `Do` with work of
/// its own: nobody else notices, whoever it is. With the leader's context:
/// measured in Go, 10 of 10 cancelled, though nine are still there.
#[test]
fn test_leader_leaves() {
    let ten = |flaw: &str, mode: &str| {
        demo(&[
            ("load", r#"{"executor": "burst", "requests": 10, "spread_ms": 10}"#),
            ("network.jitter", "0"),
            ("client.timeout_ms", "60"),
            ("client.cancels", "true"),
            ("protect.singleflight", "true"),
            ("singleflight.mode", mode),
            ("protect.flaw", flaw),
        ])
    };
    // A call takes 24 ms of way and 58 of load: the first has to give up after
    // 60 ms; the last sent would have too, but some come 20 ms later.
    let outcome = |flaw, mode| {
        let r = report(&ten(flaw, mode), 1);
        (r.ok, r.errors, r.db_calls)
    };
    let (ok, errors, calls) = outcome("none", "do");
    assert_eq!((ok + errors, calls), (10, 1));
    let (_, flawed_errors, _) = outcome("leader-context", "do");
    assert_eq!(flawed_errors, 10);
}

/// TestPanicDo: five callers, five panics.
#[test]
fn test_panic_do() {
    let events = events(&panicking("do", 5), 1);
    let panics = |e: &&stampede_sim::telemetry::Event| {
        e.kind == Kind::Error && e.arg == Reason::Panic as u32
    };
    assert_eq!(events.iter().filter(panics).count(), 5);
    assert_eq!((count(&events, Kind::Query), count(&events, Kind::Crash)), (1, 0));
}

/// TestPanicDoChan: nobody can catch it; the process dies, and everybody in it.
#[test]
fn test_panic_do_chan() {
    let events = events(&panicking("do-chan", 5), 1);
    assert_eq!(count(&events, Kind::Crash), 1);
    assert_eq!(count(&events, Kind::Start), 1, "and comes back");
    assert_eq!(count(&events, Kind::Error), 5);
}

fn panicking(mode: &str, callers: u32) -> Scenario {
    demo(&[
        ("load.requests", &callers.to_string()),
        ("db.panic_rate", "1"),
        ("protect.singleflight", "true"),
        ("singleflight.mode", mode),
    ])
}

/// The gap race: a request misses; before it enters the flight, the leader
/// fills the cache and leaves. It loads again. A look inside the flight closes
/// the gap (as groupcache and moka do).
#[test]
fn the_gap_race_and_the_second_look() {
    let gap = |recheck: &str| {
        demo(&[
            ("load", r#"{"executor": "constant-arrival-rate", "rate": 1000, "duration_ms": 400}"#),
            ("network", r#"{"client_ms": 0, "cache_ms": 5, "db_ms": 0, "jitter": 0.9}"#),
            ("db.query_ms", "5"),
            ("protect.singleflight", "true"),
            ("protect.recheck", recheck),
        ])
    };
    let calls = |recheck| -> Vec<u64> {
        (0..40).map(|seed| report(&gap(recheck), seed).db_calls).collect()
    };
    let (without, with) = (calls("false"), calls("true"));
    assert!(without.iter().filter(|n| **n > 1).count() > 5, "{without:?}");
    assert_eq!(with, vec![1; 40]);
}

/// Against `singleflight-async`, an independent Rust port: the same callers
/// under tokio-free polling make the same number of calls.
#[test]
fn same_number_of_calls_as_singleflight_async() {
    for joiners in [0usize, 1, 7] {
        let theirs = {
            let group = singleflight_async::SingleFlight::<&str, u32>::new();
            let calls = Cell::new(0u32);
            let open = Cell::new(false);
            let work = || async {
                calls.set(calls.get() + 1);
                std::future::poll_fn(|_| if open.get() { Poll::Ready(7) } else { Poll::Pending })
                    .await
            };
            let mut context = Context::from_waker(Waker::noop());
            let mut callers: Vec<_> =
                (0..=joiners).map(|_| Box::pin(group.work("k", work))).collect();
            for caller in &mut callers {
                assert!(caller.as_mut().poll(&mut context).is_pending());
            }
            open.set(true);
            for caller in &mut callers {
                assert_eq!(caller.as_mut().poll(&mut context), Poll::Ready(7));
            }
            calls.get()
        };
        let callers: Vec<Caller> = (0..=joiners as u64).map(|i| (i, "k", 100, BAR)).collect();
        check(&callers, theirs, &vec![(BAR, joiners > 0, 100); joiners + 1]);
    }
}

/// The log tells who led and who followed whom.
#[test]
fn the_log_names_the_leader() {
    let scenario: Scenario = presets::find("demo-with-singleflight").unwrap();
    let mut run = Run::new(&scenario, &[], 1, Recording::Trace).unwrap();
    run.run_to_end();
    run.read(|tape| {
        let leaders: Vec<u32> =
            tape.log.iter().filter(|e| e.kind == Kind::Lead).map(|e| e.who).collect();
        assert_eq!(leaders.len(), 1);
        let followed: Vec<u32> =
            tape.log.iter().filter(|e| e.kind == Kind::Join).map(|e| e.arg).collect();
        assert_eq!(followed, vec![leaders[0]; 99]);
    });
}
