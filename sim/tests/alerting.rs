//! Alert rules over runs: whom they wake, when, and for what.

use crate::common;

use std::time::Duration;

use common::{demo, ms, preset};
use stampede_oracle::work::worked;
use stampede_sim::alerting::judge::{Case, Judgement, fired, judge};
use stampede_sim::alerting::{Words, dashboard, plan, rules};
use stampede_sim::engine::Nanos;
use stampede_sim::metrics::Plan;
use stampede_sim::run::Run;
use stampede_sim::scenario::Scenario;
use stampede_sim::telemetry::{Kind, Recording};
use stampede_watch::eval::{self, Times};
use stampede_watch::notify::Route;
use stampede_watch::parse::parse;
use stampede_watch::rule::{Alert, Evaluator, Group, Rule};
use stampede_watch::series::{Labels, Sample, Store};

fn group(rule: &rules::Rule, interval: i64) -> Group {
    rules::group("g", [rule], interval, Words::en).unwrap()
}

fn case(s: &Scenario, seconds: f64) -> Case {
    Case::of(s, &[], 1, &plan(s, Nanos::from_secs(seconds))).unwrap()
}

/// It begins to hurt with the first error that a client gets, or with the first that
/// stops waiting; and it is counted who has an error in the end, and who follows.
#[test]
fn a_run_hurts_from_the_first_client_on_that_is_let_down() {
    let load =
        r#"{"executor":"constant-arrival-rate","rate":1,"duration_ms":20000,"arrivals":"paced"}"#;
    let paced = [
        ("load", load),
        ("cache.enabled", "false"),
        ("protect.singleflight", "false"),
        ("network.client_ms", "2"),
        ("network.db_ms", "5"),
        ("network.jitter", "0"),
    ];
    // The request of second 5 goes to the database and back.
    let outage = r#"[{"at_ms":4500,"do":{"db-outage":{"for_ms":3000}}}]"#;
    let down = case(&demo(&[&paced[..], &[("events", outage)]].concat()), 1.0);
    assert_eq!((down.hurts, down.failed), (Some(5014), 3));
    // A client that gives up after 100 ms, and again.
    let slow = [("client.timeout_ms", "100"), ("db.query_ms", "500"), ("client.retries", "1")];
    let slow = case(&demo(&[&paced[..], &slow].concat()), 1.0);
    assert_eq!((slow.hurts, slow.failed), (Some(100), 20));
    let well = case(&demo(&paced), 1.0);
    assert_eq!((well.hurts, well.failed, well.followed), (None, 0, 0));
    // 100 at once, of whom one loads.
    let burst = case(&preset("demo-with-singleflight", &[]), 1.0);
    assert_eq!((burst.hurts, burst.followed), (None, 99));
}

/// A gauge that is 1 from 70 s on, scraped every 10 s, in a run of 200 s.
fn rises(hurts: Option<i64>, high: f64) -> Case {
    let mut store = Store::new();
    for t in (0..=200_000).step_by(10_000) {
        let v = if t < 70_000 { 0.0 } else { high };
        store.append(&Labels::named("load", &[]), Sample { t, v }).unwrap();
    }
    Case { store, hurts, failed: 0, followed: 0, end: 200_000 }
}

/// By hand: `load > 0` for 20 s, looked at every 10 s, fires at 90 s; the page of it goes
/// out 30 s later.
#[test]
fn rules_are_judged_by_arithmetic() {
    let mut alert = Alert::new("Load", parse("load > 0").unwrap());
    alert.hold = 20_000;
    let group = Group { name: "g".to_owned(), interval: 10_000, rules: vec![Rule::Alert(alert)] };
    let route = Route::default();
    let cases = [
        rises(Some(75_000), 1.0),
        rises(Some(100_000), 1.0),
        rises(Some(90_001), 1.0),
        rises(Some(75_000), 0.0),
        rises(None, 1.0),
        rises(None, 0.0),
    ];
    let judgement = judge(&cases, &group, 0, &route);
    let expected = Judgement {
        detections: vec![15_000, -10_000, -1],
        misses: 1,
        false_alarms: 1,
        ordinary: 2,
        pages: 4,
        false_pages: 1,
        troubles: 0,
    };
    assert_eq!(judgement, expected);
    assert_eq!((judgement.median(), judgement.latest()), (Some(-1), Some(15_000)));
    assert_eq!(cases[0].pages(&cases[0].watch(&group, 0), &route)[0].at, 120_000);
    // Looked at 5 s later each time, it fires at 95 s.
    assert_eq!(fired(&cases[0].watch(&group, 5_000)), Some(95_000));
    assert_eq!(judge(&cases[..2], &group, 5_000, &route).median(), Some(20_000));
    assert_eq!(Judgement::default().median(), None);
}

