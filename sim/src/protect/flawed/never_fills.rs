//! Flawed: the one who loads does not fill the cache.
//!
//! The lock works, the second look works, the load works. But its result goes
//! to the one who asked, and not into the cache. So whoever gets the lock next
//! finds nothing and loads again, one after the other: a convoy. It takes as
//! long as all loads together.
//!
//! Seen where filling the cache was thought to be part of `loadFromDB`.

use std::rc::Rc;

use crate::protect::Loaded;
use crate::protect::fill::Fill;
use crate::protect::layer::{Layer, Next, Part};
use crate::world::Request;

/// What stands where the cache should be filled.
pub struct Filling(pub Rc<Fill>);

impl Layer for Filling {
    async fn call(&self, request: &Request<'_>, next: impl Next) -> Loaded {
        // The bug is what is missing here: `self.0.fill(request, value).await`.
        next.load(request).await
    }
}

impl Part for Filling {
    fn reset(&self) {
        self.0.reset();
    }
}
