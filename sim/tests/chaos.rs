//! What a fault reaches, by arithmetic; and the fewest that do.

use crate::common;

use common::random;
use proptest::prelude::*;
use stampede_sim::chaos::{Experiment, Radius, Steady, faults};
use stampede_sim::run::Run;
use stampede_sim::scenario::link::{Lane, Link};
use stampede_sim::scenario::problem::number;
use stampede_sim::scenario::{Action, Deed, Load, Pacing, Scenario};
use stampede_sim::telemetry::Recording;

/// 100 requests a second for 10 s, evenly spaced, to one process, whose cache has
/// had the only key all along and never loses it.
fn calm() -> Scenario {
    let load = Load::ConstantArrivalRate {
        rate: 100.0,
        duration_ms: 10_000.0,
        arrivals: Pacing::Paced,
        max_vus: None,
    };
    Scenario::new("calm", load)
        .with_all([("keys.warm", "true"), ("cache.ttl_ms", "60000")])
        .unwrap()
}

fn experiment(scenario: &Scenario) -> Experiment {
    Experiment::new(scenario, 1, Steady::default(), &mut || ()).unwrap()
}

fn at(at_ms: f64, deed: Deed) -> Action {
    Action { at_ms, deed }
}

/// Nobody answers for a second: a hundred requests, from then to then, and none of
/// the response times suffers.
#[test]
fn a_crash_reaches_those_who_ask_meanwhile() {
    let experiment = experiment(&calm());
    assert!(experiment.calm().holds() && experiment.calm().lost == 0);
    let crash = at(2_005.0, Deed::Crash { process: 0, for_ms: 1_000.0 });
    let report = experiment.of(&[crash], &mut || ()).unwrap();
    assert_eq!((report.requests, report.lost, report.errors), (1_000, 100, 100));
    // Steps of a tenth of a second: eleven of them have a request in the second.
    let goodput = Radius {
        number: "goodput",
        bound: 0.99,
        worst: 0.0,
        from_ms: 2_000.0,
        until_ms: 3_100.0,
        outside_ms: 1_100.0,
    };
    assert_eq!(report.radius, [goodput]);
}

/// What is always in the cache needs no database.
#[test]
fn what_nobody_needs_may_break() {
    let outage = at(1_000.0, Deed::DbOutage { for_ms: 5_000.0 });
    assert!(experiment(&calm()).of(&[outage], &mut || ()).unwrap().holds());
}

/// Nothing is ever loaded, until the cache is cleared: then by all who come before
/// it is filled.
#[test]
fn a_step_with_too_many_calls_is_outside() {
    let scenario = calm().with_all([("db.query_ms", "50"), ("db.pool", "1000")]).unwrap();
    let cleared = at(5_005.0, Deed::ClearCache);
    let report = experiment(&scenario).of(&[cleared], &mut || ()).unwrap();
    // Whoever looks in the 51 ms from the first look to the fill, 10 ms apart.
    let calls = report.radius.iter().find(|radius| radius.number == "db_calls").unwrap();
    assert_eq!((calls.bound, calls.worst, calls.outside_ms), (0.0, 6.0, 100.0));
    assert_eq!(report.lost, 0);
}

