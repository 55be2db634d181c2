//! What who asks every so often is told, and what not.

use crate::common;

use common::scraped::{Said, find, samples, scraped};
use common::{demo, events, finish, ms, preset};
use proptest::prelude::*;
use stampede_sim::engine::Nanos;
use stampede_sim::metrics::series::is_stale;
use stampede_sim::metrics::{self, Meter, Plan, Series, System, text};
use stampede_sim::scenario::{Scenario, presets};
use stampede_sim::telemetry::{Event, Kind};

/// A hot key that is in the cache, asked for at a steady rate, without chance.
fn steady(rate: u32, seconds: u32, changes: &[(&str, &str)]) -> Scenario {
    let load = format!(
        r#"{{"executor":"constant-arrival-rate","rate":{rate},"duration_ms":{},"arrivals":"paced"}}"#,
        1000 * seconds
    );
    let calm = [
        ("load", &*load),
        ("keys.warm", "true"),
        ("cache.ttl_ms", "600000"),
        ("network.client_ms", "0"),
        ("network.cache_ms", "0.5"),
        ("network.db_ms", "0"),
        ("network.jitter", "0"),
    ];
    demo(&[&calm[..], changes].concat())
}

fn plan(every: f64, offset: f64) -> Plan {
    Plan { offset: Some(ms(offset)), ..Plan::every(ms(every)) }
}

fn record(s: &Scenario, plan: &Plan) -> Vec<Series> {
    metrics::record(s, &[], 1, plan).unwrap()
}

const TOTAL: &str = "thundering_herd_requests_total";

/// Every sample is what a scrape at its time would be told, and what an instant is told
/// is all that has happened by then, itself included.
#[test]
fn a_scrape_is_told_how_things_stand() {
    let s = preset("layered", &[]);
    let all = scraped(&s, ms(500.0), ms(123.0));
    let log = events(&s, 1);
    let mut meter = Meter::new(System::of(&s, &[]).unwrap());
    let mut next = 0;
    for at in (0..20).map(|i| 123 + 500 * i) {
        while log[next].at <= ms(at as f64) {
            meter.take(log[next]);
            next += 1;
        }
        meter.go_on(ms(at as f64));
        let said = Said::by(&meter);
        for one in all.iter().filter(|one| !one.label("__name__").ends_with("_bucket")) {
            let Some((_, value)) = one.samples.iter().find(|(t, _)| *t == at) else { continue };
            let labels: Vec<_> = one.labels.iter().map(|(l, v)| (*l, &**v)).collect();
            let labels: Vec<_> = labels.into_iter().filter(|(l, _)| *l != "__name__").collect();
            let name = one.label("__name__");
            if matches!(name, "up" | "scrape_duration_seconds") {
                continue;
            }
            let told = said.only(name, &labels);
            assert!(*value == told || value.is_nan() && told.is_nan(), "{name} at {at}");
        }
    }
    // A request at the very instant of a scrape has come.
    let s = steady(10, 1, &[("network.cache_ms", "0")]);
    let all = scraped(&s, ms(100.0), ms(0.0));
    let hits = samples(&all, "cache_hits_total", &[]);
    let times = common::times(&events(&s, 1), Kind::Hit);
    for (at, value) in hits {
        let before = times.iter().filter(|t| **t <= at as f64).count();
        assert_eq!(value, Some(before as f64), "{at}");
    }
    assert!(times.iter().any(|t| t % 100.0 == 0.0));
}

