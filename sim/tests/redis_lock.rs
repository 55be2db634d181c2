//! The distributed lock against its references: redislock's and redsync's
//! tests, and the Redis documentation (semantics of `SET NX PX`, compare and
//! delete). Locks over several keys at once are not modelled: a load is for one.

use crate::common;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use common::{Guarded, Lab, count, events, finish, ms, preset, report, times};
use stampede_sim::engine::Nanos;
use stampede_sim::protect::Loaded;
use stampede_sim::protect::layer::Layer;
use stampede_sim::protect::lock::Lock;
use stampede_sim::scenario::{LockFallback, LockSpec, Scenario};
use stampede_sim::telemetry::{Kind, Reason};
use stampede_sim::world::cache::Keep;
use stampede_sim::world::lock_server::{Down, LockServer, Released};
use stampede_sim::world::{Claim, Request, Value};

const TTL: Nanos = Nanos(100_000_000);

#[test]
fn held_is_not_obtained_released_is() {
    let server = LockServer::default();
    assert_eq!(server.acquire(ms(0.0), 1, 7, TTL), Ok(Some(1)));
    assert_eq!(server.acquire(ms(1.0), 1, 8, TTL), Ok(None));
    assert_eq!(server.acquire(ms(1.0), 2, 8, TTL), Ok(Some(2)), "another key");
    assert_eq!(server.release(ms(2.0), 1, 7), Ok(Released::Freed));
    assert_eq!(server.acquire(ms(3.0), 1, 8, TTL), Ok(Some(3)), "fencing tokens only grow");
}

#[test]
fn a_hundred_racers_one_winner() {
    let server = LockServer::default();
    let won = (0..100).filter(|token| server.acquire(ms(5.0), 1, *token, TTL) != Ok(None));
    assert_eq!(won.count(), 1);
}

#[test]
fn what_has_expired_or_is_foreign_is_neither_prolonged_nor_released() {
    let server = LockServer::default();
    server.acquire(ms(0.0), 1, 7, TTL).unwrap();
    assert_eq!(server.extend(ms(99.0), 1, 7, TTL), Ok(true));
    assert_eq!(server.release(ms(100.0), 1, 8), Ok(Released::Foreign));
    assert_eq!(server.extend(ms(100.0), 1, 8, TTL), Ok(false));
    assert_eq!(server.extend(ms(199.0), 1, 7, TTL), Ok(false), "expired at 199 ms");
    assert_eq!(server.release(ms(199.0), 1, 7), Ok(Released::Expired));
    // The next holder is safe from the last one's release.
    server.acquire(ms(200.0), 1, 9, TTL).unwrap();
    assert_eq!(server.release(ms(201.0), 1, 7), Ok(Released::Foreign));
    assert_eq!(server.holder(ms(202.0), 1), Some(9));
}

#[test]
fn a_server_that_is_down_answers_nothing_and_forgets_nothing() {
    let server = LockServer::default();
    server.acquire(ms(0.0), 1, 7, TTL).unwrap();
    server.down.set(true);
    assert_eq!(server.acquire(ms(1.0), 1, 8, TTL), Err(Down));
    assert_eq!(server.release(ms(1.0), 1, 7), Err(Down));
    server.down.set(false);
    assert_eq!(server.acquire(ms(2.0), 1, 8, TTL), Ok(None));
}

