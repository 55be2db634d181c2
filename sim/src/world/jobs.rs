//! What becomes a task of its own.

use std::pin::Pin;
use std::rc::Rc;

use super::clients::{Busy, Open, User};
use super::keys::Keys;
use super::request::Key;
use super::senders::Client;
use crate::engine::streams::Stream;
use crate::scenario::Action;

/// Something that happens, its number among all that do, the keys of a burst,
/// and its random numbers.
pub type Act = (Action, usize, Keys, Stream);

/// Something that becomes a task of its own.
pub enum Job {
    /// One request, and whom to tell when it is answered.
    Request(Key, Option<Rc<Busy>>),
    /// The same, of a client that is known.
    Known(Box<(Client, Key, Option<Rc<Busy>>)>),
    /// One request of a client that updates a key.
    Update(Client, Key),
    /// A source that does not wait for answers.
    Open(Box<Open>),
    /// A virtual user: sends, waits for the answer, thinks, sends again.
    User(Box<User>),
    /// Something that happens to the system.
    Act(Box<Act>),
    /// Work that goes on behind whoever asked for it.
    Behind(Pin<Box<dyn Future<Output = ()>>>),
    /// A database server, by number.
    Database(u32),
    /// The cache's active expiry.
    Eviction,
}

impl Job {
    /// Whether the run is not over before this job is done.
    pub fn is_source(&self) -> bool {
        matches!(self, Job::Open(_) | Job::User(_) | Job::Act(_))
    }
}
