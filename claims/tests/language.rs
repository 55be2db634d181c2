//! What checks say, over a run whose every event is known: one query at a time,
//! three requests, one server process.

use stampede_claims::{Prover, Seen};

/// The first request leads; the others, at the same time, follow. A second herd
/// finds the value. B has no defence.
const RUN: &str = "a=demo-with-singleflight&b=demo-without-singleflight&load.requests=3&db.pool=1";

fn prove(check: &str) -> Result<String, String> {
    let seen = Prover::default().prove(RUN, check, None)?;
    Ok(format!("{}{}", seen.label().split(' ').next().unwrap(), seen.who.map_or(-1, i64::from)))
}

#[test]
fn what_is_so_holds_and_what_is_not_is_refused() {
    for (check, holds) in [
        ("a: 3 miss", true),
        ("a: 2 miss", false),
        ("a: at least 3 miss; a: at most 3 miss", true),
        ("a: at least 4 miss", false),
        ("a: at most 2 miss", false),
        ("a: every miss then ok", true),
        ("a: every miss then query", false),
        ("a: most miss then join", true),
        ("b: most miss then join", false),
        ("a: no join then query", true),
        // Of nobody nothing can be said.
        ("b: no join then query", false),
        ("b: every join then wake", false),
        ("b: no join", true),
        ("a: no join", false),
        // Earlier and later, of whom.
        ("a: every join after miss", true),
        ("a: every miss after join", false),
        ("a: every join after other lead then other land then wake", true),
        ("a: every join after lead", false),
        ("a: some lead then no join", true),
        ("a: some lead then no other join", false),
        ("a: every join then its land", true),
        ("a: every wake after its query", true),
        ("a: every ok after its query", false),
        ("a: every join after peer lead", true),
        ("a: every lead then peer join and then query and then land", true),
        // The order of a chain is that of time.
        ("a: some query then fill then answer", false),
        ("a: some query then answer then fill", true),
        ("a: some query then answer within 60", true),
        ("a: some query then answer within 20", false),
        ("b: every query (after any answer) after other answer", true),
        ("b: 2 queue (then query)", true),
        ("b: 1 queue (after other queue) then query", true),
        // Arguments and instants.
        ("a: 1 answer(ok); a: 0 answer(database)", true),
        ("a: 1 land(2); a: 1 land(1+); a: 0 land(3+)", true),
        ("a: 3 miss@..50; a: 0 miss@50..", true),
        ("a: 3 hit/miss", true),
        // Numbers.
        ("a.misses = b.misses; a.db_calls < b.db_calls", true),
        ("a.db_calls = 2", false),
        ("b.db_calls = 3 * a.db_calls; b.db.pool = 1", true),
        ("a.protect.singleflight = 1; b.protect.singleflight = 0", true),
        ("a.count(join) = 2; a.first(query) < a.first(fill); b.last(fill) > a.last(fill)", true),
        ("b.first(fill) > 0.9 * b.last(fill)", false),
        // What is scraped: of A one query, of B three.
        ("a.value(\"sum(db_calls_total) * 1\", 20s, 1s) = 1", true),
        (
            "3 * a.value(\"sum(db_calls_total)\", 20s, 1s) = b.value(\"sum(db_calls_total)\", 20s, 1s)",
            true,
        ),
        ("a.value(\"sum(db_calls_total) > 1\", 20s, 1s) = 1", false),
        ("a.fires(herd.seed, 15s) = never; a.pages(herd.seed, 15s) = 0", true),
        ("a.fires(herd.seed, 15s) < never", false),
    ] {
        assert_eq!(prove(check).is_ok(), holds, "{check}: {:?}", prove(check));
    }
}

/// What cannot be read is said, with what there is.
#[test]
fn what_cannot_be_read() {
    for (check, says) in [
        ("a.fires(nobody.seed, 15s) = 0", "`nobody.seed` is no rule; it is one of herd, "),
        ("a.fires(herd.seed) = 0", "`fires(herd.seed)` says no interval"),
        ("a.fires(herd.seed, 15) = 0", "`15` is no time, like 15s"),
        ("a.value(\"sum(\", 1s, 1s) = 0", "`sum(`: "),
    ] {
        let problem = prove(check).unwrap_err();
        assert!(problem.starts_with(says), "{check}: {problem}");
    }
}

/// What is shown is who it is about, when the last of it has happened.
#[test]
fn it_is_seen_where_it_happens() {
    let prover = Prover::default();
    let prove = |check| -> Seen { prover.prove(RUN, check, None).unwrap() };
    let (wake, join) = (prove("a: some wake"), prove("a: some join then wake"));
    assert_eq!(join.at_ms, wake.at_ms);
    let back = prove("a: some wake after join");
    assert_eq!((back.at_ms, back.who), (wake.at_ms, wake.who));
    assert!(join.link("a=x").starts_with("a=x&t="), "{}", join.link("a=x"));
    assert!(join.link("a=x").contains("&sel=a."), "{}", join.link("a=x"));
    // A number is there at the end; whoever does nothing, from the beginning.
    let number = prove("a.db_calls = 1");
    assert!(number.who.is_none() && number.at_ms > 50.0, "{number:?}");
    let first = prove("a: no join then query");
    assert!(first.who.is_some() && first.at_ms < wake.at_ms, "{first:?}");
}

#[test]
fn what_is_no_check_is_said() {
    for (check, said) in [
        ("a: every mis", "`mis` is no event"),
        ("a: all miss", "`all` is no quantity"),
        ("e: every miss", "`e` is no lane; lanes are a, b, c, d"),
        ("a: every miss before ok", "`before`: it is `then`, `after` or `and`"),
        ("a: every error(tired)", "`error` has no argument `tired`"),
        ("a: every miss then", "an event is missing"),
        ("a: every miss within 5", "`within`: it is `then`, `after` or `and`"),
        ("a: every miss@5", "`@5` is not `@from..to`"),
        ("a: every miss (after join", "a bracket is not closed"),
        ("many misses", "is neither `lane: …` nor a comparison"),
        ("misses > 5", "`misses` is neither number nor `lane.name`"),
        ("a.nothing > 5", "there is no Named"),
        ("c: every miss", "no such lane"),
    ] {
        let problem = prove(check).unwrap_err();
        assert!(problem.contains(said), "{check}: {problem}");
    }
}
