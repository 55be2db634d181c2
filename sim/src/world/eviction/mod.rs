//! Who goes when a cache is full.
//!
//! A cache that holds so many keys and no more asks a [`Rule`] which of them to
//! give up for a new one. Both rules keep the keys in a [queue](queue::Queue), and
//! a cache keeps with each key its place there, so that nothing is searched.
//!
//! (Redis looks at a few keys and takes the one that has not been used for longest,
//! which comes close to `lru`.)

pub mod lru;
pub mod queue;
pub mod sieve;

use stampede_scenario::apart;

use lru::Lru;
use queue::Place;
use sieve::Sieve;

use super::request::Key;
use crate::scenario::{Eviction, Scenario};

/// What decides who goes.
pub trait Rule {
    /// A new key is stored.
    fn enter(&mut self, key: Key) -> Place;
    /// A key is asked for, or stored again.
    fn hit(&mut self, place: Place);
    /// Whose turn it is. It goes next.
    fn victim(&mut self) -> Option<Key>;
    /// A key goes, whyever.
    fn leave(&mut self, place: Place);
    /// All go.
    fn clear(&mut self);
}

/// A cache's limit, and who goes when it is reached.
pub struct Bound {
    most: usize,
    rule: Box<dyn Rule>,
}

impl Bound {
    /// So many keys at most. `None` for 0: as many as there are.
    pub fn new(most: u32, eviction: Eviction) -> Option<Bound> {
        (most > 0).then(|| (Further::given().bound)(most, eviction))
    }

    /// Who has to go for a new key, when a cache holds so many already.
    pub fn victim(&mut self, holds: usize) -> Option<Key> {
        (holds >= self.most).then(|| self.rule.victim()).flatten()
    }

    /// A key is stored: at its place, if it has one.
    pub fn store(&mut self, key: Key, place: Option<Place>) -> Place {
        match place {
            None => self.rule.enter(key),
            Some(place) => {
                self.rule.hit(place);
                place
            }
        }
    }

    /// A key is asked for.
    pub fn hit(&mut self, place: Place) {
        self.rule.hit(place);
    }

    /// A key goes.
    pub fn leave(&mut self, place: Place) {
        self.rule.leave(place);
    }

    /// All go.
    pub fn clear(&mut self) {
        self.rule.clear();
    }
}

/// The rules, which the page's first figure does without, as in
/// [`crate::protect::further`].
#[derive(Clone, Copy)]
pub struct Further {
    bound: fn(u32, Eviction) -> Bound,
}

impl Further {
    const ALL: Further = Further { bound };

    /// Whether a cache of a scenario has a limit.
    pub fn is_needed(scenario: &Scenario) -> bool {
        let Scenario { cache, local, backup, .. } = scenario;
        [cache.capacity, local.capacity, backup.capacity].iter().any(|most| *most > 0)
    }
}

apart!(Further, given);

fn bound(most: u32, eviction: Eviction) -> Bound {
    let rule: Box<dyn Rule> = match eviction {
        Eviction::Lru => Box::<Lru>::default(),
        Eviction::Sieve => Box::<Sieve>::default(),
    };
    Bound { most: most as usize, rule }
}
