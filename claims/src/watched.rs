//! What an operator sees of a lane's run.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use stampede_sim::alerting::judge::{Case, fired};
use stampede_sim::alerting::rules::{self, Rule};
use stampede_sim::alerting::{Words, plan};
use stampede_sim::engine::Nanos;
use stampede_sim::scenario::{Action, Scenario};
use stampede_watch::Millis;
use stampede_watch::eval::{Instant, instant};
use stampede_watch::notify::Route;
use stampede_watch::parse::parse;

/// How often rules are evaluated, in ms: as the seed has it, whatever the scrapes do.
const EVALUATED: Millis = 15_000;

/// What is asked of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    /// When a rule fires first, in milliseconds; infinity if it never does.
    Fires(Rule),
    /// How many pages go out for it.
    Pages(Rule),
    /// What an expression is at an instant, in milliseconds: one number.
    Value(String, Millis),
}

/// A question, and how often the run is scraped.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// From one scrape to the next, in ms.
    pub scrape: Millis,
    /// What is asked.
    pub ask: Ask,
}

impl Question {
    /// Reads `fires(herd.seed, 15s)`, `pages(herd.seed, 15s)` and
    /// `value("sum(up)", 60s, 15s)`; nothing if it is none of them.
    pub fn read(text: &str) -> Option<Result<Question, String>> {
        let (word, inner) = text.strip_suffix(')')?.split_once('(')?;
        if !["fires", "pages", "value"].contains(&word) {
            return None;
        }
        Some(question(word, inner))
    }
}

fn question(word: &str, inner: &str) -> Result<Question, String> {
    let (inner, scrape) =
        inner.rsplit_once(',').ok_or_else(|| format!("`{word}({inner})` says no interval"))?;
    let scrape = seconds(scrape)?;
    let ask = match word {
        "fires" => Ask::Fires(rule(inner)?),
        "pages" => Ask::Pages(rule(inner)?),
        _ => {
            let (expr, at) =
                inner.rsplit_once(',').ok_or_else(|| format!("`{inner}` says no instant"))?;
            let expr = expr.trim().trim_matches('"').to_owned();
            parse(&expr).map_err(|error| format!("`{expr}`: {error}"))?;
            Ask::Value(expr, seconds(at)?)
        }
    };
    Ok(Question { scrape, ask })
}

fn seconds(text: &str) -> Result<Millis, String> {
    let number = text.trim().strip_suffix('s').and_then(|text| text.parse::<f64>().ok());
    let number = number.ok_or_else(|| format!("`{}` is no time, like 15s", text.trim()))?;
    Ok((number * 1e3).round() as Millis)
}

/// One of the seed's rules, or its mended version.
fn rule(name: &str) -> Result<Rule, String> {
    let found = name.trim().split_once('.').and_then(|(id, version)| {
        let pair = rules::ALL.iter().find(|pair| pair.id == id)?;
        match version {
            "seed" => Some(&pair.seed),
            "mended" => Some(&pair.mended),
            _ => None,
        }
    });
    found.cloned().ok_or_else(|| {
        let all: Vec<&str> = rules::ALL.iter().map(|pair| pair.id).collect();
        format!(
            "`{}` is no rule; it is one of {}, `.seed` or `.mended`",
            name.trim(),
            all.join(", ")
        )
    })
}

/// A run, scraped as often as somebody asks.
pub struct Watched {
    scenario: Scenario,
    actions: Vec<Action>,
    seed: u64,
    cases: RefCell<BTreeMap<Millis, Rc<Case>>>,
}

impl Watched {
    /// A lane's run.
    pub fn new(scenario: &Scenario, actions: &[Action], seed: u64) -> Watched {
        let (scenario, actions) = (scenario.clone(), actions.to_vec());
        Watched { scenario, actions, seed, cases: RefCell::default() }
    }

    /// What is asked; nothing if there is not one number.
    pub fn answer(&self, question: &Question) -> Option<f64> {
        let case = self.case(question.scrape)?;
        let watch = |rule: &Rule| {
            let group = rules::group("claim", [rule], EVALUATED, Words::en).ok()?;
            Some(case.watch(&group, 0))
        };
        match &question.ask {
            Ask::Fires(rule) => Some(fired(&watch(rule)?).map_or(f64::INFINITY, |at| at as f64)),
            Ask::Pages(rule) => Some(case.pages(&watch(rule)?, &Route::default()).len() as f64),
            Ask::Value(expr, at) => match instant(&case.store, &parse(expr).ok()?, *at).ok()? {
                Instant::Scalar(value) => Some(value),
                Instant::Vector(values) if values.len() == 1 => Some(values[0].1),
                _ => None,
            },
        }
    }

    fn case(&self, scrape: Millis) -> Option<Rc<Case>> {
        if let Some(known) = self.cases.borrow().get(&scrape) {
            return Some(Rc::clone(known));
        }
        let plan = plan(&self.scenario, Nanos(scrape as u64 * 1_000_000));
        let case = Rc::new(Case::of(&self.scenario, &self.actions, self.seed, &plan).ok()?);
        self.cases.borrow_mut().insert(scrape, Rc::clone(&case));
        Some(case)
    }
}
