//! Ten thousand links that somebody or something has changed on their way:
//! each is refused with a message, or means a run that begins.

use crate::common;

use proptest::prelude::*;
use stampede_sim::run::Run;
use stampede_sim::scenario::link::Link;
use stampede_sim::scenario::script::MAX_BYTES;
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

/// However its bytes are written, a script may have so many; what is far too long is
/// refused like what is a byte too long.
#[test]
fn a_script_in_a_link_may_be_as_long_as_any() {
    let read = |each: &str, times: usize| {
        Link::read(&format!("v=1&b.script.source={}", each.repeat(times)))
    };
    for each in ["x", "%2F"] {
        let link = read(each, MAX_BYTES).unwrap();
        assert_eq!(link.scenarios().unwrap()[1].script.source.len(), MAX_BYTES);
        let refused = read(each, MAX_BYTES + 1).unwrap_err();
        assert!(refused.to_string().contains("more than 16384 bytes"), "{refused}");
        assert_eq!(read(each, 1 << 20).unwrap_err(), refused);
    }
}
