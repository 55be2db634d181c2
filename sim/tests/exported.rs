//! What a real Prometheus makes of an exported run. Needs Debian's package `prometheus`.

use crate::common;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use common::preset;
use serde_json::Value;
use stampede_oracle::compare::{difference, ours_over, theirs};
use stampede_oracle::promtool::promtool;
use stampede_oracle::server::Server;
use stampede_sim::alerting::export::{self, DASHBOARD, Export, README, RULES, Refusal, TEST};
use stampede_sim::alerting::judge::Case;
use stampede_sim::alerting::{Language, Words, dashboard, plan, rules};
use stampede_sim::engine::Nanos;
use stampede_sim::metrics::Plan;
use stampede_sim::scenario::{Action, Scenario};
use stampede_watch::eval::Times;
use stampede_watch::parse::parse;
use stampede_watch::series::{Sample, Store};

const EPOCH: i64 = 1_700_000_000;

fn exported(
    s: &Scenario,
    seed: u64,
    plan: &Plan,
    language: Language,
) -> Result<Vec<(String, String)>, Refusal> {
    let group = rules::all(15_000, language).unwrap();
    let (epoch, actions): (f64, &[Action]) = (EPOCH as f64, &[]);
    let order =
        Export { scenario: s, actions, seed, plan, group: &group, offset: 0, epoch, language };
    export::files(&order)
}

fn every(s: &Scenario, seconds: f64) -> Plan {
    plan(s, Nanos::from_secs(seconds))
}

/// Writes a run's files into a folder of its own.
fn written(folder: &Path, name: &str, files: &[(String, String)]) -> String {
    std::fs::create_dir(folder.join(name)).unwrap();
    for (file, text) in files {
        std::fs::write(folder.join(name).join(file), text).unwrap();
    }
    format!("{name}/{TEST}")
}

fn text<'a>(files: &'a [(String, String)], name: &str) -> &'a str {
    &files.iter().find(|(file, _)| file == name).unwrap().1
}

/// promtool is content with the rules and with what the tests say.
fn pass(folder: &Path, tests: &[String]) {
    let tests: Vec<&str> = tests.iter().map(|name| &**name).collect();
    let (good, said) = promtool(folder, &[&["test", "rules"], &tests[..]].concat(), "");
    assert!(good, "{}", said.chars().take(5_000).collect::<String>());
    let rules: Vec<String> = tests.iter().map(|name| name.replace(TEST, RULES)).collect();
    let rules: Vec<&str> = rules.iter().map(|name| &**name).collect();
    let (good, said) = promtool(folder, &[&["check", "rules"], &rules[..]].concat(), "");
    assert!(good, "{said}");
    assert_eq!(said.matches("10 rules found").count(), rules.len(), "{said}");
}

/// Of every preset that is short or about alarms: its rules are good ones, and promtool
/// finds each alert in the state that the test says, at every evaluation. In both
/// languages.
#[test]
fn promtool_takes_what_is_exported() {
    let folder = tempfile::tempdir().unwrap();
    let names = [
        "watch-evening",
        "outage-with-breaker",
        "outage-without-breaker",
        "half-open-flawed",
        "breaker-first",
        "breaker-behind",
        "metastable",
        "metastable-breaker",
        "one-product-expires",
        "many-pages-expire",
        "rush-bare",
        "rush-protected",
        "unprotected",
        "layered",
        "demo-without-singleflight",
        // Here processes die, are late, or come and go.
        "restart-cold",
        "balance-black-hole",
        "event-loop-followers",
        "autoscaled",
    ];
    let mut tests = Vec::new();
    for (nr, name) in names.iter().enumerate() {
        let s = preset(name, &[]);
        let language: Language = if nr % 2 == 0 { Words::en } else { Words::ja };
        let files = exported(&s, 1, &every(&s, 5.0), language).unwrap();
        tests.push(written(folder.path(), name, &files));
    }
    pass(folder.path(), &tests);
}

