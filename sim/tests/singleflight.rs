//! Singleflight against its reference: golang/sync `singleflight_test.go`.
//!
//! Go's tests race real goroutines and so promise little ("fewer calls than
//! callers"); in virtual time the same situations have one outcome.

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use stampede_sim::engine::executor::{Inbox, Jobs};
use stampede_sim::engine::{Executor, Nanos};
use stampede_sim::protect::singleflight::Singleflight;
use stampede_sim::scenario::{Scenario, presets};
use stampede_sim::telemetry::{Kind, Recording};
use stampede_sim::world::{Request, World};

type Answer = Result<&'static str, &'static str>;

/// What one caller got: answer, shared, when.
type Got = (Answer, bool, Nanos);

struct Bench {
    world: World,
    group: Singleflight<&'static str, Answer>,
    calls: Cell<u32>,
    got: RefCell<Vec<Got>>,
}

/// One caller: when it comes, for which key, how long its work takes and to what it leads.
type Caller = (u64, &'static str, u64, Answer);

async fn call(bench: Rc<Bench>, (at, key, work, answer): Caller) {
    let core = &bench.world.core;
    core.sleep_until(Nanos(at)).await;
    let request = Request::send(&bench.world, 0);
    let shared = bench
        .group
        .run(key, &request, async || {
            bench.calls.set(bench.calls.get() + 1);
            core.sleep(Nanos(work)).await;
            answer
        })
        .await;
    bench.got.borrow_mut().push((shared.value, shared.shared, core.now()));
}

async fn work(bench: Rc<Bench>, inbox: Inbox<Caller>) -> Infallible {
    loop {
        call(Rc::clone(&bench), inbox.next().await).await;
    }
}

fn bench() -> Rc<Bench> {
    let scenario = presets::find("demo-with-singleflight").unwrap();
    let world = World::new(&scenario, 1, Recording::Trace);
    let group = Singleflight::new(&world.core, Err("leader gone"));
    Rc::new(Bench { world, group, calls: Cell::new(0), got: RefCell::default() })
}

fn check(callers: &[Caller], calls: u32, expected: &[(Answer, bool, u64)]) {
    let bench = bench();
    let jobs: Jobs<Caller> = Rc::new(RefCell::new(callers.iter().copied().collect()));
    let at_work = Rc::clone(&bench);
    let mut executor = Executor::new(Rc::clone(&bench.world.core), jobs, move |inbox| {
        work(Rc::clone(&at_work), inbox)
    });
    executor.run_until(Nanos::MAX, u64::MAX);
    assert_eq!(executor.busy(), 0, "somebody hangs");
    assert_eq!(bench.calls.get(), calls);
    assert_eq!(bench.group.in_flight(), 0);
    let expected: Vec<Got> = expected.iter().map(|(a, s, at)| (*a, *s, Nanos(*at))).collect();
    assert_eq!(*bench.got.borrow(), expected);
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
        let mut run = stampede_sim::run::Run::new(&scenario, &[], 1, Recording::Counters).unwrap();
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

/// A leader that is dropped mid-work neither blocks the key nor its followers.
#[test]
fn a_dropped_leader_frees_key_and_followers() {
    let bench = bench();
    let core = Rc::clone(&bench.world.core);
    let waits = core.waits();
    let mut context = Context::from_waker(Waker::noop());
    let leader = Request::send(&bench.world, 0);
    let follower = Request::send(&bench.world, 0);
    let mut following = pin!(bench.group.run("k", &follower, async || BAR));
    {
        let mut leading = pin!(bench.group.run("k", &leader, async || {
            core.sleep(Nanos(100)).await;
            BAR
        }));
        assert!(leading.as_mut().poll(&mut context).is_pending());
        assert!(following.as_mut().poll(&mut context).is_pending());
        assert_eq!(bench.group.in_flight(), 1);
    }
    assert_eq!(bench.group.in_flight(), 0);
    let Poll::Ready(shared) = following.as_mut().poll(&mut context) else { panic!("hangs") };
    assert_eq!(shared.value, Err("leader gone"));
    assert_eq!(core.waits(), waits, "a wait was left behind");
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
    let mut run = stampede_sim::run::Run::new(&scenario, &[], 1, Recording::Trace).unwrap();
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
