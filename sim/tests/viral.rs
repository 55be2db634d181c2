//! The viral post: a told story, and what the model makes of it. Nothing is
//! scripted in it but the load, the expiry and the system's numbers.

use crate::common;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use common::{preset, seeds};
use stampede_sim::chronicle::Chronicle;
use stampede_sim::engine::Nanos;
use stampede_sim::run::Run;
use stampede_sim::scenario::{Action, Deed, Scenario, Switch};
use stampede_sim::telemetry::{Kind, Recording, Report};

/// How long an entry lives (s).
const TTL: f64 = 300.0;

/// When the steps of the story come, in seconds after the first entry has expired.
#[derive(Debug)]
struct Story {
    /// Those who wait have 50 GB of the fleet's memory.
    memory: f64,
    /// Somebody finds no connection free.
    pool: f64,
    /// Half of the processes have died.
    cluster: f64,
    /// Sent, and answered with a value, from a while after that until the end, by
    /// minute from the seventh on.
    sent: Vec<u32>,
    ok: Vec<u32>,
    report: Report,
}

fn play(scenario: &Scenario, actions: &[Action], seed: u64) -> Story {
    let run = Run::new(scenario, actions, seed, Recording::Trace).unwrap();
    let mut chronicle = Chronicle::new(run, 10);
    let (mut inside, mut crashes) = (0i64, 0);
    let [mut memory, mut pool, mut cluster] = [f64::NAN; 3];
    let (mut sent, mut ok) = (vec![0; 20], vec![0; 20]);
    let mut expiry = f64::INFINITY;
    let full = (50e9 / (scenario.fleet.request_kb * 1e3)) as i64;
    let done = chronicle.run_until(Nanos::MAX, u64::MAX, |event, _| {
        let at = event.at.secs();
        let since = at - expiry;
        let first = |step: &mut f64| {
            if step.is_nan() {
                *step = since;
            }
        };
        let minute = (at / 60.0) as usize;
        match event.kind {
            Kind::Send => sent[minute] += 1,
            Kind::Arrive => inside += 1,
            Kind::Ok | Kind::Error => {
                inside -= 1;
                ok[minute] += u32::from(event.kind == Kind::Ok);
            }
            // Not what little there was in the first seconds.
            Kind::Queue if at > expiry => first(&mut pool),
            Kind::Fill => expiry = expiry.min(at + TTL),
            Kind::Crash => {
                crashes += 1;
                if crashes == scenario.fleet.processes / 2 {
                    first(&mut cluster);
                }
            }
            _ => {}
        }
        if inside > full {
            first(&mut memory);
        }
    });
    assert!(done);
    let report = chronicle.read(|tape| Report::of(tape, "viral", seed));
    Story { memory, pool, cluster, sent, ok, report }
}

/// One run for each seed, on as many threads as there are cores.
fn stories(scenario: &Scenario, seeds: u64) -> Vec<Story> {
    let (next, told) = (AtomicU64::new(1), Mutex::new(Vec::new()));
    let teller = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed > seeds {
                break;
            }
            let story = play(scenario, &[], seed);
            told.lock().unwrap().push(story);
        }
    };
    std::thread::scope(|scope| {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        (0..cores).for_each(|_| drop(scope.spawn(teller)));
    });
    told.into_inner().unwrap()
}

/// T+310, T+320 and T+330, each within 30 % of the time since the first expiry; and
/// it stays down.
fn is_told(story: &Story) {
    let Story { memory, pool, cluster, sent, ok, .. } = story;
    assert!((7.0..13.0).contains(memory), "{story:?}");
    assert!((14.0..26.0).contains(pool), "{story:?}");
    assert!((21.0..39.0).contains(cluster), "{story:?}");
    assert!(memory < pool && pool < cluster, "in order: {story:?}");
    // Its views double in a minute or so; then nothing
    // is answered any more, though hardly anybody asks.
    assert!(sent[4] > 4 * sent[2], "it grows: {sent:?}");
    let (asked, had): (u32, u32) = (sent[7..15].iter().sum(), ok[7..15].iter().sum());
    assert!(had * 20 < asked, "it stays down: {sent:?} {ok:?}");
    assert!(sent[13] * 50 < sent[4], "few ask: {sent:?}");
}

