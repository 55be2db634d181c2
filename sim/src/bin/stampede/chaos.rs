//! `stampede chaos`: faults at random, what they reach, and the fewest that do.

use std::fmt::Write;

use clap::ValueEnum;
use serde_json::{Value, json};
use stampede_sim::chaos::{Experiment, Found, Report, Steady, faults};
use stampede_sim::scenario::problem::number;
use stampede_sim::scenario::{Action, Problem};

use super::{progress, source};

#[derive(clap::Args)]
pub struct ChaosArguments {
    /// A preset's name (see `stampede list`) or a scenario file
    scenario: String,
    /// The seed of the run's random streams
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Change a field, for example `db.pool=10`; may be given several times
    #[arg(long = "set", value_name = "PATH=VALUE")]
    changes: Vec<String>,
    /// How many faults there are in a run
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=50))]
    faults: u64,
    /// The number from which they are drawn
    #[arg(long, default_value_t = 1)]
    draw: u64,
    /// Find a failure: try the numbers from 1 to this one, and look for the
    /// fewest faults that still break the steady state
    #[arg(long, value_name = "LAST", conflicts_with = "draw", value_parser = clap::value_parser!(u64).range(1..=100_000))]
    find: Option<u64>,
    /// The steady state: the least share of answers that are values
    #[arg(long, default_value_t = 0.99, value_parser = share)]
    goodput: f64,
    /// The steady state: how many times the slowest step of the calm run the p99 of
    /// any may be
    #[arg(long, default_value_t = 2.0, value_parser = times)]
    p99_times: f64,
    /// The steady state: how many times as many database calls as in its busiest
    /// step there may be in any
    #[arg(long, default_value_t = 2.0, value_parser = times)]
    calls_times: f64,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// All of it by name
    Json,
}

pub fn chaos(arguments: &ChaosArguments) -> Result<String, Problem> {
    let scenario = source::scenario(&arguments.scenario, "--set", &arguments.changes)?;
    let spinner = progress::spinner();
    spinner.set_message("breaking things");
    let mut tell = || spinner.tick();
    let ChaosArguments { goodput, p99_times, calls_times, .. } = *arguments;
    let steady = Steady { goodput, p99_times, calls_times };
    let experiment = Experiment::new(&scenario, arguments.seed, steady, &mut tell)?;
    let (count, calm) = (arguments.faults as usize, experiment.calm());
    // Where it does not hold by itself there is nothing to break.
    let (drawn, found) = match arguments.find {
        _ if !calm.holds() => (None, None),
        None => {
            let faults = faults::draw(&scenario, arguments.draw, count);
            let report = experiment.of(&faults, &mut tell)?;
            (Some((arguments.draw, faults, report)), None)
        }
        Some(last) => match experiment.find(count, last, &mut tell)? {
            None => (None, None),
            Some(Found { draw, drawn: (faults, report), fewest }) => {
                (Some((draw, faults, report)), Some(fewest))
            }
        },
    };
    spinner.finish_and_clear();
    let name = format!("{}, seed {}", scenario.name, arguments.seed);
    Ok(match arguments.format {
        Format::Json => json_of(&name, calm, drawn.as_ref(), found.as_ref()),
        Format::Text => {
            let mut out = format!("\n  scenario: {name}\n");
            match (&drawn, arguments.find) {
                _ if !calm.holds() => {
                    out += "\n  It leaves its steady state though nothing more is broken than it says:\n";
                    out += &radius(calm);
                }
                (None, last) => {
                    let last = last.unwrap_or_default();
                    let _ = writeln!(
                        out,
                        "\n  Its steady state holds whatever was drawn from 1 to {last}."
                    );
                }
                (Some((draw, faults, report)), _) => {
                    let _ = writeln!(out, "\n  drawn from {draw}:");
                    out += &text(faults, report);
                }
            }
            if let Some((faults, report)) = &found {
                out += "\n  The fewest of them that break it (without any of these it holds):\n";
                out += &text(faults, report);
            }
            out + "\n"
        }
    })
}

/// Faults, and what came of them.
fn text(faults: &[Action], report: &Report) -> String {
    let mut out = String::new();
    for fault in faults {
        let _ = writeln!(out, "    {}", said(fault));
    }
    if report.holds() {
        return out + "  The steady state holds.\n";
    }
    let (lost, requests) = (number(report.lost as f64), number(report.requests as f64));
    let _ = writeln!(
        out,
        "  The steady state is left: {lost} of {requests} requests more have an error."
    );
    out + &radius(report)
}

/// What left its bound, and for how long.
fn radius(report: &Report) -> String {
    let line = |r: &stampede_sim::chaos::Radius| {
        let shown = |value: f64| match r.number {
            "goodput" => format!("{:.1} %", value * 100.0),
            "p99_ms" => format!("{value:.1} ms"),
            _ => format!("{} in a step", number(value.round())),
        };
        let (bound, worst) = (shown(r.bound), shown(r.worst));
        let (from, until, outside) = (r.from_ms / 1e3, r.until_ms / 1e3, r.outside_ms / 1e3);
        format!(
            "    {}: {worst} (bound {bound}), outside for {outside:.2} s between {from:.2} and {until:.2} s\n",
            r.number
        )
    };
    report.radius.iter().map(line).collect()
}

/// A fault as a line.
fn said(fault: &Action) -> String {
    let list = Action::list_to_value(std::slice::from_ref(fault));
    format!("at {} ms: {}", number(fault.at_ms), list[0]["do"])
}

fn json_of(
    name: &str,
    calm: &Report,
    drawn: Option<&(u64, Vec<Action>, Report)>,
    fewest: Option<&(Vec<Action>, Report)>,
) -> String {
    let report = |report: &Report| {
        let radius = report.radius.iter().map(|r| {
            json!({
                "number": r.number, "bound": r.bound, "worst": r.worst,
                "from_ms": r.from_ms, "until_ms": r.until_ms, "outside_ms": r.outside_ms,
            })
        });
        json!({
            "holds": report.holds(), "requests": report.requests, "errors": report.errors,
            "lost": report.lost, "radius": radius.collect::<Vec<_>>(),
        })
    };
    let with = |faults: &[Action], of: &Report| json!({ "faults": Action::list_to_value(faults), "report": report(of) });
    let mut all = json!({ "scenario": name, "calm": report(calm), "drawn": Value::Null });
    if let Some((draw, faults, of)) = drawn {
        all["draw"] = json!(draw);
        all["drawn"] = with(faults, of);
    }
    if let Some((faults, of)) = fewest {
        all["fewest"] = with(faults, of);
    }
    format!("{all:#}\n")
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("allowed is a number from 0 to 1".to_owned()),
    }
}

fn times(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(times) if times >= 1.0 => Ok(times),
        _ => Err("allowed is a number of at least 1".to_owned()),
    }
}
