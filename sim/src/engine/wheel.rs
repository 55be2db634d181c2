//! Timers set in no particular order.
//!
//! A hierarchical timing wheel (Varghese and Lauck, 1987) with digits of six
//! bits, whose hands stand still while nothing is due. Virtual time only moves
//! forward, so a timer can stand in the bucket named by the highest digit in
//! which its time differs from where the hands are, and by that digit's value.
//! When the first bucket's turn comes, the hands go to where it begins, and its
//! timers to lower buckets; a timer moves at most once for each digit.
//!
//! A bucket may hold a million timers. So it is emptied a few at a time, and
//! whoever asks for the next timer is told that they are being sorted.
//!
//! Invariant: a timer with time `k` is in `bucket(k)`, which depends on `k` and
//! `hands` alone, except for what has not left the bucket that is being emptied.
//! Hence equal times share a bucket, and because lists keep their order, they
//! stand there in the order of their setting.

use super::slots::{ListId, NONE, Order, SlotId, Slots, TaskId};

/// Bits in a digit.
const DIGIT: u32 = 6;
/// Values of a digit: one word of occupancy.
const RADIX: usize = 1 << DIGIT;
/// Digits in a time.
const LEVELS: usize = u64::BITS.div_ceil(DIGIT) as usize;
/// So many timers are sorted at a time: about as long as polling a task takes.
const AT_A_TIME: usize = 4;

/// A priority queue of timers; their slots live in [`Slots`].
pub struct Wheel {
    /// The first bucket's list; the others follow it.
    first: ListId,
    /// For each level: bit `d` is set when the bucket of digit `d` may hold a timer.
    occupied: [u64; LEVELS],
    /// Never later than any timer.
    hands: u64,
    /// The bucket that is being emptied, or [`NONE`].
    emptied: ListId,
}

impl Wheel {
    /// No timers; takes its lists from `slots`, which must be new.
    pub fn new(slots: &mut Slots) -> Wheel {
        let first = slots.new_list();
        for _ in 1..LEVELS * RADIX {
            slots.new_list();
        }
        Wheel { first, occupied: [0; LEVELS], hands: 0, emptied: NONE }
    }

    /// The bucket of a time, which is marked as occupied.
    fn occupy(&mut self, at: u64) -> ListId {
        // The lowest level also holds what does not differ at all.
        let level = ((63 - ((at ^ self.hands) | 1).leading_zeros()) / DIGIT) as usize;
        let digit = (at >> (level as u32 * DIGIT)) as usize % RADIX;
        self.occupied[level] |= 1 << digit;
        self.first + (level * RADIX + digit) as ListId
    }

    /// Wakes `task` at `order`, which must not be before the last timer fired.
    /// Not while timers are being sorted.
    pub fn set(&mut self, slots: &mut Slots, order: Order, task: TaskId) -> SlotId {
        debug_assert_eq!(self.emptied, NONE, "the hands are ahead of the time");
        let bucket = self.occupy(order.0);
        slots.wait(bucket, task, order)
    }

    /// The level and the first timer of the first bucket that holds any.
    fn bucket(&mut self, slots: &Slots) -> Option<(u32, SlotId)> {
        for level in 0..LEVELS {
            while self.occupied[level] != 0 {
                let digit = self.occupied[level].trailing_zeros();
                let bucket = self.first + (level * RADIX) as ListId + digit;
                if let Some(head) = slots.first(bucket) {
                    return Some((level as u32, head));
                }
                // Emptied by firing or by cancellation.
                self.occupied[level] &= !(1 << digit);
            }
        }
        None
    }

    /// The earliest timer, if it is known without sorting: alone in its bucket,
    /// or in one of the lowest level, which holds one time.
    pub fn first(&mut self, slots: &Slots) -> Option<SlotId> {
        let (level, head) = self.bucket(slots).filter(|_| self.emptied == NONE)?;
        (level == 0 || slots.next(head) == NONE).then_some(head)
    }

    /// No timer is earlier; `None` if there is no timer.
    pub fn head(&mut self, slots: &Slots) -> Option<u64> {
        if self.emptied != NONE {
            return Some(self.hands);
        }
        let (level, head) = self.bucket(slots)?;
        let at = slots.order(head).0;
        let known = level == 0 || slots.next(head) == NONE;
        Some(if known { at } else { begins(at, level) })
    }

    /// Brings a few timers nearer to where [`Wheel::first`] knows the earliest:
    /// to be called only when nothing else is due before [`Wheel::head`].
    pub fn sort(&mut self, slots: &mut Slots) {
        if self.emptied == NONE {
            let Some((level, head)) = self.bucket(slots) else { return };
            self.hands = begins(slots.order(head).0, level);
            self.emptied = slots.list(head);
        }
        for _ in 0..AT_A_TIME {
            let Some(id) = slots.first(self.emptied) else { break };
            let bucket = self.occupy(slots.order(id).0);
            slots.take_out(id);
            slots.append(id, bucket);
        }
        if slots.first(self.emptied).is_none() {
            self.emptied = NONE;
        }
    }

    /// Fires the timer that [`Wheel::first`] returned.
    pub fn fire(&mut self, slots: &mut Slots, first: SlotId) -> TaskId {
        self.hands = slots.order(first).0;
        slots.fire(first, self.hands)
    }
}

/// The earliest time that a bucket of this level with this time may hold.
fn begins(at: u64, level: u32) -> u64 {
    at >> (level * DIGIT) << (level * DIGIT)
}
