//! The same runs from a terminal: `stampede run PRESET|FILE`, `compare`,
//! `ablate`, `chaos`, `judge`, `metrics`, `export`, `check`, `list`, `schema`.
//!
//! Bad input is answered with the field's path and what is allowed, exit 2.

mod ablate;
mod chaos;
mod check;
mod compare;
mod crew;
mod export;
mod judge;
mod metrics;
mod progress;
mod run;
mod script;
mod source;
mod table;

use std::fmt::Display;
use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use stampede_sim::scenario::{Problem, Scenario, presets, schema};

/// Cause a cache stampede, and defuse it, in virtual time.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run a scenario and print what happened
    Run(run::RunArguments),
    /// Run two scenarios and print them side by side, with the difference
    Compare(compare::CompareArguments),
    /// What saved it? Run a scenario again without each of its defences
    Ablate(ablate::AblateArguments),
    /// Break things at random, and see what leaves its steady state
    Chaos(chaos::ChaosArguments),
    /// Judge a script by a challenge; exit 1 if it does not pass
    Judge(judge::JudgeArguments),
    /// What its metrics say: as a Prometheus scrapes them, or at the end
    Metrics(metrics::MetricsArguments),
    /// Write it for Prometheus and Grafana: samples, alert rules, their test, a dashboard
    Export(export::ExportArguments),
    /// Run the protector's four acceptance tests; exit 1 if one fails
    Check,
    /// List the presets
    List,
    /// Print the JSON Schema of a scenario
    Schema,
}

fn main() -> ExitCode {
    let output = match Arguments::parse().command {
        Command::Run(arguments) => return finish(run::run(&arguments)),
        Command::Judge(arguments) => return judge::judge(&arguments),
        Command::Compare(arguments) => compare::compare(&arguments),
        Command::Ablate(arguments) => ablate::ablate(&arguments),
        Command::Chaos(arguments) => chaos::chaos(&arguments),
        Command::Metrics(arguments) => metrics::metrics(&arguments),
        Command::Export(arguments) => return finish(export::export(&arguments)),
        Command::Check => return check::check(),
        Command::List => list(),
        Command::Schema => Ok(format!("{:#}\n", schema::schema())),
    };
    finish(output)
}

fn finish(output: Result<String, impl Display>) -> ExitCode {
    match output {
        Ok(text) => print(&text),
        Err(problem) => {
            eprintln!("stampede: {problem}");
            ExitCode::from(2)
        }
    }
}

/// A reader that has seen enough (`| head`) is no error.
fn print(text: &str) -> ExitCode {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            eprintln!("stampede: {error}");
            ExitCode::FAILURE
        }
        _ => ExitCode::SUCCESS,
    }
}

fn list() -> Result<String, Problem> {
    let line = |(name, text): &(&str, &str)| {
        Scenario::from_json(text).map(|s| format!("{name:<30}{}\n", s.about.en))
    };
    presets::PRESETS.iter().map(line).collect()
}
