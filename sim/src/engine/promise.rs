//! One value, many waiters: how a leader's result reaches its followers.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use super::core::Core;
use super::slots::{ListId, NONE, SlotId};
use super::watch::Site;

/// A value that will be there later. [`Promise::wait`] resolves, for everyone
/// and in order of arrival, when [`Promise::keep`] is called.
pub struct Promise<T> {
    core: Rc<Core>,
    waiters: Cell<ListId>,
    value: RefCell<Option<T>>,
}

impl<T: Clone> Promise<T> {
    /// A promise not yet kept.
    pub fn new(core: &Rc<Core>) -> Promise<T> {
        Promise {
            core: Rc::clone(core),
            waiters: Cell::new(core.new_list()),
            value: RefCell::new(None),
        }
    }

    /// Sets the value and wakes everybody who waits.
    pub fn keep(&self, value: T) {
        *self.value.borrow_mut() = Some(value);
        self.core.wake_all(&self.waiters);
    }

    /// Whether the value is there.
    pub fn is_kept(&self) -> bool {
        self.value.borrow().is_some()
    }

    /// Waits for the value; at once if it is there.
    #[track_caller]
    pub fn wait(&self) -> Awaited<'_, T> {
        Awaited { promise: self, slot: NONE, site: Location::caller() }
    }
}

/// See [`Promise::wait`].
// By hand: millions wait here, and a future that is made for it is larger.
pub struct Awaited<'a, T> {
    promise: &'a Promise<T>,
    slot: SlotId,
    site: Site,
}

impl<T: Clone> Future for Awaited<'_, T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<T> {
        let Awaited { promise, site, .. } = *self;
        loop {
            if self.slot == NONE
                && let Some(value) = promise.value.borrow().as_ref()
            {
                return Poll::Ready(value.clone());
            }
            let list = promise.waiters.get();
            ready!(promise.core.poll_wait(&mut self.slot, list, site));
        }
    }
}

impl<T> Drop for Awaited<'_, T> {
    fn drop(&mut self) {
        if self.slot != NONE {
            self.promise.core.abandon(self.slot);
        }
    }
}

impl<T> Drop for Promise<T> {
    fn drop(&mut self) {
        self.core.free_list(self.waiters.get());
    }
}
