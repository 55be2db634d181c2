//! Replicas of the database: how old what they show is, where reads go, what a
//! fail-over loses. Against PostgreSQL's `synchronous_commit`, Nishtala et al.,
//! *Scaling Memcache at Facebook*, NSDI 2013, §5 (remote markers), queueing
//! theory, and arithmetic.

use crate::common;

use common::{count, events, finish, mean, preset, times};
use proptest::prelude::*;
use stampede_sim::run::Run;
use stampede_sim::scenario::Scenario;
use stampede_sim::telemetry::{Event, Kind, Recording, Report};

/// One key without a cache, read every 100 ms; queries take 1 ms, and there is
/// one update, from 250 to 251 ms.
fn one_update(changes: &[(&str, &str)]) -> Scenario {
    let base = [
        (
            "load",
            r#"{"executor": "constant-arrival-rate", "rate": 10, "duration_ms": 1000, "arrivals": "paced"}"#,
        ),
        ("cache.enabled", "false"),
        ("network", r#"{"client_ms": 0, "cache_ms": 0, "db_ms": 0}"#),
        ("db.query_ms", "1"),
        ("replicas.count", "2"),
        ("events", r#"[{"at_ms": 250, "do": "update"}]"#),
    ];
    preset("demo-without-singleflight", &[&base[..], changes].concat())
}

/// When those were sent whose answers were too old.
fn too_old(seen: &[Event]) -> Vec<f64> {
    let sent = |who| seen.iter().find(|e| e.kind == Kind::Send && e.who == who).unwrap().at.ms();
    seen.iter().filter(|e| e.kind == Kind::Outdated).map(|e| sent(e.who)).collect()
}

/// The update is confirmed at 251 ms. A query that begins at 300 ms sees what
/// the database held a lag before: with 49 ms the update, with more it does not.
#[test]
fn a_replica_shows_what_was_a_lag_ago() {
    let with = |lag: &str| too_old(&events(&one_update(&[("replicas.lag_ms", lag)]), 1));
    assert!(with("49").is_empty());
    assert_eq!(with("49.001"), [300.0]);
    assert_eq!(with("149"), [300.0]);
    assert_eq!(with("149.001"), [300.0, 400.0]);
}

/// Reads in turn to the two replicas, and none to the primary; the update to
/// the primary alone.
#[test]
fn reads_go_to_replicas_and_updates_to_the_primary() {
    let seen = events(&one_update(&[("db.pool", "7")]), 1);
    let update = seen.iter().find(|e| e.kind == Kind::Write).unwrap().who;
    let routes: Vec<u32> = seen.iter().filter(|e| e.kind == Kind::Route).map(|e| e.arg).collect();
    assert_eq!(routes, [1, 2, 1, 2, 1, 2, 1, 2, 1, 2]);
    // Connections of all servers are counted through: of seven, the first of each.
    let connection = |e: &&Event| e.kind == Kind::Query;
    let queries: Vec<(bool, u32)> =
        seen.iter().filter(connection).map(|e| (e.who == update, e.arg)).collect();
    let [first, second] = [(false, 7), (false, 14)];
    let reads =
        [first, second, first, (true, 0), second, first, second, first, second, first, second];
    assert_eq!(queries, reads);
}

/// Synchronous: the update takes the lag longer, and then everybody sees it. In
/// no run is there an answer that is too old.
#[test]
fn a_primary_that_waits_shows_nothing_old() {
    let sync = [("replicas.sync", "true"), ("replicas.lag_ms", "120")];
    let seen = events(&one_update(&sync), 1);
    assert_eq!(times(&seen, Kind::Commit), [371.0]);
    let values: Vec<u32> =
        seen.iter().filter(|e| e.kind == Kind::Outdated).map(|e| e.arg).collect();
    assert!(values.is_empty());
    // It fails while the update waits: then that never was.
    let fail =
        r#"[{"at_ms": 250, "do": "update"}, {"at_ms": 300, "do": {"fail-over": {"for_ms": 10}}}]"#;
    let seen = events(&one_update(&[&sync[..], &[("events", fail)]].concat()), 1);
    assert_eq!((count(&seen, Kind::Commit), count(&seen, Kind::Error)), (1, 0));
}

/// Four replicas with one core each, any of them at random, exponential service:
/// by the splitting of a Poisson stream each is M/M/1 with a quarter of the
/// arrivals, and the mean response time is 1/(μ − λ/4).
#[test]
fn replicas_share_the_reads() {
    let scenario = Scenario::from_json(
        r#"{"name": "split", "network": {"cache_ms": 0}, "cache": {"enabled": false},
            "load": {"executor": "constant-arrival-rate", "rate": 280, "duration_ms": 60000},
            "db": {"pool": 10000, "cores": 1, "query_ms": 10, "query": "exponential"},
            "replicas": {"count": 4, "choice": "random"}}"#,
    )
    .unwrap();
    let of = |seed| {
        let mut run = Run::new(&scenario, &[], seed, Recording::Counters).unwrap();
        run.run_to_end();
        run.read(|tape| tape.latency.mean() / 1e9)
    };
    let (found, error) = mean(&(0..20).map(of).collect::<Vec<f64>>());
    let expected = 1.0 / (100.0 - 280.0 / 4.0);
    assert!((found - expected).abs() < 3.0 * error, "{found} ± {error}, not {expected}");
    assert!(error < 0.05 * expected, "{error}");
}

/// A replica that fails is no reason to fail, nor is one that takes too long.
#[test]
fn the_primary_is_asked_instead() {
    let outage = r#"[{"at_ms": 0, "do": {"replica-outage": {"replica": 1, "for_ms": 5000}}}]"#;
    let seen = events(&one_update(&[("events", outage)]), 1);
    assert_eq!(count(&seen, Kind::Error), 0);
    let primary = seen.iter().filter(|e| e.kind == Kind::Route && e.arg == 0).count();
    assert_eq!(primary, 5);
    // A tenth of a millisecond for a query of one: all time out, all are asked
    // again, and the answer comes 1.1 ms after it was asked for.
    let slow = [("replicas.timeout_ms", "0.1"), ("events", "[]")];
    let seen = events(&one_update(&slow), 1);
    assert_eq!((count(&seen, Kind::Ok), count(&seen, Kind::Route)), (10, 20));
    let answered: Vec<f64> = times(&seen, Kind::Ok);
    assert!((answered[3] - 301.1).abs() < 1e-9, "{answered:?}");
}

/// An update deletes the copy, and the next reader fills the cache from a
/// replica that is behind: from then on all get the old value, to the end of its
/// TTL (10 s; the run is 4 s long). With a marker all is well, in every process.
#[test]
fn a_fill_from_a_lagging_replica_stays() {
    for seed in 0..40 {
        let seen = events(&preset("replicas-old-fill", &[]), seed);
        let update = seen.iter().find(|e| e.kind == Kind::Write).unwrap().who;
        let done = seen.iter().find(|e| e.kind == Kind::Ok && e.who == update).unwrap().at.ms();
        let after: Vec<f64> =
            times(&seen, Kind::Send).into_iter().filter(|at| *at > done).collect();
        assert!(after.len() > 400);
        let mut too_old = too_old(&seen);
        too_old.sort_by(f64::total_cmp);
        assert!(too_old == after, "seed {seed}: {} and {}", too_old.len(), after.len());
        let seen = events(&preset("replicas-marker", &[]), seed);
        assert_eq!((count(&seen, Kind::Outdated), count(&seen, Kind::Mark)), (0, 1), "seed {seed}");
    }
}

/// Read your writes: the process that made the update knows, the other does not.
/// That one misses too before the first load of 21 ms is over (at 100 requests
/// per second of its own, in 1 − e^(−2.1) = 88 % of runs), and stores the old
/// value.
#[test]
fn what_a_process_knows_helps_that_process() {
    let own = preset("replicas-marker", &[("replicas.marker", "false")]);
    let spoilt = (0..40).filter(|seed| count(&events(&own, *seed), Kind::Outdated) > 0).count();
    assert!(spoilt >= 28, "{spoilt} of 40");
    let alone =
        preset("replicas-marker", &[("replicas.marker", "false"), ("fleet.processes", "1")]);
    assert!((0..40).all(|seed| count(&events(&alone, seed), Kind::Outdated) == 0));
}

/// What is lost is what the primary had confirmed in the last 500 ms before it
/// failed; and that is what the log says.
#[test]
fn a_fail_over_loses_what_was_on_its_way() {
    for seed in 0..40 {
        let seen = events(&preset("failover-async", &[]), seed);
        let late =
            times(&seen, Kind::Commit).into_iter().filter(|at| (2_500.0..3_000.0).contains(at));
        let lost: Vec<u32> = seen.iter().filter(|e| e.kind == Kind::Lost).map(|e| e.arg).collect();
        assert_eq!(lost, [late.count() as u32], "seed {seed}");
        let report = |name: &str| {
            let scenario = preset(name, &[]);
            finish(&scenario, &[], seed).read(|tape| Report::of(tape, name, seed))
        };
        let (a, b) = (report("failover-async"), report("failover-sync"));
        assert_eq!((b.lost, b.stale_reads), (0, 0), "seed {seed}");
        assert!(a.lost > 0 && a.stale_reads > 0, "seed {seed}: {} and {}", a.lost, a.stale_reads);
        // Nothing is free: an update waits for half a second.
        let slowest = |name: &str| {
            let seen = events(&preset(name, &[]), seed);
            let write = seen.iter().find(|e| e.kind == Kind::Write).unwrap();
            let ok = seen.iter().find(|e| e.kind == Kind::Ok && e.who == write.who).unwrap();
            ok.at.ms() - write.at.ms()
        };
        let waited = slowest("failover-sync") - slowest("failover-async");
        assert!((waited - 500.0).abs() < 1e-6, "{waited}");
    }
}

/// One database drowns in what four can do.
#[test]
fn reads_that_drown_one_database() {
    for seed in 0..10 {
        let report = |name: &str| common::report(&preset(name, &[]), seed);
        let (one, four) = (report("replicas-none"), report("replicas-three"));
        assert!(one.errors * 3 > one.requests, "{} of {}", one.errors, one.requests);
        assert_eq!((four.errors, four.replica_reads), (0, four.requests));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// With a marker that outlives the lag and every read, and a lease against
    /// the update/delete race, no answer is too old, whatever the lag.
    #[test]
    fn marker_and_lease_leave_nothing_old(lag in 0.0f64..150.0, rate in 10.0f64..400.0, seed in 0u64..1000) {
        let scenario = preset("replicas-marker", &[
            ("load.rate", &rate.to_string()),
            ("load.duration_ms", "1500"),
            ("writes.share", "0.05"),
            ("protect.singleflight", "false"),
            ("protect.lease", "true"),
            ("replicas.lag_ms", &lag.to_string()),
            ("replicas.primary_ms", "2000"),
        ]);
        let seen = events(&scenario, seed);
        prop_assert_eq!(count(&seen, Kind::Outdated), 0);
    }
}
