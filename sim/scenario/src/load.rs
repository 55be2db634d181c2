//! Who sends requests, and when. Executors and their rules are k6's.

use serde_json::Value;

use super::fields::{DAY, Kind, MAX_REQUESTS, Part, real, whole};
use super::further::Further;
use super::section::{Setting, choice, object, part, words};
use super::{Action, Deed, Distribution, Fault, Problem, Scenario, Switch};

choice! {
    /// The load, by executor. Those with a rate are *open*: they send whether or
    /// not answers come. Those with virtual users (VUs) are *closed*: each user
    /// waits for its answer before it sends again, and so hides a stampede.
    pub enum Load by "executor" {
        /// Requests at an instant, or uniformly spread over a short while.
        Burst = "burst" {
            /// How many requests.
            requests: u32, whole(1.0, MAX_REQUESTS);
            /// When it begins, in milliseconds.
            at_ms: f64 = 0.0, real(0.0, DAY);
            /// Over how many milliseconds it spreads. 0: all at one instant.
            spread_ms: f64 = 0.0, real(0.0, DAY);
        }
        /// A constant rate.
        ConstantArrivalRate = "constant-arrival-rate" {
            /// Requests per second.
            rate: f64, real(0.001, 1_000_000.0);
            /// For how many milliseconds.
            duration_ms: f64, real(1.0, DAY);
            /// Random or evenly spaced.
            arrivals: Pacing = Pacing::Poisson, Pacing::KIND;
            /// Without it, every request is sent. With it, a request that finds
            /// this many unanswered is dropped, never queued.
            max_vus: Option<u32> = None, whole(1.0, MAX_REQUESTS);
        }
        /// A rate that changes in stages.
        RampingArrivalRate = "ramping-arrival-rate" {
            /// Requests per second at the start.
            start_rate: f64, real(0.0, 1_000_000.0);
            /// Where the rate goes, linearly, stage by stage. Targets are
            /// requests per second.
            stages: Vec<Stage>, Kind::List(&Stage::KIND);
            /// Random or evenly spaced.
            arrivals: Pacing = Pacing::Poisson, Pacing::KIND;
            /// As with a constant rate.
            max_vus: Option<u32> = None, whole(1.0, MAX_REQUESTS);
        }
        /// A constant number of users for a while.
        ConstantVus = "constant-vus" {
            /// How many users.
            vus: u32, whole(1.0, 10_000.0);
            /// For how many milliseconds they start iterations.
            duration_ms: f64, real(1.0, DAY);
            /// How long they think between an answer and the next request, on
            /// average.
            think_ms: f64 = 0.0, real(0.0, DAY);
            /// How that is distributed.
            think: Distribution = Distribution::Constant, Distribution::KIND;
        }
        /// A number of users that changes in stages. A user that is no longer
        /// wanted finishes its iteration.
        RampingVus = "ramping-vus" {
            /// How many users at the start.
            start_vus: u32, whole(0.0, 10_000.0);
            /// Where their number goes, linearly, stage by stage. Targets are
            /// whole numbers of users.
            stages: Vec<Stage>, Kind::List(&Stage::KIND);
            /// As with constant users.
            think_ms: f64 = 0.0, real(0.0, DAY);
            /// How that is distributed.
            think: Distribution = Distribution::Constant, Distribution::KIND;
        }
        /// The views of a post that spreads: shares bring shares, and each share
        /// brings views (a self-exciting, or Hawkes, process).
        SelfExciting = "self-exciting" {
            /// How many requests at most.
            requests: u32, whole(1.0, MAX_REQUESTS);
            /// Shares of one's own accord, per second.
            rate: f64, real(0.0, 100_000.0);
            /// How many shares follow from one, on average: below 1 it dies out,
            /// above it spreads as long as somebody is left.
            branching: f64, real(0.0, 10.0);
            /// How long after it, on average.
            delay_ms: f64, real(1.0, DAY);
            /// How many can share it. 0: there is always somebody.
            audience: u32 = 0, whole(0.0, MAX_REQUESTS);
            /// How many views a share brings, on average.
            views: f64 = 1.0, real(0.001, 10_000.0);
            /// How long after it, on average.
            view_delay_ms: f64, real(1.0, DAY);
            /// For how long it is seen and shared.
            duration_ms: f64, real(1.0, DAY);
        }
        /// Users that share a number of iterations.
        SharedIterations = "shared-iterations" {
            /// How many users.
            vus: u32, whole(1.0, 10_000.0);
            /// How many iterations they have in common.
            iterations: u32, whole(1.0, MAX_REQUESTS);
            /// As with constant users.
            think_ms: f64 = 0.0, real(0.0, DAY);
            /// How that is distributed.
            think: Distribution = Distribution::Constant, Distribution::KIND;
        }
    }
}

/// A stage of a ramp.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stage {
    /// The value at the end of the stage.
    pub target: f64,
    /// How many milliseconds it takes to get there. 0: a jump.
    pub duration_ms: f64,
}

impl Stage {
    /// What a stage may hold.
    pub const KIND: Kind = Kind::Object(&[
        Part { name: "target", kind: real(0.0, 1_000_000.0), required: true },
        Part { name: "duration_ms", kind: real(0.0, DAY), required: true },
    ]);
}

