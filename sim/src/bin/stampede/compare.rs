//! `stampede compare`: two runs side by side.

use clap::ValueEnum;
use serde_json::{Map, Value, json};
use stampede_sim::run::Run;
use stampede_sim::scenario::Problem;
use stampede_sim::scenario::problem::number;
use stampede_sim::telemetry::{Recording, Report};

use super::table::table;
use super::{progress, source};

#[derive(clap::Args)]
pub struct CompareArguments {
    /// A preset's name (see `stampede list`) or a scenario file
    a: String,
    /// Another one, or the same with other changes
    b: String,
    /// The seed of every random stream, in both
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Change a field of both, for example `db.pool=10`; may be given several
    /// times
    #[arg(long = "set", value_name = "PATH=VALUE")]
    both: Vec<String>,
    /// Change a field of A alone
    #[arg(long, value_name = "PATH=VALUE")]
    set_a: Vec<String>,
    /// Change a field of B alone
    #[arg(long, value_name = "PATH=VALUE")]
    set_b: Vec<String>,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people: what is not 0 in both
    Table,
    /// All numbers by name
    Json,
}

/// A number that both runs have.
struct Line {
    name: String,
    a: Value,
    b: Value,
}

impl Line {
    fn pair(&self) -> Option<(f64, f64)> {
        Some((self.a.as_f64()?, self.b.as_f64()?))
    }

    /// How much more B has, and how many times as much; that only if A has any.
    fn difference(&self) -> Option<(f64, Option<f64>)> {
        let (a, b) = self.pair()?;
        Some((b - a, (a != 0.0).then(|| b / a)))
    }
}

pub fn compare(arguments: &CompareArguments) -> Result<String, Problem> {
    let of = |name: &str, option: &str, own: &[String]| {
        let scenario = source::scenario(name, "--set", &arguments.both)?;
        // What is said of one counts after what is said of both.
        source::changed(scenario, option, own)
    };
    let a = of(&arguments.a, "--set-a", &arguments.set_a)?;
    let b = of(&arguments.b, "--set-b", &arguments.set_b)?;
    let report = |scenario| {
        let mut run = Run::new(scenario, &[], arguments.seed, Recording::Fingerprint)?;
        progress::advance(&mut run, &scenario.name);
        Ok(run.read(|tape| Report::of(tape, &scenario.name, arguments.seed)))
    };
    let (a, b) = (report(&a)?, report(&b)?);
    let lines = lines(&a, &b);
    Ok(match arguments.format {
        Format::Table => text(&a, &b, &lines),
        Format::Json => {
            let all = json!({ "a": a, "b": b, "difference": differences(&lines) });
            format!("{all:#}\n")
        }
    })
}

/// The numbers of both, in the order of a report. That is the order of its text;
/// a map of JSON values is sorted.
fn lines(a: &Report, b: &Report) -> Vec<Line> {
    let [left, right] = [a, b].map(|report| serde_json::to_value(report).unwrap_or_default());
    let text = serde_json::to_string_pretty(a).unwrap_or_default();
    let names = text.lines().filter_map(|line| line.split('"').nth(1));
    let line =
        |name: &str| Line { name: name.to_owned(), a: left[name].clone(), b: right[name].clone() };
    let lines = names.filter(|name| *name != "seed").map(line);
    lines.filter(|line| line.pair().is_some()).collect()
}

fn differences(lines: &[Line]) -> Map<String, Value> {
    let difference = |line: &Line| {
        let (more, times) = line.difference()?;
        Some((line.name.clone(), json!({ "absolute": more, "ratio": times })))
    };
    lines.iter().filter_map(difference).collect()
}

fn text(a: &Report, b: &Report, lines: &[Line]) -> String {
    let heading = ["", "A", "B", "B - A", "B / A"].map(str::to_owned).to_vec();
    let row = |line: &Line| {
        let (a, b) = line.pair().filter(|pair| *pair != (0.0, 0.0))?;
        let (more, times) = line.difference()?;
        let times = times.map_or("-".to_owned(), |times| format!("{times:.2}"));
        let sign = if more > 0.0 { "+" } else { "" };
        Some(vec![line.name.clone(), shown(a), shown(b), sign.to_owned() + &shown(more), times])
    };
    let rows: Vec<_> = [heading].into_iter().chain(lines.iter().filter_map(row)).collect();
    format!("\n  A: {}\n  B: {}\n  seed {}\n\n{}\n", a.scenario, b.scenario, a.seed, table(&rows))
}

/// Counts are whole, times have three decimals.
fn shown(value: f64) -> String {
    if value.fract() == 0.0 { number(value) } else { format!("{value:.3}") }
}
