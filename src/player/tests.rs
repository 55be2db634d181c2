//! What a playhead does over whole runs.

use std::collections::BTreeSet;

use stampede_sim::scenario::{Action, Deed, Scenario};
use stampede_sim::telemetry::event::Does;
use stampede_sim::telemetry::{Counters, Event, Kind, Log};

use super::*;
use stampede_picture::station::Spot;

fn finished(link: &Link) -> Player {
    let mut player = Player::new(link).unwrap();
    while !player.is_complete() {
        player.tick(0.0);
    }
    player
}

#[test]
fn plays_to_the_end_and_stops() {
    let mut player = finished(&Link::default());
    player.play(true);
    let mut frames = 0;
    while player.tick(0.016) {
        frames += 1;
        assert!(frames < 10_000);
    }
    assert_eq!(player.at(), player.end());
    assert!(!player.is_playing());
    let end = player.end();
    let calls: Vec<u64> =
        (0..2).map(|i| player.lanes[i].reading(end).counters.db_calls()).collect();
    assert_eq!(calls, [100, 1]);
    // The first visitor sees it all within about ten seconds.
    assert!((5.0..12.0).contains(&(f64::from(frames) * 0.016)), "{frames} frames");
    player.play(true);
    assert_eq!(player.at(), Nanos::ZERO, "from the end, it starts over");
}

#[test]
fn what_is_too_large_to_show_is_refused() {
    let checked = |run: &str| Link::read(run).and_then(|link| check(&link));
    assert_eq!(
        checked("v=1&load.requests=2500001&client.retries=1").unwrap_err().to_string(),
        "load.requests: this run would send about 5,000,002 requests; allowed are 5,000,000 in one run"
    );
    assert!(checked("v=1&load.requests=5000000").is_ok());
    // What somebody does counts, too: in that lane, and with every retry.
    let run = "v=1&load.requests=800000&b.load.requests=800001&client.retries=4";
    let mut link = Link::read(run).unwrap();
    let burst = |requests| Action { at_ms: 1.0, deed: Deed::Burst { requests, spread_ms: 0.0 } };
    link.lanes[1].actions = vec![burst(100_000), burst(99_999)];
    assert_eq!(check(&link), Ok(()));
    link.lanes[1].actions[1] = burst(100_000);
    assert_eq!(
        check(&link).unwrap_err().to_string(),
        "b.actions[1].do.burst.requests: this run would send about 5,000,005 requests; allowed are 5,000,000 in one run"
    );
}

/// Steps visit every instant at which something happens, in both
/// directions.
#[test]
fn stepping_back_undoes_stepping() {
    let mut player = finished(&Link::default());
    let mut forward = vec![player.at()];
    while player.lanes.iter().any(|lane| lane.next_event(player.at()).is_some()) {
        player.step();
        forward.push(player.at());
    }
    assert!(forward.is_sorted() && forward.len() > 500);
    for at in forward.iter().rev().skip(1) {
        player.step_back();
        assert_eq!(player.at(), *at);
    }
}

/// The moments of the first figure, and jumping from one to the next.
#[test]
fn moments_are_visited_in_order() {
    let mut player = finished(&Link::default());
    let moments = player.moments();
    let whats: Vec<_> = moments.iter().map(|(m, lane)| (m.what, *lane)).collect();
    // The first to reach the cache misses in both lanes at the same instant.
    let first = whats.iter().find(|(what, _)| matches!(what, What::FirstMiss(_))).copied();
    let Some((What::FirstMiss(who), 0)) = first else { panic!("{whats:?}") };
    assert!(whats.contains(&(What::FirstMiss(who), 1)));
    assert!(whats.iter().any(|(what, lane)| matches!(what, What::FirstQueued(_, 0)) && *lane == 0));
    assert!(whats.iter().any(|(what, lane)| matches!(what, What::FirstFollower(..)) && *lane == 1));
    assert_eq!(whats.iter().filter(|(what, _)| *what == What::Diverged).count(), 1);
    let mut visited = Vec::new();
    for _ in 0..moments.len() {
        player.next_moment();
        visited.push(player.at());
    }
    assert!(visited.is_sorted());
    let mut instants: Vec<Nanos> = moments.iter().map(|(m, _)| m.at).collect();
    instants.dedup();
    assert!(instants.iter().all(|at| visited.contains(at)));
    player.seek(player.end());
    for at in instants.iter().rev() {
        player.previous_moment();
        assert_eq!(player.at(), *at);
    }
}

