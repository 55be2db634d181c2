//! What it costs to wait: five million requests may.

use stampede_sim::run::Run;
use stampede_sim::scenario::presets;
use stampede_sim::telemetry::Recording;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

/// A waiting request may take 300 bytes in WebAssembly. Of these the allocator
/// takes 8, its slot 32 and a quarter of that (what a long list has in reserve),
/// and the list of tasks 4 and a quarter. Twice the rest where a pointer is twice
/// as long.
const TASK: usize = (300 - 8 - 32 * 5 / 4 - 4 * 5 / 4) * size_of::<usize>() / 4;

fn task(preset: &str) -> usize {
    let scenario = presets::find(preset).unwrap();
    Run::new(&scenario, &[], 1, Recording::Counters).unwrap().bytes_each()
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn a_waiting_request_is_small() {
    let bytes = task("demo-with-singleflight");
    assert!(bytes <= TASK, "{bytes} of {TASK} bytes");
}

/// Whose clients do more than send and wait, is in a box: their tasks are smaller.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn whoever_does_more_is_in_a_box() {
    let bytes = task("balance-in-turn");
    assert!(bytes < TASK / 2, "{bytes} of {} bytes", TASK / 2);
}