/// Each target at an offset of its own within the interval, which it keeps; the same
/// for the same seed.
#[test]
fn targets_are_spread_over_the_interval() {
    let s = preset("layered", &[]);
    let times = |seed| {
        let all = metrics::record(&s, &[], seed, &Plan::every(ms(5_000.0))).unwrap();
        let ups = find(&all, "up", &[]);
        let of = |one: &Series| one.samples.iter().map(|it| it.0).collect::<Vec<_>>();
        ups.into_iter().map(of).collect::<Vec<_>>()
    };
    let first = times(1);
    assert_eq!(first, times(1));
    assert_ne!(first, times(2));
    // Four processes, clients, the database.
    assert_eq!(first.len(), 6);
    let mut offsets: Vec<i64> = first.iter().map(|times| times[0]).collect();
    assert!(offsets.iter().all(|offset| (0..5_000).contains(offset)));
    for times in &first {
        assert!(times.windows(2).all(|two| (4_999..=5_001).contains(&(two[1] - two[0]))));
    }
    offsets.sort_unstable();
    offsets.dedup();
    assert_eq!(offsets.len(), 6);
}

/// A scrape that is late has its own time, unless nobody would notice.
#[test]
fn late_scrapes_are_aligned_as_prometheus_does() {
    let s = steady(1, 100, &[]);
    let late = |interval: f64, jitter| {
        let plan = Plan { jitter: ms(jitter), ..plan(interval, 0.0) };
        let all = record(&s, &plan);
        let up = samples(&all, "up", &[("job", "app")]);
        let off = up.iter().filter(|it| it.0 % interval as i64 != 0).count();
        (up.len(), off)
    };
    // Within 2 ms, and within a hundredth of the interval.
    assert_eq!(late(1_000.0, 1.9), (101, 0));
    assert!(late(1_000.0, 100.0).1 > 80);
    assert!(late(100.0, 1.9).1 > 200, "a hundredth of 100 ms is 1 ms");
    // Of two in one millisecond only the first counts.
    let plan = Plan { jitter: ms(0.9), ..plan(1.0, 0.5) };
    let up = record(&steady(100, 1, &[]), &plan);
    let up = samples(&up, "up", &[("job", "app")]);
    assert!(up.windows(2).all(|two| two[0].0 < two[1].0), "{up:?}");
    assert!((500..900).contains(&up.len()), "{}", up.len());
}

/// Process 1 is dead from 5 to 8 s. Whoever asks meanwhile is not answered, all that it
/// said has ended, and then it begins at 0.
#[test]
fn a_dead_process_leaves_a_gap_and_counts_from_zero() {
    let crash = r#"[{"at_ms":5000,"do":{"crash":{"process":1,"for_ms":3000}}}]"#;
    let s = steady(100, 12, &[("fleet.processes", "2"), ("events", crash)]);
    let all = scraped(&s, ms(1_000.0), ms(500.0));
    let of = [("instance", "process-1")];
    let up = samples(&all, "up", &of);
    let down: Vec<i64> = up.iter().filter(|it| it.1 == Some(0.0)).map(|it| it.0).collect();
    assert_eq!(down, [5_500, 6_500, 7_500]);

    let hits = samples(&all, "cache_hits_total", &of);
    let times: Vec<i64> = hits.iter().map(|it| it.0).collect();
    let expected: Vec<i64> =
        (0..=12).map(|i| 500 + 1_000 * i).filter(|t| ![6_500, 7_500].contains(t)).collect();
    assert_eq!(times, expected);
    // Every other request of 100 a second, until it dies and from when it is back.
    for (at, value) in &hits {
        let from = if *at < 5_000 { 0.0 } else { 8_000.0 };
        let until = (*at as f64).min(12_000.0);
        let expected = (*at != 5_500).then_some((until - from) / 20.0);
        let near = value.zip(expected).map(|(value, expected)| (value - expected).abs() <= 1.0);
        assert!(near.unwrap_or(*at == 5_500 && value.is_none()), "{at}: {value:?} {expected:?}");
    }
    // Half a second after it is back it has answered 50 a second, not five.
    let rates = samples(&all, "throughput_per_second", &of);
    let back = rates.iter().find(|it| it.0 == 8_500).unwrap().1.unwrap();
    assert!((back - 50.0).abs() <= 3.0, "{back}");
    // The other one has taken its share.
    let other = samples(&all, "cache_hits_total", &[("instance", "process-0")]);
    assert!((other.last().unwrap().1.unwrap() - (1_200.0 + 300.0) / 2.0).abs() <= 2.0);
    // Everything of the dead one has ended at once, and nothing of the other.
    for one in &all {
        let ended: Vec<i64> =
            one.samples.iter().filter(|it| is_stale(it.1)).map(|it| it.0).collect();
        let scrape = ["up", "scrape_duration_seconds"].contains(&one.label("__name__"));
        let dead = one.label("instance") == "process-1" && !scrape;
        assert_eq!(ended, if dead { vec![5_500] } else { vec![] }, "{:?}", one.labels);
    }
}

