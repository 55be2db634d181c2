//! Flawed: an error of the cache is taken for a miss.
//!
//! `if err != nil` after asking the cache, and then to the database, as if the
//! key had not been there. When the cache is down, that is every request, and
//! the database gets a load from which the cache has always kept it.
//!
//! Seen wherever the two cases share a branch.

use std::rc::Rc;

use crate::protect::Loaded;
use crate::protect::source::Source;
use crate::world::Request;

/// What is done when the cache does not answer.
pub struct WithoutCache(pub Rc<Source>);

impl WithoutCache {
    /// Asks the database.
    pub async fn load(&self, request: &Request<'_>) -> Loaded {
        // The bug: it does not matter how many are doing this already.
        self.0.query(request).await
    }
}