/// Every one of the pairs, over many evenings: what the seed's rule does, and what the
/// mended one does, whether scraped every 5, 15 or 30 s.
#[test]
fn the_mended_rules_call_when_it_hurts_and_only_then() {
    let seeds = 1..=10;
    let intervals = [5.0, 15.0, 30.0].map(Nanos::from_secs);
    let [ordinary, bad] = ["watch-evening", "watch-incident"].map(|name| {
        let s = preset(name, &[]);
        let plans = intervals.map(|interval| plan(&s, interval));
        let cases = |seed| Case::by_each(&s, &[], seed, &plans).unwrap();
        seeds.clone().map(cases).collect::<Vec<_>>()
    });
    assert!(ordinary.iter().flatten().all(|case| case.hurts.is_none() && case.failed == 0));
    // The connections run out while the database is slowest, or as it goes down.
    let between = |case: &Case| (270_000..301_000).contains(&case.hurts.unwrap());
    assert!(bad.iter().flatten().all(between));
    for nr in 0..intervals.len() {
        let cases = ordinary.iter().chain(&bad).map(|seed| &seed[nr]);
        let judged = |rule| judge(cases.clone(), &group(rule, 15_000), 0, &Route::default());
        for pair in &rules::ALL {
            let [seed, mended] = [&pair.seed, &pair.mended].map(judged);
            let said = format!("{} at {:?}: {seed:?} {mended:?}", pair.id, intervals[nr]);
            assert_eq!((seed.troubles, mended.troubles), (0, 0), "{said}");
            match pair.id {
                // They never say anything.
                "herd" | "flights" => {
                    assert_eq!((seed.misses, seed.false_alarms), (10, 0), "{said}");
                }
                // Once in a while somebody looks while it is half-open.
                "breaker" => assert!(seed.misses >= 7 && seed.false_alarms == 0, "{said}"),
                // They call on ordinary evenings, too.
                _ => assert!(seed.false_alarms >= 8, "{said}"),
            }
            assert_eq!((mended.misses, mended.false_alarms), (0, 0), "{said}");
            // A symptom is seen soon; what runs out, in time.
            let latest = mended.latest().unwrap();
            match pair.id {
                "forecast" => assert!(latest < 0, "{said}"),
                "flights" => assert!(latest < 15_000, "{said}"),
                _ => assert!((0..120_000).contains(&latest), "{said}"),
            }
        }
    }
}

