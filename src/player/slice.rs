//! Work in slices: so much at a time that the page goes on moving.

#[cfg(target_arch = "wasm32")]
use crate::web::now;

/// Milliseconds of each frame for what is not computed yet while the picture
/// moves: with what it takes to draw, a frame of sixty a second.
pub const MOVING: f64 = 8.0;
/// The same while the picture stands still or waits for what is computed.
pub const STANDING: f64 = 24.0;
/// So many polls between two looks at the clock: about a millisecond.
const POLLS: u64 = 1_000;

/// Does `work`, a few polls at a time, for so many milliseconds, or until it
/// says that it is done; whether it is.
pub fn during(ms: f64, mut work: impl FnMut(u64) -> bool) -> bool {
    let begin = now();
    loop {
        if work(POLLS) {
            return true;
        }
        if now() - begin >= ms {
            return false;
        }
    }
}

/// Without a page a few polls always take the same time, so that tests see the
/// same slices everywhere.
#[cfg(not(target_arch = "wasm32"))]
fn now() -> f64 {
    use std::cell::Cell;
    thread_local! {
        static NOW: Cell<f64> = const { Cell::new(0.0) };
    }
    NOW.with(|now| {
        now.set(now.get() + 1.0);
        now.get()
    })
}
