//! A study and a search as text, and as JSON.

use serde_json::{Map, Value, json};
use stampede_sim::ablation::{Ablation, Aim, Kept, Method, Metric, Outcome, Search};
use stampede_sim::scenario::problem::number;

use super::plans::{Study, Variant};
use crate::table::table;

/// What stands above a metric's column.
fn heading(metric: Metric) -> &'static str {
    match metric {
        Metric::Goodput => "goodput",
        Metric::Errors => "errors",
        Metric::P99Ms => "p99",
        Metric::DbCalls => "db calls",
        Metric::MemoryMb => "memory",
        Metric::ExtraCalls => "extra calls",
        Metric::Stale => "stale",
        Metric::Outdated => "too old",
    }
}

/// For people.
pub fn text(name: &str, seed: u64, study: &Study, aims: &[Aim], search: Option<&Search>) -> String {
    let (ablation, full) = (study.ablation(), study.full());
    // What is 0 in all of them says nothing.
    let outcomes = || study.without().iter().filter_map(|variant| variant.outcome().ok());
    let says = |metric: &Metric| {
        *metric != Metric::Outdated || full.outdated > 0 || outcomes().any(|o| o.outdated > 0)
    };
    let metrics: Vec<Metric> = Metric::ALL.into_iter().filter(says).collect();

    let first = metrics.iter().map(|metric| heading(*metric).to_owned());
    let mut rows = vec![[String::from("without")].into_iter().chain(first).collect()];
    let whole = metrics.iter().map(|metric| shown(*metric, metric.of(&full)));
    rows.push(["(nothing)".to_owned()].into_iter().chain(whole).collect());
    for (part, variant) in study.without().iter().enumerate() {
        let mut row = vec![label(ablation, part, variant.kept)];
        match variant.outcome() {
            Err(problem) => row.push(format!("refused: {problem}")),
            Ok(outcome) => row.extend(metrics.iter().map(|m| compared(*m, &outcome, &full))),
        }
        rows.push(row);
    }
    // A refusal is no number, and makes no column wide.
    let refused: Vec<Vec<String>> = rows.iter().filter(|row| row.len() == 2).cloned().collect();
    rows.retain(|row| row.len() != 2);
    let mut out = format!("\n  scenario: {name}, seed {seed}\n\n{}", table(&rows));
    for row in refused {
        out.push_str(&format!("  {}: {}\n", row[0], row[1]));
    }
    out.push_str("\n  In brackets: how much that differs from nothing taken away.\n");
    if ablation.parts().is_empty() {
        out.push_str("  It has no defence.\n");
    }
    if let Some(search) = search {
        out.push_str(&smallest(search, aims));
    }
    out + "\n"
}

/// A defence, and those that are taken away with it.
fn label(ablation: &Ablation, part: usize, kept: Kept) -> String {
    let name = |i: usize| ablation.parts()[i].names()[0];
    let also = (0..ablation.parts().len()).filter(|i| *i != part && !kept.has(*i));
    let also: Vec<&str> = also.map(name).collect();
    let own = name(part);
    if also.is_empty() { own.to_owned() } else { format!("{own} (and {})", also.join(", ")) }
}

fn smallest(search: &Search, aims: &[Aim]) -> String {
    let goal: Vec<String> = aims.iter().map(Aim::write).collect();
    let goal = goal.join(" and ");
    let (tried, most) = search.progress();
    let names = |kept: Kept| {
        let parts = search.ablation().parts().iter().enumerate();
        let names: Vec<&str> =
            parts.filter(|(i, _)| kept.has(*i)).map(|(_, part)| part.names()[0]).collect();
        if names.is_empty() { "none at all".to_owned() } else { names.join(", ") }
    };
    let mut out = format!("\n  Goal: {goal}\n");
    if search.found().is_empty() {
        return out + "  All defences together do not keep it.\n";
    }
    out += match search.method() {
        Method::Exact => "  The smallest that keep it (no smaller set does):\n",
        Method::Greedy => "  None of these can be taken away (there may be a smaller set):\n",
    };
    for (kept, outcome) in search.found() {
        let facts = [Metric::Goodput, Metric::P99Ms, Metric::DbCalls];
        let facts = facts.map(|m| format!("{} {}", heading(m), shown(m, m.of(outcome))));
        out += &format!("    {}: {}\n", names(*kept), facts.join(", "));
    }
    out + &format!("  {tried} of at most {most} sets were tried.\n")
}

