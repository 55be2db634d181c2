//! Flawed: a middleware whose followers all store what they were given, and that
//! merges nothing while its store does not answer.
//!
//! The answer is the same for all, so a hundred requests for one page are one handler
//! call, and a hundred writes of the same answer. And an error of the store is passed on
//! to the handler, a call for each request: when the store is down, which is when the
//! handler needs help most, there is none.
//!
//! Seen in go-chi/stampede (`http.go`).

use crate::protect::Loaded;
use crate::protect::coalesce::{Coalesce, Down};
use crate::protect::layer::{Layer, Next, Part};
use crate::world::Request;

/// A process's middleware.
pub struct Handling(pub Coalesce);

impl Layer for Handling {
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
        let call = self.0.calls().join(request, name, next, |_, _, _| {});
        let answer = self.0.receive(request, http, &call).await;
        let now = request.world.core.now();
        // The second bug: all who share the answer do this, not only who called.
        self.0.shelf().keep(request, &self.0.reuse, name, answer, [now; 2]);
        answer
    }
}

impl Part for Handling {
    /// Its parts are reset by themselves.
    fn reset(&self) {}
}
