//! Ten thousand links that somebody or something has changed on their way:
//! each is refused with a message, or means a run that begins.

mod common;

use proptest::prelude::*;
use stampede_sim::run::Run;
use stampede_sim::scenario::link::Link;
use stampede_sim::telemetry::Recording;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn changed_links_never_panic_and_never_hang(number in any::<u64>()) {
        let text = common::changed::link(number);
        match Link::read(&text) {
            Err(problem) => prop_assert!(!problem.to_string().is_empty()),
            Ok(link) => {
                // What was read can be written, and means the same.
                prop_assert_eq!(Link::read(&link.write()), Ok(link.clone()), "{}", text);
                for (scenario, lane) in link.scenarios().unwrap().iter().zip(&link.lanes) {
                    // Too large a load is refused by whoever would show it.
                    if scenario.check_requests(&lane.actions, 1e5).is_ok() {
                        let run = Run::new(scenario, &lane.actions, link.seed, Recording::Trace);
                        run.unwrap().run_until(stampede_sim::engine::Nanos::MAX, 200);
                    }
                }
            }
        }
    }
}
