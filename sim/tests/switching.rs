//! Defences switched on and off while the run plays.

mod common;

use common::preset;
use stampede_sim::run::Run;
use stampede_sim::scenario::{Action, Deed, Scenario, Switch};
use stampede_sim::telemetry::{Kind, Recording, Tape};

fn switch(at_ms: f64, defence: Switch, on: bool) -> Action {
    Action { at_ms, deed: Deed::Switch { defence, on } }
}

fn run<T>(scenario: &Scenario, actions: &[Action], view: impl FnOnce(&Tape) -> T) -> T {
    let mut run = Run::new(scenario, actions, 1, Recording::Trace).unwrap();
    run.run_to_end();
    assert!(run.is_over());
    run.read(view)
}

/// A hundred misses without singleflight, the cache cleared, a hundred more
/// with it: 100 loads and one.
#[test]
fn singleflight_switched_on_holds_the_second_herd() {
    let scenario = preset("demo-without-singleflight", &[]);
    let second = |defended: bool| {
        let mut actions = vec![
            Action { at_ms: 1_000.0, deed: Deed::ClearCache },
            Action { at_ms: 1_001.0, deed: Deed::Burst { requests: 100, spread_ms: 20.0 } },
        ];
        actions.extend(defended.then(|| switch(1_000.0, Switch::Singleflight, true)));
        run(&scenario, &actions, |tape| tape.counters.db_calls())
    };
    assert_eq!((second(false), second(true)), (200, 101));
}

/// Who is in flight when it is switched off goes on as it began.
#[test]
fn flights_under_way_go_on() {
    let scenario = preset("demo-with-singleflight", &[]);
    run(&scenario, &[switch(60.0, Switch::Singleflight, false)], |tape| {
        assert_eq!((tape.counters.db_calls(), tape.counters.followers()), (1, 99));
        let logged: Vec<_> = tape.log.iter().filter(|e| e.kind == Kind::Switch).collect();
        assert_eq!(logged.len(), 1);
        assert_eq!((logged[0].at.ms(), logged[0].arg), (60.0, 2 * Switch::Singleflight as u32));
    });
}

/// Every defence can be switched on and off half-way, and nothing is lost:
/// each request ends once.
#[test]
fn every_switch_works_half_way() {
    let scenario = preset("expiry-without-singleflight", &[]);
    for defence in Switch::ALL {
        let mut actions = vec![switch(3_000.0, *defence, true), switch(6_000.0, *defence, false)];
        if *defence == Switch::Recheck {
            actions.insert(0, switch(1_000.0, Switch::Singleflight, true));
        }
        run(&scenario, &actions, |tape| {
            let c = &tape.counters;
            assert_eq!(c.requests(), c.ok() + c.errors(), "{defence:?}");
        });
    }
}

/// What does not go together is refused, with the place.
#[test]
fn a_switch_that_leads_nowhere_is_refused() {
    let scenario = preset("demo-without-singleflight", &[]);
    let refused = |actions: &[Action]| {
        Run::new(&scenario, actions, 1, Recording::Counters).err().unwrap().to_string()
    };
    assert_eq!(
        refused(&[switch(10.0, Switch::Recheck, true)]),
        "actions[0].do.switch: protect.recheck: this needs protect.singleflight to be on"
    );
    // In order of time, not of the list.
    let late = [switch(20.0, Switch::Lock, true), switch(10.0, Switch::Lease, true)];
    assert!(refused(&late).starts_with("actions[0].do.switch: protect.lease: "));
}
