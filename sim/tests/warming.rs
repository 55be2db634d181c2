//! Predictive warming against arithmetic: what its average says of the next wave,
//! what is loaded when, and what a wrong prediction costs.

use crate::common;

use common::{count, events, finish, ms, preset, report, times};
use proptest::prelude::*;
use stampede_sim::protect::layer::Part;
use stampede_sim::protect::warming::Warming;
use stampede_sim::scenario::{Deed, Scenario};
use stampede_sim::telemetry::{Event, Kind};

/// Waves begin at 0, 10, 20, 34 and 44 s, with a TTL of 4 s: gaps of 10, 10, 14 and
/// 10, so the average is 10, 10, 10 + 4/4 = 11, and 11 - 1/4 = 10.75. With a second's
/// lead the next is prepared at 19, 29, 44 and 53.75 s. Whoever comes within a TTL of the one before
/// belongs to his wave.
#[test]
fn the_next_wave_by_hand() {
    let warming = Warming::new(ms(4e3), ms(1e3));
    let asked = |at: f64| warming.notice(ms(at), 7).map(|when| when.ms());
    assert_eq!([0.0, 1e3, 4e3].map(asked), [None, None, None]);
    assert_eq!([10e3, 11e3, 15e3].map(asked), [Some(19e3), None, None]);
    assert_eq!([20e3, 34e3, 38e3].map(asked), [Some(29e3), Some(44e3), None]);
    assert_eq!(asked(44e3), Some(53.75e3));
    assert_eq!(warming.notice(ms(38e3), 8), None, "another key");
    warming.reset();
    assert_eq!(asked(60e3), None, "a process that was started again");
}

/// A lead that is longer than the gap between waves: there is no time for it.
#[test]
fn what_cannot_be_in_time_is_not_tried() {
    let warming = Warming::new(ms(4e3), ms(11e3));
    warming.notice(ms(0.0), 7);
    assert_eq!(warming.notice(ms(10e3), 7), None);
}

