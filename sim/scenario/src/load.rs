//! Who sends requests, and when. Executors and their rules are k6's.

use serde_json::{Map, Value};

use super::section::{Setting, words};
use super::{Action, Deed, Distribution, Fault, Problem, Scenario};

/// The load, by executor. Those with a rate are *open*: they send whether or
/// not answers come. Those with virtual users (VUs) are *closed*: each user
/// waits for its answer before it sends again, and so hides a stampede.
#[derive(Clone, Debug, PartialEq)]
pub enum Load {
    /// Requests at an instant, or uniformly spread over a short while.
    Burst(Burst),
    /// A constant rate.
    ConstantArrivalRate(ConstantArrivalRate),
    /// A rate that changes in stages.
    RampingArrivalRate(RampingArrivalRate),
    /// A constant number of users for a while.
    ConstantVus(ConstantVus),
    /// A number of users that changes in stages.
    RampingVus(RampingVus),
    /// Users that share a number of iterations.
    SharedIterations(SharedIterations),
}

/// See [`Load::Burst`].
#[derive(Clone, Debug, PartialEq)]
pub struct Burst {
    /// How many requests.
    pub requests: u32,
    /// When it begins, in milliseconds.
    pub at_ms: f64,
    /// Over how many milliseconds it spreads. 0: all at one instant.
    pub spread_ms: f64,
}

/// See [`Load::ConstantArrivalRate`].
#[derive(Clone, Debug, PartialEq)]
pub struct ConstantArrivalRate {
    /// Requests per second.
    pub rate: f64,
    /// For how many milliseconds.
    pub duration_ms: f64,
    /// Random or evenly spaced.
    pub arrivals: Pacing,
    /// Without it, every request is sent. With it, a request that finds this
    /// many unanswered is dropped, never queued.
    pub max_vus: Option<u32>,
}

/// See [`Load::RampingArrivalRate`].
#[derive(Clone, Debug, PartialEq)]
pub struct RampingArrivalRate {
    /// Requests per second at the start.
    pub start_rate: f64,
    /// Where the rate goes, linearly, stage by stage. Targets are requests
    /// per second.
    pub stages: Vec<Stage>,
    /// Random or evenly spaced.
    pub arrivals: Pacing,
    /// As with a constant rate.
    pub max_vus: Option<u32>,
}

/// See [`Load::ConstantVus`].
#[derive(Clone, Debug, PartialEq)]
pub struct ConstantVus {
    /// How many users.
    pub vus: u32,
    /// For how many milliseconds they start iterations.
    pub duration_ms: f64,
    /// How long they think between an answer and the next request, on average.
    pub think_ms: f64,
    /// How that is distributed.
    pub think: Distribution,
}

/// See [`Load::RampingVus`]. A user that is no longer wanted finishes its
/// iteration.
#[derive(Clone, Debug, PartialEq)]
pub struct RampingVus {
    /// How many users at the start.
    pub start_vus: u32,
    /// Where their number goes, linearly, stage by stage. Targets are whole
    /// numbers of users.
    pub stages: Vec<Stage>,
    /// As with constant users.
    pub think_ms: f64,
    /// How that is distributed.
    pub think: Distribution,
}

/// See [`Load::SharedIterations`].
#[derive(Clone, Debug, PartialEq)]
pub struct SharedIterations {
    /// How many users.
    pub vus: u32,
    /// How many iterations they have in common.
    pub iterations: u32,
    /// As with constant users.
    pub think_ms: f64,
    /// How that is distributed.
    pub think: Distribution,
}

/// A stage of a ramp.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stage {
    /// The value at the end of the stage.
    pub target: f64,
    /// How many milliseconds it takes to get there. 0: a jump.
    pub duration_ms: f64,
}

impl Setting for Stage {
    fn read(value: &Value) -> Option<Stage> {
        let number = |name| value.get(name).and_then(f64::read);
        Some(Stage { target: number("target")?, duration_ms: number("duration_ms")? })
    }
    fn write(&self) -> Value {
        serde_json::json!({ "target": self.target.write(), "duration_ms": self.duration_ms.write() })
    }
}

words! {
    /// How arrivals follow a rate.
    pub enum Pacing {
        /// Independent of one another, as from very many clients.
        Poisson = "poisson",
        /// Evenly spaced, as k6 sends them.
        Paced = "paced",
    }
}

/// The fields of a load that have not been read yet.
struct Fields(Map<String, Value>);

impl Fields {
    /// A field's value; `None` if it is absent.
    fn optional<T: Setting>(&mut self, name: &str) -> Result<Option<T>, String> {
        let read = |value| T::read(&value).ok_or_else(|| format!("missing field `{name}`"));
        self.0.remove(name).map(read).transpose()
    }

