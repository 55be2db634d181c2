//! What always holds, whatever the scenario.

use proptest::prelude::*;
use stampede_sim::engine::Nanos;
use stampede_sim::run::Run;
use stampede_sim::scenario::*;
use stampede_sim::telemetry::replay::Replay;
use stampede_sim::telemetry::{Kind, Recording, Report};

fn scenario() -> impl Strategy<Value = Scenario> {
    let think = || (0.5f64..50.0, any::<bool>());
    let distribution =
        |random| if random { Distribution::Exponential } else { Distribution::Constant };
    let burst = (1u32..300, 0f64..50.0, 0f64..30.0).prop_map(|(requests, at_ms, spread_ms)| {
        Load::Burst(load::Burst { requests, at_ms, spread_ms })
    });
    let constant = (10f64..2000.0, 10f64..500.0, any::<bool>(), prop::option::of(1u32..40))
        .prop_map(|(rate, duration_ms, paced, max_vus)| {
            let arrivals = if paced { Pacing::Paced } else { Pacing::Poisson };
            Load::ConstantArrivalRate(load::ConstantArrivalRate {
                rate,
                duration_ms,
                arrivals,
                max_vus,
            })
        });
    let stages = |most: u32| {
        prop::collection::vec((0..most, 0f64..300.0), 1..4).prop_map(|stages| {
            stages
                .into_iter()
                .map(|(target, duration_ms)| Stage { target: target.into(), duration_ms })
                .collect::<Vec<_>>()
        })
    };
    let ramping = (0f64..500.0, stages(1500)).prop_map(|(start_rate, stages)| {
        let (arrivals, max_vus) = (Pacing::Poisson, None);
        Load::RampingArrivalRate(load::RampingArrivalRate { start_rate, stages, arrivals, max_vus })
    });
    let users = (1u32..40, 10f64..500.0, think()).prop_map(move |(vus, duration_ms, think)| {
        let (think_ms, think) = (think.0, distribution(think.1));
        Load::ConstantVus(load::ConstantVus { vus, duration_ms, think_ms, think })
    });
    let ramping_users =
        (0u32..20, stages(30), think()).prop_map(move |(start_vus, stages, think)| {
            let (think_ms, think) = (think.0, distribution(think.1));
            Load::RampingVus(load::RampingVus { start_vus, stages, think_ms, think })
        });
    let shared = (1u32..20, 1u32..200, think()).prop_map(move |(vus, iterations, think)| {
        let (think_ms, think) = (think.0, distribution(think.1));
        Load::SharedIterations(load::SharedIterations { vus, iterations, think_ms, think })
    });
    let load = prop_oneof![burst, constant, ramping, users, ramping_users, shared];
    let keys = (1u32..50, any::<bool>(), 0f64..2.0).prop_map(|(count, zipf, exponent)| KeysSpec {
        count,
        popularity: if zipf { Popularity::Zipf } else { Popularity::Uniform },
        exponent,
    });
    let network =
        (0f64..5.0, 0f64..3.0, 0f64..3.0, 0f64..0.9).prop_map(|(client, cache, db, j)| {
            NetworkSpec { client_ms: client, cache_ms: cache, db_ms: db, jitter: j }
        });
    let cache = (any::<bool>(), 1u32..300)
        .prop_map(|(enabled, ttl)| CacheSpec { enabled, ttl_ms: ttl.into() });
    let db = (1u32..30, 1u32..30, 0.1f64..60.0, any::<bool>(), 0f64..1.0).prop_map(
        move |(pool, cores, query_ms, random, error_rate)| DbSpec {
            pool,
            cores,
            query_ms,
            query: distribution(random),
            error_rate: if error_rate < 0.5 { 0.0 } else { error_rate - 0.4 },
        },
    );
    (load, keys, 1u32..5, network, cache, db, any::<bool>()).prop_map(
        |(load, keys, processes, network, cache, db, singleflight)| Scenario {
            name: "random".into(),
            about: Text::default(),
            load,
            keys,
            fleet: FleetSpec { processes },
            network,
            cache,
            db,
            protect: ProtectSpec { singleflight },
        },
    )
}

