//! Numbering by labels, and sorting: each in one place, because every kind of
//! map and sort is compiled anew, and in Wasm that would be most of the size.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::series::Labels;

/// Numbers for labels, in the order in which they come first.
#[derive(Clone, Debug, Default)]
pub struct Index(BTreeMap<Labels, usize>);

impl Index {
    /// The number of these labels, and whether it is new.
    pub fn number(&mut self, labels: &Labels) -> (usize, bool) {
        if let Some(&number) = self.0.get(labels) {
            return (number, false);
        }
        let number = self.0.len();
        self.0.insert(labels.clone(), number);
        (number, true)
    }

    /// The number of these labels, if they have one.
    pub fn get(&self, labels: &Labels) -> Option<usize> {
        self.0.get(labels).copied()
    }
}

/// The numbers below `count` in this order; equal ones stay as they are.
pub fn order(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut all: Vec<usize> = (0..count).collect();
    all.sort_by(|a, b| compare(*a, *b));
    all
}

/// These in this order; equal ones stay as they are.
pub fn sorted<T>(all: Vec<T>, compare: impl Fn(&T, &T) -> Ordering) -> Vec<T> {
    let order = order(all.len(), &|a, b| compare(&all[a], &all[b]));
    let mut all: Vec<Option<T>> = all.into_iter().map(Some).collect();
    order.into_iter().filter_map(|nr| all[nr].take()).collect()
}
