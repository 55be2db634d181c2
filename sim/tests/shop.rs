//! A shop: pages of several keys, sessions, what an update invalidates.
//!
//! Expected values come from arithmetic and from what Redis's documentation
//! guarantees for SCAN, EXPIRE and GETEX.

use crate::common;

use std::collections::BTreeSet;

use common::dice::Dice;
use proptest::prelude::*;
use stampede_sim::engine::Nanos;
use stampede_sim::run::Run;
use stampede_sim::scenario::*;
use stampede_sim::telemetry::{Event, Kind, Recording, Report};
use stampede_sim::world::cache::Store;
use stampede_sim::world::request::Value;

/// Ten products on two pages of the list; the trip to the cache and back takes a
/// millisecond, a query ten.
fn shop() -> Scenario {
    let load = Load::ConstantArrivalRate {
        rate: 10.0,
        duration_ms: 1_000.0,
        arrivals: Pacing::Paced,
        max_vus: None,
    };
    let mut s = Scenario::new("shop", load);
    s.keys.count = 10;
    s.client.count = 4;
    s.db.query_ms = 10.0;
    s.shop = ShopSpec {
        products: 10,
        lists: 2,
        categories: 2,
        visitors: 4,
        list: 0.0,
        login: 0.0,
        buy: 0.0,
        ..ShopSpec::default()
    };
    s
}

fn ran(s: &Scenario) -> (Vec<Event>, Report) {
    let mut run = Run::new(s, &[], 1, Recording::Trace).unwrap();
    run.run_to_end();
    run.read(|tape| (tape.log.iter().collect(), Report::of(tape, "shop", 1)))
}

fn count(seen: &[Event], kind: Kind) -> usize {
    seen.iter().filter(|event| event.kind == kind).count()
}

fn once() -> Load {
    Load::Burst { requests: 1, at_ms: 0.0, spread_ms: 0.0 }
}

/// A product's page is its details and its category: two keys, one after the other.
/// Cold each is a look (1 ms), a query (10 ms) and a store (1 ms): 24 ms. At once
/// they take as long as one.
#[test]
fn a_page_has_its_parts_one_after_the_other_or_at_once() {
    let mut s = shop();
    s.load = once();
    s.network.client_ms = 0.0;
    for (at_once, expected) in [(false, 24.0), (true, 12.0)] {
        s.shop.at_once = at_once;
        let (seen, report) = ran(&s);
        assert_eq!((report.db_calls, report.misses, report.fills), (2, 2, 2));
        assert_eq!((count(&seen, Kind::Part), count(&seen, Kind::Parted)), (2, 2));
        assert_eq!(report.mean_ms, expected, "at once: {at_once}");
        // A miss was timed in its process, a hit there was not.
        assert_eq!((report.miss_mean_ms, report.hit_mean_ms), (12.0, 0.0));
    }
}

/// Each class lives as long as its TTL: asked for every 100 ms for a second, a value
/// that is there for 250 ms is loaded again, one for a minute is not.
#[test]
fn each_class_has_its_ttl() {
    let mut s = shop();
    s.keys.count = 1;
    s.shop.list_ms = 250.0;
    s.shop.detail_ms = 60_000.0;
    s.shop.category_ms = 60_000.0;
    let loads = |list: f64| {
        let mut s = s.clone();
        s.shop.list = list;
        ran(&s).1.db_calls
    };
    // The details and the category, once.
    assert_eq!(loads(0.0), 2);
    // The category once, and the page of the list at 0, 300, 600 and 900 ms.
    assert_eq!(loads(1.0), 5);
}

