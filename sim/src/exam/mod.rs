//! An examination: a system with weaknesses, which somebody mends, and a score
//! from runs with seeds that nobody has seen.
//!
//! A weakness is a number of a run that is too large. Nobody asks how it was
//! mended: what counts is the number. Each weakness that a run does not show is
//! worth points; each budget that it exceeds costs some. A score is the mean over
//! the runs.
//!
//! Nothing here makes a run by itself: whoever asks (the page, a test) makes
//! [`Sitting`]s, in any order, and marks what they found.
//!
//! | file | idea |
//! |---|---|
//! | [`friday`] | the one there is: a shop, eight weaknesses, three budgets |
//! | [`look`] | what is looked at in a run, as a number |
//! | [`sitting`] | a run, and all that is looked at in it |
//! | [`marks`] | points, score and grade |

pub mod friday;
pub mod look;
pub mod marks;
pub mod sitting;

pub use friday::FRIDAY;
pub use look::{Look, Seen};
pub use marks::{Grade, Mark, Score};
pub use sitting::Sitting;

use crate::scenario::link::{Lane, Link};
use crate::scenario::{DEFENCES, Problem, Scenario, presets};

/// Something that is looked at, and what it may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// What is looked at.
    pub look: Look,
    /// The most that it may be.
    pub at_most: f64,
    /// What a weakness is worth that is mended; what a budget costs that is
    /// exceeded.
    pub points: u32,
}

/// An examination.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exam {
    /// The preset that is to be mended.
    pub preset: &'static str,
    /// Its weaknesses: their points add up to 100.
    pub weaknesses: &'static [Line],
    /// What mending them may cost.
    pub budgets: &'static [Line],
    /// Where fewer than this share get an answer there are no points: a shop that
    /// turns everybody away has no other weakness.
    pub least_answered: f64,
    /// What may be changed beside the defences: fields.
    pub may_change: &'static [&'static str],
    /// What of the defences may not: fields.
    pub stays: &'static [&'static str],
}

impl Exam {
    /// The system as somebody has mended it; refuses what may not be changed, and
    /// what no scenario may be. What was done during the run does not count.
    pub fn mended(&self, link: &Link, lane: usize) -> Result<Scenario, Refused> {
        let own = link.lanes.get(lane).filter(|lane| lane.preset == self.preset);
        let own = own.ok_or(Refused::Other)?;
        let changes = || link.changes.iter().chain(&own.changes);
        if let Some((path, _)) = changes().find(|(path, _)| !self.may_change(path)) {
            return Err(Refused::NotThis(path.clone()));
        }
        let lane = Lane { actions: Vec::new(), ..own.clone() };
        let only = Link { lanes: vec![lane.clone(), lane], ..link.clone() };
        only.scenarios().map(|mut both| both.swap_remove(0)).map_err(Refused::Problem)
    }

    /// The system as it is.
    pub fn as_it_is(&self) -> Result<Scenario, Problem> {
        presets::find(self.preset)
    }

    /// Whether the field at a path may be changed.
    pub fn may_change(&self, path: &str) -> bool {
        let section = path.split('.').next().unwrap_or_default();
        let defends = section == "protect" || DEFENCES.iter().any(|it| it.key == section);
        (defends || self.may_change.contains(&path)) && !self.stays.contains(&path)
    }
}

/// Why there is nothing to mark.
#[derive(Clone, Debug, PartialEq)]
pub enum Refused {
    /// The lane is not about the examination.
    Other,
    /// This was changed, and is not to be: its path.
    NotThis(String),
    /// It is no scenario.
    Problem(Problem),
}
