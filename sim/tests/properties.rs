//! What always holds, whatever the scenario.

use crate::common;

use std::collections::BTreeSet;

use proptest::prelude::*;
use stampede_sim::engine::Nanos;
use stampede_sim::run::Run;
use stampede_sim::scenario::*;
use stampede_sim::telemetry::event::WORLD;
use stampede_sim::telemetry::replay::Replay;
use stampede_sim::telemetry::{Kind, Reason, Recording, Report};

/// Anything at all: any defences in any order, with any knobs, impatient
/// clients, limited memory, and faults.
fn anything() -> impl Strategy<Value = Scenario> {
    any::<u64>().prop_map(common::random::scenario)
}

fn action() -> impl Strategy<Value = Action> {
    let deed = prop_oneof![
        Just(Deed::ClearCache),
        Just(Deed::Update),
        (1u32..50, 0f64..20.0)
            .prop_map(|(requests, spread_ms)| Deed::Burst { requests, spread_ms })
    ];
    (0f64..400.0, deed).prop_map(|(at_ms, deed)| Action { at_ms, deed })
}

fn actions() -> impl Strategy<Value = Vec<Action>> {
    prop::collection::vec(action(), 0..4)
}

fn finished(scenario: &Scenario, actions: &[Action], seed: u64) -> Run {
    let mut run = Run::new(scenario, actions, seed, Recording::Trace).unwrap();
    run.run_to_end();
    run
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    /// Every request is sent once and ends once, after it was sent; every
    /// retry follows a failure; virtual time never goes back; when the run is
    /// over nothing is left of it.
    #[test]
    fn every_request_ends_exactly_once(s in anything(), a in actions(), seed in 0u64..1000) {
        let run = finished(&s, &a, seed);
        prop_assert!(run.is_over());
        run.read(|tape| {
            let mut state: Vec<char> = Vec::new();
            let mut last = Nanos::ZERO;
            let (mut sent, mut answered) = (0, 0);
            for event in tape.log.iter() {
                prop_assert!(event.at >= last, "time went back");
                last = event.at;
                let who = event.who as usize;
                sent += u64::from(event.kind == Kind::Send);
                answered += u64::from(matches!(event.kind, Kind::Ok | Kind::Error));
                match event.kind {
                    kind if kind.is_birth() => {
                        prop_assert_eq!(who, state.len(), "numbered in order");
                        if kind == Kind::Retry {
                            prop_assert_eq!(state[event.arg as usize], 'f', "follows a failure");
                            state[event.arg as usize] = 'r';
                        }
                        state.push(if kind.is_behind() { 'b' } else { 's' });
                    }
                    Kind::Ok | Kind::Error | Kind::Fail => {
                        prop_assert_eq!(state[who], 's', "ends once, after sending");
                        state[who] = if event.kind == Kind::Fail { 'f' } else { 'e' };
                    }
                    Kind::Refreshed
                    | Kind::Settled
                    | Kind::Promoted
                    | Kind::Renewed
                    | Kind::Warmed
                    | Kind::Parted
                    | Kind::Fetched => {
                        prop_assert_eq!(state[who], 'b');
                        state[who] = 'e';
                    }
                    _ => {}
                }
            }
            prop_assert!(state.iter().all(|s| "er".contains(*s)), "{:?}", state);
            let c = &tape.counters;
            // Counted here, from the log alone.
            prop_assert_eq!((c.requests(), c.ok() + c.errors()), (sent, answered));
            prop_assert_eq!(sent, answered);
            prop_assert_eq!(c.retries(), c.of(Kind::Fail));
            prop_assert_eq!(c.db_concurrency(), 0);
            Ok(())
        })?;
        // The database servers' tasks never end; they and their waits are all that is left.
        let left = run.remains();
        let servers = 1 + s.replicas.count as usize;
        prop_assert_eq!((left.tasks, left.waits, left.queries), (servers, servers, 0), "{:?}", left);
        for app in run.apps() {
            for server in 0..=s.replicas.count {
                prop_assert_eq!(app.process.pool(server).free(), s.db.pool as usize);
            }
            prop_assert_eq!(app.process.inside.get(), 0);
        }
    }

    /// At most one holder believes, and rightly, that it has the lock while
    /// its TTL lasts, or of several servers its validity.
    #[test]
    fn one_valid_holder_of_a_lock(mut s in anything(), seed in 0u64..1000) {
        s.protect.lock = true;
        s.protect.lease = false;
        // What a server has forgotten, or takes for expired, it can give out again.
        let forgets = |deed: &Deed| matches!(deed, Deed::LockCrash { .. } | Deed::ClockJump { .. });
        s.events.retain(|e| !forgets(&e.deed));
        let run = finished(&s, &[], seed);
        let ttl = Nanos::from_ms(s.lock.ttl_ms);
        run.read(|tape| {
            let mut key = Vec::new();
            // By key: who holds it until when, as far as it knows.
            let mut held = std::collections::BTreeMap::new();
            // What several servers have said last.
            let mut valid = None;
            // Who has begun to give its lock back to several servers, but has
            // not heard of all, when the next one has it already.
            let mut leaving = BTreeSet::new();
            for event in tape.log.iter() {
                let who = event.who as usize;
                let until = event.at + valid.unwrap_or(ttl);
                match event.kind {
                    Kind::Send | Kind::Part => key.push(event.arg),
                    kind if kind.is_offspring() => key.push(key[event.arg as usize]),
                    Kind::Quorum => valid = Some(Nanos::from_ms(f64::from(event.arg))),
                    Kind::Lock => {
                        if let Some((before, until)) = held.insert(key[who], (who, until))
                            && event.at < until
                        {
                            prop_assert!(valid.is_some(), "two holders at {}", event.at);
                            leaving.insert(before);
                        }
                    }
                    Kind::Renew if event.arg == 1 => {
                        prop_assert!(!leaving.contains(&who), "two holders at {}", event.at);
                        prop_assert_eq!(held.get(&key[who]).map(|h| h.0), Some(who));
                        held.insert(key[who], (who, until));
                    }
                    Kind::Unlock => {
                        let its = held.get(&key[who]).is_some_and(|h| h.0 == who);
                        leaving.remove(&who);
                        // The one server says so at once; of several it is heard late.
                        prop_assert!(its || event.arg == 0 || valid.is_some());
                        if its && (event.arg == 1 || valid.is_some()) {
                            held.remove(&key[who]);
                        }
                    }
                    _ => {}
                }
            }
            Ok(())
        })?;
    }

    /// Writes under a fence never go back: the lock of each that is stored is
    /// at least as late as the last one's.
    #[test]
    fn fenced_writes_never_go_back(mut s in anything(), seed in 0u64..1000) {
        s.cache.enabled = true;
        s.protect.lock = true;
        s.protect.lease = false;
        s.lock.fence = true;
        s.shop.invalidate = Invalidate::Scan;
        s.lock.servers = 1;
        s.lock.renew = false;
        // There is one server, whatever happens to its clock.
        s.events.retain(|e| !matches!(e.deed, Deed::LockCrash { .. } | Deed::ClockJump { server: 1.., .. }));
        s.writes = WritesSpec::default();
        let run = finished(&s, &[], seed);
        run.read(|tape| {
            let mut key = Vec::new();
            let mut fence: Vec<Option<u32>> = Vec::new();
            // The lock server counts the locks it gives out.
            let mut locks = 0;
            let mut last = std::collections::BTreeMap::new();
            for event in tape.log.iter() {
                let who = event.who as usize;
                match event.kind {
                    Kind::Send | Kind::Part => {
                        key.push(event.arg);
                        fence.push(None);
                    }
                    kind if kind.is_offspring() => {
                        key.push(key[event.arg as usize]);
                        fence.push(None);
                    }
                    Kind::Lock => {
                        locks += 1;
                        fence[who] = Some(locks);
                    }
                    Kind::Fill if event.who != WORLD => {
                        if let Some(fence) = fence[who] {
                            let before = last.insert(key[who], fence).unwrap_or(0);
                            prop_assert!(fence >= before, "{} after {}", fence, before);
                        }
                    }
                    _ => {}
                }
            }
            Ok(())
        })?;
    }

    /// A breaker lets through no more than its permits from half-open to its
    /// verdict, and nothing while it is open.
    #[test]
    fn breaker_permits_are_never_exceeded(mut s in anything(), seed in 0u64..1000) {
        s.protect.breaker = true;
        // Last, so that every query is one that the breaker let through.
        s.protect.order = Layer::ALL.to_vec();
        s.protect.order.retain(|layer| *layer != Layer::Breaker);
        s.protect.codel = false;
        // Nor is there a trip between the two.
        s.protect.backup = false;
        s.singleflight.late = Late::Fail;
        s.fleet.memory_mb = 0.0;
        s.db.panic_rate = 0.0;
        s.db.error_rate = 0.6;
        // Somebody who leaves while the cache is filled gives a permit back unseen.
        s.client.cancels = false;
        // Of a read that a replica fails there are two queries with one permit.
        s.replicas.count = 0;
        // A breaker that is switched off lets everybody through.
        s.events.retain(|e| {
            !matches!(
                e.deed,
                Deed::Crash { .. }
                    | Deed::CacheOutage { .. }
                    | Deed::Switch { .. }
                    | Deed::ReplicaOutage { .. }
                    | Deed::FailOver { .. }
            )
        });
        let run = finished(&s, &[], seed);
        run.read(|tape| {
            let mut process = Vec::new();
            let mut open = vec![false; s.most_processes() as usize];
            // By process: who has passed since it is half-open, and holds a
            // permit. A call that ended well or badly keeps it.
            let mut trying: Vec<Option<BTreeSet<u32>>> = vec![None; open.len()];
            // Who is behind the breaker: in the queue, or at the database.
            let mut behind = BTreeSet::new();
            for event in tape.log.iter() {
                let (who, at) = (event.who, event.arg as usize);
                match event.kind {
                    // An update asks no breaker, and neither does its rest, or a sale.
                    Kind::Write | Kind::BuyPage => drop(behind.insert(who)),
                    kind if kind.is_birth() => {
                        process.push(0);
                        if kind == Kind::Settle {
                            behind.insert(who);
                        }
                    }
                    Kind::Arrive => process[who as usize] = at,
                    Kind::Trip => (open[at], trying[at]) = (true, None),
                    Kind::HalfOpen => (open[at], trying[at]) = (false, Some(BTreeSet::new())),
                    Kind::Close => trying[at] = None,
                    // Whoever is started for the autoscaler knows nothing.
                    Kind::Launch | Kind::Ready => (open[at], trying[at]) = (false, None),
                    Kind::Queue | Kind::Query if behind.insert(who) => {
                        let p: usize = process[who as usize];
                        prop_assert!(!open[p], "passed an open breaker");
                        if let Some(holders) = &mut trying[p] {
                            prop_assert!(holders.insert(who), "two permits for one");
                            prop_assert!(holders.len() <= s.breaker.half_open as usize);
                        }
                    }
                    Kind::Answer | Kind::Abandon | Kind::Leave => {
                        behind.remove(&who);
                        // "Not found" says nothing: its permit is free again.
                        let nothing = event.kind == Kind::Answer
                            && event.arg == Reason::NotFound as u32;
                        if let (Some(holders), true) = (&mut trying[process[who as usize]], nothing)
                        {
                            holders.remove(&who);
                        }
                    }
                    _ => {}
                }
            }
            Ok(())
        })?;
    }

    /// A gateway that lets everybody through, and counts where it stands, changes
    /// nothing that happens.
    #[test]
    fn an_open_door_changes_nothing(mut s in anything(), seed in 0u64..1000) {
        s.events.retain(|e| !matches!(e.deed, Deed::Switch { .. }));
        s.gateway = GatewaySpec { limit: 10_000_000, burst: 10_000_000, shared: false, ..s.gateway };
        let rest = |on: bool| {
            let mut s = s.clone();
            s.protect.gateway = on;
            finished(&s, &[], seed).read(|tape| {
                let its = |kind| matches!(kind, Kind::Client | Kind::Address | Kind::Admit);
                let (its, rest): (Vec<_>, Vec<_>) = tape.log.iter().partition(|e| its(e.kind));
                assert!(on || its.is_empty());
                rest
            })
        };
        prop_assert!(rest(true) == rest(false));
    }

    /// A follower never outlives its own deadline.
    #[test]
    fn a_follower_never_outlives_its_deadline(mut s in anything(), seed in 0u64..1000) {
        s.protect.singleflight = true;
        s.singleflight.wait_ms = 40.0;
        // It stands still with its process.
        s.events.retain(|e| !matches!(e.deed, Deed::Pause { .. }));
        let run = finished(&s, &[], seed);
        run.read(|tape| {
            let mut joined = std::collections::BTreeMap::new();
            for event in tape.log.iter() {
                match event.kind {
                    Kind::Join => drop(joined.insert(event.who, event.at)),
                    Kind::Wake | Kind::Quit => {
                        let waited = event.at - joined[&event.who];
                        prop_assert!(waited <= Nanos::from_ms(40.0), "{}", waited);
                    }
                    _ => {}
                }
            }
            Ok(())
        })?;
    }

    /// At any instant: sent = ok + errors + waiting, and the counters kept
    /// while running are those read from the log.
    #[test]
    fn counts_add_up_at_any_instant(s in anything(), a in actions(), seed in 0u64..1000, stop in 0f64..600.0) {
        let stop = Nanos::from_ms(stop);
        let mut run = Run::new(&s, &a, seed, Recording::Trace).unwrap();
        run.run_until(stop, u64::MAX);
        run.read(|tape| {
            let mut open = 0u64;
            for event in tape.log.iter() {
                prop_assert!(event.at <= stop);
                match event.kind {
                    Kind::Send => open += 1,
                    Kind::Ok | Kind::Error => open -= 1,
                    _ => {}
                }
            }
            prop_assert_eq!(tape.counters.waiting(), open);
            let mut replay = Replay::default();
            replay.seek(&tape.log, stop);
            prop_assert_eq!(*replay.counters(), tape.counters);
            prop_assert_eq!(replay.latency().sum(), tape.latency.sum());
            Ok(())
        })?;
    }

    /// No process ever uses more connections than its pool has, and no
    /// connection carries two queries at once.
    #[test]
    fn a_pool_is_never_overdrawn(s in anything(), seed in 0u64..1000) {
        let run = finished(&s, &[], seed);
        run.read(|tape| {
            let mut process = Vec::new();
            let connections = (s.db.pool * (1 + s.replicas.count)) as usize;
            let mut busy = vec![vec![false; connections]; s.most_processes() as usize];
            let mut uses = std::collections::BTreeMap::new();
            for event in tape.log.iter() {
                match event.kind {
                    kind if kind.is_birth() => process.push(usize::MAX),
                    Kind::Arrive => process[event.who as usize] = event.arg as usize,
                    Kind::Query => {
                        let slot = &mut busy[process[event.who as usize]][event.arg as usize];
                        prop_assert!(!std::mem::replace(slot, true), "connection used twice");
                        uses.insert(event.who, event.arg);
                    }
                    Kind::Answer | Kind::Abandon => {
                        let connection = uses.remove(&event.who).expect("answered what was asked");
                        busy[process[event.who as usize]][connection as usize] = false;
                    }
                    _ => {}
                }
            }
            Ok(())
        })?;
    }

    /// With singleflight a process never loads a key twice at once.
    #[test]
    fn one_flight_per_process_and_key(mut s in anything(), a in actions(), seed in 0u64..1000) {
        s.protect.singleflight = true;
        s.singleflight.forget_ms = 0.0;
        // Another name would be another key.
        s.writes.method = Method::Delete;
        s.shop.invalidate = Invalidate::Scan;
        let run = finished(&s, &a, seed);
        run.read(|tape| {
            let (mut process, mut key) = (Vec::new(), Vec::new());
            let mut flights = BTreeSet::new();
            let mut dying = BTreeSet::new();
            for event in tape.log.iter() {
                let who = event.who as usize;
                match event.kind {
                    Kind::Send | Kind::Part => {
                        process.push(0);
                        key.push(event.arg);
                    }
                    kind if kind.is_offspring() => {
                        process.push(0);
                        key.push(key[event.arg as usize]);
                    }
                    Kind::Arrive => process[who] = event.arg,
                    // With a process its flights end, if they do not land right then.
                    Kind::Crash | Kind::Launch => flights.retain(|(process, key)| {
                        let dies = *process == event.arg;
                        if dies {
                            dying.insert((*process, *key));
                        }
                        !dies
                    }),
                    Kind::Abort | Kind::Land => {
                        let flight = (process[who], key[who]);
                        prop_assert!(flights.remove(&flight) || dying.contains(&flight));
                    }
                    Kind::Lead => prop_assert!(flights.insert((process[who], key[who]))),
                    _ => {}
                }
            }
            prop_assert!(flights.is_empty());
            Ok(())
        })?;
    }

    /// The same scenario, actions and seed give the same log; how finely the
    /// run is sliced, and how much of it is recorded, changes nothing.
    #[test]
    fn a_run_is_a_function(s in anything(), a in actions(), seed in 0u64..1000, slice in 1u64..200) {
        let whole = finished(&s, &a, seed).read(|tape| Report::of(tape, "", seed));
        let mut sliced = Run::new(&s, &a, seed, Recording::Fingerprint).unwrap();
        let mut limit = Nanos::ZERO;
        while !sliced.is_over() {
            limit += Nanos::from_ms(7.0);
            while !sliced.run_until(limit, slice) {}
        }
        while !sliced.run_until(Nanos::MAX, slice) {}
        prop_assert_eq!(&sliced.read(|tape| Report::of(tape, "", seed)).log_hash, &whole.log_hash);
        let mut counted = Run::new(&s, &a, seed, Recording::Counters).unwrap();
        counted.run_to_end();
        let counted = counted.read(|tape| Report::of(tape, "", seed));
        prop_assert_eq!(Report { log_hash: whole.log_hash.clone(), ..counted }, whole);
    }

    /// JSON and links lose nothing.
    #[test]
    fn scenarios_and_links_survive_a_round_trip(s in anything(), a in actions(), b in actions(), seed in 0u64..1000) {
        prop_assert_eq!(&Scenario::from_value(s.to_value()).unwrap(), &s);
        let base = presets::find("demo-with-singleflight").unwrap();
        let mut changed = base.clone();
        changed.db = s.db.clone();
        changed.network = s.network.clone();
        changed.cache = s.cache.clone();
        let lane = |preset: &str, actions| link::Lane { actions, ..link::Lane::new(preset) };
        let link = link::Link {
            changes: changed.changes_from(&base),
            lanes: vec![lane("demo-without-singleflight", a), lane("demo-with-singleflight", b)],
            seed,
            at_ms: Some(12.5),
            speed: Some(0.25),
            selected: Some((1, "41".into())),
            chapter: Some((3, 2)),
            lang: Some("ja".into()),
        };
        let text = link.write();
        let read = link::Link::read(&text).unwrap();
        prop_assert_eq!(&read, &link);
        prop_assert_eq!(&read.scenarios().unwrap()[1], &changed);
    }

    /// A link that was cut anywhere is refused, not misread.
    #[test]
    fn a_cut_link_is_refused(requests in 1u32..5000, pool in 1u32..500, keep in 0.0f64..1.0) {
        let changes = vec![
            ("load.requests".to_owned(), requests.to_string()),
            ("db.pool".to_owned(), pool.to_string()),
        ];
        let text = link::Link { changes, ..link::Link::default() }.write();
        let cut = &text[..(keep * text.len() as f64) as usize];
        if !cut.is_empty() {
            prop_assert!(link::Link::read(cut).is_err(), "{}", cut);
        }
    }

    /// No text at all makes a link panic.
    #[test]
    fn no_link_panics(text in ".{0,80}", tail in "(&[a-z.]{1,12}=[-0-9a-z%{}\\[\\]]{0,12}){0,4}") {
        let _ = link::Link::read(&text);
        let _ = link::Link::read(&format!("v=1{tail}"));
    }

    /// A page is made of parts: each begins and ends once, while its page is there,
    /// and a page is never answered with a value before its parts have theirs. What
    /// the database checks is never sold twice.
    #[test]
    fn pages_wait_for_their_parts(mut s in anything(), a in actions(), seed in 0u64..1000) {
        s.shop.products = s.keys.count;
        s.edge.pops = 0;
        s.cache.enabled = true;
        s.shop.in_stock = 2;
        s.shop.invalidate = Invalidate::Scan;
        let run = finished(&s, &a, seed);
        run.read(|tape| {
            let mut page = std::collections::BTreeMap::new();
            let mut open: std::collections::BTreeMap<u32, i64> = std::collections::BTreeMap::new();
            let mut sold = std::collections::BTreeMap::new();
            for event in tape.log.iter() {
                match event.kind {
                    Kind::PartOf => {
                        prop_assert!(page.insert(event.who, event.arg).is_none());
                        *open.entry(event.arg).or_default() += 1;
                    }
                    Kind::Parted => {
                        let whose = page.remove(&event.who).expect("begun, and ended once");
                        *open.entry(whose).or_default() -= 1;
                    }
                    Kind::Ok => prop_assert_eq!(open.get(&event.who).copied().unwrap_or(0), 0),
                    Kind::Sold => *sold.entry(event.arg).or_insert(0) += 1,
                    Kind::Oversold => prop_assert!(s.shop.stock != Stock::Database),
                    _ => {}
                }
            }
            prop_assert!(page.is_empty());
            prop_assert!(sold.values().all(|sold| *sold <= 2), "{:?}", sold);
            Ok(())
        })?;
    }
}
