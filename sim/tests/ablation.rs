//! What comes of a run without one or more of its defences, by arithmetic; and
//! the smallest sets, against trying all of them.

use crate::common;

use common::{finish, random};
use proptest::prelude::*;
use stampede_sim::ablation::{Ablation, Aim, Goal, Kept, Method, Metric, Outcome, Search, Trial};
use stampede_sim::scenario::{Action, Deed, Load, Pacing, Scenario, Switch, presets};
use stampede_sim::telemetry::{Event, Kind, Report};
use stampede_sim::world::Value;

fn changed(scenario: &Scenario, changes: &[(&str, &str)]) -> Scenario {
    scenario.with_all(changes.iter().copied()).unwrap()
}

/// So many requests for one key at an instant, to a cold cache: 0.5 ms to the
/// cache and back, 50 ms in the database, a connection for everybody.
fn burst(requests: u32, changes: &[(&str, &str)]) -> Scenario {
    let load = Load::Burst { requests, at_ms: 0.0, spread_ms: 0.0 };
    changed(&Scenario::new("burst", load), &[&[("db.pool", "1000")], changes].concat())
}

fn outcome(scenario: &Scenario, actions: &[Action], seed: u64) -> Outcome {
    Trial::new(scenario, actions, seed).unwrap().step(u64::MAX).unwrap()
}

fn ablation(scenario: &Scenario) -> Ablation {
    Ablation::of(scenario, &[]).unwrap()
}

/// What came of it with all of its defences, and without each.
fn study(scenario: &Scenario) -> (Outcome, Vec<Outcome>) {
    let ablation = ablation(scenario);
    let run = |kept| {
        let (scenario, actions) = ablation.with(kept).unwrap();
        outcome(&scenario, &actions, 1)
    };
    let parts = 0..ablation.parts().len();
    let without = parts.map(|part| run(ablation.without(ablation.all(), part)));
    (run(ablation.all()), without.collect())
}

fn paths(ablation: &Ablation, kept: Kept) -> Vec<String> {
    let parts = ablation.parts().iter().enumerate();
    parts.filter(|(i, _)| kept.has(*i)).map(|(_, part)| part.path()).collect()
}

/// 100 look-ups, one query and one fill; without, a hundred of each. All wait
/// for two trips to the cache of 1 ms, and 50 ms; 100 kB each.
#[test]
fn singleflight_saves_99_of_100() {
    let (full, without) = study(&burst(100, &[("protect.singleflight", "true")]));
    let expected = Outcome {
        requests: 100,
        good: 100,
        p99_ns: 52_000_000,
        db_calls: 1,
        peak: 100,
        memory: 10_000_000,
        cache_calls: 101,
        ..Outcome::default()
    };
    assert_eq!(full, expected);
    assert_eq!(without, [Outcome { db_calls: 100, cache_calls: 200, ..expected }]);
}

/// A lock is taken and given back, at each server there is; the winner looks
/// once more, and fills.
#[test]
fn a_lock_costs_a_trip_there_and_one_back() {
    for (servers, calls) in [("1", 2), ("3", 6)] {
        let (full, without) =
            study(&burst(1, &[("protect.lock", "true"), ("lock.servers", servers)]));
        assert_eq!((full.lock_calls, full.cache_calls, full.db_calls), (calls, 3, 1));
        let without = without[0];
        assert_eq!((without.lock_calls, without.cache_calls, without.db_calls), (0, 2, 1));
    }
    // Of two, one waits 50 ms (give or take half) at a time for what takes more
    // than 50: each time it tries, and looks.
    let two = outcome(&burst(2, &[("protect.lock", "true")]), &[], 1);
    let tries = two.lock_calls - 2;
    assert!((1..=3).contains(&tries), "{tries}");
    // Two look, the winner again, it fills, and the loser looks after each pause.
    assert_eq!((two.db_calls, two.cache_calls), (1, 4 + tries));
}

/// A gateway that counts together asks once for each request.
#[test]
fn a_gateway_that_counts_together_asks_for_each() {
    let count = |shared| {
        outcome(&burst(7, &[("protect.gateway", "true"), ("gateway.shared", shared)]), &[], 1)
    };
    assert_eq!((count("true").gateway_calls, count("false").gateway_calls), (7, 0));
}

