//! A lock on several servers against its references: the Redis documentation
//! (quorum, validity, retry, delayed restart), redsync's tests, and Kleppmann's
//! criticism (what no timing can save).

use crate::common;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use common::dice::Dice;
use common::{Guarded, Lab, count, ms};
use stampede_sim::engine::Nanos;
use stampede_sim::protect::Loaded;
use stampede_sim::protect::layer::Layer;
use stampede_sim::protect::redlock::{Redlock, Servers};
use stampede_sim::scenario::{LockFallback, LockSpec};
use stampede_sim::telemetry::{Event, Kind, Reason};
use stampede_sim::world::{Request, Value};

const FOREIGN: u64 = u64::MAX;

fn spec(servers: u32) -> LockSpec {
    let fallback = LockFallback::Fail;
    LockSpec {
        servers,
        ttl_ms: 1000.0,
        wait_ms: 0.0,
        renew: false,
        fallback,
        ..LockSpec::default()
    }
}

/// A system with so many lock servers, each so far away.
fn lab(spec: &LockSpec, away_ms: f64, jitter: f64) -> Lab {
    let network = format!(r#"{{"cache_ms": {away_ms}, "jitter": {jitter}}}"#);
    Lab::new(&[("lock.servers", &spec.servers.to_string()), ("network", &network)])
}

/// One caller, whose load takes `work` ms; what it got.
fn call(lab: &Lab, spec: &LockSpec, at: f64, process: u32, work: f64) -> Rc<Cell<Option<Loaded>>> {
    let got = Rc::new(Cell::new(None));
    let (result, spec) = (Rc::clone(&got), spec.clone());
    lab.at(at, move |world| async move {
        let lock = Redlock::kept_by(Servers::new(&spec), &spec, process, 1);
        let request = Request::send(&world, 0);
        let load = async || {
            world.core.sleep(ms(work)).await;
            Ok(Value(1))
        };
        result.set(Some(lock.call(&request, Guarded(&load)).await));
    });
    got
}

fn log(lab: &Lab) -> Vec<Event> {
    lab.world.recorder.read(|tape| tape.log.iter().collect())
}

fn args(lab: &Lab, kind: Kind) -> Vec<u32> {
    log(lab).iter().filter(|e| e.kind == kind).map(|e| e.arg).collect()
}

/// Validity = TTL − elapsed − drift, with drift = TTL × factor + 2 ms; it must
/// be more than nothing. By hand.
#[test]
fn validity_is_the_ttl_less_the_trip_and_the_drift() {
    for (ttl_ms, drift, away_ms, valid) in [
        // 10,000 − 10 − (100 + 2)
        (10_000.0, 0.01, 5.0, Some(9_888)),
        // 100 − 40 − (1 + 2)
        (100.0, 0.01, 20.0, Some(57)),
        // 1000 − 0 − (100 + 2)
        (1_000.0, 0.1, 0.0, Some(898)),
        // 1000 − 1 − (0 + 2)
        (1_000.0, 0.0, 0.5, Some(997)),
        // 100 − 96 − (1 + 2)
        (100.0, 0.01, 48.0, Some(1)),
        // 100 − 97 − (1 + 2): not more than nothing
        (100.0, 0.01, 48.5, None),
        // 100 − 98 − (1 + 2)
        (100.0, 0.01, 49.0, None),
        // 4 − 0 − (2 + 2)
        (4.0, 0.5, 0.0, None),
    ] {
        let spec = LockSpec { ttl_ms, drift, answer_ms: 1_000.0, ..spec(5) };
        let lab = lab(&spec, away_ms, 0.0);
        let got = call(&lab, &spec, 0.0, 0, 0.0);
        assert_eq!(lab.run(), 0);
        assert_eq!(args(&lab, Kind::Quorum), Vec::from_iter(valid), "{spec:?}");
        let expected = valid.map_or(Err(Reason::LockTimeout), |_| Ok(Value(1)));
        assert_eq!(got.get(), Some(expected), "{spec:?}");
    }
}

/// A server that is down costs its time-out, and no more: 1000 − 50 − (10 + 2).
#[test]
fn a_silent_server_costs_its_time_out() {
    let spec = spec(5);
    let lab = lab(&spec, 1.0, 0.0);
    lab.world.locks[3].down.set(true);
    call(&lab, &spec, 0.0, 0, 0.0);
    assert_eq!(lab.run(), 0);
    assert_eq!(args(&lab, Kind::Quorum), [938]);
    let locked = log(&lab).iter().find(|e| e.kind == Kind::Lock).map(|e| e.at);
    assert_eq!(locked, Some(ms(50.0)));
}

/// For every set of servers that are down, of 1, 3, 4 and 5: the lock is had if
/// a majority is up, otherwise nobody answers for it, which is not "busy". What
/// was taken is free again either way.
#[test]
fn a_majority_has_to_be_up() {
    for servers in [1, 3, 4, 5] {
        for mask in 0..1u32 << servers {
            let spec = spec(servers);
            let lab = lab(&spec, 1.0, 0.0);
            let is_down = |server: u32| mask >> server & 1 == 1;
            (0..servers).for_each(|s| lab.world.locks[s as usize].down.set(is_down(s)));
            let got = call(&lab, &spec, 0.0, 0, 0.0);
            assert_eq!(lab.run(), 0);
            let up = servers - mask.count_ones();
            let (expected, silence) = match up > servers / 2 {
                true => (Ok(Value(1)), vec![]),
                false => (Err(Reason::LockDown), vec![up]),
            };
            assert_eq!(got.get(), Some(expected), "{up} of {servers} are up");
            assert_eq!(args(&lab, Kind::Silence), silence);
            let held = |s: u32| lab.world.locks[s as usize].holder(ms(100.0), 0).is_some();
            assert!(!(0..servers).any(held), "{up} of {servers} are up");
        }
    }
}

/// For every set of servers that somebody else has already (redsync's test,
/// whose other half asserts nothing): the lock is had if a majority is free, and
/// what was taken in vain is given back; what is another's stays another's.
#[test]
fn a_majority_has_to_be_free() {
    let spec = spec(5);
    for mask in 0..1u32 << 5 {
        let lab = lab(&spec, 1.0, 0.0);
        let is_taken = |server: usize| mask >> server & 1 == 1;
        for server in (0..5).filter(|server| is_taken(*server)) {
            lab.world.locks[server].acquire(Nanos::ZERO, 0, FOREIGN, ms(1000.0)).unwrap();
        }
        let got = call(&lab, &spec, 0.0, 0, 0.0);
        assert_eq!(lab.run(), 0);
        let free = 5 - mask.count_ones();
        let (expected, split) = match free >= 3 {
            true => (Ok(Value(1)), vec![]),
            false => (Err(Reason::LockTimeout), vec![free]),
        };
        assert_eq!((got.get(), args(&lab, Kind::Split)), (Some(expected), split), "{mask:b}");
        for server in 0..5 {
            let holder = lab.world.locks[server].holder(ms(100.0), 0);
            assert_eq!(holder, is_taken(server).then_some(FOREIGN), "{mask:b}, server {server}");
        }
    }
}

/// Every server takes the lock, and every answer comes too late: nobody knows,
/// and it is given back all the same.
#[test]
fn what_nobody_knows_is_given_back_too() {
    let spec = LockSpec { answer_ms: 15.0, ..spec(3) };
    let lab = lab(&spec, 10.0, 0.0);
    call(&lab, &spec, 0.0, 0, 0.0);
    let seen = Rc::new(RefCell::new(Vec::new()));
    for at in [12.0, 40.0] {
        let seen = Rc::clone(&seen);
        lab.at(at, move |world| async move {
            let held = world.locks.iter().filter(|s| s.holder(world.core.now(), 0).is_some());
            seen.borrow_mut().push(held.count());
        });
    }
    assert_eq!(lab.run(), 0);
    assert_eq!(args(&lab, Kind::Silence), [0]);
    assert_eq!(*seen.borrow(), [3, 0]);
}

/// A lock is prolonged at all servers while the work lasts; one that has lost
/// its majority is not won back, and giving it back says so.
#[test]
fn a_lock_is_prolonged_by_a_majority() {
    let prolonged = |meddle: fn(usize) -> bool| {
        let spec = LockSpec { ttl_ms: 90.0, renew: true, ..spec(5) };
        let lab = lab(&spec, 0.0, 0.0);
        call(&lab, &spec, 0.0, 0, 400.0);
        lab.at(40.0, move |world| async move {
            let lost = (0..5).filter(|server| meddle(*server));
            lost.for_each(|server| world.locks[server].forget());
        });
        assert_eq!(lab.run(), 0);
        (args(&lab, Kind::Renew), args(&lab, Kind::Unlock))
    };
    // At 30, 60, … 390 ms.
    assert_eq!(prolonged(|_| false), (vec![1; 13], vec![1]));
    assert_eq!(prolonged(|server| server < 2), (vec![1; 13], vec![1]));
    assert_eq!(prolonged(|server| server < 3), (vec![1, 0], vec![0]));
}

/// The work outlives a lock that nobody prolongs: giving it back says that it
/// was lost.
#[test]
fn what_has_expired_is_not_given_back() {
    let spec = LockSpec { ttl_ms: 500.0, ..spec(5) };
    let lab = lab(&spec, 1.0, 0.0);
    call(&lab, &spec, 0.0, 0, 1000.0);
    assert_eq!(lab.run(), 0);
    assert_eq!(args(&lab, Kind::Unlock), [0]);
}

/// Some who ask at once, from distances that differ from message to message,
/// may split the servers between them so that nobody has a majority; but not for
/// ever, as they try again at random instants.
#[test]
fn a_split_vote_ends() {
    let mut splits = 0;
    for (servers, callers) in (2..=9).flat_map(|n| (2..=6).map(move |callers| (n, callers))) {
        let spec = LockSpec { wait_ms: 2_000.0, ..spec(servers) };
        let lab = lab(&spec, 2.0, 0.9);
        let all: Vec<_> = (0..callers).map(|n| call(&lab, &spec, 0.0, n, 20.0)).collect();
        assert_eq!(lab.run(), 0);
        assert!(all.iter().all(|got| got.get() == Some(Ok(Value(1)))));
        let log = log(&lab);
        let before = log.iter().take_while(|e| e.kind != Kind::Lock);
        splits += u32::from(before.filter(|e| e.kind == Kind::Split).count() == callers as usize);
    }
    assert!(splits > 10, "{splits} of 40 votes gave nobody a majority");
}

/// Whoever has the lock: from when it knew until its work was over or, by its own
/// reckoning, its validity.
struct Belief {
    from: Nanos,
    until: Nanos,
    done: Nanos,
}

/// Random callers on servers at random distances that go down for a while at
/// random, some with all they held, but then for a whole TTL.
fn beliefs(number: u64, away_for: f64) -> Vec<Belief> {
    let d = &mut Dice::new(number);
    let ttl_ms = d.between(20.0, 200.0);
    let spec = LockSpec {
        ttl_ms,
        renew: d.yes(0.5),
        poll_ms: d.between(1.0, 20.0),
        wait_ms: 2_000.0,
        answer_ms: d.between(2.0, 30.0),
        drift: 0.0,
        ..spec(1 + d.below(9) as u32)
    };
    let lab = lab(&spec, d.between(0.0, 8.0), 0.9);
    let done = Rc::new(RefCell::new(Vec::new()));
    for process in 0..6 {
        let (spec, done) = (spec.clone(), Rc::clone(&done));
        let (at, work) = (d.between(0.0, 100.0), d.between(0.0, 2.0 * ttl_ms));
        lab.at(at, move |world| async move {
            let lock = Redlock::kept_by(Servers::new(&spec), &spec, process, 1);
            let request = Request::send(&world, 0);
            let load = async || {
                world.core.sleep(ms(work)).await;
                done.borrow_mut().push((request.id, world.core.now()));
                Ok(Value(1))
            };
            let _ = lock.call(&request, Guarded(&load)).await;
        });
    }
    for _ in 0..d.below(8) {
        let (server, forgets) = (d.below(spec.servers.into()) as usize, d.yes(0.5));
        let gone = if forgets { away_for * ttl_ms } else { d.between(0.0, 100.0) };
        lab.at(d.between(0.0, 500.0), move |world| async move {
            if world.locks[server].down.replace(true) {
                return;
            }
            if forgets {
                world.locks[server].forget();
            }
            world.core.sleep(ms(gone)).await;
            world.locks[server].down.set(false);
        });
    }
    assert_eq!(lab.run(), 0);
    let (mut all, mut valid): (Vec<(u32, Belief)>, _) = (Vec::new(), Nanos::ZERO);
    for Event { at, kind, who, arg } in log(&lab) {
        match kind {
            Kind::Quorum => valid = at + ms(arg.into()),
            Kind::Lock => {
                let its = done.borrow().iter().find(|(id, _)| *id == who).map(|(_, at)| *at);
                all.push((who, Belief { from: at, until: valid, done: its.unwrap() }));
            }
            Kind::Renew if arg == 1 => {
                all.iter_mut().filter(|(id, _)| *id == who).for_each(|(_, b)| b.until = valid);
            }
            _ => {}
        }
    }
    all.into_iter().map(|(_, belief)| belief).collect()
}

/// How often two believe, by their own reckoning, that they have it.
fn both(beliefs: &[Belief]) -> usize {
    beliefs.windows(2).filter(|two| two[1].from < two[0].until.min(two[0].done)).count()
}

/// Nobody stands still: then at most one has the lock within its validity,
/// whatever the delays are, and whichever servers are down, as long as one that
/// has forgotten stays away for a TTL (the documentation's delayed restart). One
/// that does not can make it two.
#[test]
fn at_most_one_within_its_validity() {
    let mut locks = 0;
    for number in 0..1000 {
        let beliefs = beliefs(number, 1.0);
        locks += beliefs.len();
        assert_eq!(both(&beliefs), 0, "{number}");
    }
    assert!(locks > 2_000, "{locks}");
    let two: usize = (0..1000).map(|number| both(&beliefs(number, 0.0))).sum();
    assert!(two > 5, "{two} times two");
}

/// One server of five may be gone: of eight processes one loads, each time the
/// value has expired, as if nothing was. Without its only lock server each does.
#[test]
fn a_minority_may_be_gone() {
    for seed in 0..10 {
        let [only, five] = ["lock-server-gone", "redlock-server-gone"]
            .map(|name| common::events(&common::preset(name, &[]), seed));
        // Six seconds, a TTL of one.
        assert_eq!([Kind::Query, Kind::Lock].map(|kind| count(&five, kind)), [6, 6]);
        assert_eq!(count(&five, Kind::Silence), 0);
        let without = count(&only, Kind::LockError);
        assert!(without >= 2 * 8, "two or three expiries without it: {without}");
        assert!(count(&only, Kind::Query) >= without);
        // Asked while one of them is gone, a lock takes the time-out.
        let mut gone = Vec::from_iter(five.iter().filter(|e| e.kind == Kind::Quorum));
        gone.retain(|e| (1550.0..4500.0).contains(&e.at.ms()));
        // 2000 − 50 − (20 + 2)
        assert!(gone.len() >= 2 && gone.iter().all(|e| e.arg == 1928), "{gone:?}");
    }
}

/// Who stored, in order: the values are numbered as their queries began.
fn stored(events: &[Event]) -> Vec<u32> {
    let mut queries = BTreeMap::new();
    for e in events.iter().filter(|e| e.kind == Kind::Query) {
        queries.insert(e.who, queries.len() as u32 + 1);
    }
    let fills = events.iter().filter(|e| e.kind == Kind::Fill);
    fills.map(|e| queries[&e.who]).collect()
}

/// Kleppmann's argument: a holder stands still past its lock's life, another one
/// loads what has been updated meanwhile, and the first one stores what it had
/// loaded. However many servers keep the lock, and although it is prolonged; but
/// not past a fence.
#[test]
fn only_a_fence_stops_a_paused_holder() {
    for seed in 0..10 {
        for servers in ["1", "5", "9"] {
            let paused = common::preset("redlock-paused", &[("lock.servers", servers)]);
            let seen = common::events(&paused, seed);
            assert!(paused.lock.renew);
            // The second is the update.
            assert_eq!(stored(&seen), [3, 1], "an old value over a new one");
            assert!(count(&seen, Kind::Outdated) > 300);
            assert_eq!(lost(&seen), 1);
        }
        let seen = common::events(&common::preset("fenced-paused", &[]), seed);
        assert_eq!((stored(&seen), count(&seen, Kind::Reject)), (vec![3], 1));
        assert_eq!((count(&seen, Kind::Outdated), lost(&seen)), (0, 1));
    }
}

fn lost(events: &[Event]) -> usize {
    events.iter().filter(|e| e.kind == Kind::Unlock && e.arg == 0).count()
}

/// A server that comes back at once without its locks lets a second one have a
/// majority; one that stays away for a TTL does not.
#[test]
fn a_restart_must_be_delayed() {
    for seed in 0..10 {
        for (name, locks) in [("redlock-forgets", 2), ("redlock-waits", 1)] {
            let seen = common::events(&common::preset(name, &[]), seed);
            let counts = [Kind::Lock, Kind::Query].map(|kind| count(&seen, kind));
            assert_eq!(counts, [locks, locks], "{name}");
        }
    }
}

/// What several servers do not have, and what is not there, is refused.
#[test]
fn what_several_servers_cannot_do_is_refused() {
    let refused = |changes: &[(&str, &str)]| {
        let all = [("protect.lock", "true"), ("lock.servers", "3")].iter().chain(changes);
        let demo = common::demo(&[]);
        demo.with_all(all.copied()).unwrap_err().to_string()
    };
    for (change, message) in [
        (("lock.fence", "true"), "lock.fence: this and lock.servers > 1 cannot be on together"),
        (
            ("protect.flaw", "unfenced-lock"),
            "protect.flaw: this and lock.servers > 1 cannot be on together",
        ),
        (
            ("events", r#"[{"at_ms": 1, "do": {"lock-crash": {"server": 3, "for_ms": 1}}}]"#),
            "events[0].do.lock-crash.server: 3 is not allowed; allowed is a whole number from 0 to 2",
        ),
        (
            ("lock.servers", "10"),
            "lock.servers: 10 is not allowed; allowed is a whole number from 1 to 9",
        ),
    ] {
        assert_eq!(refused(&[change]), message);
    }
}
