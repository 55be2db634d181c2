//! A table by key. Keys are small numbers, given out from 0: an array finds
//! them fastest.

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
        #[cfg(test)]
        touch();
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

    /// Those that have something, in order.
    pub fn keys(&self) -> impl Iterator<Item = Key> {
        let all = self.slots.iter().enumerate();
        all.filter(|(_, slot)| slot.is_some()).map(|(key, _)| key as Key)
    }

    /// How many keys have something.
    pub fn len(&self) -> usize {
        self.used
    }

    /// Whether none has.
    pub fn is_empty(&self) -> bool {
        self.used == 0
    }
}

#[cfg(test)]
thread_local! {
    static TOUCHED: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// Notes that a place has been looked at: how tests count work.
#[cfg(test)]
pub(super) fn touch() {
    TOUCHED.set(TOUCHED.get() + 1);
}

/// How many places `work` looks at.
#[cfg(test)]
pub(super) fn touched(work: impl FnOnce()) -> u64 {
    let before = TOUCHED.get();
    work();
    TOUCHED.get() - before
}
