//! The reference workload, natively.

// A benchmark is what wall time is for.
#![allow(clippy::disallowed_methods)]

use std::time::Instant;

use bench::{millions, reference, two_lanes};

const RUNS: u32 = 7;

fn main() {
    for (name, trace) in [("counters", false), ("full trace", true)] {
        let mut rates: Vec<f64> = (0..RUNS)
            .map(|seed| {
                let begin = Instant::now();
                let done = reference(trace, seed);
                done.requests / begin.elapsed().as_secs_f64()
            })
            .collect();
        rates.sort_by(f64::total_cmp);
        let median = rates[rates.len() / 2] / 1e6;
        println!("native, {name:<12} {median:6.2} M requests/s (median of {RUNS})");
    }
    let timed = |name: &str, run: &dyn Fn() -> f64| {
        let begin = Instant::now();
        let events = run();
        println!("native, {name}: {:.2} s, {events} events kept", begin.elapsed().as_secs_f64());
    };
    timed("two lanes of 500,000 requests at once", &|| two_lanes(500_000));
    timed("5,000,000 requests in 5 s", &millions);
}