/// Whoever asks for a moment before it is known which there are gets there
/// when it is; not to as far as it had been computed.
#[test]
fn a_moment_is_worth_waiting_for() {
    let link = Link::read("v=1&load.requests=20000").unwrap();
    let mut known = finished(&link);
    let mut asked = Player::new(&link).unwrap();
    assert!(!asked.is_complete());
    for player in [&mut known, &mut asked] {
        player.next_moment();
        player.next_moment();
        player.next_moment();
        player.previous_moment();
    }
    assert_eq!(asked.at(), Nanos::ZERO);
    while !asked.is_complete() {
        asked.tick(0.1);
    }
    assert_eq!(asked.at(), known.at());
    assert!(Nanos::ZERO < asked.at() && asked.at() < asked.end());
    // Whoever went elsewhere meanwhile stays there.
    let mut left = Player::new(&link).unwrap();
    left.next_moment();
    left.step();
    let there = left.at();
    while left.tick(0.0) {}
    assert_eq!(left.at(), there);
}

/// However far a run is computed when it is looked at, a request is
/// somewhere, exactly once.
#[test]
fn everybody_is_somewhere() {
    let mut player = finished(&Link::default());
    let end = player.end().0;
    for i in 0..200 {
        let at = Nanos(end * i / 200);
        for lane in &mut player.lanes {
            let Reading { counters, places, .. } = lane.reading(at);
            assert_eq!(places.sum(), counters.waiting(), "at {at}");
        }
    }
}

/// A fork without an action is the same run; with one, it parts where the
/// action is.
#[test]
fn a_fork_parts_where_something_is_done() {
    let mut link = Link::default();
    link.lanes.push(link.lanes[0].clone());
    let player = finished(&link);
    assert_eq!(player.bases, [0, 0, 0]);
    assert_eq!(player.lanes[0].log_hash(), player.lanes[2].log_hash());
    assert!(!player.moments().iter().any(|(m, lane)| m.what == What::Diverged && *lane == 2));

    let deed = Deed::DbOutage { for_ms: 20.0 };
    link.lanes[2].actions.push(Action { at_ms: 40.0, deed });
    link.lanes.push(link.lanes[1].clone());
    let player = finished(&link);
    assert_eq!(player.bases, [0, 0, 0, 1]);
    let parts: Vec<_> = (player.moments().iter())
        .filter(|(m, _)| m.what == What::Diverged)
        .map(|(m, lane)| (m.at.ms(), *lane))
        .collect();
    assert_eq!(parts.len(), 2);
    assert!(parts.contains(&(40.0, 2)), "{parts:?}");
}

/// Speeds from a ten-thousandth up to as fast as it computes; a link's
/// speed is taken to the nearest one below.
#[test]
fn speeds() {
    assert_eq!(SPEEDS[0], 100_000, "1 s here = 0.1 ms there");
    assert!(SPEEDS.is_sorted() && SPEEDS[DEFAULT_SPEED] == 30_000_000);
    let speed = |ms| {
        let player = Player::new(&Link { speed: Some(ms), ..Link::default() }).unwrap();
        player.speed_ms()
    };
    assert_eq!((speed(0.0), speed(20.0), speed(25.0), speed(1e9)), (0.0, 20.0, 20.0, 60_000.0));
    let mut player = finished(&Link { speed: Some(0.0), ..Link::default() });
    player.play(true);
    assert!(!player.tick(0.001), "it is computed, so it is over at once");
    assert_eq!(player.at(), player.end());
    assert!(!player.is_late());
}

/// A playhead that is faster than the computation waits, and says so.
#[test]
fn a_run_that_cannot_keep_up_says_so() {
    let link = Link::read("v=1&load.requests=100000&speed=60000").unwrap();
    let mut player = Player::new(&link).unwrap();
    player.play(true);
    let mut late = 0;
    while player.tick(0.016) {
        late += u32::from(player.is_late());
        assert!(player.at() <= player.lanes.iter().map(Lane::computed).min().unwrap());
    }
    assert!(late > 3, "{late}");
}

