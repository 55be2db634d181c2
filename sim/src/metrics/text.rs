//! Metrics as text.
//!
//! [`prometheus`] is what all targets say at one instant, in the text format 0.0.4,
//! with the labels that a Prometheus would add (as its `/federate` does).
//! [`openmetrics`] is everything that was scraped, with timestamps, in the format that
//! `promtool tsdb create-blocks-from openmetrics` loads into a real server.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::declared::{Metric, Part, Type, metrics};
use super::meter::Meter;
use super::scraper::{labels, with_reports};
use super::series::{Series, is_stale, named};

// Writing to a String cannot fail, so the results below are ignored.

/// What all targets say at the instant up to which the meter knows everything.
pub fn prometheus(meter: &Meter) -> String {
    let mut out = String::new();
    for metric in metrics() {
        let mut lines = String::new();
        for (number, target) in meter.targets.iter().enumerate().filter(|(_, it)| it.up && it.known)
        {
            let whose = labels(target.job, number);
            metric.say(&meter.system, target, meter.now(), &mut |values, part, value| {
                let names = named(&metric, (values, part), &whose);
                let _ = writeln!(lines, "{} {value}", selector(names));
            });
        }
        if !lines.is_empty() {
            heading(&mut out, &metric, &metric.series(Part::Value));
            out.push_str(&lines);
        }
    }
    out
}

/// Everything that was scraped. `epoch` is the Unix time, in seconds, at which the run
/// begins. That a series has ended cannot be said in this format.
pub fn openmetrics(series: &[Series], epoch: f64) -> String {
    let mut out = String::new();
    for (number, metric) in with_reports().iter().enumerate() {
        // Of a histogram, all parts of a moment stand together.
        let mut groups: BTreeMap<_, Vec<&Series>> = BTreeMap::new();
        for one in series.iter().filter(|one| one.of.0 == number) {
            let rest = one.labels.iter().filter(|(name, _)| !["__name__", "le"].contains(name));
            groups.entry(rest.collect::<Vec<_>>()).or_default().push(one);
        }
        if groups.is_empty() {
            continue;
        }
        heading(&mut out, metric, metric.name);
        if !metric.unit.is_empty() {
            let _ = writeln!(out, "# UNIT {} {}", metric.name, metric.unit);
        }
        for group in groups.values_mut() {
            group.sort_by_key(|one| one.of.1);
            let names: Vec<String> = group.iter().map(|one| selector(one.labels.clone())).collect();
            for moment in 0..group[0].samples.len() {
                for (one, name) in group.iter().zip(&names) {
                    let (at, value) = one.samples[moment];
                    if !is_stale(value) {
                        let _ = writeln!(out, "{name} {value} {:.3}", epoch + at as f64 / 1e3);
                    }
                }
            }
        }
    }
    out.push_str("# EOF\n");
    out
}

fn heading(out: &mut String, metric: &Metric, name: &str) {
    let kind = match metric.kind {
        Type::Counter => "counter",
        Type::Gauge => "gauge",
        Type::Histogram => "histogram",
    };
    let _ = writeln!(out, "# HELP {name} {}\n# TYPE {name} {kind}", metric.help);
}

/// A series as it is written: its name, and its labels in braces.
fn selector(labels: Vec<(&'static str, String)>) -> String {
    let (names, others): (Vec<_>, Vec<_>) =
        labels.into_iter().partition(|(label, _)| *label == "__name__");
    let name = names.into_iter().map(|(_, name)| name).collect::<String>();
    let quoted = |(label, value): &(&str, String)| {
        let value = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        format!("{label}=\"{value}\"")
    };
    format!("{name}{{{}}}", others.iter().map(quoted).collect::<Vec<_>>().join(","))
}
