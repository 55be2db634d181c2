//! Word of the stock: pub/sub, or a stream.
//!
//! *Pub/sub* is at most once. A message goes to whoever is subscribed at that
//! moment, and nobody keeps it: who is cut off never hears of it. For a subscriber
//! that is slower than messages come, Redis keeps them in a buffer; when that is too
//! long, it closes the connection, and what was in it is lost, too. The subscriber
//! finds that out when it reads on, and subscribes anew.
//!
//! A *stream* keeps its entries. Who has been away reads on from where it left off,
//! and knows what the others know; who is cut off knows that it does not.
//!
//! What is said is how many are left, not how many went: a later message repairs
//! what an earlier, lost one left wrong, if there is one.
//!
//! Source: Redis documentation, *Pub/Sub* (delivery semantics), *Streams*,
//! `client-output-buffer-limit`.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use super::Process;
use super::request::{Key, Request};
use crate::engine::{Core, Nanos};
use crate::scenario::ShopSpec;
use crate::telemetry::Kind;

/// A product, and how many of it are left.
type Message = (Key, i64);

/// The stock, and who knows what about it.
pub struct Channel {
    in_stock: i64,
    buffer: usize,
    takes: Nanos,
    /// The database's truth; below zero is what was sold and not there.
    truth: RefCell<BTreeMap<Key, i64>>,
    /// What the stream says last.
    said: RefCell<BTreeMap<Key, i64>>,
    subscribers: RefCell<Vec<Subscriber>>,
}

/// A process that wants to hear.
struct Subscriber {
    process: Rc<Process>,
    /// Since which of its lives it has listened.
    life: u32,
    /// Until when it is cut off.
    away: Nanos,
    /// Whether its connection has been closed, and it does not know it yet.
    dropped: bool,
    waiting: VecDeque<Message>,
    /// Whether it is at one of them.
    busy: bool,
    counts: BTreeMap<Key, i64>,
}

impl Channel {
    pub(super) fn new(spec: &ShopSpec) -> Channel {
        Channel {
            in_stock: spec.in_stock.into(),
            buffer: spec.buffer as usize,
            takes: Nanos::from_ms(spec.message_ms),
            truth: RefCell::default(),
            said: RefCell::default(),
            subscribers: RefCell::default(),
        }
    }

    /// A process subscribes.
    pub fn subscribe(&self, process: &Rc<Process>) {
        let all = &mut *self.subscribers.borrow_mut();
        if all.iter().all(|known| known.process.id != process.id) {
            all.push(Subscriber {
                process: Rc::clone(process),
                life: process.lives.get(),
                away: Nanos::ZERO,
                dropped: false,
                waiting: VecDeque::new(),
                busy: false,
                counts: BTreeMap::new(),
            });
        }
    }

    /// A process is cut off until an instant.
    pub fn cut_off(&self, process: u32, until: Nanos) {
        for known in &mut *self.subscribers.borrow_mut() {
            if known.process.id == process {
                known.away = known.away.max(until);
            }
        }
    }

    /// Whether it is.
    pub fn is_cut_off(&self, process: u32, now: Nanos) -> bool {
        let all = self.subscribers.borrow();
        all.iter().any(|known| known.process.id == process && now < known.away)
    }

    /// A process takes one of a product, if by its own count one is left. Who has been
    /// started again has asked the database how many there are.
    pub fn reserve(&self, process: u32, product: Key) -> bool {
        let truth = self.truth.borrow();
        let all = &mut *self.subscribers.borrow_mut();
        let Some(known) = all.iter_mut().find(|known| known.process.id == process) else {
            return false;
        };
        if known.life != known.process.lives.get() {
            known.life = known.process.lives.get();
            known.counts = truth.clone();
        }
        let count = known.counts.entry(product).or_insert(self.in_stock);
        let is_left = *count > 0;
        *count -= i64::from(is_left);
        is_left
    }

    /// How many are left of a product, by the stream.
    pub fn said(&self, product: Key) -> i64 {
        self.said.borrow().get(&product).copied().unwrap_or(self.in_stock)
    }

    /// One is sold: how many are left by the database's count.
    pub fn sell(&self, product: Key) -> i64 {
        let truth = &mut *self.truth.borrow_mut();
        let left = truth.entry(product).or_insert(self.in_stock);
        *left -= 1;
        *left
    }

    /// The same, if one is left: checked and counted down in one step.
    pub fn sell_if_left(&self, product: Key) -> bool {
        let is_left = self.left(product) > 0;
        if is_left {
            self.sell(product);
        }
        is_left
    }

    fn left(&self, product: Key) -> i64 {
        self.truth.borrow().get(&product).copied().unwrap_or(self.in_stock)
    }

    /// `XADD`: how many are left.
    pub fn append(&self, product: Key) {
        self.said.borrow_mut().insert(product, self.left(product));
    }

    /// `PUBLISH`: how many are left, to whoever is there to hear it.
    pub fn publish(self: &Rc<Channel>, request: &Request<'_>, product: Key) {
        let world = request.world;
        let (now, left) = (world.core.now(), self.left(product));
        for (index, known) in self.subscribers.borrow_mut().iter_mut().enumerate() {
            let (up, id) = (known.process.up.get(), known.process.id);
            if !up || known.dropped || now < known.away {
                request.note(Kind::Unheard, id);
                continue;
            }
            known.waiting.push_back((product, left));
            if self.buffer > 0 && known.waiting.len() > self.buffer {
                known.waiting.clear();
                known.dropped = true;
                request.note(Kind::Unsubscribed, id);
            }
            if !known.busy {
                known.busy = true;
                let channel = Rc::clone(self);
                let (core, way) = (Rc::clone(&world.core), world.network.cache_way());
                world.spawn(async move { channel.listen(&core, way, index).await });
            }
        }
    }

    /// A subscriber takes in what waits for it, one message after the other.
    async fn listen(&self, core: &Core, way: Nanos, index: usize) {
        core.sleep(way).await;
        loop {
            core.sleep(self.takes).await;
            let still = self.subscribers.borrow()[index].process.still.get();
            core.sleep_until(still).await;
            let known = &mut self.subscribers.borrow_mut()[index];
            let Some((product, left)) = known.waiting.pop_front() else {
                // Whose connection is gone finds out now, and subscribes anew.
                known.busy = false;
                known.dropped = false;
                return;
            };
            known.counts.insert(product, left);
        }
    }
}
