//! Who goes when a cache is full: `lru` against Che, Tung and Wang, *Hierarchical
//! Web Caching Systems: Modeling, Design and Experimental Results* (2002); `sieve`
//! against Algorithm 1 of Zhang et al., *SIEVE is Simpler than LRU* (NSDI 2024), by
//! hand and step by step.

use crate::common;

use common::{Lab, events, ms, preset};
use proptest::prelude::*;
use stampede_sim::engine::Nanos;
use stampede_sim::engine::streams::{Purpose, Stream};
use stampede_sim::run::Run;
use stampede_sim::scenario::{Eviction, KeysSpec, Popularity};
use stampede_sim::telemetry::{Kind, Recording};
use stampede_sim::world::Value;
use stampede_sim::world::cache::Keep;
use stampede_sim::world::eviction::Bound;
use stampede_sim::world::keys::Keys;

/// A cache of nothing but keys.
struct Keyring {
    bound: Bound,
    held: Vec<Option<u32>>,
    holds: usize,
}

impl Keyring {
    fn new(most: u32, rule: Eviction, keys: usize) -> Keyring {
        Keyring { bound: Bound::new(most, rule).unwrap(), held: vec![None; keys], holds: 0 }
    }

    /// Asks for a key, and stores it if it is not there: whether it was, and who went.
    fn ask(&mut self, key: u32) -> (bool, Option<u32>) {
        if let Some(place) = self.held[key as usize] {
            self.bound.hit(place);
            return (true, None);
        }
        let victim = self.bound.victim(self.holds);
        victim.iter().for_each(|victim| self.drop_key(*victim));
        self.held[key as usize] = Some(self.bound.store(key, None));
        self.holds += 1;
        (false, victim)
    }

    fn drop_key(&mut self, key: u32) {
        if let Some(place) = self.held[key as usize].take() {
            self.bound.leave(place);
            self.holds -= 1;
        }
    }
}

/// What happens to `row`'s letters, one after the other: who goes for each.
fn went(most: u32, rule: Eviction, row: &str) -> String {
    let mut ring = Keyring::new(most, rule, 128);
    row.bytes()
        .map(|key| match ring.ask(key.into()) {
            (true, _) => '+',
            (false, None) => '.',
            (false, Some(victim)) => victim as u8 as char,
        })
        .collect()
}

/// By hand, of Algorithm 1. Seven keys come, A first; A, B and G are asked for again.
///
/// H: the hand begins with the oldest, takes A's and B's marks, and C goes; it is at D.
/// A and D are marked. I: it takes D's mark, and E goes; it is at F. B is marked. J: F
/// goes; it is at G. K: it takes G's mark, and H goes, which nobody asked for; it is at
/// I. L: I goes. M: J goes.
#[test]
fn sieve_by_hand() {
    assert_eq!(went(7, Eviction::Sieve, "ABCDEFGABGHADIBJKLM"), ".......+++C++E+FHIJ");
    // All three are marked: the hand takes all marks, and is with the oldest again. It
    // stays between A, who went, and B, and goes on from there. C is marked, D is not.
    assert_eq!(went(3, Eviction::Sieve, "ABCABCDECF"), "...+++AB+D");
    // The newest goes, as all others were marked; the hand begins anew with the oldest.
    assert_eq!(went(3, Eviction::Sieve, "ABCABDE"), "...++CA");
    assert_eq!(went(1, Eviction::Sieve, "ABBC"), ".A+B");
}

/// By hand: whoever was not asked for for longest.
#[test]
fn lru_by_hand() {
    assert_eq!(went(3, Eviction::Lru, "ABCADBEAF"), "...+BCA".to_owned() + "DB");
    assert_eq!(went(1, Eviction::Lru, "ABBC"), ".A+B");
}

/// Algorithm 1, as it stands there, on a list; the first is the oldest. And the same
/// for LRU.
#[derive(Default)]
struct ByTheBook {
    row: Vec<(u32, bool)>,
    hand: Option<u32>,
}

impl ByTheBook {
    fn after(&self, key: u32) -> Option<u32> {
        let at = self.row.iter().position(|(known, _)| *known == key)?;
        self.row.get(at + 1).map(|(key, _)| *key)
    }

    fn visited(&mut self, key: u32) -> &mut bool {
        &mut self.row.iter_mut().find(|(known, _)| *known == key).unwrap().1
    }

