//! Scripts that mean harm, or are simply wrong: nothing panics, every run ends, memory
//! has a bound, and each is told what is wrong and where.

#[path = "common/hostile.rs"]
mod hostile;

use hostile::{ASKED, CANNOT, COMPARES, GROWS, NEVER_ENDS, RECURSE, SPAWNS, WAITS, get};
use stampede_sim::lab::check;
use stampede_sim::run::Run;
use stampede_sim::scenario::script::What;
use stampede_sim::scenario::{Fault, Problem, Scenario, presets};
use stampede_sim::telemetry::stopped::{By, Stopped};
use stampede_sim::telemetry::{Kind, Reason, Recording};

/// A small system with everything that scripts can call.
fn system(source: &str) -> Result<Scenario, Problem> {
    presets::find("demo-without-singleflight")?.with("script.source", source)
}

/// Runs a script to the end: what its requests came to, and what stopped them. Every
/// request ends exactly once.
fn run(source: &str) -> Result<(u64, u64, Vec<Stopped>), Fault> {
    let run = system(source).and_then(|system| Run::new(&system, &[], 1, Recording::Trace));
    let mut run = run.map_err(|problem| problem.fault)?;
    run.run_to_end();
    Ok(run.read(|tape| {
        let counters = &tape.counters;
        assert_eq!(counters.waiting(), 0, "{source}");
        assert_eq!(counters.requests(), counters.ok() + counters.errors(), "{source}");
        let stopped = tape.log.iter().filter(|event| event.kind == Kind::Stopped);
        (counters.ok(), counters.errors(), stopped.map(|e| Stopped::unpack(e.arg)).collect())
    }))
}

/// Every request is stopped, the first by this and in this line; after twenty nobody
/// asks the script any more.
fn stops(source: &str, by: By, line: u32) {
    stops_with(source, by, line, 80);
}

/// The same, and so many are told that nobody asks the script any more.
fn stops_with(source: &str, by: By, line: u32, given_up: usize) {
    let (ok, errors, stopped) = run(source).unwrap();
    assert_eq!((ok, errors), (0, 100), "{source}");
    assert_eq!((stopped[0].by, stopped[0].line), (by, line), "{source}: {:?}", stopped[0]);
    let told = stopped.iter().filter(|stopped| stopped.by == By::GivenUp).count();
    assert_eq!((stopped.len(), told), (100, given_up), "{source}");
}

#[test]
fn what_never_ends_is_stopped() {
    for body in NEVER_ENDS {
        stops(&get(body), By::Steps, 2);
    }
    // Twenty copies are a few steps, and 16,000 elements.
    let copies = "for i in 0..800 { v.push(i); } for i in 0..20 { v.clone(); }";
    stops(&get(&format!("let v = []; {copies}")), By::Steps, 2);
    let deep = "for i in 0..400 { a = Some(a); b = Some(b); } for i in 0..50 { a == b; }";
    stops(&get(&format!("let a = None; let b = None; {deep}")), By::Steps, 2);
    let deep = "for i in 0..400 { a = Ok(a); } for i in 0..50 { a.clone(); }";
    stops(&get(&format!("let a = None; {deep}")), By::Steps, 2);
    let long = "for i in 0..10 { s = s + s; } for i in 0..40 {";
    for does in ["let t = s.clone();", "s == s;", "s < s;", "let t = \"\"; t += s;"] {
        stops(&get(&format!("let s = \"0123456789abcdef\"; {long} {does} }}")), By::Steps, 2);
    }
    // Before the first is stopped, all are there.
    for wait in ["sleep(60000)", "cache::look(key)"] {
        stops_with(&get(&format!("loop {{ {wait}.await; }}")), By::Steps, 2, 0);
    }
    stops_with(&get(ASKED[0]), By::Steps, 2, 3);
    for (source, line) in RECURSE.into_iter().zip([1, 2, 2]) {
        stops(source, By::Memory, line);
    }
}

#[test]
fn what_takes_too_much_is_stopped() {
    for body in GROWS {
        stops(&get(body), By::Memory, 2);
    }
    stops(SPAWNS[0], By::Tasks, 2);
    // What starts itself over and over is stopped, and the others are not.
    let (ok, errors, stopped) = run(SPAWNS[1]).unwrap();
    assert_eq!(errors + ok, 100);
    assert!(stopped.iter().any(|stopped| stopped.by == By::Tasks));
    stops(&get("for i in 0..200000 { map::set(\"m\", i, i); }"), By::Steps, 2);
    let long = "x".repeat(100);
    stops(&get(&format!("counter::add(\"{long}\", 1);")), By::Entries, 2);
    stops(&get("places::enter(\"p\", 100000, 0).await"), By::Entries, 2);
    stops(&get("places::enter(\"p\", -1, 0).await"), By::Entries, 2);
    let many = "for i in 0..20 { places::enter(i.to_string(), 10000, 0).await; }";
    stops(&get(many), By::Entries, 2);
}

