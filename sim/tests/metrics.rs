//! What a process says at `/metrics`: each metric of the protector's monitoring code
//! changes in a run that should change it, as arithmetic or the run's log has it.

use crate::common;

use std::collections::{BTreeMap, BTreeSet};

use common::scraped::{Said, samples, scraped};
use common::{demo, events, finish, ms, preset};
use proptest::prelude::*;
use stampede_sim::chronicle::Chronicle;
use stampede_sim::engine::Nanos;
use stampede_sim::metrics::{Meter, System};
use stampede_sim::run::Run;
use stampede_sim::scenario::{Scenario, presets};
use stampede_sim::telemetry::{Event, Kind, Recording, exposition};

/// 100 requests at once for a cold key, without chance: 1 ms to the cache and back,
/// 50 ms in the database, and 1 ms to store the value.
fn herd(changes: &[(&str, &str)]) -> Scenario {
    let calm = [
        ("load.spread_ms", "0"),
        ("network.client_ms", "0"),
        ("network.cache_ms", "0.5"),
        ("network.db_ms", "0"),
        ("network.jitter", "0"),
        ("db.pool", "100"),
    ];
    demo(&[&calm[..], changes].concat())
}

const ALONE: (&str, &str) = ("protect.singleflight", "true");

/// One misses and loads; with singleflight the others share what it loads.
#[test]
fn requests_by_what_came_of_them() {
    const TOTAL: &str = "thundering_herd_requests_total";
    let by = |said: &Said, result| {
        said.only(TOTAL, &[("key_pattern", "hot"), ("cache_layer", "database"), ("result", result)])
    };
    let apart = Said::last(&herd(&[]), 1);
    assert_eq!((by(&apart, "miss"), apart.sum(TOTAL, &[])), (100.0, 100.0));
    let together = Said::last(&herd(&[ALONE]), 1);
    assert_eq!([by(&together, "miss"), by(&together, "shared")], [1.0, 99.0]);
    assert_eq!(together.sum(TOTAL, &[]), 100.0);
}

/// Groups of keys, never keys: the most popular one where there is one, the others, and
/// those that exist nowhere.
#[test]
fn keys_are_in_groups() {
    let groups = |changes: &[(&str, &str)]| {
        let said = Said::last(&herd(changes), 1);
        ["hot", "other", "missing"].map(|group| {
            let of = [("key_pattern", group)];
            said.sum("thundering_herd_requests_total", &of)
        })
    };
    assert_eq!(groups(&[("keys.count", "2")]), [0.0, 100.0, 0.0]);
    assert_eq!(groups(&[("keys.missing", "1")]), [0.0, 0.0, 100.0]);
    let [hot, other, missing] =
        groups(&[("keys.count", "1000"), ("keys.top", "0.5"), ("keys.missing", "0.5")]);
    assert!((40.0..60.0).contains(&hot) && (15.0..35.0).contains(&other), "{hot} {other}");
    assert_eq!(hot + other + missing, 100.0);
}

/// A client that has left, and whose request ends with it or goes on.
#[test]
fn who_has_left_has_abandoned_it() {
    for cancels in ["true", "false"] {
        let said =
            Said::last(&herd(&[("client.timeout_ms", "10"), ("client.cancels", cancels)]), 1);
        let of = [("result", "abandoned")];
        assert_eq!(said.only("thundering_herd_requests_total", &of), 100.0, "{cancels}");
        let took = said.only("response_time_seconds_sum", &of);
        let expected = if cancels == "true" { 1.0 } else { 5.2 };
        assert!((took - expected).abs() < 1e-6, "{cancels}: {took}");
    }
}

/// Go reports `shared` to all hundred, the leader included.
#[test]
fn shared_requests_are_those_of_go() {
    let shared = |s: &Scenario| Said::last(s, 1).sum("shared_requests_total", &[]);
    assert_eq!([shared(&herd(&[])), shared(&herd(&[ALONE]))], [0.0, 100.0]);
}

