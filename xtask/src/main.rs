//! `cargo xtask serve | build | test | bench | doctor`.
//!
//! Everything the project needs beyond Rust is found or installed here, into
//! a cache of the user's and at fixed versions; see [`tools`].

mod assets;
mod bench;
mod build;
mod chapters;
mod clone;
mod doctor;
mod editor;
mod lean;
mod merge;
mod names;
mod offline;
mod pieces;
mod placed;
mod policy;
mod program;
mod ready;
mod serve;
mod sh;
mod sizes;
mod split;
mod test;
mod tools;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask COMMAND

  serve    install what is missing, build, serve, and print the address;
           with --dev a build that follows every change, with assertions
  build    write an optimised dist/ for any static file server;
           with --checked the page that the journeys go through
  test     formatting, lints, native, Wasm and browser tests;
           with --trunk what plain `trunk serve` serves, too
  bench    the reference workload in headless Chromium and natively
  doctor   list every tool: what was found, and what to do";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.first().map(String::as_str) {
        Some("serve") => serve::run(&arguments[1..]),
        Some("build") => build::run(&arguments[1..]),
        Some("test") => test::run(&arguments[1..]),
        Some("bench") => bench::run(),
        Some("doctor") => doctor::run(),
        Some("chapters") => chapters::run(),
        Some("editor") => editor::run(),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
