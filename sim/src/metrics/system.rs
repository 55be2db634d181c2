//! What no event tells: the limits of a system, how its keys are grouped, and what is
//! done to its processes.

use super::labels::Pattern;
use crate::engine::Nanos;
use crate::scenario::{Action, CpuMode, CpuSpec, Deed, Popularity, PredictSpec, Problem, Scenario};

/// What is to be known of a system besides what happens in it.
#[derive(Clone, Debug)]
pub struct System {
    /// Processes at the start.
    pub processes: u32,
    /// The most that there can be.
    pub most: u32,
    /// Whether an autoscaler starts and retires them.
    pub scales: bool,
    /// Whether caches of the edge stand before them.
    pub edge: bool,
    /// Connections of a process to each database server.
    pub pool: u32,
    /// Database servers: the one that takes updates, and its replicas.
    pub servers: u8,
    /// Whether a breaker is on at any time.
    pub breaker: bool,
    /// How load is forecast.
    pub predict: PredictSpec,
    /// The CPU of a process.
    pub cpu: CpuSpec,
    /// How long the way to the shared cache is, and to the one behind it, on average.
    pub(super) ways: [Nanos; 2],
    /// Whether one key is more popular than all others.
    hot: bool,
    keys: u32,
    /// Keys from this one on exist nowhere.
    missing_from: u32,
    /// From when on a process is so much slower: when, which one, how much.
    slow: Vec<(Nanos, u32, Nanos)>,
    /// While when a process stands still: from, which one, to.
    still: Vec<(Nanos, u32, Nanos)>,
}

impl System {
    /// That of a scenario to which somebody does something. Refuses what a run does.
    pub fn of(scenario: &Scenario, actions: &[Action]) -> Result<System, Problem> {
        let switched = scenario.check_run(actions)?;
        let ever = switched.iter().chain([scenario]).any(|scenario| scenario.protect.breaker);
        let keys = &scenario.keys;
        let mut system = System {
            processes: scenario.fleet.processes,
            most: scenario.most_processes(),
            scales: scenario.autoscale.max > 0,
            edge: scenario.edge.pops > 0,
            pool: scenario.db.pool,
            servers: 1 + scenario.replicas.count as u8,
            breaker: ever,
            predict: scenario.predict.clone(),
            cpu: scenario.cpu.clone(),
            ways: [scenario.network.cache_ms, scenario.backup.delay_ms].map(Nanos::from_ms),
            hot: keys.count == 1 || keys.top > 0.0 || keys.popularity != Popularity::Uniform,
            keys: keys.count,
            missing_from: (f64::from(keys.count) * (1.0 - keys.missing)).round() as u32,
            slow: Vec::new(),
            still: Vec::new(),
        };
        for Action { at_ms, deed } in scenario.events.iter().chain(actions) {
            let at = Nanos::from_ms(*at_ms);
            match *deed {
                Deed::SlowProcess { process, for_ms, delay_ms } => {
                    system.slow.push((at, process, Nanos::from_ms(delay_ms)));
                    system.slow.push((at + Nanos::from_ms(for_ms), process, Nanos::ZERO));
                }
                Deed::Pause { process, for_ms } => {
                    system.still.push((at, process, at + Nanos::from_ms(for_ms)));
                }
                _ => {}
            }
        }
        system.slow.sort_by_key(|change| change.0);
        system.still.sort_by_key(|pause| pause.0);
        Ok(system)
    }

    /// The group of a key.
    pub fn pattern(&self, key: u32) -> Pattern {
        match key {
            _ if key >= self.missing_from => Pattern::Missing,
            0 if self.hot => Pattern::Hot,
            _ => Pattern::Other,
        }
    }

    /// The groups that there are.
    pub fn patterns(&self) -> impl Iterator<Item = Pattern> + '_ {
        // The first, the second, and the last key are of all groups that there are.
        let ends = [0, 1, self.keys - 1].map(|key| self.pattern(key.min(self.keys - 1)));
        let all = [Pattern::Hot, Pattern::Other, Pattern::Missing];
        all.into_iter().filter(move |pattern| ends.contains(pattern))
    }

    /// How long a process takes to turn to whoever comes at an instant, if it was
    /// started at `since`.
    pub fn late(&self, process: u32, at: Nanos, since: Nanos) -> Nanos {
        let slow = self.slow.iter().rev().find(|(from, of, _)| *of == process && *from <= at);
        let still = self.still_until(process, at, since);
        slow.map_or(Nanos::ZERO, |slow| slow.2) + still.since(at)
    }

    /// Until when a process stands still at an instant; not after that if it does not.
    /// Whoever dies meanwhile is started anew, and goes.
    pub fn still_until(&self, process: u32, at: Nanos, since: Nanos) -> Nanos {
        let now = |pause: &&(Nanos, u32, Nanos)| pause.1 == process && pause.0 <= at;
        let pauses = self.still.iter().filter(now).filter(|pause| pause.0 >= since);
        pauses.map(|pause| pause.2).max().unwrap_or_default()
    }

    /// When a process stands still next after an instant.
    pub fn next_still(&self, process: u32, at: Nanos) -> Nanos {
        let next = self.still.iter().find(|(from, of, _)| *of == process && *from > at);
        next.map_or(Nanos::MAX, |pause| pause.0)
    }

    /// How many cores of a process's CPU can be busy; `None` if it has as much as it
    /// needs.
    pub fn cores(&self) -> Option<f64> {
        match self.cpu.mode {
            _ if self.cpu.cores == 0 => None,
            CpuMode::EventLoop => Some(1.0),
            CpuMode::Sharing => Some(f64::from(self.cpu.cores)),
        }
    }

    /// Whether whoever comes waits for all who are there.
    pub fn queues(&self) -> bool {
        self.cpu.mode == CpuMode::EventLoop
    }
}