/// What a process that dies had not been asked for, nobody knows.
#[test]
fn what_died_unasked_is_lost() {
    let crash = r#"[{"at_ms":4400,"do":{"crash":{"process":0,"for_ms":100}}}]"#;
    let s = steady(100, 8, &[("events", crash)]);
    let all = scraped(&s, ms(1_000.0), ms(500.0));
    let hits = samples(&all, "cache_hits_total", &[]);
    // It was down for no scrape: there is no gap, only a count that is smaller.
    assert!(hits.iter().all(|it| it.1.is_some()));
    let values: Vec<f64> = hits.iter().filter_map(|it| it.1).collect();
    let increase: f64 =
        values.windows(2).map(|two| if two[1] < two[0] { two[1] } else { two[1] - two[0] }).sum();
    let seen = values[0] + increase;
    let hits = common::count(&events(&s, 1), Kind::Hit) as f64;
    // From 3.5 s to 4.4 s.
    assert!((hits - seen - 90.0).abs() <= 1.0, "{hits} {seen}");
}

/// An autoscaler's processes are asked while they are in service; whoever is retired
/// has ended altogether.
#[test]
fn who_is_out_of_service_is_not_asked() {
    let s = preset("autoscaled", &[]);
    let all = scraped(&s, ms(500.0), ms(250.0));
    let log = events(&s, 1);
    let mut retired = 0;
    let last = find(&all, "up", &[("job", "clients")])[0].samples.last().unwrap().0;
    for id in 0..8 {
        let instance = format!("process-{id}");
        let up = find(&all, "up", &[("instance", &*instance)]);
        let mut serving = id < 2;
        let changes: Vec<&Event> = log
            .iter()
            .filter(|e| e.arg == id && matches!(e.kind, Kind::Ready | Kind::Retire))
            .collect();
        let mut expected = Vec::new();
        for at in (0..).map(|i| 250 + 500 * i).take_while(|at| i64::from(*at) <= last) {
            let was = serving;
            let now = changes.iter().rfind(|e| e.at <= ms(f64::from(at)));
            serving = now.map_or(id < 2, |e| e.kind == Kind::Ready);
            if serving || was && !expected.is_empty() {
                expected.push((i64::from(at), serving));
                retired += usize::from(!serving);
            }
        }
        let samples = up.first().map_or(&[][..], |one| &one.samples);
        let seen: Vec<_> = samples.iter().map(|it| (it.0, !is_stale(it.1))).collect();
        assert_eq!(seen, expected, "{id}");
    }
    assert!(retired > 2);
}

/// Whoever was at the loop when a scrape came is done before it is answered, and that
/// takes a millisecond; later than the time-out is no answer.
#[test]
fn a_busy_event_loop_does_not_answer_in_time() {
    let s = preset("event-loop-followers", &[]);
    let scrapes = Plan { timeout: ms(250.0), ..plan(250.0, 0.0) };
    let all = record(&s, &scrapes);
    let up = samples(&all, "up", &[("job", "app")]);
    let took = samples(&all, "scrape_duration_seconds", &[("job", "app")]);
    let log = events(&s, 1);
    let mut failed = 0;
    for ((at, up), (_, took)) in up.iter().zip(&took) {
        let at = ms(*at as f64);
        // Who came to it by then, and when the last of them was done.
        let (mut there, mut free) = (Vec::new(), at);
        for event in &log {
            match event.kind {
                Kind::Compute | Kind::Reply if event.at <= at => there.push(event.who),
                Kind::Computed | Kind::Replied if there.contains(&event.who) => {
                    there.retain(|who| *who != event.who);
                    free = at.max(event.at);
                }
                _ => {}
            }
        }
        let done = free + ms(1.0);
        let expected = done - at <= ms(250.0);
        failed += u32::from(!expected);
        let waits = if expected { (done - at).secs() } else { 0.25 };
        assert_eq!((*up, *took), (Some(f64::from(u8::from(expected))), Some(waits)), "{at}");
    }
    // 1,600 answers of half a millisecond.
    assert!((3..=5).contains(&failed), "{failed}");
}

