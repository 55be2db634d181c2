//! The examination: a shop with eight weaknesses, what mends each, and what that is
//! worth over seeds that the shop was not made with.

use stampede_sim::exam::{Exam, FRIDAY, Grade, Look, Mark, Refused, Score, Seen, Sitting};
use stampede_sim::run::Run;
use stampede_sim::scenario::link::{Lane, Link};
use stampede_sim::scenario::*;
use stampede_sim::telemetry::{Recording, Report};

/// Twenty that nobody has played with.
const SEEDS: std::ops::Range<u64> = 7_001..7_021;

/// What mends each weakness, in the order of the examination.
const CURES: [(Look, &[(&str, &str)]); 8] = [
    (Look::Together, &[("protect.jitter", "true")]),
    (Look::Herd, &[("protect.singleflight", "true")]),
    (Look::Nothing, &[("protect.negative", "true")]),
    (Look::LoggedOut, &[("shop.session", "getex")]),
    (Look::TurnedAway, &[("gateway.by", "client")]),
    (Look::Oversold, &[("shop.stock", "database")]),
    (Look::Walk, &[("shop.invalidate", "tags")]),
    (
        Look::LetDown,
        &[("protect.spill", "true"), ("spill.loads", "30"), ("protect.singleflight", "true")],
    ),
];

type Changes<'a> = Vec<(&'a str, &'a str)>;

fn all_cures() -> Changes<'static> {
    CURES.iter().flat_map(|(_, changes)| changes.iter().copied()).collect()
}

/// Some changes, of which a later one to the same field counts.
fn shop(changes: &[(&str, &str)]) -> Scenario {
    FRIDAY.as_it_is().unwrap().with_all(changes.iter().copied()).unwrap()
}

fn sat(scenario: &Scenario, seed: u64) -> Seen {
    let mut sitting = Sitting::new(scenario, seed).unwrap();
    loop {
        if let Some(seen) = sitting.step(100_000) {
            return seen;
        }
    }
}

fn all(changes: &[(&str, &str)]) -> Vec<Seen> {
    let scenario = shop(changes);
    SEEDS.map(|seed| sat(&scenario, seed)).collect()
}

fn score(changes: &[(&str, &str)]) -> Score {
    Score::of(&FRIDAY, &all(changes))
}

/// The points that the examination gives add up to 100, and each budget costs more
/// than any weakness brings: no weakness is worth breaking one.
#[test]
fn points_add_up() {
    assert_eq!(FRIDAY.weaknesses.len(), 8);
    assert_eq!(FRIDAY.weaknesses.iter().map(|line| line.points).sum::<u32>(), 100);
    let most = FRIDAY.weaknesses.iter().map(|line| line.points).max().unwrap();
    assert!(FRIDAY.budgets.iter().all(|line| line.points >= most));
    for (weakness, (look, _)) in FRIDAY.weaknesses.iter().zip(CURES) {
        assert_eq!(weakness.look, look);
    }
}

/// As it is, the shop shows every weakness with every seed, is within every budget,
/// and is worth nothing.
#[test]
fn doing_nothing_is_worth_nothing() {
    for (seed, seen) in SEEDS.zip(all(&[])) {
        let mark = Mark::of(&FRIDAY, &seen);
        assert!(mark.answered && mark.points == 0, "{seed}: {mark:?}");
        assert_eq!(mark.mended, [false; 8], "{seed}: {seen:?}");
        assert_eq!(mark.kept, [true; 3], "{seed}: {seen:?}");
    }
}

/// Each cure mends its weakness with every seed, and no other one.
#[test]
fn each_cure_mends_its_own() {
    for (i, (look, changes)) in CURES.iter().enumerate() {
        let score = score(changes);
        let also = |other: usize| match look {
            // Without the cache only one of those who want the same loads.
            Look::LetDown => other == 1,
            _ => false,
        };
        for (other, mended) in score.mended.iter().enumerate() {
            let expected = if other == i || also(other) { 20 } else { 0 };
            assert_eq!(*mended, expected, "{look:?} on {other}");
        }
    }
}

