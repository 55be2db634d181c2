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
        let core = &request.world.core;
        if let Some(call) = self.0.borrow().get(&name)
            && (core.now() < call.last.get() || !call.first.is_kept())
        {
            request.note(Kind::Merge, call.caller);
            return Rc::clone(call);
        }
        request.note(Kind::Handle, request.key);
        let last = Cell::new(Nanos::MAX);
        let call = Rc::new(Call { caller: request.id, first: Promise::new(core), last });
        self.0.borrow_mut().insert(name, Rc::clone(&call));
        let flying = Rc::clone(&call);
        next.detach(core.now(), request, move |caller, came| {
            let answer = came.unwrap_or(Err(Reason::Crashed));
            let mut last = caller.world.core.now();
            if let Some(http) = &caller.world.http {
                if let Ok(value) = answer {
                    http.makes(caller, value);
                }
                last += sending(http, answer);
            }
            flying.last.set(last);
            // A process that died has nothing to keep.
            if came.is_some() {
                keep(caller, answer, last);
            }
            flying.first.keep(answer);
            Fate::Lives
        });
        call
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
