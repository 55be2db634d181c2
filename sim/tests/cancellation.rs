//! A dropped request leaves nothing behind, wherever it was.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::rc::Rc;

use proptest::prelude::*;
use stampede_sim::engine::executor::Inbox;
use stampede_sim::engine::race::{First, race};
use stampede_sim::engine::{Executor, Nanos};
use stampede_sim::protect::App;
use stampede_sim::protect::get::get;
use stampede_sim::protect::singleflight::Singleflight;
use stampede_sim::scenario::presets;
use stampede_sim::telemetry::{Reason, Recording};
use stampede_sim::world::{Process, Request, World};

type Task = Pin<Box<dyn Future<Output = ()>>>;

struct Site {
    world: World,
    app: App,
}

fn site(singleflight: bool) -> Rc<Site> {
    let scenario = presets::find("demo-with-singleflight").unwrap();
    let world = World::new(&scenario, 1, Recording::Counters);
    let singleflight =
        singleflight.then(|| Singleflight::new(&world.core, Err(Reason::LeaderGone)));
    let app = App { process: Process::new(&world.core, 0, 3), singleflight };
    Rc::new(Site { world, app })
}

async fn work(inbox: Inbox<Task>) -> Infallible {
    loop {
        inbox.next().await.await;
    }
}

proptest! {
    /// Requests for a few keys; each is dropped after a while of its own, on
    /// the way to the cache, in the queue, at the database, as a leader, as a
    /// follower, or after its end.
    #[test]
    fn a_dropped_request_leaves_nothing_behind(
        plans in prop::collection::vec((0u64..100, 1u64..200, 0u32..3), 1..40),
        singleflight in any::<bool>())
    {
        let site = site(singleflight);
        let core = Rc::clone(&site.world.core);
        let requests = plans.len();
        let ended = Rc::new(RefCell::new(Vec::new()));
        let mut tasks: VecDeque<Task> = VecDeque::new();
        {
            let site = Rc::clone(&site);
            tasks.push_back(Box::pin(async move { site.world.database.serve().await }));
        }
        for (at, patience, key) in plans {
            let (site, core, ended) = (Rc::clone(&site), Rc::clone(&core), Rc::clone(&ended));
            tasks.push_back(Box::pin(async move {
                core.sleep(Nanos::from_ms(at as f64)).await;
                let request = Request::send(&site.world, key);
                let patience = core.sleep(Nanos::from_ms(patience as f64));
                let error = match race(get(&site.app, &request), patience).await {
                    First::Left(loaded) => loaded.err(),
                    First::Right(()) => None,
                };
                ended.borrow_mut().push(error);
            }));
        }
        let mut executor = Executor::new(Rc::clone(&core), Rc::new(RefCell::new(tasks)), work);
        executor.run_until(Nanos::MAX, u64::MAX);
        prop_assert_eq!(executor.busy(), 1, "only the database is still there");
        prop_assert_eq!(ended.borrow().len(), requests);
        // A follower may lose its leader; nothing else can fail here.
        prop_assert!(ended.borrow().iter().all(|e| matches!(e, None | Some(Reason::LeaderGone))));
        prop_assert_eq!(site.app.process.pool.free(), 3);
        prop_assert_eq!(site.app.process.pool.waiting(), 0);
        prop_assert_eq!(site.app.singleflight.as_ref().map_or(0, |s| s.in_flight()), 0);
        prop_assert_eq!(site.world.database.running(), 0);
        prop_assert_eq!(core.waits(), 1, "the idle database waits for queries, nobody else");
    }
}

/// A dropped query gives up its core and its connection at once, not when its
/// work would have been done.
#[test]
fn a_dropped_query_stops_at_once() {
    let site = site(false);
    let core = Rc::clone(&site.world.core);
    let seen = Rc::new(RefCell::new(Vec::new()));
    let (inside, at_work) = (Rc::clone(&seen), Rc::clone(&site));
    let task: Task = Box::pin(async move {
        let request = Request::send(&at_work.world, 0);
        let patience = at_work.world.core.sleep(Nanos::from_ms(40.0));
        let running = || (at_work.world.database.running(), at_work.app.process.pool.free());
        let watch = async {
            at_work.world.core.sleep(Nanos::from_ms(39.0)).await;
            inside.borrow_mut().push(running());
            patience.await;
        };
        race(get(&at_work.app, &request), watch).await;
        inside.borrow_mut().push(running());
    });
    let jobs = Rc::new(RefCell::new(VecDeque::from([task])));
    Executor::new(core, jobs, work).run_until(Nanos::MAX, u64::MAX);
    assert_eq!(*seen.borrow(), [(1, 2), (0, 3)]);
}
