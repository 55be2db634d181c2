//! Overload that stays when its trigger has gone, and what ends it.

use crate::common;

use common::{finish, preset};
use stampede_sim::engine::Nanos;
use stampede_sim::telemetry::series::Series;

/// Answers in time, a second, between two instants (s).
fn goodput(name: &str, seed: u64, spans: &[(usize, usize)]) -> Vec<f64> {
    let run = finish(&preset(name, &[]), &[], seed);
    let series = run.read(|tape| Series::of(&tape.log, Nanos::from_secs(1.0)));
    let mean = |(from, to): &(usize, usize)| {
        let bins = &series.bins[*from..(*to).min(series.bins.len())];
        bins.iter().map(|bin| bin.ok as f64).sum::<f64>() / (to - from) as f64
    };
    spans.iter().map(mean).collect()
}

/// 140 requests a second; slow from 20 to 30 s. Half a minute to a minute
/// after it, nothing is answered in time, though the database is as fast as
/// ever and could do 200 a second.
#[test]
fn it_stays_down() {
    for seed in 1..5 {
        let g = goodput("metastable", seed, &[(5, 20), (22, 30), (35, 60), (60, 90)]);
        assert!(g[0] > 130.0, "before: {g:?}");
        assert!(g[1] < 30.0, "during: {g:?}");
        assert!(g[2] < 1.0 && g[3] < 1.0, "long after: {g:?}");
    }
}

/// Without retries, the same trigger, and it comes back by itself.
#[test]
fn it_is_the_retries() {
    let calm = preset("metastable", &[("client.retries", "0"), ("client.timeout_ms", "5000")]);
    let run = finish(&calm, &[], 1);
    let series = run.read(|tape| Series::of(&tape.log, Nanos::from_secs(1.0)));
    let late: u64 = series.bins[70..90].iter().map(|bin| bin.ok).sum();
    assert!(late > 20 * 130, "{late}");
}

/// Each cure: what is answered before, and long after.
#[test]
fn what_ends_it() {
    for cure in ["cancels", "budget", "breaker", "codel", "adaptive", "bulkhead", "restart"] {
        for seed in 1..4 {
            let g = goodput(&format!("metastable-{cure}"), seed, &[(5, 20), (70, 90)]);
            assert!(g[1] > 0.93 * g[0], "{cure}: {g:?}");
        }
    }
    let g = goodput("metastable-less-load", 1, &[(5, 20), (35, 40), (110, 130)]);
    assert!(g[1] < 1.0 && g[2] > 0.93 * g[0], "less load: {g:?}");
}
