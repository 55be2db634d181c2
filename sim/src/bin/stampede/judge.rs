//! `stampede judge`: what a script has to reach, and whether it does.

use std::fmt::Write;
use std::process::ExitCode;

use clap::ValueEnum;
use serde_json::{Value, json};
use stampede_sim::challenge::shrink::smallest;
use stampede_sim::challenge::{Challenge, Goal, LADDER, Score, Trial, seeds};
use stampede_sim::scenario::problem::number;
use stampede_sim::scenario::{Fault, Problem, Scenario};
use stampede_sim::telemetry::stopped::Stopped;

use super::script::{self, Refused};
use super::{finish, progress, table};

#[derive(clap::Args)]
pub struct JudgeArguments {
    /// The challenge's name; without one, all challenges are listed
    challenge: Option<String>,
    /// The script (Rune); without one, the challenge is told
    file: Option<String>,
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

/// A script that was judged.
struct Judged {
    challenge: &'static Challenge,
    score: Score,
    /// The first seed that breaks it, which goal is missed, and the smallest run.
    broken: Option<(u64, usize, Scenario)>,
}

pub fn judge(arguments: &JudgeArguments) -> ExitCode {
    let JudgeArguments { challenge, file, format } = arguments;
    let Some(id) = challenge else { return finish(Ok::<_, Problem>(list(*format))) };
    let Some(challenge) = Challenge::find(id) else {
        return finish(Err::<String, _>(unknown(id)));
    };
    let Some(file) = file else { return finish(Ok::<_, Problem>(told(challenge, *format))) };
    let judged = match script::read(file).and_then(|source| run(challenge, &source)) {
        Ok(judged) => judged,
        Err(refused) => return finish(Err::<String, _>(refused)),
    };
    let printed = finish(Ok::<_, Problem>(match format {
        Format::Text => text(&judged),
        Format::Json => format!("{:#}\n", json_of(&judged)),
    }));
    if judged.score.is_passed() { printed } else { ExitCode::FAILURE }
}

fn unknown(id: &str) -> Problem {
    let known: Vec<&str> = LADDER.iter().map(|challenge| challenge.id).collect();
    let (found, allowed) = (id.to_owned(), known.join(", "));
    Problem::new("challenge", Fault::UnknownWord { found, allowed })
}

fn run(challenge: &'static Challenge, source: &str) -> Result<Judged, Refused> {
    let scenario = challenge.scenario(source)?;
    let seeds = seeds(challenge, source);
    let bar = progress::bar(seeds.len(), "runs");
    let mut runs = Vec::new();
    for seed in seeds {
        runs.push((seed, Trial::whole(challenge, &scenario, seed)?));
        bar.inc(1);
    }
    bar.finish_and_clear();
    let score = Score { runs };
    let mut broken = None;
    if let Some((seed, goal)) = score.breaks() {
        broken = Some((seed, goal, smallest(challenge, &scenario, seed, goal)?));
    }
    Ok(Judged { challenge, score, broken })
}

fn list(format: Format) -> String {
    match format {
        Format::Text => LADDER
            .iter()
            .map(|it| format!("{:<12}{:<28}{}\n", it.id, it.title.en, goals(it).join("; ")))
            .collect(),
        Format::Json => {
            format!("{:#}\n", LADDER.iter().map(told_json).collect::<Value>())
        }
    }
}

fn goals(challenge: &Challenge) -> Vec<String> {
    challenge.goals.iter().map(|goal| goal.text().en).collect()
}

/// What is asked for.
fn told(challenge: &Challenge, format: Format) -> String {
    match format {
        Format::Json => format!("{:#}\n", told_json(challenge)),
        Format::Text => {
            let mut out = format!("\n  {}\n\n  {}\n\n", challenge.title.en, challenge.task.en);
            for goal in goals(challenge) {
                // Writing to a String cannot fail.
                let _ = writeln!(out, "    {goal}");
            }
            out + "\n"
        }
    }
}

fn told_json(challenge: &Challenge) -> Value {
    let Challenge { id, title, task, .. } = challenge;
    json!({ "id": id, "title": title.en, "task": task.en, "goals": goals(challenge) })
}

fn text(judged: &Judged) -> String {
    let Judged { challenge, score, broken } = judged;
    let all = score.runs.len();
    let mut rows = vec![["goal", "worst", "reached"].map(str::to_owned).to_vec()];
    for (at, (goal, worst)) in challenge.goals.iter().zip(score.worst(challenge)).enumerate() {
        let reached = score.runs.iter().filter(|(_, verdict)| verdict.met[at]).count();
        rows.push(vec![goal.text().en, shown(goal, worst), format!("{reached} of {all}")]);
    }
    let mut out = format!("\n  {}\n\n{}", challenge.title.en, table::table(&rows));
    let passed = score.passed();
    let _ = match score.is_passed() {
        true => writeln!(out, "\n  Passed: all goals with each of {all} seeds."),
        false => writeln!(out, "\n  Not passed: all goals with {passed} of {all} seeds."),
    };
    if let Some((seed, goal, smallest)) = broken {
        let missed = challenge.goals[*goal].text().en;
        let _ = writeln!(out, "  Seed {seed} is the first that breaks it: {missed}");
        if let Some(stopped) = stopped(score) {
            let _ = writeln!(out, "  A mistake stops the script: {}", said(stopped));
        }
        let link = challenge.link(smallest, *seed).write();
        let _ =
            writeln!(out, "  The smallest run found that does, lane B of this link:\n\n#{link}");
    }
    out + "\n"
}

fn shown(goal: &Goal, value: f64) -> String {
    format!("{}{}", number((value * 10.0).round() / 10.0), goal.look.unit())
}

/// The first mistake in the first run that has one.
fn stopped(score: &Score) -> Option<Stopped> {
    score.runs.iter().find_map(|(_, verdict)| verdict.stopped)
}

fn said(stopped: Stopped) -> String {
    let Stopped { by, line, column } = stopped;
    match line {
        0 => by.words().to_owned(),
        _ => format!("line {line}, column {column}: {}", by.words()),
    }
}

fn json_of(judged: &Judged) -> Value {
    let Judged { challenge, score, broken } = judged;
    let goals = challenge.goals.iter().zip(score.worst(challenge));
    let goals = goals.map(
        |(goal, worst)| json!({ "goal": goal.text().en, "bound": goal.bound, "worst": worst }),
    );
    let runs = score.runs.iter().map(|(seed, verdict)| {
        let stopped = verdict.stopped.map(said);
        json!({ "seed": seed, "numbers": verdict.numbers, "met": verdict.met, "stopped": stopped })
    });
    let breaks = broken.as_ref().map(|(seed, goal, smallest)| {
        let link = format!("#{}", challenge.link(smallest, *seed).write());
        json!({ "seed": seed, "goal": goal, "smallest": smallest.to_value(), "link": link })
    });
    json!({
        "challenge": challenge.id, "passed": score.is_passed(),
        "seeds_passed": score.passed(), "seeds": score.runs.len(),
        "goals": goals.collect::<Value>(), "runs": runs.collect::<Value>(), "breaks": breaks,
    })
}
