//! What happens to a system while it runs.

use serde_json::Value;

use super::fields::{DAY, Kind, Part, real, whole};
use super::section::{Setting, choice, object, part};
use super::{Fault, Problem, Scenario, Switch, rules};

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

choice! {
    /// What can happen to a running system. Spans are milliseconds.
    pub enum Deed {
        /// Every key leaves the cache.
        ClearCache = "clear-cache"
        /// Every process loses its own copies (L1), as when all are deployed anew.
        ClearLocal = "clear-local"
        /// Somebody updates the most popular key.
        Update = "update"
        /// Requests come at once, or uniformly spread over a while.
        Burst = "burst" {
            /// How many.
            requests: u32, whole(1.0, 100_000.0);
            /// Over how long.
            spread_ms: f64, real(0.0, DAY);
        }
        /// The database refuses every query, and those that run fail.
        DbOutage = "db-outage" {
            /// For how long.
            for_ms: f64, real(0.0, DAY);
        }
        /// The database is slower.
        DbBrownout = "db-brownout" {
            /// For how long.
            for_ms: f64, real(0.0, DAY);
            /// How many times slower.
            slowdown: f64, real(1.0, 1_000.0);
        }
        /// The cache answers with errors. It keeps what it holds.
        CacheOutage = "cache-outage" {
            /// For how long.
            for_ms: f64, real(0.0, DAY);
        }
        /// The backup cache answers with errors. It keeps what it holds.
        BackupOutage = "backup-outage" {
            /// For how long.
            for_ms: f64, real(0.0, DAY);
        }
        /// The lock server does not answer; of several, none. It keeps what it holds.
        LockOutage = "lock-outage" {
            /// For how long.
            for_ms: f64, real(0.0, DAY);
        }
        /// One of the lock servers dies, and comes back without the locks it had.
        LockCrash = "lock-crash" {
            /// Which, from 0.
            server: u32, whole(0.0, 8.0);
            /// After how long it is back.
            for_ms: f64, real(0.0, DAY);
        }
        /// The clock of one of the lock servers is set ahead: the locks it has expire
        /// so much sooner.
        ClockJump = "clock-jump" {
            /// Which, from 0.
            server: u32, whole(0.0, 8.0);
            /// By how much.
            by_ms: f64, real(0.0, DAY);
        }
        /// The store of the gateway's counters answers with errors. It keeps
        /// what it holds.
        CounterOutage = "counter-outage" {
            /// For how long.
            for_ms: f64, real(0.0, DAY);
        }
        /// A replica of the database refuses every query, and those that run fail.
        ReplicaOutage = "replica-outage" {
            /// Which, from 1.
            replica: u32, whole(1.0, 9.0);
            /// For how long.
            for_ms: f64, real(0.0, DAY);
        }
        /// The database fails, and after a while a replica takes its place. What
        /// had not reached that is lost.
        FailOver = "fail-over" {
            /// After how long.
            for_ms: f64, real(0.0, DAY);
        }
        /// A process dies, with everything it was doing, and comes back.
        Crash = "crash" {
            /// Which, from 0.
            process: u32, whole(0.0, 63.0);
            /// After how long it is back.
            for_ms: f64, real(0.0, DAY);
        }
        /// A process is slow: every request it serves takes longer.
        SlowProcess = "slow-process" {
            /// Which, from 0.
            process: u32, whole(0.0, 63.0);
            /// For how long.
            for_ms: f64, real(0.0, DAY);
            /// How much longer.
            delay_ms: f64, real(0.0, DAY);
        }
        /// A process stands still, and goes on where it was: its garbage is
        /// collected, or its machine is moved.
        Pause = "pause" {
            /// Which, from 0.
            process: u32, whole(0.0, 63.0);
            /// For how long.
            for_ms: f64, real(0.0, DAY);
        }
        /// A process is cut off from what the others say about the stock.
        CutOff = "cut-off" {
            /// Which, from 0.
            process: u32, whole(0.0, 63.0);
            /// For how long.
            for_ms: f64, real(0.0, DAY);
        }
        /// A defence is switched on or off in every process. Requests that are in
        /// one already go on as they began.
        Switch = "switch" {
            /// Which.
            defence: Switch, Switch::KIND;
            /// On or off.
            on: bool, Kind::Flag;
        }
    }
}

impl Deed {
    /// To which of several it happens: the field that says so, which one, and the
    /// first and last of those that there are.
    fn whom(&self, scenario: &Scenario) -> Option<(&'static str, u32, [u32; 2])> {
        let from_0 = |count: u32| [0, count - 1];
        match self {
            Deed::Crash { process, .. }
            | Deed::SlowProcess { process, .. }
            | Deed::CutOff { process, .. }
            | Deed::Pause { process, .. } => {
                Some((".process", *process, from_0(scenario.most_processes())))
            }
            Deed::LockCrash { server, .. } | Deed::ClockJump { server, .. } => {
                Some((".server", *server, from_0(scenario.lock.servers)))
            }
            Deed::ReplicaOutage { replica, .. } => {
                Some((".replica", *replica, [1, scenario.replicas.count]))
            }
            _ => None,
        }
    }
}

impl Setting for Action {
    fn read(value: &Value) -> Option<Action> {
        Some(Action { at_ms: part(value, "at_ms")?, deed: part(value, "do")? })
    }
    fn write(&self) -> Value {
        object([("at_ms", self.at_ms.write()), ("do", self.deed.write())])
    }
}

impl Action {
    /// What a list of actions may hold.
    pub const LIST: Kind = Kind::List(&Kind::Object(&[
        Part { name: "at_ms", kind: real(0.0, DAY), required: true },
        Part { name: "do", kind: Deed::KIND, required: true },
    ]));

    /// Checks actions against their limits; paths are `actions[2].at_ms`.
    pub fn check_all(actions: &[Action]) -> Result<(), Problem> {
        // A first figure has none, and what writes them comes later.
        if actions.is_empty() {
            return Ok(());
        }
        Action::LIST.check("actions", &Action::list_to_value(actions))
    }

    /// Refuses what would happen to a process, a lock server or a replica that
    /// is not there;
    /// `list` is the name of the list.
    pub fn check_whom(list: &str, actions: &[Action], scenario: &Scenario) -> Result<(), Problem> {
        for (i, Action { deed, .. }) in actions.iter().enumerate() {
            let path = format!("{list}[{i}].do.{}", deed.word());
            let replicated = matches!(deed, Deed::ReplicaOutage { .. } | Deed::FailOver { .. });
            if replicated && scenario.replicas.count == 0 {
                return Err(Problem::new(&path, Fault::Needs("replicas.count".to_owned())));
            }
            let Some((field, which, [first, last])) = deed.whom(scenario) else { continue };
            if !(first..=last).contains(&which) {
                let (found, min, max) = (which.to_string(), first.into(), last.into());
                let fault = Fault::OutOfRange { found, min, max, whole: true };
                return Err(Problem::new(&(path + field), fault));
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
        Action::LIST.check(list, value)?;
        Ok(Vec::read(value).unwrap_or_default())
    }

    /// The list as JSON.
    pub fn list_to_value(actions: &[Action]) -> Value {
        actions.iter().map(Action::write).collect()
    }
}
