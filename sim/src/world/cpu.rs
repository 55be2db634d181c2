//! The CPU of one server process.
//!
//! As threads on cores that share them fairly (`sharing.rs`), or as an event
//! loop: one piece of work at a time, first come first served, whatever cores
//! there are. One has the same mean response time whatever the work is like; of
//! the other, one long piece makes everybody wait behind it (M/G/1: Kleinrock,
//! *Queueing Systems* I, 1975, ch. 5, and II, 1976, ch. 4).
//!
//! Whoever goes away takes the work along that was to be done.

use std::cell::Cell;
use std::panic::Location;
use std::rc::Rc;

use super::Request;
use super::sharing::{Running, Sharing};
use crate::engine::{Core, Nanos, Promise, Semaphore};
use crate::scenario::{CpuMode, CpuSpec};
use crate::telemetry::Kind;

/// The CPU of a process.
pub struct Cpu {
    process: u32,
    core: Rc<Core>,
    cores: u32,
    how: How,
    meter: Cell<Meter>,
}

enum How {
    Shared(Rc<Shared>),
    Loop(Semaphore),
}

/// Cores, and whether somebody looks after them: while there is nothing to do,
/// nobody does.
struct Shared {
    cores: Sharing<Rc<Promise<()>>>,
    served: Cell<bool>,
}

/// How much has been used.
#[derive(Clone, Copy, Default)]
struct Meter {
    at_work: u32,
    since: Nanos,
    used: Nanos,
}

impl Cpu {
    /// The idle CPU of a process.
    pub fn new(core: &Rc<Core>, spec: &CpuSpec, process: u32) -> Cpu {
        let (cores, how) = match spec.mode {
            CpuMode::Sharing => {
                let cores = Sharing::new(core, spec.cores);
                (spec.cores, How::Shared(Rc::new(Shared { cores, served: Cell::new(false) })))
            }
            CpuMode::EventLoop => (1, How::Loop(Semaphore::new(core, 1))),
        };
        Cpu { process, core: Rc::clone(core), cores, how, meter: Cell::default() }
    }

    /// Does a request's work; `kinds` happen when it comes and when it is done. When its
    /// turn comes after so long, `begins` says whether it is to be done at all; where
    /// work shares the cores, nobody waits for a turn. False: it was not done.
    #[track_caller]
    pub fn work<'a>(
        &'a self,
        request: &'a Request<'_>,
        work: Nanos,
        kinds: [Kind; 2],
        begins: impl Fn(Nanos) -> bool + 'a,
    ) -> impl Future<Output = bool> {
        let site = Location::caller();
        self.core.wait_at(site, async move {
            request.note(kinds[0], self.process);
            let at_work = AtWork::new(self);
            match &self.how {
                How::Shared(shared) => share(shared, request, work).await,
                How::Loop(turns) => {
                    let came = self.core.now();
                    let turn = turns.acquire().await;
                    if !begins(self.core.now() - came) {
                        return false;
                    }
                    self.core.sleep(work).await;
                    drop(turn);
                }
            }
            drop(at_work);
            request.note(kinds[1], self.process);
            true
        })
    }

    /// For how long cores have been busy so far, all of them together.
    pub fn used(&self) -> Nanos {
        self.count(0);
        self.meter.get().used
    }

    /// How many cores can be busy.
    pub fn cores(&self) -> u32 {
        self.cores
    }

    fn count(&self, change: i32) {
        let Meter { at_work, since, used } = self.meter.get();
        let now = self.core.now();
        let busy = u64::from(at_work.min(self.cores));
        let used = Nanos(used.0 + now.since(since).0 * busy);
        let at_work = at_work.saturating_add_signed(change);
        self.meter.set(Meter { at_work, since: now, used });
    }
}

/// A piece of work among those that share the cores.
async fn share(shared: &Rc<Shared>, request: &Request<'_>, work: Nanos) {
    let done = Rc::new(Promise::new(&request.world.core));
    let running = shared.cores.begin(request.id, work, Rc::clone(&done));
    if !shared.served.replace(true) {
        let shared = Rc::clone(shared);
        request.world.spawn(async move {
            shared.cores.drain(|_, done| done.keep(())).await;
            shared.served.set(false);
        });
    }
    let place = Place { shared, running };
    done.wait().await;
    // It has ended by itself.
    std::mem::forget(place);
}

/// A piece of work that stops if this is dropped.
struct Place<'a> {
    shared: &'a Shared,
    running: Running,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.shared.cores.stop(self.running);
    }
}

/// A piece of work that is counted until this is dropped.
struct AtWork<'a>(&'a Cpu);

impl<'a> AtWork<'a> {
    fn new(cpu: &'a Cpu) -> AtWork<'a> {
        cpu.count(1);
        AtWork(cpu)
    }
}

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        self.0.count(-1);
    }
}
