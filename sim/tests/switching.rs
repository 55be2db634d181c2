//! Defences switched on and off while the run plays.

use crate::common;

use common::{preset, times};
use stampede_sim::run::Run;
use stampede_sim::scenario::{Action, Deed, Scenario, Switch};
use stampede_sim::telemetry::{Event, Kind, Reason, Recording, Tape};

fn switch(at_ms: f64, defence: Switch, on: bool) -> Action {
    Action { at_ms, deed: Deed::Switch { defence, on } }
}

fn run<T>(scenario: &Scenario, actions: &[Action], view: impl FnOnce(&Tape) -> T) -> T {
    let mut run = Run::new(scenario, actions, 1, Recording::Trace).unwrap();
    run.run_to_end();
    assert!(run.is_over());
    run.read(view)
}

/// A hundred misses without singleflight, the cache cleared, a hundred more
/// with it: 100 loads and one.
#[test]
fn singleflight_switched_on_holds_the_second_herd() {
    let scenario = preset("demo-without-singleflight", &[]);
    let second = |defended: bool| {
        let mut actions = vec![
            Action { at_ms: 1_000.0, deed: Deed::ClearCache },
            Action { at_ms: 1_001.0, deed: Deed::Burst { requests: 100, spread_ms: 20.0 } },
        ];
        actions.extend(defended.then(|| switch(1_000.0, Switch::Singleflight, true)));
        run(&scenario, &actions, |tape| tape.counters.db_calls())
    };
    assert_eq!((second(false), second(true)), (200, 101));
}

/// Who is in flight when it is switched off goes on as it began.
#[test]
fn flights_under_way_go_on() {
    let scenario = preset("demo-with-singleflight", &[]);
    run(&scenario, &[switch(60.0, Switch::Singleflight, false)], |tape| {
        assert_eq!((tape.counters.db_calls(), tape.counters.followers()), (1, 99));
        let logged: Vec<_> = tape.log.iter().filter(|e| e.kind == Kind::Switch).collect();
        assert_eq!(logged.len(), 1);
        assert_eq!((logged[0].at.ms(), logged[0].arg), (60.0, 2 * Switch::Singleflight as u32));
    });
}

/// What a defence leaves in the log: when, in milliseconds.
type Traces = fn(&[Event]) -> Vec<f64>;

