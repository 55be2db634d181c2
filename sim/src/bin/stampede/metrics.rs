//! `stampede metrics`.

use clap::ValueEnum;
use stampede_sim::engine::Nanos;
use stampede_sim::metrics::{self, Plan, text};
use stampede_sim::scenario::{Fault, Problem};

use super::source;

#[derive(clap::Args)]
pub struct MetricsArguments {
    /// A preset's name (see `stampede list`) or a scenario file
    scenario: String,
    /// The seed of every random stream
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Change a field, for example `db.pool=10`; may be given several times
    #[arg(long = "set", value_name = "PATH=VALUE")]
    changes: Vec<String>,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Openmetrics)]
    format: Format,
    /// openmetrics: virtual time between two scrapes, from 1ms to 5m
    #[arg(long, value_name = "SPAN", default_value = "15s", value_parser = interval)]
    scrape: Nanos,
    /// openmetrics: for how long a scrape waits for an answer [default: 10s, or the time
    /// between two if that is less]
    #[arg(long, value_name = "SPAN", value_parser = span)]
    timeout: Option<Nanos>,
    /// openmetrics: when every target is scraped first [default: each at another time]
    #[arg(long, value_name = "SPAN", value_parser = span)]
    offset: Option<Nanos>,
    /// openmetrics: by how much a scrape may be late
    #[arg(long, value_name = "SPAN", default_value = "0s", value_parser = span)]
    jitter: Nanos,
    /// openmetrics: the Unix time at which the run begins, in seconds
    #[arg(long, default_value_t = 0.0)]
    epoch: f64,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Everything that was scraped, with timestamps
    Openmetrics,
    /// What all targets say when the run is over
    Text,
}

pub fn metrics(arguments: &MetricsArguments) -> Result<String, Problem> {
    let scenario = source::scenario(&arguments.scenario, "--set", &arguments.changes)?;
    match arguments.format {
        Format::Text => Ok(text::prometheus(&metrics::last(&scenario, &[], arguments.seed)?)),
        Format::Openmetrics => {
            let usual = Plan::every(arguments.scrape);
            let timeout = arguments.timeout.unwrap_or(usual.timeout);
            within("--timeout", timeout, arguments.scrape)?;
            within("--jitter", arguments.jitter, arguments.scrape)?;
            let (offset, jitter) = (arguments.offset, arguments.jitter);
            let plan = Plan { timeout, offset, jitter, ..usual };
            let series = metrics::record(&scenario, &[], arguments.seed, &plan)?;
            Ok(text::openmetrics(&series, arguments.epoch))
        }
    }
}

/// Refuses a span that is longer than the time between two scrapes.
fn within(option: &str, span: Nanos, scrape: Nanos) -> Result<(), Problem> {
    let found = format!("{} ms", span.ms());
    let fault = Fault::OutOfRange { found, min: 0.0, max: scrape.ms(), whole: true };
    if span <= scrape { Ok(()) } else { Err(Problem::new(option, fault)) }
}

/// Shortest and longest time between two scrapes.
const INTERVALS: [Nanos; 2] = [Nanos(1_000_000), Nanos(300_000_000_000)];

fn interval(text: &str) -> Result<Nanos, String> {
    let allowed = |span: &Nanos| INTERVALS[0] <= *span && *span <= INTERVALS[1];
    span(text).ok().filter(allowed).ok_or("allowed is a span from 1ms to 5m".to_owned())
}

/// A span as Prometheus writes it: a whole number of `ms`, `s`, `m` or `h`.
pub fn span(text: &str) -> Result<Nanos, String> {
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let unit = match &text[digits.len()..] {
        "ms" => Some(1e6),
        "s" => Some(1e9),
        "m" => Some(6e10),
        "h" => Some(3.6e12),
        _ => None,
    };
    let number = digits.parse::<u32>().ok();
    let span = unit.zip(number).map(|(unit, number)| Nanos::from_f64(unit * f64::from(number)));
    span.ok_or("allowed is a whole number of ms, s, m or h, as in 15s".to_owned())
}
