//! Ten thousand links that somebody or something has changed on their way:
//! each is refused with a message, or means a run that begins.

mod common;

use proptest::prelude::*;
use stampede_sim::run::Run;
use stampede_sim::scenario::link::Link;
use stampede_sim::telemetry::Recording;

/// Good links to begin with.
const GOOD: [&str; 4] = [
    "v=1&a=layered&b=unprotected&c=layered&c.db.pool=3&seed=7&t=60&speed=30&sel=c.41&lang=ja",
    "v=1&load.requests=1000&db.query_ms=80&b.xfetch.beta=2&b.protect.xfetch=true",
    "v=1&a.actions=%5B%7B%22at_ms%22%3A5%2C%22do%22%3A%22clear-cache%22%7D%2C%7B%22at_ms%22%3A6%2C%22do%22%3A%7B%22switch%22%3A%7B%22defence%22%3A%22lock%22%2C%22on%22%3Atrue%7D%7D%7D%5D&seed=9",
    "v=1&a=metastable&b=metastable-breaker&client.retries=5&fleet.processes=3&t=1e3&sel=a.queue&d=x",
];

/// What a link may be changed by.
#[derive(Clone, Debug)]
enum Change {
    Delete(usize, usize),
    Insert(usize, String),
    Swap(usize, usize),
    Repeat(usize, usize),
}

fn change() -> impl Strategy<Value = Change> {
    let word = prop::sample::select(vec![
        "&",
        "=",
        "%",
        ".",
        "-1",
        "1e308",
        "0",
        "null",
        "true",
        "[]",
        "{}",
        "%22",
        "a.",
        "e.",
        "d=",
        "actions",
        "seed",
        "NaN",
        "9007199254740993",
        "speed=",
        "sel=b.",
        "\u{0}",
        "日",
        "load.",
        "&c=layered",
    ]);
    prop_oneof![
        (any::<prop::sample::Index>(), 1usize..12)
            .prop_map(|(i, n)| Change::Delete(i.index(400), n)),
        (any::<prop::sample::Index>(), word)
            .prop_map(|(i, w)| Change::Insert(i.index(400), w.to_owned())),
        (0usize..400, 0usize..400).prop_map(|(a, b)| Change::Swap(a, b)),
        (0usize..400, 1usize..40).prop_map(|(a, n)| Change::Repeat(a, n)),
    ]
}

fn apply(text: &str, changes: &[Change]) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for change in changes {
        let length = chars.len();
        match change {
            _ if length == 0 => break,
            Change::Delete(at, n) => {
                let at = at % length;
                chars.drain(at..(at + n).min(length));
            }
            Change::Insert(at, word) => {
                let at = at % length;
                chars.splice(at..at, word.chars());
            }
            Change::Swap(a, b) => chars.swap(a % length, b % length),
            Change::Repeat(at, n) => {
                let at = at % length;
                let part: Vec<char> = chars[at..(at + n).min(length)].to_vec();
                chars.extend(part);
            }
        }
    }
    chars.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn changed_links_never_panic_and_never_hang(
        good in prop::sample::select(GOOD.to_vec()),
        changes in prop::collection::vec(change(), 1..6),
    ) {
        let text = apply(good, &changes);
        match Link::read(&text) {
            Err(problem) => prop_assert!(!problem.to_string().is_empty()),
            Ok(link) => {
                // What was read can be written, and means the same.
                prop_assert_eq!(Link::read(&link.write()), Ok(link.clone()), "{}", text);
                for (scenario, lane) in link.scenarios().unwrap().iter().zip(&link.lanes) {
                    // Too large a load is refused by whoever would show it.
                    if scenario.check_requests(&lane.actions, 1e5).is_ok() {
                        let run = Run::new(scenario, &lane.actions, link.seed, Recording::Trace);
                        run.unwrap().run_until(stampede_sim::engine::Nanos::MAX, 200);
                    }
                }
            }
        }
    }
}