/// Two requests share a core with it: a millisecond takes three. Alone it takes one.
#[test]
fn a_scrape_shares_the_cores() {
    let changes = [("cpu.cores", "1"), ("cpu.request_ms", "1000")];
    let s = steady(1, 10, &changes).with("load", r#"{"executor":"burst","requests":2}"#).unwrap();
    let took = |changes: &[(&str, &str)]| {
        let s = changes.iter().fold(s.clone(), |s, (path, value)| s.with(path, value).unwrap());
        let all = scraped(&s, ms(5_000.0), ms(100.0));
        let took = samples(&all, "scrape_duration_seconds", &[("job", "app")]);
        [took[0].1.unwrap(), took[1].1.unwrap_or_default()]
    };
    assert_eq!(took(&[]), [0.003, 0.001]);
    assert_eq!(took(&[("cpu.cores", "2")])[0], 0.0015);
    assert_eq!(took(&[("cpu.cores", "4")])[0], 0.001);
    // It does nothing while the process stands still.
    let pause = r#"[{"at_ms":101,"do":{"pause":{"process":0,"for_ms":500}}}]"#;
    assert_eq!(took(&[("events", pause)])[0], 0.503);
}

/// One process stands still from 2 to 5 s, another is slow: who waits long enough is
/// answered, with what is true then.
#[test]
fn who_stands_still_or_is_slow_answers_late() {
    let events = r#"[{"at_ms":2000,"do":{"pause":{"process":0,"for_ms":3000}}},
        {"at_ms":2000,"do":{"slow-process":{"process":1,"for_ms":3000,"delay_ms":700}}}]"#;
    let s = steady(100, 10, &[("fleet.processes", "2"), ("events", events)]);
    let all = record(&s, &Plan { timeout: ms(1_000.0), ..plan(1_000.0, 500.0) });
    let up = |process| samples(&all, "up", &[("instance", process)]);
    let down: Vec<i64> =
        up("process-0").iter().filter(|it| it.1 == Some(0.0)).map(|it| it.0).collect();
    assert_eq!(down, [2_500, 3_500], "at 4.5 s it waits for half a second");
    assert!(up("process-1").iter().all(|it| it.1 == Some(1.0)));
    let took = samples(&all, "scrape_duration_seconds", &[("instance", "process-1")]);
    let slow: Vec<i64> = took.iter().filter(|it| it.1 == Some(0.7)).map(|it| it.0).collect();
    assert_eq!(slow, [2_500, 3_500, 4_500]);
    // The value is that of the answer: 70 requests came meanwhile, each 0.7 s later.
    let hits = samples(&all, "cache_hits_total", &[("instance", "process-1")]);
    let log = events_of(&s, 1);
    let until = log.iter().filter(|at| **at <= ms(3_200.0)).count();
    assert_eq!(hits[2].1, Some(until as f64));
}

/// When a process has had hits.
fn events_of(s: &Scenario, process: u32) -> Vec<Nanos> {
    let log = events(s, 1);
    let inside: std::collections::BTreeMap<u32, u32> =
        log.iter().filter(|e| e.kind == Kind::Arrive).map(|e| (e.who, e.arg)).collect();
    log.iter().filter(|e| e.kind == Kind::Hit && inside[&e.who] == process).map(|e| e.at).collect()
}

