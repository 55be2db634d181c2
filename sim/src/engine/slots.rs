//! Where waits stand.
//!
//! Every wait (a sleep, a place in a queue, a follower of somebody's call)
//! has one [`Slot`], and a slot stands in exactly one list. Taking a slot out
//! of its list costs the same wherever it stands, so a dropped wait leaves
//! nothing behind.
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

#[derive(Clone, Copy)]
struct Slot {
    /// Timers: when it fires. Queues: what the waker wants to hand over.
    key: u64,
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
#[derive(Default)]
pub struct Slots {
    slots: Vec<Slot>,
    lists: Vec<List>,
    free_slots: Vec<SlotId>,
    free_lists: Vec<ListId>,
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
    pub fn wait(&mut self, list: ListId, task: TaskId, key: u64) -> SlotId {
        let slot = Slot { key, task, list, prev: NONE, next: NONE };
        let id = match self.free_slots.pop() {
            Some(id) => {
                self.slots[id as usize] = slot;
                id
            }
            None => {
                self.slots.push(slot);
                (self.slots.len() - 1) as SlotId
            }
        };
        self.append(id, list);
        id
    }

    /// Puts a slot that is in no list at the end of `list`.
    pub fn append(&mut self, id: SlotId, list: ListId) {
        let tail = self.lists[list as usize].tail;
        let slot = &mut self.slots[id as usize];
        slot.list = list;
        slot.prev = tail;
        slot.next = NONE;
        if tail == NONE {
            self.lists[list as usize].head = id;
        } else {
            self.slots[tail as usize].next = id;
        }
        self.lists[list as usize].tail = id;
    }

    /// Takes a slot out of its list; it stays its owner's.
    pub fn unlink(&mut self, id: SlotId) {
        let Slot { list, prev, next, .. } = self.slots[id as usize];
        if prev == NONE {
            self.lists[list as usize].head = next;
        } else {
            self.slots[prev as usize].next = next;
        }
        if next == NONE {
            self.lists[list as usize].tail = prev;
        } else {
            self.slots[next as usize].prev = prev;
        }
    }

    /// Takes a whole list's chain away and returns its first slot.
    pub fn take_chain(&mut self, list: ListId) -> SlotId {
        std::mem::replace(&mut self.lists[list as usize], EMPTY).head
    }

    /// Ends the wait in `id`: out of its list, marked fired, `key` handed
    /// over. Returns the task to wake.
    pub fn fire(&mut self, id: SlotId, key: u64) -> TaskId {
        self.unlink(id);
        let slot = &mut self.slots[id as usize];
        slot.list = FIRED;
        slot.key = key;
        slot.task
    }

    /// Fires the first slot of `list`, if there is one.
    pub fn fire_first(&mut self, list: ListId, key: u64) -> Option<TaskId> {
        let head = self.first(list)?;
        Some(self.fire(head, key))
    }

    /// The first slot of `list`.
    pub fn first(&self, list: ListId) -> Option<SlotId> {
        let head = self.lists[list as usize].head;
        (head != NONE).then_some(head)
    }

    /// The slot after `id` in its list, or [`NONE`].
    pub fn next(&self, id: SlotId) -> SlotId {
        self.slots[id as usize].next
    }

    /// A slot's key.
    pub fn key(&self, id: SlotId) -> u64 {
        self.slots[id as usize].key
    }

    /// The list a waiting slot stands in; `None` once it has fired.
    pub fn list(&self, id: SlotId) -> Option<ListId> {
        let list = self.slots[id as usize].list;
        debug_assert_ne!(list, FREE, "slot {id} is nobody's");
        (list != FIRED).then_some(list)
    }

    /// Gives a slot back; takes it out of its list first if it still waits.
    pub fn free(&mut self, id: SlotId) {
        if self.list(id).is_some() {
            self.unlink(id);
        }
        self.slots[id as usize].list = FREE;
        self.free_slots.push(id);
    }

    /// How many slots are in use.
    pub fn in_use(&self) -> usize {
        self.slots.len() - self.free_slots.len()
    }

    /// How many lists are in use.
    pub fn lists_in_use(&self) -> usize {
        self.lists.len() - self.free_lists.len()
    }
}
