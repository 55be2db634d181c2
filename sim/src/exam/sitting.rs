//! A run of an examination, and all that is looked at in it.

use std::collections::{BTreeSet, VecDeque};
use std::ops::Range;

use super::{Look, Seen};
use crate::engine::Nanos;
use crate::run::Run;
use crate::scenario::{Deed, Problem, Scenario};
use crate::telemetry::{Event, Kind, Reason, Recording};
use crate::world::Value;
use crate::world::request::Key;
use crate::world::shop::{Class, Layout};

/// For so long after an outage an error is still counted as its own.
const AFTER: Nanos = Nanos(1_000_000_000);
/// What begins to be loaded within so long is loaded together.
const TOGETHER: Nanos = Nanos(250_000_000);

/// A run in progress.
pub struct Sitting {
    run: Run,
    notes: Notes,
}

impl Sitting {
    /// Nothing has happened yet. Refuses what [`Run::new`] refuses.
    pub fn new(scenario: &Scenario, seed: u64) -> Result<Sitting, Problem> {
        let run = Run::new(scenario, &[], seed, Recording::Trace)?;
        Ok(Sitting { run, notes: Notes::new(scenario) })
    }

    /// Computes on, by at most about `budget` polls; what was found when it is over.
    pub fn step(&mut self, budget: u64) -> Option<Seen> {
        let notes = &mut self.notes;
        let done = self.run.show(budget, |event| notes.take(event));
        done.then(|| notes.end())
    }
}

/// A request, or what works for one.
#[derive(Clone, Copy, Default)]
struct Ask {
    key: Key,
    process: u32,
    /// Whether its queries are loads.
    loads: bool,
    /// Whether one is at the database.
    under_way: bool,
}

/// What is kept of what has happened.
struct Notes {
    seen: Seen,
    layout: Option<Layout>,
    /// When the cache is down, and a little longer.
    outages: Vec<Range<Nanos>>,
    /// How many KB a key of each class has, in their order.
    sizes: [f64; 5],
    /// By request.
    asks: Vec<Ask>,
    /// By key: queries under way.
    queries: Vec<u32>,
    /// Pages of the list that have just begun to be loaded and that nobody deleted,
    /// and when.
    expired: VecDeque<(Nanos, Key)>,
    /// What was deleted, until it is stored again.
    deleted: BTreeSet<Key>,
    /// By whom what is kept beside the shared cache: the process, and none for the
    /// backup.
    copies: BTreeSet<(Option<u32>, Key)>,
    requests: f64,
    answered: f64,
}

impl Notes {
    fn new(scenario: &Scenario) -> Notes {
        let outage = |action: &crate::scenario::Action| match action.deed {
            Deed::CacheOutage { for_ms } => {
                let from = Nanos::from_ms(action.at_ms);
                Some(from..from + Nanos::from_ms(for_ms) + AFTER)
            }
            _ => None,
        };
        let shop = &scenario.shop;
        Notes {
            seen: Seen::default(),
            layout: Layout::of(scenario),
            outages: scenario.events.iter().filter_map(outage).collect(),
            sizes: [
                shop.detail_kb,
                shop.list_kb,
                shop.category_kb,
                shop.profile_kb,
                shop.session_kb,
            ],
            asks: Vec::new(),
            queries: Vec::new(),
            expired: VecDeque::new(),
            deleted: BTreeSet::new(),
            copies: BTreeSet::new(),
            requests: 0.0,
            answered: 0.0,
        }
    }

