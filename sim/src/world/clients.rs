//! Who sends requests: open sources and virtual users.

use std::cell::Cell;
use std::rc::Rc;

use stampede_scenario::apart;

use super::World;
use super::arrivals::{Arrivals, Post};
use super::hawkes::{Hawkes, Spread};
use super::jobs::Job;
use super::keys::Keys;
use super::request::Key;
use super::work::Work;
use crate::engine::Nanos;
use crate::engine::streams::{Purpose, Stream};
use crate::scenario::{Load, Scenario, Stage};
use crate::telemetry::Kind;
use crate::telemetry::event::WORLD;

/// Virtual users that an open source may use, as k6's `maxVUs`.
pub struct Busy {
    now: Cell<u32>,
    most: u32,
}

impl Busy {
    /// A virtual user is free again.
    pub fn release(&self) {
        self.now.set(self.now.get() - 1);
    }

    fn take(&self) -> bool {
        let free = self.now.get() < self.most;
        if free {
            self.now.set(self.now.get() + 1);
        }
        free
    }
}

/// An open source of requests.
pub struct Open {
    arrivals: Arrivals,
    keys: Keys,
    users: Option<Rc<Busy>>,
}

/// A virtual user.
pub struct User {
    plan: Plan,
    keys: Keys,
    think: Work,
    stream: Stream,
}

/// When a virtual user may start another iteration.
enum Plan {
    /// From the first instant until before the second.
    During(Vec<(Nanos, Nanos)>),
    /// While iterations are left in the common pot.
    Shared(Rc<Cell<u32>>),
}

/// What the page's first figure does without, as in
/// [`crate::protect::further`]: every load but a burst.
#[derive(Clone, Copy)]
pub struct Further {
    start: fn(&World, &Scenario, u64),
}

impl Further {
    const ALL: Further = Further { start: start_other };

    /// Whether a load is one of them.
    pub fn is_needed(load: &Load) -> bool {
        !matches!(load, Load::Burst { .. })
    }
}

apart!(Further, given);

/// Starts everything a scenario's load consists of.
pub fn start(world: &World, scenario: &Scenario, seed: u64) {
    let Load::Burst { requests, at_ms, spread_ms } = scenario.load else {
        return (Further::given().start)(world, scenario, seed);
    };
    let random = Stream::new(seed, Purpose::Arrivals, 0);
    let (at, spread) = (Nanos::from_ms(at_ms), Nanos::from_ms(spread_ms));
    let (arrivals, keys) =
        (Arrivals::burst(requests, at, spread, random), Keys::new(&scenario.keys, seed, 0));
    world.start(Job::Open(Box::new(Open { arrivals, keys, users: None })));
}

/// The same for every other load.
fn start_other(world: &World, scenario: &Scenario, seed: u64) {
    let keys = |source| Keys::new(&scenario.keys, seed, source);
    let open = |arrivals, most: Option<u32>| {
        let users = most.map(|most| Rc::new(Busy { now: Cell::new(0), most }));
        world.start(Job::Open(Box::new(Open { arrivals, keys: keys(0), users })));
    };
    let user = |number: u32, plan, think| {
        let stream = Stream::new(seed, Purpose::Think, number.into());
        let keys = keys(u64::from(number) + 1);
        world.start(Job::User(Box::new(User { plan, keys, think, stream })));
    };
    match &scenario.load {
        // Not one of them.
        Load::Burst { .. } => {}
        Load::ConstantArrivalRate { rate, duration_ms, arrivals, max_vus } => {
            let span = Nanos::from_ms(*duration_ms);
            open(Arrivals::constant(*rate, span, *arrivals, seed), *max_vus);
        }
        Load::RampingArrivalRate { start_rate, stages, arrivals, max_vus } => {
            open(Arrivals::ramping(*start_rate, stages, *arrivals, seed), *max_vus);
        }
        load @ Load::SelfExciting { requests, .. } => {
            if let Some(spread) = Spread::of(load) {
                let (spread, shares) = (Hawkes::new(spread, seed), world.shares.clone());
                open(Arrivals::Post(Box::new(Post { spread, left: *requests, shares })), None);
            }
        }
        Load::ConstantVus { vus, duration_ms, think_ms, think } => {
            let think = Work::new(*think_ms, *think);
            for number in 0..*vus {
                let plan = Plan::During(vec![(Nanos::ZERO, Nanos::from_ms(*duration_ms))]);
                user(number, plan, think);
            }
        }
        Load::RampingVus { start_vus, stages, think_ms, think } => {
            let think = Work::new(*think_ms, *think);
            for (number, spans) in ramp(*start_vus, stages).into_iter().enumerate() {
                user(number as u32, Plan::During(spans), think);
            }
        }
        Load::SharedIterations { vus, iterations, think_ms, think } => {
            let (think, left) = (Work::new(*think_ms, *think), Rc::new(Cell::new(*iterations)));
            for number in 0..*vus {
                user(number, Plan::Shared(Rc::clone(&left)), think);
            }
        }
    }
}

