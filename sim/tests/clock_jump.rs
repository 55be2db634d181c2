//! A lock server whose clock is set ahead: Kleppmann's example (*How to do distributed
//! locking*, 2016, "The unpredictable timing of distributed locks"), in which nobody
//! stands still.

use crate::common;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use common::{Guarded, Lab, count, events, ms, preset};
use stampede_sim::protect::Loaded;
use stampede_sim::protect::layer::Layer;
use stampede_sim::protect::redlock::{Redlock, Servers};
use stampede_sim::scenario::{LockFallback, LockSpec};
use stampede_sim::telemetry::{Event, Kind, Reason};
use stampede_sim::world::lock_server::{LockServer, Released};
use stampede_sim::world::{Request, Value};

/// Taken at 0 for 1,000 ms; at 100 the clock is set 600 ahead: it ends at 400. What is
/// taken, or prolonged, from then on has its whole TTL.
#[test]
fn what_it_holds_expires_sooner() {
    let server = LockServer::default();
    server.acquire(ms(0.0), 0, 7, ms(1000.0)).unwrap();
    server.acquire(ms(0.0), 1, 7, ms(1000.0)).unwrap();
    server.set_ahead(ms(600.0));
    assert_eq!([399.0, 400.0].map(|at| server.holder(ms(at), 0)), [Some(7), None]);
    assert_eq!(server.extend(ms(300.0), 1, 7, ms(1000.0)), Ok(true));
    assert_eq!([1299.0, 1300.0].map(|at| server.holder(ms(at), 1)), [Some(7), None]);
    assert_eq!(server.acquire(ms(400.0), 0, 8, ms(1000.0)), Ok(Some(3)));
    assert_eq!(server.release(ms(450.0), 0, 7), Ok(Released::Foreign));
    assert_eq!([1399.0, 1400.0].map(|at| server.holder(ms(at), 0)), [Some(8), None]);
}

/// One client takes the lock at 0 and works for a second; another one tries once, at
/// 200. Some servers are away until 100, and the clocks of some jump at 150. What the
/// second one gets.
fn second(away: &[usize], jump: &[usize]) -> Loaded {
    let spec = LockSpec {
        servers: 5,
        ttl_ms: 5_000.0,
        wait_ms: 0.0,
        renew: false,
        fallback: LockFallback::Fail,
        ..LockSpec::default()
    };
    let lab = Lab::new(&[("lock.servers", "5"), ("network", r#"{"cache_ms": 1, "jitter": 0}"#)]);
    away.iter().for_each(|server| lab.world.locks[*server].down.set(true));
    let (away, jump) = (away.to_vec(), jump.to_vec());
    lab.at(100.0, move |world| async move {
        away.iter().for_each(|server| world.locks[*server].down.set(false));
        world.core.sleep(ms(50.0)).await;
        jump.iter().for_each(|server| world.locks[*server].set_ahead(ms(60_000.0)));
    });
    let got = [0.0, 200.0].map(|at| {
        let got = Rc::new(Cell::new(None));
        let (result, spec) = (Rc::clone(&got), spec.clone());
        lab.at(at, move |world| async move {
            let process = u32::from(at > 0.0);
            let lock = Redlock::kept_by(Servers::new(&spec), &spec, process, 1);
            let load = async || {
                world.core.sleep(ms(1_000.0)).await;
                Ok(Value(1))
            };
            result.set(Some(lock.call(&Request::send(&world, 0), Guarded(&load)).await));
        });
        got
    });
    assert_eq!(lab.run(), 0);
    assert_eq!(got[0].get(), Some(Ok(Value(1))), "the first has it");
    got[1].get().unwrap()
}

/// A, B and C say yes, D and E are away. The clock of C jumps: C, D and E say yes to
/// another one. With all five, one clock is not enough, but three are.
#[test]
fn one_clock_is_enough_where_a_majority_was_bare() {
    let (gets, does_not) = (Ok(Value(1)), Err(Reason::LockTimeout));
    for (away, jump, expected) in [
        (&[3, 4][..], &[2][..], gets),
        (&[3, 4], &[], does_not),
        (&[], &[2], does_not),
        (&[], &[1, 2], does_not),
        (&[4], &[2], does_not),
        (&[], &[0, 1, 2], gets),
    ] {
        assert_eq!(second(away, jump), expected, "{away:?} away, {jump:?} jump");
    }
}

/// By key, the numbers of the loads whose values were stored, in order.
fn stored(seen: &[Event]) -> BTreeMap<u32, Vec<u32>> {
    let (mut queries, mut stored) = (BTreeMap::new(), BTreeMap::<u32, Vec<u32>>::new());
    for e in seen {
        match e.kind {
            Kind::Query => drop(queries.insert(e.who, queries.len() as u32)),
            Kind::Fill => stored.entry(e.arg).or_default().push(queries[&e.who]),
            _ => {}
        }
    }
    stored
}

/// How often an older load's value went over a newer one's.
fn old_over_new(seen: &[Event]) -> usize {
    let stored = stored(seen);
    let back = |numbers: &Vec<u32>| numbers.windows(2).filter(|two| two[1] < two[0]).count();
    stored.values().map(back).sum()
}

/// Nobody stands still, and still two load a key, however many servers keep the lock.
/// A fence does not keep the second one from loading; it keeps the older value from
/// going over the newer one.
#[test]
fn a_fence_keeps_order_not_others_out() {
    for seed in 0..20 {
        let seen = ["redlock-clock", "fenced-clock"].map(|name| {
            let seen = events(&preset(name, &[]), seed);
            let keys: BTreeSet<u32> =
                seen.iter().filter(|e| e.kind == Kind::Send).map(|e| e.arg).collect();
            // Of a hundred locks e^(−¼) are still held when the clock jumps.
            let twice = count(&seen, Kind::Query) - keys.len();
            assert!((40..100).contains(&twice), "{name}, seed {seed}: {twice}");
            // The same without the jump: one load a key.
            let still = preset(name, &[("events", "[]")]);
            assert_eq!(count(&events(&still, seed), Kind::Query), keys.len(), "{name}, {seed}");
            seen
        });
        let [redlock, fenced] = seen;
        assert!(old_over_new(&redlock) > 10, "seed {seed}: {}", old_over_new(&redlock));
        assert_eq!((old_over_new(&fenced), count(&redlock, Kind::Reject)), (0, 0), "seed {seed}");
        assert!(count(&fenced, Kind::Reject) > 10, "seed {seed}");
    }
}