/// Only a dead process, or one that stands still or is late, or a cache that is
/// down, harms it; one such fault is enough, and is what is left.
#[test]
fn a_failure_is_shrunk_to_one_fault() {
    let experiment = experiment(&calm());
    let found = experiment.find(6, 20, &mut || ()).unwrap().expect("some of them break it");
    let (faults, report) = &found.fewest;
    assert!(!report.holds());
    let [fault] = &faults[..] else { panic!("{faults:?}") };
    assert!(found.drawn.0.len() == 6 && found.drawn.0.contains(fault));
    let harms = |deed: &Deed| !matches!(deed, Deed::DbOutage { .. } | Deed::DbBrownout { .. });
    assert!(harms(&fault.deed), "{fault:?}");
    // Of what was drawn before, nothing broke it.
    for draw in 1..found.draw {
        let faults = faults::draw(&calm(), draw, 6);
        assert!(experiment.of(&faults, &mut || ()).unwrap().holds());
    }
    // Nothing to find: nothing is found.
    let tolerant = Steady { goodput: 0.0, p99_times: 1e9, calls_times: f64::INFINITY };
    let experiment = Experiment::new(&calm(), 1, tolerant, &mut || ()).unwrap();
    assert!(experiment.find(6, 20, &mut || ()).unwrap().is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever is drawn can happen to the system, in its time, and again.
    #[test]
    fn what_is_drawn_can_happen(number in 0_u64..1_000_000, draw in any::<u64>()) {
        let scenario = random::scenario(number);
        let faults = faults::draw(&scenario, draw, 7);
        prop_assert_eq!(faults.len(), 7);
        prop_assert!(Run::new(&scenario, &faults, 1, Recording::Counters).is_ok());
        let span = scenario.load.span_ms().max(1_000.0);
        prop_assert!(faults.is_sorted_by(|a, b| a.at_ms <= b.at_ms));
        prop_assert!(faults.iter().all(|fault| fault.at_ms <= 0.8 * span));
        prop_assert_eq!(&faults, &faults::draw(&scenario, draw, 7));
        prop_assert_ne!(&faults, &faults::draw(&scenario, draw.wrapping_add(1), 7));
    }
}

/// What chapter 13 says was found, and in which numbers, in both languages. Three
/// times: what it has, mended once, and mended again.
#[test]
fn what_the_course_says_is_found() {
    let steady = Steady { goodput: 0.6, p99_times: 1e9, calls_times: 1e9 };
    let once = [("protect.spill", "true"), ("protect.local", "true"), ("local.ttl_ms", "2000")];
    let twice = [&once[..], &[("protect.backup", "true")]].concat();
    let texts = ["en", "ja"].map(|language| {
        let course = concat!(env!("CARGO_MANIFEST_DIR"), "/../course");
        std::fs::read_to_string(format!("{course}/{language}/13-further.md")).unwrap()
    });
    let are_said = |said: [String; 2]| {
        for (text, said) in texts.iter().zip(said) {
            assert!(text.contains(&said), "{said}");
        }
    };
    let found = |changes: &[(&str, &str)], last| {
        let scenario = common::preset("layered", changes);
        let experiment = Experiment::new(&scenario, 1, steady, &mut || ()).unwrap();
        assert!(experiment.calm().holds() && experiment.calm().errors == 0);
        // Its faults are those of the chapter's runs.
        let found = experiment.find(5, last, &mut || ()).unwrap().expect("in time");
        let mut lane = Lane::new("layered");
        lane.actions.clone_from(&found.fewest.0);
        let link = Link { lanes: vec![Lane::new("layered"), lane], ..Link::default() };
        let link = link.write();
        let actions = link.split('&').find(|part| part.starts_with("b.actions=")).unwrap();
        are_said([actions.to_owned(), actions.to_owned()]);
        assert_eq!(found.draw, last);
        found
    };
    let first = found(&[], 4);
    let (drawn, report) = (&first.drawn.0, &first.drawn.1);
    assert_eq!((drawn.len(), report.requests), (5, 9_974));
    let [goodput] = &report.radius[..] else { panic!("{report:?}") };
    assert_eq!((goodput.worst, goodput.outside_ms), (0.0, 1_500.0));
    let lost = report.lost;
    assert_eq!(first.fewest.1.lost, lost);
    are_said([
        format!("Then {lost} requests more end with an error, and for 1.5 seconds nobody"),
        format!("エラーが {lost} 件増え、1.5 秒の間、誰も"),
    ]);
    let mended = common::preset("layered", &once);
    let experiment = Experiment::new(&mended, 1, steady, &mut || ()).unwrap();
    let errors = experiment.of(&first.fewest.0, &mut || ()).unwrap().errors;
    are_said([format!("(claim:mended): {errors}."), format!("(claim:mended){errors} 件だ。")]);
    let second = found(&once, 19);
    let errors = number(second.fewest.1.errors as f64);
    are_said([
        format!("nobody else to ask: {errors} errors"),
        format!("エラーは {errors} 件になる"),
    ]);
    let third = found(&twice, 164);
    let waits = |deed: &Deed| matches!(deed, Deed::Pause { .. });
    let [pause, outage] = &third.fewest.0[..] else { panic!("{:?}", third.fewest.0) };
    assert!(waits(&pause.deed) && (1_000.0..1_500.0).contains(&(outage.at_ms - pause.at_ms)));
}
