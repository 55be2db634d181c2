//! A dropped request leaves nothing behind, wherever it was.

use crate::common;

use std::cell::RefCell;
use std::rc::Rc;

use common::{Lab, ms, preset};
use proptest::prelude::*;
use stampede_sim::engine::race::{First, race};
use stampede_sim::protect::App;
use stampede_sim::protect::get::get;
use stampede_sim::telemetry::Reason;
use stampede_sim::world::Request;

/// Combinations of defences that hold requests somewhere.
const DEFENCES: [&[(&str, &str)]; 8] = [
    &[],
    &[("protect.singleflight", "true")],
    &[("protect.singleflight", "true"), ("protect.flaw", "leader-context")],
    &[("protect.singleflight", "true"), ("singleflight.mode", "hand-over")],
    &[
        ("protect.singleflight", "true"),
        ("singleflight.wait_ms", "30"),
        ("protect.recheck", "true"),
    ],
    &[("protect.lock", "true"), ("lock.ttl_ms", "90"), ("lock.wait_ms", "100")],
    &[("protect.lease", "true"), ("lease.hold_ms", "80"), ("lease.wait_ms", "60")],
    &[("protect.breaker", "true"), ("db.pool_order", "random"), ("db.query_timeout_ms", "55")],
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    /// Requests for a few keys; each is dropped after a while of its own, on
    /// the way to the cache, in the queue, at the database, as a leader, as a
    /// follower, waiting for a lock or a lease, holding one, or after its end.
    #[test]
    fn a_dropped_request_leaves_nothing_behind(
        plans in prop::collection::vec((0u64..100, 1u64..200, 0u32..3), 1..40),
        defence in 0..DEFENCES.len(),
        cancels in any::<bool>(),
    ) {
        let cancels = if cancels { "true" } else { "false" };
        let system = [("db.pool", "3"), ("keys.count", "3"), ("db.cancels", cancels)];
        let changes = [DEFENCES[defence], &system].concat();
        let scenario = preset("demo-without-singleflight", &changes);
        let lab = Lab::of(&scenario);
        let app = Rc::new(App::new(&lab.world, &scenario, &Rc::default(), false, 0, 1));
        let requests = plans.len();
        let ended = Rc::new(RefCell::new(Vec::new()));
        for (at, patience, key) in plans {
            let (app, ended) = (Rc::clone(&app), Rc::clone(&ended));
            lab.at(at as f64, |world| async move {
                let request = Request::send(&world, key);
                let patience = world.core.sleep(ms(patience as f64));
                let error = match race(get(&app, &request), patience).await {
                    First::Left(loaded) => loaded.err(),
                    First::Right(()) => None,
                };
                ended.borrow_mut().push(error);
            });
        }
        prop_assert_eq!(lab.run(), 0, "only the database is still there");
        prop_assert_eq!(ended.borrow().len(), requests);
        // Nothing else can fail here.
        let allowed = [Reason::LeaderGone, Reason::FlightTimeout, Reason::QueryTimeout, Reason::BreakerOpen, Reason::TooManyRequests];
        prop_assert!(ended.borrow().iter().flatten().all(|e| allowed.contains(e)), "{:?}", ended);
        prop_assert_eq!(app.process.pool.free(), 3);
        prop_assert_eq!(app.process.pool.waiting(), 0);
        prop_assert_eq!(lab.world.database.running(), 0);
        prop_assert_eq!(lab.waits.get(), 1, "the idle database waits for queries, nobody else");
        let at_database = lab.world.recorder.read(|tape| tape.counters.db_concurrency());
        prop_assert_eq!(at_database, 0, "every query is answered, stopped or wasted");
    }
}

/// A dropped query gives up its connection at once, and its core too if the
/// server stops it; otherwise the server works on.
#[test]
fn a_dropped_query_stops_at_once_or_works_on() {
    for (cancels, after) in [("true", (0, 3)), ("false", (1, 3))] {
        let changes = [("db.pool", "3"), ("network.jitter", "0"), ("db.cancels", cancels)];
        let scenario = preset("demo-without-singleflight", &changes);
        let lab = Lab::of(&scenario);
        let app = Rc::new(App::new(&lab.world, &scenario, &Rc::default(), false, 0, 1));
        let seen = Rc::new(RefCell::new(Vec::new()));
        let inside = Rc::clone(&seen);
        lab.at(0.0, |world| async move {
            let request = Request::send(&world, 0);
            let running = || (world.database.running(), app.process.pool.free());
            let watch = async {
                world.core.sleep(ms(39.0)).await;
                inside.borrow_mut().push(running());
                world.core.sleep(ms(1.0)).await;
            };
            race(get(&app, &request), watch).await;
            inside.borrow_mut().push(running());
        });
        lab.run();
        assert_eq!(*seen.borrow(), [(1, 2), after]);
        assert_eq!(lab.world.recorder.read(|tape| tape.counters.wasted()), after.0 as u64);
    }
}
