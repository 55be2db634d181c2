//! The connection pool against Go's database/sql, and a database that drowns.

use crate::common;

use common::{count, events, finish, preset, report, times};
use stampede_sim::scenario::Scenario;
use stampede_sim::telemetry::Kind;

/// 20 callers at once for one connection, 50 ms each.
fn one_connection(changes: &[(&str, &str)]) -> Scenario {
    let base = [
        ("load", r#"{"executor": "burst", "requests": 20, "spread_ms": 0}"#),
        ("network", r#"{"client_ms": 0, "cache_ms": 0, "db_ms": 0}"#),
        ("cache.enabled", "false"),
        ("db.pool", "1"),
    ];
    preset("demo-without-singleflight", &[&base, changes].concat())
}

/// Callers queue without a limit and without a time-out of the pool's own.
#[test]
fn callers_queue_without_a_limit() {
    let r = report(&one_connection(&[]), 1);
    assert_eq!((r.ok, r.max_ms), (20, 1000.0));
}

/// First come first served; or anybody, as in Go. All of them, either way.
#[test]
fn who_is_next() {
    let order = |pool_order| -> Vec<u32> {
        let seen = events(&one_connection(&[("db.pool_order", pool_order)]), 1);
        seen.iter().filter(|e| e.kind == Kind::Query).map(|e| e.who).collect()
    };
    assert_eq!(order("fifo"), (0..20).collect::<Vec<_>>());
    let mut random = order("random");
    assert_ne!(random, (0..20).collect::<Vec<_>>());
    assert_eq!(random[0], 0, "it found the connection free");
    random.sort_unstable();
    assert_eq!(random, (0..20).collect::<Vec<_>>());
}

/// Anybody is next with the same chance: over many runs the second connection
/// goes to each of the 19 who wait about as often.
#[test]
fn the_lottery_is_fair() {
    let scenario = one_connection(&[("db.pool_order", "random")]);
    let mut wins = [0f64; 20];
    let runs = 1900;
    for seed in 0..runs {
        let second = finish(&scenario, &[], seed)
            .read(|tape| tape.log.iter().filter(|e| e.kind == Kind::Query).nth(1).map(|e| e.who));
        wins[second.unwrap() as usize] += 1.0;
    }
    // χ² with 18 degrees of freedom: 42.3 is passed once in a thousand.
    let chi: f64 = wins[1..].iter().map(|n| (n - 100.0) * (n - 100.0) / 100.0).sum();
    assert!(chi < 42.3, "{chi}: {wins:?}");
}

/// Who brings a time-out leaves when it is over.
#[test]
fn an_acquire_time_out() {
    let seen = events(&one_connection(&[("db.acquire_timeout_ms", "120")]), 1);
    assert_eq!((count(&seen, Kind::Ok), count(&seen, Kind::Error)), (3, 17));
    assert_eq!(times(&seen, Kind::Leave), vec![120.0; 17]);
}

/// A query that takes too long: the caller gives up and the connection is
/// free; the server stops it, or works on for nobody.
#[test]
fn query_time_outs_whose_work_goes_on() {
    for (cancels, wasted) in [("true", 0), ("false", 20)] {
        let changes = [("db.query_timeout_ms", "20"), ("db.cancels", cancels), ("db.cores", "1")];
        let r = report(&one_connection(&changes), 1);
        assert_eq!((r.errors, r.wasted), (20, wasted));
        // Each gives up after 20 ms; the server has them all at once, or one at a time.
        assert_eq!(r.max_ms, 400.0);
        assert_eq!(r.db_peak_concurrency > 10, cancels == "false");
    }
}

/// Twice the work at once takes twice as long: n queries of 50 ms on c cores
/// end together after 50·n/c ms.
#[test]
fn too_many_at_once_slow_down_alike() {
    for (n, cores) in [(10, 10), (20, 10), (100, 10), (300, 10)] {
        let load = format!(r#"{{"executor": "burst", "requests": {n}, "spread_ms": 0}}"#);
        let changes = [("load", &*load), ("db.pool", "1000"), ("db.cores", &*cores.to_string())];
        let r = report(&one_connection(&changes), 1);
        let expected = 50.0 * f64::from(n) / f64::from(cores);
        assert!((r.max_ms - expected).abs() < 0.001, "{} {expected}", r.max_ms);
    }
}

/// A brown-out of factor 5 in the middle of a query of 50 ms: 10 ms done, 20 ms
/// at a fifth of the speed (4 ms done), the other 36 after it.
#[test]
fn a_brown_out_slows_what_runs() {
    let brown = r#"[{"at_ms": 10, "do": {"db-brownout": {"for_ms": 20, "slowdown": 5}}}]"#;
    let load = r#"{"executor": "burst", "requests": 1}"#;
    let r = report(&one_connection(&[("events", brown), ("load", load)]), 1);
    assert!((r.max_ms - 66.0).abs() < 0.001, "{}", r.max_ms);
}

/// An outage fails what runs and what comes, at once; then all is well.
#[test]
fn an_outage_fails_everything_for_a_while() {
    let out = r#"[{"at_ms": 60, "do": {"db-outage": {"for_ms": 20}}},
        {"at_ms": 90, "do": {"burst": {"requests": 1, "spread_ms": 0}}}]"#;
    let seen = events(&one_connection(&[("events", out)]), 1);
    // One is answered at 50 ms, 19 fail at 60, one comes at 90.
    assert_eq!(times(&seen, Kind::Ok), [50.0, 140.0]);
    assert_eq!(times(&seen, Kind::Error), vec![60.0; 19]);
}

/// A process that dies fails everybody in it; the balancer leaves it out until
/// it is back; what it asked of the database is the database's to finish.
#[test]
fn a_crash_and_a_restart() {
    let crash = r#"[{"at_ms": 20, "do": {"crash": {"process": 0, "for_ms": 100}}},
        {"at_ms": 50, "do": {"burst": {"requests": 4, "spread_ms": 0}}},
        {"at_ms": 200, "do": {"burst": {"requests": 4, "spread_ms": 0}}}]"#;
    let changes =
        [("events", crash), ("fleet.processes", "2"), ("db.pool", "100"), ("db.cancels", "false")];
    let seen = events(&one_connection(&changes), 1);
    assert_eq!((count(&seen, Kind::Crash), count(&seen, Kind::Start)), (1, 1));
    assert_eq!(times(&seen, Kind::Error), vec![20.0; 10]);
    assert_eq!(count(&seen, Kind::Wasted), 10);
    let went = |from: f64, to: f64| -> Vec<u32> {
        let arrivals = seen.iter().filter(|e| e.kind == Kind::Arrive);
        arrivals.filter(|e| (from..to).contains(&e.at.ms())).map(|e| e.arg).collect()
    };
    assert_eq!(went(50.0, 60.0), [1, 1, 1, 1]);
    let mut later = went(200.0, 210.0);
    later.sort_unstable();
    assert_eq!(later, [0, 0, 1, 1]);
}

/// A process that needs more memory than it has dies of those who wait in it:
/// of followers too. With an old value at hand nobody waits.
#[test]
fn waiting_takes_memory() {
    for seed in 0..5 {
        let (dies, lives) = (
            report(&preset("followers-eat-memory", &[]), seed),
            report(&preset("stale-saves-memory", &[]), seed),
        );
        assert!(dies.crashes >= 2, "{}", dies.crashes);
        assert_eq!((lives.crashes, lives.errors), (0, 0));
    }
    // 128 MB at 100 kB each: the 1,281st request in a process is one too many.
    let seen = events(&preset("followers-eat-memory", &[]), 1);
    let (mut inside, mut process) = ([0u32; 2], std::collections::BTreeMap::new());
    let crash = seen.iter().find(|e| e.kind == Kind::Crash).unwrap();
    for e in seen.iter().take_while(|e| *e != crash) {
        match e.kind {
            Kind::Arrive => {
                inside[e.arg as usize] += 1;
                process.insert(e.who, e.arg);
            }
            Kind::Ok | Kind::Error => inside[process[&e.who] as usize] -= 1,
            _ => {}
        }
    }
    assert_eq!(inside[crash.arg as usize], 1281);
}

/// Nothing goes on in a process that is dead, not even for the request that
/// was too many and needs no time to get further.
#[test]
fn a_dead_process_does_nothing() {
    let changes = [
        ("cache.enabled", "true"),
        ("fleet.memory_mb", "0.55"),
        ("fleet.request_kb", "100"),
        ("fleet.restart_ms", "30"),
        ("protect.singleflight", "true"),
        ("events", r#"[{"at_ms": 10, "do": {"burst": {"requests": 9, "spread_ms": 0}}}]"#),
    ];
    let seen = events(&one_connection(&changes), 1);
    let (crash, start) = (times(&seen, Kind::Crash), times(&seen, Kind::Start));
    assert_eq!((crash[0], start[0]), (0.0, 30.0));
    let crashed = seen.iter().position(|e| e.kind == Kind::Crash).unwrap();
    let busy = [Kind::Hit, Kind::Miss, Kind::Lead, Kind::Join, Kind::Query, Kind::Fill];
    let later: Vec<_> = seen[crashed..].iter().filter(|e| busy.contains(&e.kind)).collect();
    assert!(later.iter().all(|e| e.at.ms() >= 30.0), "{later:?}");
    assert_eq!(count(&seen, Kind::Ok) + count(&seen, Kind::Error), 29);
}

/// A slow node: every request it serves takes longer, the others' do not.
#[test]
fn a_slow_process() {
    let slow = r#"[{"at_ms": 0, "do": {"slow-process": {"process": 1, "for_ms": 1000, "delay_ms": 300}}}]"#;
    let load = r#"{"executor": "burst", "requests": 4, "at_ms": 1}"#;
    let changes = [("fleet.processes", "2"), ("events", slow), ("load", load), ("db.pool", "4")];
    let mut ends = times(&events(&one_connection(&changes), 1), Kind::Ok);
    ends.sort_by(f64::total_cmp);
    assert_eq!(ends, [51.0, 51.0, 351.0, 351.0]);
}
