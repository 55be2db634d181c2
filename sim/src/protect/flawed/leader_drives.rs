//! Flawed: a middleware in which the first request calls the handler itself.
//!
//! The call goes on in that request's context. When its client gives up, the call is
//! cancelled, and everybody who waited for the answer gets an error, though their own
//! clients are still there. Where a page takes longer than a client waits, each call
//! ends like that, and nobody ever gets it.
//!
//! Seen in go-chi/stampede (`http.go`): the handler runs with the first one's request
//! and connection.

use std::rc::Rc;

use crate::protect::Loaded;
use crate::protect::calls::Call;
use crate::protect::coalesce::Coalesce;
use crate::protect::layer::{Layer, Next, Part};
use crate::telemetry::{Kind, Reason};
use crate::world::Request;
use crate::world::http::Asked;

/// A process's middleware.
pub struct Sharing(pub Coalesce);

impl Layer for Sharing {
    async fn call(&self, request: &Request<'_>, next: impl Next) -> Loaded {
        let Some(http) = request.world.http.as_ref().filter(|_| !request.updates()) else {
            return next.load(request).await;
        };
        let Some(name) = self.0.reuse.name(http, http.asked(request)) else {
            return self.0.pass(request, http, next).await;
        };
        match self.0.look(request, name).await {
            Ok(Some(answer)) => return answer,
            Ok(None) => {}
            Err(_) => request.note(Kind::StoreError, request.key),
        }
        let call = match self.0.calls().follow(request, name) {
            Some(call) => call,
            None => lead(&self.0, request, name, next).await,
        };
        let answer = self.0.receive(request, http, &call).await;
        if call.caller == request.id {
            let now = request.world.core.now();
            self.0.shelf().keep(request, &self.0.reuse, name, answer, [now; 2]);
        }
        answer
    }
}

/// Calls the handler for a request, and for all who ask for the same meanwhile.
pub async fn lead(
    middleware: &Coalesce,
    request: &Request<'_>,
    name: Asked,
    next: impl Next,
) -> Rc<Call> {
    let call = middleware.calls().begin(request, name);
    let seat = Seat { call: Rc::clone(&call), caller: request };
    // The bug: this waits inside the first one's request. If that is cancelled here, the
    // answer of all the others is cancelled with it.
    seat.answer(next.load(request).await);
    call
}

/// The place of who calls.
struct Seat<'a> {
    call: Rc<Call>,
    caller: &'a Request<'a>,
}

impl Seat<'_> {
    fn answer(&self, answer: Loaded) {
        self.call.set_last(self.caller, answer);
        self.call.first.keep(answer);
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        if !self.call.first.is_kept() {
            self.caller.note(Kind::Forsake, self.call.followers.get());
            self.answer(Err(Reason::LeaderGone));
        }
    }
}

impl Part for Sharing {
    /// Its parts are reset by themselves.
    fn reset(&self) {}
}
