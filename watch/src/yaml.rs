//! Rules and their tests as files: for Prometheus, and for `promtool test rules`.

use std::fmt::{self, Write};

use crate::Millis;
use crate::number::shortest;
use crate::parse::duration;
use crate::rule::{ALERT_NAME, ALERT_STATE, Group, Rule, State, Timeline};
use crate::series::{NAME, Series};

/// A rule file with this group.
pub fn rule_file(group: &Group) -> String {
    let mut out = format!("groups:\n  - name: {}\n", text(&group.name));
    let _ = writeln!(out, "    interval: {}\n    rules:", duration(group.interval));
    for rule in &group.rules {
        let (kind, fields) = match rule {
            Rule::Alert(alert) => {
                let span = |name: &str, ms: Millis| match ms {
                    0 => String::new(),
                    ms => format!("        {name}: {}\n", duration(ms)),
                };
                let fields = span("for", alert.hold) + &span("keep_firing_for", alert.keep_firing);
                let annotations = map("annotations", 8, strings(&alert.annotations));
                ("alert", fields + &map("labels", 8, strings(&alert.labels)) + &annotations)
            }
            Rule::Recording(recording) => ("record", map("labels", 8, strings(&recording.labels))),
        };
        let _ = writeln!(out, "      - {kind}: {}", text(rule.name()));
        let _ = write!(out, "        expr: {}\n{fields}", text(&rule.expr().to_string()));
    }
    out
}

/// A series has a sample before the test begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BeforeStart;

impl fmt::Display for BeforeStart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a series has a sample before the test begins")
    }
}

impl std::error::Error for BeforeStart {}

/// A test of the group in the file `rules`: with these series, the alerts that
/// fire at `times`, and all states at each, are those of `timeline`.
///
/// The clock of such a test begins at 0: what is there at `start` is there at 0,
/// and the group is evaluated each `interval` from there on. Samples are written
/// at the longest span that all of their times are multiples of.
///
/// # Errors
///
/// If a series has a sample before `start`, which such a test cannot say.
pub fn unit_test<'a>(
    rules: &str,
    group: &Group,
    start: Millis,
    series: impl Iterator<Item = &'a Series> + Clone,
    timeline: &Timeline,
    times: &[Millis],
) -> Result<String, BeforeStart> {
    let all = series.clone().flat_map(|series| &series.samples).map(|sample| sample.t - start);
    if all.clone().any(|t| t < 0) {
        return Err(BeforeStart);
    }
    let step = match all.fold(0, common) {
        0 => group.interval,
        step => step,
    };
    let mut out = format!("rule_files:\n  - {}\n", text(rules));
    let _ = writeln!(out, "evaluation_interval: {}\ntests:", duration(group.interval));
    let _ = writeln!(out, "  - interval: {}\n    input_series:", duration(step));
    for series in series.filter(|series| !series.samples.is_empty()) {
        let _ = writeln!(out, "      - series: {}", text(&series.labels.to_string()));
        let _ = writeln!(out, "        values: {}", text(&values(series, start, step)));
    }
    out.push_str("    alert_rule_test:\n");
    let mut names: Vec<&str> = Vec::new();
    for rule in &group.rules {
        if matches!(rule, Rule::Alert(_)) && !names.contains(&rule.name()) {
            names.push(rule.name());
        }
    }
    for &t in times {
        for name in &names {
            let _ = writeln!(out, "      - eval_time: {}", duration(t - start));
            let _ = writeln!(out, "        alertname: {}", text(name));
            out.push_str(&firing(group, name, timeline, t));
        }
    }
    out.push_str("    promql_expr_test:\n");
    for &t in times {
        let at = duration(t - start);
        let _ = writeln!(out, "      - expr: ALERTS\n        eval_time: {at}");
        let mut samples = String::new();
        for (spell, state) in timeline.active(t) {
            let mut labels = spell.labels.clone();
            labels.set(NAME, "ALERTS");
            labels.set(ALERT_STATE, state.name());
            let _ = writeln!(samples, "          - labels: {}", text(&labels.to_string()));
            samples.push_str("            value: 1\n");
        }
        if !samples.is_empty() {
            let _ = write!(out, "        exp_samples:\n{samples}");
        }
    }
    Ok(out)
}

/// The alerts of a name that fire at a time.
fn firing(group: &Group, name: &str, timeline: &Timeline, t: Millis) -> String {
    let mut out = String::new();
    for (spell, state) in timeline.active(t) {
        if state != State::Firing || spell.labels.get(ALERT_NAME) != name {
            continue;
        }
        let labels = spell.labels.only(|label| label != ALERT_NAME);
        let labels = labels.iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        let annotations = match (&group.rules[spell.rule], spell.said(t)) {
            (Rule::Alert(alert), Some(said)) => said.annotations(alert),
            _ => Vec::new(),
        };
        let fields =
            map("exp_labels", 12, labels) + &map("exp_annotations", 12, strings(&annotations));
        let item = fields.trim_start();
        let _ = write!(out, "          - {}", if item.is_empty() { "{}\n" } else { item });
    }
    if out.is_empty() { out } else { format!("        exp_alerts:\n{out}") }
}

/// The greatest span of which both are multiples.
fn common(a: Millis, b: Millis) -> Millis {
    if b == 0 { a } else { common(b, a % b) }
}

/// Samples in the notation of these tests: `1+0x3 _x2 stale`. Equal ones, and
/// places without any, are counted.
fn values(series: &Series, start: Millis, step: Millis) -> String {
    let mut words: Vec<(String, usize)> = Vec::new();
    let mut add = |word: String, count: usize| match words.last_mut() {
        _ if count == 0 => {}
        Some((last, times)) if *last == word => *times += count,
        _ => words.push((word, count)),
    };
    let mut place = 0;
    for sample in &series.samples {
        let here = (sample.t - start) / step;
        add("_".to_owned(), usize::try_from(here - place).unwrap_or(0));
        let word = if sample.is_stale() { "stale".to_owned() } else { shortest(sample.v) };
        add(word, 1);
        place = here + 1;
    }
    let word = |(word, count): (String, usize)| match word.as_str() {
        _ if count == 1 => word,
        "_" => format!("_x{count}"),
        "stale" | "NaN" | "+Inf" | "-Inf" => vec![word; count].join(" "),
        _ => format!("{word}+0x{}", count - 1),
    };
    words.into_iter().map(word).collect::<Vec<_>>().join(" ")
}

fn strings<T: ToString>(pairs: &[(String, T)]) -> impl Iterator<Item = (String, String)> + '_ {
    pairs.iter().map(|(name, value)| (name.clone(), value.to_string()))
}

/// A field with names and values, indented by so many columns; nothing if it
/// has none.
fn map(name: &str, indent: usize, pairs: impl Iterator<Item = (String, String)>) -> String {
    let lines = pairs.map(|(name, value)| format!("{:indent$}  {name}: {}\n", "", text(&value)));
    let lines: String = lines.collect();
    if lines.is_empty() { lines } else { format!("{:indent$}{name}:\n{lines}", "") }
}

/// A string between double quotes, as YAML has it: what JSON escapes.
fn text(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