/// As `rate` has it, of the samples within the last minute: what was added between the
/// first and the last of them, extended to the edges that they are near to, a second.
fn rate(samples: &[(i64, f64)], at: i64) -> Option<f64> {
    let window: Vec<(i64, f64)> =
        samples.iter().copied().filter(|it| at - 60_000 < it.0 && it.0 <= at).collect();
    let (first, last) = (window.first()?, window.last()?);
    let span = (last.0 - first.0) as f64;
    if span == 0.0 {
        return None;
    }
    let added = last.1 - first.1;
    let mean = span / (window.len() - 1) as f64;
    let edge = |gap: f64| if gap < 1.1 * mean { gap } else { mean / 2.0 };
    let mut before = edge((first.0 - (at - 60_000)) as f64);
    if added > 0.0 {
        // It never was less than nothing.
        before = before.min(span * first.1 / added);
    }
    let after = edge((at - last.0) as f64);
    Some(added * (span + before + after) / span / 60.0)
}

/// Whether `> 10000 for 30s`, looked at every 15 s, ever fires.
fn fires(samples: &[(i64, f64)], until: i64) -> bool {
    let mut since = None;
    (0..until / 15_000).map(|i| i * 15_000).any(|at| {
        let high = rate(samples, at).is_some_and(|rate| rate > 10_000.0);
        since = if high { since.or(Some(at)) } else { None };
        since.is_some_and(|since| at - since >= 30_000)
    })
}

