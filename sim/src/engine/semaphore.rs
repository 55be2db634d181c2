//! Numbered permits, first come first served.

use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::rc::Rc;

use super::core::{Core, Wait};
use super::slots::ListId;

/// Hands out the permits `0..size`. A permit that is given back goes straight
/// to whoever has waited longest: it is never free while somebody waits.
pub struct Semaphore {
    core: Rc<Core>,
    waiters: ListId,
    waiting: Cell<usize>,
    /// The lowest number goes first, so that few users use few permits.
    free: RefCell<BinaryHeap<Reverse<u32>>>,
}

impl Semaphore {
    /// `size` permits, all free.
    pub fn new(core: &Rc<Core>, size: u32) -> Semaphore {
        Semaphore {
            core: Rc::clone(core),
            waiters: core.new_list(),
            waiting: Cell::new(0),
            free: RefCell::new((0..size).map(Reverse).collect()),
        }
    }

    /// A permit that is free now.
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let Reverse(number) = self.free.borrow_mut().pop()?;
        Some(Permit { semaphore: self, number })
    }

    /// Waits for a permit. Dropping the future gives up the place in the
    /// queue, or passes on a permit that was handed over but not yet taken.
    pub async fn acquire(&self) -> Permit<'_> {
        if let Some(permit) = self.try_acquire() {
            return permit;
        }
        self.waiting.set(self.waiting.get() + 1);
        let mut turn = Turn { semaphore: self, wait: self.core.wait_in(self.waiters) };
        let number = (&mut turn.wait).await as u32;
        Permit { semaphore: self, number }
    }

    /// How many wait for a permit.
    pub fn waiting(&self) -> usize {
        self.waiting.get()
    }

    /// How many permits are free.
    pub fn free(&self) -> usize {
        self.free.borrow().len()
    }

    fn release(&self, number: u32) {
        if !self.core.wake_first(self.waiters, number.into()) {
            self.free.borrow_mut().push(Reverse(number));
        }
    }
}

impl Drop for Semaphore {
    fn drop(&mut self) {
        self.core.free_list(self.waiters);
    }
}

/// A place in the queue.
struct Turn<'a> {
    semaphore: &'a Semaphore,
    wait: Wait<'a>,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.semaphore.waiting.set(self.semaphore.waiting.get() - 1);
        if let Some(number) = self.wait.leave() {
            self.semaphore.release(number as u32);
        }
    }
}

/// The right to one of the numbered places; dropping it gives it back.
pub struct Permit<'a> {
    semaphore: &'a Semaphore,
    number: u32,
}

impl Permit<'_> {
    /// Which place, from 0.
    pub fn number(&self) -> u32 {
        self.number
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.semaphore.release(self.number);
    }
}
