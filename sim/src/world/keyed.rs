//! A table by key. Keys are small numbers, given out from 0: an array finds
//! them fastest, and lists them in order.

use super::request::Key;

/// Something for each of some keys.
pub struct Keyed<T> {
    slots: Vec<Option<T>>,
    used: usize,
}

impl<T> Default for Keyed<T> {
    fn default() -> Keyed<T> {
        Keyed { slots: Vec::new(), used: 0 }
    }
}

impl<T> Keyed<T> {
    /// What there is for a key.
    #[inline]
    pub fn get(&self, key: Key) -> Option<&T> {
        self.slots.get(key as usize)?.as_ref()
    }

    /// Puts something there, in place of what there was.
    pub fn insert(&mut self, key: Key, value: T) {
        let key = key as usize;
        if key >= self.slots.len() {
            self.slots.resize_with(key + 1, || None);
        }
        self.used += usize::from(self.slots[key].replace(value).is_none());
    }

    /// Takes away what there is.
    pub fn remove(&mut self, key: Key) {
        if let Some(slot) = self.slots.get_mut(key as usize) {
            self.used -= usize::from(slot.take().is_some());
        }
    }

    /// How many keys have something.
    pub fn len(&self) -> usize {
        self.used
    }

    /// Whether none has.
    pub fn is_empty(&self) -> bool {
        self.used == 0
    }

    /// Everything, in order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (Key, &T)> {
        let entries = self.slots.iter().enumerate();
        entries.filter_map(|(key, slot)| slot.as_ref().map(|value| (key as Key, value)))
    }
}
