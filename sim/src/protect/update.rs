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
use super::{App, Loaded};
use crate::engine::Nanos;
use crate::scenario::Method;
use crate::telemetry::{Kind, Reason};
use crate::world::cache::Down;
use crate::world::process::some_ms;
use crate::world::request::Key;
use crate::world::{Request, Value};

/// How a process updates.
pub struct Updates {
    method: Method,
    /// After how long the copy is deleted again.
    again: Option<Nanos>,
    /// How long an update waits for the database.
    flush: Nanos,
    /// What the database does not have yet.
    unflushed: RefCell<BTreeMap<Key, Value>>,
}

/// Updates the request's key, and answers with the new value.
pub async fn update(app: &Rc<App>, request: &Request<'_>) -> Loaded {
    let updates = Updates::of(app);
    request.note(Kind::Write, request.key);
    if updates.method == Method::WriteBehind && app.world.cache.is_some() {
        return write_behind(app, request).await;
    }
    let value = write(app, request).await?;
    let Some(cache) = &app.world.cache else { return Ok(value) };
    match updates.method {
        Method::Delete | Method::WriteBehind => {
            cache.delete(request).await;
            if let Some(span) = updates.again {
                settle(app, request, async move |app, request| {
                    app.world.core.sleep(span).await;
                    if let Some(cache) = &app.world.cache {
                        cache.delete(request).await;
                    }
                    Ok(value)
                });
            }
        }
        // Without an answer the old value stays, as after a deletion.
        Method::WriteThrough => drop(store(app, request, value).await),
        Method::VersionedKeys => cache.rename(request).await,
    }
    Ok(value)
}

/// The new value goes to the database.
async fn write(app: &App, request: &Request<'_>) -> Loaded {
    let connection = app.process.connect(request).await?;
    app.process.query(request, connection).await
}

/// The new value goes to the cache.
async fn store(app: &App, request: &Request<'_>, value: Value) -> Result<(), Down> {
    let keep = app.fill().and_then(|fill| fill.keep(value, Nanos::ZERO));
    match (&app.world.cache, keep) {
        (Some(cache), Some(keep)) => cache.replace(request, value, keep).await,
        _ => Ok(()),
    }
}

/// The new value goes to the cache, and is the answer. The first one of a key
/// has it written to the database in a while; others until then replace it.
async fn write_behind(app: &Rc<App>, request: &Request<'_>) -> Loaded {
    let value = request.writes();
    if store(app, request, value).await.is_err() {
        return Err(Reason::CacheDown);
    }
    let updates = Updates::of(app);
    let waits = updates.unflushed.borrow_mut().insert(request.key, value).is_some();
    if !waits {
        settle(app, request, async |app, request| {
            let updates = Updates::of(app);
            app.world.core.sleep(updates.flush).await;
            let newest = updates.unflushed.borrow_mut().remove(&request.key);
            request.write(newest.unwrap_or_else(|| request.writes()));
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

impl Updates {
    /// A process's.
    fn of(app: &App) -> Rc<Updates> {
        let spec = &app.writes;
        app.kept.part(|| Updates {
            method: spec.method,
            again: some_ms(spec.again_ms),
            flush: Nanos::from_ms(spec.flush_ms),
            unflushed: RefCell::default(),
        })
    }
}

impl Part for Updates {
    /// What had not been written is lost.
    fn reset(&self) {
        self.unflushed.borrow_mut().clear();
    }
}
