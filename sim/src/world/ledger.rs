//! Who wrote what, and who has seen it: what makes an answer too old.
//!
//! An update gives its key a new *version*: 1, 2, 3 … in the order in which the
//! updates of a run take effect, whatever their keys; before all of them stands
//! version 0. A query sees the version that there was when it began, as under
//! snapshot isolation, however long it takes.
//!
//! An answer is *too old* if its reader was sent after an update had been
//! confirmed to whoever made it, and yet sees an earlier version: what
//! linearizability forbids (Herlihy and Wing, 1990). Who overlaps with an
//! update may see either.

use std::cell::{Cell, RefCell};

use super::request::{Key, Value};
use super::shop::{Class, Layout};
use crate::engine::Nanos;

/// A state of a key: how many updates had taken effect.
pub type Version = u32;

/// What has been written, confirmed and seen, of all keys.
#[derive(Default)]
pub struct Ledger {
    last: Cell<Version>,
    /// By key: what the database holds, and since when.
    committed: RefCell<Histories>,
    /// By value's number: of which version it is.
    values: RefCell<Vec<Version>>,
    /// By key: since when somebody knows of which version.
    confirmed: RefCell<Histories>,
    /// In a shop: a product is on a page of the list as well, which is of a new version
    /// with it.
    shop: Option<Layout>,
}

/// By key: from when on it was of which version.
type Histories = Vec<Vec<(Nanos, Version)>>;

impl Ledger {
    /// Nothing has been written yet.
    pub fn new(shop: Option<Layout>) -> Ledger {
        Ledger { shop, ..Ledger::default() }
    }

    /// A key that is updated, and what shows it besides.
    fn touched(&self, key: Key) -> impl Iterator<Item = Key> {
        [Some(key), self.shop.map(|layout| layout.list_of(key))].into_iter().flatten()
    }

    /// The version of a key that the database held at an instant.
    pub fn committed(&self, at: Nanos, key: Key) -> Version {
        let all = self.committed.borrow();
        let Some(history) = all.get(key as usize) else { return 0 };
        let before = history.partition_point(|(since, _)| *since <= at);
        before.checked_sub(1).map_or(0, |last| history[last].1)
    }

    /// A query has brought a value of a version.
    pub fn loaded(&self, value: Value, version: Version) {
        put(&mut self.values.borrow_mut(), value.0, version);
    }

    /// An update takes effect: its version, the next one if it has none yet.
    pub fn take_effect(&self, value: Value) -> Version {
        match self.version(value) {
            0 => {
                let next = self.last.get() + 1;
                self.last.set(next);
                self.loaded(value, next);
                next
            }
            known => known,
        }
    }

    /// The database holds what an update wrote.
    pub fn commit(&self, now: Nanos, key: Key, value: Value) -> Version {
        let version = self.take_effect(value);
        for key in self.touched(key) {
            history(&mut self.committed.borrow_mut(), key).push((now, version));
        }
        version
    }

    /// The database is again what it was at an instant; how many updates that
    /// undoes.
    pub fn lose(&self, since: Nanos) -> u32 {
        let mut lost = 0;
        for (key, history) in self.committed.borrow_mut().iter_mut().enumerate() {
            let kept = history.partition_point(|(at, _)| *at <= since);
            let undone = history.drain(kept..).len();
            // What shows it has its versions as well.
            if self.shop.is_none_or(|layout| layout.class_of(key as Key) == Some(Class::Detail)) {
                lost += undone;
            }
        }
        lost as u32
    }

    /// Whoever made an update is told that it is done.
    pub fn confirm(&self, now: Nanos, key: Key, value: Value) {
        let all = &mut *self.confirmed.borrow_mut();
        for key in self.touched(key) {
            let known = history(all, key);
            let newest = known.last().map_or(0, |(_, version)| *version);
            known.push((now, self.version(value).max(newest)));
        }
    }