fn action() -> impl Strategy<Value = Action> {
    let deed = prop_oneof![
        Just(Deed::ClearCache),
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
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Every request is sent once and ends once, after it was sent; virtual
    /// time never goes back; nobody is left when the run is over.
    #[test]
    fn every_request_ends_exactly_once(s in scenario(), a in actions(), seed in 0u64..1000) {
        let run = finished(&s, &a, seed);
        prop_assert!(run.is_over());
        run.read(|tape| {
            let mut state: Vec<u8> = Vec::new();
            let mut last = Nanos::ZERO;
            for event in tape.log.iter() {
                prop_assert!(event.at >= last, "time went back");
                last = event.at;
                match event.kind {
                    Kind::Send => {
                        prop_assert_eq!(event.who as usize, state.len(), "numbered in order");
                        state.push(1);
                    }
                    Kind::Ok | Kind::Error => {
                        prop_assert_eq!(state[event.who as usize], 1, "ended once, after sending");
                        state[event.who as usize] = 2;
                    }
                    _ => {}
                }
            }
            prop_assert!(state.iter().all(|s| *s == 2));
            prop_assert_eq!(tape.counters.requests(), state.len() as u64);
            Ok(())
        })?;
    }

    /// At any instant: sent = ok + errors + waiting, and the counters kept
    /// while running are those read from the log.
    #[test]
    fn counts_add_up_at_any_instant(s in scenario(), a in actions(), seed in 0u64..1000, stop in 0f64..600.0) {
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
            prop_assert_eq!(replay.counters, tape.counters);
            prop_assert_eq!(replay.latency.sum(), tape.latency.sum());
            Ok(())
        })?;
    }

    /// No process ever uses more connections than its pool has, and no
    /// connection carries two queries at once.
    #[test]
    fn a_pool_is_never_overdrawn(s in scenario(), seed in 0u64..1000) {
        let run = finished(&s, &[], seed);
        run.read(|tape| {
            let mut process = Vec::new();
            let mut busy = vec![vec![false; s.db.pool as usize]; s.fleet.processes as usize];
            let mut uses = std::collections::BTreeMap::new();
            for event in tape.log.iter() {
                match event.kind {
                    Kind::Send => process.push(usize::MAX),
                    Kind::Arrive => process[event.who as usize] = event.arg as usize,
                    Kind::Query => {
                        let slot = &mut busy[process[event.who as usize]][event.arg as usize];
                        prop_assert!(!std::mem::replace(slot, true), "connection used twice");
                        uses.insert(event.who, event.arg);
                    }
                    Kind::Answer => {
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
    fn one_flight_per_process_and_key(mut s in scenario(), a in actions(), seed in 0u64..1000) {
        s.protect.singleflight = true;
        let run = finished(&s, &a, seed);
        run.read(|tape| {
            let (mut process, mut key) = (Vec::new(), Vec::new());
            let mut flights = std::collections::BTreeSet::new();
            for event in tape.log.iter() {
                let who = event.who as usize;
                match event.kind {
                    Kind::Send => {
                        process.push(0);
                        key.push(event.arg);
                    }
                    Kind::Arrive => process[who] = event.arg,
                    Kind::Lead => prop_assert!(flights.insert((process[who], key[who]))),
                    Kind::Land => prop_assert!(flights.remove(&(process[who], key[who]))),
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
    fn a_run_is_a_function(s in scenario(), a in actions(), seed in 0u64..1000, slice in 1u64..200) {
        let whole = finished(&s, &a, seed).read(|tape| Report::of(tape, "", seed));
        let mut sliced = Run::new(&s, &a, seed, Recording::Fingerprint).unwrap();
        let mut limit = Nanos::ZERO;
        while !sliced.is_over() {
            limit += Nanos::from_ms(7.0);
            while !sliced.run_until(limit, slice) {}
        }
        prop_assert_eq!(&sliced.read(|tape| Report::of(tape, "", seed)).log_hash, &whole.log_hash);
        let mut counted = Run::new(&s, &a, seed, Recording::Counters).unwrap();
        counted.run_to_end();
        let counted = counted.read(|tape| Report::of(tape, "", seed));
        prop_assert_eq!(Report { log_hash: whole.log_hash.clone(), ..counted }, whole);
    }

    /// JSON and links lose nothing.
    #[test]
    fn scenarios_and_links_survive_a_round_trip(s in scenario(), a in actions(), b in actions(), seed in 0u64..1000) {
        prop_assert_eq!(&Scenario::from_value(s.to_value()).unwrap(), &s);
        let base = presets::find("demo-with-singleflight").unwrap();
        let mut changed = base.clone();
        changed.db = s.db.clone();
        changed.network = s.network.clone();
        changed.cache = s.cache.clone();
        let link = link::Link {
            changes: changed.changes_from(&base),
            actions: [a, b],
            seed,
            at_ms: Some(12.5),
            lang: Some("ja".into()),
            ..link::Link::default()
        };
        let text = link.write();
        let read = link::Link::read(&text).unwrap();
        prop_assert_eq!(&read, &link);
        let [_, with] = read.scenarios().unwrap();
        prop_assert_eq!(with, changed);
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
}
