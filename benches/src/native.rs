//! The reference workload, natively.

// A benchmark is what wall time is for.
#![allow(clippy::disallowed_methods)]

use std::time::Instant;

use bench::reference;

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
}