/// One caller of a lock that somebody else took at 0 for `held` ms: what it
/// got, when, and whether it loaded.
fn waiter(held: f64, poll_ms: f64, wait_ms: f64, fallback: LockFallback) -> (Loaded, f64, bool) {
    let lab = Lab::new(&[("network", r#"{"cache_ms": 0}"#)]);
    lab.world.locks[0].acquire(Nanos::ZERO, 0, u64::MAX, ms(held)).unwrap();
    let spec = LockSpec { poll_ms, wait_ms, fallback, ..LockSpec::default() };
    let got = Rc::new(RefCell::new(None));
    let result = Rc::clone(&got);
    lab.at(0.0, |world| async move {
        let lock = Lock::new(&spec, 0, 1);
        let request = Request::send(&world, 0);
        let loaded = Cell::new(false);
        let load = async || {
            loaded.set(true);
            Ok(Value(1))
        };
        let value = lock.call(&request, Guarded(&load)).await;
        *result.borrow_mut() = Some((value, world.core.now().ms(), loaded.get()));
    });
    assert_eq!(lab.run(), 0);
    let got = got.borrow_mut().take();
    got.unwrap()
}

/// Three tries 20 ms apart outlast a lock of 20 ms; two tries 5 ms apart do
/// not outlast one of 50 ms, and the error says that the lock was not obtained.
#[test]
fn retries_succeed_when_they_outlast_the_lock() {
    let (value, at, loaded) = waiter(20.0, 20.0, 60.0, LockFallback::Fail);
    assert_eq!((value, loaded), (Ok(Value(1)), true));
    assert!((20.0..=50.0).contains(&at), "{at}");
    let (value, at, loaded) = waiter(50.0, 5.0, 10.0, LockFallback::Fail);
    assert_eq!((value, at, loaded), (Err(Reason::LockTimeout), 10.0, false));
}

#[test]
fn who_waited_long_enough_may_load_without() {
    let (value, at, loaded) = waiter(50.0, 5.0, 10.0, LockFallback::Load);
    assert_eq!((value, at, loaded), (Ok(Value(1)), 10.0, true));
}

/// One holder whose load takes `work` ms under a lock of 90 ms that it
/// prolongs every 30; `meddle` happens at 40 ms.
fn holder(work: f64, meddle: impl Fn(&LockServer, bool) + 'static) -> Lab {
    let lab = Lab::new(&[("network", r#"{"cache_ms": 0}"#)]);
    let spec = LockSpec { ttl_ms: 90.0, ..LockSpec::default() };
    lab.at(0.0, move |world| async move {
        let lock = Lock::new(&spec, 0, 1);
        let request = Request::send(&world, 0);
        let load = async || {
            world.core.sleep(ms(work)).await;
            Ok(Value(1))
        };
        lock.call(&request, Guarded(&load)).await.unwrap();
    });
    lab.at(40.0, move |world| async move {
        meddle(&world.locks[0], true);
        world.core.sleep(ms(40.0)).await;
        meddle(&world.locks[0], false);
    });
    assert_eq!(lab.run(), 0);
    lab
}

fn args(lab: &Lab, kind: Kind) -> Vec<u32> {
    lab.world.recorder.read(|t| t.log.iter().filter(|e| e.kind == kind).map(|e| e.arg).collect())
}

#[test]
fn a_lock_is_prolonged_while_the_work_lasts() {
    let lab = holder(400.0, |_, _| {});
    assert_eq!(args(&lab, Kind::Renew), vec![1; 13]);
    assert_eq!(args(&lab, Kind::Unlock), [1]);
}

/// The server is down from 40 to 80 ms: prolonging fails twice and more, and
/// is recovered before the lock is lost.
#[test]
fn transient_faults_are_recovered() {
    let lab = holder(200.0, |server, begins| server.down.set(begins));
    let renewals = args(&lab, Kind::Renew);
    assert!(renewals.iter().filter(|ok| **ok == 0).count() >= 2, "{renewals:?}");
    assert_eq!(args(&lab, Kind::Unlock), [1]);
}

/// Somebody deletes the lock: the holder notices once, does not try to win it
/// back, and its release reports that it was not held.
#[test]
fn a_lost_lock_is_not_prolonged_again() {
    let lab = holder(400.0, |server, begins| {
        if begins {
            server.delete(0).unwrap();
        }
    });
    assert_eq!(args(&lab, Kind::Renew), [1, 0]);
    assert_eq!(args(&lab, Kind::Unlock), [0]);
}

/// The cache refuses a writer whose fence is behind the last one that wrote
/// (Kleppmann's client 33 and client 34).
#[test]
fn a_fence_keeps_old_values_out() {
    let lab = Lab::new(&[("network", r#"{"cache_ms": 0}"#)]);
    lab.at(0.0, |world| async move {
        let cache = world.cache.as_ref().unwrap();
        let keep = Keep { fresh: ms(1000.0), ttl: ms(1000.0), delta: Nanos::ZERO };
        let write = async |fence, value| {
            let request = Request::send(&world, 0);
            request.claim.set(Claim::Fence(fence));
            cache.set(&request, Value(value), keep).await;
        };
        write(34, 2).await;
        write(33, 1).await;
        write(35, 3).await;
    });
    lab.run();
    assert_eq!((lab.count(Kind::Fill), lab.count(Kind::Reject)), (2, 1));
    let cache = lab.world.cache.as_ref().unwrap();
    assert_eq!(cache.store.borrow_mut().get(ms(500.0), 0), Some(Value(3)));
}

/// Of several processes, one loads; with singleflight alone, each does.
#[test]
fn one_process_loads() {
    for processes in [2, 4, 16] {
        let changes = [("fleet.processes", &*processes.to_string()), ("protect.lock", "true")];
        for seed in 0..20 {
            let r = report(&preset("four-processes", &changes), seed);
            assert_eq!((r.db_calls, r.locks >= 1, r.ok), (1, true, 100), "seed {seed}");
        }
    }
}

/// A holder dies: its lock is an orphan, and everybody waits for its TTL.
#[test]
fn an_orphaned_lock_costs_its_ttl() {
    let scenario = orphan(&[]);
    let events = events(&scenario, 1);
    let locked = times(&events, Kind::Lock);
    // The TTL, and at most a poll (50 ms ± half) and the way there.
    let waited = locked[1] - locked[0];
    assert!((1000.0..1080.0).contains(&waited), "{locked:?}");
    assert_eq!(count(&events, Kind::Query), 2);
}

/// Process 0 dies while it holds the lock.
fn orphan(changes: &[(&str, &str)]) -> Scenario {
    let events = r#"[{"at_ms": 60, "do": {"crash": {"process": 0, "for_ms": 5000}}}]"#;
    let base = [
        ("load", r#"{"executor": "burst", "requests": 20, "spread_ms": 0}"#),
        ("fleet.processes", "2"),
        ("network.jitter", "0"),
        ("db.query_ms", "100"),
        ("protect.singleflight", "true"),
        ("protect.lock", "true"),
        ("lock.ttl_ms", "1000"),
        ("lock.wait_ms", "5000"),
        ("events", events),
    ];
    preset("four-processes", &[&base, changes].concat())
}

/// Polling in step would ask N times in every period; with jitter the asks
/// spread over it.
#[test]
fn waiters_do_not_poll_in_step() {
    let scenario = preset(
        "four-processes",
        &[
            ("load", r#"{"executor": "burst", "requests": 64, "spread_ms": 0}"#),
            ("fleet.processes", "64"),
            ("network.jitter", "0"),
            ("db.query_ms", "400"),
            ("protect.singleflight", "false"),
            ("protect.lock", "true"),
        ],
    );
    let run = finish(&scenario, &[], 1);
    run.read(|tape| {
        let mut busy: Vec<u64> = tape
            .log
            .iter()
            .filter(|e| e.kind == Kind::Busy && e.at > ms(100.0))
            .map(|e| e.at.0)
            .collect();
        let asks = busy.len();
        busy.dedup();
        assert!(asks > 200 && busy.len() * 10 > asks * 9, "{} of {asks}", busy.len());
    });
}
