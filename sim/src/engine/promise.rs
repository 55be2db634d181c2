//! One value, many waiters: how a leader's result reaches its followers.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use super::core::{Core, Wait};
use super::slots::ListId;

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
        let wait = self.core.wait_in(self.waiters.get(), Location::caller());
        Awaited { promise: self, wait }
    }
}

/// See [`Promise::wait`].
// By hand: millions wait here, and a future that is made for it is larger.
pub struct Awaited<'a, T> {
    promise: &'a Promise<T>,
    wait: Wait<'a>,
}

impl<T: Clone> Future for Awaited<'_, T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        loop {
            if !self.wait.is_waiting()
                && let Some(value) = self.promise.value.borrow().as_ref()
            {
                return Poll::Ready(value.clone());
            }
            ready!(Pin::new(&mut self.wait).poll(context));
        }
    }
}

impl<T> Drop for Promise<T> {
    fn drop(&mut self) {
        self.core.free_list(self.waiters.get());
    }
}
