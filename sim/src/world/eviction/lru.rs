//! Least recently used: whoever has not been asked for for longest goes.

use super::Rule;
use super::queue::{Place, Queue};
use crate::world::request::Key;

/// Keys, in the order in which they were asked for last.
#[derive(Default)]
pub struct Lru {
    queue: Queue,
}

impl Rule for Lru {
    fn enter(&mut self, key: Key) -> Place {
        self.queue.push(key)
    }

    fn hit(&mut self, place: Place) {
        self.queue.to_front(place);
    }

    fn victim(&mut self) -> Option<Key> {
        self.queue.oldest().map(|place| self.queue.key(place))
    }

    fn leave(&mut self, place: Place) {
        self.queue.remove(place);
    }

    fn clear(&mut self) {
        *self = Lru::default();
    }
}
