//! Pages of the list, when a product that they show is updated.
//!
//! Its details are one key, and that goes as any key does that is updated
//! (`update.rs`). But the pages of the list that show it are old as well:
//!
//! - `tags`: each product has a set with the keys of the pages that show it, which
//!   outlives them. Ask for it, and delete those.
//! - `scan`: walk all keys there are, and delete every page of the list. What is
//!   stored behind the cursor stays.
//! - `namespace`: count up a version that is part of all their names. One step, and
//!   all of them are gone; but whoever reads one has to ask for the version first.
//!
//! Who began to load a page before the update, and stores it after the deletion,
//! brings the old one back for a whole TTL, with tags and with SCAN. A lease forbids
//! that if the page is deleted by name; SCAN does not find a page that is not there
//! yet. Under an old name it does no harm.
//!
//! Sources: Redis documentation of `SCAN` (*Scan guarantees*); memcached's wiki,
//! *Namespacing*.

use super::App;
use crate::scenario::Invalidate;
use crate::telemetry::Kind;
use crate::world::Request;
use crate::world::shop::Class;

/// A product has been updated: pages of the list are not what they were.
pub async fn invalidate(app: &App, request: &Request<'_>) {
    let (Some(shop), Some(cache)) = (&app.world.shop, &app.world.cache) else { return };
    let lists = shop.layout.keys(Class::List);
    // Who gets no answer leaves what there is: nobody is told, the update is done.
    match shop.spec.invalidate {
        Invalidate::Tags => {
            let shown_on = shop.layout.list_of(request.key);
            let members = cache.command(request, |_, _| {
                request.note(Kind::Scan, 1);
                vec![shown_on]
            });
            if let Ok(found) = members.await {
                let _ = cache.unlink(request, found).await;
            }
        }
        Invalidate::Scan => {
            let mut cursor = 0;
            loop {
                let count = shop.spec.count as usize;
                let call = cache.command(request, |_, store| {
                    let (found, next) = store.scan(cursor, count, |key| lists.contains(&key));
                    request.note(Kind::Scan, found.len() as u32);
                    (found, next)
                });
                let Ok((found, next)) = call.await else { return };
                if !found.is_empty() && cache.unlink(request, found).await.is_err() {
                    return;
                }
                if next == 0 {
                    return;
                }
                cursor = next;
            }
        }
        Invalidate::Namespace => {
            let _ = cache.rename_all(request, lists).await;
        }
        Invalidate::None => {}
    }
}
