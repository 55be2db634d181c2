//! When a system runs out of something: memory, CPU, answers.
//!
//! Read off the events alone, like everything else, but against the system's
//! limits, which no event tells: how much memory a process has and what a request
//! takes of it, and how many cores the database has.

use super::Event;
use super::event::{Kind, Reason};
use super::moments::What;
use crate::engine::Nanos;
use crate::scenario::Scenario;

/// Memory is nearly full when so much of it is used.
const NEARLY: f64 = 0.8;
/// The database's CPU is at 100 % when no core has been idle for so long, as
/// what measures it looks at an average over some seconds.
const BUSY: Nanos = Nanos(5_000_000_000);
/// Every query times out when for so long none has been answered, …
const SILENT: Nanos = Nanos(3_000_000_000);
/// … and so many have timed out meanwhile.
const TIMED_OUT: u32 = 10;
/// So many misses are told.
const MANY: u32 = 500_000;

/// What a system has.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// How many requests a process has memory for, if that is limited.
    memory: Option<f64>,
    /// Cores of all database servers. 0: not known.
    cores: u64,
    /// Whether the most popular of several keys is in the cache at the start.
    warm: bool,
}

impl Limits {
    /// Those of a scenario.
    pub fn of(scenario: &Scenario) -> Limits {
        let Scenario { fleet, db, replicas, keys, .. } = scenario;
        Limits {
            memory: (fleet.memory_mb > 0.0).then(|| fleet.memory_mb * 1e3 / fleet.request_kb),
            cores: u64::from(db.cores) * u64::from(1 + replicas.count),
            warm: keys.warm && keys.count > 1,
        }
    }
}

/// What a run has run out of so far.
#[derive(Default)]
pub struct Strain {
    limits: Limits,
    /// Requests in each process.
    inside: Vec<u32>,
    misses: u32,
    /// Since when no core of the database is idle.
    busy: Option<Nanos>,
    /// Since when no query has been answered, and how many have timed out since.
    silent: (Nanos, u32),
    told: [bool; 5],
}

/// What is told once.
#[derive(Clone, Copy)]
enum Once {
    Expired,
    Missed,
    Memory,
    Busy,
    Silent,
}

impl Strain {
    /// Of a system with such limits.
    pub fn new(limits: Limits) -> Strain {
        Strain { limits, ..Strain::default() }
    }

    /// A request has left the process that it was in.
    pub fn leave(&mut self, process: u32, Event { kind, arg, .. }: Event) {
        // Whoever dies with its process has left with it.
        let died = kind == Kind::Error && arg == Reason::Crashed as u32;
        if !died && let Some(inside) = self.inside.get_mut(process as usize) {
            *inside = inside.saturating_sub(1);
        }
    }

    /// A request comes into a process.
    pub fn enter(&mut self, process: u32) -> Option<What> {
        let memory = self.limits.memory?;
        let process = process as usize;
        if self.inside.len() <= process {
            self.inside.resize(process + 1, 0);
        }
        self.inside[process] += 1;
        let full = f64::from(self.inside[process]) >= NEARLY * memory;
        self.tell(Once::Memory, full, What::MemoryFull(process as u32))
    }

    /// Something happens, with so many queries at the database now.
    pub fn take(&mut self, Event { at, kind, who, arg }: Event, running: u64) -> Option<What> {
        match kind {
            Kind::Miss => {
                self.misses += 1;
                let expired = self.limits.warm && arg == 0;
                self.tell(Once::Expired, expired, What::TopExpired(who))
                    .or_else(|| self.tell(Once::Missed, self.misses == MANY, What::Missed(MANY)))
            }
            Kind::Query | Kind::Answer | Kind::Abandon | Kind::Wasted => {
                self.busy = match self.busy {
                    _ if self.limits.cores == 0 || running < self.limits.cores => None,
                    since => since.or(Some(at)),
                };
                match (kind, arg) {
                    (Kind::Answer, 0) => self.silent = (at, 0),
                    (Kind::Abandon, _) => self.silent.1 += 1,
                    _ => {}
                }
                let busy = self.busy.is_some_and(|since| at - since >= BUSY);
                let silent = self.silent.1 >= TIMED_OUT && at - self.silent.0 >= SILENT;
                self.tell(Once::Busy, busy, What::CpuFull)
                    .or_else(|| self.tell(Once::Silent, silent, What::NoAnswers))
            }
            _ => None,
        }
    }

    /// A process dies: whether because it needed more memory than it has.
    pub fn die(&mut self, process: u32) -> bool {
        let Some(inside) = self.inside.get_mut(process as usize) else { return false };
        let out = self.limits.memory.is_some_and(|memory| f64::from(*inside) > memory);
        *inside = 0;
        out
    }

    fn tell(&mut self, once: Once, happens: bool, what: What) -> Option<What> {
        let told = &mut self.told[once as usize];
        let tells = happens && !*told;
        *told |= happens;
        tells.then_some(what)
    }
}
