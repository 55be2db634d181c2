//! Where waits stand.
//!
//! Every wait (a sleep, a place in a queue, a follower of somebody's call)
//! has one slot, and a slot stands in exactly one list. Taking a slot out of
//! its list costs the same wherever it stands, so a dropped wait leaves
//! nothing behind.
//!
//! A list can be woken as a whole, however long it is: then all in it count as
//! fired, and leave it one after another as their turns come.
//!
//! Invariants: a slot belongs to one task and one wait until it is freed; it
//! is in one list, or it has fired, never both; lists keep insertion order.

/// Which task a slot wakes.
pub type TaskId = u32;
/// A slot's number.
pub type SlotId = u32;
/// A list's number.
pub type ListId = u32;

/// No slot: the end of a list.
pub const NONE: u32 = u32::MAX;
/// In place of a list: the wait is over, its task has been woken.
const FIRED: ListId = u32::MAX;
/// In place of a list: nobody's slot.
const FREE: ListId = u32::MAX - 1;
/// In place of a list's last slot: all in it have been woken.
const WOKEN: SlotId = u32::MAX - 1;
/// In place of what a slot of such a list hands over: its wait has ended, but
/// its task's turn has not come.
const SPENT: u64 = 1;

/// By how many a long list of `len` grows: not to twice its length, because
/// there may be five million, and memory that has once been used stays used in
/// a browser.
pub fn more(len: usize) -> usize {
    (len / 4).max(1024)
}

/// When a timer fires, and, among equals, which was set first.
pub type Order = (u64, u64);

#[derive(Clone, Copy)]
struct Slot {
    /// Timers: when it fires, and its sequence number. Queues: what the waker
    /// hands over, and 0, or [`SPENT`].
    order: Order,
    task: TaskId,
    list: ListId,
    prev: SlotId,
    next: SlotId,
}

#[derive(Clone, Copy)]
struct List {
    head: SlotId,
    tail: SlotId,
}

const EMPTY: List = List { head: NONE, tail: NONE };

/// All slots and all lists of one run.
pub struct Slots {
    slots: Vec<Slot>,
    lists: Vec<List>,
    /// The first free slot; the others follow by their `next`.
    free: SlotId,
    in_use: usize,
    free_lists: Vec<ListId>,
}

impl Default for Slots {
    fn default() -> Slots {
        Slots {
            slots: Vec::new(),
            lists: Vec::new(),
            free: NONE,
            in_use: 0,
            free_lists: Vec::new(),
        }
    }
}

impl Slots {
    /// A new, empty list.
    pub fn new_list(&mut self) -> ListId {
        if let Some(list) = self.free_lists.pop() {
            return list;
        }
        self.lists.push(EMPTY);
        (self.lists.len() - 1) as ListId
    }

    /// Gives back a list. Slots still in it count as fired, so that their
    /// waits end instead of hanging; the callers keep that from mattering.
    pub fn free_list(&mut self, list: ListId) {
        while self.fire_first(list, 0).is_some() {}
        self.free_lists.push(list);
    }

    /// A new slot for `task`, at the end of `list`.
    #[inline]
    pub fn wait(&mut self, list: ListId, task: TaskId, order: Order) -> SlotId {
        let tail = self.lists[list as usize].tail;
        let slot = Slot { order, task, list, prev: tail, next: NONE };
        let mut id = self.free;
        match self.slots.get_mut(id as usize) {
            Some(free) => {
                self.free = free.next;
                *free = slot;
            }
            None => {
                id = self.slots.len() as SlotId;
                if self.slots.len() == self.slots.capacity() {
                    self.slots.reserve_exact(more(self.slots.len()));
                }
                self.slots.push(slot);
            }
        }
        self.in_use += 1;
        self.link_tail(list, tail, id);
        id
    }

    /// Puts a slot that is in no list at the end of `list`.
    #[inline]
    pub fn append(&mut self, id: SlotId, list: ListId) {
        let tail = self.lists[list as usize].tail;
        let slot = &mut self.slots[id as usize];
        (slot.list, slot.prev, slot.next) = (list, tail, NONE);
        self.link_tail(list, tail, id);
    }

    #[inline]
    fn link_tail(&mut self, list: ListId, tail: SlotId, id: SlotId) {
        match self.slots.get_mut(tail as usize) {
            Some(last) => last.next = id,
            None => self.lists[list as usize].head = id,
        }
        self.lists[list as usize].tail = id;
    }

    #[inline(always)]
    fn unlink(&mut self, id: SlotId) {
        let Slot { list, prev, next, .. } = self.slots[id as usize];
        match self.slots.get_mut(prev as usize) {
            Some(before) => before.next = next,
            None => self.lists[list as usize].head = next,
        }
        match self.slots.get_mut(next as usize) {
            Some(after) => after.prev = prev,
            None => self.lists[list as usize].tail = prev,
        }
    }

    /// Takes a waiting slot out of its list; it belongs in [another](Slots::append).
    pub fn take_out(&mut self, id: SlotId) {
        self.unlink(id);
    }

    /// Ends the wait in `id`: out of its list, marked fired, `key` handed
    /// over. Returns the task to wake.
    #[inline]
    pub fn fire(&mut self, id: SlotId, key: u64) -> TaskId {
        self.unlink(id);
        let slot = &mut self.slots[id as usize];
        slot.list = FIRED;
        slot.order.0 = key;
        slot.task
    }

