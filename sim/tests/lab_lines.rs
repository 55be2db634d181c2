//! Where requests wait in a script: the lines that its listing lights.

use std::collections::BTreeMap;

use stampede_sim::engine::Nanos;
use stampede_sim::engine::watch::ELSEWHERE;
use stampede_sim::lab::templates;
use stampede_sim::protect::script::SCRIPT;
use stampede_sim::run::Run;
use stampede_sim::scenario::presets;
use stampede_sim::telemetry::Recording;

/// How many tasks wait at an instant, by what stands in their line of the script;
/// whoever waits elsewhere does so in a file.
fn waiting(preset: &str, source: &str, ms: f64) -> BTreeMap<String, usize> {
    stampede_sim::lab::give();
    let scenario = presets::find(preset).unwrap().with("script.source", source).unwrap();
    let mut run = Run::new(&scenario, &[], 1, Recording::Counters).unwrap();
    run.watch();
    run.run_to_end();
    run.watched(|watch| {
        let mut tasks = BTreeMap::new();
        for step in watch.steps.iter().take_while(|step| step.at <= Nanos::from_ms(ms)) {
            tasks.insert(step.task, step.place);
        }
        let mut lines = BTreeMap::new();
        for place in tasks.into_values().filter(|place| *place != ELSEWHERE) {
            let place = watch.places[place as usize];
            let text = match place.file {
                SCRIPT => source.lines().nth(place.line as usize - 1).unwrap().trim(),
                file => file,
            };
            *lines.entry(text.to_owned()).or_default() += 1;
        }
        lines
    })
}

/// 100 requests, one query: its leader waits for its flight, 99 have joined it, and the
/// load, a task of its own, is at the database, in the function that it calls.
#[test]
fn followers_wait_at_the_flight_and_the_load_at_the_database() {
    let source = templates::find("singleflight").unwrap().source;
    let wanted = [("flight.result().await", 1), ("let loaded = db::try_load(key).await;", 1)];
    let wanted = wanted.into_iter().chain([("return flight.await;", 99)]);
    let wanted: BTreeMap<String, usize> = wanted.map(|(l, n)| (l.to_owned(), n)).collect();
    assert_eq!(waiting("demo-with-singleflight", source, 60.0), wanted);
}

/// Without it everybody is at the database; a wait that is set about with others, in a
/// loop, over several lines or within a time-out, has its own line.
#[test]
fn each_wait_has_its_line() {
    let plain = templates::find("plain").unwrap().source;
    let all = BTreeMap::from([("let value = db::load(key).await;".to_owned(), 100)]);
    assert_eq!(waiting("demo-without-singleflight", plain, 60.0), all);
    let source = "pub async fn get(key) {
    for pause in [1000, 2000] {
        timeout(
            300,
            sleep(pause),
        ).await;
    }
    let nap = sleep(50);
    let both = timeout(500, rest(nap));
    both.await;
    db::load(key).await
}
async fn rest(nap) {
    nap
        .await;
    sleep(70).await;
}";
    let at = |ms| waiting("demo-without-singleflight", source, ms);
    let all = |line: &str| BTreeMap::from([(line.to_owned(), 100)]);
    // Requests are there after 2 ms.
    assert_eq!(at(200.0), all(").await;"));
    assert_eq!(at(500.0), all(").await;"));
    assert_eq!(at(630.0), all(".await;"));
    assert_eq!(at(700.0), all("sleep(70).await;"));
    assert_eq!(at(775.0), all("db::load(key).await"));
}

/// A run that is watched is the same run; and nobody is left waiting.
#[test]
fn watching_changes_nothing() {
    for (preset, template) in [("four-processes-lock", "lock"), ("leader-leaves", "plain")] {
        let source = templates::find(template).unwrap().source;
        stampede_sim::lab::give();
        let scenario = presets::find(preset).unwrap().with("script.source", source).unwrap();
        let hash = |watch: bool| {
            let mut run = Run::new(&scenario, &[], 7, Recording::Fingerprint).unwrap();
            if watch {
                run.watch();
            }
            run.run_to_end();
            run.watched(|seen| assert_eq!(seen.places.is_empty(), !watch, "{preset}"));
            run.read(|tape| tape.log.hash())
        };
        assert_eq!(hash(false), hash(true), "{preset}");
        assert!(waiting(preset, source, 1e9).is_empty(), "{preset}");
    }
}
