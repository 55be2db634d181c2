//! Distances.

use std::cell::RefCell;
use std::rc::Rc;

use crate::engine::core::Sleep;
use crate::engine::streams::{Purpose, Stream};
use crate::engine::{Core, Nanos};
use crate::scenario::Scenario;

/// One-way delays between the parts, each message with its own jitter.
pub struct Network {
    core: Rc<Core>,
    client: Nanos,
    cache: Nanos,
    db: Nanos,
    jitter: f64,
    stream: RefCell<Stream>,
}

impl Network {
    pub(super) fn new(core: &Rc<Core>, scenario: &Scenario, seed: u64) -> Network {
        let spec = &scenario.network;
        // With an edge between them, the ways are the edge's.
        let client = if scenario.edge.pops > 0 { 0.0 } else { spec.client_ms };
        Network {
            core: Rc::clone(core),
            client: Nanos::from_ms(client),
            cache: Nanos::from_ms(spec.cache_ms),
            db: Nanos::from_ms(spec.db_ms),
            jitter: spec.jitter,
            stream: RefCell::new(Stream::new(seed, Purpose::Network, 0)),
        }
    }

    /// One way between a client and its process.
    #[inline]
    #[track_caller]
    pub fn client(&self) -> Sleep<'_> {
        self.leg(self.client)
    }

    /// One way between a process and the cache.
    #[inline]
    #[track_caller]
    pub fn cache(&self) -> Sleep<'_> {
        self.leg(self.cache)
    }

    /// How long that takes, give or take its jitter.
    pub fn cache_way(&self) -> Nanos {
        self.cache
    }

    /// One way between a process and the database.
    #[inline]
    #[track_caller]
    pub fn db(&self) -> Sleep<'_> {
        self.leg(self.db)
    }

    /// One way of so long between a process and anything else.
    #[track_caller]
    pub fn way(&self, span: Nanos) -> Sleep<'_> {
        self.leg(span)
    }

    #[inline]
    #[track_caller]
    fn leg(&self, span: Nanos) -> Sleep<'_> {
        if self.jitter == 0.0 {
            return self.core.sleep(span);
        }
        self.core.sleep(self.stream.borrow_mut().around(span, self.jitter))
    }
}
