//! Singleflight: while a key is being loaded, nobody else loads it.
//!
//! The first caller for a key leads and does the work; those who come while
//! it works follow and get the same result. It is not a cache: when the
//! leader is done the key is forgotten, and the next caller works again.
//!
//! Semantics: Go's `golang.org/x/sync/singleflight`, `Group.Do`.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::engine::{Core, Promise};
use crate::telemetry::Kind;
use crate::world::Request;

/// The calls in flight, by key. One per process: processes share nothing.
pub struct Singleflight<K, T> {
    core: Rc<Core>,
    calls: RefCell<BTreeMap<K, Rc<Call<T>>>>,
    /// What followers get when their leader vanishes without a result.
    abandoned: T,
}

/// One load, and who shares it.
struct Call<T> {
    leader: u32,
    followers: Cell<u32>,
    result: Promise<T>,
}

/// What a caller gets.
pub struct Shared<T> {
    /// The leader's result.
    pub value: T,
    /// Whether anybody else got it too. True for the leader as well, as in Go.
    pub shared: bool,
}

impl<K: Ord + Copy, T: Clone> Singleflight<K, T> {
    /// Nothing in flight.
    pub fn new(core: &Rc<Core>, abandoned: T) -> Self {
        Singleflight { core: Rc::clone(core), calls: RefCell::default(), abandoned }
    }

    /// Does `work`, or waits for the caller that is doing it for this key.
    pub async fn run(
        &self,
        key: K,
        caller: &Request<'_>,
        work: impl AsyncFnOnce() -> T,
    ) -> Shared<T> {
        let in_flight = self.calls.borrow().get(&key).cloned();
        if let Some(call) = in_flight {
            return self.follow(&call, caller).await;
        }
        self.lead(key, caller, work).await
    }

    async fn follow(&self, call: &Call<T>, caller: &Request<'_>) -> Shared<T> {
        call.followers.set(call.followers.get() + 1);
        caller.note(Kind::Join, call.leader);
        let value = call.result.wait().await;
        caller.note(Kind::Wake, call.leader);
        Shared { value, shared: true }
    }

    async fn lead(&self, key: K, caller: &Request<'_>, work: impl AsyncFnOnce() -> T) -> Shared<T> {
        let flight = self.take_off(key, caller.id);
        caller.note(Kind::Lead, caller.key);
        let value = work().await;
        let followers = flight.land(value.clone());
        caller.note(Kind::Land, followers);
        Shared { value, shared: followers > 0 }
    }

    fn take_off(&self, key: K, leader: u32) -> Flight<'_, K, T> {
        let result = Promise::new(&self.core);
        let call = Rc::new(Call { leader, followers: Cell::new(0), result });
        self.calls.borrow_mut().insert(key, Rc::clone(&call));
        Flight { group: self, key, call }
    }

    /// How many keys are being loaded now.
    pub fn in_flight(&self) -> usize {
        self.calls.borrow().len()
    }
}

/// A leader's flight. Whatever becomes of the leader, the key is freed and
/// its followers are answered.
struct Flight<'a, K: Ord + Copy, T: Clone> {
    group: &'a Singleflight<K, T>,
    key: K,
    call: Rc<Call<T>>,
}

impl<K: Ord + Copy, T: Clone> Flight<'_, K, T> {
    /// Ends the flight with a result; returns how many followers it had.
    fn land(self, value: T) -> u32 {
        self.call.result.keep(value);
        self.call.followers.get()
    }
}

impl<K: Ord + Copy, T: Clone> Drop for Flight<'_, K, T> {
    fn drop(&mut self) {
        self.group.calls.borrow_mut().remove(&self.key);
        self.call.result.keep_if_open(|| self.group.abandoned.clone());
    }
}
