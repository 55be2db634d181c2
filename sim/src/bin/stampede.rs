//! The same runs from a terminal: `stampede run PRESET|FILE`, `check`, `list`,
//! `schema`.
//!
//! Bad input is answered with the field's path and what is allowed, exit 2.

use std::io::{ErrorKind, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use stampede_sim::check::{self, Verdict};
use stampede_sim::engine::Nanos;
use stampede_sim::run::Run;
use stampede_sim::scenario::{Expected, Fault, Problem, Scenario, presets, schema};
use stampede_sim::telemetry::series::{Series, nice_step};
use stampede_sim::telemetry::{Recording, Report, exposition, summary};

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
    Run(RunArguments),
    /// Run the protector's four acceptance tests; exit 1 if one fails
    Check,
    /// List the presets
    List,
    /// Print the JSON Schema of a scenario
    Schema,
}

#[derive(clap::Args)]
struct RunArguments {
    /// A preset's name (see `stampede list`) or a scenario file
    scenario: String,
    /// The seed of every random stream
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Change a field, for example `db.pool=10`; may be given several times
    #[arg(long = "set", value_name = "PATH=VALUE")]
    changes: Vec<String>,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Summary)]
    format: Format,
    /// csv and openmetrics: virtual time between samples, in milliseconds
    /// [default: about a hundredth of the run]
    #[arg(long, value_parser = positive)]
    step_ms: Option<f64>,
    /// openmetrics: the Unix time at which the run begins, in seconds
    #[arg(long, default_value_t = 0.0)]
    epoch: f64,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people, as k6 ends a test
    Summary,
    /// All numbers by name
    Json,
    /// One scrape at the end of the run
    Prometheus,
    /// The whole run with timestamps
    Openmetrics,
    /// The whole run as a table
    Csv,
}

fn main() -> ExitCode {
    let output = match Arguments::parse().command {
        Command::Run(arguments) => run(&arguments),
        Command::Check => return check(),
        Command::List => list(),
        Command::Schema => Ok(format!("{:#}\n", schema::schema())),
    };
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

/// A line for each acceptance test, with what was measured.
fn check() -> ExitCode {
    let verdicts = check::all();
    for Verdict { name, passed, facts } in &verdicts {
        let facts: Vec<&str> = facts.iter().map(|fact| fact.en.as_str()).collect();
        let word = if *passed { "PASS" } else { "FAIL" };
        println!("{word}  {name:<22} {}", facts.join("; "));
    }
    if verdicts.iter().all(|verdict| verdict.passed) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn list() -> Result<String, Problem> {
    let line = |(name, text): &(&str, &str)| {
        Scenario::from_json(text).map(|s| format!("{name:<30}{}\n", s.about.en))
    };
    presets::PRESETS.iter().map(line).collect()
}

fn run(arguments: &RunArguments) -> Result<String, Problem> {
    let scenario = arguments.changes.iter().try_fold(load(&arguments.scenario)?, |s, change| {
        let (path, value) = change.split_once('=').ok_or_else(|| {
            let (found, expected) = (format!("`{change}`"), Expected::Change);
            Problem::new("--set", Fault::WrongType { found, expected })
        })?;
        s.with(path, value)
    })?;
    let whole_log = matches!(arguments.format, Format::Openmetrics | Format::Csv);
    let recording = if whole_log { Recording::Trace } else { Recording::Fingerprint };
    let mut run = Run::new(&scenario, &[], arguments.seed, recording)?;
    advance(&mut run);

    let (name, seed) = (&scenario.name, arguments.seed);
    Ok(run.read(|tape| {
        let end =
            if tape.log.is_empty() { Nanos::ZERO } else { tape.log.get(tape.log.len() - 1).at };
        let step = arguments.step_ms.map_or_else(|| nice_step(end, 100), Nanos::from_ms);
        match arguments.format {
            Format::Summary => summary::summary(tape, name, seed),
            Format::Json => {
                let report = Report::of(tape, name, seed);
                // Plain numbers and strings always serialise.
                serde_json::to_string_pretty(&report).unwrap_or_default() + "\n"
            }
            Format::Prometheus => exposition::prometheus(&tape.counters, &tape.latency),
            Format::Openmetrics => exposition::openmetrics(&tape.log, end, step, arguments.epoch),
            Format::Csv => Series::of(&tape.log, step).csv(),
        }
    }))
}

/// A preset by name, or else a file.
fn load(name: &str) -> Result<Scenario, Problem> {
    let is_file = Path::new(name).exists() || name.contains(['/', '.']);
    if !is_file {
        return presets::find(name);
    }
    let text = std::fs::read_to_string(name)
        .map_err(|error| Problem::new(name, Fault::Syntax(error.to_string())))?;
    Scenario::from_json(&text)
}

/// Runs to the end; shows progress on a terminal when it takes a while.
fn advance(run: &mut Run) {
    if !std::io::stderr().is_terminal() {
        return run.run_to_end();
    }
    let style = ProgressStyle::with_template("  {spinner} {msg}").ok();
    let bar =
        ProgressBar::new_spinner().with_style(style.unwrap_or_else(ProgressStyle::default_spinner));
    while !run.run_until(Nanos::MAX, 1_000_000) {
        let requests = run.read(|tape| tape.counters.requests());
        bar.set_message(format!("{requests} requests, {} of virtual time", run.now()));
        bar.tick();
    }
    bar.finish_and_clear();
}

fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number >= 0.001 && number.is_finite() => Ok(number),
        _ => Err("allowed is a number of at least 0.001".to_owned()),
    }
}
