//! Sleeping waits in order of (time, sequence).
//!
//! A radix heap (Ahuja, Mehlhorn, Orlin and Tarjan, 1990). Virtual time only
//! moves forward, so a timer can stand in the bucket named by the highest bit
//! in which its time differs from the last time popped. Popping empties the
//! lowest bucket into lower ones; each timer moves at most once per bit, and
//! usually a few times.
//!
//! Invariant: a timer with time `k` is in bucket `bucket(k ^ last)`. Hence
//! equal times share a bucket at every moment, and because lists keep their
//! order, equal times fire in the order in which they were set, without a
//! sequence number being stored.

use super::slots::{ListId, NONE, SlotId, Slots, TaskId};

const BUCKETS: usize = 64;

/// The timers of one run; their slots live in [`Slots`].
pub struct Timers {
    buckets: [ListId; BUCKETS],
    /// Bit `b` is set when bucket `b` may hold a timer.
    occupied: u64,
    /// The time last popped. Never later than any timer.
    last: u64,
}

impl Timers {
    /// No timers; takes its lists from `slots`.
    pub fn new(slots: &mut Slots) -> Timers {
        Timers { buckets: std::array::from_fn(|_| slots.new_list()), occupied: 0, last: 0 }
    }

    fn bucket(&self, at: u64) -> usize {
        (u64::BITS - (at ^ self.last).leading_zeros()) as usize
    }

    /// Wakes `task` at time `at` (ns), which must not be in the past.
    pub fn set(&mut self, slots: &mut Slots, at: u64, task: TaskId) -> SlotId {
        let bucket = self.bucket(at);
        self.occupied |= 1 << bucket;
        slots.wait(self.buckets[bucket], task, at)
    }

    /// Fires the earliest timer that is due at or before `limit` (ns).
    pub fn pop(&mut self, slots: &mut Slots, limit: u64) -> Option<(u64, TaskId)> {
        loop {
            if self.occupied == 0 {
                return None;
            }
            let lowest = self.occupied.trailing_zeros() as usize;
            let Some(first) = slots.first(self.buckets[lowest]) else {
                // Emptied by cancellations.
                self.occupied &= !(1 << lowest);
                continue;
            };
            if lowest == 0 {
                let at = self.last;
                return (at <= limit).then(|| (at, slots.fire(first, at)));
            }
            let earliest = Self::earliest(slots, first);
            if earliest > limit {
                return None;
            }
            self.last = earliest;
            self.spread(slots, lowest);
        }
    }

    fn earliest(slots: &Slots, first: SlotId) -> u64 {
        let mut earliest = u64::MAX;
        let mut id = first;
        while id != NONE {
            earliest = earliest.min(slots.key(id));
            id = slots.next(id);
        }
        earliest
    }

    /// Moves every timer of bucket `from` to the bucket it belongs in now.
    fn spread(&mut self, slots: &mut Slots, from: usize) {
        let mut id = slots.take_chain(self.buckets[from]);
        self.occupied &= !(1 << from);
        while id != NONE {
            let next = slots.next(id);
            let bucket = self.bucket(slots.key(id));
            self.occupied |= 1 << bucket;
            slots.append(id, self.buckets[bucket]);
            id = next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fires_in_order_of_time_then_of_setting() {
        let mut slots = Slots::default();
        let mut timers = Timers::new(&mut slots);
        for (task, at) in [5, 3, 5, 1, 3, 1 << 40, 5].into_iter().enumerate() {
            timers.set(&mut slots, at, task as TaskId);
        }
        let order: Vec<_> = std::iter::from_fn(|| timers.pop(&mut slots, u64::MAX)).collect();
        assert_eq!(order, [(1, 3), (3, 1), (3, 4), (5, 0), (5, 2), (5, 6), (1 << 40, 5)]);
    }

    #[test]
    fn does_not_pass_the_limit() {
        let mut slots = Slots::default();
        let mut timers = Timers::new(&mut slots);
        timers.set(&mut slots, 10, 0);
        assert_eq!(timers.pop(&mut slots, 9), None);
        timers.set(&mut slots, 9, 1);
        assert_eq!(timers.pop(&mut slots, 9), Some((9, 1)));
        assert_eq!(timers.pop(&mut slots, 10), Some((10, 0)));
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Against a sorted list with explicit sequence numbers, with timers
        /// being set and cancelled while others fire.
        #[test]
        fn same_order_as_a_sorted_list(ops in prop::collection::vec((0u64..2000, 0u8..4, 0usize..64), 1..400)) {
            let mut slots = Slots::default();
            let mut timers = Timers::new(&mut slots);
            let mut model: Vec<(u64, u32, SlotId)> = Vec::new();
            let (mut now, mut sequence) = (0, 0);
            for (delay, what, pick) in ops {
                match what {
                    0 if !model.is_empty() => {
                        let (_, _, slot) = model.remove(pick % model.len());
                        slots.free(slot);
                    }
                    1 => {
                        let limit = now + delay;
                        let due = model.iter().copied().filter(|t| t.0 <= limit).min();
                        let fired = timers.pop(&mut slots, limit);
                        prop_assert_eq!(fired, due.map(|(at, task, _)| (at, task)));
                        if let Some(due) = due {
                            now = due.0;
                            slots.free(due.2);
                            model.retain(|t| *t != due);
                        }
                    }
                    _ => {
                        let slot = timers.set(&mut slots, now + delay, sequence);
                        model.push((now + delay, sequence, slot));
                        sequence += 1;
                    }
                }
                prop_assert_eq!(slots.in_use(), model.len());
            }
        }
    }
}
