//! Flawed: an empty list is taken for nothing.
//!
//! `products = cache.get(…)`, then `if not products:`. A page of the list on which
//! there is nothing is an answer like any other, and was stored as one; but it is as
//! false as nothing at all. So whoever asks for it loads it, and stores it again, as
//! if there were no cache. The rarer the page, the less anybody notices; a category
//! that has just been emptied is asked for by everybody.
//!
//! Seen wherever a language takes empty lists, zeros and empty texts for false.

use std::rc::Rc;

use crate::protect::Loaded;
use crate::protect::layer::{Layer, Next, Part};
use crate::telemetry::{Kind, Reason};
use crate::world::Request;
use crate::world::cache::{Cache, Down, Entry};
use crate::world::shop::Shop;

/// The cache as a process uses it.
pub struct Listing {
    /// The cache.
    pub cache: Rc<Cache>,
    /// What there is on its pages.
    pub shop: Rc<Shop>,
}

impl Layer for Listing {
    async fn call(&self, request: &Request<'_>, next: impl Next) -> Loaded {
        let fresh = |now, found: Option<&Entry>| {
            found.filter(|entry| now < entry.fresh_until).map(|entry| entry.value)
        };
        let found = self.cache.get(request, fresh).await;
        let products = found.map_err(|Down| Reason::CacheDown)?;
        // The bug: what is empty has been found all the same.
        let products = products.filter(|_| self.shop.shows(request.key));
        match products {
            Some(value) => {
                request.note(Kind::Hit, request.key);
                Ok(value)
            }
            None => {
                request.sees(None);
                request.note(Kind::Miss, request.key);
                next.load(request).await
            }
        }
    }
}

impl Part for Listing {
    fn reset(&self) {}
}
