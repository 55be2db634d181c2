//! What the page tells the viewer.

use stampede_sim::scenario::{Problem, Text};

/// Something to tell the viewer.
#[derive(Clone, PartialEq)]
pub enum Notice {
    /// A link or setting was refused.
    Refused(Problem),
    /// What is saved on this device was unreadable; holds its names and reasons.
    Damaged(String),
    /// The run on the stage misses a goal: what it was to reach.
    Misses(Text),
    /// A link was copied.
    Copied,
    /// Another version of the page has been fetched.
    NewVersion,
    /// The browser does not copy; the address bar holds the link.
    NotCopied,
    /// The browser does not open a second window.
    NoWindow,
}
