//! Ten simulated hours with every defence on and faults at random: nothing
//! leaks, and the counters still add up.

use crate::common;

use common::preset;
use stampede_sim::engine::Nanos;
use stampede_sim::engine::streams::{Purpose, Stream};
use stampede_sim::run::Run;
use stampede_sim::scenario::{Action, Deed, Load, Pacing, Scenario, Switch};
use stampede_sim::telemetry::{Kind, Recording};

const HOURS: f64 = 10.0;

/// What happens in a shop alone, the last one only with a mistake.
const OF_A_SHOP: [Kind; 20] = [
    Kind::ListPage,
    Kind::DetailPage,
    Kind::LoginPage,
    Kind::BuyPage,
    Kind::Part,
    Kind::PartOf,
    Kind::Parted,
    Kind::Session,
    Kind::Known,
    Kind::LoggedOut,
    Kind::Overtaken,
    Kind::Scan,
    Kind::Unlink,
    Kind::Sold,
    Kind::Oversold,
    Kind::SoldOut,
    Kind::Unheard,
    Kind::Unsubscribed,
    Kind::Memory,
    Kind::Mixed,
];

/// A fault about every twenty seconds, for up to ten.
fn faults(seed: u64) -> Vec<Action> {
    let mut s = Stream::new(seed, Purpose::Faults, 99);
    let mut at_ms = 0.0;
    let mut faults = Vec::new();
    while at_ms < HOURS * 3_600_000.0 {
        at_ms += 20_000.0 * s.exponential();
        let for_ms = 10_000.0 * s.unit();
        let process = s.below(3) as u32;
        let deed = match s.below(18) {
            0 => Deed::ClearCache,
            1 => Deed::Burst { requests: 200, spread_ms: 50.0 },
            2 => Deed::DbOutage { for_ms },
            3 => Deed::DbBrownout { for_ms, slowdown: 1.0 + 20.0 * s.unit() },
            4 => Deed::CacheOutage { for_ms },
            5 => Deed::LockOutage { for_ms },
            6 => Deed::Crash { process, for_ms },
            7 => {
                let any = [Switch::Stale, Switch::Xfetch, Switch::Breaker, Switch::Codel];
                Deed::Switch { defence: any[s.below(4) as usize], on: s.below(3) > 0 }
            }
            8 => Deed::Update,
            9 => Deed::CounterOutage { for_ms },
            10 => Deed::LockCrash { server: s.below(3) as u32, for_ms },
            11 => Deed::Pause { process, for_ms },
            12 => Deed::BackupOutage { for_ms },
            13 => Deed::ReplicaOutage { replica: 1 + s.below(2) as u32, for_ms },
            14 => Deed::FailOver { for_ms },
            15 => Deed::ClearLocal,
            16 => Deed::ClockJump { server: s.below(3) as u32, by_ms: 1_000.0 * s.unit() },
            _ => Deed::SlowProcess { process, for_ms, delay_ms: 200.0 * s.unit() },
        };
        faults.push(Action { at_ms, deed });
    }
    faults.retain(|a| a.at_ms < HOURS * 3_600_000.0);
    faults
}

