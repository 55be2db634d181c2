//! Any text as a link: it is refused, or means a run that begins.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stampede_sim::engine::Nanos;
use stampede_sim::run::Run;
use stampede_sim::scenario::link::Link;
use stampede_sim::telemetry::Recording;

fuzz_target!(|text: &str| {
    let Ok(link) = Link::read(text) else { return };
    assert_eq!(Link::read(&link.write()).as_ref(), Ok(&link));
    for (scenario, lane) in link.scenarios().expect("it was checked").iter().zip(&link.lanes) {
        if scenario.check_requests(&lane.actions, 1e5).is_ok() {
            let run = Run::new(scenario, &lane.actions, link.seed, Recording::Trace);
            run.expect("it was checked").run_until(Nanos::MAX, 200);
        }
    }
});
