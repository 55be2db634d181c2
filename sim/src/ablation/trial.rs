//! A run of which an [`Outcome`] is wanted.

use super::{Goal, Outcome};
use crate::run::Run;
use crate::scenario::{Action, Load, Problem, Scenario};
use crate::telemetry::event::WORLD;
use crate::telemetry::stand::{Stand, Then};
use crate::telemetry::{Event, Kind, Recording};
use crate::world::Value;

/// So many tasks are polled between two looks at whether it is lost.
const POLLS: u64 = 10_000;

/// A run in progress.
pub struct Trial {
    run: Run,
    seen: Seen,
    /// What it is given up for, and how many requests it sends, if that is
    /// certain.
    goal: Goal,
    sends: Option<u64>,
}

/// What is kept of what has happened.
#[derive(Default)]
struct Seen {
    outcome: Outcome,
    /// By request.
    stands: Vec<Stand>,
    inside: u64,
    request_kb: f64,
    lock_servers: u64,
    counts_together: bool,
}

impl Trial {
    /// Nothing has happened yet. Refuses what [`Run::new`] refuses.
    pub fn new(scenario: &Scenario, actions: &[Action], seed: u64) -> Result<Trial, Problem> {
        let run = Run::new(scenario, actions, seed, Recording::Trace)?;
        let seen = Seen {
            request_kb: scenario.fleet.request_kb,
            lock_servers: scenario.lock.servers.into(),
            counts_together: scenario.gateway.shared,
            ..Seen::default()
        };
        Ok(Trial { run, seen, goal: Goal::default(), sends: None })
    }

    /// The same, given up as soon as it cannot keep a goal any more. With other
    /// defences the same run had so many requests: it has as many, unless users
    /// send them, who wait for one answer before they ask again.
    pub fn for_goal(self, goal: &Goal, scenario: &Scenario, requests: u64) -> Trial {
        let sends = is_open(&scenario.load).then_some(requests);
        Trial { goal: goal.clone(), sends, ..self }
    }

    /// Computes on, by at most about `budget` polls; what came of it when it is
    /// over.
    pub fn step(&mut self, mut budget: u64) -> Option<Outcome> {
        loop {
            let polls = budget.min(POLLS);
            let seen = &mut self.seen;
            let done = self.run.show(polls, |event| seen.take(event));
            budget -= polls;
            let given_up = !done && self.goal.is_lost(&self.so_far(), self.sends);
            if done || given_up {
                let p99_ns = self.run.read(|tape| tape.latency.quantile(0.99).0);
                return Some(Outcome { p99_ns, given_up: given_up.into(), ..self.so_far() });
            }
            if budget == 0 {
                return None;
            }
        }
    }

    /// What came of it so far, but for response times.
    fn so_far(&self) -> Outcome {
        let Seen { outcome, request_kb, .. } = &self.seen;
        Outcome { memory: (outcome.peak as f64 * request_kb * 1e3) as u64, ..*outcome }
    }
}

/// Whether requests come whatever becomes of those before them.
fn is_open(load: &Load) -> bool {
    match load {
        Load::Burst { .. } | Load::SelfExciting { .. } => true,
        Load::ConstantArrivalRate { max_vus, .. } | Load::RampingArrivalRate { max_vus, .. } => {
            max_vus.is_none()
        }
        _ => false,
    }
}

impl Seen {
    /// Takes in what happens next.
    fn take(&mut self, event: Event) {
        let Event { kind, who, arg, .. } = event;
        self.follow(event);
        let o = &mut self.outcome;
        match kind {
            Kind::Send => o.requests += 1,
            Kind::Ok => o.good += u64::from(Value(arg).is_real()),
            Kind::Error => o.errors += 1,
            Kind::Query => o.db_calls += 1,
            // A value that is stale was found in the cache; the argument says
            // whether that was a look-up of its own, or is remembered.
            Kind::Stale => {
                o.stale += 1;
                o.cache_calls += u64::from(arg == 0);
            }
            Kind::EdgeGrace | Kind::Ancient => o.stale += 1,
            Kind::Outdated => o.outdated += 1,
            Kind::Crash => o.crashes += 1,
            // What was warm before has cost nothing.
            Kind::Fill if who == WORLD => {}
            Kind::Hit
            | Kind::Miss
            | Kind::Early
            | Kind::Recheck
            | Kind::Fill
            | Kind::Reject
            | Kind::Orphan
            | Kind::Delete
            | Kind::Rename
            | Kind::Mark
            | Kind::Marker
            | Kind::CacheError => o.cache_calls += 1,
            // All servers are asked at once; what is not enough is given back.
            Kind::Lock | Kind::Busy | Kind::LockError | Kind::Unlock | Kind::Renew => {
                o.lock_calls += self.lock_servers;
            }
            Kind::Split | Kind::Silence => o.lock_calls += 2 * self.lock_servers,
            Kind::Client | Kind::Address => o.gateway_calls += u64::from(self.counts_together),
            Kind::BackupHit | Kind::BackupMiss | Kind::BackupFill | Kind::BackupError => {
                o.backup_calls += 1;
            }
            _ => {}
        }
    }

    /// Who is in the system.
    fn follow(&mut self, event: Event) {
        let index = event.who as usize;
        if event.kind.is_birth() && index == self.stands.len() {
            self.stands.push(Stand::born(event.kind));
            self.inside += 1;
            self.outcome.peak = self.outcome.peak.max(self.inside);
        } else if event.who != WORLD
            && let Some(stand) = self.stands.get_mut(index)
            && stand.take(event) == Then::Ended
        {
            self.inside -= 1;
        }
    }
}
