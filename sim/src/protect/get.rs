//! How a process answers a request: the layered protector.
//!
//! Whoever stands at the door first, and may refuse it. Then the cache: a value
//! that is fresh, or may be served stale, is the answer. Otherwise the request
//! goes through the layers that are switched on, each of which guards the next:
//! for instance singleflight, then the lock, then the breaker, and behind them
//! all the database. If that fails, an old value may still help.

use std::pin::Pin;
use std::rc::Rc;

use super::beyond::Beyond;
use super::further::Further;
use super::layer::{Fate, Layer, Next};
use super::update::update;
use super::{App, Loaded, Node};
use crate::engine::{Either, Nanos};
use crate::telemetry::Kind;
use crate::world::{Request, Value};

/// Reads the request's key.
// No `async fn`, here and below: it keeps what it is given twice, and millions
// may follow one flight.
pub fn get<'a>(app: &'a Rc<App>, request: &'a Request<'_>) -> impl Future<Output = Loaded> + 'a {
    match app.path.first() {
        Some(Node::Store(store)) => {
            Either::Left { left: store.call(request, Near(Rest { app, depth: 1 })) }
        }
        _ => Either::Right { right: Near(Rest { app, depth: 0 }).load(request) },
    }
}

/// The way from node number `depth` on, to the database.
#[derive(Clone, Copy)]
pub struct Rest<'a> {
    app: &'a Rc<App>,
    depth: usize,
}

impl<'a> Rest<'a> {
    fn go<'r>(self, request: &'r Request<'r>) -> Pin<Box<dyn Future<Output = Loaded> + 'r>>
    where
        'a: 'r,
    {
        if request.updates() {
            return (Beyond::given().update)(self.app, request, self.depth);
        }
        match &self.app.path[self.depth] {
            Node::Flights(flights) => Box::pin(flights.call(request, self.behind())),
            Node::Fill(fill) => Box::pin(fill.call(request, self.behind())),
            Node::Source(source) => Box::pin(source.call(request, self.behind())),
            other => (Further::given().call)(other, request, self.behind()),
        }
    }

    /// An update passes who stands at the door, and nobody else.
    pub fn update<'r>(
        app: &'r Rc<App>,
        request: &'r Request<'_>,
        depth: usize,
    ) -> Pin<Box<dyn Future<Output = Loaded> + 'r>> {
        match &app.path[depth] {
            door if door.is_door() => door.call(request, Rest { app, depth }.behind()),
            _ => Box::pin(update(app, request)),
        }
    }

    fn behind(self) -> Rest<'a> {
        Rest { depth: self.depth + 1, ..self }
    }
}

impl Next for Rest<'_> {
    async fn load(self, request: &Request<'_>) -> Loaded {
        self.go(request).await
    }

    async fn look(self, request: &Request<'_>) -> Option<Value> {
        let before = self.app.path[..self.depth].iter().rev();
        for node in before {
            if let Node::Store(store) = node {
                return store.look_again(request).await;
            }
        }
        None
    }

    fn warm_at(
        self,
        at: Nanos,
        request: &Request<'_>,
        is_due: impl FnOnce() -> bool + 'static,
        then: impl FnOnce(&Request<'_>, Option<Loaded>) -> Fate + 'static,
    ) {
        let (app, ticket) = (Rc::clone(self.app), request.ticket());
        let store = app.path.iter().position(|node| matches!(node, Node::Store(_)));
        let depth = store.map_or(self.depth, |store| store + 1);
        let world = Rc::clone(&app.world);
        world.spawn(async move {
            let alive = app.while_alive(app.world.core.sleep_until(at)).await.is_some();
            // Nothing happens after the end of a run.
            if !alive || app.world.is_over() || !is_due() {
                return;
            }
            let warm = ticket.request(&app.world).warm();
            warm.note(Kind::Arrive, app.process.id);
            let loaded = app.while_alive(Rest { app: &app, depth }.go(&warm)).await;
            if then(&warm, loaded) == Fate::Dies {
                (Further::given().panic)(&app);
            }
        });
    }

    fn detach(
        self,
        at: Nanos,
        request: &Request<'_>,
        then: impl FnOnce(&Request<'_>, Option<Loaded>) -> Fate + 'static,
    ) {
        let (app, depth, ticket) = (Rc::clone(self.app), self.depth, request.ticket());
        let world = Rc::clone(&app.world);
        world.spawn(async move {
            let request = ticket.request(&app.world);
            let core = &app.world.core;
            // Who does not wait is not put off until the others have had their turn.
            let alive = at <= core.now() || app.while_alive(core.sleep_until(at)).await.is_some();
            let loaded = match alive {
                true => app.while_alive(Rest { app: &app, depth }.go(&request)).await,
                false => None,
            };
            if then(&request, loaded) == Fate::Dies {
                (Further::given().panic)(&app);
            }
        });
    }
}

/// The same, without a box for each of the many who follow a flight that
/// stands right here.
#[derive(Clone, Copy)]
struct Near<'a>(Rest<'a>);

impl Next for Near<'_> {
    fn load(self, request: &Request<'_>) -> impl Future<Output = Loaded> {
        match &self.0.app.path[self.0.depth] {
            Node::Flights(flights) => Either::Left { left: flights.call(request, self.0.behind()) },
            _ => Either::Right { right: async move { self.0.go(request).await } },
        }
    }

    fn look(self, request: &Request<'_>) -> impl Future<Output = Option<Value>> {
        self.0.look(request)
    }

    fn warm_at(
        self,
        at: Nanos,
        request: &Request<'_>,
        is_due: impl FnOnce() -> bool + 'static,
        then: impl FnOnce(&Request<'_>, Option<Loaded>) -> Fate + 'static,
    ) {
        self.0.warm_at(at, request, is_due, then);
    }

    fn detach(
        self,
        at: Nanos,
        request: &Request<'_>,
        then: impl FnOnce(&Request<'_>, Option<Loaded>) -> Fate + 'static,
    ) {
        self.0.detach(at, request, then);
    }
}
