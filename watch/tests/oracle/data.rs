//! Series with everything that makes a difference: resets, gaps, markers of
//! staleness, jitter, histograms, and numbers that are none.

use stampede_watch::Millis;
use stampede_watch::series::{Labels, Sample, Store};

use crate::chance::Chance;

/// When they begin, in ms. Not a multiple of a minute.
pub const START: Millis = 1_600_000_007_000;
/// For how long there are samples, in ms.
pub const LENGTH: Millis = 50 * 60_000;

pub fn store() -> Store {
    let mut store = Store::new();
    counters(&mut store);
    gauges(&mut store);
    histograms(&mut store);
    oddities(&mut store);
    store
}

fn put(store: &mut Store, labels: &Labels, t: Millis, v: f64) {
    store.append(labels, Sample { t: START + t, v }).unwrap();
}

fn end(store: &mut Store, labels: &Labels, t: Millis) {
    store.append(labels, Sample::stale(START + t)).unwrap();
}

/// Each 15 s: of one instance the counter is set back, one has a gap, one ends
/// with a marker and begins anew.
fn counters(store: &mut Store) {
    let mut chance = Chance(1);
    for job in ["api", "web"] {
        for instance in ["0", "1", "2"] {
            for code in ["200", "404", "500"] {
                let labels = [("job", job), ("instance", instance), ("code", code)];
                let labels = Labels::named("http_requests_total", &labels);
                let mut count = chance.below(100) as f64;
                for t in (0..=LENGTH).step_by(15_000) {
                    let minute = t / 60_000;
                    match instance {
                        "0" if chance.below(40) == 0 => count = chance.below(5) as f64,
                        "1" if (10..17).contains(&minute) => continue,
                        "2" if t == 20 * 60_000 => {
                            end(store, &labels, t);
                            count = 0.0;
                            continue;
                        }
                        "2" if (20..23).contains(&minute) => continue,
                        _ => {}
                    }
                    count += chance.below(if code == "200" { 50 } else { 4 }) as f64;
                    put(store, &labels, t, count);
                }
            }
        }
    }
    // Scraped each 5 minutes, and once.
    for nr in 0..10 {
        let labels = Labels::named("sparse_total", &[("job", "batch")]);
        put(store, &labels, nr * 300_000, (nr * nr) as f64);
    }
    put(store, &Labels::named("once", &[]), 600_000, 7.0);
}

fn gauges(store: &mut Store) {
    let mut chance = Chance(2);
    for instance in ["0", "1", "2", "3"] {
        for name in ["memory_bytes", "pool_usage"] {
            let labels = Labels::named(name, &[("instance", instance), ("zone", "eu")]);
            let mut level = 1e9 + chance.below(1000) as f64;
            // With jitter of up to 2 s.
            for t in (0..=LENGTH).step_by(10_000) {
                level += chance.below(2001) as f64 - 1000.0;
                let v = if name == "memory_bytes" { level } else { (level % 1000.0) / 1000.0 };
                put(store, &labels, t + chance.below(2000) as Millis, v);
            }
        }
        let labels = Labels::named("node_info", &[("instance", instance), ("version", "1.2")]);
        let labels =
            if instance == "3" { Labels::named("node_info", &[("instance", "3")]) } else { labels };
        for t in (0..=LENGTH).step_by(30_000) {
            put(store, &labels, t, 1.0);
        }
        let breaker = Labels::named("circuit_breaker_state", &[("service", instance)]);
        let mut state = 0;
        for t in (0..=LENGTH).step_by(5000) {
            if chance.below(30) == 0 {
                state = chance.below(3);
            }
            put(store, &breaker, t, state as f64);
        }
    }
}

