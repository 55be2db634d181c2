//! Hand-over against moka's `get_with`: it looks again after it has won the
//! slot; errors are shared but not stored; a panic or an aborted leader hands
//! over to a waiter.

use crate::common;

use common::{count, events, preset, report};
use stampede_sim::telemetry::Kind;

/// The leader's client leaves in the middle of its load: the next in line
/// takes over, once, and the others follow it.
#[test]
fn an_aborted_leader_hands_over() {
    let scenario = preset(
        "demo-with-singleflight",
        &[
            ("load", r#"{"executor": "burst", "requests": 10, "at_ms": 0, "spread_ms": 0}"#),
            ("network", r#"{"client_ms": 0, "cache_ms": 1, "db_ms": 0}"#),
            ("client.timeout_ms", "40"),
            ("client.cancels", "true"),
            ("singleflight.mode", "hand-over"),
            // The others come later, and have time for a second load.
            (
                "events",
                r#"[{"at_ms": 30, "do": {"burst": {"requests": 5, "spread_ms": 0}}},
                {"at_ms": 60, "do": {"burst": {"requests": 5, "spread_ms": 0}}}]"#,
            ),
            ("db.query_ms", "25"),
            ("db.pool", "1"),
        ],
    );
    // One load takes 2 + 25 + 2 ms: everybody is served by the first.
    assert_eq!(report(&scenario, 1).errors, 0);
    // At 45 ms of work it outlasts the patience of the first ten, at 40 ms. One
    // of the next five takes over and loads from 40 to 85, past its own end at
    // 70; then one of the last five, who has until 100.
    let slow = scenario.with("db.query_ms", "45").unwrap();
    let seen = events(&slow, 1);
    assert!(count(&seen, Kind::Abort) >= 2);
    assert!(count(&seen, Kind::Lead) > count(&seen, Kind::Land));
}

/// A panic reaches the leader alone; a follower takes over.
#[test]
fn a_panic_reaches_only_the_leader() {
    let mut totals = (0, 0);
    for seed in 0..20 {
        let errors = |name| report(&preset(name, &[]), seed).errors;
        let (shared, handed_over) = (errors("panic-do"), errors("panic-hand-over"));
        let panics = count(&events(&preset("panic-hand-over", &[]), seed), Kind::Panic);
        assert_eq!(handed_over as usize, panics, "one error a panic, seed {seed}");
        totals = (totals.0 + shared, totals.1 + handed_over);
    }
    // 200 requests for 20 keys: a panic that is shared reaches about ten.
    assert!(totals.0 > 5 * totals.1, "{totals:?}");
}

/// An error is shared, and not stored: the next one loads again.
#[test]
fn errors_are_shared_and_not_stored() {
    let failing = preset(
        "demo-with-singleflight",
        &[("singleflight.mode", "hand-over"), ("db.error_rate", "1")],
    );
    let r = report(&failing, 1);
    assert_eq!((r.db_calls, r.errors, r.fills), (1, 100, 0));
}