/// The same half a million requests in a second fire the rule at a scrape every 15 s, in
/// 95 of 100 phases, and never every 5, 10, 30 or 60 s. Nor at 15 s where four processes
/// have a quarter each, because the rule has no `sum`.
#[test]
fn who_scrapes_every_fifteen_seconds_is_told_of_half_a_million() {
    // The counter has long been counting: 200,000 at first, 500,000 at 150 s.
    let burst = |at: u32| {
        format!(r#"{{"at_ms":{at},"do":{{"burst":{{"requests":100000,"spread_ms":1000}}}}}}"#)
    };
    let bursts: Vec<String> =
        [1_000, 1_000, 150_000, 150_000, 150_000, 150_000, 150_000].map(burst).into();
    let herd = format!("[{}]", bursts.join(","));
    let s = steady(1, 1, &[("events", &herd)]);
    let seen = |s: &Scenario, every: u32, offset: f64| {
        let all = record(s, &Plan { until: ms(300_000.0), ..plan(f64::from(every), offset) });
        let of = [("cache_layer", "l2"), ("result", "hit")];
        find(&all, TOTAL, &of).iter().any(|one| fires(&one.samples, 300_000))
    };
    // All phases of one scraping are phases of the counter itself, read once, finely.
    let fine = record(&s, &Plan { until: ms(300_000.0), ..plan(50.0, 0.0) });
    let counter = &find(&fine, TOTAL, &[("result", "hit")])[0].samples;
    let phases = |every: i64| {
        let one = |offset: i64| {
            counter.iter().copied().filter(|it| it.0 % every == offset).collect::<Vec<_>>()
        };
        let offsets = (0..every / 50).map(|i| i * 50);
        let fired = offsets.clone().filter(|offset| fires(&one(*offset), 300_000)).count();
        fired as f64 / offsets.count() as f64
    };
    // A second of fifteen is cut in two, and of that a tenth at either end does not
    // matter: 10,000 of 11,111.
    let share = phases(15_000);
    assert!((share - (1.0 - 0.8 / 15.0)).abs() < 0.01, "{share}");
    assert_eq!([5_000, 10_000, 30_000, 60_000].map(phases), [0.0; 4]);
    // So it is where it is scraped only so often, and what is read is 11,111 a second.
    assert!(seen(&s, 15_000, 7_000.0));
    assert!(!seen(&s, 10_000, 7_000.0));
    let all = record(&s, &Plan { until: ms(300_000.0), ..plan(15_000.0, 7_000.0) });
    let high = rate(&find(&all, TOTAL, &[("result", "hit")])[0].samples, 180_000).unwrap();
    assert!((high - 500_000.0 / 45.0).abs() < 1.0, "{high}");
    assert!(!seen(&s.with("fleet.processes", "4").unwrap(), 15_000, 7_000.0));
}

/// Whatever happens in it: a run that is scraped every millisecond.
#[test]
fn scraping_every_millisecond_sees_every_millisecond() {
    let s = demo(&[]);
    let all = scraped(&s, ms(1.0), ms(0.0));
    let calls = samples(&all, "db_calls_total", &[]);
    assert!(calls.windows(2).all(|two| two[1].0 == two[0].0 + 1), "none is missing");
    let log = finish(&s, &[], 1);
    let queries = log.read(|tape| common::times(&tape.log.iter().collect::<Vec<_>>(), Kind::Query));
    for (at, value) in calls {
        assert_eq!(value, Some(queries.iter().filter(|t| **t <= at as f64).count() as f64));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// Over random systems with any faults, scraped at any interval: times only grow, a
    /// failure ends all that goes on and brings nothing, and a count is smaller than it
    /// was only after one, or where a process was started between two scrapes.
    #[test]
    fn series_are_in_order(
        number in any::<u64>(), seed in 0u64..1000, every in 1.0f64..200.0,
        timeout in 0.1f64..1.0, jitter in 0.0f64..0.5,
    ) {
        let s = common::random::scenario(number);
        let plan = Plan {
            timeout: ms(every * timeout), jitter: ms(every * jitter), ..Plan::every(ms(every))
        };
        let all = metrics::record(&s, &[], seed, &plan).unwrap();
        let log = finish(&s, &[], seed).read(|tape| tape.log.iter().collect::<Vec<_>>());
        for one in &all {
            let name = one.label("__name__");
            prop_assert!(one.samples.windows(2).all(|two| two[0].0 < two[1].0), "{}", name);
            let of = [("instance", one.label("instance"))];
            let failed: Vec<i64> = find(&all, "up", &of)[0].samples.iter()
                .filter(|it| it.1 == 0.0).map(|it| it.0).collect();
            let report = matches!(name, "up" | "scrape_duration_seconds");
            for (at, value) in &one.samples {
                prop_assert!(report || !failed.contains(at) || is_stale(*value), "{} {}", name, at);
            }
            let alive: Vec<&(i64, f64)> = one.samples.iter().filter(|it| !is_stale(it.1)).collect();
            let fell = alive.windows(2).filter(|two| two[1].1 < two[0].1);
            let Some(process) = of[0].1.strip_prefix("process-") else { continue };
            let started = |from: i64, to: i64| log.iter().any(|e| {
                let it = matches!(e.kind, Kind::Start | Kind::Ready) && e.arg.to_string() == process;
                // It answers by its time-out.
                it && e.at >= ms(from as f64) && e.at <= ms((to + 1) as f64) + plan.timeout
            });
            for two in fell.filter(|_| name.ends_with("_total") || name.ends_with("_count")) {
                prop_assert!(started(two[0].0, two[1].0), "{} {:?}", name, two);
            }
        }
    }
}

/// At rest a pool is empty and nobody follows, whatever has happened.
#[test]
fn nothing_is_left_when_a_run_is_over() {
    for (name, _) in presets::PRESETS {
        if name.starts_with("black-friday") || *name == "reference" {
            continue;
        }
        let meter = metrics::last(&presets::find(name).unwrap(), &[], 1).unwrap();
        let said = Said::of(&text::prometheus(&meter));
        for gauge in ["db_connection_pool_usage", "single_flight_queue_depth"] {
            let values = said.all(gauge, &[]);
            assert!(values.iter().all(|value| *value == 0.0), "{name} {gauge}: {values:?}");
        }
    }
}
