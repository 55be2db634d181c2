//! Who is where: wakes all of a place at once, in the order in which they came
//! to the run.
//!
//! Each task has an entry, and nobody who is somewhere has to wait for anything
//! there. So it costs eight bytes for each of millions, and calling one place
//! of many wakes nobody else.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::core::Core;

/// In no place.
const NOWHERE: u32 = u32::MAX;

/// A roll of tasks.
pub struct Roll {
    core: Rc<Core>,
    /// By task: when it signed in, as a number, and where it is.
    entries: RefCell<Vec<(u32, u32)>>,
    signed: Cell<u32>,
}

impl Roll {
    /// With nobody on it.
    pub fn new(core: &Rc<Core>) -> Roll {
        Roll { core: Rc::clone(core), entries: RefCell::default(), signed: Cell::new(0) }
    }

    /// The task that is being polled is the last to sign in; it is nowhere yet.
    pub fn sign_in(&self) {
        let number = self.signed.get();
        self.signed.set(number + 1);
        let (entries, task) = (&mut *self.entries.borrow_mut(), self.core.current() as usize);
        if task >= entries.len() {
            entries.resize(task + 1, (0, NOWHERE));
        }
        entries[task] = (number, NOWHERE);
    }

    /// It is in a place from now on.
    pub fn enter(&self, place: u32) {
        self.go(place);
    }

    /// It is nowhere.
    pub fn leave(&self) {
        self.go(NOWHERE);
    }

    fn go(&self, place: u32) {
        let task = self.core.current() as usize;
        if let Some(entry) = self.entries.borrow_mut().get_mut(task) {
            entry.1 = place;
        }
    }

    /// Gives everybody in a place a turn.
    pub fn wake(&self, place: u32) {
        let entries = self.entries.borrow();
        let here = entries.iter().zip(0..).filter(|((_, at), _)| *at == place);
        let mut here: Vec<(u32, u32)> = here.map(|((number, _), task)| (*number, task)).collect();
        here.sort_unstable();
        here.iter().for_each(|(_, task)| self.core.make_ready(*task));
    }
}
