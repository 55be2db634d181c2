//! Cancellation on drop, order of wake-ups, permits: the engine's promises.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use proptest::prelude::*;
use stampede_sim::engine::executor::Inbox;
use stampede_sim::engine::race::{First, race};
use stampede_sim::engine::{Core, Executor, Nanos, Promise, Semaphore};

type Task = Pin<Box<dyn Future<Output = ()>>>;

async fn work(inbox: Inbox<Task>) -> Infallible {
    loop {
        inbox.next().await.await;
    }
}

fn run(core: &Rc<Core>, tasks: Vec<Task>) -> usize {
    let jobs = Rc::new(RefCell::new(VecDeque::from(tasks)));
    let mut executor = Executor::new(Rc::clone(core), jobs, work);
    executor.run_until(Nanos::MAX, u64::MAX);
    executor.busy()
}

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn a_dropped_sleep_leaves_nothing_behind() {
    let core = Rc::new(Core::default());
    {
        let mut sleep = pin!(core.sleep(Nanos(10)));
        assert!(poll(sleep.as_mut()).is_pending());
        assert_eq!(core.waits(), 1);
    }
    assert_eq!(core.waits(), 0);
}

#[test]
fn a_sleep_of_zero_does_not_wait() {
    let core = Core::default();
    assert!(poll(pin!(core.sleep(Nanos::ZERO))).is_ready());
}

/// Who gives way ends the slice, and goes on before anybody else: what happens
/// does not depend on it.
#[test]
fn who_gives_way_is_not_overtaken() {
    for slices in [true, false] {
        let core = Rc::new(Core::default());
        let seen = Rc::new(RefCell::new(String::new()));
        let (at_work, said) = (Rc::clone(&core), Rc::clone(&seen));
        let long: Task = Box::pin(async move {
            for _ in 0..3 {
                said.borrow_mut().push('a');
                at_work.give_way().await;
            }
        });
        let said = Rc::clone(&seen);
        let short: Task = Box::pin(async move { said.borrow_mut().push('b') });
        let jobs = Rc::new(RefCell::new(VecDeque::from([long, short])));
        let mut executor = Executor::new(Rc::clone(&core), jobs, work);
        let mut calls = 1;
        while !executor.run_until(Nanos::MAX, if slices { 1_000 } else { u64::MAX }) {
            calls += 1;
        }
        assert_eq!((&**seen.borrow(), calls), ("aaab", if slices { 4 } else { 1 }));
    }
}

#[test]
fn the_loser_of_a_race_is_cancelled() {
    let core = Rc::new(Core::default());
    let (at_work, won) = (Rc::clone(&core), Rc::new(Cell::new(None)));
    let result = Rc::clone(&won);
    let task = async move {
        let first = race(at_work.sleep(Nanos(5)), at_work.sleep(Nanos(1000))).await;
        assert_eq!(at_work.waits(), 0);
        result.set(Some((first, at_work.now())));
    };
    assert_eq!(run(&core, vec![Box::pin(task)]), 0);
    assert_eq!(won.get(), Some((First::Left(()), Nanos(5))));
    assert_eq!(core.now(), Nanos::MAX, "the loser's timer did not fire on the way");
}

#[test]
fn a_promise_wakes_everybody_in_order() {
    let core = Rc::new(Core::default());
    let promise = Rc::new(Promise::new(&core));
    let order = Rc::new(RefCell::new(Vec::new()));
    let mut tasks: Vec<Task> = Vec::new();
    for i in 0..5 {
        let (promise, order) = (Rc::clone(&promise), Rc::clone(&order));
        tasks.push(Box::pin(async move {
            let value = promise.wait().await;
            order.borrow_mut().push((i, value));
        }));
    }
    let (keeper, sleeper) = (Rc::clone(&promise), Rc::clone(&core));
    tasks.push(Box::pin(async move {
        sleeper.sleep(Nanos(3)).await;
        keeper.keep("kept");
    }));
    assert_eq!(run(&core, tasks), 0);
    assert_eq!(*order.borrow(), [(0, "kept"), (1, "kept"), (2, "kept"), (3, "kept"), (4, "kept")]);
}

