//! Who sends requests, and when. Executors and their rules are k6's.

use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::fields::MAX_REQUESTS;
use super::{Distribution, Fault, Problem, Scenario};

/// The load, by executor. Those with a rate are *open*: they send whether or
/// not answers come. Those with virtual users (VUs) are *closed*: each user
/// waits for its answer before it sends again, and so hides a stampede.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "executor", rename_all = "kebab-case")]
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
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct Burst {
    /// How many requests.
    pub requests: u32,
    /// When it begins, in milliseconds.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub at_ms: f64,
    /// Over how many milliseconds it spreads. 0: all at one instant.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub spread_ms: f64,
}

/// See [`Load::ConstantArrivalRate`].
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct ConstantArrivalRate {
    /// Requests per second.
    pub rate: f64,
    /// For how many milliseconds.
    pub duration_ms: f64,
    /// Random or evenly spaced.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub arrivals: Pacing,
    /// Without it, every request is sent. With it, a request that finds this
    /// many unanswered is dropped, never queued.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(default))]
    pub max_vus: Option<u32>,
}

/// See [`Load::RampingArrivalRate`].
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct RampingArrivalRate {
    /// Requests per second at the start.
    pub start_rate: f64,
    /// Where the rate goes, linearly, stage by stage. Targets are requests
    /// per second.
    pub stages: Vec<Stage>,
    /// Random or evenly spaced.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub arrivals: Pacing,
    /// As with a constant rate.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(default))]
    pub max_vus: Option<u32>,
}

/// See [`Load::ConstantVus`].
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct ConstantVus {
    /// How many users.
    pub vus: u32,
    /// For how many milliseconds they start iterations.
    pub duration_ms: f64,
    /// How long they think between an answer and the next request, on average.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub think_ms: f64,
    /// How that is distributed.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub think: Distribution,
}

/// See [`Load::RampingVus`]. A user that is no longer wanted finishes its
/// iteration.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct RampingVus {
    /// How many users at the start.
    pub start_vus: u32,
    /// Where their number goes, linearly, stage by stage. Targets are whole
    /// numbers of users.
    pub stages: Vec<Stage>,
    /// As with constant users.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub think_ms: f64,
    /// How that is distributed.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub think: Distribution,
}

/// See [`Load::SharedIterations`].
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct SharedIterations {
    /// How many users.
    pub vus: u32,
    /// How many iterations they have in common.
    pub iterations: u32,
    /// As with constant users.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub think_ms: f64,
    /// How that is distributed.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub think: Distribution,
}

/// A stage of a ramp.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// The value at the end of the stage.
    pub target: f64,
    /// How many milliseconds it takes to get there. 0: a jump.
    pub duration_ms: f64,
}

/// How arrivals follow a rate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Pacing {
    /// Independent of one another, as from very many clients.
    #[default]
    Poisson,
    /// Evenly spaced, as k6 sends them.
    Paced,
}

/// The fields of a load that have not been read yet.
struct Fields(Map<String, Value>);

impl Fields {
    /// A field's value; `None` if it is absent.
    fn optional<T: DeserializeOwned>(&mut self, name: &str) -> Result<Option<T>, String> {
        let read = |value| serde_json::from_value(value).map_err(|error| error.to_string());
        self.0.remove(name).map(read).transpose()
    }

    fn required<T: DeserializeOwned>(&mut self, name: &str) -> Result<T, String> {
        self.optional(name)?.ok_or_else(|| format!("missing field `{name}`"))
    }

    fn or_default<T: DeserializeOwned + Default>(&mut self, name: &str) -> Result<T, String> {
        Ok(self.optional(name)?.unwrap_or_default())
    }
}

impl<'de> Deserialize<'de> for Load {
    /// By hand: what serde derives for an enum with a tag is several times the
    /// size of everything else that is read, and cannot say which fields an
    /// executor has.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Load, D::Error> {
        let fields = Fields(Map::deserialize(deserializer)?);
        Load::read(fields).map_err(D::Error::custom)
    }
}

impl Load {
    fn read(mut f: Fields) -> Result<Load, String> {
        let executor: String = f.required("executor")?;
        let users = executor.ends_with("-vus") || executor == "shared-iterations";
        // Only users think; from the others' fields nothing is taken here.
        let (think_ms, think) = match users {
            true => (f.or_default("think_ms")?, f.or_default("think")?),
            false => Default::default(),
        };
        let (load, allowed) = match executor.as_str() {
            "burst" => (
                Load::Burst(Burst {
                    requests: f.required("requests")?,
                    at_ms: f.or_default("at_ms")?,
                    spread_ms: f.or_default("spread_ms")?,
                }),
                "requests, at_ms, spread_ms",
            ),
            "constant-arrival-rate" => (
                Load::ConstantArrivalRate(ConstantArrivalRate {
                    rate: f.required("rate")?,
                    duration_ms: f.required("duration_ms")?,
                    arrivals: f.or_default("arrivals")?,
                    max_vus: f.optional("max_vus")?,
                }),
                "rate, duration_ms, arrivals, max_vus",
            ),
            "ramping-arrival-rate" => (
                Load::RampingArrivalRate(RampingArrivalRate {
                    start_rate: f.required("start_rate")?,
                    stages: f.required("stages")?,
                    arrivals: f.or_default("arrivals")?,
                    max_vus: f.optional("max_vus")?,
                }),
                "start_rate, stages, arrivals, max_vus",
            ),
            "constant-vus" => (
                Load::ConstantVus(ConstantVus {
                    vus: f.required("vus")?,
                    duration_ms: f.required("duration_ms")?,
                    think_ms,
                    think,
                }),
                "vus, duration_ms, think_ms, think",
            ),
            "ramping-vus" => (
                Load::RampingVus(RampingVus {
                    start_vus: f.required("start_vus")?,
                    stages: f.required("stages")?,
                    think_ms,
                    think,
                }),
                "start_vus, stages, think_ms, think",
            ),
            "shared-iterations" => (
                Load::SharedIterations(SharedIterations {
                    vus: f.required("vus")?,
                    iterations: f.required("iterations")?,
                    think_ms,
                    think,
                }),
                "vus, iterations, think_ms, think",
            ),
            other => return Err(format!("unknown executor `{other}`")),
        };
        match f.0.keys().next() {
            Some(name) => Err(format!("unknown field `{name}`, expected {allowed}")),
            None => Ok(load),
        }
    }

    /// What a table of ranges cannot say: the run must have an end, and not
    /// more requests than can be simulated and shown.
    pub(super) fn check(&self, scenario: &Scenario) -> Result<(), Problem> {
        let (field, expected) = self.expected_requests(scenario);
        if expected > MAX_REQUESTS {
            return Err(Problem::new(
                field,
                Fault::TooManyRequests { expected, max: MAX_REQUESTS },
            ));
        }
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

    /// How many requests this load sends at most, on average, and the field
    /// to blame if that is too many.
    fn expected_requests(&self, scenario: &Scenario) -> (&'static str, f64) {
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
    /// Refuses a load that would send more than `max` requests.
    pub fn check_requests(&self, max: f64) -> Result<(), Problem> {
        let (field, expected) = self.load.expected_requests(self);
        if expected > max {
            return Err(Problem::new(field, Fault::TooManyRequests { expected, max }));
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
        think_ms + 2.0 * net.client_ms + fastest
    }
}
