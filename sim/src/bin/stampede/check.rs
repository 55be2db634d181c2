//! `stampede check`.

use std::fmt::Write;
use std::process::ExitCode;

use stampede_sim::check::{self, Verdict};

/// A line for each acceptance test, with what was measured.
pub fn check() -> ExitCode {
    let verdicts = check::all();
    let mut text = String::new();
    for Verdict { name, passed, facts } in &verdicts {
        let facts: Vec<&str> = facts.iter().map(|fact| fact.en.as_str()).collect();
        let word = if *passed { "PASS" } else { "FAIL" };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{word}  {name:<22} {}", facts.join("; "));
    }
    if verdicts.iter().all(|verdict| verdict.passed) {
        super::print(&text)
    } else {
        super::print(&text);
        ExitCode::FAILURE
    }
}
