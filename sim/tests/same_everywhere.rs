//! The same scenario and seed give the same log in Wasm, in a browser, as
//! natively. `cargo xtask test` runs the native program first and passes its
//! fingerprints in `STAMPEDE_NATIVE`: `preset seed hash` on each line.
#![cfg(target_arch = "wasm32")]

use stampede_sim::run::Run;
use stampede_sim::scenario::presets;
use stampede_sim::telemetry::{Recording, Report};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn same_log_as_native() {
    let native = option_env!("STAMPEDE_NATIVE").expect("run this through cargo xtask test");
    let mut compared = 0;
    for line in native.lines() {
        let [preset, seed, hash] = line.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{line}");
        };
        let (scenario, seed) = (presets::find(preset).unwrap(), seed.parse().unwrap());
        let mut run = Run::new(&scenario, &[], seed, Recording::Fingerprint).unwrap();
        run.run_to_end();
        let report = run.read(|tape| Report::of(tape, preset, seed));
        assert_eq!(report.log_hash, hash, "{preset}, seed {seed}");
        compared += 1;
    }
    assert_eq!(compared, 2 * presets::PRESETS.len());
}
