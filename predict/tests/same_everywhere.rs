//! The same is learned in Wasm, in a browser, as natively, to the bit. As in the
//! simulation's test of that name, `cargo xtask test` runs the native half first.

use stampede_predict::forecast::{Method, forecasts, load};
use stampede_predict::lesson::Lesson;

/// All bits of what is drawn, learned, scored and forecast.
fn bits(seed: u64) -> String {
    let mut lesson = Lesson::default();
    while !lesson.gather(seed) {}
    let mut model = lesson.beginner();
    lesson.learn(&mut model, 50);
    let scores = lesson.unseen.iter().map(|example| model.score(&example.row));
    let series = load(seed, 200, 0.1);
    let forecast = forecasts(Method::Holt(0.5, 0.3), &series, 5);
    let numbers = model.weights.into_iter().chain([model.bias]).chain(scores).chain(forecast);
    // FNV-1a.
    let hash = numbers.flat_map(f64::to_le_bytes).fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("lesson {seed} {hash:016x}")
}

const SEEDS: [u64; 2] = [1, 7];

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn native_fingerprints() {
    for seed in SEEDS {
        println!("fingerprint: {}", bits(seed));
    }
}

#[cfg(target_arch = "wasm32")]
mod browser {
    use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

    wasm_bindgen_test_configure!(run_in_browser);

    #[wasm_bindgen_test]
    fn the_same_is_learned_as_natively() {
        let native = option_env!("STAMPEDE_NATIVE").expect("run this through cargo xtask test");
        let native = native.lines().filter(|line| line.starts_with("lesson "));
        let here: Vec<String> = super::SEEDS.into_iter().map(super::bits).collect();
        assert_eq!(native.collect::<Vec<_>>(), here);
    }
}
