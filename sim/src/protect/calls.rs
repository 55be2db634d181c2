//! Handler calls under way, and who shares them.
//!
//! A call is a task of its own: whoever asked for it first waits for it like everybody
//! else. It is open to others until its last byte has been sent.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use super::Loaded;
use super::layer::{Fate, Next, Part};
use crate::engine::{Nanos, Promise};
use crate::telemetry::{Kind, Reason};
use crate::world::Request;
use crate::world::http::{Asked, Http};

/// The handler calls that are under way, by the name of what they answer.
#[derive(Default)]
pub struct Calls(RefCell<BTreeMap<Asked, Rc<Call>>>);

/// A handler call, and who shares it.
pub struct Call {
    /// Whose it is.
    pub caller: u32,
    /// The answer, when its first byte is there.
    pub first: Promise<Loaded>,
    /// When its last byte is.
    pub last: Cell<Nanos>,
    /// How many more share it.
    pub followers: Cell<u32>,
}

impl Calls {
    /// The call that answers a request: one that is under way, or its own, as a task
    /// that outlives it. `keep` is told what the handler answered, if it did, and when
    /// that has been sent.
    pub fn join(
        &self,
        request: &Request<'_>,
        name: Asked,
        next: impl Next,
        keep: impl FnOnce(&Request<'_>, Loaded, Nanos) + 'static,
    ) -> Rc<Call> {
        if let Some(call) = self.follow(request, name) {
            return call;
        }
        let call = self.begin(request, name);
        let flying = Rc::clone(&call);
        next.detach(request.world.core.now(), request, move |caller, came| {
            let answer = came.unwrap_or(Err(Reason::Crashed));
            let last = flying.set_last(caller, answer);
            // A process that died has nothing to keep.
            if came.is_some() {
                keep(caller, answer, last);
            }
            flying.first.keep(answer);
            Fate::Lives
        });
        call
    }

    /// The call for a name that is under way, if there is one, to be shared.
    pub fn follow(&self, request: &Request<'_>, name: Asked) -> Option<Rc<Call>> {
        let now = request.world.core.now();
        let call = self.0.borrow().get(&name).map(Rc::clone)?;
        if call.first.is_kept() && now >= call.last.get() {
            return None;
        }
        request.note(Kind::Merge, call.caller);
        call.followers.set(call.followers.get() + 1);
        Some(call)
    }

    /// From now on a request's call is the one for a name.
    pub fn begin(&self, request: &Request<'_>, name: Asked) -> Rc<Call> {
        request.note(Kind::Handle, request.key);
        let first = Promise::new(&request.world.core);
        let (last, followers) = (Cell::new(Nanos::MAX), Cell::new(0));
        let call = Rc::new(Call { caller: request.id, first, last, followers });
        self.0.borrow_mut().insert(name, Rc::clone(&call));
        call
    }
}

impl Call {
    /// The first byte of an answer is there: when its last one will have been sent.
    pub fn set_last(&self, caller: &Request<'_>, answer: Loaded) -> Nanos {
        let mut last = caller.world.core.now();
        if let Some(http) = &caller.world.http {
            if let Ok(value) = answer {
                http.makes(caller, value);
            }
            last += sending(http, answer);
        }
        self.last.set(last);
        last
    }
}

/// How long an answer takes from its first byte to its last. An error is short.
pub fn sending(http: &Http, answer: Loaded) -> Nanos {
    Nanos::from_ms(if answer.is_ok() { http.spec.stream_ms } else { 0.0 })
}

impl Part for Calls {
    /// What was under way has ended with its tasks.
    fn reset(&self) {
        self.0.borrow_mut().clear();
    }
}
