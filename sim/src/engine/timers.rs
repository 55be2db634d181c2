//! Sleeping waits in order of (time, sequence).
//!
//! Most waits in a simulation are of a few fixed spans, and of each span they
//! come already sorted, because virtual time only moves forward. So timers are
//! kept in a few sorted *runs*, as in patience sorting: a new timer goes to the
//! end of the run whose last timer is the latest not after it. What fits
//! nowhere goes to a [wheel](super::wheel). The next timer is the earliest of the
//! runs' first ones and the wheel's.
//!
//! Invariant: every run is sorted by (time, sequence), and `heads` are never
//! later than the times they stand for. One is earlier after a cancellation,
//! and where the wheel's timers are not sorted yet; either is noticed when its
//! turn comes.

use super::slots::{ListId, NONE, SlotId, Slots, TaskId};
use super::wheel::Wheel;

/// Enough for the few fixed spans of one scenario.
const RUNS: usize = 4;
/// Where the wheel stands among the heads.
const WHEEL: usize = RUNS;
/// Later than every timer.
const NEVER: u64 = u64::MAX;

/// What the timers have to say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Due {
    /// The earliest one has fired: when, and whom it wakes.
    Fired(u64, TaskId),
    /// There may be one, but timers are still being sorted: to be asked again
    /// before any is set.
    Sorting,
    /// Nothing.
    Nothing,
}

/// The timers of one run; their slots live in [`Slots`].
pub struct Timers {
    /// The time of the first timer of each run, and of the wheel.
    heads: [u64; RUNS + 1],
    /// The time of the last timer of each run.
    tails: [u64; RUNS],
    lists: [ListId; RUNS],
    wheel: Wheel,
    sequence: u64,
}

impl Timers {
    /// No timers; takes its lists from `slots`, which must be new.
    pub fn new(slots: &mut Slots) -> Timers {
        let lists = std::array::from_fn(|_| slots.new_list());
        let wheel = Wheel::new(slots);
        Timers { heads: [NEVER; RUNS + 1], tails: [0; RUNS], lists, wheel, sequence: 0 }
    }

    /// Wakes `task` at time `at` (ns), which must not be in the past.
    #[inline]
    pub fn set(&mut self, slots: &mut Slots, at: u64, task: TaskId) -> SlotId {
        let order = (at, self.sequence);
        self.sequence += 1;
        // Here and below without branches: which run it is, is anybody's guess.
        let (mut best, mut latest) = (WHEEL, 0);
        for (i, tail) in self.tails.into_iter().enumerate() {
            let fits = (tail <= at) & (tail >= latest);
            latest = if fits { tail } else { latest };
            best = if fits { i } else { best };
        }
        self.heads[best] = self.heads[best].min(at);
        if best == WHEEL {
            return self.wheel.set(slots, order, task);
        }
        self.tails[best] = at;
        slots.wait(self.lists[best], task, order)
    }

    /// Fires the earliest timer that is due at or before `limit` (ns), which is
    /// the past if there is none.
    #[inline]
    pub fn pop(&mut self, slots: &mut Slots, limit: u64) -> Due {
        loop {
            let (mut best, mut at) = (0, self.heads[0]);
            for (i, head) in self.heads.into_iter().enumerate().skip(1) {
                let earlier = head < at;
                at = if earlier { head } else { at };
                best = if earlier { i } else { best };
            }
            if at > limit || at == NEVER {
                return Due::Nothing;
            }
            if self.heads.into_iter().map(|head| u32::from(head == at)).sum::<u32>() > 1 {
                best = self.first_set(slots, at);
            }
            let Some(id) = self.first(slots, best).filter(|id| slots.order(*id).0 == at) else {
                if best == WHEEL && self.sorts(slots, at) {
                    return Due::Sorting;
                }
                self.look_again(slots, best);
                continue;
            };
            if best == WHEEL {
                let task = self.wheel.fire(slots, id);
                self.look_again(slots, WHEEL);
                return Due::Fired(at, task);
            }
            let next = slots.next(id);
            self.heads[best] = if next == NONE { NEVER } else { slots.order(next).0 };
            return Due::Fired(at, slots.fire(id, at));
        }
    }

    /// Whether the wheel had to sort what begins at `at`.
    #[cold]
    fn sorts(&mut self, slots: &mut Slots, at: u64) -> bool {
        let sorts = self.wheel.first(slots).is_none() && self.wheel.head(slots) == Some(at);
        if sorts {
            self.wheel.sort(slots);
            self.look_again(slots, WHEEL);
        }
        sorts
    }

