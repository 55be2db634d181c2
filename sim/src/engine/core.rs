//! The clock, the ready queue and `sleep`: what every task shares.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::slots::{ListId, NONE, SlotId, Slots, TaskId};
use super::time::Nanos;
use super::timers::{Due, Timers};
use super::watch::{Place, Site, Watch};

/// The heart of one run. Tasks reach it by reference; nothing is global.
pub struct Core {
    now: Cell<Nanos>,
    /// The task being polled: whom a new wait will wake.
    current: Cell<TaskId>,
    inner: RefCell<Inner>,
    /// The task that was polled last has more to do, and gives way.
    gives_way: Cell<bool>,
    watching: Cell<bool>,
    watch: RefCell<Watch>,
}

struct Inner {
    slots: Slots,
    timers: Timers,
    /// Who has a turn now: tasks, and lists of tasks.
    ready: VecDeque<u32>,
}

/// Marks a list among the tasks in the ready queue; of neither there are so many.
const LIST: u32 = 1 << 31;

/// Whose turn it is.
pub(super) enum Next {
    /// This one's.
    Task(TaskId),
    /// That is being found out, a little at a time.
    Later,
    /// Nobody's.
    Nothing,
}

impl Default for Core {
    fn default() -> Core {
        let mut slots = Slots::default();
        let timers = Timers::new(&mut slots);
        let inner = Inner { slots, timers, ready: VecDeque::new() };
        Core {
            now: Cell::default(),
            current: Cell::new(NONE),
            inner: RefCell::new(inner),
            gives_way: Cell::new(false),
            watching: Cell::new(false),
            watch: RefCell::new(Watch::new("")),
        }
    }
}

impl Core {
    /// The virtual time.
    pub fn now(&self) -> Nanos {
        self.now.get()
    }

    /// Watches, from now on, where tasks wait in files whose path has this part.
    pub fn watch(&self, part: &'static str) {
        self.watching.set(true);
        *self.watch.borrow_mut() = Watch::new(part);
    }

    /// Reads what has been seen.
    pub fn watched<T>(&self, view: impl FnOnce(&Watch) -> T) -> T {
        view(&self.watch.borrow())
    }

    /// The task that is being polled waits at a place.
    #[inline]
    fn waits_at(&self, site: Site) {
        if self.watching.get() {
            self.watch.borrow_mut().waits(site);
        }
    }

    /// The task that is being polled waits at a line of a text that is run: that is
    /// shown, and not what it waits at in the source.
    #[inline]
    pub fn stands_at(&self, place: Place) {
        if self.watching.get() {
            self.watch.borrow_mut().stands(place);
        }
    }

    /// The task that is being polled works for a request.
    #[inline]
    pub fn works_for(&self, who: u32) {
        if self.watching.get() {
            self.watch.borrow_mut().works(self.current.get(), who);
        }
    }

    /// A task has been polled; whether it has nothing to do any more.
    #[inline]
    pub(super) fn polled(&self, task: TaskId, is_idle: bool) {
        if self.watching.get() {
            self.watch.borrow_mut().polled(task, self.now(), is_idle);
        }
    }

