//! What scripts can call says what it is documented to: caches in front and behind, and
//! places.

use stampede_sim::run::Run;
use stampede_sim::scenario::{Scenario, presets};
use stampede_sim::telemetry::{Kind, Recording};

const CHECK: &str = "
fn check(well) { if !well { fail(\"shed\"); } }
fn near(a, b) { math::max(a - b, b - a) < 0.001 }
";

/// Runs a script and says what of these happened, in order. All requests are answered.
fn kinds(scenario: &Scenario, body: &str, of: &[Kind]) -> Vec<Kind> {
    let source = format!("{CHECK}pub async fn get(key) {{\n{body}\n}}");
    let scenario = scenario.with("script.source", &source).unwrap();
    let mut run = Run::new(&scenario, &[], 1, Recording::Trace).unwrap();
    run.run_to_end();
    run.read(|tape| {
        let failed = tape.log.iter().find(|event| event.kind == Kind::Stopped);
        assert_eq!((tape.counters.errors(), failed), (0, None), "{source}");
        tape.log.iter().map(|event| event.kind).filter(|kind| of.contains(kind)).collect()
    })
}

fn alone() -> Scenario {
    let alone = presets::find("demo-without-singleflight").unwrap();
    alone.with("load.requests", "1").unwrap().with("network.jitter", "0").unwrap()
}

#[test]
fn copies_of_the_process() {
    let body = "
        check(local::get(key).is_none() && local::ttl(key).is_none());
        let value = db::load(key).await;
        local::set(key, value, 50);
        check(local::get(key) == Some(value) && local::ttl(key) == Some(50.0));
        check(!local::add(key, value, 90));
        sleep(49).await;
        check(local::ttl(key) == Some(1.0));
        sleep(1).await;
        check(local::get(key).is_none());
        check(local::add(key, value, 90) && local::ttl(key) == Some(90.0));
        local::delete(key);
        check(local::ttl(key).is_none());
        // \"There is no such thing\" is not kept.
        local::set(key, db::nothing(), 50);
        check(local::ttl(key).is_none());
        value";
    use Kind::{LocalFill, LocalHit, LocalMiss};
    let seen = kinds(&alone(), body, &[LocalFill, LocalHit, LocalMiss]);
    assert_eq!(seen, [LocalMiss, LocalFill, LocalHit, LocalMiss, LocalFill]);
}

/// Word of an update reaches the copies of a script, and one that was asked for before
/// is not kept after it.
#[test]
fn copies_of_the_process_hear_of_updates() {
    let word = presets::find("l1-word").unwrap().with("protect.local", "false").unwrap();
    let body = "
        if let Some(value) = local::get(key) { return value; }
        let value = db::load(key).await;
        local::set(key, value, 60000);
        value";
    let seen = kinds(&word, body, &[Kind::Told]);
    assert_eq!(seen.len(), 3, "the other processes are told");
    let seen = kinds(&word, "db::load(key).await", &[Kind::Told, Kind::Untold]);
    assert_eq!(seen, [], "whoever keeps none is told nothing");
}

#[test]
fn the_cache_behind() {
    let behind = alone().with("protect.backup", "true").unwrap();
    let body = "
        check(backup::get(key).await.is_none());
        let value = db::load(key).await;
        let asked = now();
        backup::set(key, value, 1000).await;
        check(near(now() - asked, setting(\"backup.delay_ms\")));
        check(backup::get(key).await == Some(value));
        check(near(now() - asked, 3.0 * setting(\"backup.delay_ms\")));
        let left = backup::ttl(key).await.unwrap();
        check(left > 980.0 && left <= 981.0);
        check(!backup::add(key, value, 1000).await);
        backup::delete(key).await;
        check(backup::ttl(key).await.is_none());
        check(backup::add(key, value, 1000).await);
        match backup::try_entry(key).await {
            Ok(Some(entry)) => {
                check(entry.value() == value);
                check(near(entry.delta(), 2.0 * setting(\"backup.delay_ms\")));
                check(entry.fresh_for() > 985.0 && entry.fresh_for() <= 986.0);
            }
            _ => fail(\"shed\"),
        }
        value";
    use Kind::{BackupFill, BackupHit, BackupMiss};
    let seen = kinds(&behind, body, &[BackupFill, BackupHit, BackupMiss]);
    assert_eq!(seen, [BackupMiss, BackupFill, BackupHit, BackupFill, BackupHit]);
}

#[test]
fn how_long_the_cache_has_something() {
    let body = "
        let value = db::load(key).await;
        check(local::good_for(value) > 1.0e9);
        cache::set(key, value, 1000).await;
        let left = cache::ttl(key).await.unwrap();
        check(left > 980 && left <= 1000);
        check(local::good_for(value) > 980.0 && local::good_for(value) <= 1001.0);
        value";
    kinds(&alone(), body, &[]);
}

/// Of a hundred who come within 40 ms and stay for 50, five are in at a time, and
/// everybody gets a place.
#[test]
fn only_so_many_places() {
    let herd = presets::find("demo-without-singleflight").unwrap();
    let body = "
        let place = places::enter(\"five\", 5, 60000).await;
        check(place.is_some() && counter::add(\"in\", 1) <= 5);
        check(places::enter(\"none\", 0, 10).await.is_none());
        sleep(40).await;
        counter::add(\"in\", -1);
        drop(place);
        db::nothing()";
    let full = kinds(&herd, body, &[Kind::Full]).len();
    assert_eq!(full, 95 + 100);
}

/// Whoever misses first may load; the others are told to wait, and one of them may when
/// the right has not been used in time. Without a cache nobody is told to wait.
#[test]
fn who_may_load() {
    let body = "
        check(!cache::must_wait());
        check(cache::lease(key).await.is_none());
        let first = counter::add(\"asked\", 1) == 1;
        check(cache::must_wait() != first);
        sleep(200).await;
        check(cache::look(key).await.is_none());
        // Whoever has the right does not ask for it again.
        let second = !first && !cache::must_wait();
        check(!second || counter::add(\"second\", 1) == 1);
        // The first is too late for that, and the others were told not to.
        cache::set(key, db::load(key).await, 60000).await;
        sleep(200).await;
        check(cache::lease(key).await.is_some());
        db::nothing()";
    let herd = presets::find("demo-without-singleflight").unwrap();
    let herd = herd.with("lease.hold_ms", "150").unwrap().with("db.pool", "100").unwrap();
    let seen = kinds(&herd, body, &[Kind::Lease, Kind::Fill, Kind::Reject]);
    let count = |kind| seen.iter().filter(|one| **one == kind).count();
    assert_eq!((count(Kind::Lease), count(Kind::Fill), count(Kind::Reject)), (2, 1, 99));
    let none = alone().with("cache.enabled", "false").unwrap();
    let body = "
        check(cache::lease(key).await.is_none() && !cache::must_wait());
        db::load(key).await";
    kinds(&none, body, &[]);
}

#[test]
fn how_many_places_are_taken() {
    let body = "
        check(places::taken(\"two\") == 0);
        let one = places::enter(\"two\", 2, 0).await;
        check(places::taken(\"two\") == 1 && places::taken(\"other\") == 0);
        let other = places::enter(\"two\", 2, 0).await;
        check(places::enter(\"two\", 2, 0).await.is_none() && places::taken(\"two\") == 2);
        drop(one);
        check(places::taken(\"two\") == 1);
        db::nothing()";
    kinds(&alone(), body, &[]);
}

/// Downwards, so that what is counted in steps has them equally long on both sides of 0.
#[test]
fn whole_numbers() {
    let body = "
        check(math::whole(2.9) == 2 && math::whole(-0.1) == -1 && math::whole(7) == 7);
        check(math::whole(1.0e300) > 0 && math::whole(0.0 / 0.0) == 0);
        db::nothing()";
    kinds(&alone(), body, &[]);
}

/// Who does not queue for a connection has waited for 0 ms. What is asked has to answer.
#[test]
fn who_has_waited_too_long() {
    let one = presets::find("demo-without-singleflight").unwrap();
    let one = one.with("db.pool", "1").unwrap().with("load.requests", "3").unwrap();
    let body = "
        let begun = now();
        let asked = |waited| {
            check(waited >= 0.0 && near(waited, now() - begun));
            counter::add(\"asked\", 1) == 2
        };
        match db::try_load_unless(key, asked).await {
            Ok(value) => counter::add(\"ok\", 1),
            Err(error) => check(error.reason() == \"shed\"),
        }
        // It is asked no more.
        let value = db::load(key).await;
        check(counter::get(\"asked\") <= 3);
        value";
    let seen = kinds(&one, body, &[Kind::Refuse, Kind::Leave]);
    assert_eq!(seen, [Kind::Leave, Kind::Refuse]);
    let source = "pub async fn get(key) {\n    db::try_load_unless(key, |waited| 7).await\n}";
    let mut run = Run::new(
        &alone().with("script.source", source).unwrap(),
        &[],
        1,
        Recording::Trace,
    )
    .unwrap();
    run.run_to_end();
    run.read(|tape| {
        assert!(tape.log.iter().any(|event| event.kind == Kind::Stopped));
    });
}

/// How long a value is kept is in the log, and it is kept so long.
#[test]
fn how_long_a_value_is_kept() {
    let body = "
        let value = db::load(key).await;
        cache::keep(key, value, 1500).await;
        let left = cache::ttl(key).await.unwrap();
        check(left > 1480 && left <= 1500);
        value";
    assert_eq!(kinds(&alone(), body, &[Kind::Keep, Kind::Fill]), [Kind::Keep, Kind::Fill]);
}
