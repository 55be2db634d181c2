//! Challenges: a system, a herd, and what somebody's script has to reach there.
//!
//! How a script does it does not matter: what counts are numbers of its runs. A goal
//! never stands alone (no calls are easily reached by answering nobody).
//!
//! Nothing here makes a run by itself: whoever asks (the page, a terminal, a test)
//! makes [`Trial`]s, in any order, and adds up what came of them.
//!
//! | file | idea |
//! |---|---|
//! | [`ladder`] | the ten there are, from "make it one call" to a post that goes viral |
//! | [`look`] | what is looked at in a run, as a number |
//! | [`trial`] | a run, and whether it reaches the goals |
//! | [`score`] | with which seeds a script is judged, and what that comes to |
//! | [`shrink`] | the smallest run in which a script still misses a goal |

pub mod ladder;
pub mod look;
pub mod score;
pub mod shrink;
pub mod trial;

pub use ladder::{LADDER, NAMES, Name};
pub use look::Look;
pub use score::{RUNS, Score, seeds};
pub use trial::{Trial, Verdict};

use crate::scenario::link::{Lane, Link};
use crate::scenario::{Action, Problem, Scenario, Text, presets};

/// A text in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    /// English.
    pub en: &'static str,
    /// Japanese.
    pub ja: &'static str,
}

/// A system, a herd, and what is to be reached.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Challenge {
    /// Its name, as used in links, files and codes.
    pub id: &'static str,
    /// What it is called.
    pub title: Words,
    /// What happens, and what is asked for.
    pub task: Words,
    /// Hints, each stronger than the one before.
    pub hints: &'static [Words],
    /// The preset that its system is made of.
    pub base: &'static str,
    /// How that is changed: paths and values.
    pub changes: &'static [(&'static str, &'static str)],
    /// What is to be reached; all of it.
    pub goals: &'static [Goal],
}

/// A number of a run, and what it may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Goal {
    /// What is looked at.
    pub look: Look,
    /// The most that it may be; of [`Look::Answered`], the least.
    pub bound: f64,
    /// From when on it is looked at, in milliseconds of virtual time.
    pub from_ms: f64,
    /// And until when.
    pub until_ms: f64,
}

impl Goal {
    /// Over the whole run.
    pub const fn new(look: Look, bound: f64) -> Goal {
        Goal { look, bound, from_ms: 0.0, until_ms: f64::INFINITY }
    }

    /// From an instant on, in milliseconds.
    pub const fn from(self, ms: f64) -> Goal {
        Goal { from_ms: ms, ..self }
    }

    /// Until an instant, in milliseconds.
    pub const fn until(self, ms: f64) -> Goal {
        Goal { until_ms: ms, ..self }
    }

    /// Whether a number will do.
    pub fn is_met(&self, number: f64) -> bool {
        match self.look.is_at_least() {
            true => number >= self.bound,
            false => number <= self.bound,
        }
    }

    /// What is asked for, as a short line.
    pub fn text(&self) -> Text {
        let Words { en, ja } = self.look.words();
        let number = format!("{}{}", self.bound, self.look.unit());
        let (least, most) = (("at least", "以上"), ("at most", "以下"));
        let sort = if self.look.is_at_least() { least } else { most };
        let (from, until) = (self.from_ms / 1e3, self.until_ms / 1e3);
        let when = match (self.from_ms > 0.0, self.until_ms.is_finite()) {
            (false, false) => (String::new(), String::new()),
            (true, false) => (format!(", from {from} s on"), format!("（{from} 秒から）")),
            (false, true) => (format!(", until {until} s"), format!("（{until} 秒まで）")),
            (true, true) => {
                (format!(", from {from} to {until} s"), format!("（{from} 秒から {until} 秒まで）"))
            }
        };
        Text {
            en: format!("{en}{}: {} {number}", when.0, sort.0),
            ja: format!("{ja}{}：{number} {}", when.1, sort.1),
        }
    }
}

impl Challenge {
    /// The one of that name.
    pub fn find(id: &str) -> Option<&'static Challenge> {
        LADDER.iter().find(|challenge| challenge.id == id)
    }

    /// Its system with a script that answers. Refuses a script that cannot be run.
    pub fn scenario(&self, source: &str) -> Result<Scenario, Problem> {
        // As JSON, because a script may look like a number, say.
        let script = [("script.source", serde_json::Value::from(source).to_string())];
        let script = script.iter().map(|(path, text)| (*path, text.as_str()));
        presets::find(self.base)?.with_all(self.changes.iter().copied().chain(script))
    }

    /// A run of its system as a link: what answers there, under which load, what
    /// happens, and the seed. In the other lane stands its system without a script.
    pub fn link(&self, scenario: &Scenario, seed: u64) -> Link {
        let document = scenario.to_value();
        let whole = |path: &str| (path.to_owned(), document[path].to_string());
        let mut changes: Vec<(String, String)> = self
            .changes
            .iter()
            .filter(|(path, _)| !path.starts_with("load") && *path != "events")
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
            .collect();
        changes.push(whole("load"));
        let events = Action::list_to_value(&scenario.events).to_string();
        changes.push(("events".to_owned(), events));
        let script = ("script.source".to_owned(), scenario.script.source.clone());
        let bare = Lane { preset: self.base.to_owned(), changes, actions: Vec::new() };
        let mut written = bare.clone();
        written.changes.push(script);
        Link { lanes: vec![bare, written], seed, ..Link::default() }
    }
}