#[test]
fn the_chain_arises_by_itself() {
    let stories = stories(&preset("viral-post", &[]), seeds(20));
    assert_eq!(stories.len() as u64, seeds(20));
    stories.iter().for_each(is_told);
}

/// In small: somebody restarts the database at T+420 and switches a patient lock on, and
/// another look into the cache behind it. To wait is not enough, and to restart the
/// database is not, either.
#[test]
fn until_somebody_acts() {
    let scenario =
        preset("viral-small", &[("load.duration_ms", "600000"), ("lock.wait_ms", "60000")]);
    let at_ms = 420_000.0;
    let restart = Action { at_ms, deed: Deed::DbOutage { for_ms: 5_000.0 } };
    let on = |defence| Action { at_ms, deed: Deed::Switch { defence, on: true } };
    let both = [on(Switch::Lock), on(Switch::Recheck), restart.clone()];
    let share = |actions: &[Action], seed| {
        let Story { sent, ok, .. } = play(&scenario, actions, seed);
        f64::from(ok[8]) / f64::from(sent[8])
    };
    for seed in 1..=5 {
        assert!(share(&both, seed) > 0.98, "{seed}");
        assert!(share(std::slice::from_ref(&restart), seed) < 0.5, "{seed}");
        assert!(share(&[], seed) < 0.05, "{seed}");
    }
}

/// With the protector nobody gets an error, nobody waits, nothing dies, and the
/// database is asked for each of 130 keys about once in five minutes.
#[test]
fn the_protector_holds() {
    for Story { report, memory, pool, cluster, .. } in stories(&preset("viral-protected", &[]), 6) {
        assert!(memory.is_nan() && pool.is_nan() && cluster.is_nan());
        assert_eq!(report.errors, 0);
        assert!(report.db_calls <= 130 * 5, "{}", report.db_calls);
        assert!(report.p99_ms < 50.0, "{}", report.p99_ms);
        // Nine of ten are answered at the edge.
        assert!(10 * report.edge_hits > 9 * report.requests, "{}", report.edge_hits);
    }
}

/// The order of the story, behind a CDN: the shedder and the limit turn away those who
/// would have followed. Behind the flight they turn nobody away, and the database has
/// as little to do.
#[test]
fn the_order_of_the_story() {
    for seed in 1..=8 {
        let report = |name: &str| play(&preset(name, &[]), &[], seed).report;
        let (story, right) = (report("viral-shed-first-flawed"), report("viral-shed-behind"));
        assert!(story.refused > 200, "{}", story.refused);
        // Who is shed has an error, who meets the limit a placeholder.
        assert!(story.errors > 0 && story.stand_ins > 0);
        assert_eq!(story.errors + story.stand_ins, story.refused);
        assert_eq!((right.refused, right.errors, right.stand_ins), (0, 0, 0));
        assert!(story.db_calls < 100 && right.db_calls < 100);
        assert!(right.edge_hits > right.requests / 2);
    }
}

/// In front of the flight the limit counts requests, and refuses those who would
/// have followed; behind it, loads, of which there are as few.
#[test]
fn the_order_that_does_right() {
    for seed in 1..=8 {
        let report = |name: &str| play(&preset(name, &[]), &[], seed).report;
        let (first, behind) = (report("viral-limit-first-flawed"), report("viral-limit-behind"));
        assert!(first.refused > 200, "{}", first.refused);
        assert_eq!(behind.refused, 0);
        assert!(behind.db_calls < 100 && first.db_calls < 100);
        assert_eq!(first.stand_ins, first.refused);
    }
}
