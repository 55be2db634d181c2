//! Bursts that somebody sends while a run plays.

use crate::common;

use common::{finish, preset};
use stampede_sim::scenario::{Action, Deed};
use stampede_sim::telemetry::Kind;

/// When a request comes says nothing about its key: over many seeds, the
/// number of those that come in the second half of a burst, and of those for
/// the second of two keys, are not correlated (standard error 0.07).
#[test]
fn keys_and_times_are_independent() {
    let scenario = preset("demo-without-singleflight", &[("keys.count", "2")]);
    let deed = Deed::Burst { requests: 100, spread_ms: 100.0 };
    let actions = [Action { at_ms: 1_000.0, deed }];
    let pairs: Vec<(f64, f64)> = (0..200)
        .map(|seed| {
            finish(&scenario, &actions, seed).read(|tape| {
                let sent = tape.log.iter().filter(|e| e.kind == Kind::Send && e.at.ms() >= 1_000.0);
                sent.fold((0.0, 0.0), |(late, second), e| {
                    (late + f64::from(u8::from(e.at.ms() > 1_050.0)), second + f64::from(e.arg))
                })
            })
        })
        .map(|(late, second): (f64, f64)| (late - 50.0, second - 50.0))
        .collect();
    let sum = |of: &dyn Fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>();
    let (xx, yy, xy) = (sum(&|p| p.0 * p.0), sum(&|p| p.1 * p.1), sum(&|p| p.0 * p.1));
    // A hundred coins: variance 25.
    assert!((xx / 200.0 - 25.0).abs() < 10.0 && (yy / 200.0 - 25.0).abs() < 10.0, "{xx} {yy}");
    let correlation = xy / (xx * yy).sqrt();
    assert!(correlation.abs() < 0.28, "{correlation}");
}