    fn first(&mut self, slots: &Slots, source: usize) -> Option<SlotId> {
        if source == WHEEL { self.wheel.first(slots) } else { slots.first(self.lists[source]) }
    }

    fn look_again(&mut self, slots: &Slots, source: usize) {
        let head = match source {
            WHEEL => self.wheel.head(slots),
            run => slots.first(self.lists[run]).map(|id| slots.order(id).0),
        };
        self.heads[source] = head.unwrap_or(NEVER);
    }

    /// Of the sources whose heads say `at`: the one whose first timer was set
    /// first.
    #[cold]
    fn first_set(&mut self, slots: &Slots, at: u64) -> usize {
        let mut best = (NEVER, 0);
        for source in 0..=WHEEL {
            if self.heads[source] != at {
                continue;
            }
            match self.first(slots, source).map(|id| slots.order(id)) {
                Some((time, sequence)) if time == at => best = best.min((sequence, source)),
                _ => return source,
            }
        }
        best.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The earliest timer, however often it takes to ask.
    pub fn pop(timers: &mut Timers, slots: &mut Slots, limit: u64) -> Option<(u64, TaskId)> {
        loop {
            match timers.pop(slots, limit) {
                Due::Fired(at, task) => return Some((at, task)),
                Due::Sorting => {}
                Due::Nothing => return None,
            }
        }
    }

    #[test]
    fn fires_in_order_of_time_then_of_setting() {
        let mut slots = Slots::default();
        let mut timers = Timers::new(&mut slots);
        for (task, at) in [5, 3, 5, 1, 3, 1 << 40, 5].into_iter().enumerate() {
            timers.set(&mut slots, at, task as TaskId);
        }
        let order: Vec<_> = std::iter::from_fn(|| pop(&mut timers, &mut slots, u64::MAX)).collect();
        assert_eq!(order, [(1, 3), (3, 1), (3, 4), (5, 0), (5, 2), (5, 6), (1 << 40, 5)]);
    }

    /// However many share a bucket, nobody waits until all of them are sorted:
    /// of ten thousand, one look moves a few.
    #[test]
    fn a_look_moves_few() {
        const ALL: u32 = 10_000;
        let mut slots = Slots::default();
        let mut timers = Timers::new(&mut slots);
        // In one bucket, and in no order: the number has no divisor in common with the
        // power.
        let at = |task: u32| (1 << 30) + u64::from(task) * 40_503 % (1 << 24);
        let ids: Vec<_> = (0..ALL).map(|task| timers.set(&mut slots, at(task), task)).collect();
        let lists = |slots: &Slots| ids.iter().map(|id| slots.list(*id)).collect::<Vec<_>>();
        let (mut before, mut fired, mut looks) = (lists(&slots), Vec::new(), 0);
        loop {
            let due = timers.pop(&mut slots, u64::MAX);
            // To compare them all takes longer than to sort them.
            looks += 1;
            if looks % 64 == 0 || matches!(due, Due::Nothing) {
                let now = lists(&slots);
                let moved = now.iter().zip(&before).filter(|(now, before)| now != before).count();
                assert!(moved <= 64 * 8, "{moved} moved in 64 looks");
                before = now;
            }
            match due {
                Due::Fired(at, _) => fired.push(at),
                Due::Sorting => {}
                Due::Nothing => break,
            }
        }
        let mut expected: Vec<u64> = (0..ALL).map(at).collect();
        expected.sort_unstable();
        assert_eq!(fired, expected);
    }

    #[test]
    fn does_not_pass_the_limit() {
        let mut slots = Slots::default();
        let mut timers = Timers::new(&mut slots);
        timers.set(&mut slots, 10, 0);
        assert_eq!(pop(&mut timers, &mut slots, 9), None);
        timers.set(&mut slots, 9, 1);
        assert_eq!(pop(&mut timers, &mut slots, 9), Some((9, 1)));
        assert_eq!(pop(&mut timers, &mut slots, 10), Some((10, 0)));
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties {
    use super::tests::pop;
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
                        let fired = pop(&mut timers, &mut slots, limit);
                        prop_assert_eq!(fired, due.map(|(at, task, _)| (at, task)));
                        now = due.map_or(limit, |due| due.0);
                        if let Some(due) = due {
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