/// A picture that takes most of the time in which it could be computed stands
/// until it is; where the playhead is asked to go, it is then.
#[test]
fn a_crowd_stands_until_it_is_computed() {
    for speed in ["60000", "0"] {
        let link = Link::read(&format!("v=1&load.requests=30000&speed={speed}")).unwrap();
        let mut player = Player::new(&link).unwrap();
        player.play(true);
        let mut stood = BTreeSet::new();
        while !player.is_complete() {
            player.tick(0.016);
            if player.lanes[0].is_crowded() && player.is_late() {
                stood.insert(player.at());
            }
        }
        assert_eq!(stood.len(), 1, "{speed}");
        player.tick(0.016);
        assert!(!player.is_late() && !stood.contains(&player.at()));
    }
    let mut player = Player::new(&Link::read("v=1&load.requests=30000").unwrap()).unwrap();
    let far = finished(&Link::read("v=1&load.requests=30000").unwrap()).end();
    player.seek_ahead(far);
    while player.tick(0.016) {}
    assert_eq!(player.at(), far);
}

/// Part by part, and whatever it was doing.
#[test]
fn what_is_replaced_is_taken_apart() {
    let mut player = Player::new(&Link::read("v=1&load.requests=100000").unwrap()).unwrap();
    player.tick(0.016);
    let parts = (1..).find(|_| player.dismiss()).unwrap();
    assert!(parts > 1, "{parts}");
}

/// Who queues for a connection, who is at the database, and how many are in
/// the system with a client that waits: counted from the log alone.
fn counted(log: &Log, at: Nanos) -> (BTreeSet<u32>, BTreeSet<u32>, usize) {
    let (mut queueing, mut querying, mut clients) = (BTreeSet::new(), BTreeSet::new(), 0);
    for Event { kind, who, .. } in log.iter().take_while(|event| event.at <= at) {
        match kind {
            Kind::Send | Kind::Retry => clients += 1,
            Kind::Ok | Kind::Error | Kind::Fail => clients -= 1,
            Kind::Queue => drop(queueing.insert(who)),
            Kind::Leave => drop(queueing.remove(&who)),
            Kind::Query => {
                queueing.remove(&who);
                querying.insert(who);
            }
            Kind::Answer | Kind::Abandon => drop(querying.remove(&who)),
            _ => {}
        }
    }
    (queueing, querying, clients)
}

/// The numbers at the stations are those of the dots on stage, and both are
/// what the log says.
#[test]
fn numbers_count_the_dots() {
    let mut seen = [0; 4];
    for preset in ["layered", "metastable", "followers-eat-memory", "leader-leaves"] {
        let mut player = finished(&Link::pair(preset, "lock-convoy"));
        let end = player.end().0;
        for lane in &mut player.lanes {
            // Back and forth.
            for share in [0, 300, 301, 302, 200, 500, 450, 900, 999, 100] {
                let at = Nanos(end * share / 1000);
                let places = lane.reading(at).places;
                let (queueing, querying, clients) = lane.read(|log, _| counted(log, at));
                let (mut in_queue, mut at_database) = (BTreeSet::new(), BTreeSet::new());
                let (mut dots, mut ghosts, mut with_client) = (0, 0, 0);
                lane.on_stage(at, |scene, _| {
                    if scene.is_over() {
                        return;
                    }
                    dots += 1;
                    with_client += usize::from(!scene.alone && !scene.refresh);
                    match scene.event.kind {
                        Kind::Queue => drop(in_queue.insert(scene.who)),
                        Kind::Query => drop(at_database.insert(scene.who)),
                        _ => ghosts += u64::from(scene.alone && !scene.refresh),
                    }
                });
                let place = format!("{preset} at {at}");
                assert_eq!(places.sum(), dots, "{place}");
                assert_eq!(places[Spot::Alone], ghosts, "{place}");
                assert_eq!(places[Spot::Queueing], queueing.len() as u64, "{place}");
                assert_eq!(places[Spot::Querying], querying.len() as u64, "{place}");
                assert_eq!((in_queue, at_database), (queueing, querying), "{place}");
                assert_eq!(with_client, clients, "{place}");
                let here = [ghosts, places[Spot::Queueing], places[Spot::Querying], clients as u64];
                seen.iter_mut().zip(here).for_each(|(seen, here)| *seen += here);
            }
        }
    }
    assert!(seen.iter().all(|seen| *seen > 0), "{seen:?}: not all of it was there");
}