/// A miss asks behind, once, and what was loaded goes there.
#[test]
fn a_backup_cache_is_asked_and_filled() {
    let (full, without) =
        study(&burst(3, &[("protect.backup", "true"), ("protect.singleflight", "true")]));
    assert_eq!((full.backup_calls, full.db_calls), (2, 1));
    // Without singleflight all three ask, and store; without it nobody does.
    let calls: Vec<_> = without.iter().map(|o| (o.backup_calls, o.db_calls)).collect();
    assert_eq!(calls, [(6, 3), (0, 1)]);
}

/// A second after a value of 1 s has expired, three ask at once: all have the old
/// one, and one reloads it. What had been warm before cost no call.
#[test]
fn a_stale_answer_is_good_and_is_counted() {
    let stale = burst(
        3,
        &[
            ("protect.stale", "true"),
            ("keys.warm", "true"),
            ("cache.ttl_ms", "1000"),
            ("load.at_ms", "2000"),
        ],
    );
    let (full, without) = study(&stale);
    assert_eq!((full.good, full.stale, full.db_calls, full.cache_calls), (3, 3, 1, 4));
    // Three readers and one who refreshes.
    assert_eq!(full.peak, 4);
    let without = without[0];
    assert_eq!((without.stale, without.db_calls, without.cache_calls), (0, 3, 6));
}

/// Ten a second, each of which takes 52 ms: one at a time is in the system, whatever
/// their number; what goes on for nobody is in it, too.
#[test]
fn memory_is_of_those_who_are_there_at_one_time() {
    let load = Load::ConstantArrivalRate {
        rate: 10.0,
        duration_ms: 3_000.0,
        arrivals: Pacing::Paced,
        max_vus: None,
    };
    let scenario = changed(&Scenario::new("paced", load), &[("cache.ttl_ms", "1")]);
    let calm = outcome(&scenario, &[], 1);
    assert_eq!((calm.requests, calm.peak, calm.memory), (30, 1, 100_000));
    // Clients that leave after 10 ms; each query takes 250 ms, so that three are
    // under way.
    let hasty = changed(&scenario, &[("client.timeout_ms", "10"), ("db.query_ms", "250")]);
    let left = outcome(&hasty, &[], 1);
    assert_eq!((left.errors, left.peak), (30, 3));
}

