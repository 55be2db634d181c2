//! What an operator sees of a run: jobs for workers, in a part of the program of
//! their own (see [`crate::web::later`]).

mod asked;
mod job;
mod making;
mod stored;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;

use wasm_bindgen::prelude::*;

pub use asked::{Asked, texts};
pub use job::{Job, Scraped, Scraping, nanos};
pub use stored::{Reader, write};

use super::Work;
use super::crew::PROGRESS;
use crate::web::later::later;

/// How such a job begins as text.
pub const MARK: char = 'w';
/// How much a worker does before it says how far it is, in polls.
const SLICE: u64 = 100_000;

#[wasm_bindgen]
extern "C" {
    /// To the page; there is one in workers.
    #[wasm_bindgen(catch, js_name = postMessage)]
    fn say(what: &str) -> Result<(), JsValue>;
}

later! {
    watch:
    /// Does a job in a worker; both are text.
    pub async fn work(job: String) -> Option<String> {
        make(&job, &|done| {
            // Whoever does not hear it waits without it.
            let _ = say(&format!("{PROGRESS}{done:.3}"));
        })
    }
}

/// The same, where everything is.
fn make(job: &str, say: &dyn Fn(f64)) -> Option<String> {
    #[cfg(feature = "split")]
    stampede_sim::run::give();
    let mut making = Job::read(job)?.begin().ok()?;
    loop {
        match Job::step(&mut making, SLICE) {
            Some(answer) => return Some(answer.write()),
            None => say(Job::done(&making)),
        }
    }
}