/// A login is a profile and a session; who buys needs one, and has it from the first
/// time on. The cache is cleared: nobody can load a session again.
#[test]
fn a_session_is_in_the_cache_alone() {
    let mut s = shop();
    s.client.count = 1;
    s.shop.buy = 1.0;
    let (seen, report) = ran(&s);
    assert_eq!((count(&seen, Kind::Session), report.logins_lost), (1, 0));
    // Logging in is no loss, and the nine who come later are known.
    assert_eq!(count(&seen, Kind::Known), 9);
    s.events = vec![Action { at_ms: 450.0, deed: Deed::ClearCache }];
    let (seen, report) = ran(&s);
    assert_eq!((count(&seen, Kind::Session), report.logins_lost), (2, 1));
    // Who finds out and looks on has lost it once, and not each time.
    (s.shop.buy, s.shop.list) = (0.2, 0.8);
    assert_eq!(ran(&s).1.logins_lost, 1);
}

/// Bought every 100 ms, a session of 150 ms lives on if it is prolonged and ends if
/// it is not; with an absolute limit of 450 ms it ends then, however often it is used.
#[test]
fn sessions_slide() {
    let mut s = shop();
    s.client.count = 1;
    s.network.client_ms = 0.0;
    s.shop.buy = 1.0;
    s.shop.session_ms = 150.0;
    let lost = |session, absolute_ms| {
        let mut s = s.clone();
        (s.shop.session, s.shop.absolute_ms) = (session, absolute_ms);
        ran(&s).1.logins_lost
    };
    assert_eq!((lost(Prolong::Getex, 0.0), lost(Prolong::GetExpire, 0.0)), (0, 0));
    // Made by the page at 0 ms, used at 100, gone at 200; made again, gone at 400 …
    assert_eq!(lost(Prolong::Get, 0.0), 4);
    // Made at 0 and gone at 500, made then and just about there at 900.
    assert_eq!(lost(Prolong::Getex, 450.0), 1);
}

