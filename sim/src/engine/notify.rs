//! "Something changed": wakes whoever waits, keeps nothing for later.

use std::cell::Cell;
use std::panic::Location;
use std::rc::Rc;

use super::core::Core;
use super::slots::ListId;

/// A signal without a value.
pub struct Notify {
    core: Rc<Core>,
    waiters: Cell<ListId>,
}

impl Notify {
    /// A signal nobody waits for yet.
    pub fn new(core: &Rc<Core>) -> Notify {
        Notify { core: Rc::clone(core), waiters: Cell::new(core.new_list()) }
    }

    /// Wakes everybody who waits now.
    pub fn notify(&self) {
        self.core.wake_all(&self.waiters);
    }

    /// Waits for the next signal.
    #[track_caller]
    pub fn notified(&self) -> impl Future<Output = ()> + '_ {
        let site = Location::caller();
        async move {
            self.core.wait_in(self.waiters.get(), site).await;
        }
    }
}

impl Drop for Notify {
    fn drop(&mut self) {
        self.core.free_list(self.waiters.get());
    }
}