impl Setting for Stage {
    fn read(value: &Value) -> Option<Stage> {
        Some(Stage { target: part(value, "target")?, duration_ms: part(value, "duration_ms")? })
    }
    fn write(&self) -> Value {
        object([("target", self.target.write()), ("duration_ms", self.duration_ms.write())])
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

impl Load {
    /// For how long requests are sent, in milliseconds, as far as that is known.
    pub fn span_ms(&self) -> f64 {
        let sum = |stages: &[Stage]| stages.iter().map(|stage| stage.duration_ms).sum();
        match self {
            Load::Burst { at_ms, spread_ms, .. } => at_ms + spread_ms,
            Load::ConstantArrivalRate { duration_ms, .. } => *duration_ms,
            Load::ConstantVus { duration_ms, .. } => *duration_ms,
            Load::RampingArrivalRate { stages, .. } => sum(stages),
            Load::RampingVus { stages, .. } => sum(stages),
            Load::SelfExciting { duration_ms, .. } => *duration_ms,
            Load::SharedIterations { .. } => 0.0,
        }
    }

    /// What a table of ranges cannot say: users are whole.
    pub(super) fn check(&self) -> Result<(), Problem> {
        if let Load::RampingVus { stages, .. } = self
            && let Some(i) = stages.iter().position(|s| s.target.fract() != 0.0)
        {
            let found = stages[i].target.to_string();
            return Err(Problem::new(
                &format!("load.stages[{i}].target"),
                Fault::OutOfRange { found, min: 0.0, max: 10_000.0, whole: true },
            ));
        }
        Ok(())
    }

    /// How many requests this load sends at most, on average, and the field to
    /// blame if that is too many.
    fn expected_sends(&self, scenario: &Scenario, actions: &[Action]) -> (&'static str, f64) {
        let area = |start: f64, stages: &[Stage]| {
            let mut from = start;
            stages.iter().fold(0.0, |sum, s| {
                let piece = s.duration_ms * (from + s.target) / 2.0;
                from = s.target;
                sum + piece
            })
        };
        match self {
            Load::Burst { requests, .. } | Load::SelfExciting { requests, .. } => {
                ("load.requests", f64::from(*requests))
            }
            Load::ConstantArrivalRate { rate, duration_ms, .. } => {
                ("load.duration_ms", rate * duration_ms / 1e3)
            }
            Load::RampingArrivalRate { start_rate, stages, .. } => {
                ("load.stages", area(*start_rate, stages) / 1e3)
            }
            Load::ConstantVus { vus, duration_ms, think_ms, .. } => {
                let iterations = duration_ms / scenario.iteration_ms(*think_ms, actions);
                ("load.duration_ms", f64::from(*vus) * iterations.max(1.0))
            }
            Load::RampingVus { start_vus, stages, think_ms, .. } => {
                let user_ms = area(f64::from(*start_vus), stages);
                ("load.stages", user_ms / scenario.iteration_ms(*think_ms, actions))
            }
            Load::SharedIterations { iterations, .. } => {
                ("load.iterations", f64::from(*iterations))
            }
        }
    }
}

impl Scenario {
    /// Refuses a run with more than `max` requests: the load's, and the bursts
    /// among the events and `actions`, every retry included. Named is the
    /// field with which there are too many.
    pub fn check_requests(&self, actions: &[Action], max: f64) -> Result<(), Problem> {
        // The first figure has few.
        Further::here().map_or(Ok(()), |ways| (ways.requests)(self, actions, max))
    }

    /// The shortest time one user's iteration takes, in milliseconds.
    fn iteration_ms(&self, think_ms: f64, actions: &[Action]) -> f64 {
        let net = &self.network;
        let fastest = if self.cache.enabled {
            2.0 * net.cache_ms
        } else {
            2.0 * net.db_ms + self.db.query_ms
        };
        // Being refused is faster than being served.
        let p = &self.protect;
        let limits = p.shed || p.gateway || p.limiter || p.throttle;
        let refuses = limits || p.breaker || p.codel || !self.events.is_empty();
        let fastest = if refuses { fastest.min(1.0) } else { fastest };
        // What is at the edge or in the process itself takes no time at all.
        let local = Deed::Switch { defence: Switch::Local, on: true };
        let switched = self.events.iter().chain(actions).any(|action| action.deed == local);
        let fastest = if self.edge.pops > 0 || p.local || switched { 0.0 } else { fastest };
        think_ms + 2.0 * net.client_ms + fastest
    }
}

/// [`Scenario::check_requests`], where it is.
pub(super) fn check_requests(
    scenario: &Scenario,
    actions: &[Action],
    max: f64,
) -> Result<(), Problem> {
    // A page has two parts, which have numbers as it has.
    let each = if scenario.shop.products > 0 { 3.0 } else { 1.0 };
    let attempts = each * f64::from(1 + scenario.client.retries);
    let (field, sent) = scenario.load.expected_sends(scenario, actions);
    let mut expected = sent * attempts;
    let refuse = |field: &str, expected: f64| match expected > max {
        true => Err(Problem::new(field, Fault::TooManyRequests { expected, max })),
        false => Ok(()),
    };
    refuse(field, expected)?;
    for (list, actions) in [("events", &*scenario.events), ("actions", actions)] {
        for (i, action) in actions.iter().enumerate() {
            if let Deed::Burst { requests, .. } = action.deed {
                expected += f64::from(requests) * attempts;
                refuse(&format!("{list}[{i}].do.burst.requests"), expected)?;
            }
        }
    }
    Ok(())
}