/// One who asks every 20 s for what is kept for 5, and takes 2 s to load. Without
/// warming each waits; with it the first two do, since one gap takes two.
fn every_20_s(warming: bool) -> Vec<Event> {
    let on = warming.to_string();
    let changes = [
        (
            "load",
            r#"{"executor": "constant-arrival-rate", "rate": 0.05, "duration_ms": 190000, "arrivals": "paced"}"#,
        ),
        ("events", "[]"),
        ("network", r#"{"client_ms": 0, "cache_ms": 0, "db_ms": 0}"#),
        ("cache.ttl_ms", "5000"),
        ("db.query_ms", "2000"),
        ("warming.lead_ms", "3000"),
        ("protect.warming", &on),
    ];
    events(&preset("waves-warmed", &changes), 1)
}

#[test]
fn it_is_there_when_somebody_comes() {
    let (without, with) = (every_20_s(false), every_20_s(true));
    let sent = times(&with, Kind::Send);
    assert_eq!(sent.len(), 10);
    assert_eq!((count(&without, Kind::Hit), count(&without, Kind::Query)), (0, 10));
    assert_eq!((count(&with, Kind::Miss), count(&with, Kind::Hit)), (2, 8));
    assert_eq!((count(&with, Kind::Foreseen), count(&with, Kind::Query)), (8, 10));
    // Three seconds before.
    let warmed = times(&with, Kind::Warm);
    let due: Vec<f64> = sent[2..].iter().map(|at| at - 3e3).collect();
    assert_eq!(warmed[..8], due);
    // After the end nobody is to come: nothing is loaded.
    assert_eq!(warmed.len(), 8);
}

/// Who comes every 6 s, for what is kept for 5 and takes half a second to load: three
/// seconds before he is due it is there yet, and would be gone when he comes. So it is
/// loaded all the same.
#[test]
fn it_is_loaded_though_it_is_there() {
    let changes = [
        (
            "load",
            r#"{"executor": "constant-arrival-rate", "rate": 0.16666666666666666, "duration_ms": 59000, "arrivals": "paced"}"#,
        ),
        ("events", "[]"),
        ("network", r#"{"client_ms": 0, "cache_ms": 0, "db_ms": 0}"#),
        ("cache.ttl_ms", "5000"),
        ("warming.lead_ms", "3000"),
    ];
    let seen = events(&preset("waves-warmed", &changes), 1);
    let sent = count(&seen, Kind::Send);
    assert!(sent >= 9, "{sent}");
    assert_eq!((count(&seen, Kind::Miss), count(&seen, Kind::Foreseen)), (2, sent - 2));
}

/// What was regular and is no more: waves at 0, 10, 20, 30 s, then none. What was
/// loaded for 40 s was for nobody; and that is all, however long nobody comes.
/// Then one at 200 s finds nothing, as if there were no warming.
#[test]
fn a_pattern_that_breaks_costs_one_load() {
    let waves = r#"[{"at_ms":10000,"do":{"burst":{"requests":1,"spread_ms":0}}},{"at_ms":20000,"do":{"burst":{"requests":1,"spread_ms":0}}},
        {"at_ms":30000,"do":{"burst":{"requests":1,"spread_ms":0}}},{"at_ms":200000,"do":{"burst":{"requests":1,"spread_ms":0}}}]"#;
    let changes = [("load", r#"{"executor": "burst", "requests": 1}"#), ("events", waves)];
    let seen = events(&preset("waves-warmed", &changes), 1);
    // The way from the client to its process is 2 ms.
    assert_eq!(times(&seen, Kind::Warm), [19_002.0, 29_002.0, 39_002.0]);
    assert_eq!((count(&seen, Kind::Foreseen), count(&seen, Kind::Miss)), (2, 3));
    let report = report(&preset("waves-warmed", &changes), 1);
    assert_eq!((report.warmed, report.in_vain, report.db_calls), (3, 1, 6));
}

/// One that comes early, at 16 s and again at 22, calls the load off that was to come
/// for it, at 19 s and at 24.
#[test]
fn who_comes_early_is_not_loaded_for_twice() {
    let waves = r#"[{"at_ms":10000,"do":{"burst":{"requests":1,"spread_ms":0}}},{"at_ms":16000,"do":{"burst":{"requests":1,"spread_ms":0}}},
        {"at_ms":22000,"do":{"burst":{"requests":1,"spread_ms":0}}}]"#;
    let changes = [("load", r#"{"executor": "burst", "requests": 1}"#), ("events", waves)];
    assert_eq!(count(&events(&preset("waves-warmed", &changes), 1), Kind::Warm), 0);
}

/// A key that is asked for all the time has no waves: nothing is done for it, and
/// its expiries are what they were. (XFetch is for those.)
#[test]
fn a_key_that_is_always_asked_for_is_not_warmed() {
    let on = [("protect.warming", "true")];
    let (without, with) = (events(&preset("hot-key", &[]), 1), events(&preset("hot-key", &on), 1));
    assert_eq!(without, with);
}

/// A load in advance that fails leaves what is there, and is nobody's error; the
/// wave finds nothing, as without it.
#[test]
fn a_load_in_advance_that_fails() {
    let outage = r#"[{"at_ms":10000,"do":{"burst":{"requests":1,"spread_ms":0}}},{"at_ms":20000,"do":{"burst":{"requests":1,"spread_ms":0}}},
        {"at_ms":18900,"do":{"db-outage":{"for_ms":500}}}]"#;
    let changes = [("load", r#"{"executor": "burst", "requests": 1}"#), ("events", outage)];
    let seen = events(&preset("waves-warmed", &changes), 1);
    let failed = seen.iter().filter(|e| e.kind == Kind::Warmed && e.arg > 0).count();
    assert_eq!((failed, count(&seen, Kind::Foreseen), count(&seen, Kind::Error)), (1, 0, 0));
    assert_eq!(count(&seen, Kind::Miss), 3);
}

/// Waves of a hundred, eight of them: all but two are answered at once.
#[test]
fn waves_are_served_from_the_third_on() {
    for seed in 0..20 {
        let of = |name: &str| report(&preset(name, &[]), seed);
        let (cold, warmed) = (of("waves-cold"), of("waves-warmed"));
        assert_eq!((warmed.warmed, warmed.in_vain), (6, 0), "seed {seed}");
        // Half a second of a wave's second misses: 50 of each wave, on average.
        assert!((320..=480).contains(&cold.misses), "{}", cold.misses);
        assert!((80..=120).contains(&warmed.misses), "{}", warmed.misses);
        assert_eq!(warmed.db_calls, warmed.misses + 6);
    }
}

/// Where everybody comes at any time, most of what is loaded in advance is for
/// nobody, and there is more to load.
#[test]
fn where_nothing_can_be_foretold_it_costs() {
    for seed in 0..20 {
        let of = |name: &str| report(&preset(name, &[]), seed);
        let (cold, warmed) = (of("no-waves-cold"), of("no-waves-warmed"));
        assert!(warmed.in_vain > warmed.warmed / 2 && warmed.warmed > 300, "{seed}");
        assert!(warmed.db_calls as f64 > 1.15 * cold.db_calls as f64, "{seed}");
        assert!(warmed.misses as f64 > 0.8 * cold.misses as f64, "{seed}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever else is on and whatever happens: each load in advance begins and ends
    /// once, there is at most one for each request that reaches a process, and each
    /// is foreseen for at most one.
    #[test]
    fn at_most_one_for_each_request(number in any::<u64>(), seed in 0u64..1000) {
        let mut s: Scenario = common::random::scenario(number);
        if !s.cache.enabled {
            return Ok(());
        }
        s.protect.warming = true;
        s.cache.ttl_ms = s.cache.ttl_ms.min(30.0);
        s.events.retain(|e| !matches!(e.deed, Deed::Burst { .. }));
        finish(&s, &[], seed).read(|tape| {
            let c = &tape.counters;
            let (begun, ended) = (c.of(Kind::Warm), c.of(Kind::Warmed));
            prop_assert_eq!(begun, ended);
            prop_assert!(begun <= c.of(Kind::Arrive) && c.of(Kind::Foreseen) <= begun);
            Ok(())
        })?;
    }
}