    fn sieve(&mut self, most: usize, key: u32) -> (bool, Option<u32>) {
        if self.row.iter().any(|(known, _)| *known == key) {
            *self.visited(key) = true;
            return (true, None);
        }
        let mut victim = None;
        if self.row.len() == most {
            let tail = self.row[0].0;
            let mut o = self.hand.unwrap_or(tail);
            while *self.visited(o) {
                *self.visited(o) = false;
                o = self.after(o).unwrap_or(tail);
            }
            self.hand = self.after(o);
            self.row.retain(|(known, _)| *known != o);
            victim = Some(o);
        }
        self.row.push((key, false));
        (false, victim)
    }

    fn lru(&mut self, most: usize, key: u32) -> (bool, Option<u32>) {
        let at = self.row.iter().position(|(known, _)| *known == key);
        let known = at.map(|at| self.row.remove(at));
        let full = known.is_none() && self.row.len() == most;
        let victim = full.then(|| self.row.remove(0).0);
        self.row.push((key, false));
        (known.is_some(), victim)
    }

    /// Somebody else takes a key away.
    fn drop_key(&mut self, key: u32) {
        if self.hand == Some(key) {
            self.hand = self.after(key);
        }
        self.row.retain(|(known, _)| *known != key);
    }
}

proptest! {
    /// Any requests, and keys that expire or are deleted meanwhile.
    #[test]
    fn as_in_the_book(most in 1u32..9, steps in prop::collection::vec((0u32..14, 0u8..6), 0..300)) {
        for rule in [Eviction::Sieve, Eviction::Lru] {
            let (mut ring, mut book) = (Keyring::new(most, rule, 14), ByTheBook::default());
            for (key, step) in &steps {
                if *step == 0 {
                    ring.drop_key(*key);
                    book.drop_key(*key);
                    continue;
                }
                let expected = match rule {
                    Eviction::Sieve => book.sieve(most as usize, *key),
                    Eviction::Lru => book.lru(most as usize, *key),
                };
                prop_assert_eq!(ring.ask(*key), expected);
            }
        }
    }
}

/// The shared cache asks: a hit counts as one, a value that is replaced keeps its
/// place, and what is deleted makes room.
#[test]
fn the_shared_cache_asks() {
    let lab = Lab::new(&[("cache.capacity", "2")]);
    let store = &mut *lab.world.cache.as_ref().unwrap().store.borrow_mut();
    let keep = Keep { fresh: ms(9e6), ttl: ms(9e6), delta: Nanos::ZERO };
    let put = |store: &mut stampede_sim::world::cache::Store, key| {
        store.put(Nanos::ZERO, key, Value(1), keep)
    };
    assert_eq!((put(store, 1), put(store, 2), put(store, 1)), (None, None, None));
    assert_eq!((put(store, 3), store.len()), (Some(2), 2));
    assert!(store.entry(Nanos::ZERO, 1).is_some());
    assert_eq!(put(store, 4), Some(3));
    assert_eq!((store.get(Nanos::ZERO, 2), store.get(Nanos::ZERO, 1)), (None, Some(Value(1))));
    assert_eq!(store.clear(), 2);
    assert_eq!((put(store, 5), put(store, 6), put(store, 7)), (None, None, Some(5)));
}

/// Che's approximation: with request rates λᵢ and room for C keys, a key is there if it
/// was asked for in the last T, where Σ (1 − e^(−λᵢT)) = C; the hit ratio is
/// Σ pᵢ (1 − e^(−λᵢT)).
fn che(keys: usize, exponent: f64, capacity: f64) -> f64 {
    let weights: Vec<f64> = (1..=keys).map(|n| libm::pow(n as f64, -exponent)).collect();
    let all: f64 = weights.iter().sum();
    let there = |weight: f64, t: f64| 1.0 - libm::exp(-weight / all * t);
    let (mut low, mut high) = (0.0, 1e9);
    for _ in 0..200 {
        let t = (low + high) / 2.0;
        let held: f64 = weights.iter().map(|weight| there(*weight, t)).sum();
        if held < capacity { low = t } else { high = t }
    }
    weights.iter().map(|weight| weight / all * there(*weight, low)).sum()
}

fn zipf(count: u32, exponent: f64) -> KeysSpec {
    KeysSpec { count, popularity: Popularity::Zipf, exponent, ..KeysSpec::default() }
}