fn histograms(store: &mut Store) {
    let mut chance = Chance(3);
    let bounds = ["0.1", "0.25", "0.5", "1", "2.5", "+Inf"];
    for job in ["api", "web"] {
        for instance in ["0", "1"] {
            let with = |name: &str, le: Option<&str>| {
                let mut labels = Labels::named(name, &[("job", job), ("instance", instance)]);
                labels.set("le", le.unwrap_or(""));
                labels
            };
            let (mut counts, mut sum) = ([0.0; 6], 0.0);
            for t in (0..=LENGTH).step_by(15_000) {
                if instance == "1" && (30..36).contains(&(t / 60_000)) {
                    continue;
                }
                for _ in 0..chance.below(20) {
                    let bucket = chance.below(6) as usize;
                    sum += bucket as f64 / 4.0;
                    counts[bucket..].iter_mut().for_each(|count| *count += 1.0);
                }
                for (bound, count) in bounds.into_iter().zip(counts) {
                    put(store, &with("latency_seconds_bucket", Some(bound)), t, count);
                }
                put(store, &with("latency_seconds_sum", None), t, sum);
                put(store, &with("latency_seconds_count", None), t, counts[5]);
            }
        }
    }
    // Without a last bucket; falling; below zero; one alone; bounds twice; none.
    for (name, buckets) in [
        ("no_inf", vec![("0.1", 1.0), ("1", 2.0)]),
        ("falling", vec![("0.1", 5.0), ("0.2", 4.0), ("1", 9.0), ("+Inf", 8.0)]),
        ("below", vec![("-1", 3.0), ("0", 5.0), ("1", 6.0), ("+Inf", 7.0)]),
        ("alone", vec![("+Inf", 7.0)]),
        ("twice", vec![("0.5", 2.0), ("5e-1", 3.0), ("1", 9.0), ("+Inf", 9.0)]),
        ("empty", vec![("0.5", 0.0), ("+Inf", 0.0)]),
        ("cumulative", vec![(".1", 5.0), (".2", 7.0), ("1e0", 11.0), ("Inf", 12.0)]),
        ("bad", vec![("x", 5.0), ("", 7.0)]),
    ] {
        for (le, count) in buckets {
            let mut labels = Labels::named("odd_bucket", &[("kind", name)]);
            labels.set("le", le);
            for t in (0..=LENGTH).step_by(60_000) {
                put(store, &labels, t, count);
            }
        }
    }
}

fn oddities(store: &mut Store) {
    let numbers = [
        ("nan", vec![f64::NAN]),
        ("inf", vec![f64::INFINITY]),
        ("minus_inf", vec![f64::NEG_INFINITY]),
        ("zero", vec![0.0]),
        ("negative", vec![-3.5, -2.0, -7.25]),
        ("huge", vec![1e308, 1.7e308, -1e308]),
        // Not smaller: on x86 Go's logarithms of subnormal numbers are wrong.
        ("tiny", vec![1e-290, 1e-280]),
        ("mixed", vec![1.0, f64::NAN, 2.0, f64::INFINITY, 3.0, f64::NEG_INFINITY, 0.0]),
        ("calm", vec![4.0]),
        ("half", vec![0.5, 1.5, 2.5, -0.5]),
    ];
    for (kind, values) in numbers {
        let labels = Labels::named("special", &[("kind", kind)]);
        for (nr, t) in (0..=LENGTH).step_by(30_000).enumerate() {
            put(store, &labels, t, values[nr % values.len()]);
        }
    }
    for (nr, path) in
        ["/a\"b", "c\\d", "e\nf", "日本", "a-b-c", "", "10.0.0.1:80"].iter().enumerate()
    {
        let labels = Labels::named("paths", &[("path", path), ("n", &nr.to_string())]);
        for t in (0..=LENGTH).step_by(60_000) {
            put(store, &labels, t, nr as f64);
        }
    }
    // Ends and begins many times.
    let flapping = Labels::named("flapping", &[("job", "api")]);
    for t in (0..=LENGTH).step_by(20_000) {
        match t / 20_000 % 5 {
            3 => end(store, &flapping, t),
            _ => put(store, &flapping, t, (t / 1000) as f64),
        }
    }
    // Names that are words of the language.
    for name in ["sum", "by", "offset", "rate", "colon:name:rate5m"] {
        for t in (0..=LENGTH).step_by(60_000) {
            put(store, &Labels::named(name, &[("job", "api")]), t, 1.0);
        }
    }
}
