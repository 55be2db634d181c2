//! `stampede run`.

use clap::ValueEnum;
use stampede_sim::engine::Nanos;
use stampede_sim::run::Run;
use stampede_sim::telemetry::series::{Series, nice_step};
use stampede_sim::telemetry::{Recording, Report, exposition, summary};

use super::script::{self, Refused};
use super::{progress, source};

#[derive(clap::Args)]
pub struct RunArguments {
    /// A preset's name (see `stampede list`) or a scenario file
    scenario: String,
    /// The seed of every random stream
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Change a field, for example `db.pool=10`; may be given several times
    #[arg(long = "set", value_name = "PATH=VALUE")]
    changes: Vec<String>,
    /// A script (Rune) that answers in place of the defences
    #[arg(long, value_name = "FILE")]
    script: Option<String>,
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

pub fn run(arguments: &RunArguments) -> Result<String, Refused> {
    let mut scenario = source::scenario(&arguments.scenario, "--set", &arguments.changes)?;
    if let Some(file) = &arguments.script {
        scenario.script.source = script::read(file)?;
    }
    let whole_log = matches!(arguments.format, Format::Openmetrics | Format::Csv);
    let recording = if whole_log { Recording::Trace } else { Recording::Fingerprint };
    let mut run = Run::new(&scenario, &[], arguments.seed, recording)?;
    progress::advance(&mut run, &scenario.name);

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

fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number >= 0.001 && number.is_finite() => Ok(number),
        _ => Err("allowed is a number of at least 0.001".to_owned()),
    }
}
