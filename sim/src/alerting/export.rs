//! A run as files for the real programs: what was scraped of it, rules and the test of
//! what they do, and the dashboard.

mod grafana;
mod readme;

use std::fmt;

use stampede_watch::Millis;
use stampede_watch::eval::Times;
use stampede_watch::rule::{Evaluator, Group, Rule, Trouble, What};
use stampede_watch::series::{NAME, Series};
use stampede_watch::yaml::{self, BeforeStart};

use super::{Language, store};
use crate::metrics::{Plan, record, text};
use crate::scenario::{Action, Problem, Scenario};

/// What was scraped, in OpenMetrics,
pub const METRICS: &str = "run.om";
/// rules,
pub const RULES: &str = "rules.yml";
/// what they do in this run, for `promtool test rules`,
pub const TEST: &str = "rules_test.yml";
/// what a Prometheus is started with,
pub const CONFIG: &str = "prometheus.yml";
/// a dashboard for Grafana,
pub const DASHBOARD: &str = "dashboard.json";
/// and how all of this is used.
pub const README: &str = "README.md";

/// What is to be exported.
#[derive(Clone, Debug)]
pub struct Export<'a> {
    /// The run:
    pub scenario: &'a Scenario,
    /// what somebody did while it went on,
    pub actions: &'a [Action],
    /// and its seed.
    pub seed: u64,
    /// How it is scraped.
    pub plan: &'a Plan,
    /// The rules that watch it.
    pub group: &'a Group,
    /// When they are evaluated first, in milliseconds since the run began.
    pub offset: Millis,
    /// The Unix time, in seconds, at which the run begins.
    pub epoch: f64,
    /// In which texts are.
    pub language: Language,
}

/// Why there are no files.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// There is no such run.
    Run(Problem),
    /// An evaluation of this rule fails, so that there is nothing to test.
    Rule(String, Box<Trouble>),
    /// The rules are evaluated first after the first scrape.
    Offset(BeforeStart),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Run(problem) => problem.fmt(f),
            Refusal::Rule(name, trouble) => {
                let at = trouble.at;
                match &trouble.what {
                    What::Eval(error) => write!(f, "{name} at {at} ms: {error}"),
                    What::SameLabels(labels) => {
                        write!(f, "{name} at {at} ms: there are two of {labels}")
                    }
                    What::Order(error) => write!(f, "{name} at {at} ms: {error}"),
                }
            }
            Refusal::Offset(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Refusal {}

/// All files, by name.
///
/// # Errors
///
/// If there is no such run, an evaluation of a rule fails, or the rules are evaluated
/// first after the first scrape.
pub fn files(export: &Export<'_>) -> Result<Vec<(String, String)>, Refusal> {
    let Export { scenario, actions, seed, plan, group, epoch, .. } = *export;
    let series = record(scenario, actions, seed, plan).map_err(Refusal::Run)?;
    let last = series.iter().filter_map(|one| Some(one.samples.last()?.0)).max().unwrap_or(0);
    let times = Times::between(export.offset, last, group.interval);
    let files = [
        (METRICS, text::openmetrics(&series, epoch)),
        (RULES, yaml::rule_file(group)),
        (TEST, test(export, &series, times)?),
        (CONFIG, readme::config(group.interval)),
        (DASHBOARD, grafana::dashboard(export, last)),
        (README, readme::readme(export)),
    ];
    Ok(files.map(|(name, text)| (name.to_owned(), text)).into())
}

/// The test of the rules: that alerts are what they are here, at every evaluation.
fn test(
    export: &Export<'_>,
    series: &[crate::metrics::Series],
    times: Times,
) -> Result<String, Refusal> {
    let group = export.group;
    let before = store(series);
    let mut after = before.clone();
    let mut evaluator = Evaluator::new(group.clone());
    evaluator.advance(&mut after, times);
    if let Some(trouble) = evaluator.timeline().troubles.first() {
        let name = group.rules[trouble.rule].name().to_owned();
        return Err(Refusal::Rule(name, Box::new(trouble.clone())));
    }
    let asked = before.series().iter().filter(|one| asks_for(group, one));
    let times: Vec<Millis> = times.iter().collect();
    yaml::unit_test(RULES, group, export.offset, asked, evaluator.timeline(), &times)
        .map_err(Refusal::Offset)
}

/// Whether one of the rules asks for a series that none of them writes.
fn asks_for(group: &Group, series: &Series) -> bool {
    let name = series.labels.get(NAME);
    let written = group.rules.iter().flat_map(Rule::writes).any(|written| written == name);
    let selectors = group.rules.iter().flat_map(|rule| rule.expr().selectors());
    let asks =
        |all: &[stampede_watch::series::Matcher]| all.iter().all(|one| one.takes(&series.labels));
    !written && selectors.into_iter().any(|selector| asks(&selector.matchers))
}
