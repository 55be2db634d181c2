//! One value, many waiters: how a leader's result reaches its followers.

use std::cell::RefCell;
use std::panic::Location;
use std::rc::Rc;

use super::core::Core;
use super::slots::ListId;

/// A value that will be there later. [`Promise::wait`] resolves, for everyone
/// and in order of arrival, when [`Promise::keep`] is called.
pub struct Promise<T> {
    core: Rc<Core>,
    waiters: ListId,
    value: RefCell<Option<T>>,
}

impl<T: Clone> Promise<T> {
    /// A promise not yet kept.
    pub fn new(core: &Rc<Core>) -> Promise<T> {
        Promise { core: Rc::clone(core), waiters: core.new_list(), value: RefCell::new(None) }
    }

    /// Sets the value and wakes everybody who waits.
    pub fn keep(&self, value: T) {
        *self.value.borrow_mut() = Some(value);
        self.core.wake_all(self.waiters);
    }

    /// Whether the value is there.
    pub fn is_kept(&self) -> bool {
        self.value.borrow().is_some()
    }

    /// Waits for the value; at once if it is there.
    #[track_caller]
    pub fn wait(&self) -> impl Future<Output = T> + '_ {
        let site = Location::caller();
        async move {
            loop {
                if let Some(value) = self.value.borrow().as_ref() {
                    return value.clone();
                }
                self.core.wait_in(self.waiters, site).await;
            }
        }
    }
}

impl<T> Drop for Promise<T> {
    fn drop(&mut self) {
        self.core.free_list(self.waiters);
    }
}