/// A defence, what makes a scenario in which it has something to do, and what
/// it then leaves in the log.
type Case = (Switch, &'static [(&'static str, &'static str)], Traces);

/// When a refusal for a reason was noted.
fn refused(events: &[Event], reason: Reason) -> Vec<f64> {
    let refusals = events.iter().filter(|e| e.kind == Kind::Refuse && e.arg == reason as u32);
    refusals.map(|e| e.at.ms()).collect()
}

/// When the hot key was stored for a span that is not the TTL, give or take
/// what a load takes.
fn jittered(events: &[Event]) -> Vec<f64> {
    let fills = times(events, Kind::Fill);
    let misses = times(events, Kind::Miss);
    let lived = |fill: f64| misses.iter().find(|miss| **miss > fill).map(|miss| miss - fill);
    let other = |fill: &f64| lived(*fill).is_some_and(|span| (span - 500.0).abs() > 30.0);
    fills.into_iter().filter(other).collect()
}

/// Each defence, switched on for the second third of a run in which there is
/// something for it to do, does it then, and neither before nor after.
#[test]
fn every_switch_works_half_way() {
    let table: [Case; 25] = [
        (Switch::Shed, &[("shed.most", "1")], |e| refused(e, Reason::Overloaded)),
        (Switch::Gateway, &[("client.count", "1"), ("gateway.limit", "1")], |e| {
            refused(e, Reason::OverQuota)
        }),
        (Switch::Fallback, &[("db.error_rate", "1"), ("fallback.first", "default")], |e| {
            times(e, Kind::Default)
        }),
        (Switch::Predict, &[("protect.stale", "true"), ("predict.capacity", "1")], |e| {
            times(e, Kind::Brace)
        }),
        (
            Switch::Viral,
            &[
                ("protect.local", "true"),
                ("viral", r#"{"window_ms": 100, "rate": 1, "hold_ms": 100}"#),
            ],
            |e| times(e, Kind::Viral),
        ),
        (Switch::Backup, &[], |e| times(e, Kind::BackupMiss)),
        (Switch::Coalesce, &[("coalesce.ttl_ms", "0")], |e| times(e, Kind::Merge)),
        (Switch::Local, &[], |e| times(e, Kind::LocalHit)),
        (Switch::Singleflight, &[], |e| times(e, Kind::Join)),
        (Switch::Recheck, &[("protect.singleflight", "true")], |e| times(e, Kind::Recheck)),
        (Switch::Lock, &[], |e| times(e, Kind::Lock)),
        (Switch::Lease, &[], |e| times(e, Kind::Lease)),
        (Switch::Stale, &[("protect.singleflight", "true")], |e| times(e, Kind::Stale)),
        (Switch::Jitter, &[("protect.singleflight", "true"), ("jitter.share", "0.4")], jittered),
        (Switch::AdaptiveTtl, &[("protect.singleflight", "true")], |e| times(e, Kind::Keep)),
        (Switch::Warming, &[("keys.count", "2000"), ("warming.lead_ms", "400")], |e| {
            times(e, Kind::Foreseen)
        }),
        (Switch::Xfetch, &[("protect.singleflight", "true")], |e| times(e, Kind::Early)),
        // Nothing exists: without it nothing is ever stored.
        (Switch::Negative, &[("keys.missing", "1")], |e| times(e, Kind::Fill)),
        (Switch::Breaker, &[("db.error_rate", "1"), ("breaker.open_ms", "200")], |e| {
            refused(e, Reason::BreakerOpen)
        }),
        (Switch::Limiter, &[("limiter.rate", "1"), ("limiter.burst", "1")], |e| {
            refused(e, Reason::RateLimited)
        }),
        (Switch::Throttle, &[("db.error_rate", "1"), ("throttle.window_ms", "1000")], |e| {
            refused(e, Reason::Throttled)
        }),
        (Switch::Concurrency, &[("concurrency.most", "1")], |e| refused(e, Reason::OverLimit)),
        (Switch::Bulkhead, &[("bulkhead.most", "1")], |e| refused(e, Reason::BulkheadFull)),
        (Switch::Codel, &[("db.pool", "1")], |e| refused(e, Reason::Shed)),
        (
            Switch::Spill,
            &[
                ("events", r#"[{"at_ms": 0, "do": {"cache-outage": {"for_ms": 30000}}}]"#),
                ("spill.loads", "1"),
            ],
            |e| refused(e, Reason::Spilled),
        ),
    ];
    assert!(Switch::ALL.iter().all(|known| table.iter().any(|(defence, ..)| defence == known)));
    for (defence, changes, traces) in table {
        let mut changes = changes.to_vec();
        changes.extend([("cache.ttl_ms", "500"), ("load.duration_ms", "15000")]);
        let scenario = preset("expiry-without-singleflight", &changes);
        let actions = [switch(5_000.0, defence, true), switch(10_000.0, defence, false)];
        run(&scenario, &actions, |tape| {
            let events: Vec<Event> = tape.log.iter().collect();
            let traces = traces(&events);
            assert!(!traces.is_empty(), "{defence:?} did nothing");
            // Who is in one already goes on as it began: half a second more.
            let elsewhen: Vec<_> =
                traces.iter().filter(|at| !(5_000.0..10_500.0).contains(*at)).collect();
            assert!(elsewhen.is_empty(), "{defence:?} at {elsewhen:?}");
            let c = &tape.counters;
            assert_eq!(c.requests(), c.ok() + c.errors(), "{defence:?}");
        });
    }
}

/// What does not go together is refused, with the place.
#[test]
fn a_switch_that_leads_nowhere_is_refused() {
    let scenario = preset("demo-without-singleflight", &[]);
    let refusal = |actions: &[Action]| {
        Run::new(&scenario, actions, 1, Recording::Counters).err().unwrap().to_string()
    };
    assert_eq!(
        refusal(&[switch(10.0, Switch::Recheck, true)]),
        "actions[0].do.switch: protect.recheck: this needs protect.singleflight to be on"
    );
    // In order of time, not of the list.
    let late = [switch(20.0, Switch::Lock, true), switch(10.0, Switch::Lease, true)];
    assert!(refusal(&late).starts_with("actions[0].do.switch: protect.lease: "));
}
