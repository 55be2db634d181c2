//! Which client sends a request.
//!
//! Only what stands at the door asks, and an edge, so only runs with a gateway, load
//! shedding or an edge know it. A request is its
//! client's through all its retries, and a virtual user is always the same
//! client. Who sends what is drawn for each source of requests by itself: the
//! gateway's rules change nobody's arrival, and one burst more changes nothing
//! in who sends the others.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use crate::engine::Nanos;
use crate::engine::streams::{Purpose, Stream};
use crate::scenario::ClientSpec;

/// A client, by its number: 0 is the first.
pub type Client = u32;

/// Where nobody asks who sends.
pub const ANYBODY: Client = u32::MAX;

/// The clients of a run.
pub struct Senders {
    /// `None`: every request comes from another client.
    count: Option<u32>,
    per_address: u32,
    greedy: f64,
    important: f64,
    seed: u64,
    next: Cell<Client>,
    /// When each has been told to come back, if they heed that.
    told: Option<RefCell<BTreeMap<Client, Nanos>>>,
}

impl Senders {
    /// Nobody has sent anything yet.
    pub fn new(spec: &ClientSpec, seed: u64) -> Senders {
        Senders {
            count: (spec.count > 0).then_some(spec.count),
            per_address: spec.per_address,
            greedy: spec.greedy,
            important: spec.important,
            seed,
            // The greedy one is the first.
            next: Cell::new(u32::from(spec.greedy > 0.0)),
            told: spec.heeds_retry_after.then(RefCell::default),
        }
    }

    /// Who sends the requests of open source number `source`, one after the
    /// other.
    pub fn of_source(&self, source: u64) -> impl FnMut() -> Client {
        let mut random = Stream::new(self.seed, Purpose::Senders, source);
        move || {
            let is_greedy = self.greedy > 0.0 && random.unit() < self.greedy;
            match self.count {
                _ if is_greedy => 0,
                None => self.another(),
                // The others share what the first one leaves.
                Some(count) if self.greedy > 0.0 && count > 1 => {
                    1 + random.below(u64::from(count) - 1) as Client
                }
                Some(count) => random.below(count.into()) as Client,
            }
        }
    }

    /// Who the next virtual user is. If there are more users than clients, some
    /// are the same client.
    pub fn user(&self) -> Client {
        let next = self.another();
        self.count.map_or(next, |count| next % count)
    }

    fn another(&self) -> Client {
        let next = self.next.get();
        self.next.set(next + 1);
        next
    }

    /// The address from which a client sends.
    pub fn address(&self, client: Client) -> u32 {
        client / self.per_address
    }

    /// Whether some clients are more important than others.
    pub fn has_important(&self) -> bool {
        self.important > 0.0
    }

    /// Whether a client is. They are spread evenly over all (the golden ratio's
    /// low-discrepancy sequence), and nothing is drawn for it.
    pub fn is_important(&self, client: Client) -> bool {
        (0.5 + f64::from(client) * 0.618_033_988_749_895).fract() < self.important
    }

    /// A client is told not to come back before an instant.
    pub fn tell(&self, client: Client, until: Nanos) {
        if let Some(told) = &self.told {
            told.borrow_mut().insert(client, until);
        }
    }

    /// How long a client has to wait that does as it was told.
    pub fn has_to_wait(&self, client: Client, now: Nanos) -> Option<Nanos> {
        let told = self.told.as_ref()?.borrow();
        told.get(&client).map(|until| until.since(now))
    }
}