#[test]
fn what_cannot_be_done_is_stopped() {
    for body in CANNOT.iter().chain(&COMPARES) {
        stops(&get(body), By::Mistake, 2);
    }
    stops_with(&get(ASKED[1]), By::Mistake, 2, 3);
    let twice = run(&get("let f = db::load(key); f.await; f.await")).unwrap();
    assert_eq!((twice.1, twice.2.len(), twice.2[0].by), (100, 100, By::Mistake));
    for body in ["", "1", "key", "\"value\"", "[1, 2]", "Some(1)", "Ok(())"] {
        stops(&get(body), By::NoValue, 0);
    }
    stops(&get("db::load(key + 1).await"), By::OtherKey, 2);
    stops(&get("local::get(key + 1)"), By::OtherKey, 2);
    stops(&get("backup::get(key + 1).await"), By::OtherKey, 2);
    stops(&get("sleep(-1).await"), By::Span, 2);
    stops(&get("sleep(0.0 / 0.0).await"), By::Span, 2);
    let far = get("cache::set(key, db::load(key).await, 1e300).await");
    stops_with(&far, By::Span, 2, 0);
    stops(&get("fail(\"because\")"), By::Reason, 2);
    stops(&get("setting(\"no.such\")"), By::Setting, 2);
}

/// What is large compares with nothing; of what it consists does.
#[test]
fn lists_and_ranges_do_what_scripts_need() {
    let body = "
        let list = [1, 2, 3];
        list.push(4);
        list[0] = 7;
        let other = list.clone();
        other.pop();
        let sum = list[0] + list.get(3).unwrap() + other.len() + list.len();
        for x in list { sum += x; }
        for i in 0..3 { sum += 100 * i; }
        for i in 9223372036854775806..=9223372036854775807 { sum += 1000; }
        for i in 3..3 { sum = 0; }
        let (one, two) = (1, 2);
        if let [first, ..] = list { sum += 10000 * (first - one * two); }
        other.clear();
        let good = Ok(Some(3));
        let bad = Err(4);
        if good != Ok(Some(3)) || good == bad || good.clone() != good || None == Some(1) { return 0; }
        if !good.is_ok() || bad.ok() != None || bad.unwrap_or(5) != 5 || None.unwrap_or(6) != 6 { return 0; }
        let passes = || { let three = good?; Some(three?) };
        if passes() != Some(3) { return 0; }
        let leaves = || { bad?; 1 };
        if leaves() != Err(4) { return 0; }
        match bad { Err(4) => {} _ => return 0 }
        if other.is_empty() && Some(sum) == Some(52334) { return db::load(key).await; }";
    let (ok, _, stopped) = run(&get(body)).unwrap();
    assert_eq!((ok, stopped), (100, vec![]));
}

#[test]
fn texts_do_what_scripts_need() {
    let body = "
        let name = \"a\";
        let longer = name + \"b\";
        longer += 3.to_string();
        let copy = longer.clone();
        copy += \"c\";
        if longer != \"ab3\" || copy == longer || copy <= longer || \"ab3c\" > copy { return 0; }
        if longer.len() != 3 || longer.is_empty() || !\"\".is_empty() { return 0; }
        if let \"ab3\" = longer { return db::load(key).await; }";
    let (ok, _, stopped) = run(&get(body)).unwrap();
    assert_eq!((ok, stopped), (100, vec![]));
}

#[test]
fn who_waits_for_what_never_comes_gets_an_error() {
    for body in WAITS {
        let (ok, errors, stopped) = run(&get(body)).unwrap();
        assert_eq!((ok, errors, stopped), (0, 100, vec![]), "{body}");
    }
}

#[test]
fn what_fails_does_so_by_its_reason() {
    let source = get("fail(\"breaker-open\")");
    let mut run = Run::new(&system(&source).unwrap(), &[], 1, Recording::Trace).unwrap();
    run.run_to_end();
    run.read(|tape| {
        let refused = |kind| {
            let events = tape.log.iter().filter(|event| event.kind == kind);
            events.filter(|event| event.reason() == Some(Reason::BreakerOpen)).count()
        };
        assert_eq!((refused(Kind::Refuse), refused(Kind::Error)), (100, 100));
    });
}

