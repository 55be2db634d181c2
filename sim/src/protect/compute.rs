//! What a request costs its server: CPU time.
//!
//! Every request needs some before anything else is done about it, one that
//! will be refused, too. And whoever follows a flight needs some more when it
//! wakes: the value is there for all at once, but to write thousands of answers
//! takes a server its time. On an event loop everybody else waits meanwhile.

use std::cell::RefCell;

use super::Loaded;
use super::layer::{Layer, Next, Part};
use super::path::Site;
use crate::engine::Nanos;
use crate::engine::streams::{Purpose, Stream};
use crate::telemetry::Kind;
use crate::world::Request;
use crate::world::cpu::Cpu;
use crate::world::work::Work;

/// A process's CPU, at its door.
pub struct Compute {
    cpu: Cpu,
    request: Work,
    answer: Nanos,
    random: RefCell<Stream>,
}

impl Layer for Compute {
    async fn call(&self, request: &Request<'_>, next: impl Next) -> Loaded {
        let work = self.request.draw(&mut self.random.borrow_mut());
        if work > Nanos::ZERO {
            self.cpu.work(request, work, [Kind::Compute, Kind::Computed]).await;
        }
        let loaded = next.load(request).await;
        if request.woken.get() && self.answer > Nanos::ZERO {
            self.cpu.work(request, self.answer, [Kind::Reply, Kind::Replied]).await;
        }
        loaded
    }
}

impl Compute {
    /// The CPU of a process.
    pub fn new(site: &Site<'_>) -> Compute {
        let (spec, id) = (&site.scenario.cpu, site.process.id);
        Compute {
            cpu: Cpu::new(&site.world.core, spec, id),
            request: Work::new(spec.request_ms, spec.request),
            answer: Nanos::from_ms(spec.follower_ms),
            random: RefCell::new(Stream::new(site.seed, Purpose::Cpu, id.into())),
        }
    }

    /// How busy it is.
    pub fn cpu(&self) -> &Cpu {
        &self.cpu
    }
}

impl Part for Compute {
    /// What was being done has ended with its tasks.
    fn reset(&self) {}
}
