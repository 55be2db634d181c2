//! When a run is over, nobody is on the stage, whatever died meanwhile.

use stampede_picture::film::Film;
use stampede_sim::engine::Nanos;
use stampede_sim::run::Run;
use stampede_sim::scenario::{Action, Deed, Scenario, presets};
use stampede_sim::telemetry::Recording;

/// Who is on the stage a thousand seconds after a run.
fn left(scenario: &Scenario, actions: &[Action]) -> Vec<u32> {
    let mut run = Run::new(scenario, actions, 1, Recording::Trace).unwrap();
    run.run_to_end();
    run.read(|tape| {
        let mut film = Film::new(scenario.most_processes());
        film.extend(&tape.log);
        let (mut left, end) = (Vec::new(), run.now() + Nanos::from_secs(1_000.0));
        film.on_stage(&tape.log, end, Nanos::ZERO, |scene, _| left.push(scene.who));
        left
    })
}

#[test]
fn nobody_is_on_the_stage_after_a_run() {
    let mut crashes = 0;
    for (name, _) in presets::PRESETS {
        let scenario = presets::find(name).unwrap();
        if scenario.check_requests(&[], 20_000.0).is_err() {
            continue;
        }
        assert_eq!(left(&scenario, &[]), [0; 0], "{name}");
        for at_ms in [40.0, 100.0, 1_000.0, 10_050.0] {
            let deed = Deed::Crash { process: 0, for_ms: 20.0 };
            assert_eq!(left(&scenario, &[Action { at_ms, deed }]), [0; 0], "{name} at {at_ms} ms");
            crashes += 1;
        }
    }
    assert!(crashes > 100);
}
