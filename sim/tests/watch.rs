//! Where requests wait, line by line: the lines that the listing lights.

use stampede_sim::engine::Nanos;
use stampede_sim::engine::watch::ELSEWHERE;
use stampede_sim::run::Run;
use stampede_sim::scenario::{Scenario, presets};
use stampede_sim::telemetry::Recording;

/// How many tasks wait at each place at an instant: file, line, count.
fn waiting(preset: &str, at: Nanos) -> Vec<(String, u32, usize)> {
    waiting_in(&presets::find(preset).unwrap(), at)
}

fn waiting_in(scenario: &Scenario, at: Nanos) -> Vec<(String, u32, usize)> {
    let mut run = Run::new(scenario, &[], 1, Recording::Trace).unwrap();
    run.watch();
    run.run_to_end();
    run.watched(|watch| {
        let mut places: Vec<u16> = Vec::new();
        for step in watch.steps.iter().take_while(|step| step.at <= at) {
            let task = step.task as usize;
            places.resize(places.len().max(task + 1), ELSEWHERE);
            places[task] = step.place;
        }
        let mut counts = Vec::new();
        for (i, place) in watch.places.iter().enumerate() {
            let count = places.iter().filter(|p| **p as usize == i).count();
            if count > 0 {
                let file = place.file.rsplit('/').next().unwrap().to_owned();
                counts.push((file, place.line, count));
            }
        }
        counts.sort();
        counts
    })
}

/// The number of the line of a file that holds a text, the `n`th such line.
fn line(file: &str, text: &str, n: usize) -> u32 {
    let path = format!("{}/src/protect/{file}", env!("CARGO_MANIFEST_DIR"));
    let source = std::fs::read_to_string(path).unwrap();
    let mut lines = source.lines().enumerate().filter(|(_, line)| line.contains(text));
    lines.nth(n).unwrap().0 as u32 + 1
}

/// One query under way, one hundred wait for it: the leader's client like
/// everybody else, as the load is a task of its own.
#[test]
fn followers_wait_at_the_promise_and_the_load_at_the_query() {
    let at = waiting("demo-with-singleflight", Nanos(60_000_000));
    let promise = line("singleflight.rs", "call.result.wait().await", 0);
    let query = line("source.rs", "self.process.query(", 0);
    assert_eq!(at, [("singleflight.rs".into(), promise, 100), ("source.rs".into(), query, 1)]);
}

/// A client that may give up waits in `client.rs` as well; the innermost wait
/// is the one that is shown.
#[test]
fn the_innermost_wait_counts() {
    let scenario = presets::find("demo-with-singleflight").unwrap();
    let patient = [("client.timeout_ms", "1000"), ("client.cancels", "true")];
    let files = |at| -> Vec<(String, usize)> {
        let waits = waiting_in(&scenario.with_all(patient).unwrap(), at);
        waits.into_iter().map(|(file, _, count)| (file, count)).collect()
    };
    assert_eq!(
        files(Nanos(60_000_000)),
        [("singleflight.rs".into(), 100), ("source.rs".into(), 1)]
    );
    // On their way, outside of the defences, it is the only one.
    assert_eq!(files(Nanos(3_000_000))[0].0, "client.rs");
}

/// Without it, twenty query and eighty queue for a connection; both lines are
/// the load's.
#[test]
fn without_singleflight_everybody_loads() {
    let at = waiting("demo-without-singleflight", Nanos(50_000_000));
    let connect = line("source.rs", "self.process.connect(", 0);
    let query = line("source.rs", "self.process.query(", 0);
    assert_eq!(at, [("source.rs".into(), connect, 80), ("source.rs".into(), query, 20)]);
}

/// A run that is watched is the same run; and nobody is left waiting.
#[test]
fn watching_changes_nothing() {
    for preset in
        ["layered", "lock-convoy", "metastable-breaker", "varnish-grace", "leader-leaves"]
    {
        let scenario = presets::find(preset).unwrap();
        let run = |watch: bool| {
            let mut run = Run::new(&scenario, &[], 7, Recording::Fingerprint).unwrap();
            if watch {
                run.watch();
            }
            run.run_to_end();
            run
        };
        let watched = run(true);
        assert_eq!(run(false).read(|t| t.log.hash()), watched.read(|t| t.log.hash()), "{preset}");
        watched.watched(|watch| {
            assert!(watch.steps.len() > 100, "{preset}");
            let mut last = std::collections::BTreeMap::new();
            for step in &watch.steps {
                last.insert(step.task, step.place);
            }
            assert!(last.values().all(|place| *place == ELSEWHERE), "{preset}");
        });
    }
}