/// What is not run at all says so, with its place.
#[test]
fn what_is_no_script_is_refused() {
    let refused = |source: &str, line, column, what: What| {
        let troubles = check(source).unwrap_err();
        let first = &troubles[0];
        assert_eq!((first.line, first.column, &first.what), (line, column, &what), "{source}");
        assert!(matches!(run(source), Err(Fault::Script(found)) if found == *first));
    };
    refused("fn get(key) {}", 1, 1, What::NoGet);
    refused("pub async fn get(a, b) {}", 1, 1, What::NoGet);
    refused("// pub async fn get(key) {}", 1, 1, What::NoGet);
    refused(&get("std::ops::hash(1)"), 2, 1, What::Word("std".to_owned()));
    // The language compares one's own types field by field.
    refused(&get("struct Pair(a, b);"), 2, 1, What::Word("struct".to_owned()));
    refused(&get("let a = 1;\n  (0..9).sum()"), 3, 10, What::Method("sum".to_owned()));
    refused(&get("let 値 = `${key}`;"), 2, 9, What::Character('`'));
    refused(&get("\"never closed"), 2, 1, What::Unclosed);
    refused(&get(&format!("let s = \"{}\";", "x".repeat(300))), 2, 9, What::LongText);
    refused(&"x".repeat(1 << 20), 1, 1, What::TooLong);
    refused(&("(".repeat(5_000) + &get("")), 1, 25, What::TooDeep);
    for source in [
        get("let x = cach::get(key).await;"),
        get("let = 1;"),
        get("}"),
        get("db::load(key).await?"),
        get("async {"),
        get("x"),
        get("👻"),
        get("\u{202e}"),
        get("let x = 99999999999999999999;"),
        "pub async fn get(key) {} pub async fn get(key) {}".to_owned(),
        "\0".to_owned() + &get(""),
    ] {
        // A question mark on a value is a mistake of the run, not of the source.
        if source.contains('?') {
            assert_eq!(run(&source).unwrap().0, 0);
            continue;
        }
        let troubles = check(&source).unwrap_err();
        assert!(matches!(troubles[0].what, What::Language(_) | What::Character(_)), "{source}");
        assert!(troubles[0].line >= 1 && troubles[0].column >= 1);
    }
}

/// Two thousand scripts that are templates with something done to them: each is
/// refused with a place, or its run ends.
#[test]
fn whatever_is_done_to_a_script() {
    let (mut refused, mut ran) = (0, 0);
    for number in 0..2_000 {
        match run(&hostile::changed(number)) {
            Ok(_) => ran += 1,
            Err(Fault::Script(trouble)) => {
                assert!(trouble.line >= 1 && trouble.column >= 1);
                refused += 1;
            }
            Err(other) => panic!("{other:?}"),
        }
    }
    assert!(refused > 400 && ran > 200, "{refused} refused, {ran} ran");
}

/// Those by hand, all of them: more than thirty, and each is refused or its run ends.
#[test]
fn all_of_them_end() {
    let all = hostile::by_hand();
    assert!(all.len() > 40);
    let refused = all.iter().filter(|source| run(source).is_err()).count();
    assert_eq!(refused, hostile::no_scripts().len());
}

/// What a script asks while the cache is being looked into is answered.
#[test]
fn the_cache_can_be_asked_while_it_is_asked() {
    let source = get(
        "if let Some(value) = cache::get_unless(key, |entry| local::good_for(entry.value()) < 1.0).await { return value; }\n\
         let value = db::load(key).await; cache::set(key, value, 60000).await; value",
    );
    let (ok, errors, stopped) = run(&source).unwrap();
    assert_eq!((ok, errors, stopped), (100, 0, vec![]));
    let mut later = system(&source).unwrap().with("load.spread_ms", "1000").unwrap();
    later.cache.ttl_ms = 60_000.0;
    let mut run = Run::new(&later, &[], 1, Recording::Trace).unwrap();
    run.run_to_end();
    run.read(|tape| {
        let hits = tape.log.iter().filter(|event| event.kind == Kind::Hit).count();
        assert!(hits > 50, "{hits}");
    });
}

/// Where there is no cache behind, it holds nothing.
#[test]
fn without_a_cache_behind() {
    let source = get(
        "if backup::get(key).await.is_some() || backup::ttl(key).await.is_some() { fail(\"cache-down\"); }\n\
         let value = db::load(key).await; backup::set(key, value, 1000).await; backup::delete(key).await;\n\
         if backup::add(key, value, 1000).await { fail(\"cache-down\"); } value",
    );
    assert_eq!(run(&source).unwrap(), (100, 0, vec![]));
}
