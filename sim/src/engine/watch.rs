//! Where tasks wait, line by line: for the listing beside the picture.
//!
//! Every wait knows the place in the source that began it
//! (`#[track_caller]`), so the code itself says nothing about being watched.
//! A run that nobody watches pays a comparison for each wait.

use std::panic::Location;

use super::slots::TaskId;
use super::time::Nanos;

/// Where a wait began in the source.
pub type Site = &'static Location<'static>;

/// A line that is shown: of the source, or of a text that is run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// The file, or what stands for it.
    pub file: &'static str,
    /// From 1.
    pub line: u32,
}

/// No place: the task waits elsewhere, or not at all.
pub const ELSEWHERE: u16 = u16::MAX;
/// No request.
pub const NOBODY: u32 = u32::MAX;

/// A task begins to wait at another place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Step {
    /// When.
    pub at: Nanos,
    /// Which task.
    pub task: TaskId,
    /// For which request.
    pub who: u32,
    /// An index into [`Watch::places`], or [`ELSEWHERE`].
    pub place: u16,
}

/// What has been seen.
pub struct Watch {
    /// Only places in files whose path has this part are looked at.
    part: &'static str,
    /// The places, in the order in which they were first waited at.
    pub places: Vec<Place>,
    /// Who began to wait where, in order.
    pub steps: Vec<Step>,
    /// By task: for which request it works, and where it waits.
    tasks: Vec<(u32, u16)>,
    /// Where the task that is being polled waits.
    here: u16,
}

impl Watch {
    /// Nothing has been seen yet.
    pub(super) fn new(part: &'static str) -> Watch {
        let (places, steps, tasks) = (Vec::new(), Vec::new(), Vec::new());
        Watch { part, places, steps, tasks, here: ELSEWHERE }
    }

    /// The task that is being polled waits at `site`. Of several places, from
    /// the innermost to the outermost, the first one counts.
    pub(super) fn waits(&mut self, site: Site) {
        if self.here != ELSEWHERE {
            return;
        }
        if site.file().contains(self.part) {
            self.stands(Place { file: site.file(), line: site.line() });
        }
    }

    /// The task that is being polled waits there, whatever else it waits at.
    pub(super) fn stands(&mut self, place: Place) {
        let known = self.places.iter().position(|known| *known == place);
        self.here = known.unwrap_or(self.places.len()) as u16;
        if known.is_none() {
            self.places.push(place);
        }
    }

    /// A task works for a request.
    pub(super) fn works(&mut self, task: TaskId, who: u32) {
        self.task(task).0 = who;
    }

    /// A task has been polled; whether it has nothing to do any more.
    pub(super) fn polled(&mut self, task: TaskId, at: Nanos, is_idle: bool) {
        let place = std::mem::replace(&mut self.here, ELSEWHERE);
        // What it waited at when it was told to stop, it waits at no more.
        let place = if is_idle { ELSEWHERE } else { place };
        let (who, before) = *self.task(task);
        if place != before {
            self.task(task).1 = place;
            self.steps.push(Step { at, task, who, place });
        }
    }

    fn task(&mut self, task: TaskId) -> &mut (u32, u16) {
        let task = task as usize;
        if self.tasks.len() <= task {
            self.tasks.resize(task + 1, (NOBODY, ELSEWHERE));
        }
        &mut self.tasks[task]
    }
}
