//! Stale-while-revalidate, stale-if-error: an old answer now instead of a new
//! one later, or none.
//!
//! A value has two ends: it is *fresh* until its TTL, and it is *kept* longer.
//! In between, readers get it at once, and one of them starts a refresh
//! behind; and if loading fails, the old value is better than an error. A
//! refresh that fails leaves the old value where it is. For a key that was
//! never stored there is nothing stale to serve.
//!
//! Semantics: RFC 5861; Varnish's grace; nginx's `proxy_cache_use_stale`.

use std::cell::RefCell;
use std::rc::Rc;

use super::flawed;
use super::layer::Part;
use super::path::Site;
use crate::engine::Nanos;
use crate::engine::streams::{Purpose, Stream};
use crate::scenario::{StaleSpec, StaleWho};
use crate::world::cache::Entry;
use crate::world::in_flight::InFlight;
use crate::world::request::Key;

/// One process's rules for stale values, and its refreshes in progress.
pub struct Stale {
    while_refreshed: Nanos,
    if_error: Nanos,
    /// The first reader waits for the refresh; only the others get the old value.
    first_waits: bool,
    spread: Nanos,
    random: RefCell<Stream>,
    refreshing: Rc<RefCell<InFlight<()>>>,
    rules: Rules,
}

/// What can be done in more than one way.
pub struct Rules {
    /// Whether what was found is stale, and may be served all the same.
    pub is_stale: fn(&Stale, Nanos, &Entry) -> bool,
    /// Whether values are kept longer than fresh.
    pub keeps: bool,
    /// Somebody has found a key stale: the refresh, if it is now theirs.
    pub refresh: fn(&Stale, Key) -> Option<Refreshing>,
    /// How long a refresh waits.
    pub wait: fn(&Stale) -> Nanos,
}

impl Rules {
    /// As the RFC has it.
    pub const USUAL: Rules = Rules {
        is_stale: Stale::may_wait,
        keeps: true,
        refresh: Stale::refresh_once,
        wait: Stale::wait_evenly,
    };
}

impl Stale {
    /// A process's, which serves stale values.
    pub fn of(site: &Site<'_>) -> Rc<Stale> {
        let rules = flawed::stale_rules(site.scenario.protect.flaw);
        let stream = || Stream::new(site.seed, Purpose::Refreshes, site.process.id.into());
        site.kept.part(|| Stale::new(&site.scenario.stale, rules, stream()))
    }

    /// No refresh in progress.
    pub fn new(spec: &StaleSpec, rules: Rules, random: Stream) -> Stale {
        Stale {
            while_refreshed: Nanos::from_ms(spec.while_ms),
            if_error: Nanos::from_ms(spec.if_error_ms),
            first_waits: spec.who == StaleWho::Others,
            spread: Nanos::from_ms(spec.spread_ms),
            random: RefCell::new(random),
            refreshing: Rc::default(),
            rules,
        }
    }

    /// How much longer than fresh a value is kept.
    pub fn keeps(&self) -> Nanos {
        if self.rules.keeps { self.while_refreshed.max(self.if_error) } else { Nanos::ZERO }
    }

    /// Whether what was found is stale, and may be served while it is loaded
    /// again.
    pub fn is_stale(&self, now: Nanos, found: &Entry) -> bool {
        (self.rules.is_stale)(self, now, found)
    }

    fn may_wait(&self, now: Nanos, found: &Entry) -> bool {
        let end = found.fresh_until;
        end <= now && now < end + self.while_refreshed
    }

    /// Whether it may be served because loading failed.
    pub fn may_help(&self, now: Nanos, fresh_until: Nanos) -> bool {
        now < fresh_until + self.if_error
    }

    /// Somebody has found `key` stale: `Some` if it is now theirs to refresh,
    /// `None` if that is being done. One refresh for a key, however many read it.
    pub fn refresh(&self, key: Key) -> Option<Refreshing> {
        (self.rules.refresh)(self, key)
    }

    /// The first one refreshes.
    pub fn refresh_once(&self, key: Key) -> Option<Refreshing> {
        let refreshing = &mut *self.refreshing.borrow_mut();
        let first = refreshing.get(key).is_none();
        refreshing.insert(key, ());
        first.then(|| Refreshing { keys: Rc::clone(&self.refreshing), key })
    }

    /// How long a refresh waits before it begins.
    pub fn wait(&self) -> Nanos {
        (self.rules.wait)(self)
    }

    /// Any time of the span over which refreshes are spread is as likely as any other.
    fn wait_evenly(&self) -> Nanos {
        if self.spread > Nanos::ZERO { Nanos(self.drawn_below(self.spread.0)) } else { Nanos::ZERO }
    }

    /// Over which span refreshes are spread.
    pub fn spread(&self) -> Nanos {
        self.spread
    }

    /// A random number.
    pub fn drawn_below(&self, end: u64) -> u64 {
        self.random.borrow_mut().below(end)
    }

    /// Whether the reader who refreshes waits for it.
    pub fn first_waits(&self) -> bool {
        self.first_waits
    }
}

impl Part for Stale {
    /// Refreshes have ended with their tasks.
    fn reset(&self) {}
}

/// A refresh in progress; dropped when it is over, however it ends.
pub struct Refreshing {
    keys: Rc<RefCell<InFlight<()>>>,
    key: Key,
}

impl Refreshing {
    /// A refresh that nobody knows of.
    pub fn new(key: Key) -> Refreshing {
        Refreshing { keys: Rc::default(), key }
    }
}

impl Drop for Refreshing {
    fn drop(&mut self) {
        self.keys.borrow_mut().remove(self.key);
    }
}