    /// Fires the first slot of `list`, if there is one.
    pub fn fire_first(&mut self, list: ListId, key: u64) -> Option<TaskId> {
        let head = self.first(list)?;
        Some(self.fire(head, key))
    }

    /// Wakes all who wait in `list`, which nobody may join any more: from now on
    /// their tasks' turns come from [`Slots::next_woken`]. False, and nothing is
    /// done, if nobody waits.
    pub fn wake(&mut self, list: ListId) -> bool {
        let waits = self.first(list).is_some();
        if waits {
            self.lists[list as usize].tail = WOKEN;
        }
        waits
    }

    /// The next task of a woken list, and whether there are more; when there are
    /// none the list is given back.
    pub fn next_woken(&mut self, list: ListId) -> (TaskId, bool) {
        let id = self.lists[list as usize].head;
        let slot = &mut self.slots[id as usize];
        let (task, next, spent) = (slot.task, slot.next, slot.order.1 == SPENT);
        slot.list = FIRED;
        if spent {
            self.take_fired(id);
        }
        self.lists[list as usize].head = next;
        if next == NONE {
            self.lists[list as usize] = EMPTY;
            self.free_lists.push(list);
        }
        (task, next != NONE)
    }

    /// The first slot of `list`.
    #[inline]
    pub fn first(&self, list: ListId) -> Option<SlotId> {
        let head = self.lists[list as usize].head;
        (head != NONE).then_some(head)
    }

    /// The slot after `id` in its list, or [`NONE`].
    #[inline]
    pub fn next(&self, id: SlotId) -> SlotId {
        self.slots[id as usize].next
    }

    /// A slot's place in time.
    #[inline]
    pub fn order(&self, id: SlotId) -> Order {
        self.slots[id as usize].order
    }

    /// The list a waiting slot stands in.
    #[inline]
    pub fn list(&self, id: SlotId) -> ListId {
        self.slots[id as usize].list
    }

    /// Frees a slot that has fired and returns its key; `None` if it waits.
    #[inline]
    pub fn take_fired(&mut self, id: SlotId) -> Option<u64> {
        let slot = &mut self.slots[id as usize];
        if slot.list != FIRED {
            debug_assert_ne!(slot.list, FREE, "slot {id} is nobody's");
            return self.spend(id);
        }
        slot.list = FREE;
        slot.next = self.free;
        self.free = id;
        self.in_use -= 1;
        Some(slot.order.0)
    }

    /// Ends a wait that has been woken with its whole list before its turn comes.
    #[cold]
    fn spend(&mut self, id: SlotId) -> Option<u64> {
        let slot = &mut self.slots[id as usize];
        let woken = self.lists[slot.list as usize].tail == WOKEN;
        woken.then(|| std::mem::replace(&mut slot.order, (0, SPENT)).0)
    }

    /// Gives a slot back, waiting or fired; its key if it had fired.
    pub fn abandon(&mut self, id: SlotId) -> Option<u64> {
        let fired = self.take_fired(id);
        if fired.is_none() {
            self.fire(id, 0);
            self.take_fired(id);
        }
        fired
    }

    /// How many slots are in use.
    pub fn in_use(&self) -> usize {
        self.in_use
    }

    /// How many lists are in use.
    pub fn lists_in_use(&self) -> usize {
        self.lists.len() - self.free_lists.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// To wake a crowd is to mark its list; each leaves it at its turn.
    #[test]
    fn a_crowd_is_woken_one_by_one() {
        const ALL: u32 = 1_000;
        let mut slots = Slots::default();
        let list = slots.new_list();
        let ids: Vec<_> = (0..ALL).map(|task| slots.wait(list, task, (0, 0))).collect();
        let fired = |slots: &Slots| ids.iter().filter(|id| slots.list(**id) == FIRED).count();
        assert!(slots.wake(list));
        assert_eq!(fired(&slots), 0);
        for task in 0..ALL {
            assert_eq!(slots.next_woken(list), (task, task + 1 < ALL));
            assert_eq!(fired(&slots), 1);
            assert_eq!(slots.take_fired(ids[task as usize]), Some(0));
        }
        assert_eq!((slots.in_use(), slots.lists_in_use()), (0, 0));
    }

    /// Whoever has been woken has its value even before its turn, and has its
    /// turn even if its wait has ended by then.
    #[test]
    fn a_woken_wait_ends_before_its_turn() {
        let mut slots = Slots::default();
        let list = slots.new_list();
        let [first, second, third] = [7, 8, 9].map(|task| slots.wait(list, task, (0, 0)));
        assert_eq!(slots.take_fired(second), None, "nobody has woken it");
        assert!(slots.wake(list));
        assert_eq!(slots.take_fired(second), Some(0));
        assert_eq!(slots.abandon(third), Some(0));
        assert_eq!(slots.next_woken(list), (7, true));
        assert_eq!(slots.take_fired(first), Some(0));
        assert_eq!(slots.next_woken(list), (8, true));
        assert_eq!(slots.next_woken(list), (9, false));
        assert_eq!((slots.in_use(), slots.lists_in_use()), (0, 0));
    }

    #[test]
    fn nobody_is_woken_where_nobody_waits() {
        let mut slots = Slots::default();
        let list = slots.new_list();
        assert!(!slots.wake(list));
        let id = slots.wait(list, 1, (0, 0));
        assert_eq!(slots.fire_first(list, 5), Some(1));
        assert_eq!(slots.take_fired(id), Some(5));
    }
}