    fn take(&mut self, event: Event) {
        let Event { kind, who, arg, at, .. } = event;
        if kind.is_birth() {
            self.asks.push(match kind.is_offspring() {
                true => Ask { under_way: false, ..self.asks[arg as usize] },
                // A page's own queries are no loads: a sale, an update.
                false => Ask { key: arg, loads: kind == Kind::Part, ..Ask::default() },
            });
        }
        let seen = &mut self.seen;
        match kind {
            Kind::Send => self.requests += 1.0,
            Kind::Ok => {
                let value = Value(arg);
                let says = value.is_real() || value == Value::NOTHING;
                self.answered += f64::from(u8::from(says));
            }
            Kind::Error if is_in(&self.outages, at) && !is_refusal(arg) => {
                *seen.at(Look::LetDown) += 1.0;
            }
            Kind::Arrive => self.asks[who as usize].process = arg,
            Kind::Query => {
                *seen.at(Look::Calls) += 1.0;
                self.begin(who as usize, at);
            }
            // What is abandoned goes on, unless the server stops it, too.
            Kind::Abandon if arg == 0 => {}
            Kind::Answer | Kind::Abandon | Kind::Wasted => self.end_query(who as usize),
            Kind::LoggedOut => *seen.at(Look::LoggedOut) += 1.0,
            Kind::Refuse if is_refusal(arg) => *seen.at(Look::TurnedAway) += 1.0,
            Kind::Oversold => *seen.at(Look::Oversold) += 1.0,
            Kind::Scan | Kind::Unlink => *seen.at(Look::Walk) += 1.0,
            Kind::Delete => {
                self.deleted.insert(arg);
            }
            Kind::Fill => {
                self.deleted.remove(&arg);
            }
            Kind::Memory => {
                let most = seen.at(Look::Memory);
                *most = most.max(f64::from(arg) / 1e3);
            }
            Kind::Stale
            | Kind::Outdated
            | Kind::Ancient
            | Kind::Default
            | Kind::Placeholder
            | Kind::EdgeGrace => *seen.at(Look::Old) += 1.0,
            Kind::LocalFill => {
                let Ask { process, key, .. } = self.asks[who as usize];
                self.copies.insert((Some(process), key));
            }
            Kind::BackupFill => {
                self.copies.insert((None, arg));
            }
            _ => {}
        }
    }

    fn is_list(&self, key: Key) -> bool {
        self.layout.is_some_and(|layout| layout.keys(Class::List).contains(&key))
    }

    /// A query begins.
    fn begin(&mut self, who: usize, now: Nanos) {
        let Ask { key, loads, .. } = self.asks[who];
        if !loads {
            return;
        }
        self.asks[who].under_way = true;
        if self.layout.is_some_and(|layout| layout.missing().contains(&key)) {
            *self.seen.at(Look::Nothing) += 1.0;
        }
        let at = key as usize;
        self.queries.resize(self.queries.len().max(at + 1), 0);
        self.queries[at] += 1;
        let here = f64::from(self.queries[at]);
        self.expired.retain(|(began, _)| *began + TOGETHER > now);
        let is_new = self.expired.iter().all(|(_, other)| *other != key);
        let has_expired = self.is_list(key) && !self.deleted.contains(&key);
        if is_new && has_expired && !is_in(&self.outages, now) {
            self.expired.push_back((now, key));
        }
        let lists = self.expired.len() as f64;
        for (look, now) in [(Look::Herd, here), (Look::Together, lists)] {
            let most = self.seen.at(look);
            *most = most.max(now);
        }
    }

    /// It is over.
    fn end_query(&mut self, who: usize) {
        let Ask { key, under_way, .. } = self.asks[who];
        if !under_way {
            return;
        }
        self.asks[who].under_way = false;
        self.queries[key as usize] -= 1;
    }

    /// What there is when it is over.
    fn end(&self) -> Seen {
        let mut seen = self.seen;
        let size = |key: Key| {
            let class = self.layout.and_then(|layout| layout.class_of(key));
            class.map_or(0.0, |class| self.sizes[class as usize])
        };
        *seen.at(Look::Memory) += self.copies.iter().map(|(_, key)| size(*key)).sum::<f64>() / 1e3;
        *seen.at(Look::Answered) = 100.0 * self.answered / self.requests.max(1.0);
        seen
    }
}

/// Whether it was the gateway that refused.
fn is_refusal(reason: u32) -> bool {
    reason == Reason::OverQuota as u32 || reason == Reason::CountersDown as u32
}

/// Whether an instant lies in one of some spans.
fn is_in(spans: &[Range<Nanos>], now: Nanos) -> bool {
    spans.iter().any(|span| span.contains(&now))
}