fn everything() -> Scenario {
    let duration = format!("{}", HOURS * 3_600_000.0);
    preset(
        "layered",
        &[
            ("events", "[]"),
            ("fleet.processes", "3"),
            ("load.rate", "20"),
            ("load.duration_ms", &duration),
            ("keys.missing", "0.1"),
            ("writes", r#"{"share": 0.02, "again_ms": 500}"#),
            (
                "client",
                r#"{"timeout_ms": 400, "cancels": true, "retries": 2, "backoff": "full", "retry_budget": 0.2,
                    "heeds_retry_after": true, "count": 50, "per_address": 10, "greedy": 0.1}"#,
            ),
            (
                "edge",
                r#"{"pops": 3, "shield": true, "ttl_ms": 50, "grace_ms": 100, "purge_ms": 30, "generation": true}"#,
            ),
            // Few loads come so far, and a replica's failure is no failure.
            ("breaker.failures", "2"),
            ("protect.shed", "true"),
            ("shed", r#"{"most": 30, "reserve": 0.5}"#),
            ("client.important", "0.3"),
            ("protect.gateway", "true"),
            ("gateway", r#"{"algorithm": "gcra", "limit": 300, "burst": 20, "by": "address"}"#),
            ("replicas", r#"{"count": 2, "primary_ms": 300, "marker": true, "timeout_ms": 100}"#),
            ("protect.predict", "true"),
            ("predict.capacity", "6"),
            ("protect.fallback", "true"),
            ("fallback", r#"{"second": "none", "oldest_ms": 10000}"#),
            ("protect.coalesce", "true"),
            ("coalesce", r#"{"ttl_ms": 50, "shared": true}"#),
            (
                "http",
                r#"{"queries": 2, "accounts": 3, "origins": 2, "private": true, "etags": true}"#,
            ),
            ("protect.local", "true"),
            ("protect.viral", "true"),
            ("viral", r#"{"window_ms": 500, "rate": 3, "growth": 1.5, "hold_ms": 2000}"#),
            ("local", r#"{"ttl_ms": 200, "soft_ms": 100, "lost": 0.1, "capacity": 2}"#),
            ("protect.backup", "true"),
            ("backup", r#"{"ttl_ms": 30000, "behind": true}"#),
            ("cache.capacity", "5"),
            ("fleet.memory_mb", "20"),
            (
                "autoscale",
                r#"{"max": 6, "min": 3, "metric": "in-flight", "target": 1, "stabilize_ms": 60000}"#,
            ),
            ("cpu", r#"{"cores": 2, "request_ms": 1, "request": "exponential", "follower_ms": 1}"#),
            ("fleet.balance", "peak-ewma"),
            ("fleet.news_ms", "200"),
            ("fleet.slow_start_ms", "3000"),
            ("fleet.check_ms", "2000"),
            ("db.query", "exponential"),
            ("db.error_rate", "0.01"),
            ("db.panic_rate", "0.001"),
            ("db.cancels", "false"),
            ("db.pool", "1"),
            ("db.pool_order", "random"),
            ("db.acquire_timeout_ms", "200"),
            ("db.query_timeout_ms", "700"),
            ("protect.xfetch", "true"),
            ("protect.adaptive_ttl", "true"),
            ("protect.warming", "true"),
            ("protect.negative", "true"),
            ("protect.limiter", "true"),
            ("protect.throttle", "true"),
            ("protect.concurrency", "true"),
            ("protect.bulkhead", "true"),
            ("bulkhead.most", "3"),
            ("bulkhead.wait_ms", "600"),
            ("protect.codel", "true"),
            ("protect.spill", "true"),
            ("lock.servers", "3"),
            ("lock.ttl_ms", "500"),
            ("singleflight.wait_ms", "300"),
        ],
    )
}

#[test]
fn ten_hours_of_faults() {
    let (scenario, faults) = (everything(), faults(5));
    assert!(faults.len() > 1500);
    let mut run = Run::new(&scenario, &faults, 5, Recording::Counters).unwrap();
    let mut most = (0, 0);
    for minute in 1..=(HOURS * 60.0) as u64 {
        run.run_until(Nanos::from_secs(minute as f64 * 60.0), u64::MAX);
        let left = run.remains();
        // Besides those who wait: the actions yet to come, and the standing tasks.
        let waiting = run.read(|tape| tape.counters.waiting()) as usize;
        let extra = (left.tasks.saturating_sub(faults.len()), left.lists);
        most = (most.0.max(extra.0), most.1.max(extra.1));
        assert!(extra.0 <= 5 * waiting + 200, "minute {minute}: {left:?}, {waiting} waiting");
    }
    assert!(most.1 < 3_000, "lists of waits: {most:?}");
    run.run_to_end();
    assert!(run.is_over());
    let left = run.remains();
    assert_eq!((left.tasks, left.waits, left.queries), (3, 3, 0), "{left:?}");
    run.read(|tape| {
        let c = &tape.counters;
        assert!(c.requests() > 700_000, "{}", c.requests());
        assert_eq!(c.requests(), c.ok() + c.errors());
        assert_eq!(c.retries(), c.of(Kind::Fail));
        assert_eq!(c.refreshes(), c.of(Kind::Refreshed));
        assert_eq!(c.db_concurrency(), 0);
        assert_eq!(tape.latency.count(), c.ok() + c.errors());
        // Everything that can happen did.
        for kind in Kind::ALL {
            // Of several lock servers none has the word alone, and there is no fence.
            let absent = [
                Kind::Busy,
                Kind::LockError,
                Kind::Reject,
                Kind::Drop,
                Kind::Lease,
                Kind::Wait,
                Kind::Abort,
                Kind::Forsake,
                Kind::WrongBody,
                Kind::LostPost,
                Kind::WrongLanguage,
                Kind::TooOld,
                // Answers have no size.
                Kind::Content,
                Kind::Late,
                Kind::Client,
                // The edge merges as Varnish does, not as nginx.
                Kind::EdgeLook,
                Kind::EdgePass,
                // The account is in the key, and nobody gets all headers.
                Kind::Pass,
                Kind::Blocked,
                // Of four ways to update there is one.
                Kind::Rename,
                Kind::Orphan,
                // Nobody wrote a script.
                Kind::Stopped,
                // What stands in for a value would leave no errors.
                Kind::Default,
                Kind::Placeholder,
            ];
            let never = absent.contains(&kind) || OF_A_SHOP.contains(&kind);
            assert!(c.of(kind) > 0 || never, "{kind:?} never happened");
        }
    });
}

/// Two hours of a shop, whose processes are cut off as well, with the same faults.
#[test]
fn two_hours_of_a_shop() {
    let span = 2.0 * 3_600_000.0;
    let mut scenario = everything();
    scenario.keys.count = 20;
    scenario.edge.pops = 0;
    scenario.load = Load::ConstantArrivalRate {
        rate: 20.0,
        duration_ms: span,
        arrivals: Pacing::Poisson,
        max_vus: None,
    };
    let mut scenario = scenario
        .with(
            "shop",
            r#"{"products": 20, "lists": 4, "categories": 3, "visitors": 20, "buy": 0.2,
            "list_ms": 500, "detail_ms": 3000, "session_ms": 1000, "session": "get-expire",
            "invalidate": "scan", "count": 5, "in_stock": 200, "stock": "pubsub", "buffer": 2,
            "message_ms": 40, "at_once": true}"#,
        )
        .unwrap();
    scenario.cache.capacity = 30;
    let mut faults = faults(6);
    faults.retain(|fault| fault.at_ms < span);
    for (n, fault) in faults.iter_mut().enumerate().filter(|(n, _)| n % 10 == 0) {
        fault.deed = Deed::CutOff { process: n as u32 / 10 % 3, for_ms: 120_000.0 };
    }
    let mut run = Run::new(&scenario, &faults, 6, Recording::Counters).unwrap();
    run.run_to_end();
    assert!(run.is_over());
    let left = run.remains();
    assert_eq!((left.tasks, left.waits, left.queries), (3, 3, 0), "{left:?}");
    run.read(|tape| {
        let c = &tape.counters;
        assert_eq!(c.requests(), c.ok() + c.errors());
        assert_eq!(c.of(Kind::Part), c.of(Kind::Parted));
        assert_eq!(c.db_concurrency(), 0);
        for kind in OF_A_SHOP {
            assert!(c.of(kind) > 0 || kind == Kind::Mixed, "{kind:?} never happened");
        }
    });
}