    fn required<T: Setting>(&mut self, name: &str) -> Result<T, String> {
        self.optional(name)?.ok_or_else(|| format!("missing field `{name}`"))
    }

    fn or_default<T: Setting + Default>(&mut self, name: &str) -> Result<T, String> {
        Ok(self.optional(name)?.unwrap_or_default())
    }
}

impl Load {
    /// Reads a load. By hand: what serde derives for an enum with a tag is
    /// several times the size of everything else that is read, and cannot say
    /// which fields an executor has.
    pub(super) fn from_value(value: &Value) -> Result<Load, String> {
        let fields = value.as_object().cloned().unwrap_or_default();
        Load::read(Fields(fields))
    }
}

/// An executor's fields: those that must be there, and those that may.
type Executor = (&'static str, &'static [&'static str], &'static [&'static str]);

/// Every executor.
pub const EXECUTORS: [Executor; 6] = [
    ("burst", &["requests"], &["at_ms", "spread_ms"]),
    ("constant-arrival-rate", &["rate", "duration_ms"], &["arrivals", "max_vus"]),
    ("ramping-arrival-rate", &["start_rate", "stages"], &["arrivals", "max_vus"]),
    ("constant-vus", &["vus", "duration_ms"], &["think_ms", "think"]),
    ("ramping-vus", &["start_vus", "stages"], &["think_ms", "think"]),
    ("shared-iterations", &["vus", "iterations"], &["think_ms", "think"]),
];

impl Load {
    fn read(mut f: Fields) -> Result<Load, String> {
        let executor: String = f.required("executor")?;
        let (_, required, optional) = EXECUTORS
            .iter()
            .find(|(name, ..)| *name == executor)
            .ok_or_else(|| format!("unknown executor `{executor}`"))?;
        let fields: Vec<&str> = required.iter().chain(*optional).copied().collect();
        if let Some(name) = f.0.keys().find(|name| !fields.contains(&name.as_str())) {
            return Err(format!("unknown field `{name}`, expected {}", fields.join(", ")));
        }
        Ok(match executor.as_str() {
            "burst" => Load::Burst(Burst {
                requests: f.required("requests")?,
                at_ms: f.or_default("at_ms")?,
                spread_ms: f.or_default("spread_ms")?,
            }),
            "constant-arrival-rate" => Load::ConstantArrivalRate(ConstantArrivalRate {
                rate: f.required("rate")?,
                duration_ms: f.required("duration_ms")?,
                arrivals: f.or_default("arrivals")?,
                max_vus: f.optional("max_vus")?,
            }),
            "ramping-arrival-rate" => Load::RampingArrivalRate(RampingArrivalRate {
                start_rate: f.required("start_rate")?,
                stages: f.required("stages")?,
                arrivals: f.or_default("arrivals")?,
                max_vus: f.optional("max_vus")?,
            }),
            "constant-vus" => Load::ConstantVus(ConstantVus {
                vus: f.required("vus")?,
                duration_ms: f.required("duration_ms")?,
                think_ms: f.or_default("think_ms")?,
                think: f.or_default("think")?,
            }),
            "ramping-vus" => Load::RampingVus(RampingVus {
                start_vus: f.required("start_vus")?,
                stages: f.required("stages")?,
                think_ms: f.or_default("think_ms")?,
                think: f.or_default("think")?,
            }),
            _ => Load::SharedIterations(SharedIterations {
                vus: f.required("vus")?,
                iterations: f.required("iterations")?,
                think_ms: f.or_default("think_ms")?,
                think: f.or_default("think")?,
            }),
        })
    }

    /// As JSON.
    pub(super) fn to_value(&self) -> Value {
        let pairs: Vec<(&str, Value)> = match self {
            Load::Burst(l) => vec![
                ("executor", Value::from("burst")),
                ("requests", l.requests.write()),
                ("at_ms", l.at_ms.write()),
                ("spread_ms", l.spread_ms.write()),
            ],
            Load::ConstantArrivalRate(l) => vec![
                ("executor", Value::from("constant-arrival-rate")),
                ("rate", l.rate.write()),
                ("duration_ms", l.duration_ms.write()),
                ("arrivals", l.arrivals.write()),
                ("max_vus", l.max_vus.map_or(Value::Null, |n| n.write())),
            ],
            Load::RampingArrivalRate(l) => vec![
                ("executor", Value::from("ramping-arrival-rate")),
                ("start_rate", l.start_rate.write()),
                ("stages", l.stages.write()),
                ("arrivals", l.arrivals.write()),
                ("max_vus", l.max_vus.map_or(Value::Null, |n| n.write())),
            ],
            Load::ConstantVus(l) => vec![
                ("executor", Value::from("constant-vus")),
                ("vus", l.vus.write()),
                ("duration_ms", l.duration_ms.write()),
                ("think_ms", l.think_ms.write()),
                ("think", l.think.write()),
            ],
            Load::RampingVus(l) => vec![
                ("executor", Value::from("ramping-vus")),
                ("start_vus", l.start_vus.write()),
                ("stages", l.stages.write()),
                ("think_ms", l.think_ms.write()),
                ("think", l.think.write()),
            ],
            Load::SharedIterations(l) => vec![
                ("executor", Value::from("shared-iterations")),
                ("vus", l.vus.write()),
                ("iterations", l.iterations.write()),
                ("think_ms", l.think_ms.write()),
                ("think", l.think.write()),
            ],
        };
        // A field that is not there is not written.
        let mut fields = Map::new();
        for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_null()) {
            fields.insert(name.to_owned(), value);
        }
        Value::Object(fields)
    }

    /// For how long requests are sent, in milliseconds, as far as that is known.
    pub fn span_ms(&self) -> f64 {
        let sum = |stages: &[Stage]| stages.iter().map(|stage| stage.duration_ms).sum();
        match self {
            Load::Burst(l) => l.at_ms + l.spread_ms,
            Load::ConstantArrivalRate(l) => l.duration_ms,
            Load::RampingArrivalRate(l) => sum(&l.stages),
            Load::ConstantVus(l) => l.duration_ms,
            Load::RampingVus(l) => sum(&l.stages),
            Load::SharedIterations(_) => 0.0,
        }
    }

    /// What a table of ranges cannot say: users are whole.
    pub(super) fn check(&self) -> Result<(), Problem> {
        if let Load::RampingVus(l) = self
            && let Some(i) = l.stages.iter().position(|s| s.target.fract() != 0.0)
        {
            let found = l.stages[i].target.to_string();
            return Err(Problem::new(
                &format!("load.stages[{i}].target"),
                Fault::OutOfRange { found, min: 0.0, max: 10_000.0, whole: true },
            ));
        }
        Ok(())
    }

    /// How many requests this load sends at most, on average, and the field to
    /// blame if that is too many.
    fn expected_sends(&self, scenario: &Scenario) -> (&'static str, f64) {
        let area = |start: f64, stages: &[Stage]| {
            let mut from = start;
            stages.iter().fold(0.0, |sum, s| {
                let piece = s.duration_ms * (from + s.target) / 2.0;
                from = s.target;
                sum + piece
            })
        };
        match self {
            Load::Burst(l) => ("load.requests", f64::from(l.requests)),
            Load::ConstantArrivalRate(l) => ("load.duration_ms", l.rate * l.duration_ms / 1e3),
            Load::RampingArrivalRate(l) => ("load.stages", area(l.start_rate, &l.stages) / 1e3),
            Load::ConstantVus(l) => {
                let iterations = l.duration_ms / scenario.iteration_ms(l.think_ms);
                ("load.duration_ms", f64::from(l.vus) * iterations.max(1.0))
            }
            Load::RampingVus(l) => {
                let user_ms = area(f64::from(l.start_vus), &l.stages);
                ("load.stages", user_ms / scenario.iteration_ms(l.think_ms))
            }
            Load::SharedIterations(l) => ("load.iterations", f64::from(l.iterations)),
        }
    }
}

impl Scenario {
    /// Refuses a run with more than `max` requests: the load's, and the bursts
    /// among the events and `actions`, every retry included. Named is the
    /// field with which there are too many.
    pub fn check_requests(&self, actions: &[Action], max: f64) -> Result<(), Problem> {
        let attempts = f64::from(1 + self.client.retries);
        let (field, sent) = self.load.expected_sends(self);
        let mut expected = sent * attempts;
        let refuse = |field: &str, expected: f64| match expected > max {
            true => Err(Problem::new(field, Fault::TooManyRequests { expected, max })),
            false => Ok(()),
        };
        refuse(field, expected)?;
        for (list, actions) in [("events", &*self.events), ("actions", actions)] {
            for (i, action) in actions.iter().enumerate() {
                if let Deed::Burst { requests, .. } = action.deed {
                    expected += f64::from(requests) * attempts;
                    refuse(&format!("{list}[{i}].do.burst.requests"), expected)?;
                }
            }
        }
        Ok(())
    }

    /// The shortest time one user's iteration takes, in milliseconds.
    fn iteration_ms(&self, think_ms: f64) -> f64 {
        let net = &self.network;
        let fastest = if self.cache.enabled {
            2.0 * net.cache_ms
        } else {
            2.0 * net.db_ms + self.db.query_ms
        };
        // Being refused is faster than being served.
        let p = &self.protect;
        let refuses = p.limiter || p.throttle || p.breaker || p.codel || !self.events.is_empty();
        let fastest = if refuses { fastest.min(1.0) } else { fastest };
        think_ms + 2.0 * net.client_ms + fastest
    }
}
