//! How long a process takes to answer a scrape.
//!
//! It needs some CPU for it, like any request: on an event loop it waits for all who
//! came before it; on cores that are shared it gets its share of one. And who stands
//! still answers nobody. The run itself does not feel it, so that watching it changes
//! nothing.

use super::system::System;
use crate::engine::Nanos;

/// The CPU of a process, and the scrape that it answers.
#[derive(Clone, Default)]
pub struct Handler {
    /// Requests at the CPU.
    at_work: u32,
    scrape: Option<Scrape>,
}

/// A scrape that has not been answered.
#[derive(Clone)]
struct Scrape {
    came: Nanos,
    /// Requests that came before it and are still there, where it waits for them.
    ahead: u32,
    /// CPU time that it still needs, in nanoseconds, as of `now`.
    left: f64,
    now: Nanos,
}

impl Handler {
    /// Somebody asks at `at`; a process turns to it at `turn`, and then needs `work`.
    pub fn ask(&mut self, system: &System, at: Nanos, turn: Nanos, work: Nanos) {
        let left = if system.cores().is_some() { work.0 as f64 } else { 0.0 };
        let ahead = if system.queues() { self.at_work } else { 0 };
        self.scrape = Some(Scrape { came: at, ahead, left, now: turn });
    }

    /// Nobody waits for an answer any more.
    pub fn forget(&mut self) {
        self.scrape = None;
    }

    /// Whether somebody waits for an answer.
    pub fn is_asked(&self) -> bool {
        self.scrape.is_some()
    }

    /// A request comes to the CPU of process `of`, which was started at `since`.
    pub fn enter(&mut self, system: &System, of: (u32, Nanos), at: Nanos) {
        self.go_on(system, of, at);
        self.at_work += 1;
    }

    /// One that came at `came` goes.
    pub fn leave(&mut self, system: &System, of: (u32, Nanos), at: Nanos, came: Nanos) {
        self.go_on(system, of, at);
        self.at_work -= 1;
        if let Some(scrape) = self.scrape.as_mut().filter(|scrape| came <= scrape.came) {
            scrape.ahead = scrape.ahead.saturating_sub(1);
        }
    }

    /// When the scrape is answered if nobody comes or goes before; `None` if it waits
    /// for somebody.
    pub fn answers(&self, system: &System, of: (u32, Nanos)) -> Option<Nanos> {
        let mut scrape = self.scrape.clone()?;
        scrape.walk(system, of, self.rate(system, &scrape), Nanos::MAX)
    }

    fn go_on(&mut self, system: &System, of: (u32, Nanos), at: Nanos) {
        let Some(mut scrape) = self.scrape.take() else { return };
        scrape.walk(system, of, self.rate(system, &scrape), at);
        self.scrape = Some(scrape);
    }

    /// The share of a core that the scrape has.
    fn rate(&self, system: &System, scrape: &Scrape) -> f64 {
        match system.cores() {
            None => 1.0,
            Some(_) if scrape.ahead > 0 => 0.0,
            Some(_) if system.queues() => 1.0,
            Some(cores) => (cores / f64::from(self.at_work + 1)).min(1.0),
        }
    }
}

impl Scrape {
    /// Works at a rate until `limit`, or until it is done: when that is.
    fn walk(
        &mut self,
        system: &System,
        (process, since): (u32, Nanos),
        rate: f64,
        limit: Nanos,
    ) -> Option<Nanos> {
        if rate == 0.0 {
            self.now = self.now.max(limit);
            return None;
        }
        while self.now < limit {
            let until = system.still_until(process, self.now, since);
            if until > self.now {
                self.now = until;
                continue;
            }
            let pause = system.next_still(process, self.now).min(limit);
            let done = self.now + Nanos::from_f64(self.left / rate);
            if done <= pause {
                (self.now, self.left) = (done, 0.0);
                return Some(done);
            }
            self.left -= (pause - self.now).0 as f64 * rate;
            self.now = pause;
        }
        None
    }
}
