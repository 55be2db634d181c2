//! What a request costs its server: CPU time.
//!
//! Every request needs some before anything else is done about it, one that
//! will be refused, too. And whoever follows a flight needs some more when it
//! wakes: the value is there for all at once, but to write thousands of answers
//! takes a server its time. On an event loop everybody else waits meanwhile.
//!
//! An event loop has a queue, and can shed load by it (`shed.delay`): whoever comes out
//! of a queue that never empties, and has been in it for too long, is refused instead of
//! served, by the rules of CoDel.

use std::cell::{Cell, RefCell};

use super::Loaded;
use super::codel::Codel;
use super::layer::{Layer, Next, Part};
use super::path::Site;
use crate::engine::Nanos;
use crate::engine::streams::{Purpose, Stream};
use crate::telemetry::{Kind, Reason};
use crate::world::Request;
use crate::world::cpu::Cpu;
use crate::world::work::Work;

/// A process's CPU, at its door.
pub struct Compute {
    cpu: Cpu,
    request: Work,
    answer: Nanos,
    random: RefCell<Stream>,
    queue: Codel,
    /// Whether who has queued for too long is refused.
    sheds: Cell<bool>,
}

impl Layer for Compute {
    async fn call(&self, request: &Request<'_>, next: impl Next) -> Loaded {
        let work = self.request.draw(&mut self.random.borrow_mut());
        if work > Nanos::ZERO && !self.begin(request, work).await {
            request.note(Kind::Refuse, Reason::QueuedLong as u32);
            return Err(Reason::QueuedLong);
        }
        let loaded = next.load(request).await;
        if request.woken.get() && self.answer > Nanos::ZERO {
            self.cpu.work(request, self.answer, [Kind::Reply, Kind::Replied], |_| true).await;
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
            queue: Codel::new(&site.scenario.codel),
            sheds: Cell::new(false),
        }
    }

    /// From now on who has queued for too long is refused, or is not.
    pub fn set_shedding(&self, sheds: bool) {
        self.sheds.set(sheds);
    }

    /// What a request takes before anything else, unless it comes to its turn too late.
    async fn begin(&self, request: &Request<'_>, work: Nanos) -> bool {
        let begins =
            |delay| !(self.sheds.get() && self.queue.refuses(request.world.core.now(), delay));
        self.cpu.work(request, work, [Kind::Compute, Kind::Computed], begins).await
    }

    /// How busy it is.
    pub fn cpu(&self) -> &Cpu {
        &self.cpu
    }
}

impl Part for Compute {
    /// What was being done has ended with its tasks.
    fn reset(&self) {
        self.queue.reset();
    }
}
