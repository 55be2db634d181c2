//! Singleflight: while a key is being loaded, nobody else loads it.
//!
//! The first caller for a key leads; those who come while its load is in
//! flight follow and get the same result, be it a value, an error or a panic.
//! It is not a cache: when the load is done the key is forgotten, and the next
//! caller loads again.
//!
//! The load is a task of its own, and its leader waits for it like everybody
//! else: whoever goes away, the load goes on. (`handover.rs` has another way
//! out.)
//!
//! Semantics: Go's `golang.org/x/sync/singleflight`: `Do`, `DoChan`, `Forget`.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::engine::race::{First, race};
use crate::engine::{Core, Nanos, Promise};
use crate::telemetry::Kind;
use crate::world::Request;
use crate::world::in_flight::InFlight;
use crate::world::request::Key;

/// The calls in flight, by key. One group per process: processes share nothing.
pub struct Singleflight<T> {
    core: Rc<Core>,
    calls: Rc<Calls<T>>,
    patience: Patience,
}

type Calls<T> = RefCell<InFlight<Rc<Call<T>>>>;

/// How long callers wait, and how they learn of the end.
#[derive(Clone, Copy, Default)]
pub struct Patience {
    /// A caller's own time-out (`DoChan` in a `select`).
    pub wait: Option<Nanos>,
    /// The leader has none (nginx).
    pub leader_stays: bool,
    /// A load this old is forgotten when the next caller comes.
    pub forget: Option<Nanos>,
    /// Followers look every so often instead of being woken (nginx).
    pub poll: Option<Nanos>,
}

/// One load, and who shares it.
struct Call<T> {
    /// The number in the name of its key, where names have one.
    name: u32,
    leader: u32,
    since: Nanos,
    followers: Cell<u32>,
    result: Promise<Option<T>>,
}

/// What a caller gets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shared<T> {
    /// The load's result, and whether anybody else got it too. That is true
    /// for the leader as well, as in Go.
    Done(T, bool),
    /// The load went away without a result.
    Abandoned,
    /// The caller has waited long enough.
    TimedOut,
}

impl<T: Clone> Singleflight<T> {
    /// Nothing in flight.
    pub fn new(core: &Rc<Core>, patience: Patience) -> Self {
        Singleflight { core: Rc::clone(core), calls: Rc::default(), patience }
    }

    /// Waits for the load of `key`. If nobody is loading it, `start` is to
    /// start the load, as a task of its own that ends with [`Flight::land`].
    pub fn run(
        &self,
        key: Key,
        caller: &Request<'_>,
        start: impl FnOnce(Flight<T>),
    ) -> impl Future<Output = Shared<T>> {
        let (call, follower) = match self.find(key, caller) {
            Some(call) => (call, Some(caller)),
            None => {
                let flight = self.take_off(key, caller);
                let call = Rc::clone(&flight.call);
                start(flight);
                (call, None)
            }
        };
        self.wait(call, follower)
    }

    /// Waits for the load of `key` that is in flight; `None` if there is none.
    pub async fn follow(&self, key: Key, caller: &Request<'_>) -> Option<Shared<T>> {
        let call = self.find(key, caller)?;
        Some(self.wait(call, Some(caller)).await)
    }

    /// Waits for the end of a flight, its leader or a follower.
    // An `async fn` keeps what it is given twice, and millions wait here.
    fn wait(
        &self,
        call: Rc<Call<T>>,
        follower: Option<&Request<'_>>,
    ) -> impl Future<Output = Shared<T>> {
        async move {
            if let Some(follower) = follower {
                call.followers.set(call.followers.get() + 1);
                follower.note(Kind::Join, call.leader);
            }
            let result = match self.patience {
                Patience { wait: None, poll: None, .. } => Some(call.result.wait().await),
                Patience { leader_stays: true, .. } if follower.is_none() => {
                    Some(call.result.wait().await)
                }
                _ => Box::pin(self.wait_with_patience(&call)).await,
            };
            let (kind, shared) = match result {
                None => (Some(Kind::Quit), Shared::TimedOut),
                Some(None) => (None, Shared::Abandoned),
                Some(Some(value)) => {
                    (Some(Kind::Wake), Shared::Done(value, call.followers.get() > 0))
                }
            };
            if let (Some(kind), Some(follower)) = (kind, follower) {
                follower.note(kind, call.leader);
                follower.woken.set(kind == Kind::Wake);
            }
            shared
        }
    }

    /// The result, or `None` if the caller's own time is over first.
    async fn wait_with_patience(&self, call: &Call<T>) -> Option<Option<T>> {
        let landing = async {
            if let Some(span) = self.patience.poll {
                while !call.result.is_kept() {
                    self.core.sleep(span).await;
                }
            }
            call.result.wait().await
        };
        match self.patience.wait {
            None => Some(landing.await),
            Some(span) => match race(landing, self.core.sleep(span)).await {
                First::Left(result) => Some(result),
                First::Right(()) => None,
            },
        }
    }

    /// The call in flight for a key, unless it is too old, or for another name
    /// of it.
    fn find(&self, key: Key, caller: &Request<'_>) -> Option<Rc<Call<T>>> {
        let call = self.calls.borrow().get(key).cloned()?;
        let age = self.core.now().since(call.since);
        let too_old = self.patience.forget.is_some_and(|limit| age >= limit);
        if too_old || call.name != caller.name() {
            self.forget(key);
            return None;
        }
        Some(call)
    }

    /// `Forget`: the next caller for the key starts another load. The one in
    /// flight goes on, and still answers those who wait for it.
    pub fn forget(&self, key: Key) {
        self.calls.borrow_mut().remove(key);
    }

    /// Begins a flight that its caller leads.
    pub fn take_off(&self, key: Key, caller: &Request<'_>) -> Flight<T> {
        caller.note(Kind::Lead, caller.key);
        let result = Promise::new(&self.core);
        let since = self.core.now();
        let call = Rc::new(Call {
            name: caller.name(),
            leader: caller.id,
            since,
            followers: Cell::new(0),
            result,
        });
        self.calls.borrow_mut().insert(key, Rc::clone(&call));
        Flight { calls: Rc::clone(&self.calls), key, call, landed: false }
    }

    /// How many keys are being loaded now.
    pub fn in_flight(&self) -> usize {
        self.calls.borrow().len()
    }
}

/// A load in flight. Whatever becomes of it, the key is freed and those who
/// wait are answered.
pub struct Flight<T: Clone> {
    calls: Rc<Calls<T>>,
    key: Key,
    call: Rc<Call<T>>,
    landed: bool,
}

impl<T: Clone> Flight<T> {
    /// Ends the flight with a result for everybody.
    pub fn land(mut self, leader: &Request<'_>, value: T) {
        self.landed = true;
        self.call.result.keep(Some(value));
        leader.note(Kind::Land, self.call.followers.get());
    }

    /// Ends the flight without a result: its process dies.
    pub fn abort(self, leader: &Request<'_>) {
        leader.note(Kind::Abort, self.call.followers.get());
    }

    /// How many followers it has.
    pub fn followers(&self) -> u32 {
        self.call.followers.get()
    }
}

impl<T: Clone> Drop for Flight<T> {
    fn drop(&mut self) {
        let mut calls = self.calls.borrow_mut();
        // After `Forget` the key may be somebody else's by now.
        if calls.get(self.key).is_some_and(|call| Rc::ptr_eq(call, &self.call)) {
            calls.remove(self.key);
        }
        if !self.landed {
            self.call.result.keep(None);
        }
    }
}
