//! Flawed: the one who loads does not fill the cache.
//!
//! The lock works, the second look works, the load works. But its result goes
//! to the one who asked, and not into the cache. So whoever gets the lock next
//! finds nothing and loads again, one after the other: a convoy. It takes as
//! long as all loads together.
//!
//! Seen where filling the cache was thought to be part of `loadFromDB`.

use crate::protect::{App, Loaded};
use crate::world::Request;

/// Asks the database.
pub async fn load(app: &App, request: &Request<'_>) -> Loaded {
    // The bug is what is missing: `app.fill(request, value).await`.
    app.query(request).await
}