/// The share of hits of a million requests, once the cache has been full for a while.
fn hits(rule: Eviction, count: u32, exponent: f64, capacity: u32) -> f64 {
    let mut keys = Keys::with(&zipf(count, exponent), Stream::new(1, Purpose::Keys, 0));
    let mut ring = Keyring::new(capacity, rule, count as usize);
    (0..200_000).for_each(|_| {
        ring.ask(keys.draw());
    });
    let hits = (0..1_000_000).filter(|_| ring.ask(keys.draw()).0).count();
    hits as f64 / 1e6
}

const CASES: [(u32, f64, u32); 6] = [
    (1000, 0.8, 50),
    (1000, 0.8, 300),
    (1000, 1.0, 20),
    (1000, 1.0, 100),
    (1000, 1.2, 100),
    (5000, 0.9, 500),
];

/// Within 1 % of the hit ratio.
#[test]
fn lru_as_che_says() {
    for (count, exponent, capacity) in CASES {
        let (found, expected) = (
            hits(Eviction::Lru, count, exponent, capacity),
            che(count as usize, exponent, f64::from(capacity)),
        );
        let off = found / expected - 1.0;
        assert!(off.abs() < 0.01, "{capacity} of {count}, {exponent}: {found}, {expected}");
    }
}

/// What the paper is about: on skewed requests it misses less than LRU.
#[test]
fn sieve_misses_less_than_lru() {
    for (count, exponent, capacity) in CASES {
        let [lru, sieve] = [Eviction::Lru, Eviction::Sieve]
            .map(|rule| 1.0 - hits(rule, count, exponent, capacity));
        assert!(sieve < 0.97 * lru, "{capacity} of {count}, {exponent}: {sieve} against {lru}");
    }
}

/// The same in a whole run: Poisson arrivals, no delays to speak of, and nothing
/// expires. The first third fills the cache.
#[test]
fn a_run_as_che_says() {
    for (tier, capacity) in [("cache", 100), ("cache", 20), ("local", 100)] {
        let room = format!("{tier}.capacity");
        let changes = [
            (
                "load",
                r#"{"executor": "constant-arrival-rate", "rate": 10000, "duration_ms": 30000}"#,
            ),
            ("keys", r#"{"count": 1000, "popularity": "zipf", "exponent": 1}"#),
            ("network", r#"{"client_ms": 0, "cache_ms": 0, "db_ms": 0}"#),
            ("db", r#"{"query_ms": 0.001, "pool": 1000}"#),
            ("cache.ttl_ms", "86400000"),
            ("protect.local", if tier == "local" { "true" } else { "false" }),
            ("local.ttl_ms", "86400000"),
            (&room, &capacity.to_string()),
        ];
        let scenario = preset("expiry-without-singleflight", &changes);
        let mut run = Run::new(&scenario, &[], 1, Recording::Counters).unwrap();
        let asked = |run: &Run| {
            run.read(|tape| match tier {
                "local" => [Kind::LocalHit, Kind::LocalMiss].map(|kind| tape.counters.of(kind)),
                _ => [tape.counters.hits(), tape.counters.misses()],
            })
        };
        run.run_until(Nanos::from_secs(10.0), u64::MAX);
        let [hits, misses] = asked(&run);
        run.run_to_end();
        let [hits, misses] = [asked(&run)[0] - hits, asked(&run)[1] - misses];
        let found = hits as f64 / (hits + misses) as f64;
        let expected = che(1000, 1.0, f64::from(capacity));
        assert!((found / expected - 1.0).abs() < 0.01, "{tier} {capacity}: {found}, {expected}");
    }
}

/// A cache holds no more than it holds, whatever is warm, and says who went.
#[test]
fn a_full_cache_says_who_goes() {
    let changes = [("keys.count", "50"), ("keys.warm", "true"), ("cache.capacity", "20")];
    let seen = events(&preset("many-keys", &changes), 1);
    let (mut held, mut most) = (std::collections::BTreeSet::new(), 0);
    for event in &seen {
        match event.kind {
            Kind::Fill => drop(held.insert(event.arg)),
            Kind::Displace => assert!(held.remove(&event.arg)),
            // What has expired goes when somebody asks for it.
            Kind::Evict | Kind::Miss => drop(held.remove(&event.arg)),
            Kind::Hit => assert!(held.contains(&event.arg)),
            _ => {}
        }
        most = most.max(held.len());
    }
    assert_eq!(most, 20);
}