    /// The version that a reader should have seen who was sent at an instant,
    /// if `value` is of an earlier one.
    pub fn missed(&self, sent: Nanos, key: Key, value: Value) -> Option<Version> {
        let all = self.confirmed.borrow();
        let known = all.get(key as usize)?;
        let before = known.partition_point(|(at, _)| *at < sent);
        let (_, version) = known.get(before.checked_sub(1)?)?;
        (self.version(value) < *version).then_some(*version)
    }

    /// Of which version a value is.
    pub fn version(&self, value: Value) -> Version {
        self.values.borrow().get(value.0 as usize).copied().unwrap_or_default()
    }
}

/// A key's history, begun if need be.
fn history(all: &mut Histories, key: Key) -> &mut Vec<(Nanos, Version)> {
    if all.len() <= key as usize {
        all.resize_with(key as usize + 1, Vec::new);
    }
    &mut all[key as usize]
}

/// Puts a version at a place, beyond the end if need be.
fn put(versions: &mut Vec<Version>, place: u32, version: Version) {
    let place = place as usize;
    if versions.len() <= place {
        versions.resize(place + 1, 0);
    }
    versions[place] = version;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Nanos {
        Nanos(ms * 1_000_000)
    }

    /// Two updates of key 7, confirmed at 10 and 20 ms. What a reader gets that
    /// loaded before both is too old from the first confirmation on, and which
    /// version it missed depends on when it was sent.
    #[test]
    fn an_answer_is_too_old_after_what_was_confirmed() {
        let ledger = Ledger::default();
        let (before, first, second) = (Value(1), Value(2), Value(3));
        ledger.loaded(before, ledger.committed(ms(1), 7));
        assert_eq!((ledger.commit(ms(9), 7, first), ledger.commit(ms(19), 7, second)), (1, 2));
        ledger.confirm(ms(10), 7, first);
        ledger.confirm(ms(20), 7, second);
        let missed = |at, value| ledger.missed(ms(at), 7, value);
        assert_eq!([5, 10, 11, 21].map(|at| missed(at, before)), [None, None, Some(1), Some(2)]);
        assert_eq!([11, 21].map(|at| missed(at, first)), [None, Some(2)]);
        assert_eq!(missed(21, second), None);
        // Somebody else's key.
        assert_eq!(ledger.missed(ms(21), 8, before), None);
    }

    /// What is written behind has its place in the order before the database
    /// has it; and a confirmation that comes late takes nothing back.
    #[test]
    fn the_order_is_that_of_taking_effect() {
        let ledger = Ledger::default();
        let (behind, direct) = (Value(1), Value(2));
        assert_eq!(ledger.take_effect(behind), 1);
        assert_eq!(ledger.commit(ms(1), 7, direct), 2);
        assert_eq!(ledger.commit(ms(2), 7, behind), 1);
        assert_eq!(ledger.committed(ms(2), 7), 1);
        ledger.confirm(ms(1), 7, direct);
        ledger.confirm(ms(2), 7, behind);
        assert_eq!(ledger.missed(ms(3), 7, behind), Some(2));
    }

    /// What a copy sees that is behind by so much, and what is left when such a
    /// copy takes over.
    #[test]
    fn the_past_can_be_seen_and_returned_to() {
        let ledger = Ledger::default();
        ledger.commit(ms(10), 7, Value(1));
        ledger.commit(ms(20), 7, Value(2));
        ledger.commit(ms(20), 8, Value(3));
        let seen = |at: u64| (ledger.committed(Nanos(at), 7), ledger.committed(Nanos(at), 8));
        assert_eq!([9_999_999, 10_000_000].map(seen), [(0, 0), (1, 0)]);
        assert_eq!([19_999_999, 20_000_000].map(seen), [(1, 0), (2, 3)]);
        assert_eq!(ledger.lose(Nanos(19_999_999)), 2);
        assert_eq!(seen(u64::MAX), (1, 0));
    }
}