    /// Does `work`, whose waits inside are not shown, as one wait at `site`.
    pub fn wait_at<F: Future>(&self, site: Site, work: F) -> WaitAt<'_, F> {
        WaitAt { core: self, site, work }
    }

    /// Waits for a span of virtual time. A span of zero does not wait.
    #[track_caller]
    pub fn sleep(&self, span: Nanos) -> Sleep<'_> {
        self.sleep_until(self.now() + span)
    }

    /// Waits until an instant; one that is past does not wait.
    #[track_caller]
    pub fn sleep_until(&self, at: Nanos) -> Sleep<'_> {
        Sleep { core: self, at: halves(at), slot: NONE, site: Location::caller() }
    }

    /// Ends this poll of a task that computes for long, and the slice that it
    /// is in. In virtual time nothing happens: the task is polled next.
    pub async fn give_way(&self) {
        let mut gone = false;
        poll_fn(|_| {
            if std::mem::replace(&mut gone, true) {
                return Poll::Ready(());
            }
            self.inner.borrow_mut().ready.push_front(self.current.get());
            self.gives_way.set(true);
            Poll::Pending
        })
        .await;
    }

    /// Whether the task that was polled last gives way.
    pub(super) fn gave_way(&self) -> bool {
        self.gives_way.take()
    }

    /// Waits in `list` until somebody fires the slot.
    pub(super) fn wait_in(&self, list: ListId, site: Site) -> Wait<'_> {
        Wait { core: self, list, slot: NONE, site }
    }

    pub(super) fn new_list(&self) -> ListId {
        self.inner.borrow_mut().slots.new_list()
    }

    pub(super) fn free_list(&self, list: ListId) {
        self.inner.borrow_mut().slots.free_list(list);
    }

    /// Wakes the first waiter of `list`, handing it `key`; false if nobody waits.
    pub(super) fn wake_first(&self, list: ListId, key: u64) -> bool {
        let inner = &mut *self.inner.borrow_mut();
        let woken = inner.slots.fire_first(list, key);
        inner.ready.extend(woken);
        woken.is_some()
    }

    /// Wakes everybody in a list, in order of arrival; whoever comes later waits
    /// in another. Takes as long for a million as for one.
    pub(super) fn wake_all(&self, waiters: &Cell<ListId>) {
        let (inner, list) = (&mut *self.inner.borrow_mut(), waiters.get());
        if inner.slots.wake(list) {
            inner.ready.push_back(list | LIST);
            waiters.set(inner.slots.new_list());
        }
    }

    /// The task that is being polled.
    pub(super) fn current(&self) -> TaskId {
        self.current.get()
    }

    /// Puts a task at the end of the ready queue.
    pub(super) fn make_ready(&self, task: TaskId) {
        self.inner.borrow_mut().ready.push_back(task);
    }

    /// The next task to poll, without moving the clock past `limit`.
    pub(super) fn next_task(&self, limit: Nanos) -> Next {
        let inner = &mut *self.inner.borrow_mut();
        let task = match inner.ready.pop_front() {
            Some(task) if task < LIST => task,
            Some(list) => {
                let (task, more) = inner.slots.next_woken(list ^ LIST);
                if more {
                    inner.ready.push_front(list);
                }
                task
            }
            None => match inner.timers.pop(&mut inner.slots, limit.0) {
                Due::Fired(at, task) => {
                    debug_assert!(at >= self.now.get().0, "virtual time went back");
                    self.now.set(Nanos(at));
                    task
                }
                Due::Sorting => return Next::Later,
                Due::Nothing => return Next::Nothing,
            },
        };
        self.current.set(task);
        Next::Task(task)
    }

    /// Moves the clock to `limit` when everything before it has happened.
    pub(super) fn advance(&self, limit: Nanos) {
        self.now.set(self.now().max(limit));
    }

    /// How many waits stand somewhere: a measure for leaks in tests.
    pub fn waits(&self) -> usize {
        self.inner.borrow().slots.in_use()
    }

    /// How many wait lists exist, timers' buckets included.
    pub fn lists(&self) -> usize {
        self.inner.borrow().slots.lists_in_use()
    }

    /// `Some(key)` once a slot has fired; the slot is then free again.
    #[inline]
    fn take_fired(&self, slot: SlotId) -> Option<u64> {
        self.inner.borrow_mut().slots.take_fired(slot)
    }

    /// Stands in `list` with a slot, which is [`NONE`] before and after.
    pub(super) fn poll_wait(&self, slot: &mut SlotId, list: ListId, site: Site) -> Poll<u64> {
        let fired = match *slot {
            NONE => {
                *slot = self.inner.borrow_mut().slots.wait(list, self.current.get(), (0, 0));
                None
            }
            slot => self.take_fired(slot),
        };
        match fired {
            None => {
                self.waits_at(site);
                Poll::Pending
            }
            Some(key) => {
                *slot = NONE;
                Poll::Ready(key)
            }
        }
    }

    /// Gives back a slot whose wait was dropped. `Some(key)` if it had fired.
    pub(super) fn abandon(&self, slot: SlotId) -> Option<u64> {
        self.inner.borrow_mut().slots.abandon(slot)
    }
}

pin_project! {
    /// See [`Core::wait_at`].
    // By hand: an `async fn` keeps what it is given twice, and many wait here.
    pub struct WaitAt<'a, F> {
        core: &'a Core,
        site: Site,
        #[pin]
        work: F,
    }
}

impl<F: Future> Future for WaitAt<'_, F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let wait = self.project();
        let result = wait.work.poll(context);
        if result.is_pending() {
            wait.core.waits_at(wait.site);
        }
        result
    }
}

/// See [`Core::sleep`]. Dropping it cancels the timer.
pub struct Sleep<'a> {
    core: &'a Core,
    /// The upper and the lower half: one number would have to stand at a multiple
    /// of eight bytes, and so would whatever has a sleep in it.
    at: [u32; 2],
    slot: SlotId,
    site: Site,
}

fn halves(at: Nanos) -> [u32; 2] {
    [(at.0 >> 32) as u32, at.0 as u32]
}

impl Sleep<'_> {
    /// The same wait, shown at another place: that of whoever wanted it.
    pub fn shown_at(mut self, site: Site) -> Self {
        self.site = site;
        self
    }
}

impl Future for Sleep<'_> {
    type Output = ();

    #[inline(always)]
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.slot == NONE {
            let at = u64::from(self.at[0]) << 32 | u64::from(self.at[1]);
            if at <= self.core.now().0 {
                return Poll::Ready(());
            }
            let inner = &mut *self.core.inner.borrow_mut();
            self.slot = inner.timers.set(&mut inner.slots, at, self.core.current.get());
            self.core.waits_at(self.site);
            return Poll::Pending;
        }
        match self.core.take_fired(self.slot) {
            None => {
                self.core.waits_at(self.site);
                Poll::Pending
            }
            Some(_) => {
                self.slot = NONE;
                Poll::Ready(())
            }
        }
    }
}

impl Drop for Sleep<'_> {
    fn drop(&mut self) {
        if self.slot != NONE {
            self.core.abandon(self.slot);
        }
    }
}

/// A place in a wait list. Resolves to the key it was woken with.
pub struct Wait<'a> {
    core: &'a Core,
    list: ListId,
    slot: SlotId,
    site: Site,
}

impl Wait<'_> {
    /// In which list.
    pub(super) fn list(&self) -> ListId {
        self.list
    }

    /// Leaves the list. `Some(key)` if the wake had come but was not taken:
    /// what it handed over must then be passed on.
    pub(super) fn leave(&mut self) -> Option<u64> {
        match std::mem::replace(&mut self.slot, NONE) {
            NONE => None,
            slot => self.core.abandon(slot),
        }
    }
}

impl Future for Wait<'_> {
    type Output = u64;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<u64> {
        let Wait { core, list, site, .. } = *self;
        core.poll_wait(&mut self.slot, list, site)
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        self.leave();
    }
}
