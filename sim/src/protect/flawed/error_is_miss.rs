//! Flawed: an error of the cache is taken for a miss.
//!
//! `if err != nil` after asking the cache, and then to the database, as if the
//! key had not been there. When the cache is down, that is every request, and
//! the database gets a load from which the cache has always kept it.
//!
//! Seen wherever the two cases share a branch.

use crate::protect::{App, Loaded};
use crate::world::Request;

/// The cache did not answer: what now?
pub async fn run(app: &App, request: &Request<'_>) -> Loaded {
    // The bug: it does not matter how many are doing this already.
    app.query(request).await
}
