//! Numbered permits, first come first served, or to anybody who waits.

use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use super::core::{Core, Wait};
use super::slots::ListId;
use super::streams::Stream;

/// Hands out the permits `0..size`. A permit that is given back goes straight
/// to one of those who wait: it is never free while somebody waits.
pub struct Semaphore {
    core: Rc<Core>,
    waiters: ListId,
    waiting: Cell<usize>,
    /// The lowest number goes first, so that few users use few permits.
    free: RefCell<BinaryHeap<Reverse<u32>>>,
    lottery: Option<RefCell<Lottery>>,
}

/// Those who wait when anybody may be next: each has a list of its own.
struct Lottery {
    lists: Vec<ListId>,
    stream: Stream,
}

impl Semaphore {
    /// `size` permits, all free. Whoever has waited longest is next.
    pub fn new(core: &Rc<Core>, size: u32) -> Semaphore {
        Semaphore {
            core: Rc::clone(core),
            waiters: core.new_list(),
            waiting: Cell::new(0),
            free: RefCell::new((0..size).map(Reverse).collect()),
            lottery: None,
        }
    }

    /// The same, but any of those who wait is next.
    pub fn random(core: &Rc<Core>, size: u32, stream: Stream) -> Semaphore {
        let mut semaphore = Semaphore::new(core, size);
        semaphore.lottery = Some(RefCell::new(Lottery { lists: Vec::new(), stream }));
        semaphore
    }

    /// A permit that is free now.
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let Reverse(number) = self.free.borrow_mut().pop()?;
        Some(Permit { semaphore: self, number })
    }

    /// Waits for a permit. Dropping the future gives up the place in the
    /// queue, or passes on a permit that was handed over but not yet taken.
    pub async fn acquire(&self) -> Permit<'_> {
        match self.try_acquire() {
            Some(permit) => permit,
            None => self.queue().await,
        }
    }

    fn queue(&self) -> Turn<'_> {
        self.waiting.set(self.waiting.get() + 1);
        let list = match &self.lottery {
            None => self.waiters,
            Some(lottery) => {
                let list = self.core.new_list();
                lottery.borrow_mut().lists.push(list);
                list
            }
        };
        Turn { semaphore: self, wait: self.core.wait_in(list, Location::caller()) }
    }

    /// A permit of this semaphore, for whoever cannot borrow it.
    pub fn hold(self: &Rc<Semaphore>, permit: Permit<'_>) -> Held {
        let number = permit.number;
        std::mem::forget(permit);
        Held { semaphore: Rc::clone(self), number }
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
        let next = match &self.lottery {
            None => Some(self.waiters),
            Some(lottery) => lottery.borrow_mut().draw(),
        };
        if !next.is_some_and(|list| self.core.wake_first(list, number.into())) {
            self.free.borrow_mut().push(Reverse(number));
        }
    }
}

impl Lottery {
    fn draw(&mut self) -> Option<ListId> {
        let waiting = self.lists.len() as u64;
        (waiting > 0).then(|| self.lists.swap_remove(self.stream.below(waiting) as usize))
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

impl<'a> Future for Turn<'a> {
    type Output = Permit<'a>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Permit<'a>> {
        let number = ready!(Pin::new(&mut self.wait).poll(context)) as u32;
        Poll::Ready(Permit { semaphore: self.semaphore, number })
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let Semaphore { core, waiting, lottery, .. } = self.semaphore;
        waiting.set(waiting.get() - 1);
        let (list, handed_over) = (self.wait.list(), self.wait.leave());
        if let Some(lottery) = lottery {
            lottery.borrow_mut().lists.retain(|one| *one != list);
            core.free_list(list);
        }
        if let Some(number) = handed_over {
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

/// The same, with its semaphore.
pub struct Held {
    semaphore: Rc<Semaphore>,
    number: u32,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.semaphore.release(self.number);
    }
}