/// GET finds the session a little before its end, and EXPIRE comes after it: its
/// visitor has been let in, and has to log in next time. With GETEX it lives on.
#[test]
fn between_get_and_expire_there_is_a_gap() {
    let mut s = shop();
    s.client.count = 1;
    s.network.client_ms = 0.0;
    // One way to the cache: 10 ms. Login: profile (20 + 10 + 20), and at 60 the
    // session is there, until 1,061: whole milliseconds, and passed.
    s.network.cache_ms = 10.0;
    s.shop.session_ms = 1_000.0;
    s.shop.buy = 1.0;
    // The second page reads at 1,050 and prolongs at 1,070. The third comes later.
    s.load = Load::ConstantArrivalRate {
        rate: 1_000.0 / 1_040.0,
        duration_ms: 3_000.0,
        arrivals: Pacing::Paced,
        max_vus: None,
    };
    let of = |session, session_ms| {
        let mut s = s.clone();
        (s.shop.session, s.shop.session_ms) = (session, session_ms);
        let (seen, report) = ran(&s);
        (count(&seen, Kind::Overtaken), report.logins_lost)
    };
    assert_eq!(of(Prolong::GetExpire, 1_000.0), (1, 1));
    // Prolonged at 1,050, it lives until 2,051; the next page reads at 2,090.
    assert_eq!(of(Prolong::Getex, 1_050.0), (0, 0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// SCAN's guarantees: what is there from the beginning to the end of a walk is
    /// returned; what never is there is not; and a walk over keys that nobody touches
    /// takes as many calls as keys by COUNT.
    #[test]
    fn scan_returns_what_stays(number in 0u64..100_000) {
        let d = &mut Dice::new(number);
        let count = 1 + d.below(20) as usize;
        let mut store = Store::default();
        let mut there: BTreeSet<u32> = (0..d.below(200) as u32).filter(|_| d.yes(0.7)).collect();
        for key in &there {
            store.set(Nanos::ZERO, *key, Value(1), None);
        }
        let calm = d.yes(0.3);
        let (mut stays, mut ever, size) = (there.clone(), there.clone(), there.len());
        let (mut found, mut cursor, mut calls) = (BTreeSet::new(), 0, 0);
        let matches = |key: u32| key.is_multiple_of(3);
        loop {
            let (keys, next) = store.scan(cursor, count, matches);
            calls += 1;
            prop_assert!(keys.len() <= count);
            found.extend(keys);
            if next == 0 {
                break;
            }
            cursor = next;
            for _ in 0..if calm { 0 } else { d.below(6) } {
                let key = d.below(220) as u32;
                if there.remove(&key) {
                    store.delete(key);
                    stays.remove(&key);
                } else {
                    there.insert(key);
                    ever.insert(key);
                    store.set(Nanos::ZERO, key, Value(2), None);
                }
            }
        }
        prop_assert!(stays.iter().filter(|key| matches(**key)).all(|key| found.contains(key)));
        prop_assert!(found.iter().all(|key| matches(*key) && ever.contains(key)));
        if calm {
            prop_assert_eq!(calls, size.div_ceil(count).max(1));
        }
    }
}

/// What an update of product 0 costs with 100 products on 10 pages in a warm cache:
/// 100 + 10 + 2 keys.
#[test]
fn what_each_way_to_invalidate_costs() {
    let mut s = shop();
    s.keys.count = 100;
    s.keys.warm = true;
    s.shop.products = 100;
    s.shop.lists = 10;
    s.shop.list = 1.0;
    s.shop.count = 50;
    s.events = vec![Action { at_ms: 450.0, deed: Deed::Update }];
    let of = |invalidate| {
        let mut s = s.clone();
        s.shop.invalidate = invalidate;
        let (seen, report) = ran(&s);
        let lists = |kind| {
            let its = seen.iter().filter(|e| e.kind == kind && (100..110).contains(&e.arg));
            its.map(|event| event.arg).collect::<BTreeSet<u32>>()
        };
        (report.invalidation_trips, lists(Kind::Delete), lists(Kind::Rename))
    };
    let (all, none): (BTreeSet<u32>, BTreeSet<u32>) = ((100..110).collect(), BTreeSet::new());
    // Product 0 stands on the first page: ask the set, delete.
    assert_eq!(of(Invalidate::Tags), (2, BTreeSet::from([100]), none.clone()));
    // 111 keys are left when the details are gone: three calls, and a deletion after
    // each that has found something.
    let (trips, deleted, renamed) = of(Invalidate::Scan);
    assert_eq!((deleted, renamed), (all.clone(), none.clone()));
    assert!((4..=6).contains(&trips), "{trips}");
    assert_eq!(of(Invalidate::Namespace), (0, none.clone(), all));
    assert_eq!(of(Invalidate::None), (0, none.clone(), none));
}

/// Nobody tells the page of the list: it is too old for everybody who comes after
/// the update, until it expires. Told, for nobody.
#[test]
fn a_list_that_is_not_invalidated_is_too_old() {
    let mut s = shop();
    s.keys.count = 1;
    s.keys.warm = true;
    s.network.client_ms = 0.0;
    s.shop.list = 1.0;
    s.events = vec![Action { at_ms: 450.0, deed: Deed::Update }];
    let old = |invalidate| {
        let mut s = s.clone();
        s.shop.invalidate = invalidate;
        ran(&s).1.stale_reads
    };
    // Pages are asked for at 0, 100 … 900; five of them after it.
    assert_eq!(old(Invalidate::None), 5);
    for told in [Invalidate::Tags, Invalidate::Scan, Invalidate::Namespace] {
        assert_eq!(old(told), 0, "{told:?}");
    }
}

/// A reader has asked the database before an update and stores its page after it has
/// been invalidated: with SCAN behind the cursor, with tags after the deletion. Under
/// its old name nobody finds it.
#[test]
fn only_another_name_outruns_who_is_loading() {
    let mut s = shop();
    s.keys.count = 1;
    s.network.client_ms = 0.0;
    s.db.query_ms = 50.0;
    s.shop.list = 1.0;
    // The reader's query runs from 100.5 to 150.5. The update commits at 131 and
    // deletes; from then on the page is too old for those sent at 200 ms and after.
    s.events = vec![
        Action { at_ms: 95.0, deed: Deed::ClearCache },
        Action { at_ms: 81.0, deed: Deed::Update },
    ];
    let old = |invalidate| {
        let mut s = s.clone();
        s.shop.invalidate = invalidate;
        ran(&s).1.stale_reads
    };
    assert_eq!((old(Invalidate::Tags), old(Invalidate::Scan)), (8, 8));
    assert_eq!(old(Invalidate::Namespace), 0);
    // Or the deletion takes away the right to store it, as of any key.
    s.protect.lease = true;
    // SCAN does not find a page that nobody has stored yet.
    for (told, expected) in [(Invalidate::Tags, 0), (Invalidate::Scan, 8)] {
        let mut s = s.clone();
        s.shop.invalidate = told;
        assert_eq!(ran(&s).1.stale_reads, expected, "{told:?}");
    }
}

/// Sizes by arithmetic: a warm cache of ten products (4 KB), two pages of the list
/// (20 KB) and two categories (2 KB) holds 84 KB.
#[test]
fn memory_is_counts_times_sizes() {
    let mut s = shop();
    s.keys.warm = true;
    assert_eq!(ran(&s).1.cache_mb, 0.084);
    s.cache.capacity = 3;
    assert!(ran(&s).1.cache_mb <= 3.0 * 0.020);
}

/// With one key warm there are nothing but hits, of a trip each; the mix has misses
/// of a trip, a query and a store.
#[test]
fn the_benchmark_says_what_was_asked_for() {
    let mut s = shop();
    s.keys.warm = true;
    s.keys.count = 1;
    let warm = ran(&s).1;
    assert_eq!((warm.hit_mean_ms, warm.hit_p99_ms, warm.miss_mean_ms), (1.0, 1.0, 0.0));
    s.keys.warm = false;
    let mix = ran(&s).1;
    assert_eq!((mix.hit_mean_ms, mix.miss_mean_ms, mix.misses), (1.0, 12.0, 2));
}

/// Without a cache each part of a page is a query of 10 ms, and so is none of them a
/// hit. With one a hit is a trip (1 ms), a miss two trips more than without it.
#[test]
fn a_shop_without_a_cache_asks_the_database_for_every_part() {
    let mut s = shop();
    s.network.client_ms = 0.0;
    s.shop.list = 0.5;
    let of = |enabled| {
        let mut s = s.clone();
        s.cache.enabled = enabled;
        let report = ran(&s).1;
        (report.db_calls, report.hit_mean_ms, report.miss_mean_ms, report.max_ms)
    };
    assert_eq!(of(false), (20, 0.0, 10.0, 20.0));
    let (calls, hit, miss, slowest) = of(true);
    assert!(calls < 20);
    assert_eq!((hit, miss, slowest), (1.0, 12.0, 24.0));
    // Nobody is logged in where there is no cache, whose sessions are nowhere else.
    s.cache.enabled = false;
    for (path, share) in [("shop.login", (0.1, 0.0)), ("shop.buy", (0.0, 0.1))] {
        (s.shop.login, s.shop.buy) = share;
        let problem = Run::new(&s, &[], 1, Recording::Trace).err().unwrap();
        assert_eq!(problem.to_string(), format!("{path}: this needs cache.enabled to be on"));
    }
}

/// What is loaded past a cache that is down (a query of 10 ms, and a trip of 1 before and
/// after it, both of which fail) is
/// no hit, and whoever gets an error has not been served in a millisecond.
#[test]
fn past_a_cache_that_is_down_there_are_no_hits() {
    let mut s = shop();
    s.keys.warm = true;
    s.events = vec![Action { at_ms: 450.0, deed: Deed::CacheOutage { for_ms: 5_000.0 } }];
    let of = |spill| {
        let mut s = s.clone();
        s.protect.spill = spill;
        let report = ran(&s).1;
        (report.errors, report.db_calls, report.hit_mean_ms, report.miss_mean_ms)
    };
    // Five pages before it, and five after it.
    assert_eq!(of(false), (5, 0, 1.0, 0.0));
    assert_eq!(of(true), (0, 10, 1.0, 12.0));
}

/// By arithmetic: without a cache a page is two queries of 40 ms, one after the other,
/// and 2 ms to its client and back. With it a part is 1 ms as a hit and 42 as a miss:
/// a page is 4, 45 or 86. So hits are forty times as fast, all pages together by far
/// less, and the slowest slower than without.
#[test]
fn the_benchmark_with_and_without_a_cache() {
    for seed in 1..=10 {
        let (a, b) = (of("shop-benchmark-without", seed), of("shop-benchmark-with", seed));
        assert_eq!((a.requests, a.db_calls), (b.requests, 2 * a.requests));
        assert_eq!((a.mean_ms, a.p99_ms, a.miss_mean_ms, a.miss_p99_ms), (82.0, 82.0, 40.0, 40.0));
        assert_eq!((b.hit_mean_ms, b.hit_p99_ms), (1.0, 1.0));
        assert_eq!((b.miss_mean_ms, b.miss_p99_ms, b.p99_ms), (42.0, 42.0, 86.0));
        // 4 ms of a page with two hits, and 41 more for each miss.
        let mean = 4.0 + 41.0 * b.misses as f64 / b.requests as f64;
        assert!((b.mean_ms - mean).abs() < 1e-6, "seed {seed}: {} {mean}", b.mean_ms);
        let (hits, all) = (a.miss_mean_ms / b.hit_mean_ms, a.mean_ms / b.mean_ms);
        assert_eq!(hits, 40.0);
        assert!((3.5..4.8).contains(&all), "seed {seed}: {all}");
    }
}

/// An event loop that does nothing else while the cache is asked is a queue with one
/// server (M/D/1): at 400 pages a second of 2.1 ms each it is busy for 0.84 of the time,
/// and who comes waits for ρS/(2(1 − ρ)), 5.5 ms on average (Pollaczek and Khinchine).
/// Else each page takes it 0.1 ms, and the trips are nobody's wait.
#[test]
fn a_client_that_blocks_holds_the_event_loop() {
    let mean = |name: &str| (1..=10).map(|seed| of(name, seed).mean_ms).sum::<f64>() / 10.0;
    let expected = |service: f64, trips: f64| {
        let rho = 400.0 * service / 1e3;
        2.0 + trips + service + rho * service / (2.0 * (1.0 - rho))
    };
    let (blocks, asks) = (mean("shop-client-blocks"), mean("shop-client-async"));
    let near = |found: f64, expected: f64| (found / expected - 1.0).abs();
    assert!(near(blocks, expected(2.1, 0.0)) < 0.1, "{blocks} {}", expected(2.1, 0.0));
    assert!(near(asks, expected(0.1, 2.0)) < 0.01, "{asks} {}", expected(0.1, 2.0));
}

/// Two processes that are asked in turn, and ten visitors who want one of three.
fn sale(stock: Stock) -> Scenario {
    let mut s = shop();
    s.fleet.processes = 2;
    s.keys.count = 1;
    s.client.count = 1;
    s.shop.buy = 1.0;
    s.shop.in_stock = 3;
    s.shop.stock = stock;
    s
}

fn sold(s: &Scenario) -> (u64, u64) {
    let report = ran(s).1;
    (report.sold, report.oversold)
}

/// Everybody hears everything, and sales are far apart: three are sold, whoever
/// decides.
#[test]
fn with_word_of_every_sale_three_are_sold() {
    for stock in [Stock::Database, Stock::Pubsub, Stock::Streams] {
        assert_eq!(sold(&sale(stock)), (3, 0), "{stock:?}");
    }
}

/// Process 1 is cut off all the time. It knows of its own sales alone, and sells
/// three: the second, the fourth and the sixth. The first, and the third, are process
/// 0's, which hears of all: five in all, two of them not there. By the database's
/// check nothing changes; who has to read a stream, and cannot, sells nothing, and
/// process 0 sells the three.
#[test]
fn who_is_cut_off_sells_what_is_gone() {
    let cut = |stock| {
        let mut s = sale(stock);
        s.events = vec![Action { at_ms: 0.0, deed: Deed::CutOff { process: 1, for_ms: 5_000.0 } }];
        s
    };
    assert_eq!(sold(&cut(Stock::Pubsub)), (5, 2));
    assert_eq!(sold(&cut(Stock::Database)), (3, 0));
    assert_eq!(sold(&cut(Stock::Streams)), (3, 0));
    // Its five have an error.
    assert_eq!(ran(&cut(Stock::Streams)).1.errors, 5);
}

/// Cut off until all is sold, then back: with pub/sub nobody says again what has been
/// said. In the stream it reads what it has missed.
#[test]
fn nobody_says_it_again() {
    let back = |stock| {
        let mut s = sale(stock);
        // Up to 450 ms the first, third and fifth come to process 0: three sold.
        s.events = vec![Action { at_ms: 0.0, deed: Deed::CutOff { process: 1, for_ms: 450.0 } }];
        s
    };
    // The first three are there. The fourth is process 1's, which knows of the second
    // alone; and so is the sixth, when it is back and nobody has told it. Process 0
    // has sold three by then, if process 1, which cannot read, sells nothing.
    assert_eq!(sold(&back(Stock::Pubsub)), (5, 2));
    assert_eq!(sold(&back(Stock::Streams)), (3, 0));
}

/// A subscriber that takes longer for a message than lies between two of them has
/// more and more waiting. With room for two it is cut off, and what waited is lost.
#[test]
fn a_slow_subscriber_is_cut_off() {
    let slow = |buffer| {
        let mut s = sale(Stock::Pubsub);
        s.shop.in_stock = 100;
        s.shop.message_ms = 350.0;
        s.shop.buffer = buffer;
        let seen = ran(&s).0;
        count(&seen, Kind::Unsubscribed)
    };
    assert_eq!(slow(0), 0);
    assert!(slow(2) > 0);
}

/// Who begins anew asks the database how many there are.
#[test]
fn who_is_started_again_knows_the_stock() {
    let mut s = sale(Stock::Pubsub);
    s.events = vec![Action { at_ms: 50.0, deed: Deed::Crash { process: 1, for_ms: 400.0 } }];
    // One and two before 450 ms are process 0's, as are all others then.
    assert_eq!(sold(&s), (3, 0));
}

/// A quarter of four pages of the list is empty. With `if not products` it is loaded
/// each time somebody asks, and otherwise once.
#[test]
fn an_empty_page_is_a_value() {
    let mut s = shop();
    s.keys.count = 4;
    s.shop.lists = 4;
    s.shop.list = 1.0;
    s.shop.empty = 0.25;
    s.protect.negative = true;
    let loads = |flaw| {
        let mut s = s.clone();
        s.protect.flaw = flaw;
        let (seen, report) = ran(&s);
        let empty = seen.iter().filter(|e| e.kind == Kind::ListPage && e.arg == 13).count() as u64;
        (report.db_calls, empty)
    };
    let (right, asked) = loads(Flaw::None);
    assert!(asked > 1);
    assert_eq!(loads(Flaw::EmptyIsMiss).0, right + asked - 1);
}

/// Category 0 and page 0 of the list have one key, and whoever comes second gets what
/// is not its own. Calls by keyword have another key, and load it once more.
#[test]
fn keys_that_leave_out_the_function_mix_them_up() {
    let mut s = shop();
    s.keys.count = 1;
    s.client.count = 2;
    s.shop.list = 1.0;
    s.protect.singleflight = true;
    let of = |flaw| {
        let mut s = s.clone();
        s.protect.flaw = flaw;
        let report = ran(&s).1;
        (report.db_calls, report.mixed)
    };
    assert_eq!(of(Flaw::None), (2, 0));
    // The page is loaded for either way to call; all ten categories are the list.
    assert_eq!(of(Flaw::ShortKeys), (2, 10));
}

/// A preset's numbers with a seed.
fn of(name: &str, seed: u64) -> Report {
    let mut run = Run::new(&presets::find(name).unwrap(), &[], seed, Recording::Counters).unwrap();
    run.run_to_end();
    run.read(|tape| Report::of(tape, name, seed))
}

/// What the presets' words say, with ten seeds: each pair, and by what its two sides
/// differ.
#[test]
fn the_presets_do_as_they_say() {
    type Shows = fn(&Report, &Report) -> bool;
    let pairs: [(&str, &str, Shows); 18] = [
        ("shop-none", "shop-tags", |a, b| a.stale_reads > 5 && b.stale_reads == 0),
        ("shop-scan", "shop-tags", |a, b| {
            // Ten or eleven calls for 1,065 keys and a few profiles, and deletions.
            a.invalidation_trips >= 20
                && b.invalidation_trips == 2
                && (a.deleted, b.deleted) == (51, 2)
                && a.db_calls > b.db_calls + 10
        }),
        ("shop-scan-overtaken", "shop-namespace", |a, b| {
            a.stale_reads > 0 && b.stale_reads == 0 && b.hit_mean_ms > a.hit_mean_ms + 0.3
        }),
        ("shop-race", "shop-race-lease", |a, b| a.stale_reads > 0 && b.stale_reads == 0),
        ("shop-session-gap", "shop-session-getex", |a, b| a.logins_lost > 10 && b.logins_lost == 0),
        ("shop-session-fixed", "shop-session-sliding", |a, b| {
            a.logins_lost > 20 && b.logins_lost == 0
        }),
        ("shop-session-sliding", "shop-session-absolute", |a, b| {
            a.logins_lost == 0 && b.logins_lost > 0
        }),
        ("shop-404", "shop-404-cached", |a, b| a.db_calls > b.db_calls + 10),
        ("shop-ttl-together", "shop-ttl-spread", |a, b| {
            a.db_peak_concurrency > b.db_peak_concurrency
        }),
        ("shop-limit-by-proxy", "shop-limit-by-client", |a, b| {
            // A window may end in the middle.
            (90..=210).contains(&a.ok) && a.errors > 100 && b.errors == 0
        }),
        ("shop-stock-pubsub", "shop-stock-streams", |a, b| a.oversold > b.oversold + 1),
        ("shop-stock-slow", "shop-stock-database", |a, b| a.oversold > 3 && b.oversold == 0),
        ("shop-benchmark-hits", "shop-benchmark-mix", |a, b| {
            a.misses == 0 && a.hit_p99_ms == 1.0 && b.misses > 10 && b.p99_ms > 10.0 * a.p99_ms
        }),
        ("shop-memory-short", "shop-memory-enough", |a, b| {
            a.logins_lost > 0 && b.logins_lost == 0 && b.cache_mb <= 1.285 && a.misses > b.misses
        }),
        ("shop-cache-dies", "shop-cache-replica", |a, b| {
            a.logins_lost > 10 && b.logins_lost == 0 && a.errors > 5 * b.errors
        }),
        ("shop-cache-down", "shop-cache-spill", |a, b| a.errors > 2 * b.errors),
        ("shop-empty-flawed", "shop-empty", |a, b| a.db_calls > b.db_calls + 20),
        ("shop-short-keys-flawed", "shop-own-keys", |a, b| a.mixed > 50 && b.mixed == 0),
    ];
    for (left, right, shows) in pairs {
        for seed in 1..=10 {
            let (a, b) = (of(left, seed), of(right, seed));
            assert!(shows(&a, &b), "{left} / {right} with seed {seed}: {a:?} {b:?}");
        }
    }
}