/// A value with its unit.
fn shown(metric: Metric, value: f64) -> String {
    match metric {
        Metric::Goodput => format!("{:.2} %", value * 100.0),
        Metric::P99Ms => format!("{value:.1} ms"),
        Metric::MemoryMb => format!("{value:.1} MB"),
        _ => number(value),
    }
}

/// A value, and how much that is more or less than with everything.
fn compared(metric: Metric, outcome: &Outcome, full: &Outcome) -> String {
    let (value, usual) = (metric.of(outcome), metric.of(full));
    let more = match metric {
        Metric::Goodput => signed(format!("{:+.2}", (value - usual) * 100.0)),
        Metric::P99Ms | Metric::MemoryMb => signed(format!("{:+.1}", value - usual)),
        _ if value < usual => format!("-{}", number(usual - value)),
        _ => format!("+{}", number(value - usual)),
    };
    format!("{} ({more})", shown(metric, value))
}

/// What is rounded to nothing is not less than nothing.
fn signed(text: String) -> String {
    let is_nothing = !text.contains(|digit: char| ('1'..='9').contains(&digit));
    if is_nothing { text.replace('-', "+") } else { text }
}

/// All numbers by name.
pub fn json(name: &str, seed: u64, study: &Study, aims: &[Aim], search: Option<&Search>) -> String {
    let ablation = study.ablation();
    let paths = |kept: Kept, has: bool| {
        let parts = ablation.parts().iter().enumerate();
        parts.filter(|(i, _)| kept.has(*i) == has).map(|(_, part)| part.path()).collect()
    };
    let without = |variant: &Variant| {
        let gone: Vec<String> = paths(variant.kept, false);
        match variant.outcome() {
            Ok(outcome) => json!({ "without": gone, "outcome": numbers(&outcome) }),
            Err(problem) => json!({ "without": gone, "refused": problem.to_string() }),
        }
    };
    let mut all = json!({
        "scenario": name,
        "seed": seed,
        "defences": paths(ablation.all(), true) as Vec<String>,
        "full": numbers(&study.full()),
        "without_each": study.without().iter().map(without).collect::<Vec<_>>(),
    });
    if let Some(search) = search {
        let (tried, most) = search.progress();
        let set = |(kept, outcome): &(Kept, Outcome)| json!({ "defences": paths(*kept, true) as Vec<String>, "outcome": numbers(outcome) });
        all["smallest"] = json!({
            "goal": aims.iter().map(Aim::write).collect::<Vec<_>>(),
            "method": if search.method() == Method::Exact { "exact" } else { "greedy" },
            "tried": tried,
            "at_most": most,
            "sets": search.found().iter().map(set).collect::<Vec<_>>(),
        });
    }
    format!("{all:#}\n")
}

fn numbers(outcome: &Outcome) -> Value {
    let mut all: Map<String, Value> = Map::new();
    for metric in Metric::ALL {
        all.insert(metric.key().to_owned(), json!(metric.of(outcome)));
    }
    for (name, count) in [
        ("requests", outcome.requests),
        ("good", outcome.good),
        ("most_at_once", outcome.peak),
        ("cache_calls", outcome.cache_calls),
        ("lock_calls", outcome.lock_calls),
        ("gateway_calls", outcome.gateway_calls),
        ("backup_calls", outcome.backup_calls),
        ("crashes", outcome.crashes),
    ] {
        all.insert(name.to_owned(), json!(count));
    }
    Value::Object(all)
}
