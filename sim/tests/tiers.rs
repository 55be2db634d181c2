//! Caches behind caches: copies in the processes, against RFC 9111 (§4.2.3, the
//! age of a copy), Redis's documentation of pub/sub (at most once), and arithmetic.

use crate::common;

use std::collections::BTreeMap;

use common::{count, events, ms, preset, report, times};
use proptest::prelude::*;
use stampede_sim::engine::Nanos;
use stampede_sim::scenario::Scenario;
use stampede_sim::telemetry::{Event, Kind};
use stampede_sim::world::Value;

const SEEDS: std::ops::Range<u64> = 0..40;

fn of(seen: &[Event], who: u32, kind: Kind) -> Option<Event> {
    seen.iter().find(|e| e.who == who && e.kind == kind).copied()
}

fn all(seen: &[Event], kind: Kind) -> Vec<Event> {
    seen.iter().filter(|e| e.kind == kind).copied().collect()
}

/// The value that a request was answered with.
fn value(seen: &[Event], who: u32) -> u32 {
    of(seen, who, Kind::Ok).unwrap().arg
}

/// 5 ms to the process and 5 back; who finds no copy goes 2 ms to the shared cache
/// and 2 back, where every key is warm.
#[test]
fn a_hit_makes_no_trip() {
    for seed in SEEDS {
        let seen = events(&preset("l1", &[]), seed);
        let mut trips = [0, 0];
        for ok in all(&seen, Kind::Ok) {
            let span = (ok.at - of(&seen, ok.who, Kind::Send).unwrap().at).ms();
            let is_copy = of(&seen, ok.who, Kind::LocalHit).is_some();
            let asked = of(&seen, ok.who, Kind::Hit).is_some();
            assert_eq!((span, asked), if is_copy { (10.0, false) } else { (14.0, true) });
            trips[usize::from(asked)] += 1;
        }
        // Four processes, twenty keys, three seconds, a copy each second: at most.
        assert!(trips[1] <= 4 * 20 * 3 + 20 && trips[0] > 2000, "{trips:?}");
    }
}

/// Without another cache a copy is used for its TTL, to the nanosecond, and not for
/// longer.
#[test]
fn a_copy_lasts_its_ttl() {
    let changes = [
        ("keys.warm", "false"),
        ("cache.enabled", "false"),
        ("keys.count", "1"),
        ("fleet.processes", "1"),
    ];
    for ttl in [1.0, 7.5, 100.0] {
        let seen = events(
            &preset("l1", &[&changes[..], &[("local.ttl_ms", &ttl.to_string())]].concat()),
            3,
        );
        let mut until = None;
        for event in &seen {
            match event.kind {
                Kind::LocalFill => {
                    assert_eq!(event.arg, ttl as u32);
                    until = Some(event.at + ms(ttl));
                }
                Kind::LocalHit => assert!(event.at < until.unwrap(), "{event:?}"),
                Kind::LocalMiss => {
                    assert!(until.is_none_or(|until| event.at >= until), "{event:?}")
                }
                _ => {}
            }
        }
        assert!(count(&seen, Kind::LocalHit) > 10 && count(&seen, Kind::LocalMiss) > 1);
    }
}

/// One key. For each answer from a copy: how long after the shared cache got the
/// value, and when the shared cache had passed its expiry (whole milliseconds).
fn ages(seen: &[Event], ttl: f64) -> Vec<(f64, f64)> {
    let stored: BTreeMap<u32, f64> = all(seen, Kind::Fill)
        .iter()
        .filter(|fill| of(seen, fill.who, Kind::Ok).is_some())
        .map(|fill| (value(seen, fill.who), fill.at.ms()))
        .collect();
    let hits = all(seen, Kind::LocalHit);
    let age = |hit: &Event| {
        let stored = stored.get(&value(seen, hit.who))?;
        Some((hit.at.ms() - stored, stored.floor() + ttl + 1.0 - stored))
    };
    hits.iter().filter_map(age).collect()
}