/// Who works for another request that waits is told apart, on the stage and in the
/// numbers: those of whom the log says that they have begun and not ended, but for those
/// who stand at the database or queue for it.
#[test]
fn errands_are_told_apart() {
    for (preset, born, other) in [
        ("shop-benchmark-with", Kind::Part, Spot::Refreshing),
        ("edge-pops", Kind::Fetch, Spot::Refreshing),
        ("refresh-per-reader-flawed", Kind::Refresh, Spot::Errand),
    ] {
        let mut player = finished(&Link::pair(preset, preset));
        let lane = &mut player.lanes[0];
        let begun: Vec<Nanos> = lane.read(|log, _| {
            log.iter().filter(|event| event.kind == born).map(|event| event.at).collect()
        });
        assert!(begun.len() > 10, "{preset}");
        let mut seen = 0;
        for at in begun.into_iter().step_by(7).map(|at| at + Nanos(2_000_000)) {
            let counted = lane.read(|log, _| {
                let mut open = BTreeSet::new();
                for event in log.iter().take_while(|event| event.at <= at) {
                    match event.kind {
                        kind if kind == born || kind == Kind::Answer => open.insert(event.who),
                        Kind::Queue | Kind::Query => open.remove(&event.who),
                        kind if kind.traits().does == Does::Ends => open.remove(&event.who),
                        _ => false,
                    };
                }
                let begun = log.iter().filter(|event| event.kind == born);
                begun.filter(|event| open.contains(&event.who)).count() as u64
            });
            let mut dots = 0;
            lane.on_stage(at, |scene, _| {
                let stands = matches!(scene.event.kind, Kind::Queue | Kind::Query);
                dots += u64::from(scene.errand && !scene.is_over() && !stands);
            });
            let places = lane.reading(at).places;
            assert_eq!(places[other], 0, "{preset} at {at}");
            let behind = born == Kind::Refresh;
            let spot = if behind { Spot::Refreshing } else { Spot::Errand };
            assert_eq!(
                (places[spot], dots),
                (counted, if behind { 0 } else { counted }),
                "{preset} at {at}"
            );
            seen += counted;
        }
        // A refresh stands at the database all the while.
        assert!(seen > 0 || born == Kind::Refresh, "{preset}");
    }
}

/// Back and forth over the marks of a long run, the numbers are those of a
/// reading that came from nowhere.
#[test]
fn numbers_do_not_depend_on_the_way() {
    let link = Link::read("v=1&load.requests=40000&b.load.requests=300").unwrap();
    let mut player = finished(&link);
    assert!(player.lanes[0].read(|log, _| log.len()) > 200_000);
    let end = player.end().0;
    for share in [900, 100, 500, 499, 999, 300, 0, 700, 1000] {
        let at = Nanos(end * share / 1000);
        for (lane, other) in player.lanes.iter_mut().zip(&link.lanes) {
            let scenario = Scenario::clone(&lane.scenario);
            let mut new = Lane::new(scenario, &other.actions, link.seed).unwrap();
            while !new.compute(u64::MAX) {}
            assert_eq!(lane.reading(at), new.reading(at), "at {at}");
        }
    }
}

/// The lines of the code at which requests wait, and who.
#[test]
fn lines_are_lit_where_requests_wait() {
    let mut player = finished(&Link::default());
    player.watch(1);
    while player.tick(0.0) {}
    let lit = |player: &mut Player, ms: f64| -> Vec<(String, usize)> {
        let lines = player.lanes[1].lit(Nanos::from_ms(ms));
        lines.into_iter().map(|line| (line.file.to_owned(), line.who.len())).collect()
    };
    let middle = [("singleflight.rs".to_owned(), 100), ("source.rs".to_owned(), 1)];
    let mut found = lit(&mut player, 60.0);
    found.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    assert_eq!(found, middle);
    // On their way to the cache and back; then over; then back in time.
    assert_eq!(lit(&mut player, 10.0)[0].0, "store.rs");
    let end = player.end().ms();
    assert_eq!(lit(&mut player, end), []);
    assert_eq!(lit(&mut player, 60.0).len(), 2);
}

#[test]
fn an_action_changes_only_what_comes_after_it() {
    let before = finished(&Link::default());
    let mut link = Link::default();
    link.lanes[1].actions =
        vec![Action { at_ms: 50.0, deed: Deed::Burst { requests: 10, spread_ms: 0.0 } }];
    let mut after = finished(&link);
    assert_eq!(before.lanes[0].log_hash(), after.lanes[0].log_hash());
    let end = after.end();
    let reading = after.lanes[1].reading(end);
    assert_eq!(reading.counters.requests(), 110);
}

