//! A list in blocks: growing never moves what is there.
//!
//! A list of half a million that is moved whenever it outgrows its place takes
//! tens of milliseconds at once, and twice its memory.

use std::ops::{Index, IndexMut};

/// Entries in a block.
const BLOCK: usize = 1 << 12;

/// A list that grows at its end. The first block is as large as what is in it.
pub struct Blocks<T> {
    blocks: Vec<Vec<T>>,
}

impl<T> Default for Blocks<T> {
    fn default() -> Blocks<T> {
        Blocks { blocks: Vec::new() }
    }
}

impl<T> Blocks<T> {
    /// Adds an entry.
    #[inline]
    pub fn push(&mut self, entry: T) {
        if self.len().is_multiple_of(BLOCK) {
            let room = if self.blocks.is_empty() { 0 } else { BLOCK };
            self.blocks.push(Vec::with_capacity(room));
        }
        if let Some(block) = self.blocks.last_mut() {
            block.push(entry);
        }
    }

    /// How many there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.blocks.last().map_or(0, |last| (self.blocks.len() - 1) * BLOCK + last.len())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// Entry number `i`, from 0, if there is one.
    #[inline]
    pub fn get(&self, i: usize) -> Option<&T> {
        self.blocks.get(i / BLOCK)?.get(i % BLOCK)
    }

    /// The same, to be changed.
    #[inline]
    pub fn get_mut(&mut self, i: usize) -> Option<&mut T> {
        self.blocks.get_mut(i / BLOCK)?.get_mut(i % BLOCK)
    }
}

/// Panics if there is no such entry.
impl<T> Index<usize> for Blocks<T> {
    type Output = T;

    #[inline]
    fn index(&self, i: usize) -> &T {
        &self.blocks[i / BLOCK][i % BLOCK]
    }
}

impl<T> IndexMut<usize> for Blocks<T> {
    #[inline]
    fn index_mut(&mut self, i: usize) -> &mut T {
        &mut self.blocks[i / BLOCK][i % BLOCK]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Across blocks, and without moving: an entry stays at its address.
    #[test]
    fn nothing_moves_when_it_grows() {
        let mut list = Blocks::default();
        assert!(list.is_empty());
        (0..BLOCK).for_each(|i| list.push(i));
        let address = |list: &Blocks<usize>| std::ptr::from_ref(&list[BLOCK - 1]).addr();
        let before = address(&list);
        for i in BLOCK..5 * BLOCK + 3 {
            list.push(i);
            assert_eq!(list.len(), i + 1);
        }
        assert_eq!(address(&list), before);
        list[2 * BLOCK] = 7;
        assert_eq!([list[2 * BLOCK], list[5 * BLOCK + 2], list[0]], [7, 5 * BLOCK + 2, 0]);
        assert_eq!(
            (list.get(5 * BLOCK + 2), list.get(5 * BLOCK + 3)),
            (Some(&(5 * BLOCK + 2)), None)
        );
    }
}
