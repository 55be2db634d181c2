//! Loads in flight, as scripts have them: whoever leads one lands it, and those who
//! have joined get the same.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use rune::Any;

use super::call::Call;
use crate::engine::race::{First, race};
use crate::engine::{Core, Nanos, Promise};
use crate::protect::Loaded;
use crate::telemetry::{Kind, Reason};
use crate::world::Request;
use crate::world::request::Key;

/// What is never landed is not waited for longer: a run has an end.
const PATIENCE: Nanos = Nanos(60_000_000_000);

/// A process's flights.
pub struct Flights {
    core: Rc<Core>,
    in_flight: RefCell<BTreeMap<Key, Rc<Load>>>,
}

/// One load, and who shares it.
pub struct Load {
    leader: u32,
    followers: Cell<u32>,
    result: Promise<Option<Loaded>>,
}

/// A flight, in the hands of whoever leads it. Let go of without being landed, it is
/// given up, and those who have joined learn that.
#[derive(Any)]
#[rune(item = ::flights)]
pub struct Flight {
    call: Rc<Call>,
    key: Key,
    /// What is shared.
    pub load: Rc<Load>,
    landed: Cell<bool>,
}

impl Flights {
    /// Nothing is in flight.
    pub fn new(core: &Rc<Core>) -> Flights {
        Flights { core: Rc::clone(core), in_flight: RefCell::default() }
    }

    /// Nothing is in flight any more.
    pub fn reset(&self) {
        self.in_flight.borrow_mut().clear();
    }

    /// The load of a key that is in flight.
    pub fn join(&self, key: Key) -> Option<Rc<Load>> {
        self.in_flight.borrow().get(&key).cloned()
    }

    /// Begins one, which whoever comes later joins; one that there was is forgotten.
    pub fn lead(&self, call: &Rc<Call>, key: Key) -> Flight {
        call.request().note(Kind::Lead, key);
        let load = Rc::new(Load {
            leader: call.request().id,
            followers: Cell::new(0),
            result: Promise::new(&self.core),
        });
        self.in_flight.borrow_mut().insert(key, Rc::clone(&load));
        Flight { call: Rc::clone(call), key, load, landed: Cell::new(false) }
    }

    fn forget(&self, key: Key, load: &Rc<Load>) {
        let in_flight = &mut *self.in_flight.borrow_mut();
        // It may be somebody else's by now.
        if in_flight.get(&key).is_some_and(|known| Rc::ptr_eq(known, load)) {
            in_flight.remove(&key);
        }
    }
}

impl Load {
    /// Waits for the result as one of those who have joined; `None` if it was given up.
    pub async fn follow(&self, request: &Request<'_>) -> Option<Loaded> {
        self.followers.set(self.followers.get() + 1);
        request.note(Kind::Join, self.leader);
        let result = self.landing(&request.world.core).await;
        match result {
            Some(Err(Reason::FlightTimeout)) => request.note(Kind::Quit, self.leader),
            Some(_) => {
                request.note(Kind::Wake, self.leader);
                request.woken.set(true);
            }
            None => {}
        }
        result
    }

    /// Waits for it as the one who leads.
    pub async fn result(&self, core: &Core) -> Option<Loaded> {
        self.landing(core).await
    }

    async fn landing(&self, core: &Core) -> Option<Loaded> {
        match race(self.result.wait(), core.sleep(PATIENCE)).await {
            First::Left(result) => result,
            First::Right(()) => Some(Err(Reason::FlightTimeout)),
        }
    }
}

impl Flight {
    /// Everybody who waits has the result.
    pub fn land(&self, loaded: Loaded) {
        if !self.landed.replace(true) {
            self.load.result.keep(Some(loaded));
            self.call.request().note(Kind::Land, self.load.followers.get());
            self.call.host.flights.forget(self.key, &self.load);
        }
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        if !self.landed.get() {
            self.call.request().note(Kind::Abort, self.load.followers.get());
            self.call.host.flights.forget(self.key, &self.load);
            self.load.result.keep(None);
        }
    }
}
