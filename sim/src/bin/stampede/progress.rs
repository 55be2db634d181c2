//! What is shown on a terminal while something takes long, and nowhere else.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};
use stampede_sim::engine::Nanos;
use stampede_sim::run::Run;

/// Runs to the end.
pub fn advance(run: &mut Run, name: &str) {
    if !std::io::stderr().is_terminal() {
        return run.run_to_end();
    }
    let bar = spinner();
    while !run.run_until(Nanos::MAX, 1_000_000) {
        let requests = run.read(|tape| tape.counters.requests());
        bar.set_message(format!("{name}: {requests} requests, {} of virtual time", run.now()));
        bar.tick();
    }
    bar.finish_and_clear();
}

/// Something is going on, nobody knows for how long.
pub fn spinner() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    styled(ProgressBar::new_spinner(), "  {spinner} {msg}")
}

/// So many of something are to be done.
pub fn bar(count: usize, what: &'static str) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(count as u64).with_message(what);
    styled(bar, "  {bar:32} {pos} of at most {len} {msg}, {elapsed}")
}

fn styled(bar: ProgressBar, template: &str) -> ProgressBar {
    let style = ProgressStyle::with_template(template).ok();
    bar.with_style(style.unwrap_or_else(ProgressStyle::default_spinner))
}
