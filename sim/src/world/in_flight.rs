//! A table by key for what is in flight in one process.
//!
//! Like [`super::keyed::Keyed`] it finds keys by their number, but it stands in
//! pages, which are there only while something is on them: a fleet has many of
//! these tables, and each is nearly empty.

use super::request::Key;

/// Keys of a page.
const PAGE: usize = 64;

/// Something for each of some keys.
pub struct InFlight<T> {
    pages: Vec<Option<Box<Page<T>>>>,
    /// The page that was emptied last: whoever adds and removes one thing over
    /// and over needs no new one each time.
    spare: Option<Box<Page<T>>>,
}

struct Page<T> {
    slots: [Option<T>; PAGE],
    used: usize,
}

impl<T> Default for Page<T> {
    fn default() -> Page<T> {
        Page { slots: std::array::from_fn(|_| None), used: 0 }
    }
}

impl<T> Default for InFlight<T> {
    fn default() -> InFlight<T> {
        InFlight { pages: Vec::new(), spare: None }
    }
}

impl<T> InFlight<T> {
    /// What there is for a key.
    #[inline]
    pub fn get(&self, key: Key) -> Option<&T> {
        let page = self.pages.get(key as usize / PAGE)?.as_ref()?;
        page.slots[key as usize % PAGE].as_ref()
    }

    /// Puts something there, in place of what there was.
    pub fn insert(&mut self, key: Key, value: T) {
        let number = key as usize / PAGE;
        if number >= self.pages.len() {
            self.pages.resize_with(number + 1, || None);
        }
        let spare = &mut self.spare;
        let page = self.pages[number].get_or_insert_with(|| spare.take().unwrap_or_default());
        if page.slots[key as usize % PAGE].replace(value).is_none() {
            page.used += 1;
        }
    }

    /// Takes away what there is.
    pub fn remove(&mut self, key: Key) {
        let Some(place) = self.pages.get_mut(key as usize / PAGE) else { return };
        let Some(page) = place else { return };
        if page.slots[key as usize % PAGE].take().is_some() {
            page.used -= 1;
            if page.used == 0 {
                self.spare = place.take();
            }
        }
    }

    /// How many keys have something.
    pub fn len(&self) -> usize {
        self.pages.iter().flatten().map(|page| page.used).sum()
    }

    /// Whether none has.
    pub fn is_empty(&self) -> bool {
        self.pages.iter().all(Option::is_none)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// It holds what a map of the standard library does, and no pages but
        /// those with something on them.
        #[test]
        fn it_is_a_map(steps in prop::collection::vec((0u32..400, any::<bool>(), 0u8..9), 0..300)) {
            let (mut table, mut map) = (InFlight::default(), BTreeMap::new());
            for (key, add, value) in steps {
                if add {
                    table.insert(key, value);
                    map.insert(key, value);
                } else {
                    table.remove(key);
                    map.remove(&key);
                }
                prop_assert_eq!(table.get(key), map.get(&key));
                prop_assert_eq!(table.len(), map.len());
                prop_assert_eq!(table.is_empty(), map.is_empty());
            }
            let mut pages: Vec<_> = map.keys().map(|key| *key as usize / PAGE).collect();
            pages.dedup();
            prop_assert_eq!(table.pages.iter().flatten().count(), pages.len());
        }
    }
}
