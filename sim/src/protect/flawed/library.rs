//! Flawed: a well-known middleware as it is, with all its mistakes at once.
//!
//! Each alone is a file of its own here: an error of the store is passed on to the
//! handler (`everyone_stores.rs`), the first request calls the handler itself
//! (`leader_drives.rs`), all who share an answer store it, and a TTL of nothing is a
//! minute (`ttl_unset.rs`). Together they are worse: what the first one's leaving made
//! an error of is stored like any answer, and is everybody's until it expires.
//!
//! go-chi/stampede as of e70fde3 (`stampede.go`, `http.go`).

use super::leader_drives::lead;
use crate::protect::Loaded;
use crate::protect::coalesce::{Coalesce, Down};
use crate::protect::layer::{Layer, Next, Part};
use crate::world::Request;

/// A process's middleware.
pub struct Stampede(pub Coalesce);

impl Layer for Stampede {
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
            // The first bug: nobody is merged with anybody while the store is down.
            Err(Down) => return self.0.pass(request, http, next).await,
        }
        let call = match self.0.calls().follow(request, name) {
            Some(call) => call,
            // The second bug: this is done inside the first one's request, and ends
            // with it, for all.
            None => lead(&self.0, request, name, next).await,
        };
        let answer = self.0.receive(request, http, &call).await;
        let now = request.world.core.now();
        // The third bug: all who share the answer do this, not only who called.
        self.0.shelf().keep(request, &self.0.reuse, name, answer, [now; 2]);
        answer
    }
}

impl Part for Stampede {
    /// Its parts are reset by themselves.
    fn reset(&self) {}
}
