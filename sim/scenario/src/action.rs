//! What happens to a system while it runs.

use serde_json::{Value, json};

use super::fields::{DAY, Kind, real, whole};
use super::section::Setting;
use super::{Expected, Fault, Problem, Scenario, Switch, fields, rules};

/// Something that happens at an instant: part of a scenario, or done by a
/// person while the run played. With the scenario and the seed it makes the
/// run: nothing a person does is lost or unrepeatable.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// When, in milliseconds of virtual time.
    pub at_ms: f64,
    /// What.
    pub deed: Deed,
}

/// What can happen to a running system. Spans are milliseconds.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// Every key leaves the cache.
    ClearCache,
    /// Requests come at once, or uniformly spread over a while.
    Burst {
        /// How many.
        requests: u32,
        /// Over how long.
        spread_ms: f64,
    },
    /// The database refuses every query, and those that run fail.
    DbOutage {
        /// For how long.
        for_ms: f64,
    },
    /// The database is slower.
    DbBrownout {
        /// For how long.
        for_ms: f64,
        /// How many times slower.
        slowdown: f64,
    },
    /// The cache answers with errors. It keeps what it holds.
    CacheOutage {
        /// For how long.
        for_ms: f64,
    },
    /// The lock server answers with errors. It keeps what it holds.
    LockOutage {
        /// For how long.
        for_ms: f64,
    },
    /// A process dies, with everything it was doing, and comes back.
    Crash {
        /// Which, from 0.
        process: u32,
        /// After how long it is back.
        for_ms: f64,
    },
    /// A process is slow: every request it serves takes longer.
    SlowProcess {
        /// Which, from 0.
        process: u32,
        /// For how long.
        for_ms: f64,
        /// How much longer.
        delay_ms: f64,
    },
    /// A defence is switched on or off in every process. Requests that are in
    /// one already go on as they began.
    Switch {
        /// Which.
        defence: Switch,
        /// On or off.
        on: bool,
    },
}

/// The fields of a list of actions.
pub(super) const FIELDS: &[(&str, Kind)] = &[
    ("actions[].at_ms", real(0.0, DAY)),
    ("actions[].do.burst.requests", whole(1.0, 100_000.0)),
    ("actions[].do.burst.spread_ms", real(0.0, DAY)),
    ("actions[].do.db-outage.for_ms", real(0.0, DAY)),
    ("actions[].do.db-brownout.for_ms", real(0.0, DAY)),
    ("actions[].do.db-brownout.slowdown", real(1.0, 1_000.0)),
    ("actions[].do.cache-outage.for_ms", real(0.0, DAY)),
    ("actions[].do.lock-outage.for_ms", real(0.0, DAY)),
    ("actions[].do.crash.process", whole(0.0, 63.0)),
    ("actions[].do.crash.for_ms", real(0.0, DAY)),
    ("actions[].do.slow-process.process", whole(0.0, 63.0)),
    ("actions[].do.slow-process.for_ms", real(0.0, DAY)),
    ("actions[].do.slow-process.delay_ms", real(0.0, DAY)),
    ("actions[].do.switch.defence", Switch::KIND),
    ("actions[].do.switch.on", Kind::Flag),
];