/// All 99 wait for the query of 50 ms and the value's way to the cache and back.
#[test]
fn followers_wait_as_long_as_the_load_takes() {
    const WAIT: &str = "single_flight_wait_duration_seconds";
    let said = Said::last(&herd(&[ALONE]), 1);
    let bucket = |le| said.only(&format!("{WAIT}_bucket"), &[("le", le)]);
    assert_eq!(["0.01", "0.1", "+Inf"].map(bucket), [0.0, 99.0, 99.0]);
    assert!((said.only(&format!("{WAIT}_sum"), &[]) - 99.0 * 0.051).abs() < 1e-6);
    assert_eq!(said.only(&format!("{WAIT}_count"), &[]), 99.0);
}

/// 100 misses in the first second; a hundred hits at five: in the ten seconds up to
/// 1.5 s, 6.5 s, 11.5 s and 16.5 s. The rate of misses is the rest of it, and nothing
/// is a share of nothing.
#[test]
fn rates_of_hits_and_misses_are_of_the_last_ten_seconds() {
    let mut s = herd(&[]);
    s = s.with("events", r#"[{"at_ms":5000,"do":{"burst":{"requests":100,"spread_ms":0}}},{"at_ms":20000,"do":{"burst":{"requests":1,"spread_ms":0}}}]"#).unwrap();
    let all = scraped(&s, ms(5_000.0), ms(1_500.0));
    let values = |name| {
        let samples = samples(&all, name, &[("cache_layer", "l2")]);
        samples.iter().map(|(_, value)| value.unwrap()).collect::<Vec<_>>()
    };
    let (hits, misses) = (values("cache_hit_rate"), values("cache_miss_rate"));
    assert_eq!((&hits[..3], &misses[..3]), (&[0.0, 0.5, 1.0][..], &[1.0, 0.5, 0.0][..]));
    assert!(hits[3].is_nan() && misses[3].is_nan());
    assert_eq!(hits[4], 1.0);
}

/// Two half milliseconds there and back.
#[test]
fn a_look_up_takes_its_way() {
    let said = Said::last(&herd(&[]), 1);
    let of = [("cache_layer", "l2")];
    let bucket = |le| said.only("cache_latency_seconds_bucket", &[of[0], ("le", le)]);
    assert_eq!(["0.0005", "0.001", "+Inf"].map(bucket), [0.0, 100.0, 100.0]);
    assert!((said.only("cache_latency_seconds_sum", &of) - 0.1).abs() < 1e-9);
    assert_eq!(said.sum("cache_requests_total", &[]), 100.0);
}

/// However late a process turns to its requests. Where a place in the bulkhead comes
/// free nothing is said, so who has waited for one is left out.
#[test]
fn only_the_way_counts() {
    let slow = r#"[{"at_ms":0,"do":{"slow-process":{"process":0,"for_ms":1000,"delay_ms":70}}}]"#;
    let still = r#"[{"at_ms":0,"do":{"pause":{"process":0,"for_ms":70}}}]"#;
    for events in [slow, still] {
        let said = Said::last(&herd(&[("load.at_ms", "10"), ("events", events)]), 1);
        let sum = said.only("cache_latency_seconds_sum", &[("cache_layer", "l2")]);
        assert!((sum - 0.1).abs() < 1e-9, "{events} {sum}");
    }

    let behind = [
        ("protect.backup", "true"),
        ("backup.delay_ms", "2"),
        ("protect.bulkhead", "true"),
        ("bulkhead.most", "10"),
        ("bulkhead.wait_ms", "1000"),
    ];
    let said = Said::last(&herd(&behind), 1);
    let of = [("cache_layer", "l3")];
    assert_eq!(said.only("cache_latency_seconds_count", &of), 10.0);
    let sum = said.only("cache_latency_seconds_sum", &of);
    assert!((sum - 10.0 * 0.004).abs() < 1e-9, "{sum}");
}

/// At every scrape the state is what the last change before it made of it. Every 15 s
/// one sees fewer changes than there are.
#[test]
fn the_breaker_is_in_the_state_that_it_changed_to() {
    const STATE: &str = "circuit_breaker_state";
    let s = preset("outage-with-breaker", &[]);
    let events = events(&s, 1);
    let state = |process: u32, until: i64| {
        let changes =
            events.iter().filter(|e| e.arg == process && e.at.0 <= until as u64 * 1_000_000);
        let states = changes.filter_map(|e| match e.kind {
            Kind::Close => Some(0.0),
            Kind::HalfOpen => Some(1.0),
            Kind::Trip => Some(2.0),
            _ => None,
        });
        states.into_iter().next_back().unwrap_or(0.0)
    };
    let seen = |every: f64| {
        let all = scraped(&s, ms(every), ms(0.0));
        let mut changes = 0;
        for process in [0, 1] {
            let samples = samples(&all, STATE, &[("instance", &format!("process-{process}"))]);
            for (at, value) in &samples {
                assert_eq!(*value, Some(state(process, *at)), "{process} at {at}");
            }
            changes += samples.windows(2).filter(|two| two[0].1 != two[1].1).count();
        }
        changes
    };
    let trips = common::count(&events, Kind::Trip);
    assert!(seen(5.0) > trips && trips > 10, "{trips}");
    assert!(seen(15_000.0) <= 4);
}

/// 100 queries on a pool of 100, 200 and 10.
#[test]
fn connections_in_use_are_a_share_of_the_pool() {
    let usage = |changes: &[(&str, &str)]| {
        let all = scraped(&herd(changes), ms(1_000.0), ms(25.0));
        let usage = samples(&all, "db_connection_pool_usage", &[("server", "primary")]);
        [usage[0].1, usage[usage.len() - 1].1].map(Option::unwrap)
    };
    for (pool, during) in [("100", 1.0), ("200", 0.5), ("10", 1.0)] {
        assert_eq!(usage(&[("db.pool", pool)]), [during, 0.0], "{pool}");
    }
    // Whoever has left without saying so still has its connection.
    let leaves = [("client.timeout_ms", "10"), ("client.cancels", "false")];
    assert_eq!(usage(&leaves), [1.0, 0.0]);
    assert_eq!(usage(&[leaves[0], ("client.cancels", "true")]), [0.0, 0.0]);
}

/// Of 100 queries of 50 ms; twice as long where twice as many share the cores.
#[test]
fn queries_take_as_long_as_the_database_does() {
    for (cores, seconds) in [("100", 0.05), ("50", 0.1)] {
        let said = Said::last(&herd(&[("db.cores", cores)]), 1);
        let of = [("server", "primary"), ("result", "ok")];
        assert_eq!(said.only("db_query_duration_seconds_count", &of), 100.0);
        let sum = said.only("db_query_duration_seconds_sum", &of);
        assert!((sum - 100.0 * seconds).abs() < 1e-6, "{cores}: {sum}");
    }
    let said = Said::last(&herd(&[("db.error_rate", "1")]), 1);
    assert_eq!(said.only("db_query_duration_seconds_count", &[("result", "error")]), 100.0);
    // That there is no such thing is an answer.
    let said = Said::last(&herd(&[("keys.missing", "1")]), 1);
    assert_eq!(said.only("db_query_duration_seconds_count", &[("result", "ok")]), 100.0);
    let said = Said::last(&herd(&[("db.query_timeout_ms", "10")]), 1);
    assert_eq!(said.only("db_query_duration_seconds_count", &[("result", "abandoned")]), 100.0);
}

/// From the door and back: 1 + 50 + 1 ms for each.
#[test]
fn responses_take_what_is_on_the_way() {
    let said = Said::last(&herd(&[]), 1);
    let of = [("result", "miss")];
    assert_eq!(said.only("response_time_seconds_count", &of), 100.0);
    assert!((said.only("response_time_seconds_sum", &of) - 5.2).abs() < 1e-6);
    let bucket = |le| said.only("response_time_seconds_bucket", &[("le", le)]);
    assert_eq!(["0.05", "0.1"].map(bucket), [0.0, 100.0]);
}

/// 100 a second, evenly spaced, all answered from the cache 1 ms later; half of the
/// database's answers are errors where there is no cache.
#[test]
fn throughput_and_errors_are_of_the_last_ten_seconds() {
    let steady = [("keys.warm", "true")];
    let load =
        r#"{"executor":"constant-arrival-rate","rate":100,"duration_ms":30000,"arrivals":"paced"}"#;
    let s = herd(&steady).with("load", load).unwrap();
    let all = scraped(&s, ms(10_000.0), ms(5_000.0));
    let of = [("key_pattern", "hot")];
    let rates = samples(&all, "throughput_per_second", &of);
    let near = |at: usize, rate: f64| (rates[at].1.unwrap() - rate).abs() < 0.5;
    assert!(near(0, 100.0) && near(1, 100.0) && near(2, 100.0), "{rates:?}");
    assert!(near(3, 400.0 / 9.0), "after 30 s nobody comes: {rates:?}");
    assert_eq!(samples(&all, "error_rate", &of)[1].1, Some(0.0));

    let failing = [("keys.warm", "false"), ("cache.enabled", "false"), ("db.error_rate", "0.5")];
    let s = herd(&failing).with("load", load).unwrap();
    let errors = events(&s, 1);
    let within = |kind| {
        let from_to = 16_000.0..=25_000.0;
        common::times(&errors, kind).iter().filter(|at| from_to.contains(*at)).count() as f64
    };
    let share = within(Kind::Error) / (within(Kind::Error) + within(Kind::Ok));
    assert!((0.4..0.6).contains(&share));
    let all = scraped(&s, ms(10_000.0), ms(5_000.0));
    assert_eq!(samples(&all, "error_rate", &of)[2].1, Some(share));

    // Who is refused has an error, too: of 20 a second, 5 are let through.
    let limit = [
        ("cache.enabled", "false"),
        ("protect.limiter", "true"),
        ("limiter.rule", "\"fixed-window\""),
        ("limiter.limit", "5"),
    ];
    let load = load.replace("\"rate\":100", "\"rate\":20");
    let s = herd(&limit).with("load", &load).unwrap();
    let all = scraped(&s, ms(10_000.0), ms(5_990.0));
    let refused = samples(&all, "error_rate", &of)[1].1.unwrap();
    assert!((refused - 0.75).abs() < 0.01, "{refused}");
}

/// 100 a second is a tenth of what a process can serve; the defence expects what the
/// metric says, whenever it braces itself and relaxes.
#[test]
fn the_load_that_is_expected_is_the_defences() {
    const LEVEL: &str = "thundering_herd_load_prediction";
    let steady =
        r#"{"executor":"constant-arrival-rate","rate":100,"duration_ms":3000,"arrivals":"paced"}"#;
    let s = herd(&[("predict.rule", "\"last\"")]).with("load", steady).unwrap();
    let all = scraped(&s, ms(1_000.0), ms(2_050.0));
    let level = samples(&all, LEVEL, &[("key_pattern", "hot"), ("prediction_model", "last")]);
    assert_eq!(level[0].1, Some(0.1));

    let rush = r#"{"executor":"ramping-arrival-rate","start_rate":100,"stages":[{"target":1500,"duration_ms":2000},{"target":100,"duration_ms":2000},{"target":1500,"duration_ms":2000}]}"#;
    let changes = [
        ("protect.stale", "true"),
        ("protect.predict", "true"),
        ("keys.count", "50"),
        ("keys.popularity", "\"zipf\""),
    ];
    let s = herd(&changes).with("load", rush).unwrap();
    let mut meter = Meter::new(System::of(&s, &[]).unwrap());
    let (mut braced, mut changes) = (false, 0);
    for event in events(&s, 1) {
        meter.take(event);
        if matches!(event.kind, Kind::Brace | Kind::Relax) {
            (braced, changes) = (event.kind == Kind::Brace, changes + 1);
            let expected = Said::by(&meter).sum(LEVEL, &[]);
            assert_eq!(expected > s.predict.share, braced, "{expected} at {}", event.at);
        }
    }
    assert!(changes >= 3 && braced, "{changes}");
    assert_eq!(Said::by(&meter).all(LEVEL, &[]).len(), 2, "hot and other");
}

/// As often as the defence braces itself, where all ask for one key.
#[test]
fn what_goes_viral_is_counted_once() {
    let rush = r#"{"executor":"ramping-arrival-rate","start_rate":100,"stages":[{"target":1500,"duration_ms":2000},{"target":100,"duration_ms":2000},{"target":1500,"duration_ms":2000}]}"#;
    let changes = [("protect.stale", "true"), ("protect.predict", "true")];
    let s = herd(&changes).with("load", rush).unwrap();
    let braced = common::count(&events(&s, 1), Kind::Brace) as f64;
    let counted = Said::last(&s, 1).only("viral_content_detected_total", &[("key_pattern", "hot")]);
    assert!(braced >= 2.0);
    assert_eq!(counted, braced);
}

/// More than there were, or fewer: as the autoscaler asked for them one by one.
#[test]
fn the_autoscaler_says_which_way_it_went() {
    let s = preset("autoscaled", &[]);
    let (mut there, mut ways) = (s.fleet.processes, [0.0; 2]);
    for event in events(&s, 1).iter().filter(|e| e.kind == Kind::Scale) {
        ways[usize::from(event.arg < there)] += 1.0;
        there = event.arg;
    }
    assert!(ways[0] > 1.0 && ways[1] > 1.0);
    let said = Said::last(&s, 1);
    let way = |way| said.only("auto_scaling_triggered_total", &[("direction", way)]);
    assert_eq!(["up", "down"].map(way), ways);
}

/// All that follow now; nobody when it is over.
#[test]
fn the_queue_for_a_flight_is_as_deep_as_it_is() {
    let all = scraped(&herd(&[ALONE]), ms(1_000.0), ms(25.0));
    let depth = samples(&all, "single_flight_queue_depth", &[("key_pattern", "hot")]);
    assert_eq!([depth[0].1, depth[1].1], [Some(99.0), Some(0.0)]);
}

/// Answered requests by process since it was started, counted plainly: whoever has
/// arrived, and has an answer that comes while its process lives. Of who waits for
/// nobody's answer, when the work is over.
fn answered(log: &[Event]) -> BTreeMap<u32, f64> {
    let mut counts = BTreeMap::new();
    let (mut dead, mut behind) = (BTreeSet::new(), BTreeSet::new());
    let (mut inside, mut ghosts) = (BTreeMap::new(), BTreeSet::new());
    for event in log {
        match event.kind {
            Kind::Crash | Kind::Launch => {
                counts.remove(&event.arg);
                dead.insert(event.arg);
                inside.retain(|_, process| *process != event.arg);
            }
            Kind::Start | Kind::Ready => drop(dead.remove(&event.arg)),
            Kind::Refresh | Kind::Settle | Kind::Promote | Kind::Renewal | Kind::Warm => {
                behind.insert(event.who);
            }
            Kind::Arrive if !behind.contains(&event.who) && !dead.contains(&event.arg) => {
                inside.insert(event.who, event.arg);
            }
            Kind::Timeout if event.arg == 1 => drop(ghosts.insert(event.who)),
            Kind::Ok | Kind::Error | Kind::Fail if ghosts.contains(&event.who) => {}
            Kind::Ok | Kind::Error | Kind::Fail | Kind::Late | Kind::Fetched => {
                if let Some(process) = inside.remove(&event.who) {
                    *counts.entry(process).or_insert(0.0) += 1.0;
                }
            }
            _ => {}
        }
    }
    counts
}

/// What is said of each process is what it has answered.
fn says_what_it_answered(said: &Said, s: &Scenario, log: &[Event]) {
    let counts = answered(log);
    for process in 0..s.most_processes() {
        let instance = format!("process-{process}");
        let of = [("instance", &*instance)];
        // Who is dead, or out of service, says nothing.
        if said.all("cache_hits_total", &of).is_empty() {
            continue;
        }
        let total = said.sum("thundering_herd_requests_total", &of);
        assert_eq!(total, counts.get(&process).copied().unwrap_or_default(), "{process}");
        assert_eq!(said.sum("response_time_seconds_count", &of), total);
        let buckets = [of[0], ("le", "+Inf")];
        assert_eq!(said.sum("response_time_seconds_bucket", &buckets), total);
    }
}

/// All instances together say what the run's own counters and its clients' histogram
/// do; how many lines were compared.
fn adds_up(said: &Said, run: &Run, name: &str) -> usize {
    let whole = run.read(|tape| exposition::prometheus(&tape.counters, &tape.latency));
    let lines: Vec<&str> = whole.lines().filter(|line| !line.starts_with('#')).collect();
    for line in &lines {
        let (series, value) = line.rsplit_once(' ').unwrap();
        let (series, labels) = series.split_once('{').unwrap_or((series, "}"));
        let le = labels.strip_prefix("le=\"").map(|le| ("le", le.trim_end_matches("\"}")));
        let value: f64 = value.parse().unwrap();
        let sum = said.sum(series, le.as_slice());
        assert!((sum - value).abs() <= 1e-9 * value.abs(), "{name}: {line}, not {sum}");
    }
    lines.len()
}

/// Whether all processes are there to the end.
fn stays(run: &Run) -> bool {
    let goes = |e: Event| matches!(e.kind, Kind::Crash | Kind::Launch | Kind::Retire);
    run.read(|tape| !tape.log.iter().any(goes))
}

/// In every preset in which no process dies, all instances together say what the run's
/// own counters and its clients' histogram do.
#[test]
fn instances_add_up_to_the_report() {
    let mut compared = 0;
    for (name, _) in presets::PRESETS {
        if name.starts_with("black-friday") || *name == "reference" {
            continue;
        }
        let s = presets::find(name).unwrap();
        let run = finish(&s, &[], 1);
        if stays(&run) {
            compared += adds_up(&Said::last(&s, 1), &run, name);
        }
    }
    assert!(compared > 4_000, "{compared}");
}

/// Whatever becomes of processes, requests, retries and clients.
#[test]
fn a_process_counts_what_it_has_answered() {
    let names = ["outage-with-breaker", "autoscaled", "edge-pops", "metastable", "restart-cold"];
    for name in names {
        let s = preset(name, &[]);
        says_what_it_answered(&Said::last(&s, 1), &s, &events(&s, 1));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Over random systems with any defences, clients and faults.
    #[test]
    fn counts_are_those_of_the_log(
        s in any::<u64>().prop_map(common::random::scenario), seed in 0u64..1000,
    ) {
        let run = finish(&s, &[], seed);
        let log: Vec<Event> = run.read(|tape| tape.log.iter().collect());
        let said = Said::last(&s, seed);
        says_what_it_answered(&said, &s, &log);
        for gauge in ["db_connection_pool_usage", "single_flight_queue_depth"] {
            prop_assert!(said.all(gauge, &[]).iter().all(|value| *value == 0.0), "{}", gauge);
        }
        if !stays(&run) {
            return Ok(());
        }
        adds_up(&said, &run, "random");
        let count = |kinds: &[Kind]| log.iter().filter(|e| kinds.contains(&e.kind)).count() as f64;
        let told = |name: &str| said.sum(name, &[]);
        prop_assert_eq!(told("single_flight_wait_duration_seconds_count"), count(&[Kind::Join]));
        prop_assert_eq!(told("db_query_duration_seconds_count"), count(&[Kind::Query]));
        if s.edge.pops == 0 {
            let good = answered(&log.iter().copied().filter(|e| {
                !matches!(e.kind, Kind::Error | Kind::Fail | Kind::Late)
            }).collect::<Vec<_>>());
            let bad = ["error", "refused", "abandoned"]
                .map(|result| said.sum("thundering_herd_requests_total", &[("result", result)]));
            let all = told("thundering_herd_requests_total");
            prop_assert_eq!(all - bad.iter().sum::<f64>(), good.values().sum::<f64>());
        }
        let stale = log.iter().filter(|e| e.kind == Kind::Stale && e.arg == 0).count() as f64;
        let asked = count(&[Kind::Hit, Kind::Miss, Kind::Early]) + stale;
        let errors = count(&[Kind::CacheError]);
        let told = told("cache_requests_total");
        prop_assert!(asked <= told && told <= asked + errors, "{} {} {}", asked, told, errors);
    }
}

/// A log of one request of a hundred is enough, because all events are seen.
#[test]
fn metrics_do_not_need_the_log() {
    let s = preset("expiry-without-singleflight", &[]);
    let mut meter = Meter::new(System::of(&s, &[]).unwrap());
    let run = Run::new(&s, &[], 1, Recording::Trace).unwrap();
    let mut chronicle = Chronicle::new(run, 100);
    chronicle.run_until(Nanos::MAX, u64::MAX, |event, _| meter.take(event));
    let kept = chronicle.read(|tape| tape.log.len());
    let whole = events(&s, 1);
    assert!(kept * 50 < whole.len());
    let mut other = Meter::new(System::of(&s, &[]).unwrap());
    whole.iter().for_each(|event| other.take(*event));
    let text = stampede_sim::metrics::text::prometheus;
    assert_eq!(text(&meter), text(&other));
}
