//! Many histories, with what became of each: some to learn from, and others that
//! nobody has seen, to be judged by.

use super::features::{COUNT, SEEN, Seen};
use super::history::History;

/// One post, as it is learned from.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Example {
    /// What is seen of it after five minutes.
    pub seen: Seen,
    /// The same as numbers.
    pub row: [f64; COUNT],
    /// When it went viral, in minutes; `None` if it did not.
    pub viral_at: Option<f64>,
}

impl Example {
    /// Of a history, and what became of it.
    pub fn of(history: &History) -> Example {
        let seen = Seen::of(history);
        Example { seen, row: seen.row(), viral_at: history.viral_at() }
    }

    /// Whether it went viral.
    pub fn is_viral(&self) -> bool {
        self.viral_at.is_some()
    }

    /// How long before it did it has been seen, in minutes.
    pub fn lead(&self) -> Option<f64> {
        self.viral_at.map(|at| at - SEEN)
    }
}

/// The histories of a seed from one number on, with their numbers. Those that have
/// gone viral before they have been looked at are left out: there is nothing to
/// predict.
pub fn examples(seed: u64, from: u64) -> impl Iterator<Item = (u64, Example)> {
    let all = (from..).map(move |number| (number, Example::of(&History::drawn(seed, number))));
    all.filter(|(_, example)| example.lead().is_none_or(|lead| lead > 0.0))
}