#[test]
fn permits_are_first_come_first_served() {
    let core = Rc::new(Core::default());
    let semaphore = Rc::new(Semaphore::new(&core, 2));
    let order = Rc::new(RefCell::new(Vec::new()));
    let mut tasks: Vec<Task> = Vec::new();
    for i in 0..6 {
        let (core, semaphore, order) = (Rc::clone(&core), Rc::clone(&semaphore), Rc::clone(&order));
        tasks.push(Box::pin(async move {
            let permit = semaphore.acquire().await;
            order.borrow_mut().push((i, permit.number(), core.now().0));
            core.sleep(Nanos(10)).await;
        }));
    }
    assert_eq!(run(&core, tasks), 0);
    assert_eq!(
        *order.borrow(),
        [(0, 0, 0), (1, 1, 0), (2, 0, 10), (3, 1, 10), (4, 0, 20), (5, 1, 20)]
    );
    assert_eq!(semaphore.free(), 2);
}

/// A permit handed to somebody who goes away at that very moment is not lost.
#[test]
fn a_permit_handed_to_a_dropped_waiter_is_passed_on() {
    let core = Rc::new(Core::default());
    let semaphore = Semaphore::new(&core, 1);
    let held = semaphore.try_acquire().unwrap();
    {
        let mut waiter = pin!(semaphore.acquire());
        assert!(poll(waiter.as_mut()).is_pending());
        assert_eq!(semaphore.waiting(), 1);
        drop(held);
        assert_eq!(semaphore.free(), 0, "handed over, not freed");
    }
    assert_eq!((semaphore.free(), semaphore.waiting(), core.waits()), (1, 0, 0));
}

proptest! {
    /// Waits are never mixed up: tasks sleep, queue and wait for promises in
    /// random order, some give up half-way, and each resumes at its own time.
    #[test]
    fn two_waits_never_share_a_slot(plans in prop::collection::vec(
        prop::collection::vec((0u8..4, 1u64..50), 1..8), 1..20))
    {
        let core = Rc::new(Core::default());
        let empty = (core.waits(), core.lists());
        let semaphore = Rc::new(Semaphore::new(&core, 2));
        let wrong = Rc::new(Cell::new(0));
        let tasks = plans.into_iter().map(|plan| -> Task {
            let (core, semaphore, wrong) = (Rc::clone(&core), Rc::clone(&semaphore), Rc::clone(&wrong));
            Box::pin(async move {
                for (what, span) in plan {
                    let before = core.now();
                    let expect = |span: u64| {
                        if core.now().since(before) != Nanos(span) {
                            wrong.set(wrong.get() + 1);
                        }
                    };
                    match what {
                        0 => {
                            core.sleep(Nanos(span)).await;
                            expect(span);
                        }
                        1 => {
                            let permit = semaphore.acquire().await;
                            let got = core.now();
                            core.sleep(Nanos(span)).await;
                            if core.now().since(got) != Nanos(span) {
                                wrong.set(wrong.get() + 1);
                            }
                            drop(permit);
                        }
                        2 => {
                            // Gives up its place in the queue.
                            let left = race(core.sleep(Nanos(span)), semaphore.acquire()).await;
                            if let First::Left(()) = left {
                                expect(span);
                            }
                        }
                        _ => {
                            let promise = Promise::<u64>::new(&core);
                            let gone = race(promise.wait(), core.sleep(Nanos(span))).await;
                            if gone != First::Right(()) {
                                wrong.set(wrong.get() + 1);
                            }
                            expect(span);
                        }
                    }
                }
            })
        }).collect();
        prop_assert_eq!(run(&core, tasks), 0, "somebody hangs");
        prop_assert_eq!(wrong.get(), 0);
        prop_assert_eq!((semaphore.free(), semaphore.waiting()), (2, 0));
        drop(semaphore);
        prop_assert_eq!((core.waits(), core.lists()), empty, "something was left behind");
    }
}