/// When each virtual user of a ramp is active. The number of users follows
/// the stages linearly; the `n`-th user is active while it is at least `n`.
fn ramp(start: u32, stages: &[Stage]) -> Vec<Vec<(Nanos, Nanos)>> {
    let most = stages.iter().map(|s| s.target as u32).chain([start]).max().unwrap_or(0);
    let mut active: Vec<Vec<(Nanos, Nanos)>> = vec![Vec::new(); most as usize];
    let mut since: Vec<Option<Nanos>> =
        (0..most).map(|n| (n < start).then_some(Nanos::ZERO)).collect();
    let (mut at, mut from) = (0.0, f64::from(start));
    for stage in stages {
        // At a stage's end its target holds, so each step inside it is where
        // the line crosses a whole number.
        let crossing = |n: f64| at + stage.duration_ms * (n - from) / (stage.target - from);
        for n in from as u32..stage.target as u32 {
            since[n as usize] = Some(Nanos::from_ms(crossing(f64::from(n + 1))));
        }
        for n in (stage.target as u32..from as u32).rev() {
            if let Some(began) = since[n as usize].take() {
                active[n as usize].push((began, Nanos::from_ms(crossing(f64::from(n)))));
            }
        }
        (at, from) = (at + stage.duration_ms, stage.target);
    }
    for (n, began) in since.into_iter().enumerate() {
        active[n].extend(began.map(|began| (began, Nanos::from_ms(at))));
    }
    active
}

/// A source sends so many at one instant before it gives way.
const AT_ONCE: usize = 10_000;

/// The task of an open source. `job` makes a request for a key, and says whom to
/// tell when that is answered.
pub async fn open(
    world: &World,
    mut source: Open,
    mut job: impl FnMut(Key, Option<Rc<Busy>>) -> Job,
) {
    while source.arrivals.prepare() {
        world.core.give_way().await;
    }
    for (sent, at) in source.arrivals.enumerate() {
        world.core.sleep_until(at).await;
        if sent % AT_ONCE == AT_ONCE - 1 {
            world.core.give_way().await;
        }
        let key = source.keys.draw();
        // Whoever finds no user free is somebody all the same.
        let job = job(key, source.users.clone());
        match &source.users {
            Some(users) if !users.take() => {
                world.recorder.note(world.core.now(), Kind::Drop, WORLD, 0);
            }
            _ => world.start(job),
        }
    }
    world.source_done();
}

/// The task of a virtual user; `ask` sends one request for a key and waits for
/// its end.
pub async fn user(world: &World, mut user: User, ask: impl AsyncFn(Key)) {
    let iterate = async |user: &mut User| {
        let begin = world.core.now();
        ask(user.keys.draw()).await;
        world.core.sleep(user.think.draw(&mut user.stream)).await;
        if world.core.now() == begin {
            // Refused at no cost: no client's loop is that fast.
            world.core.sleep(Nanos::from_ms(1.0)).await;
        }
    };
    match &mut user.plan {
        Plan::During(spans) => {
            for (from, until) in std::mem::take(spans) {
                world.core.sleep_until(from).await;
                while world.core.now() < until {
                    iterate(&mut user).await;
                }
            }
        }
        Plan::Shared(left) => {
            let left = Rc::clone(left);
            while left.get() > 0 {
                left.set(left.get() - 1);
                iterate(&mut user).await;
            }
        }
    }
    world.source_done();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage(target: u32, secs: f64) -> Stage {
        Stage { target: f64::from(target), duration_ms: secs * 1e3 }
    }

    /// k6's example: 4→6 (2 s) →1 (5 s) →5 (4 s) →1 (4 s) →4 (3 s) →4 (2 s)
    /// →1 (0 s) →1 (3 s): steps 1 s apart, 1 user at 20 s, none at 23 s.
    #[test]
    fn ramping_users_as_k6_does() {
        let stages = [
            stage(6, 2.0),
            stage(1, 5.0),
            stage(5, 4.0),
            stage(1, 4.0),
            stage(4, 3.0),
            stage(4, 2.0),
            stage(1, 0.0),
            stage(1, 3.0),
        ];
        let active = ramp(4, &stages);
        let at = |secs: f64| {
            let now = Nanos::from_secs(secs);
            active.iter().filter(|s| s.iter().any(|(a, b)| *a <= now && now < *b)).count()
        };
        let expected = [4, 5, 6, 5, 4, 3, 2, 1, 2, 3, 4, 5, 4, 3, 2, 1, 2, 3, 4, 4, 1, 1, 1, 0];
        for (second, expected) in expected.into_iter().enumerate() {
            assert_eq!(at(second as f64), expected, "at {second} s");
        }
    }
}