impl Deed {
    /// Its word, as in JSON.
    pub fn word(&self) -> &'static str {
        match self {
            Deed::ClearCache => "clear-cache",
            Deed::Burst { .. } => "burst",
            Deed::DbOutage { .. } => "db-outage",
            Deed::DbBrownout { .. } => "db-brownout",
            Deed::CacheOutage { .. } => "cache-outage",
            Deed::LockOutage { .. } => "lock-outage",
            Deed::Crash { .. } => "crash",
            Deed::SlowProcess { .. } => "slow-process",
            Deed::Switch { .. } => "switch",
        }
    }

    fn read(value: &Value) -> Option<Deed> {
        if value.as_str() == Some("clear-cache") {
            return Some(Deed::ClearCache);
        }
        let (word, fields) = value.as_object()?.iter().next()?;
        let number = |name: &str| fields.get(name)?.as_f64();
        let for_ms = number("for_ms");
        Some(match word.as_str() {
            "burst" => Deed::Burst {
                requests: number("requests")? as u32,
                spread_ms: number("spread_ms")?,
            },
            "db-outage" => Deed::DbOutage { for_ms: for_ms? },
            "db-brownout" => Deed::DbBrownout { for_ms: for_ms?, slowdown: number("slowdown")? },
            "cache-outage" => Deed::CacheOutage { for_ms: for_ms? },
            "lock-outage" => Deed::LockOutage { for_ms: for_ms? },
            "crash" => Deed::Crash { process: number("process")? as u32, for_ms: for_ms? },
            "slow-process" => Deed::SlowProcess {
                process: number("process")? as u32,
                for_ms: for_ms?,
                delay_ms: number("delay_ms")?,
            },
            "switch" => Deed::Switch {
                defence: Switch::read(fields.get("defence")?)?,
                on: fields.get("on")?.as_bool()?,
            },
            _ => return None,
        })
    }

    fn write(&self) -> Value {
        let word = self.word();
        match self {
            Deed::ClearCache => json!(word),
            Deed::Burst { requests, spread_ms } => {
                json!({ word: { "requests": requests, "spread_ms": spread_ms.write() } })
            }
            Deed::DbOutage { for_ms }
            | Deed::CacheOutage { for_ms }
            | Deed::LockOutage { for_ms } => {
                json!({ word: { "for_ms": for_ms.write() } })
            }
            Deed::DbBrownout { for_ms, slowdown } => {
                json!({ word: { "for_ms": for_ms.write(), "slowdown": slowdown.write() } })
            }
            Deed::Crash { process, for_ms } => {
                json!({ word: { "process": process, "for_ms": for_ms.write() } })
            }
            Deed::SlowProcess { process, for_ms, delay_ms } => {
                json!({ word: { "process": process, "for_ms": for_ms.write(), "delay_ms": delay_ms.write() } })
            }
            Deed::Switch { defence, on } => {
                json!({ word: { "defence": defence.word(), "on": on } })
            }
        }
    }

    /// The process it happens to.
    fn process(&self) -> Option<u32> {
        match self {
            Deed::Crash { process, .. } | Deed::SlowProcess { process, .. } => Some(*process),
            _ => None,
        }
    }
}

impl Action {
    /// Checks actions against their limits; paths are `actions[2].at_ms`.
    pub fn check_all(actions: &[Action]) -> Result<(), Problem> {
        fields::check_actions("actions", &Action::list_to_value(actions))
    }

    /// Refuses what would happen to a process that is not there; `list` is
    /// the name of the list.
    pub fn check_fleet(list: &str, actions: &[Action], processes: u32) -> Result<(), Problem> {
        for (i, action) in actions.iter().enumerate() {
            if let Some(process) = action.deed.process().filter(|p| *p >= processes) {
                let (found, max) = (process.to_string(), f64::from(processes) - 1.0);
                let path = format!("{list}[{i}].do.{}.process", action.deed.word());
                let fault = Fault::OutOfRange { found, min: 0.0, max, whole: true };
                return Err(Problem::new(&path, fault));
            }
        }
        Ok(())
    }

    /// The scenario as it is after each of its events and then of `actions`,
    /// whose order is that of their times. Refuses a switch that leads to
    /// defences that do not go together.
    pub fn switched(scenario: &Scenario, actions: &[Action]) -> Result<Vec<Scenario>, Problem> {
        let events = scenario.events.len();
        let all: Vec<&Action> = scenario.events.iter().chain(actions).collect();
        let mut order: Vec<usize> = Vec::new();
        for (i, action) in all.iter().enumerate() {
            let place = order.partition_point(|known| all[*known].at_ms <= action.at_ms);
            order.insert(place, i);
        }
        let mut now = scenario.clone();
        let mut after = vec![scenario.clone(); all.len()];
        for i in order {
            if let Deed::Switch { defence, on } = all[i].deed {
                *now.protect.flag(defence) = on;
                rules::check(&now).map_err(|problem| {
                    let (list, i) =
                        if i < events { ("events", i) } else { ("actions", i - events) };
                    Problem { path: format!("{list}[{i}].do.switch: {}", problem.path), ..problem }
                })?;
            }
            after[i] = now.clone();
        }
        Ok(after)
    }

    /// Reads a list of actions; `list` is its name.
    pub fn list_from_value(list: &str, value: &Value) -> Result<Vec<Action>, Problem> {
        fields::check_actions(list, value)?;
        let read = |(i, value): (usize, &Value)| {
            let deed = value.get("do").and_then(Deed::read);
            match (value.get("at_ms").and_then(Value::as_f64), deed) {
                (Some(at_ms), Some(deed)) => Ok(Action { at_ms, deed }),
                _ => {
                    let found = value["do"].to_string();
                    let expected = Expected::Deed;
                    let path = format!("{list}[{i}].do");
                    Err(Problem::new(&path, Fault::WrongType { found, expected }))
                }
            }
        };
        value.as_array().into_iter().flatten().enumerate().map(read).collect()
    }

    /// The list as JSON.
    pub fn list_to_value(actions: &[Action]) -> Value {
        let write = |a: &Action| json!({ "at_ms": a.at_ms.write(), "do": a.deed.write() });
        actions.iter().map(write).collect()
    }
}