fn aging(promote: &str, local: f64, ttl: f64, jitter: f64) -> Scenario {
    preset(
        "l1-fresh",
        &[
            ("events", "[]"),
            ("keys.warm", "false"),
            ("load.duration_ms", "3000"),
            ("network.jitter", &jitter.to_string()),
            ("cache.ttl_ms", &ttl.to_string()),
            ("local.ttl_ms", &local.to_string()),
            ("local.promote", promote),
        ],
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// A copy with the remaining lifetime is never used after the shared cache has
    /// passed the expiry of what it is a copy of: no answer is older than the TTL
    /// of the cache where the value was first stored.
    #[test]
    fn ages_do_not_add_up(
        local in 1.0f64..1500.0, ttl in 20u32..1500, jitter in 0.0f64..0.9, seed in 0u64..1000,
    ) {
        let ttl = f64::from(ttl);
        let seen = events(&aging("remaining", local, ttl, jitter), seed);
        for (age, end) in ages(&seen, ttl) {
            prop_assert!(age < end, "{age} of {end}");
        }
    }
}

/// A copy with a life of its own, made right before the original expires, makes
/// answers as old as both TTLs together: 1,000 ms, one more for the server's clock,
/// half of one for the way, and 900. (Each process is asked every 10 ms on average,
/// so its second copy is made some 10 ms after 900, and used to some 10 ms before
/// its end.)
#[test]
fn ages_add_up_when_each_copy_is_fresh() {
    for seed in SEEDS {
        let oldest = |promote| {
            let seen = events(&aging(promote, 900.0, 1000.0, 0.0), seed);
            let ages = ages(&seen, 1000.0);
            ages.iter().map(|(age, _)| *age).fold(0.0, f64::max)
        };
        let (fresh, remaining) = (oldest("fresh"), oldest("remaining"));
        assert!((1750.0..1901.5).contains(&fresh), "{fresh}");
        assert!((900.0..1001.0).contains(&remaining), "{remaining}");
    }
}

/// What the shared cache refuses is not kept, either: the lease was revoked by an
/// update, and its value is the old one.
#[test]
fn what_is_refused_is_not_kept() {
    for seed in SEEDS {
        let changes = [("protect.local", "true"), ("local.ttl_ms", "3000"), ("local.lost", "1")];
        let seen = events(&preset("writes-lease", &changes), seed);
        assert_eq!((count(&seen, Kind::Outdated), count(&seen, Kind::Reject)), (0, 1), "{seed}");
    }
}

/// The update is done when the deletion is confirmed (half a millisecond from the
/// server), then word goes to the server and from there to the others: half a
/// millisecond each. All of them hear, once each; the one who updates knows.
#[test]
fn word_reaches_the_others() {
    for seed in SEEDS {
        let seen = events(&preset("l1-word", &[]), seed);
        let update = all(&seen, Kind::Write)[0].who;
        let own = of(&seen, update, Kind::Arrive).unwrap().arg;
        let deleted = of(&seen, update, Kind::Delete).unwrap().at;
        let told = all(&seen, Kind::Told);
        let mut who: Vec<u32> = told.iter().map(|e| e.arg).chain([own]).collect();
        who.sort_unstable();
        assert_eq!(who, [0, 1, 2, 3]);
        assert!(told.iter().all(|e| e.at == deleted + ms(1.5) && e.who == update));
        assert_eq!((count(&seen, Kind::Untold), count(&seen, Kind::Outdated)), (0, 0), "{seed}");
    }
}

/// A lost message leaves the old value for the rest of the copy's TTL, and no longer:
/// every answer of the other processes is too old whose reader was sent after the
/// confirmation, until each one's copy expires.
#[test]
fn lost_word_leaves_the_old_value_until_its_ttl() {
    for seed in SEEDS {
        let seen = events(&preset("l1-word-lost", &[]), seed);
        let update = all(&seen, Kind::Write)[0].who;
        let confirmed = of(&seen, update, Kind::Ok).unwrap().at;
        assert_eq!((count(&seen, Kind::Told), count(&seen, Kind::Untold)), (0, 3));
        let process = |who| of(&seen, who, Kind::Arrive).unwrap().arg;
        let own = process(update);
        for p in (0..4).filter(|p| *p != own) {
            let copied =
                all(&seen, Kind::LocalFill).into_iter().find(|e| process(e.who) == p).unwrap();
            let until = copied.at + ms(4000.0);
            let misled: Vec<u32> = all(&seen, Kind::Outdated)
                .iter()
                .map(|e| e.who)
                .filter(|who| process(*who) == p)
                .collect();
            let expected: Vec<u32> = all(&seen, Kind::LocalHit)
                .iter()
                .filter(|e| process(e.who) == p && e.at < until)
                .filter(|e| of(&seen, e.who, Kind::Send).unwrap().at > confirmed)
                .map(|e| e.who)
                .collect();
            assert_eq!(misled, expected);
            assert!(misled.len() > 100);
        }
        assert!(all(&seen, Kind::Outdated).iter().all(|e| process(e.who) != own));
    }
}

/// So many are lost as is said: of 40 runs with three messages each, at one half,
/// 60 ± 5.5.
#[test]
fn a_share_of_the_word_is_lost() {
    let lost =
        |seed| count(&events(&preset("l1-word", &[("local.lost", "0.5")]), seed), Kind::Untold);
    let sum: usize = SEEDS.map(lost).sum();
    assert!((43..=77).contains(&sum), "{sum}");
}

/// Who is away does not hear: the server is down when word comes to it, or a
/// process is dead when word would reach it.
#[test]
fn who_is_away_never_hears() {
    let untold = |event: &str| {
        let both = format!(r#"[{{"at_ms":1000,"do":"update"}},{{"at_ms":1040,"do":{event}}}]"#);
        let seen = events(&preset("l1-word", &[("events", &both)]), 1);
        (
            count(&seen, Kind::Told),
            all(&seen, Kind::Untold).iter().map(|e| e.arg).collect::<Vec<_>>(),
        )
    };
    assert_eq!(untold(r#"{"cache-outage":{"for_ms":100}}"#).1.len(), 3);
    let seen = events(&preset("l1-word", &[]), 1);
    let own = of(&seen, all(&seen, Kind::Write)[0].who, Kind::Arrive).unwrap().arg;
    let other = (own + 1) % 4;
    let crash = format!(r#"{{"crash":{{"process":{other},"for_ms":100}}}}"#);
    assert_eq!(untold(&crash), (2, vec![other]));
}

/// Whoever had asked before word came, and is answered after it, has the old value,
/// and it is not kept. (Names have versions, so the shared cache has no old value under
/// the new one; ways take 20 ± 18 ms, so word overtakes answers. Those who miss at the
/// beginning are still on their ways, and renew the copy as they come back.)
#[test]
fn what_was_asked_for_before_the_word_is_not_kept() {
    let mut overtaken = 0;
    for seed in SEEDS {
        let changes = [
            ("events", r#"[{"at_ms": 50, "do": "update"}]"#),
            ("writes.method", "versioned-keys"),
            ("network", r#"{"client_ms":0,"cache_ms":20,"jitter":0.9}"#),
            ("local.ttl_ms", "15"),
            ("db.query_ms", "1"),
            ("load.rate", "8000"),
            ("load.duration_ms", "250"),
        ];
        let seen = events(&preset("l1-word", &changes), seed);
        let mut by_request: BTreeMap<u32, BTreeMap<u8, Event>> = BTreeMap::new();
        for event in &seen {
            by_request.entry(event.who).or_default().insert(event.kind as u8, *event);
        }
        let at = |who: u32, kind: Kind| by_request[&who].get(&(kind as u8));
        let update = all(&seen, Kind::Write)[0].who;
        let new = value(&seen, update);
        let is_old = |ok: u32| ok < new || ok == Value::WARM.0;
        for told in all(&seen, Kind::Told) {
            for ok in all(&seen, Kind::Ok).iter().filter(|ok| is_old(ok.arg) && ok.who != update) {
                let here = at(ok.who, Kind::Arrive).is_some_and(|arrive| arrive.arg == told.arg);
                if let (Some(hit), true) = (at(ok.who, Kind::LocalHit), here) {
                    assert!(hit.at < told.at, "seed {seed}: {hit:?} after {told:?}");
                }
                let asked = at(ok.who, Kind::LocalMiss).is_some_and(|miss| miss.at < told.at);
                overtaken += usize::from(here && asked && ok.at > told.at);
            }
        }
    }
    assert!(overtaken >= 3, "{overtaken}");
}

/// A process that was started again has no copies.
#[test]
fn a_crash_empties_it() {
    let crash = r#"[{"at_ms":1500,"do":{"crash":{"process":0,"for_ms":100}}}]"#;
    let seen = events(&preset("l1", &[("events", crash), ("keys.count", "1")]), 1);
    let back = times(&seen, Kind::Start)[0];
    let here = |e: &&Event| {
        e.at.ms() > back && of(&seen, e.who, Kind::Arrive).is_some_and(|arrive| arrive.arg == 0)
    };
    let first = |kind| all(&seen, kind).iter().find(here).map_or(Nanos::MAX, |e| e.at);
    assert!(first(Kind::LocalMiss) < first(Kind::LocalHit));
    // It would have had a copy until 2 s: each is for one second.
    assert!(first(Kind::LocalMiss).ms() < 1650.0);
}

/// One key, in the shared cache for `ttl` and behind for `behind` milliseconds.
fn backed(changes: &[(&str, &str)]) -> Scenario {
    let base = [
        (
            "load",
            r#"{"executor": "constant-arrival-rate", "rate": 1000, "duration_ms": 4000, "arrivals": "paced"}"#,
        ),
        ("keys", r#"{"count": 1}"#),
        ("network", r#"{"client_ms": 2, "cache_ms": 0.5, "db_ms": 0}"#),
        ("cache.ttl_ms", "1500"),
        ("protect", r#"{"singleflight": true, "backup": true}"#),
        ("backup", r#"{"ttl_ms": 60000, "delay_ms": 5}"#),
        ("db.query_ms", "50"),
        ("events", "[]"),
    ];
    preset("backup", &[&base[..], changes].concat())
}

/// What has expired in front is found behind: 2 ms to the process, half a millisecond
/// to the cache and back, five behind and back, half to fill the cache and back, two to
/// the client; and nobody asks the database again.
#[test]
fn the_backup_spares_the_database() {
    let seen = events(&backed(&[]), 1);
    assert_eq!(count(&seen, Kind::Query), 1);
    let found = all(&seen, Kind::BackupHit);
    assert_eq!(found.len(), 2, "at 1.5 and at 3 s");
    for hit in found {
        let span =
            of(&seen, hit.who, Kind::Ok).unwrap().at - of(&seen, hit.who, Kind::Send).unwrap().at;
        assert_eq!(span.ms(), 2.0 + 1.0 + 10.0 + 1.0 + 2.0);
    }
}

/// Behind the answer: its reader need not wait for the millisecond that it takes to
/// fill the cache, but who comes meanwhile misses, and makes the trip again. At ten
/// requests in a millisecond somebody comes.
#[test]
fn who_comes_before_it_is_up_goes_again() {
    let crowd = [("load.rate", "10000"), ("load.duration_ms", "1700")];
    let seen = |behind| events(&backed(&[&crowd[..], &[("backup.behind", behind)]].concat()), 1);
    let (at_once, behind) = (seen("false"), seen("true"));
    assert_eq!(count(&at_once, Kind::BackupHit), 1);
    assert!(count(&behind, Kind::BackupHit) > 1);
    assert_eq!(count(&behind, Kind::Promote), count(&behind, Kind::BackupHit));
    assert_eq!(count(&behind, Kind::Promoted), count(&behind, Kind::Promote));
    let hit = all(&behind, Kind::BackupHit)[0];
    let span =
        of(&behind, hit.who, Kind::Ok).unwrap().at - of(&behind, hit.who, Kind::Send).unwrap().at;
    assert_eq!(span.ms(), 2.0 + 1.0 + 10.0 + 2.0);
}

/// Two seconds behind, a second and a half in front: what goes up with half a second
/// left is loaded again after two seconds; as a new value, after three.
#[test]
fn what_goes_up_has_what_is_left() {
    for (promote, again) in [("remaining", 2000.0), ("fresh", 3000.0)] {
        let seen = events(&backed(&[("backup.ttl_ms", "2000"), ("backup.promote", promote)]), 1);
        let asked = times(&seen, Kind::Query);
        // From the first fill on, which is 64 ms after the beginning; and each way to
        // what has expired takes up to 16 ms.
        assert!((again + 64.0..again + 96.0).contains(&asked[1]), "{promote}: {asked:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Three caches, and each keeps what it gets for what is left: no answer is older
    /// than the longest TTL, the time it took the value to get there, and the two
    /// milliseconds that a server's clock may be late.
    #[test]
    fn ages_do_not_add_up_in_three_tiers(
        local in 1u32..800, ttl in 20u32..800, behind in 20u32..1500, later: bool, seed in 0u64..1000,
    ) {
        let changes = [
            ("protect.local", "true"),
            ("fleet.processes", "2"),
            ("local.ttl_ms", &*local.to_string()),
            ("cache.ttl_ms", &ttl.to_string()),
            ("backup.ttl_ms", &behind.to_string()),
            ("backup.behind", if later { "true" } else { "false" }),
        ];
        let seen = events(&backed(&changes), seed);
        // Values are the numbers of their queries.
        let loaded = times(&seen, Kind::Answer);
        for ok in all(&seen, Kind::Ok) {
            let age = ok.at.ms() - loaded[ok.arg as usize - 1];
            let longest = f64::from(ttl.max(behind));
            // Filling the cache (1 ms), the way there (5 ms), from there (5 ms), up (1 ms),
            // and to the client (2.5 ms).
            prop_assert!(age <= longest + 2.0 + 14.5, "{age} of {longest}");
        }
    }
}

/// An error is not a miss: it is noted, the database is asked as if nothing stood in
/// between, and nothing is stored behind.
#[test]
fn a_backup_that_is_down_says_nothing() {
    let down = r#"[{"at_ms": 0, "do": {"backup-outage": {"for_ms": 20000}}}]"#;
    let seen = events(&backed(&[("events", down)]), 1);
    let without = events(&backed(&[("protect.backup", "false")]), 1);
    assert_eq!(count(&seen, Kind::Query), count(&without, Kind::Query));
    assert_eq!(count(&seen, Kind::BackupError), count(&seen, Kind::Query));
    assert_eq!(
        [Kind::BackupMiss, Kind::BackupHit, Kind::BackupFill].map(|kind| count(&seen, kind)),
        [0; 3]
    );
}

/// An update deletes what is behind before what is in front, so that nobody brings the
/// old value up again, however many read.
#[test]
fn an_update_deletes_from_behind() {
    for seed in 0..5 {
        let changes = [
            ("events", r#"[{"at_ms": 500, "do": "update"}, {"at_ms": 1000, "do": "clear-cache"}]"#),
            ("load.rate", "5000"),
            ("load.arrivals", "poisson"),
            ("load.duration_ms", "1500"),
        ];
        let seen = events(&backed(&changes), seed);
        assert!(count(&seen, Kind::Delete) == 1 && count(&seen, Kind::BackupHit) > 0);
        assert_eq!(count(&seen, Kind::Outdated), 0, "seed {seed}");
    }
}

/// When the shared cache is down, the same few at a time serve more from behind than
/// from the database: ten in 8 ms, not in 61.
#[test]
fn a_backup_helps_through_an_outage() {
    for seed in 0..5 {
        let refused = |name| count(&events(&preset(name, &[]), seed), Kind::Refuse);
        let (without, with) = (refused("backup-none"), refused("backup"));
        assert!(without > 300 && with * 20 < without, "{without} and {with}");
    }
}

/// All copies go at once: each process has none, and its next reader of each key finds
/// none.
#[test]
fn every_process_loses_its_copies() {
    let changes = [
        ("events", r#"[{"at_ms": 1500, "do": "clear-local"}]"#),
        ("local.ttl_ms", "60000"),
        ("cache.ttl_ms", "60000"),
    ];
    for seed in 0..5 {
        let seen = events(&preset("l1", &changes), seed);
        let cleared = all(&seen, Kind::LocalClear);
        let held = |e: &Event| {
            (of(&seen, e.who, Kind::Arrive).unwrap().arg, of(&seen, e.who, Kind::Send).unwrap().arg)
        };
        let before = all(&seen, Kind::LocalFill).into_iter().filter(|e| e.at < cleared[0].at);
        let copies: std::collections::BTreeSet<_> = before.map(|e| held(&e)).collect();
        assert_eq!((cleared.len(), cleared[0].arg as usize), (1, copies.len()), "seed {seed}");
        let after = |e: &Event| e.at > cleared[0].at;
        let hits = all(&seen, Kind::LocalHit);
        for hit in hits.iter().filter(|e| after(e)) {
            let fills = all(&seen, Kind::LocalFill);
            assert!(fills.iter().any(|e| after(e) && e.at <= hit.at && held(e) == held(hit)));
        }
    }
}

/// While every process has a copy of everything, nobody notices that the shared cache
/// is down; once they have lost them, everybody does: 400 a second for two seconds.
#[test]
fn copies_hide_an_outage_until_they_are_gone() {
    for seed in 0..10 {
        let [hides, emptied] =
            ["l1-hides", "l1-emptied"].map(|name| report(&preset(name, &[]), seed));
        assert_eq!(hides.errors, 0, "seed {seed}");
        // Poisson: 800 ± 28.
        assert!((700..=900).contains(&emptied.errors), "seed {seed}: {}", emptied.errors);
    }
}

/// Behind the answer nobody waits for the 10 ms that it takes to fill the cache; but
/// who asks that meanwhile finds nothing, and goes the long way again.
#[test]
fn a_value_goes_up_behind_the_answer() {
    for seed in 0..5 {
        let [first, behind] =
            ["backup-at-once", "backup-behind"].map(|name| events(&preset(name, &[]), seed));
        let spans = |seen: &[Event]| {
            let hits = all(seen, Kind::BackupHit);
            let span = |hit: &Event| {
                let sent = of(seen, hit.who, Kind::Send).unwrap().at;
                of(seen, hit.who, Kind::Ok).map_or(0.0, |ok| (ok.at - sent).ms())
            };
            hits.iter().map(span).collect::<Vec<f64>>()
        };
        // 2 to the process, 10 to the cache and back, 40 behind and back, 10 to fill the
        // cache, 2 to the client.
        assert!(spans(&first).iter().all(|span| *span == 64.0), "{:?}", spans(&first));
        assert!(spans(&behind).iter().all(|span| *span == 54.0));
        let (once, again) = (count(&first, Kind::BackupHit), count(&behind, Kind::BackupHit));
        assert!(again * 10 > once * 12, "seed {seed}: {once} and {again}");
    }
}
