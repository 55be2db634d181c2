//! Flawed: every follower writes the cache.
//!
//! The code after the flight saves its result: for the leader, and for each of
//! its followers as well. A hundred callers share one load, and write the same
//! value a hundred times. And since the flight is over before anything is
//! written, those who come in between miss, and start another.
//!
//! Seen in go-chi/stampede, and wherever `saveToCache` follows `group.Do`.

use crate::protect::singleflight::{Flight, Shared, Singleflight};
use crate::protect::{App, Loaded};
use crate::world::Request;

/// Waits for the load of the request's key, or starts it; then saves it.
pub async fn run(
    app: &App,
    group: &Singleflight<Loaded>,
    request: &Request<'_>,
    start: impl FnOnce(Flight<Loaded>),
) -> Shared<Loaded> {
    let shared = group.run(request.key, request, start).await;
    if let Shared::Done(Ok(value), _) = shared {
        // The bug: this runs once for every caller.
        app.fill(request, value).await;
    }
    shared
}