/// An error is not right, nor is what stands in for a value.
#[test]
fn what_stands_in_for_a_value_is_not_right() {
    let outage = [("events", r#"[{"at_ms":0,"do":{"db-outage":{"for_ms":1000}}}]"#)];
    let fallback = [("protect.fallback", "true"), ("fallback.first", "default")];
    let (full, without) = study(&burst(10, &[&outage[..], &fallback[..]].concat()));
    assert_eq!((full.good, full.errors, full.goodput()), (0, 0, 0.0));
    assert_eq!((without[0].good, without[0].errors), (0, 10));
}

/// Everything that is on counts, in a request's order; and what is on only later.
#[test]
fn the_defences_are_those_that_are_on_at_some_time() {
    let late = Action { at_ms: 5.0, deed: Deed::Switch { defence: Switch::Breaker, on: true } };
    let scenario = burst(
        1,
        &[
            ("protect.singleflight", "true"),
            ("protect.recheck", "true"),
            ("client.retries", "1"),
            ("client.backoff", "full"),
            ("client.retry_budget", "0.1"),
            ("replicas.count", "1"),
            ("edge.pops", "2"),
            ("edge.shield", "true"),
            ("db.query_timeout_ms", "5000"),
        ],
    );
    let ablation = Ablation::of(&scenario, &[late]).unwrap();
    let expected = [
        "client.backoff",
        "client.retry_budget",
        "edge.pops",
        "edge.shield",
        "protect.singleflight",
        "protect.recheck",
        "protect.breaker",
        "db.query_timeout_ms",
        "replicas.count",
    ];
    assert_eq!(paths(&ablation, ablation.all()), expected);
    // What means nothing without another goes with it, and not the reverse.
    let gone = |part: usize| {
        let left = ablation.without(ablation.all(), part);
        paths(&ablation, Kept(ablation.all().0 & !left.0))
    };
    assert_eq!(gone(2), ["edge.pops", "edge.shield"]);
    assert_eq!(gone(3), ["edge.shield"]);
    assert_eq!(gone(4), ["protect.singleflight", "protect.recheck"]);
    // Nobody switches on what was taken away.
    let (bare, actions) = ablation.with(Kept(0)).unwrap();
    assert_eq!(actions, []);
    let plain = [
        ("protect.singleflight", "false"),
        ("protect.recheck", "false"),
        ("client.backoff", "none"),
        ("client.retry_budget", "0"),
        ("replicas.count", "0"),
        ("edge.pops", "0"),
        ("edge.shield", "false"),
        ("db.query_timeout_ms", "0"),
    ];
    assert_eq!(bare, changed(&scenario, &plain));
}

/// What happens to replicas cannot happen without them, and that is said.
#[test]
fn what_cannot_be_taken_away_is_refused_with_the_reason() {
    let scenario = presets::find("failover-async").unwrap();
    let ablation = ablation(&scenario);
    assert_eq!(paths(&ablation, ablation.all()), ["replicas.count"]);
    let refusal = ablation.with(Kept(0)).unwrap_err();
    assert_eq!(refusal.to_string(), "events[0].do.fail-over: this needs replicas.count to be on");
    // So the search has nothing to try.
    let full = outcome(&scenario, &[], 1);
    let mut search = Search::new(ablation, Goal::default(), &full);
    assert_eq!(search.begin(), None);
    assert_eq!((search.is_over(), search.found()), (true, &[(Kept(1), full)][..]));
}

/// With a mistake in a defence it goes, too, and the run is not refused.
#[test]
fn a_mistake_goes_with_its_defence() {
    for name in ["lock-outlived-flawed", "limit-first-flawed"] {
        let scenario = presets::find(name).unwrap();
        let ablation = ablation(&scenario);
        for part in 0..ablation.parts().len() {
            assert!(ablation.with(ablation.without(ablation.all(), part)).is_ok(), "{name} {part}");
        }
    }
}

/// Makes a search's runs, so many at once, in an order that `pick` says.
fn searched(
    mut search: Search,
    full: &Outcome,
    at_once: usize,
    mut pick: impl FnMut(usize) -> usize,
) -> Search {
    let mut under_way: Vec<(u64, Kept)> = Vec::new();
    while !search.is_over() {
        while under_way.len() < at_once
            && let Some(job) = search.begin()
        {
            under_way.push(job);
        }
        assert!(!under_way.is_empty(), "there is more to know, and nothing to do");
        let (number, kept) = under_way.swap_remove(pick(under_way.len()) % under_way.len());
        let (scenario, actions) = search.ablation().with(kept).unwrap();
        let trial = Trial::new(&scenario, &actions, 1).unwrap();
        let outcome =
            trial.for_goal(search.goal(), &scenario, full.requests).step(u64::MAX).unwrap();
        search.take(number, outcome);
    }
    search
}

/// In one process a lock does what singleflight does, and jitter nothing for a
/// key that never expires: one of the two is enough, and either is.
#[test]
fn what_is_redundant_is_left_out() {
    let scenario = burst(
        20,
        &[("protect.singleflight", "true"), ("protect.lock", "true"), ("protect.jitter", "true")],
    );
    let (full, ablation) = (outcome(&scenario, &[], 1), ablation(&scenario));
    let goal = Goal::new(&[Aim::read("db_calls<=1x").unwrap()], &full);
    let search = searched(Search::new(ablation, goal, &full), &full, 1, |_| 0);
    assert_eq!(search.method(), Method::Exact);
    let sets: Vec<_> =
        search.found().iter().map(|(kept, _)| paths(search.ablation(), *kept)).collect();
    assert_eq!(sets, [["protect.singleflight"], ["protect.lock"]]);
    // Nothing at all, and each of the three: no larger set was tried.
    assert_eq!(search.progress(), (4, 7));
}

/// 20,000 requests, of which a quarter meets a database that is down: that 70 % are
/// answered is not given up while it is, and that 80 % are, soon.
#[test]
fn a_run_is_given_up_when_it_is_lost_and_not_before() {
    let load = Load::ConstantArrivalRate {
        rate: 1_000.0,
        duration_ms: 20_000.0,
        arrivals: Pacing::Paced,
        max_vus: None,
    };
    let outage = r#"[{"at_ms":0,"do":{"db-outage":{"for_ms":5000}}}]"#;
    let off = [("cache.enabled", "false"), ("db.query_ms", "1"), ("events", outage)];
    let scenario = changed(&Scenario::new("outage", load), &off);
    let whole = outcome(&scenario, &[], 1);
    assert!((0.749..0.751).contains(&whole.goodput()), "{}", whole.goodput());
    let hurried = |goal: &str| {
        let goal = Goal::new(&[Aim::read(goal).unwrap()], &whole);
        let trial = Trial::new(&scenario, &[], 1).unwrap();
        let outcome = trial.for_goal(&goal, &scenario, 20_000).step(u64::MAX).unwrap();
        (outcome, goal.holds(&outcome))
    };
    assert_eq!(hurried("goodput>=0.7"), (whole, true));
    let (lost, holds) = hurried("goodput>=0.8");
    assert_eq!((lost.given_up, holds), (1, false));
    assert!(lost.requests < 10_000, "{}", lost.requests);
    // Counts that only grow, too; and a number may be one of the whole set's.
    assert_eq!(hurried("errors<=100").0.given_up, 1);
    assert_eq!(hurried("errors<=1x"), (whole, true));
    assert_eq!(hurried("db_calls<=0.5x").0.given_up, 1);
}

/// Too much to ask for, even of all: nothing is tried.
#[test]
fn a_goal_that_the_whole_does_not_keep_is_not_searched_for() {
    let scenario = burst(20, &[("protect.singleflight", "true")]);
    let full = outcome(&scenario, &[], 1);
    let goal = Goal::new(&[Aim::read("p99_ms<=51").unwrap()], &full);
    let search = Search::new(ablation(&scenario), goal, &full);
    assert_eq!((search.is_over(), search.progress().0, search.found()), (true, 0, &[][..]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    /// Against every set that there is, in any order; and a run that is given up
    /// would not have kept the goal.
    #[test]
    fn a_search_finds_all_smallest_sets(
        order in prop::collection::vec(0_usize..7, 1..40),
        times in 1.0_f64..6.0,
        goodput in 0.8_f64..1.0,
    ) {
        let scenario = changed(&presets::find("layered").unwrap(), &[("load.rate", "100")]);
        let (full, ablation) = (outcome(&scenario, &[], 1), ablation(&scenario));
        let aims = [
            Aim { metric: Metric::Goodput, at_least: true, value: goodput, times: false },
            Aim { metric: Metric::DbCalls, at_least: false, value: times, times: true },
        ];
        let goal = Goal::new(&aims, &full);
        let mut holding = Vec::new();
        for kept in (0..=ablation.all().0).map(Kept).filter(|kept| ablation.is_sound(*kept)) {
            let (scenario, actions) = ablation.with(kept).unwrap();
            let whole = outcome(&scenario, &actions, 1);
            let trial = Trial::new(&scenario, &actions, 1).unwrap();
            let hurried = trial.for_goal(&goal, &scenario, full.requests).step(u64::MAX).unwrap();
            prop_assert_eq!(goal.holds(&whole), goal.holds(&hurried));
            if goal.holds(&whole) {
                prop_assert_eq!(whole, hurried);
                holding.push((kept, whole));
            }
        }
        let least = holding.iter().map(|(kept, _)| kept.count()).min();
        holding.retain(|(kept, _)| Some(kept.count()) == least);
        let mut turns = order.iter().cycle();
        for at_once in [1, 3] {
            let search = Search::new(ablation.clone(), goal.clone(), &full);
            let search = searched(search, &full, at_once, |_| *turns.next().unwrap());
            prop_assert_eq!(search.found(), &holding[..]);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// With nothing taken away it is the run itself; and its numbers are those of
    /// a report, however it is sliced.
    #[test]
    fn taking_nothing_away_is_the_run_itself(number in 0_u64..1_000_000) {
        let scenario = random::scenario(number);
        let ablation = ablation(&scenario);
        let (same, actions) = ablation.with(ablation.all()).unwrap();
        prop_assert_eq!(&same, &scenario);
        prop_assert_eq!(actions, []);
        let whole = outcome(&same, &[], number);
        let mut trial = Trial::new(&same, &[], number).unwrap();
        let sliced = std::iter::repeat_with(|| trial.step(7)).find_map(|outcome| outcome).unwrap();
        prop_assert_eq!(whole, sliced);
        let run = finish(&scenario, &[], number);
        let report = run.read(|tape| Report::of(tape, "", number));
        let stale = report.stale + report.ancient;
        prop_assert_eq!(
            (whole.requests, whole.errors, whole.db_calls, whole.stale, whole.outdated),
            (report.requests, report.errors, report.db_calls, stale, report.stale_reads)
        );
        prop_assert_eq!((whole.crashes, whole.p99().ms()), (report.crashes, report.p99_ms));
        let real = |e: &Event| e.kind == Kind::Ok && e.arg < Value::PLACEHOLDER.0;
        let real = run.read(|tape| tape.log.iter().filter(real).count());
        prop_assert_eq!(whole.good, real as u64);
        prop_assert_eq!(Outcome::from_numbers(whole.numbers()), whole);
    }

    /// Whatever is taken away, what is left can be run, or it is said why not.
    #[test]
    fn any_defence_can_be_taken_away(number in 0_u64..1_000_000, which in 0_u64..u64::MAX) {
        let scenario = random::scenario(number);
        let ablation = ablation(&scenario);
        for part in 0..ablation.parts().len() {
            let kept = ablation.without(Kept(which & ablation.all().0 | 1 << part), part);
            prop_assert!(!kept.has(part) || kept.0 == 0);
            let refused = ablation.with(ablation.without(ablation.all(), part)).err();
            if let Some(problem) = refused {
                let told = problem.to_string();
                prop_assert!(told.contains("replicas.count") || told.contains(".process"), "{}", told);
            }
        }
    }
}

/// With many defences no set is tried but those with one less; in the end each
/// that is left is needed.
#[test]
fn with_many_defences_one_after_another_is_taken_away() {
    let on = [
        "jitter",
        "xfetch",
        "negative",
        "stale",
        "singleflight",
        "recheck",
        "lock",
        "throttle",
        "breaker",
        "bulkhead",
        "codel",
        "spill",
    ];
    let on: Vec<String> = on.iter().map(|key| format!("protect.{key}")).collect();
    let mut changes: Vec<(&str, &str)> = on.iter().map(|path| (path.as_str(), "true")).collect();
    changes.extend([("fleet.processes", "2"), ("db.pool", "5"), ("lock.poll_ms", "5")]);
    let scenario = burst(30, &changes);
    let (full, ablation) = (outcome(&scenario, &[], 1), ablation(&scenario));
    assert_eq!((ablation.parts().len(), full.db_calls), (12, 1));
    let goal = Goal::new(&[Aim::read("db_calls<=1").unwrap()], &full);
    let search = searched(Search::new(ablation, goal, &full), &full, 2, |left| left - 1);
    assert_eq!(search.method(), Method::Greedy);
    let [(kept, _)] = search.found() else { panic!("{:?}", search.found()) };
    // Two processes: a lock is what makes one query of all.
    assert_eq!(paths(search.ablation(), *kept), ["protect.lock"]);
    let (tried, most) = search.progress();
    assert!(tried <= most, "{tried} of {most}");
}

#[test]
fn goals_are_read_as_they_are_written() {
    for text in
        ["goodput>=0.99", "db_calls<=2x", "p99_ms<=200", "stale_reads<=0", "memory_mb<=1.5x"]
    {
        assert_eq!(Aim::read(text).unwrap().write(), text);
    }
    for text in ["", "goodput", "goodput=1", "speed<=1", "errors<=many", "errors<=-1", "stale<=x"] {
        assert!(
            Aim::read(text).unwrap_err().contains("METRIC is one of goodput, errors, "),
            "{text}"
        );
    }
}
