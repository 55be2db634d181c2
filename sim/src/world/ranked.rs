//! A set of keys from which the n-th smallest is found without a walk: a
//! Fenwick tree of counts.
//!
//! Adding, removing and finding take as many steps as the largest key has
//! bits, however many keys there are.

use super::request::Key;

/// Some keys.
#[derive(Default)]
pub struct Ranked {
    /// Place `i` (from 1) counts the members among the `i & -i` keys up to
    /// key `i - 1`. As long as a power of two, or empty.
    counts: Vec<u32>,
    len: usize,
}

impl Ranked {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Adds a key that is not in it.
    pub fn insert(&mut self, key: Key) {
        self.reach(key);
        self.len += 1;
        self.climb(key, |count| count + 1);
    }

    /// Removes a key that is in it.
    pub fn remove(&mut self, key: Key) {
        self.len -= 1;
        self.climb(key, |count| count - 1);
    }

    /// The key with `rank` smaller ones, which must be less than [`Ranked::len`].
    pub fn nth(&self, rank: usize) -> Key {
        let (mut below, mut left) = (0, rank as u32);
        let mut step = self.counts.len().saturating_sub(1);
        while step > 0 {
            #[cfg(test)]
            super::keyed::touch();
            if let Some(count) = self.counts.get(below + step).filter(|count| **count <= left) {
                below += step;
                left -= count;
            }
            step /= 2;
        }
        below as Key
    }

    fn climb(&mut self, key: Key, change: impl Fn(u32) -> u32) {
        let mut place = key as usize + 1;
        while let Some(count) = self.counts.get_mut(place) {
            #[cfg(test)]
            super::keyed::touch();
            *count = change(*count);
            place += place & place.wrapping_neg();
        }
    }

    /// Makes room for a key. The last place of a tree counts all of it, and
    /// in a tree twice as large half.
    fn reach(&mut self, key: Key) {
        while self.counts.len() <= key as usize + 1 {
            let larger = (2 * self.counts.len().saturating_sub(1)).max(1);
            self.counts.resize(larger + 1, 0);
            self.counts[larger] = self.len as u32;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::engine::streams::{Purpose, Stream};

    /// Against a sorted set, over anything that can be done to both.
    #[test]
    fn finds_what_a_sorted_list_has_there() {
        let mut random = Stream::new(1, Purpose::Eviction, 0);
        let (mut ranked, mut sorted) = (Ranked::default(), BTreeSet::new());
        for round in 0..2_000_u64 {
            let key = random.below(1 + round) as Key;
            match sorted.insert(key) {
                true => ranked.insert(key),
                false => {
                    sorted.remove(&key);
                    ranked.remove(key);
                }
            }
            assert_eq!(ranked.len(), sorted.len());
            if round % 50 == 0 {
                let all: Vec<Key> = (0..ranked.len()).map(|rank| ranked.nth(rank)).collect();
                assert!(all.iter().eq(&sorted), "{all:?}");
            }
        }
    }
}
