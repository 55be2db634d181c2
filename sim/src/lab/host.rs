//! A script in one process: what it can reach, and what it remembers.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use rune::{Vm, vm_try};

use super::call::{Call, Done, is_late};
use super::compile::Compiled;
use super::flights::Flights;
use super::places::Places;
use super::values::{self, Stored};
use crate::engine::streams::{Purpose, Stream};
use crate::protect::app::while_up;
use crate::protect::copies::Copies;
use crate::protect::fill::Fill;
use crate::protect::further::Going;
use crate::protect::path::Site;
use crate::protect::script::Program;
use crate::protect::source::Source;
use crate::telemetry::Reason;
use crate::telemetry::stopped::By;
use crate::world::request::Key;
use crate::world::{Process, Request, World};

/// How many tasks behind requests a process may have at a time.
const TASKS: u32 = 10_000;
/// How many entries a process may keep.
pub const ENTRIES: usize = 100_000;
/// How long a name may be, in bytes.
pub const NAME: usize = 64;
/// How many bytes the scripts of all processes may use together.
const BYTES: usize = 256 * 1024 * 1024;
/// How many requests may be stopped in a process until nobody asks the script any
/// more: whoever is stopped has used all the time that he may.
const STOPS: u32 = 20;

/// A script in a process.
pub struct Host {
    /// What the process is part of.
    pub world: Rc<World>,
    /// The process.
    pub process: Rc<Process>,
    /// Its way to the database.
    pub source: Source,
    /// The script.
    pub script: Compiled,
    /// The process's copies.
    pub copies: Rc<Copies>,
    /// The loads that others wait for.
    pub flights: Rc<Flights>,
    /// Places of which there are only so many.
    pub places: Places,
    /// What it draws: for nothing in particular, when to reload early, when to try for a
    /// lock again, whom to refuse.
    pub random: [RefCell<Stream>; 4],
    /// Filling the cache as we do it, and its dice.
    pub fill: Option<Rc<Fill>>,
    /// The scenario, as JSON.
    pub settings: serde_json::Value,
    entries: RefCell<BTreeMap<(String, i64), Stored>>,
    refreshing: Rc<RefCell<BTreeSet<Key>>>,
    tasks: Cell<u32>,
    tokens: Cell<u32>,
    stops: Cell<u32>,
    /// Bytes in use, and how many may be.
    bytes: Cell<usize>,
    most: usize,
}

/// See [`Host`].
pub struct Hosted(pub Rc<Host>);

impl Program for Hosted {
    fn answer<'a>(&'a self, request: &'a Request<'_>) -> Going<'a> {
        let call = Call::new(&self.0, request);
        Box::pin(async move {
            if self.0.stops.get() >= STOPS {
                return Err(call.stop(By::GivenUp, None));
            }
            let mut vm = Vm::new(
                std::sync::Arc::clone(&self.0.script.runtime),
                std::sync::Arc::clone(&self.0.script.unit),
            );
            let key = i64::from(request.key);
            let asked = Rc::clone(&call);
            let work = async move {
                let mut execution = vm_try!(vm.execute(["get"], (key,)));
                let done = execution.async_complete().await;
                // After a jump back, the last one would be before the first.
                let vm = execution.vm();
                asked.was_at(vm.last_ip().min(vm.ip()));
                done
            };
            let value = call.run(work).await?;
            call.loaded(value)
        })
    }

    fn reset(&self) {
        self.0.entries.borrow_mut().clear();
        self.0.flights.reset();
    }
}

impl Host {
    /// In a process that knows nothing yet.
    pub fn new(site: &Site<'_>, fill: Option<Rc<Fill>>, script: Compiled) -> Host {
        let id = site.process.id;
        let mut source = Source::new(site);
        // The script says who is late, if it is asked.
        source.late = Some(Box::new(|_now, waited| is_late(waited)));
        Host {
            world: Rc::clone(site.world),
            process: Rc::clone(site.process),
            source,
            fill,
            script,
            copies: site.kept.part(|| Copies::new(&site.scenario.local)),
            flights: Rc::new(Flights::new(&site.world.core)),
            places: Places::new(&site.world.core),
            random: [Purpose::Script, Purpose::Early, Purpose::LockPoll, Purpose::Throttle]
                .map(|purpose| RefCell::new(Stream::new(site.seed, purpose, id.into()))),
            settings: site.scenario.to_value(),
            entries: RefCell::default(),
            refreshing: Rc::default(),
            tasks: Cell::new(0),
            tokens: Cell::new(0),
            stops: Cell::new(0),
            bytes: Cell::new(0),
            most: BYTES / site.scenario.most_processes() as usize,
        }
    }

    /// A request was stopped.
    pub fn count_stop(&self) {
        self.stops.set(self.stops.get().saturating_add(1));
    }

    /// A script that used so many bytes uses so many now.
    pub fn weigh(&self, before: usize, now: usize) {
        self.bytes.set(self.bytes.get() - before + now);
    }

    /// Whether scripts use more than they may.
    pub fn is_full(&self) -> bool {
        self.bytes.get() > self.most
    }

    /// A key was found stale: the right to refresh it, unless somebody has it.
    pub fn refreshing(&self, key: Key) -> Option<Refreshing> {
        let first = self.refreshing.borrow_mut().insert(key);
        first.then(|| Refreshing { keys: Rc::clone(&self.refreshing), key })
    }

    /// A token that no other process, and no other time, has.
    pub fn next_token(&self) -> u64 {
        self.tokens.set(self.tokens.get() + 1);
        u64::from(self.process.id) << 32 | u64::from(self.tokens.get())
    }

    /// What is kept under a name and a number.
    pub fn entry(&self, name: &str, number: i64) -> Option<Stored> {
        self.entries.borrow().get(&(name.to_owned(), number)).copied()
    }

    /// Keeps something under a name and a number, or nothing any more; false if that
    /// is one too many.
    pub fn set_entry(&self, name: &str, number: i64, value: Option<Stored>) -> bool {
        if name.len() > NAME {
            return false;
        }
        let entries = &mut *self.entries.borrow_mut();
        let key = (name.to_owned(), number);
        match value {
            None => drop(entries.remove(&key)),
            Some(_) if entries.len() >= ENTRIES && !entries.contains_key(&key) => return false,
            Some(value) => drop(entries.insert(key, value)),
        }
        true
    }

    /// Whether one more task may be started.
    pub fn has_room(&self) -> bool {
        self.tasks.get() < TASKS
    }

    /// Starts something behind a request, as long as the process lives. `then` learns
    /// how it ended.
    pub fn start(
        self: &Rc<Host>,
        call: Rc<Call>,
        work: impl Future<Output = Done> + 'static,
        then: impl FnOnce(&Call, Option<Reason>) + 'static,
    ) {
        self.tasks.set(self.tasks.get() + 1);
        let host = Rc::clone(self);
        self.world.spawn(async move {
            let done = while_up(&host.world, &host.process, call.run(work)).await;
            let failed = match done {
                None => Some(Reason::Crashed),
                Some(Err(reason)) => Some(reason),
                // What it returns matters only if that is an error.
                Some(Ok(value)) => values::loaded(value).and_then(Result::err),
            };
            host.tasks.set(host.tasks.get() - 1);
            then(&call, failed);
        });
    }
}

/// The right to refresh a key; whoever lets go of it leaves it to others.
pub struct Refreshing {
    keys: Rc<RefCell<BTreeSet<Key>>>,
    key: Key,
}

impl Drop for Refreshing {
    fn drop(&mut self) {
        self.keys.borrow_mut().remove(&self.key);
    }
}