/// A solution of each grade.
#[test]
fn each_grade_has_a_solution() {
    let but = |gone: &[Look]| -> Changes<'static> {
        let kept = CURES.iter().filter(|(look, _)| !gone.contains(look));
        kept.flat_map(|(_, changes)| changes.iter().copied()).collect()
    };
    use Look::*;
    for (changes, points, grade) in [
        (but(&[]), 100, Grade::A),
        (but(&[Oversold]), 90, Grade::A),
        (but(&[Oversold, Nothing]), 80, Grade::B),
        (but(&[LetDown, Nothing]), 75, Grade::B),
        (but(&[LetDown, Oversold, Walk]), 65, Grade::C),
        (but(&[LetDown, Oversold, Walk, LoggedOut, TurnedAway]), 40, Grade::D),
        (vec![("protect.singleflight", "true"), ("protect.jitter", "true")], 30, Grade::F),
        (vec![], 0, Grade::F),
    ] {
        let score = score(&changes);
        assert_eq!((score.points, score.grade()), (points, grade), "{changes:?}: {score:?}");
    }
}

/// What else mends a weakness counts as well; what costs too much is a budget's.
#[test]
fn some_cures_cost_too_much() {
    let points = |changes: &[(&str, &str)]| {
        let mut every = all_cures();
        every.extend(changes);
        score(&every)
    };
    // A lock for the herd: as good, as long as the cache is there.
    assert_eq!(points(&[("protect.lock", "true")]).mended[1], 20);
    // Sessions in two steps: the gap is short.
    assert_eq!(points(&[("shop.session", "get-expire")]).mended[3], 20);
    // Copies in the processes: memory, and old answers.
    let local = points(&[("protect.local", "true")]);
    assert_eq!(local.kept, [0, 20, 0]);
    // A value that stands in for an answer is none.
    let instead = [("protect.spill", "false"), ("protect.fallback", "true")];
    assert_eq!(points(&instead).kept[2], 0);
    assert_eq!(points(&[("protect.stale", "true")]).kept[2], 0);
    // A version in every name: no walk, but all pages of the list are gone at once.
    let namespace = points(&[("shop.invalidate", "namespace")]);
    assert_eq!((namespace.mended[6], namespace.mended[0]), (20, 0));
    // With a stream two may still sell the last one.
    let streams = points(&[("shop.stock", "streams")]).mended[5];
    assert!((1..20).contains(&streams), "{streams}");
    // Without the cache each for itself: too many calls.
    let each = score(&[("protect.spill", "true"), ("spill.loads", "30")]);
    assert_eq!(each.kept[1], 0);
}

/// Every defence on, with its standard knobs or with the cures': never all points,
/// and without the fields that are no defence not even a pass.
#[test]
fn all_on_is_no_solution() {
    let switches = || DEFENCES.iter().map(|it| it.switch);
    let never = [Switch::Coalesce];
    for off in [Switch::Lock, Switch::Lease] {
        let mut s = FRIDAY.as_it_is().unwrap();
        for switch in switches().filter(|it| *it != off && !never.contains(it)) {
            *s.protect.flag(switch) = true;
        }
        s.check().unwrap();
        let with = |s: &Scenario| {
            let runs: Vec<Seen> = SEEDS.map(|seed| sat(s, seed)).collect();
            Score::of(&FRIDAY, &runs)
        };
        let plain = with(&s);
        assert!(plain.grade() <= Grade::D, "{plain:?}");
        let s = s.with_all(all_cures()).unwrap();
        let cured = with(&s);
        assert!(cured.grade() < Grade::A, "{cured:?}");
    }
}

/// What is looked at is what the report says, where it says it.
#[test]
fn what_is_looked_at_is_in_the_report() {
    for changes in [vec![], all_cures(), vec![("protect.fallback", "true")]] {
        let scenario = shop(&changes);
        let seen = sat(&scenario, 7);
        let mut run = Run::new(&scenario, &[], 7, Recording::Trace).unwrap();
        run.run_to_end();
        let report = run.read(|tape| Report::of(tape, "", 7));
        for (look, number) in [
            (Look::Calls, report.db_calls as f64),
            (Look::LoggedOut, report.logins_lost as f64),
            (Look::Oversold, report.oversold as f64),
            (Look::Walk, report.invalidation_trips as f64),
            (Look::Memory, report.cache_mb),
        ] {
            assert_eq!(seen.of(look), number, "{look:?}");
        }
        let answered = seen.of(Look::Answered) * report.requests as f64 / 100.0;
        // A value, or word that there is nothing; of what stands in for a part of a page
        // the page is one, or not.
        let (ok, instead) = (report.ok as f64, report.stand_ins as f64);
        assert!((ok - instead - 1e-6..=ok + 1e-6).contains(&answered), "{answered} {ok}");
        let old = report.stale + report.stale_reads + report.ancient + report.stand_ins;
        assert_eq!(seen.of(Look::Old), old as f64);
    }
}

