//! What comes of a plan does not depend on who makes its runs, nor on the
//! order in which they are done.

use proptest::prelude::*;
use stampede_sim::engine::Nanos;
use stampede_sim::run::Run;
use stampede_sim::scenario::link::{Lane, Link};
use stampede_sim::scenario::presets;
use stampede_sim::telemetry::Recording;

use super::job::make;
use super::*;

fn link(preset: &str) -> Link {
    Link { lanes: vec![Lane::new("demo-with-singleflight"), Lane::new(preset)], ..Link::default() }
}

/// Carries out a plan with some workers, of whose runs `pick` says which is
/// done next. What they say goes through text.
pub fn done<P: Plan>(mut plan: P, workers: usize, mut pick: impl FnMut(usize) -> usize) -> P {
    let mut busy: Vec<(u64, Job)> = Vec::new();
    while !plan.is_over() {
        while busy.len() < workers
            && let Some(job) = plan.next()
        {
            busy.push(job);
        }
        assert!(!busy.is_empty(), "there is more to know, and nothing to do");
        let (number, job) = busy.swap_remove(pick(busy.len()) % busy.len());
        let said = make(&job.write()).expect("it can be made");
        plan.take(number, Answer::read(&said).expect("an answer"));
    }
    plan
}

/// As the page's thread does it: one after another, in slices much smaller
/// than a run.
fn done_in_slices<P: Plan>(mut plan: P) -> P {
    while !plan.is_over() {
        let (number, job) = plan.next().expect("one at a time");
        let mut making = job.begin().unwrap();
        let answer = std::iter::repeat_with(|| making.step(50)).find_map(|answer| answer);
        plan.take(number, answer.unwrap());
    }
    plan
}

fn survey(preset: &str, count: u64) -> Survey {
    Survey::new(link(preset), 1, count).unwrap()
}

fn hunt(preset: &str, failure: Failure, last: u64) -> Hunt {
    Hunt::new(link(preset), 1, failure, last).unwrap()
}

/// Four queries of which one in eight fails: the first seeds show no error, and
/// of the later ones several do.
fn first_error() -> Hunt {
    let changes = [("load.requests", "4"), ("db.error_rate", "0.12")];
    let changes = changes.map(|(path, value)| (path.to_owned(), value.to_owned())).into();
    let link = Link { changes, ..link("demo-without-singleflight") };
    Hunt::new(link, 1, Failure::Error, 12).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn the_order_does_not_matter(order in prop::collection::vec(0_usize..4, 1..40)) {
        let mut turns = order.iter().cycle();
        let mut pick = |_| *turns.next().unwrap();
        let samples = done_in_slices(survey("demo-without-singleflight", 12)).samples();
        let found = done_in_slices(first_error());
        prop_assert_eq!(found.clear(), 2);
        for workers in [1, 2, 4] {
            let by_workers = done(survey("demo-without-singleflight", 12), workers, &mut pick);
            prop_assert_eq!(by_workers.samples(), samples.clone());
            prop_assert!(by_workers.own().is_some_and(|own| own.db_calls == 100));
            let by_workers = done(first_error(), workers, &mut pick);
            prop_assert_eq!(by_workers.found(), found.found());
            prop_assert_eq!(by_workers.clear(), found.clear());
        }
    }
}

/// The demo loads a hundred times under any seed, one with singleflight.
#[test]
fn a_survey_knows_every_seed() {
    for (preset, calls) in [("demo-without-singleflight", 100), ("demo-with-singleflight", 1)] {
        let link = Link { seed: 7, ..link(preset) };
        let survey = done_in_slices(Survey::new(link, 1, 30).unwrap());
        let (own, samples) = (survey.own().unwrap(), survey.samples());
        assert_eq!((own.seed, samples.len()), (7, 30));
        assert!(samples.iter().chain([&own]).all(|sample| sample.db_calls == calls));
        // Its own seed is not among the others.
        assert!((1..=31).filter(|seed| *seed != 7).eq(samples.iter().map(|sample| sample.seed)));
        let alone = |seed| {
            let scenario = presets::find(preset).unwrap();
            let mut run = Run::new(&scenario, &[], seed, Recording::Counters).unwrap();
            run.run_to_end();
            run.read(|tape| tape.latency.quantile(0.99))
        };
        assert_eq!([own.p99, samples[7].p99], [alone(7), alone(9)]);
    }
}

