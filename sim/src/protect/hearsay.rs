//! Word of an update, for processes that keep copies of their own.
//!
//! Whoever updates a key drops its own copy, and publishes that the others should.
//! The shared cache's server passes it on to all who listen (Redis pub/sub), *at
//! most once*: it keeps nothing, so who is not connected at that moment never
//! hears, nobody is told that he missed something, and while the server is down
//! there is no word at all. The update does not wait for any of it. So word makes
//! copies right sooner; that they become right at all is what their TTL is for.
//!
//! Source: Redis documentation, *Pub/Sub*, "Delivery semantics".

use std::cell::RefCell;
use std::rc::Rc;

use super::App;
use super::copies::Copies;
use super::layer::Part;
use crate::engine::streams::{Purpose, Stream};
use crate::telemetry::Kind;
use crate::world::{Process, Request};

/// The processes that listen, and what each holds.
pub struct Listeners {
    all: RefCell<Vec<(Rc<Process>, Rc<Copies>)>>,
    /// Whom a message does not reach.
    luck: RefCell<Stream>,
}

impl Listeners {
    /// Nobody yet.
    pub fn new(seed: u64) -> Listeners {
        let luck = RefCell::new(Stream::new(seed, Purpose::Hearsay, 0));
        Listeners { all: RefCell::default(), luck }
    }

    /// A process listens from now on, if it did not before.
    pub fn join(&self, process: &Rc<Process>, copies: &Rc<Copies>) {
        let all = &mut *self.all.borrow_mut();
        if all.iter().all(|(known, _)| known.id != process.id) {
            all.push((Rc::clone(process), Rc::clone(copies)));
        }
    }
}

/// A process has updated the request's key: it drops its own copy, and has the
/// others told, behind the answer.
pub fn spread(app: &Rc<App>, request: &Request<'_>) {
    let Some(local) = app.local() else { return };
    let (key, update) = (request.key, request.id);
    local.copies.drop_key(app.world.core.now(), key);
    let Some(cache) = &app.world.cache else { return };
    let (app, cache) = (Rc::clone(app), Rc::clone(cache));
    let (listeners, lost) = (Rc::clone(&local.listeners), local.lost());
    let world = Rc::clone(&app.world);
    world.spawn(async move {
        app.world.network.cache().await;
        for (process, copies) in &*listeners.all.borrow() {
            if process.id == app.process.id {
                continue;
            }
            let is_lost = listeners.luck.borrow_mut().unit() < lost || cache.down.get();
            let (world, process, copies) =
                (Rc::clone(&app.world), Rc::clone(process), Rc::clone(copies));
            app.world.spawn(async move {
                world.network.cache().await;
                let heard = !is_lost && process.up.get();
                let kind = if heard { Kind::Told } else { Kind::Untold };
                if heard {
                    copies.drop_key(world.core.now(), key);
                }
                world.recorder.note(world.core.now(), kind, update, process.id);
            });
        }
    });
}

impl Part for Listeners {
    /// Who listens goes on listening when he is back.
    fn reset(&self) {}
}
