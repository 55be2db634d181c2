//! What is looked at in a run, as a number.

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// The most pages of the list that begin to be loaded within a quarter of a
    /// second because they have expired: nobody has deleted them, and the cache is
    /// there.
    Together,
    /// The most queries for one key at one time.
    Herd,
    /// Queries for products that do not exist.
    Nothing,
    /// Visitors who have to log in again.
    LoggedOut,
    /// Requests that the gateway turns away.
    TurnedAway,
    /// Products sold that were not there.
    Oversold,
    /// Calls to find and delete what an update invalidates.
    Walk,
    /// Users without an answer while the cache is down: who has an error from the
    /// beginning of the outage to a second after its end, and not from the gateway.
    LetDown,
    /// The most that is kept, in MB (1,000 KB): in the cache, and at most in every
    /// other cache.
    Memory,
    /// Queries to the database.
    Calls,
    /// Answers that are old, or stand in for one.
    Old,
    /// Of a hundred requests, how many get a value or learn that there is none.
    Answered,
}

impl Look {
    /// All of them.
    pub const ALL: [Look; 12] = [
        Look::Together,
        Look::Herd,
        Look::Nothing,
        Look::LoggedOut,
        Look::TurnedAway,
        Look::Oversold,
        Look::Walk,
        Look::LetDown,
        Look::Memory,
        Look::Calls,
        Look::Old,
        Look::Answered,
    ];
}

/// What a run had of each, in the order of [`Look::ALL`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Seen(pub [f64; Look::ALL.len()]);

impl Seen {
    /// One of them.
    pub fn of(&self, look: Look) -> f64 {
        self.0[look as usize]
    }

    pub(super) fn at(&mut self, look: Look) -> &mut f64 {
        &mut self.0[look as usize]
    }
}
