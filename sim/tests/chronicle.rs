//! Numbers kept while a run goes on say what its whole log says, however few
//! of its events are kept.

use crate::common;

use std::collections::BTreeMap;

use proptest::prelude::*;
use stampede_sim::chronicle::Chronicle;
use stampede_sim::engine::Nanos;
use stampede_sim::run::Run;
use stampede_sim::scenario::Scenario;
use stampede_sim::telemetry::event::WORLD;
use stampede_sim::telemetry::replay::Replay;
use stampede_sim::telemetry::series::nice_step;
use stampede_sim::telemetry::{Kind, Latency, Log, Recording};

/// What a step's numbers are: requests, retries, refused, ok, errors, hits,
/// misses, queries; the most at the database and in queues; response times.
type Row = ([u64; 8], [u64; 2], Vec<u64>);

/// The whole log in steps, counted plainly.
fn counted(log: &Log, step: Nanos) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut sent: Vec<Nanos> = Vec::new();
    let mut queued: BTreeMap<u32, ()> = BTreeMap::new();
    let mut running = 0;
    for event in log.iter() {
        let index = (event.at.0 / step.0) as usize;
        while rows.len() <= index {
            rows.push(([0; 8], [running, queued.len() as u64], Vec::new()));
        }
        let (counts, most, times) = &mut rows[index];
        let number = match event.kind {
            Kind::Send => Some(0),
            Kind::Retry => Some(1),
            Kind::Refuse => Some(2),
            Kind::Ok => Some(3),
            Kind::Error => Some(4),
            Kind::Hit => Some(5),
            Kind::Miss => Some(6),
            Kind::Query => Some(7),
            _ => None,
        };
        number.into_iter().for_each(|number| counts[number] += 1);
        match event.kind {
            Kind::Send => sent.push(event.at),
            kind if kind.is_behind() => sent.push(event.at),
            Kind::Retry => sent.push(sent[event.arg as usize]),
            Kind::Queue => drop(queued.insert(event.who, ())),
            Kind::Query => {
                queued.remove(&event.who);
                running += 1;
            }
            Kind::Leave => drop(queued.remove(&event.who)),
            Kind::Answer | Kind::Wasted => running -= 1,
            Kind::Abandon if event.arg == 1 => running -= 1,
            Kind::Ok | Kind::Error => times.push((event.at - sent[event.who as usize]).0),
            _ => {}
        }
        *most = [most[0].max(running), most[1].max(queued.len() as u64)];
    }
    rows
}

fn rows(chronicle: &Chronicle, step: Nanos) -> Vec<(Row, Option<Box<Latency>>)> {
    let series = chronicle.timeline().series(step, true);
    assert_eq!(series.step, step);
    let row = |b: stampede_sim::telemetry::series::Bin| {
        let counts =
            [b.requests, b.retries, b.refused, b.ok, b.errors, b.hits, b.misses, b.db_calls];
        ((counts, [b.db_concurrency, b.pool_waiting], Vec::new()), b.latency)
    };
    series.bins.into_iter().map(row).collect()
}

fn same(s: &Scenario, seed: u64, every: u32, slice: u64) -> Result<(), TestCaseError> {
    let run = || Run::new(s, &[], seed, Recording::Trace).unwrap();
    let mut whole = run();
    whole.run_to_end();
    let mut chronicle = Chronicle::new(run(), every);
    let mut seen = 0;
    while !chronicle.run_until(Nanos::MAX, slice, |_, _| seen += 1) {}
    whole.read(|tape| {
        let log = &tape.log;
        prop_assert_eq!(seen, log.len());
        // The log has what is to be kept, and the fingerprint of all.
        chronicle.read(|kept| {
            let wanted = |who: u32| who == WORLD || who.is_multiple_of(every);
            prop_assert!(kept.log.iter().eq(log.iter().filter(|event| wanted(event.who))));
            prop_assert_eq!(kept.log.hash(), log.hash());
            prop_assert_eq!(kept.counters, tape.counters);
            Ok(())
        })?;
        // Every step that a chart may have.
        for most in [200, 160, 80, 7] {
            let step = nice_step(chronicle.timeline().last() + Nanos(1), most);
            let (expected, found) = (counted(log, step), rows(&chronicle, step));
            prop_assert_eq!(expected.len(), found.len());
            for ((counts, most, times), ((c, m, _), latency)) in expected.into_iter().zip(found) {
                prop_assert_eq!((counts, most), (c, m));
                let mut all = Latency::default();
                times.iter().for_each(|time| all.record(Nanos(*time)));
                prop_assert_eq!(latency.is_some(), !times.is_empty());
                let latency = latency.unwrap_or_default();
                prop_assert_eq!(latency.buckets(), all.buckets());
                prop_assert_eq!((latency.sum(), latency.max()), (all.sum(), all.max()));
                for q in [0.5, 0.9, 0.99] {
                    prop_assert_eq!(latency.quantile(q), all.quantile(q));
                }
            }
        }
        // At a playhead, back and forth: as of the end of the step before.
        let (step, last) = (chronicle.timeline().step(), chronicle.timeline().last());
        for share in [500, 3, 999, 250, 251, 0, 1000] {
            let at = Nanos(last.0 / 1000 * share).max(if share == 1000 { last } else { Nanos(0) });
            let (counters, _, latency) = chronicle.timeline_mut().at(at);
            let mut replay = Replay::default();
            if at >= last {
                replay.seek(log, at);
            } else if at >= step {
                replay.seek(log, Nanos(at.0 / step.0 * step.0 - 1));
            }
            prop_assert_eq!(counters, *replay.counters());
            prop_assert_eq!(latency.buckets(), replay.latency().buckets());
            prop_assert_eq!(latency.quantile(0.99), replay.latency().quantile(0.99));
        }
        Ok(())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn numbers_are_those_of_the_whole_log(
        s in any::<u64>().prop_map(common::random::scenario), seed in 0u64..1000,
        every in 1u32..12, slice in 1u64..20_000,
    ) {
        same(&s, seed, every, slice)?;
    }
}
