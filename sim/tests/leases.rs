//! Leases against NSDI '13, §3.2.1, and memcached's meta protocol (`mg` with
//! `N`, `ms` with `C`, `md`), as far as the paper uses it: flags for values
//! that are stale or near their end (`X`, `R`) are not modelled.

use crate::common;

use common::{count, events, ms, preset, report, times};
use stampede_sim::scenario::Scenario;
use stampede_sim::telemetry::Kind;
use stampede_sim::world::leases::Leases;

/// A miss wins a token (`W`); later readers do not (`Z`).
#[test]
fn one_token_for_a_key() {
    let mut leases = Leases::new(ms(10_000.0));
    assert_eq!(leases.ask(ms(0.0), 1), Some(1));
    assert_eq!(leases.ask(ms(1.0), 1), None);
    assert_eq!(leases.ask(ms(1.0), 2), Some(2), "another key");
}

/// A wrong token is refused (`EX`), the right one taken (`HD`), once.
#[test]
fn only_the_token_may_write() {
    let mut leases = Leases::new(ms(10_000.0));
    let token = leases.ask(ms(0.0), 1).unwrap();
    assert!(!leases.redeem(ms(1.0), 1, token + 1));
    assert!(leases.redeem(ms(1.0), 1, token));
    assert!(!leases.redeem(ms(1.0), 1, token), "it is good once");
    assert!(leases.ask(ms(2.0), 1).is_some(), "and then there is another");
}

/// At most one token for a key in ten seconds, whatever its holder does.
#[test]
fn a_token_every_ten_seconds() {
    let mut leases = Leases::new(ms(10_000.0));
    let first = leases.ask(ms(0.0), 1).unwrap();
    assert_eq!(leases.ask(ms(9_999.0), 1), None);
    assert!(leases.ask(ms(10_000.0), 1).is_some());
    assert!(!leases.redeem(ms(10_001.0), 1, first), "the old one is worth nothing");
}

/// Deleting makes the tokens that are out worthless: no stale set.
#[test]
fn deletion_invalidates_tokens() {
    let mut leases = Leases::new(ms(10_000.0));
    let token = leases.ask(ms(0.0), 1).unwrap();
    leases.revoke_all();
    assert!(!leases.redeem(ms(1.0), 1, token));
}

fn leased(changes: &[(&str, &str)]) -> Scenario {
    preset(
        "four-processes",
        &[&[("protect.singleflight", "false"), ("protect.lease", "true")], changes].concat(),
    )
}

/// Across processes, one loads; the others find the value after a short wait.
#[test]
fn one_load_for_all_processes() {
    for seed in 0..20 {
        let r = report(&leased(&[]), seed);
        assert_eq!((r.db_calls, r.ok), (1, 100), "seed {seed}");
    }
}

/// The cache is cleared while the holder loads: its value is refused, which
/// neither singleflight nor a lock would do.
#[test]
fn a_value_from_before_the_deletion_is_refused() {
    let clear = r#"[{"at_ms": 50, "do": "clear-cache"}]"#;
    let r = events(&leased(&[("events", clear)]), 1);
    assert!(count(&r, Kind::Reject) >= 1);
    let (rejected, filled) = (times(&r, Kind::Reject)[0], times(&r, Kind::Fill)[0]);
    assert!(rejected < filled, "refused at {rejected} ms, filled by a later load at {filled} ms");
    let stale =
        events(&preset("four-processes", &[("fleet.processes", "1"), ("events", clear)]), 1);
    assert_eq!(count(&stale, Kind::Fill), 1, "singleflight puts the old value back");
}

/// A holder that dies keeps its key unfillable for as long as its token lasts.
#[test]
fn a_dead_holder_blocks_its_key() {
    let crash = r#"[{"at_ms": 40, "do": {"crash": {"process": 0, "for_ms": 60000}}}]"#;
    let scenario = leased(&[
        ("fleet.processes", "2"),
        ("load", r#"{"executor": "burst", "requests": 2, "spread_ms": 0}"#),
        ("network.jitter", "0"),
        ("lease.hold_ms", "3000"),
        ("lease.wait_ms", "10000"),
        ("events", crash),
    ]);
    let leases = times(&events(&scenario, 1), Kind::Lease);
    let waited = leases[1] - leases[0];
    assert!((3000.0..3050.0).contains(&waited), "{leases:?}");
}