/// Samples are at whole tenths of a second, each target's at an offset of its own, until
/// two minutes after the last request; late ones, too.
#[test]
fn who_watches_looks_at_whole_tenths_of_a_second() {
    let s = preset("watch-evening", &[("load.stages", r#"[{"target":60,"duration_ms":60000}]"#)]);
    for jitter in [0.0, 4_000.0] {
        let plan = Plan { jitter: ms(jitter), ..plan(&s, ms(15_000.0)) };
        let case = Case::of(&s, &[], 1, &plan).unwrap();
        let samples = case.store.series().iter().flat_map(|one| &one.samples);
        assert!(samples.clone().all(|sample| sample.t % 100 == 0));
        let last = samples.map(|sample| sample.t).max().unwrap();
        assert!((180_000..195_000 + jitter as i64).contains(&last), "{last}");
        let ups = case.store.series().iter().filter(|one| one.labels.get("__name__") == "up");
        let offsets: std::collections::BTreeSet<_> = ups.map(|one| one.samples[0].t).collect();
        // Two processes, clients and database.
        assert_eq!(offsets.len(), 4);
    }
}

/// Half a million requests in a second, and nobody is hurt: the seed's rule calls where it
/// is scraped every 15 s, and only there; and with four processes not even there.
#[test]
fn who_is_called_depends_on_the_scrape() {
    let seconds = [5.0, 10.0, 15.0, 30.0, 60.0];
    for (name, called) in [("watch-blink", Some(15.0)), ("watch-blink-four", None)] {
        let s = preset(name, &[]);
        let offset = Some(ms(4_000.0));
        let plans = seconds.map(|every| Plan { offset, ..plan(&s, Nanos::from_secs(every)) });
        let cases = Case::by_each(&s, &[], 1, &plans).unwrap();
        for (every, case) in seconds.iter().zip(&cases) {
            assert_eq!(case.hurts, None);
            let fires = fired(&case.watch(&group(&rules::ALL[0].seed, 15_000), 0)).is_some();
            assert_eq!(fires, called == Some(*every), "{name}, every {every} s");
            let mended = case.watch(&group(&rules::ALL[0].mended, 15_000), 0);
            assert_eq!(mended.spells, [], "{name}");
        }
    }
}

/// Code that sends a message for each follower of a load that fails sends 499; a rule is
/// one page, and where nothing is grouped, one for each process.
#[test]
fn one_page_an_incident() {
    let load = r#"{"executor":"burst","requests":500,"at_ms":60000}"#;
    let calm = r#"[{"at_ms":50000,"do":{"db-outage":{"for_ms":60000}}}]"#;
    let s = preset(
        "demo-with-singleflight",
        &[("load", load), ("events", calm), ("network.db_ms", "50"), ("fleet.processes", "1")],
    );
    let all = case(&s, 5.0);
    assert_eq!((all.failed, all.followed), (500, 499));
    let s = s.with("fleet.processes", "4").unwrap();
    let case = case(&s, 5.0);
    assert_eq!((case.failed, case.followed), (500, 496));
    let mut alert = Alert::new(
        "Errors",
        parse("sum by (instance) (thundering_herd_requests_total{result=\"error\"}) > 0").unwrap(),
    );
    alert.hold = 0;
    let group = Group { name: "g".to_owned(), interval: 15_000, rules: vec![Rule::Alert(alert)] };
    let timeline = case.watch(&group, 0);
    let pages = |group_by| case.pages(&timeline, &Route { group_by, ..Route::default() }).len();
    assert_eq!(pages(Some(vec![])), 1);
    assert_eq!(pages(None), 4);
}

/// What the presets say of themselves, over several seeds.
#[test]
fn the_evenings_are_as_their_presets_say() {
    for seed in 1..=5 {
        let counts = |name: &str| {
            let mut run = Run::new(&preset(name, &[]), &[], seed, Recording::Trace).unwrap();
            run.run_to_end();
            run.read(|tape| {
                let queues = common::times(&tape.log.iter().collect::<Vec<_>>(), Kind::Queue);
                let sent = common::times(&tape.log.iter().collect::<Vec<_>>(), Kind::Send);
                let within = |from: f64, to: f64| {
                    sent.iter().filter(|at| (from..to).contains(*at)).count() as f64
                };
                let rises = within(240_000.0, 360_000.0) / 12.0 / within(0.0, 10_000.0);
                (
                    queues,
                    tape.counters.errors(),
                    tape.counters.requests() - tape.counters.ok(),
                    rises,
                )
            })
        };
        let (queues, errors, unanswered, rises) = counts("watch-evening");
        assert_eq!((queues.len(), errors, unanswered), (0, 0, 0));
        assert!((3.0..5.0).contains(&rises), "{rises}");
        // Before the database goes down there are too few connections for those who want
        // one, and enough while it is well.
        let (queues, errors, ..) = counts("watch-incident");
        assert!(queues[0] > 150_000.0, "{}", queues[0]);
        let before = queues.iter().filter(|at| (270_000.0..300_000.0).contains(*at)).count();
        assert!(before > 200, "{before}");
        assert!(errors > 1_000);
    }
}

/// Each panel has something to show of the incident, and the state of each breaker has a
/// word.
#[test]
fn every_panel_shows_something() {
    let case = case(&preset("watch-incident", &[]), 5.0);
    for panel in &dashboard::PANELS {
        for query in panel.queries {
            let expr = parse(query.expr).unwrap_or_else(|error| panic!("{}: {error}", panel.id));
            let lines =
                eval::range(&case.store, &expr, Times::between(0, case.end, 5_000)).unwrap();
            let values = || lines.iter().flat_map(|line| line.values.iter().flatten());
            assert!(values().any(|value| *value > 0.0), "{}", panel.id);
            assert!(query.legend.is_empty() == (lines.len() == 1), "{}", panel.id);
            for label in query.legend.split("{{").skip(1) {
                let label = label.split("}}").next().unwrap();
                assert!(lines.iter().all(|line| !line.labels.get(label).is_empty()), "{label}");
            }
            if let dashboard::Kind::States(words) = panel.kind {
                assert!(values().all(|value| *value < words.len() as f64 && *value >= 0.0));
                assert!(values().any(|value| *value == 2.0));
            }
        }
    }
}

/// Each of the ten rules, looked at every second over what half a million requests leave
/// that is scraped every second.
#[test]
fn a_rule_over_half_a_million_requests_takes_no_200_ms() {
    let case = case(&preset("watch-blink-four", &[]), 1.0);
    for rule in rules::ALL.iter().flat_map(|pair| [&pair.seed, &pair.mended]) {
        let group = group(rule, 1_000);
        let times = Times::between(0, case.end, 1_000);
        let begin = worked();
        for _ in 0..20 {
            Evaluator::new(group.clone()).advance(&mut case.store.clone(), times);
        }
        let cost = (worked() - begin) / 20;
        println!("{}: {cost:?}", rule.name);
        assert!(cost < Duration::from_millis(200), "{}: {cost:?}", rule.name);
    }
}
