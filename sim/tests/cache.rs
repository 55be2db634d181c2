//! The cache against Redis's documented rules (semantics of `SET PX`, `TTL`,
//! `PTTL`, passive and active expiry).

use stampede_sim::engine::Nanos;
use stampede_sim::engine::streams::{Purpose, Stream};
use stampede_sim::world::Value;
use stampede_sim::world::cache::Store;

fn ms(ms: u64) -> Nanos {
    Nanos(ms * 1_000_000)
}

#[test]
fn an_expired_key_does_not_exist() {
    let mut store = Store::default();
    store.set(ms(0), 7, Value(1), Some(ms(1000)));
    assert_eq!(store.get(ms(1000), 7), Some(Value(1)));
    assert_eq!(store.pttl(ms(1001), 7), -2);
    assert_eq!(store.ttl(ms(1001), 7), -2);
    // Not yet asked for: still in memory, as DBSIZE shows. Then passive expiry.
    assert_eq!(store.len(), 1);
    assert_eq!(store.get(ms(1001), 7), None);
    assert_eq!(store.len(), 0);
}

#[test]
fn ttl_of_no_key_and_of_a_key_that_stays() {
    let mut store = Store::default();
    assert_eq!((store.pttl(ms(0), 1), store.ttl(ms(0), 1)), (-2, -2));
    store.set(ms(0), 1, Value(1), None);
    assert_eq!((store.pttl(ms(0), 1), store.ttl(ms(0), 1)), (-1, -1));
}

/// `TTL` is (ms + 500) / 1000: a living key can report 0.
#[test]
fn ttl_rounds_to_the_nearest_second() {
    let mut store = Store::default();
    store.set(ms(0), 1, Value(1), Some(ms(2000)));
    for (at, pttl, ttl) in
        [(0, 2000, 2), (500, 1500, 2), (501, 1499, 1), (1500, 500, 1), (1501, 499, 0)]
    {
        assert_eq!((store.pttl(ms(at), 1), store.ttl(ms(at), 1)), (pttl, ttl), "at {at} ms");
        assert_eq!(store.get(ms(at), 1), Some(Value(1)));
    }
}

#[test]
fn set_discards_the_old_expiry() {
    let mut store = Store::default();
    store.set(ms(0), 1, Value(1), Some(ms(100)));
    store.set(ms(50), 1, Value(2), Some(ms(100)));
    assert_eq!(store.get(ms(120), 1), Some(Value(2)));
    store.set(ms(60), 1, Value(3), None);
    assert_eq!(store.get(ms(100_000), 1), Some(Value(3)));
}

/// `PX` counts whole milliseconds of the server's clock.
#[test]
fn expiry_has_millisecond_resolution() {
    let mut store = Store::default();
    store.set(Nanos(900_000), 1, Value(1), Some(ms(1)));
    assert_eq!(store.get(Nanos(1_999_999), 1), Some(Value(1)));
    assert_eq!(store.get(ms(2), 1), None);
}

#[test]
fn clear_empties_memory() {
    let mut store = Store::default();
    (0..5).for_each(|key| store.set(ms(0), key, Value(1), None));
    assert_eq!(store.clear(), 5);
    assert!(store.is_empty());
}

/// The active cycle goes on while more than a quarter of a sample has
/// expired, so of 1,000 expired keys few survive, and it never takes a living
/// one. Keys without expiry are not even looked at.
#[test]
fn active_expiry_removes_most_of_a_mass_and_nothing_alive() {
    let mut store = Store::default();
    let mut random = Stream::new(1, Purpose::Eviction, 0);
    (0..1000).for_each(|key| store.set(ms(0), key, Value(1), Some(ms(10))));
    (1000..1100).for_each(|key| store.set(ms(0), key, Value(1), Some(ms(10_000))));
    (1100..1200).for_each(|key| store.set(ms(0), key, Value(1), None));
    let removed = store.active_cycle(ms(100), &mut random);
    assert!(removed.iter().all(|key| *key < 1000));
    assert_eq!(store.len(), 1200 - removed.len());
    // It stops when at most a quarter of those that can expire are expired.
    let left = 1000 - removed.len();
    assert!(left <= 100, "{left} expired keys left");
    assert!((1000..1200).all(|key| store.get(ms(100), key) == Some(Value(1))));
}