/// Ten visitors want one product at once that nobody has in the cache: ten queries
/// for it at one time, with singleflight one. Copies are counted once for a process
/// and a key: a product of 4 KB and its category of 2, in each of two processes.
#[test]
fn herds_and_copies_are_counted() {
    let mut s = Scenario::new("", Load::Burst { requests: 10, at_ms: 0.0, spread_ms: 0.0 });
    s.keys.count = 10;
    s.keys.top = 1.0;
    s.fleet.processes = 2;
    s.client.count = 10;
    s.network.client_ms = 1.0;
    s.shop = ShopSpec { products: 10, lists: 2, list: 0.0, login: 0.0, buy: 0.0, ..s.shop };
    assert_eq!(sat(&s, 1).of(Look::Herd), 10.0);
    s.protect.singleflight = true;
    assert_eq!(sat(&s, 1).of(Look::Herd), 2.0);
    s.protect.local = true;
    s.network.cache_ms = 0.0;
    // The shared cache is weighed after 100 ms and then every second. A query takes
    // 50: the product is there by then, its category is not, and a second later the
    // run is over.
    let kept = sat(&s, 1).of(Look::Memory);
    assert!((kept - 0.016).abs() < 1e-9, "{kept}");
}

/// Whom the gateway turns away is not let down by the cache: with five addresses, one
/// request for each in four seconds, and twelve seconds at most fifteen come further.
#[test]
fn the_gateway_is_not_the_outage() {
    let seen = sat(&shop(&[("gateway.limit", "1")]), 1);
    assert!(seen.of(Look::LetDown) <= 15.0, "{seen:?}");
    assert!(seen.of(Look::TurnedAway) > 5_000.0, "{seen:?}");
}

/// What may not be changed is refused by its name; what was done during the run does
/// not count, and neither does the seed of the stage.
#[test]
fn only_the_defences_are_to_be_mended() {
    let lane = |changes: &[(&str, &str)]| Lane {
        preset: FRIDAY.preset.to_owned(),
        changes: changes.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect(),
        actions: vec![Action { at_ms: 1.0, deed: Deed::ClearCache }],
    };
    let mended = |exam: &Exam, b: Lane| {
        exam.mended(&Link { lanes: vec![Lane::new("layered"), b], ..Link::default() }, 1)
    };
    let good = mended(&FRIDAY, lane(&all_cures())).unwrap();
    assert_eq!(good, shop(&all_cures()));
    for path in
        ["keys.count", "load.rate", "db.pool", "gateway.limit", "protect.gateway", "shop.products"]
    {
        let value = if path == "protect.gateway" { "false" } else { "10" };
        assert_eq!(mended(&FRIDAY, lane(&[(path, value)])), Err(Refused::NotThis(path.to_owned())));
    }
    let both = Link {
        lanes: vec![lane(&[]), lane(&[])],
        changes: vec![("db.query_ms".to_owned(), "1".to_owned())],
        ..Link::default()
    };
    assert_eq!(FRIDAY.mended(&both, 0), Err(Refused::NotThis("db.query_ms".to_owned())));
    assert_eq!(mended(&FRIDAY, Lane::new("layered")), Err(Refused::Other));
    let wrong = mended(&FRIDAY, lane(&[("jitter.share", "7")]));
    assert!(matches!(wrong, Err(Refused::Problem(_))), "{wrong:?}");
}

/// Who turns everybody away has no weakness left, and no points.
#[test]
fn nobody_served_is_worth_nothing() {
    let mut seen = Seen::default();
    assert_eq!(Mark::of(&FRIDAY, &seen).points, 0);
    seen.0[Look::Answered as usize] = 100.0;
    assert_eq!(Mark::of(&FRIDAY, &seen).points, 100);
    seen.0[Look::Memory as usize] = 2.6;
    assert_eq!(Mark::of(&FRIDAY, &seen).points, 85);
    assert_eq!(Score::of(&FRIDAY, &[seen, Seen::default()]).points, 42);
    assert_eq!(Score::of(&FRIDAY, &[]).points, 0);
    for (points, grade) in [
        (39, Grade::F),
        (40, Grade::D),
        (59, Grade::D),
        (60, Grade::C),
        (74, Grade::C),
        (75, Grade::B),
        (89, Grade::B),
        (90, Grade::A),
    ] {
        assert_eq!(Grade::of(points), grade, "{points}");
    }
}
