//! An update: the database has the last word, and the cache a copy of what it
//! said. What is done about the copy, and when, decides what readers see.
//!
//! - `delete`: the database first, then delete the copy; the next reader loads
//!   it anew (*cache-aside*). A reader that was loading meanwhile stores the old
//!   value after the deletion, where it stays for a whole TTL. A second deletion
//!   a little later ends that, for those who take no longer.
//! - `write-through`: the database first, then store the new value. Two updates
//!   may store in another order than they were written.
//! - `write-behind`: the cache first, the database some time later. Fast, and
//!   lost if the process dies before that.
//! - `versioned-keys`: the database first, then another name for the key
//!   (`namespace.rs`): what was loaded before is stored where nobody looks.
//! - `expire`: the database alone. The copy stays until it expires, so that the
//!   TTL is how old an answer may be.
//!
//! In a shop, pages that show the product are invalidated besides (`lists.rs`).
//!
//! Processes that keep copies of their own get word of it afterwards (`hearsay.rs`).
//!
//! The defences are about loads; an update goes to the database past them, and is
//! refused by none.
//!
//! Sources: Nishtala et al., *Scaling Memcache at Facebook*, NSDI 2013, §3.2.1
//! (why delete, and what a lease is for); memcached's wiki on namespaces.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::layer::Part;
use super::{App, Loaded, hearsay, lists};
use crate::engine::Nanos;
use crate::scenario::Method;
use crate::telemetry::{Kind, Reason};
use crate::world::cache::{Cache, Down};
use crate::world::process::{PRIMARY, some_ms};
use crate::world::request::Key;
use crate::world::{Request, Value};

/// What a process has written behind, and the database does not have yet.
#[derive(Default)]
struct Unflushed(RefCell<BTreeMap<Key, Value>>);

/// Updates the request's key, and answers with the new value.
pub async fn update(app: &Rc<App>, request: &Request<'_>) -> Loaded {
    request.note(Kind::Write, request.key);
    let written = write_and_tell(app, request).await;
    if written.is_ok() {
        lists::invalidate(app, request).await;
        hearsay::spread(app, request);
    }
    written
}

/// The database and the shared cache learn of it.
async fn write_and_tell(app: &Rc<App>, request: &Request<'_>) -> Loaded {
    let Some(cache) = &app.world.cache else { return write(app, request).await };
    match app.writes.method {
        Method::Delete => delete(app, request, cache).await,
        Method::WriteThrough => {
            let value = write(app, request).await?;
            // Without an answer the old value stays, as after a deletion.
            let _ = store(app, request, cache, value).await;
            Ok(value)
        }
        Method::WriteBehind => write_behind(app, request, cache).await,
        Method::VersionedKeys => {
            let value = write(app, request).await?;
            cache.rename(request).await;
            Ok(value)
        }
        Method::Expire => write(app, request).await,
    }
}

/// The database first; then the copy is deleted, once or twice.
async fn delete(app: &Rc<App>, request: &Request<'_>, cache: &Rc<Cache>) -> Loaded {
    let value = write(app, request).await?;
    cache.delete(request).await;
    if let Some(span) = some_ms(app.writes.again_ms) {
        let cache = Rc::clone(cache);
        settle(app, request, async move |app, request| {
            app.world.core.sleep(span).await;
            cache.delete(request).await;
            Ok(value)
        });
    }
    Ok(value)
}

/// The new value goes to the database. The copy behind the cache goes first of all
/// copies: who misses in front would bring it up again.
async fn write(app: &App, request: &Request<'_>) -> Loaded {
    if let Some(reads) = app.reads() {
        reads.mark(request).await;
    }
    let connection = app.process.connect(request, PRIMARY).await?;
    let written = app.process.query(request, PRIMARY, connection).await?;
    if let Some(backup) = &app.world.backup {
        backup.delete(request).await;
    }
    Ok(written)
}

/// The new value goes to the cache.
async fn store(app: &App, request: &Request<'_>, cache: &Cache, value: Value) -> Result<(), Down> {
    match app.fill().and_then(|fill| fill.keep(request.key, value, Nanos::ZERO)) {
        Some(keep) => cache.replace(request, value, keep).await,
        None => Ok(()),
    }
}

/// The new value goes to the cache, and is the answer. The first one of a key
/// has it written to the database in a while; others until then replace it.
async fn write_behind(app: &Rc<App>, request: &Request<'_>, cache: &Cache) -> Loaded {
    let value = request.writes();
    if store(app, request, cache, value).await.is_err() {
        return Err(Reason::CacheDown);
    }
    let unflushed = app.kept.part(Unflushed::default);
    let waits = unflushed.0.borrow_mut().insert(request.key, value).is_some();
    if !waits {
        settle(app, request, async move |app, request| {
            app.world.core.sleep(Nanos::from_ms(app.writes.flush_ms)).await;
            if let Some(newest) = unflushed.0.borrow_mut().remove(&request.key) {
                request.write(newest);
            }
            write(app, request).await
        });
    }
    Ok(value)
}

/// Does the rest of an update, behind its answer, unless the process dies.
fn settle(
    app: &Rc<App>,
    request: &Request<'_>,
    rest: impl AsyncFn(&App, &Request<'_>) -> Loaded + 'static,
) {
    let settling = request.settle();
    settling.note(Kind::Arrive, app.process.id);
    let (app, ticket) = (Rc::clone(app), settling.ticket());
    let world = Rc::clone(&app.world);
    world.spawn(async move {
        let settling = ticket.request(&app.world);
        let done = app.while_alive(rest(&app, &settling)).await;
        let failed = done.unwrap_or(Err(Reason::Crashed)).err();
        settling.note(Kind::Settled, failed.map_or(0, |reason| reason as u32));
    });
}

impl Part for Unflushed {
    /// What had not been written is lost.
    fn reset(&self) {
        self.0.borrow_mut().clear();
    }
}
