//! The same scenario and seed give the same log in Wasm, in a browser, as
//! natively. `cargo xtask test` first runs the native half, which prints the
//! fingerprints of every preset, of many random systems and of every challenge with
//! its stored solution, and what came of one system without its defences, and passes
//! them on in `STAMPEDE_NATIVE`: `name seed hash` on each line.

mod common;

use common::scripts::SCRIPTS;
use stampede_sim::ablation::{Ablation, Trial};
use stampede_sim::challenge::Challenge;
use stampede_sim::run::Run;
use stampede_sim::scenario::presets;
use stampede_sim::telemetry::{Recording, Report};

/// How many random systems are compared.
const RANDOM: u64 = 300;

/// The fingerprint of a preset's run, of `random N`'s, or of challenge N's,
/// counted through.
fn hash(name: &str, seed: u64) -> String {
    if name == "ablation" {
        return ablation(seed);
    }
    let scenario = match name {
        "random" => common::random::scenario(seed),
        "challenge" => {
            let (id, solution, _) = SCRIPTS[seed as usize % SCRIPTS.len()];
            Challenge::find(id).unwrap().scenario(solution).unwrap()
        }
        preset => presets::find(preset).unwrap(),
    };
    let mut run = Run::new(&scenario, &[], seed, Recording::Fingerprint).unwrap();
    run.run_to_end();
    run.read(|tape| Report::of(tape, name, seed)).log_hash
}

/// What came of the layered protector without the first so many of its parts.
fn ablation(gone: u64) -> String {
    let ablation = Ablation::of(&presets::find("layered").unwrap(), &[]).unwrap();
    let without = |kept, part| ablation.without(kept, part);
    let (scenario, _) = ablation.with((0..gone as usize).fold(ablation.all(), without)).unwrap();
    let outcome = Trial::new(&scenario, &[], 1).unwrap().step(u64::MAX).unwrap();
    outcome.numbers().map(|number| number.to_string()).join("-")
}

/// Whether a preset has no more than a million requests.
fn is_short(name: &str) -> bool {
    presets::find(name).unwrap().check_requests(&[], 1_000_000.0).is_ok()
}

/// Everything that is compared.
fn cases() -> impl Iterator<Item = (&'static str, u64)> {
    // A story of five million requests is too long for a browser's test; what it
    // is made of is in other presets, and in random systems.
    let short = presets::PRESETS.iter().filter(|(name, _)| is_short(name));
    let presets = short.flat_map(|(name, _)| [(*name, 1), (*name, 7)]);
    let ablations = (0..=6).map(|gone| ("ablation", gone));
    // Each with two seeds.
    let challenges = (0..2 * SCRIPTS.len() as u64).map(|number| ("challenge", number));
    let random = (0..RANDOM).map(|number| ("random", number));
    presets.chain(random).chain(ablations).chain(challenges)
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn native_fingerprints() {
    for (name, seed) in cases() {
        println!("fingerprint: {name} {seed} {}", hash(name, seed));
    }
}

#[cfg(target_arch = "wasm32")]
mod browser {
    use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

    wasm_bindgen_test_configure!(run_in_browser);

    #[wasm_bindgen_test]
    fn same_log_as_native() {
        let native = option_env!("STAMPEDE_NATIVE").expect("run this through cargo xtask test");
        // What is learned is compared elsewhere.
        let mut native = native.lines().filter(|line| !line.starts_with("lesson "));
        for (name, seed) in super::cases() {
            let here = format!("{name} {seed} {}", super::hash(name, seed));
            assert_eq!(native.next(), Some(here.as_str()));
        }
        assert_eq!(native.next(), None);
    }
}
