//! Keys in a row, from the newest to the oldest: a doubly linked list in an array,
//! in which one is found, moved and taken out at once by its place.

use crate::world::request::Key;

/// Where a key stands in the array.
pub type Place = u32;

/// No place.
const NONE: Place = Place::MAX;

/// Keys in a row.
pub struct Queue {
    links: Vec<Link>,
    free: Vec<Place>,
    newest: Place,
    oldest: Place,
}

struct Link {
    key: Key,
    newer: Place,
    older: Place,
    marked: bool,
}

impl Default for Queue {
    fn default() -> Queue {
        Queue { links: Vec::new(), free: Vec::new(), newest: NONE, oldest: NONE }
    }
}

fn some(place: Place) -> Option<Place> {
    (place != NONE).then_some(place)
}

impl Queue {
    /// Puts a key in front, unmarked.
    pub fn push(&mut self, key: Key) -> Place {
        let link = Link { key, newer: NONE, older: self.newest, marked: false };
        let place = match self.free.pop() {
            Some(place) => {
                self.links[place as usize] = link;
                place
            }
            None => {
                self.links.push(link);
                self.links.len() as Place - 1
            }
        };
        match some(self.newest) {
            Some(before) => self.links[before as usize].newer = place,
            None => self.oldest = place,
        }
        self.newest = place;
        place
    }

    /// Takes a key out.
    pub fn remove(&mut self, place: Place) {
        self.unlink(place);
        self.free.push(place);
    }

    /// Puts a key in front that is in it.
    pub fn to_front(&mut self, place: Place) {
        if self.newest == place {
            return;
        }
        self.unlink(place);
        self.links[place as usize].older = self.newest;
        self.links[place as usize].newer = NONE;
        match some(self.newest) {
            Some(before) => self.links[before as usize].newer = place,
            None => self.oldest = place,
        }
        self.newest = place;
    }

    fn unlink(&mut self, place: Place) {
        let Link { newer, older, .. } = self.links[place as usize];
        match some(newer) {
            Some(newer) => self.links[newer as usize].older = older,
            None => self.newest = older,
        }
        match some(older) {
            Some(older) => self.links[older as usize].newer = newer,
            None => self.oldest = newer,
        }
    }

    /// The one at the end.
    pub fn oldest(&self) -> Option<Place> {
        some(self.oldest)
    }

    /// The next one towards the front.
    pub fn newer(&self, place: Place) -> Option<Place> {
        some(self.links[place as usize].newer)
    }

    /// The key at a place.
    pub fn key(&self, place: Place) -> Key {
        self.links[place as usize].key
    }

    /// Marks a key, or takes its mark away; whether it had one.
    pub fn mark(&mut self, place: Place, on: bool) -> bool {
        std::mem::replace(&mut self.links[place as usize].marked, on)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn row(queue: &Queue) -> Vec<Key> {
        let next = |place: &Place| queue.newer(*place);
        std::iter::successors(queue.oldest(), next).map(|place| queue.key(place)).collect()
    }

    proptest! {
        /// It is a row: what is pushed or moved comes last, what is taken out is gone.
        #[test]
        fn it_is_a_row(steps in prop::collection::vec((0u8..3, any::<prop::sample::Index>()), 0..200)) {
            let (mut queue, mut list) = (Queue::default(), Vec::<(Key, Place)>::new());
            for (number, (step, which)) in steps.into_iter().enumerate() {
                if step == 0 || list.is_empty() {
                    list.push((number as Key, queue.push(number as Key)));
                } else {
                    let known = list.remove(which.index(list.len()));
                    if step == 1 {
                        queue.to_front(known.1);
                        list.push(known);
                    } else {
                        queue.remove(known.1);
                    }
                }
                prop_assert_eq!(row(&queue), list.iter().map(|(key, _)| *key).collect::<Vec<_>>());
            }
        }
    }
}
