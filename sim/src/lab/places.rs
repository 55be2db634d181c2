//! Places of which there are only so many in a process: who finds none waits, first come
//! first served.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use rune::Any;

use super::host::{ENTRIES, NAME};
use crate::engine::semaphore::Held;
use crate::engine::{Core, Semaphore};

/// A process's places, by name.
pub struct Places {
    core: Rc<Core>,
    groups: RefCell<BTreeMap<String, (u32, Rc<Semaphore>)>>,
}

/// A place, until it is dropped: however the request ends that has it.
#[derive(Any)]
#[rune(item = ::places)]
pub struct Place {
    _held: Held,
}

impl Places {
    /// None yet.
    pub fn new(core: &Rc<Core>) -> Places {
        Places { core: Rc::clone(core), groups: RefCell::default() }
    }

    /// So many places of this name; as many as were asked for first. `None` if those of
    /// all names are too many.
    pub fn group(&self, name: &str, most: i64) -> Option<Rc<Semaphore>> {
        let groups = &mut *self.groups.borrow_mut();
        if let Some((_, group)) = groups.get(name) {
            return Some(Rc::clone(group));
        }
        let most = u32::try_from(most).ok()?;
        let all: usize = groups.values().map(|(most, _)| 1 + *most as usize).sum();
        if name.len() > NAME || all + most as usize >= ENTRIES {
            return None;
        }
        let group = Rc::new(Semaphore::new(&self.core, most));
        groups.insert(name.to_owned(), (most, Rc::clone(&group)));
        Some(group)
    }

    /// How many of this name are taken.
    pub fn taken(&self, name: &str) -> u32 {
        let groups = self.groups.borrow();
        groups.get(name).map_or(0, |(most, group)| most - group.free() as u32)
    }
}

impl Place {
    /// One that has been given.
    pub fn new(held: Held) -> Place {
        Place { _held: held }
    }
}
