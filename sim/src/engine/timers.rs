//! Sleeping waits in order of (time, sequence).
//!
//! Most waits in a simulation are of a few fixed spans, and of each span they
//! come already sorted, because virtual time only moves forward. So timers are
//! kept in a few sorted *runs*, as in patience sorting: a new timer goes to the
//! end of the run whose last timer is the latest not after it. What fits
//! nowhere goes to a [radix heap](super::radix). The next timer is the earliest
//! of the runs' first ones and the heap's.
//!
//! Invariant: every run is sorted by (time, sequence), and `head` and `heap_head`
//! are never later than what they stand for; they are earlier only after a
//! cancellation, which is noticed when their turn comes.

use super::radix::RadixHeap;
use super::slots::{ListId, Order, SlotId, Slots, TaskId};

/// Enough for the few fixed spans of one scenario.
const RUNS: usize = 4;
/// Later than every timer.
const NEVER: Order = (u64::MAX, u64::MAX);

/// The timers of one run; their slots live in [`Slots`].
pub struct Timers {
    runs: [Run; RUNS],
    heap: RadixHeap,
    heap_head: Order,
    sequence: u64,
}

#[derive(Clone, Copy)]
struct Run {
    list: ListId,
    head: Order,
    tail: u64,
}

impl Timers {
    /// No timers; takes its lists from `slots`, which must be new.
    pub fn new(slots: &mut Slots) -> Timers {
        let runs = std::array::from_fn(|_| Run { list: slots.new_list(), head: NEVER, tail: 0 });
        Timers { runs, heap: RadixHeap::new(slots), heap_head: NEVER, sequence: 0 }
    }

    /// Wakes `task` at time `at` (ns), which must not be in the past.
    #[inline]
    pub fn set(&mut self, slots: &mut Slots, at: u64, task: TaskId) -> SlotId {
        let order = (at, self.sequence);
        self.sequence += 1;
        let mut best: Option<&mut Run> = None;
        for run in &mut self.runs {
            if run.tail <= at && best.as_ref().is_none_or(|best| best.tail < run.tail) {
                best = Some(run);
            }
        }
        let Some(run) = best else {
            self.heap_head = self.heap_head.min(order);
            return self.heap.set(slots, order, task);
        };
        run.tail = at;
        if run.head == NEVER {
            run.head = order;
        }
        slots.wait(run.list, task, order)
    }

    /// Fires the earliest timer that is due at or before `limit` (ns).
    #[inline]
    pub fn pop(&mut self, slots: &mut Slots, limit: u64) -> Option<(u64, TaskId)> {
        loop {
            let [first, others @ ..] = &mut self.runs;
            let mut run = first;
            for other in others {
                if other.head < run.head {
                    run = other;
                }
            }
            let order = run.head.min(self.heap_head);
            if order.0 > limit || order == NEVER {
                return None;
            }
            if order != run.head {
                let found = self.heap.first(slots);
                self.heap_head = found.map_or(NEVER, |id| slots.order(id));
                if let Some(id) = found
                    && self.heap_head == order
                {
                    let task = self.heap.fire(slots, id);
                    self.heap_head = self.heap.first(slots).map_or(NEVER, |id| slots.order(id));
                    return Some((order.0, task));
                }
                continue;
            }
            let found = slots.first(run.list);
            run.head = found.map_or(NEVER, |id| slots.order(id));
            if let Some(id) = found
                && run.head == order
            {
                let next = slots.next(id);
                run.head = if next == super::slots::NONE { NEVER } else { slots.order(next) };
                return Some((order.0, slots.fire(id, order.0)));
            }
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

    /// Spans as simulations have them: any, or one of a few.
    fn span() -> impl Strategy<Value = u64> {
        prop_oneof![0u64..2000, Just(500), Just(7), 0u64..1 << 44]
    }

    proptest! {
        /// Against a sorted list with explicit sequence numbers, with timers
        /// being set and cancelled while others fire.
        #[test]
        fn same_order_as_a_sorted_list(
            ops in prop::collection::vec((span(), 0u8..6, 0usize..64), 1..600))
        {
            let mut slots = Slots::default();
            let mut timers = Timers::new(&mut slots);
            let mut model: Vec<(u64, u32, SlotId)> = Vec::new();
            let (mut now, mut sequence) = (0, 0);
            for (delay, what, pick) in ops {
                match what {
                    0 if !model.is_empty() => {
                        let (_, _, slot) = model.remove(pick % model.len());
                        prop_assert_eq!(slots.abandon(slot), None);
                    }
                    1 | 2 => {
                        let limit = now + delay;
                        let due = model.iter().copied().filter(|t| t.0 <= limit).min();
                        let fired = timers.pop(&mut slots, limit);
                        prop_assert_eq!(fired, due.map(|(at, task, _)| (at, task)));
                        if let Some(due) = due {
                            now = due.0;
                            prop_assert_eq!(slots.take_fired(due.2), Some(now));
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
