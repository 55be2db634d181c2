//! The database, at the end of the way: what all the defences guard.

use std::cell::RefCell;
use std::rc::Rc;

use super::Loaded;
use super::beyond::Beyond;
use super::codel::Codel;
use super::layer::{Layer, Next, Part};
use super::path::Site;
use super::reads::Reads;
use crate::engine::Nanos;
use crate::engine::race::{First, race};
use crate::engine::streams::{Purpose, Stream};
use crate::telemetry::{Kind, Reason};
use crate::world::process::{PRIMARY, some_ms};
use crate::world::{Process, Request};

/// A process's way to the database.
pub struct Source {
    process: Rc<Process>,
    /// For how long it waits for a connection and the answer.
    deadline: Option<Nanos>,
    /// Who waits too long for a connection.
    pub late: Option<Late>,
    /// The code that reads an answer panics now and then.
    panics: Option<(f64, RefCell<Stream>)>,
    /// To which of the replicas its reads go, if there are any.
    pub reads: Option<Rc<Reads>>,
}

/// Whether whoever gets a connection now has waited for it too long.
pub type Late = Box<dyn Fn(Nanos, Nanos) -> bool>;

impl Layer for Source {
    fn call(&self, request: &Request<'_>, _nothing: impl Next) -> impl Future<Output = Loaded> {
        self.query(request)
    }
}

impl Source {
    /// Asks the database, or one of its replicas.
    // No `async fn`, here and below: it keeps what it is given twice, and many
    // may wait for a connection.
    pub fn query(&self, request: &Request<'_>) -> impl Future<Output = Loaded> {
        async move {
            match &self.reads {
                None => self.ask(request, PRIMARY).await,
                Some(reads) => (Beyond::given().read)(self, reads, request).await,
            }
        }
    }

    /// Asks a server: waits for a connection, then for the answer, both together
    /// no longer than the deadline, if there is one.
    pub fn ask(&self, request: &Request<'_>, server: u32) -> impl Future<Output = Loaded> {
        async move {
            let Some(span) = self.deadline else { return self.connect(request, server).await };
            let late = request.world.core.sleep(span);
            match Box::pin(race(self.connect(request, server), late)).await {
                First::Left(answer) => answer,
                First::Right(()) => Err(Reason::QueryTimeout),
            }
        }
    }

    fn connect(&self, request: &Request<'_>, server: u32) -> impl Future<Output = Loaded> {
        async move {
            let core = &request.world.core;
            let begin = core.now();
            let connection = self.process.connect(request, server).await?;
            if let Some(is_late) = &self.late
                && is_late(core.now(), core.now() - begin)
            {
                request.note(Kind::Leave, self.process.id);
                request.note(Kind::Refuse, Reason::Shed as u32);
                return Err(Reason::Shed);
            }
            // More wait for a connection than have one.
            let answer = Box::pin(self.process.query(request, server, connection)).await;
            request.delta.set(core.now() - begin);
            if answer.is_ok() && self.panics() {
                request.note(Kind::Panic, request.key);
                return Err(Reason::Panic);
            }
            answer
        }
    }

    fn panics(&self) -> bool {
        self.panics.as_ref().is_some_and(|(rate, random)| random.borrow_mut().unit() < *rate)
    }

    /// The database, as a process asks it.
    pub fn new(site: &Site<'_>) -> Source {
        let Site { scenario, process, kept, seed, .. } = site;
        let rate = scenario.db.panic_rate;
        let random = || RefCell::new(Stream::new(*seed, Purpose::Panics, process.id.into()));
        Source {
            process: Rc::clone(process),
            deadline: some_ms(scenario.db.deadline_ms),
            late: scenario.protect.codel.then(|| {
                let codel = kept.part(|| Codel::new(&scenario.codel));
                Box::new(move |now, waited| codel.refuses(now, waited)) as Late
            }),
            panics: (rate > 0.0).then(|| (rate, random())),
            reads: (scenario.replicas.count > 0).then(|| (Beyond::given().reads)(site)),
        }
    }
}

impl Part for Source {
    /// Connections come back with their permits.
    fn reset(&self) {}
}
