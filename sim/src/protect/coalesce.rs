//! A middleware that coalesces: requests for the same page are one handler call, and
//! its answer may be kept for a while.
//!
//! What *the same page* is, is the middleware's to say, and all depends on it: it goes
//! by a name that it makes of some parts of a request (`reuse.rs`). A part that is left
//! out of the name, though the answer depends on it, gives one reader another's page.
//!
//! - The call is a task of its own. Whoever leaves, it goes on for the others.
//! - An answer can be shared without being kept (a TTL of 0): then nobody gets one that
//!   is older than its own request by more than the handler takes.
//! - Who is answered while the first bytes go out gets them, and need not wait for the
//!   last one.
//! - To share, nobody needs the store of answers: when that is down, requests are
//!   merged all the same.
//! - What belongs to one reader is not replayed to the others: cookies, whose page may
//!   read the answer, how many more requests there may be.
//!
//! go-chi/stampede (`http.go`), whose semantics these are but for its mistakes; RFC 9111
//! for what may be kept, and for how long.

use std::rc::Rc;

use super::Loaded;
use super::calls::{Call, Calls, sending};
use super::layer::{Layer, Next, Part};
use super::path::Site;
use super::reuse::{Reuse, Shelf};
use crate::engine::Nanos;
use crate::scenario::CoalesceSpec;
use crate::telemetry::Kind;
use crate::telemetry::reply::From;
use crate::world::http::{Asked, Http, Served};
use crate::world::{Process, Request, World};

/// A process's middleware.
pub struct Coalesce {
    world: Rc<World>,
    process: Rc<Process>,
    spec: CoalesceSpec,
    /// What may be used again.
    pub reuse: Reuse,
    /// The answers that are kept: the process's own, or those of all.
    shelf: Rc<Shelf>,
    calls: Rc<Calls>,
}

/// The store of answers is down.
pub struct Down;

impl Layer for Coalesce {
    async fn call(&self, request: &Request<'_>, next: impl Next) -> Loaded {
        let Some(http) = request.world.http.as_ref().filter(|_| !request.updates()) else {
            return next.load(request).await;
        };
        let Some(name) = self.reuse.name(http, http.asked(request)) else {
            return self.pass(request, http, next).await;
        };
        match self.look(request, name).await {
            Ok(Some(answer)) => return answer,
            Ok(None) => {}
            // An answer can be shared without being kept.
            Err(Down) => request.note(Kind::StoreError, request.key),
        }
        let call = self.calls.join(request, name, next, self.keeping(name));
        self.receive(request, http, &call).await
    }
}

impl Coalesce {
    /// The answer that is kept under a name, if there is one.
    pub async fn look(&self, request: &Request<'_>, name: Asked) -> Result<Option<Loaded>, Down> {
        let world = request.world;
        if self.spec.shared {
            world.network.cache().await;
        }
        let http = world.http.as_ref().filter(|http| !(self.spec.shared && http.store_down.get()));
        let found = http.map(|_| self.shelf.find(world.core.now(), name));
        if self.spec.shared {
            world.network.cache().await;
        }
        let (Some(http), Some(found)) = (http, found) else { return Err(Down) };
        Ok(found.map(|(answer, age)| {
            request.note(Kind::Kept, request.key);
            http.first_byte(request);
            http.answer(request, answer, self.served(From::Kept, age));
            answer
        }))
    }

    /// Keeps an answer under a name when its last byte is there, if the process lives
    /// to see that.
    pub fn keeping(&self, name: Asked) -> impl FnOnce(&Request<'_>, Loaded, Nanos) + 'static {
        let (world, process) = (Rc::clone(&self.world), Rc::clone(&self.process));
        let (shelf, reuse) = (Rc::clone(&self.shelf), self.reuse.clone());
        let asked = self.world.core.now();
        move |caller, answer, last| {
            let times = [asked, world.core.now()];
            if last == times[1] {
                return shelf.keep(caller, &reuse, name, answer, times);
            }
            let (ticket, life) = (caller.ticket(), process.lives.get());
            let run = Rc::clone(&world);
            run.spawn(async move {
                world.core.sleep_until(last).await;
                if process.lives.get() == life {
                    shelf.keep(&ticket.request(&world), &reuse, name, answer, times);
                }
            });
        }
    }

    /// Waits for the answer of a call, its own or somebody else's.
    pub async fn receive(&self, request: &Request<'_>, http: &Http, call: &Call) -> Loaded {
        let answer = call.first.wait().await;
        let core = &request.world.core;
        let mine = call.caller == request.id;
        if mine || self.spec.streams {
            begin(request, http);
        }
        core.sleep_until(call.last.get()).await;
        if !(mine || self.spec.streams) {
            begin(request, http);
        }
        if !mine {
            request.note(Kind::Merged, call.caller);
            request.woken.set(true);
        }
        let from = if mine { From::Handler } else { From::Shared };
        http.answer(request, answer, self.served(from, http.age(answer)));
        answer
    }

    /// To the handler, by itself.
    pub async fn pass(&self, request: &Request<'_>, http: &Http, next: impl Next) -> Loaded {
        request.note(Kind::Pass, request.key);
        let answer = next.load(request).await;
        if let Ok(value) = answer {
            http.makes(request, value);
        }
        begin(request, http);
        request.world.core.sleep(sending(http, answer)).await;
        http.answer(request, answer, self.served(From::Handler, http.age(answer)));
        answer
    }

    fn served(&self, from: From, age: Nanos) -> Served {
        Served { from, age, all_headers: self.spec.all_headers }
    }

    /// A process's, which keeps nothing yet.
    pub fn new(site: &Site<'_>) -> Coalesce {
        let spec = site.scenario.coalesce.clone();
        let keeps = if spec.shared { site.shared } else { site.kept };
        Coalesce {
            world: Rc::clone(site.world),
            process: Rc::clone(site.process),
            reuse: Reuse::new(site.scenario),
            shelf: keeps.part(Shelf::default),
            calls: site.kept.part(Calls::default),
            spec,
        }
    }

    /// The calls under way.
    pub fn calls(&self) -> &Calls {
        &self.calls
    }

    /// The answers that are kept.
    pub fn shelf(&self) -> &Rc<Shelf> {
        &self.shelf
    }
}

/// Begins to answer.
fn begin(request: &Request<'_>, http: &Http) {
    request.note(Kind::FirstByte, 0);
    http.first_byte(request);
}

impl Part for Coalesce {
    /// Its parts are reset by themselves.
    fn reset(&self) {}
}