/// Each rule of the ten over ten runs, scraped every 5, 15 and 30 s: at each evaluation a
/// real Prometheus has the same alerts in the same states.
#[test]
fn the_ten_rules_do_what_they_do_in_prometheus() {
    let folder = tempfile::tempdir().unwrap();
    let runs = (1..=6).map(|seed| ("watch-incident", seed));
    let runs = runs.chain((1..=3).map(|seed| ("watch-evening", seed)));
    let (mut tests, mut changed) = (Vec::new(), BTreeSet::new());
    for (preset_name, seed) in runs.chain([("watch-blink", 1)]) {
        let s = preset(preset_name, &[]);
        for seconds in [5.0, 15.0, 30.0] {
            let plan = Plan { jitter: Nanos(200_000_000), ..every(&s, seconds) };
            let files = exported(&s, seed, &plan, Words::en).unwrap();
            let name = format!("{preset_name}-{seed}-{seconds}");
            tests.push(written(folder.path(), &name, &files));
            for line in text(&files, TEST).split("- labels: ").skip(1) {
                let state = line.split("alertstate=").nth(1).unwrap();
                let alert = line.split("alertname=").nth(1).unwrap();
                let word = |text: &str| text.split("\\\"").nth(1).unwrap().to_owned();
                changed.insert((word(alert), word(state)));
            }
        }
    }
    pass(folder.path(), &tests);
    // All of them have been pending (those with `for`) and have fired, but for the one that
    // cannot.
    for pair in &rules::ALL {
        for rule in [&pair.seed, &pair.mended] {
            let can = rule.name != "SingleFlightQueueOverload";
            let was = |state: &str| changed.contains(&(rule.name.to_owned(), state.to_owned()));
            assert_eq!(was("firing"), can, "{}", rule.name);
            assert_eq!(was("pending"), can && rule.hold > 0, "{}", rule.name);
        }
    }

    // And it would notice: an alert that fires an evaluation too early.
    let path = folder.path().join(&tests[0]);
    let test = std::fs::read_to_string(&path).unwrap();
    let wrong = test.replacen("alertstate=\\\"pending\\\"", "alertstate=\\\"firing\\\"", 1);
    assert_ne!(wrong, test);
    std::fs::write(&path, wrong).unwrap();
    assert!(!promtool(folder.path(), &["test", "rules", &tests[0]], "").0);
}

/// As the README says: the samples are loaded into a real server, which has the rules,
/// and answers the rules' and the panels' expressions as we do.
#[test]
fn a_real_prometheus_answers_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let s = preset("watch-incident", &[]);
    let plan = every(&s, 5.0);
    let files = exported(&s, 1, &plan, Words::en).unwrap();
    written(folder.path(), "run", &files);
    let folder = folder.path().join("run");
    let blocks: Vec<&str> = text(&files, README).split("```").skip(1).step_by(2).collect();
    let lines: Vec<&str> = blocks.iter().flat_map(|block| block.lines().skip(1)).collect();
    let (start, others): (Vec<&str>, Vec<&str>) =
        lines.into_iter().partition(|line| line.starts_with("prometheus "));
    assert_eq!((start.len(), others.len()), (1, 4), "{others:?}");
    for line in others {
        let output = Command::new("sh").args(["-c", line]).current_dir(&folder).output().unwrap();
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let server = Server::on(&folder);
    for option in start[0].split(' ').filter(|option| option.contains("retention")) {
        assert!(
            server.get("/api/v1/status/flags")["data"].to_string().contains("100y"),
            "{option}"
        );
    }

    let rules = server.get("/api/v1/rules");
    let rules = rules["data"]["groups"][0]["rules"].as_array().unwrap();
    let name = |rule: &Value| rule["name"].as_str().unwrap().to_owned();
    let expected: Vec<&str> =
        rules::ALL.iter().flat_map(|pair| [pair.seed.name, pair.mended.name]).collect();
    assert_eq!(rules.iter().map(name).collect::<Vec<_>>(), expected);

    // The same samples at the times that they have there.
    let case = Case::of(&s, &[], 1, &plan).unwrap();
    let mut store = Store::new();
    for one in case.store.series() {
        for sample in &one.samples {
            let sample = Sample { t: sample.t + 1_000 * EPOCH, ..*sample };
            store.append(&one.labels, sample).unwrap();
        }
    }
    let rules = rules::ALL.iter().flat_map(|pair| [&*pair.seed.expr, &*pair.mended.expr]);
    let panels = dashboard::PANELS.iter().flat_map(|panel| panel.queries);
    let (begin, end) = (1_000 * EPOCH, 1_000 * EPOCH + case.end);
    let (mut values, mut differ) = (0, Vec::new());
    for expr in rules.chain(panels.map(|query| query.expr)) {
        let them = theirs(&server.range(expr, begin, end, 15_000));
        values += them.as_ref().unwrap().values().map(Vec::len).sum::<usize>();
        let us = ours_over(&store, expr, Times::between(begin, end, 15_000));
        differ.extend(difference(&us, &them).map(|it| format!("{expr}: {it}")));
    }
    assert!(differ.is_empty(), "{differ:#?}");
    assert!(values > 500, "{values}");
}