/// When a run shows a failure first.
fn shows(link: &Link, failure: Failure) -> Option<Nanos> {
    let mut making = Job::new(link, 1, Some(failure)).begin().unwrap();
    making.step(u64::MAX).unwrap().failed_ns.map(Nanos)
}

/// Two loaders need two requests; a lock that is outlived as many as it takes.
#[test]
fn a_failure_is_found_and_shrunk() {
    let hunt_done = done(hunt("demo-without-singleflight", Failure::TwoLoaders, 10), 2, |_| 0);
    let found = hunt_done.found().unwrap();
    assert_eq!((found.seed, found.requests), (1, 2));
    assert_eq!(found.link.changes, [("load.requests".to_owned(), "2".to_owned())]);
    assert_eq!(shows(&found.link, Failure::TwoLoaders), Some(found.at));

    let hunt_done = done(hunt("lock-outlived-flawed", Failure::LockExpired, 10), 2, |_| 0);
    let found = hunt_done.found().unwrap();
    assert_eq!(shows(&found.link, Failure::LockExpired), Some(found.at));
    let (path, size) = &found.link.changes[0];
    let size: f64 = size.parse().unwrap();
    let mut smaller = found.link.clone();
    smaller.changes[0].1 = (size - 1.0).to_string();
    let smallest = size < 2.0 || shows(&smaller, Failure::LockExpired).is_none();
    assert!(smallest, "{path} {size} is not the smallest");
}

/// With singleflight there is one loader under every seed.
#[test]
fn what_does_not_happen_is_not_found() {
    let hunt = done_in_slices(hunt("demo-with-singleflight", Failure::TwoLoaders, 20));
    assert_eq!((hunt.found(), hunt.clear()), (None, 20));
}

/// A query that the server has stopped is no loader any more; one that it
/// works on for nobody is.
#[test]
fn one_loader_at_a_time_is_not_two() {
    let two_loaders = |cancels: &str| {
        let mut link = link("demo-with-singleflight");
        let changes =
            [("db.query_timeout_ms", "20"), ("client.retries", "2"), ("db.cancels", cancels)];
        link.changes = changes.map(|(path, value)| (path.to_owned(), value.to_owned())).into();
        shows(&link, Failure::TwoLoaders).is_some()
    };
    assert!(!two_loaders("true"));
    assert!(two_loaders("false"));
}

/// Each failure is found in a preset made for it, and not where nothing goes
/// wrong.
#[test]
fn failures_are_told_apart() {
    for (preset, change, failure) in [
        ("lock-outlived-flawed", None, Failure::LockExpired),
        ("four-processes", None, Failure::TwoLoaders),
        ("demo-with-singleflight", Some("10"), Failure::FollowerTimedOut),
        ("half-open-flawed", None, Failure::BreakerFlapped),
        ("followers-eat-memory", None, Failure::Crash),
        ("outage-errors", None, Failure::Error),
    ] {
        let mut link = link(preset);
        link.changes.extend(change.map(|ms| ("singleflight.wait_ms".to_owned(), ms.to_owned())));
        assert!(shows(&link, failure).is_some(), "{preset}");
        assert_eq!(shows(&self::link("demo-with-singleflight"), failure), None, "{failure:?}");
    }
}

/// What cannot be run is refused before anything begins, and a worker that is
/// asked for it has no answer.
#[test]
fn what_is_not_allowed_has_no_answer() {
    let mut wrong = link("demo-with-singleflight");
    wrong.changes.push(("db.pool".to_owned(), "0".to_owned()));
    assert!(Survey::new(wrong.clone(), 1, 3).is_err());
    let job = Job::new(&wrong, 1, None);
    assert_eq!(make(&job.write()), None);
    assert_eq!(make("no job"), None);
    assert!(job.begin().is_err_and(|problem| problem.path == "db.pool"));
}