/// Where not every request has a dot, the numbers and what the stations show
/// are those of all, and the dots are those that they would be anyway.
#[test]
fn some_dots_and_all_numbers() {
    for preset in ["layered", "metastable", "four-processes-lock", "followers-eat-memory"] {
        let scenario = stampede_sim::scenario::presets::find(preset).unwrap();
        let lane = |every| {
            let mut lane = Lane::tracing(every, scenario.clone(), &[], 1).unwrap();
            while !lane.compute(1_000) {}
            lane
        };
        let (mut all, mut some) = (lane(1), lane(5));
        assert_eq!(all.log_hash(), some.log_hash());
        assert_eq!((all.end(), all.moments()), (some.end(), some.moments()));
        let (end, step) = (all.end().0, some.reading(Nanos::ZERO).step.0);
        for share in [300, 900, 301, 0, 999, 500, 1001] {
            let at = end * share / 1000;
            // At the end of a step, or of the run.
            let at = if share > 1000 { at } else { at / step * step };
            let as_of = if share > 1000 { at } else { at.saturating_sub(1) };
            let found = some.reading(Nanos(at));
            let expected = all.reading(Nanos(if at == 0 { 0 } else { as_of }));
            if at == 0 {
                assert_eq!(found.counters, Counters::default());
                continue;
            }
            let numbers = |r: &Reading| (r.counters, r.places, r.p50, r.p99, r.max);
            assert_eq!(numbers(&found), numbers(&expected), "{preset} at {at}");
            let now = all.reading(Nanos(at));
            let stations = |r: &Reading| (r.freshness, r.lock, r.breakers.clone(), r.up.clone());
            assert_eq!(stations(&found), stations(&now), "{preset} at {at}");
            let dots = |lane: &Lane, every: u32| {
                let mut dots = Vec::new();
                lane.on_stage(Nanos(at), |scene, until| {
                    if scene.who.is_multiple_of(every) {
                        dots.push((scene.who, scene.event, scene.after, until));
                    }
                });
                dots
            };
            assert_eq!(dots(&all, 5), dots(&some, 1), "{preset} at {at}");
        }
    }
}

/// So many requests that some must do without a dot.
#[test]
fn dots_are_for_half_a_million_at_most() {
    let every = |requests: &str| {
        let link = Link::read(&format!("v=1&load.requests={requests}&b.load.requests=1")).unwrap();
        let mut lane = Lane::new(link.scenarios().unwrap().remove(0), &[], 1).unwrap();
        lane.reading(Nanos::ZERO).every
    };
    let found = ["500000", "500001", "1000000", "1000001", "5000000"].map(every);
    assert_eq!(found, [1, 2, 2, 3, 10]);
    // Of requests that are dealt out in turn every tenth comes to half of four
    // processes.
    let link = Link::read("v=1&load.requests=5000000&fleet.processes=4").unwrap();
    let mut lane = Lane::new(link.scenarios().unwrap().remove(0), &[], 1).unwrap();
    assert_eq!(lane.reading(Nanos::ZERO).every, 11);
}

/// Whatever a link asks for, no more requests wait at once than there is memory
/// for.
#[test]
fn a_run_that_would_fill_the_memory_is_given_up() {
    let link =
        Link::read("v=1&a=demo-without-singleflight&load.requests=2200000&b.load.requests=1")
            .unwrap();
    let mut player = finished(&link);
    let end = player.end();
    let reading = player.lanes[0].reading(end);
    assert!(reading.cut && (1_990_000..2_020_000).contains(&reading.counters.waiting()));
    assert!(!player.lanes[1].reading(end).cut);
}

/// Who is still on the way to a process takes memory, too.
#[test]
fn a_run_whose_network_would_fill_the_memory_is_given_up() {
    let link = Link::read(
        "v=1&a=demo-without-singleflight&load.requests=2200000&b.load.requests=1&network.client_ms=9",
    )
    .unwrap();
    let mut player = finished(&link);
    let reading = player.lanes[0].reading(Nanos::ZERO);
    assert!(reading.cut && reading.counters.waiting() == 0);
    assert!(!player.lanes[1].reading(Nanos::ZERO).cut);
}
