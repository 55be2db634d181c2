//! The load: what all the defences guard.

use super::flawed::never_fills;
use super::{App, Loaded};
use crate::scenario::Flaw;
use crate::telemetry::{Kind, Reason};
use crate::world::{Request, Value};

/// Asks the database and fills the cache.
pub async fn load(app: &App, request: &Request<'_>) -> Loaded {
    match app.flaw {
        Flaw::NeverFills => return never_fills::load(app, request).await,
        // The callers do, every one of them.
        Flaw::FollowersSave => return app.query(request).await,
        _ => {}
    }
    let loaded = app.query(request).await;
    match loaded {
        Ok(value) => app.fill(request, value).await,
        Err(Reason::NotFound) => app.fill(request, Value::NOTHING).await,
        Err(_) => {}
    }
    loaded
}

impl App {
    /// Asks the database: waits for a connection, then for the answer.
    pub async fn query(&self, request: &Request<'_>) -> Loaded {
        let core = &request.world.core;
        let begin = core.now();
        let connection = self.process.connect(request).await?;
        if let Some(codel) = &self.codel
            && codel.refuses(core.now(), core.now() - begin)
        {
            request.note(Kind::Leave, self.process.id);
            request.note(Kind::Refuse, Reason::Shed as u32);
            return Err(Reason::Shed);
        }
        let answer = self.process.query(request, connection).await;
        request.delta.set(core.now() - begin);
        if answer.is_ok() && self.panics() {
            request.note(Kind::Panic, request.key);
            return Err(Reason::Panic);
        }
        answer
    }

    /// Fills the cache.
    pub async fn fill(&self, request: &Request<'_>, value: Value) {
        self.keeping.fill(request, value).await;
    }
}
