//! Timers set in no particular order.
//!
//! A radix heap (Ahuja, Mehlhorn, Orlin and Tarjan, 1990) with digits of six
//! bits. Virtual time only moves forward, so a timer can stand in the bucket
//! named by the highest digit in which its time differs from the last time
//! popped, and by that digit's value. Popping empties the first bucket into
//! lower ones; a timer moves at most once for each digit.
//!
//! Invariant: a timer with time `k` is in `bucket(k)`, which depends on `k` and
//! `last` alone. Hence equal times share a bucket at every moment, and because
//! lists keep their order, they stand there in the order of their setting.
//!
//! A bucket of the lowest level holds one time, so its first timer is its earliest.
//! In a higher one the earliest has to be looked for, and is remembered: the bucket
//! may hold a million that are far away, while others come and go before them.

use super::slots::{ListId, NONE, Order, SlotId, Slots, TaskId};

/// Bits in a digit.
const DIGIT: u32 = 6;
/// Values of a digit: one word of occupancy.
const RADIX: usize = 1 << DIGIT;
/// Digits in a time.
const LEVELS: usize = u64::BITS.div_ceil(DIGIT) as usize;

/// A priority queue of timers; their slots live in [`Slots`].
pub struct RadixHeap {
    /// The first bucket's list; the others follow it.
    first: ListId,
    /// For each level: bit `d` is set when the bucket of digit `d` may hold a timer.
    occupied: [u64; LEVELS],
    /// The earliest of one bucket of each level; of the others it is not known.
    earliest: [Earliest; LEVELS],
    /// The time last popped. Never later than any timer.
    last: u64,
}

/// The earliest timer of a bucket, unless it has left since.
#[derive(Clone, Copy)]
struct Earliest {
    bucket: ListId,
    slot: SlotId,
    order: Order,
}

const UNKNOWN: Earliest = Earliest { bucket: NONE, slot: NONE, order: (0, 0) };

impl RadixHeap {
    /// No timers; takes its lists from `slots`, which must be new.
    pub fn new(slots: &mut Slots) -> RadixHeap {
        let first = slots.new_list();
        for _ in 1..LEVELS * RADIX {
            slots.new_list();
        }
        RadixHeap { first, occupied: [0; LEVELS], earliest: [UNKNOWN; LEVELS], last: 0 }
    }

    /// The level and the bucket of a time, which is marked as occupied.
    fn occupy(&mut self, at: u64) -> (usize, ListId) {
        // The lowest level also holds what does not differ at all.
        let level = ((63 - ((at ^ self.last) | 1).leading_zeros()) / DIGIT) as usize;
        let digit = (at >> (level as u32 * DIGIT)) as usize % RADIX;
        self.occupied[level] |= 1 << digit;
        (level, self.first + (level * RADIX + digit) as ListId)
    }

    /// Wakes `task` at `order`, which must not be before the last one popped.
    pub fn set(&mut self, slots: &mut Slots, order: Order, task: TaskId) -> SlotId {
        let (level, bucket) = self.occupy(order.0);
        let slot = slots.wait(bucket, task, order);
        let earliest = &mut self.earliest[level];
        if earliest.bucket == bucket && order < earliest.order {
            *earliest = Earliest { bucket, slot, order };
        }
        slot
    }

    /// The earliest timer.
    pub fn first(&mut self, slots: &Slots) -> Option<SlotId> {
        for level in 0..LEVELS {
            while self.occupied[level] != 0 {
                let digit = self.occupied[level].trailing_zeros();
                let bucket = self.first + (level * RADIX) as ListId + digit;
                if let Some(head) = slots.first(bucket) {
                    return Some(if level == 0 { head } else { self.among(slots, level, head) });
                }
                // Emptied by firing or by cancellation.
                self.occupied[level] &= !(1 << digit);
            }
        }
        None
    }

    /// The earliest timer of a level's bucket that begins with `head`.
    fn among(&mut self, slots: &Slots, level: usize, head: SlotId) -> SlotId {
        let bucket = slots.list(head);
        let Earliest { slot, order, .. } = self.earliest[level];
        let known = self.earliest[level].bucket == bucket;
        if known && slots.list(slot) == bucket && slots.order(slot) == order {
            return slot;
        }
        let slot = earliest(slots, head);
        self.earliest[level] = Earliest { bucket, slot, order: slots.order(slot) };
        slot
    }

    /// Fires the timer that [`RadixHeap::first`] returned.
    pub fn fire(&mut self, slots: &mut Slots, first: SlotId) -> TaskId {
        let (bucket, at) = (slots.list(first), slots.order(first).0);
        let task = slots.fire(first, at);
        self.last = at;
        if bucket < self.first + RADIX as ListId {
            return task;
        }
        // What shares its bucket belongs in lower ones now.
        let mut id = slots.take_chain(bucket);
        while id != NONE {
            let next = slots.next(id);
            let (_, bucket) = self.occupy(slots.order(id).0);
            slots.append(id, bucket);
            id = next;
        }
        task
    }
}

/// The earliest slot of a chain; the first of equals, as lists keep order.
fn earliest(slots: &Slots, head: SlotId) -> SlotId {
    let (mut best, mut id) = (head, slots.next(head));
    while id != NONE {
        if slots.order(id).0 < slots.order(best).0 {
            best = id;
        }
        id = slots.next(id);
    }
    best
}