/// Today's panels, with today's data sources, for each of ours; none above another.
#[test]
fn the_dashboard_is_of_todays_schema() {
    let s = preset("watch-evening", &[]);
    for language in [Words::en as Language, Words::ja] {
        let files = exported(&s, 1, &every(&s, 15.0), language).unwrap();
        let board: Value = serde_json::from_str(text(&files, DASHBOARD)).unwrap();
        assert!(board["schemaVersion"].as_u64().unwrap() >= 36);
        assert_eq!(board["time"]["from"], "2023-11-14T22:13:20.000Z");
        // 480 s of requests, two minutes more, and a scrape when all is over.
        let to = board["time"]["to"].as_str().unwrap();
        assert!(to.starts_with("2023-11-14T22:23:"), "{to}");
        let variable = &board["templating"]["list"][0];
        assert_eq!(
            (&variable["type"], &variable["query"]),
            (&"datasource".into(), &"prometheus".into())
        );
        let panels = board["panels"].as_array().unwrap();
        assert_eq!(panels.len(), 7);
        let mut places = BTreeSet::new();
        for (panel, ours) in panels.iter().zip(&dashboard::PANELS) {
            assert_eq!(panel["title"], language(ours.title));
            assert!(["timeseries", "stat", "table"].contains(&panel["type"].as_str().unwrap()));
            assert_eq!(panel.get("alert"), None);
            assert_eq!(panel["datasource"]["uid"], "${datasource}");
            let at = &panel["gridPos"];
            assert!(places.insert((at["y"].as_u64(), at["x"].as_u64())));
            assert!(at["x"].as_u64().unwrap() + at["w"].as_u64().unwrap() <= 24);
            for target in panel["targets"].as_array().unwrap() {
                assert_eq!(target["datasource"]["type"], "prometheus");
                assert!(parse(target["expr"].as_str().unwrap()).is_ok());
                assert_ne!(target["instant"], target["range"]);
            }
        }
        let steps = &panels[4]["fieldConfig"]["defaults"]["thresholds"]["steps"];
        let steps: Vec<_> =
            steps.as_array().unwrap().iter().map(|it| it["value"].as_f64()).collect();
        assert_eq!(steps, [None, Some(70.0), Some(90.0)]);
        let words = &panels[6]["fieldConfig"]["defaults"]["mappings"][0]["options"];
        assert_eq!(words["2"]["text"], language(Words { en: "open", ja: "開" }));
        assert_eq!(panels[6]["targets"][0]["instant"], true);
    }
}
