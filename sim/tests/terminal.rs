//! `stampede compare`, `ablate`, `chaos`, `judge`, `metrics` and `export`: what they
//! print, and what they refuse; `run` with a script.

use std::io::Read;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

fn stampede(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_stampede")).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// What is printed where all is well.
fn printed(arguments: &[&str]) -> String {
    let (code, out, err) = stampede(arguments);
    assert_eq!((code, err.as_str()), (0, ""), "{arguments:?}");
    out
}

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&printed(&[arguments, &["--format", "json"]].concat())).unwrap()
}

/// A line of a table, by what it begins with; spaces do not matter.
fn line(text: &str, begins: &str) -> String {
    let line = text.lines().find(|line| line.trim_start().starts_with(begins));
    let line = line.unwrap_or_else(|| panic!("{begins}: {text}"));
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

const WITHOUT: &str = "demo-without-singleflight";
const WITH: &str = "demo-with-singleflight";

/// 100 requests for one key: 100 calls against one.
#[test]
fn two_runs_stand_side_by_side() {
    let text = printed(&["compare", WITHOUT, WITH]);
    assert_eq!(line(&text, "A:"), format!("A: {WITHOUT}"));
    assert_eq!(line(&text, "B:"), format!("B: {WITH}"));
    assert_eq!(line(&text, "requests"), "requests 100 100 0 1.00");
    assert_eq!(line(&text, "db_calls"), "db_calls 100 1 -99 0.01");
    assert_eq!(line(&text, "followers"), "followers 0 99 +99 -");
    // What neither has is not mentioned.
    assert!(!text.contains("crashes"), "{text}");

    let all = json(&["compare", WITHOUT, WITH]);
    assert_eq!([&all["a"]["db_calls"], &all["b"]["db_calls"]], [100, 1]);
    assert_eq!(all["difference"]["db_calls"], json!({ "absolute": -99.0, "ratio": 0.01 }));
    assert_eq!(all["difference"]["followers"], json!({ "absolute": 99.0, "ratio": null }));
    assert_eq!(all["difference"]["seed"], Value::Null);
    // Each is what `run` says of it.
    assert_eq!(all["b"], json(&["run", WITH]));
}

/// What is said of both, of A and of B; of one after of both.
#[test]
fn changes_are_of_both_or_of_one() {
    let arguments = ["compare", WITH, WITH, "--seed", "7", "--set", "load.requests=40"];
    let own = ["--set-a", "protect.singleflight=false", "--set-b", "load.requests=30"];
    let all = json(&[&arguments[..], &own[..]].concat());
    let numbers = |lane: &str| ["requests", "db_calls", "seed"].map(|key| all[lane][key].clone());
    assert_eq!([numbers("a"), numbers("b")], [[40, 40, 7], [30, 1, 7]]);
    // The same against itself has no difference.
    let same = json(&["compare", "layered", "layered"]);
    let differences = same["difference"].as_object().unwrap();
    assert!(differences.len() > 20);
    assert!(differences.values().all(|it| it["absolute"] == 0.0), "{differences:?}");
}

/// 100 requests, of which singleflight leaves one call and one fill.
#[test]
fn what_saved_it_is_a_table() {
    let text = printed(&["ablate", WITH]);
    let whole = line(&text, "(nothing)");
    assert!(
        whole.starts_with("(nothing) 100.00 % 0 ") && whole.ends_with(" 1 10.0 MB 101 0"),
        "{whole}"
    );
    let without = line(&text, "singleflight");
    assert!(without.contains(" 100 (+99) 10.0 MB (+0.0) 200 (+99) 0 (+0)"), "{without}");

    let all = json(&["ablate", WITH]);
    assert_eq!(all["defences"], json!(["protect.singleflight"]));
    let [without] = &all["without_each"].as_array().unwrap()[..] else { panic!("{all}") };
    assert_eq!(without["without"], json!(["protect.singleflight"]));
    assert_eq!([&all["full"]["db_calls"], &without["outcome"]["db_calls"]], [1.0, 100.0]);
    assert_eq!([&all["full"]["cache_calls"], &without["outcome"]["cache_calls"]], [101, 200]);
    assert_eq!(all["smallest"], Value::Null, "nobody asked for it");
}

/// Each defence of the layered protector, and what goes with it.
#[test]
fn every_defence_has_its_line() {
    let all = json(&["ablate", "layered"]);
    let gone: Vec<&Value> =
        all["without_each"].as_array().unwrap().iter().map(|row| &row["without"]).collect();
    let expected = [
        json!(["protect.jitter"]),
        json!(["protect.stale"]),
        json!(["protect.singleflight", "protect.recheck"]),
        json!(["protect.recheck"]),
        json!(["protect.lock"]),
        json!(["protect.breaker"]),
    ];
    assert_eq!(gone, expected.iter().collect::<Vec<_>>());
    // Each line is the run with that switched off.
    let run = json(&["run", "layered", "--set", "protect.stale=false"]);
    let row = &all["without_each"][1]["outcome"];
    for (key, of) in [("db_calls", "db_calls"), ("errors", "errors"), ("p99_ms", "p99_ms")] {
        assert_eq!(row[key].as_f64(), run[of].as_f64(), "{key}");
    }
    // What cannot be is said in its place.
    let text = printed(&["ablate", "failover-async"]);
    let refused = "replicas: refused: events[0].do.fail-over: this needs replicas.count to be on";
    assert_eq!(line(&text, "replicas"), refused);
    assert!(printed(&["ablate", WITHOUT]).contains("It has no defence."));
}

/// Lock and singleflight do the same for a single process: either is enough.
#[test]
fn the_smallest_sets_are_named() {
    let arguments = ["ablate", WITH, "--set", "protect.lock=true", "--smallest"];
    let goal = ["--goal", "db_calls<=1", "--goal", "goodput>=1"];
    let all = json(&[&arguments[..], &goal[..]].concat());
    let smallest = &all["smallest"];
    assert_eq!(smallest["goal"], json!(["db_calls<=1", "goodput>=1"]));
    assert_eq!((&smallest["method"], &smallest["tried"]), (&json!("exact"), &json!(3)));
    let sets: Vec<&Value> =
        smallest["sets"].as_array().unwrap().iter().map(|set| &set["defences"]).collect();
    assert_eq!(sets, [&json!(["protect.singleflight"]), &json!(["protect.lock"])]);
    let text = printed(&[&arguments[..], &goal[..]].concat());
    assert!(text.contains("The smallest that keep it (no smaller set does):"), "{text}");
    assert!(line(&text, "lock: ").contains("db calls 1"), "{text}");
    let text = printed(&[&arguments[..], &["--goal", "p99_ms<=1"]].concat());
    assert!(text.contains("All defences together do not keep it."), "{text}");
    // Unless somebody says otherwise.
    let usual = json(&["ablate", WITH, "--smallest"]);
    assert_eq!(usual["smallest"]["goal"], json!(["goodput>=0.99", "db_calls<=2x"]));
}

/// Of what was drawn, the fewest that break it; the same each time.
#[test]
fn chaos_reports_what_it_reached() {
    let find = ["chaos", "layered", "--find", "50"];
    let all = json(&find);
    assert_eq!([&all["calm"]["holds"], &all["fewest"]["report"]["holds"]], [true, false]);
    let faults = |of: &str| all[of]["faults"].as_array().unwrap().clone();
    let (drawn, fewest) = (faults("drawn"), faults("fewest"));
    assert_eq!(drawn.len(), 5);
    assert!(!fewest.is_empty() && fewest.iter().all(|fault| drawn.contains(fault)));
    assert_eq!(json(&find), all);
    // The same faults, by the number they were drawn from.
    let draw = all["draw"].to_string();
    assert_eq!(json(&["chaos", "layered", "--draw", &draw])["drawn"], all["drawn"]);
    let text = printed(&find);
    assert!(text.contains("The fewest of them that break it"), "{text}");
    // An outage of its own is none that was drawn.
    let text = printed(&["chaos", "unprotected"]);
    assert!(text.contains("though nothing more is broken than it says"), "{text}");
}

/// 100 queries, by the scrape that came after them, and when it is over.
#[test]
fn metrics_are_scraped_or_told_at_the_end() {
    let text =
        printed(&["metrics", WITHOUT, "--scrape", "1s", "--offset", "900ms", "--epoch", "5"]);
    assert!(text.ends_with("# EOF\n"), "{text}");
    let calls = "db_calls_total{instance=\"process-0\",job=\"app\"} ";
    assert_eq!(line(&text, calls), format!("{calls}100 5.900"), "{text}");
    assert!(text.contains("\n# TYPE db_calls counter\n"), "{text}");
    let text = printed(&["metrics", WITHOUT, "--format", "text"]);
    let calls = "db_calls_total{";
    assert!(line(&text, calls).ends_with("} 100"), "{text}");
    assert!(text.contains("\n# TYPE db_calls_total counter\n"), "{text}");
    // Each process tells its own.
    let text = printed(&["metrics", WITHOUT, "--format", "text", "--set", "fleet.processes=2"]);
    assert_eq!(text.matches("\ndb_calls_total{").count(), 2, "{text}");
}

/// Six files in a folder that is made for them; they are said, and not written over unless
/// asked for, and the same each time.
#[test]
fn a_run_is_exported_into_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/run");
    let dir = path.display().to_string();
    let text = printed(&["export", WITHOUT, "--dir", &dir, "--scrape", "1s", "--epoch", "5"]);
    let names = |text: &str| {
        let name = |line: &str| line.strip_prefix(&format!("{dir}/")).unwrap().to_owned();
        text.lines().map(name).collect::<Vec<_>>()
    };
    let files = names(&text);
    assert_eq!(
        files,
        ["run.om", "rules.yml", "rules_test.yml", "prometheus.yml", "dashboard.json", "README.md"]
    );
    let all = || files.iter().map(|file| std::fs::read_to_string(path.join(file)).unwrap());
    let before: Vec<String> = all().collect();
    // 100 queries, in the first second after 5 s of Unix time.
    let calls = before[0].lines().find(|line| line.starts_with("db_calls_total{")).unwrap();
    assert!(calls.contains("} 0 5.") || calls.contains("} 100 5."), "{calls}");

    let again = ["export", WITHOUT, "--dir", &dir, "--scrape", "1s", "--epoch", "5"];
    let (code, out, err) = stampede(&again);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(
        err.contains(&format!("--dir: {dir}/run.om is there; --force writes over it")),
        "{err}"
    );
    assert!(all().eq(before.iter().cloned()), "nothing was written");
    assert_eq!(names(&printed(&[&again[..], &["--force"]].concat())), files);
    assert!(all().eq(before.iter().cloned()), "the same again");
    printed(&[&again[..], &["--force", "--set", "load.requests=7"]].concat());
    assert!(all().next().unwrap().contains(" 7 "));

    // Where there is a file, no folder can be made.
    let inside = format!("{dir}/README.md/inside");
    let (code, out, err) = stampede(&["export", WITHOUT, "--dir", &inside]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains(&format!("--dir: {inside} cannot be written: ")), "{err}");
}

/// The stored script of a challenge.
fn stored(sort: &str, id: &str) -> String {
    format!("{}/tests/lab/{sort}/{id}.rn", env!("CARGO_MANIFEST_DIR"))
}

/// 100 requests at four processes: a lock leaves one call, whatever else is on.
#[test]
fn a_script_answers_in_place_of_the_defences() {
    let script = stored("solutions", "four");
    let all = json(&["run", "four-processes", "--script", &script]);
    assert_eq!([&all["requests"], &all["ok"], &all["db_calls"]], [100, 100, 1]);
    assert_eq!(json(&["run", "four-processes"])["db_calls"], 4);
}

#[test]
fn what_is_wrong_with_a_script_is_said_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bad.rn");
    std::fs::write(&file, "pub async fn get(key) {\n    let x = ;\n    std::rand()\n}\n").unwrap();
    let file = file.to_str().unwrap();
    for arguments in [vec!["run", WITH, "--script", file], vec!["judge", "four", file]] {
        let (code, out, err) = stampede(&arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
        let said = format!("stampede: {file}: line 3, column 5: scripts do without `std`\n");
        assert_eq!(err, said, "{arguments:?}");
    }
    std::fs::write(file, "pub async fn get(key) {\n    let x = ;\n    x\n}\n").unwrap();
    let (code, _, err) = stampede(&["run", WITH, "--script", file]);
    assert!(code == 2 && err.contains(": line 2, column 13: "), "{err}");
}

#[test]
fn challenges_are_listed_told_and_judged() {
    let list = printed(&["judge"]);
    assert_eq!(list.lines().count(), 10);
    assert!(list.starts_with("one-call "), "{list}");
    assert_eq!(json(&["judge"])[9]["id"], "viral");
    let told = printed(&["judge", "four"]);
    assert_eq!(line(&told, "longest"), "longest wait: at most 200 ms");

    let text = printed(&["judge", "four", &stored("solutions", "four")]);
    assert_eq!(line(&text, "database"), "database calls: at most 1 1 20 of 20");
    assert_eq!(line(&text, "Passed"), "Passed: all goals with each of 20 seeds.");

    let naive = stored("naive", "four");
    let (code, text, err) = stampede(&["judge", "four", &naive]);
    assert_eq!((code, err.as_str()), (1, ""));
    assert_eq!(line(&text, "database"), "database calls: at most 1 4 0 of 20");
    assert_eq!(line(&text, "requests"), "requests without a value: at most 0 0 20 of 20");
    assert_eq!(line(&text, "Not passed"), "Not passed: all goals with 0 of 20 seeds.");
    let (code, text, _) = stampede(&["judge", "four", &naive, "--format", "json"]);
    assert_eq!(code, 1);
    let all: Value = serde_json::from_str(&text).unwrap();
    assert_eq!([&all["seeds_passed"], &all["seeds"], &all["breaks"]["seed"]], [0, 20, 1]);
    assert_eq!(all["goals"][0]["worst"], 4.0);
    // Two requests at two processes are enough for a second call.
    assert_eq!(all["breaks"]["smallest"]["load"]["requests"], 2);
    assert_eq!(all["runs"].as_array().unwrap().len(), 20);
}

/// A mistake that shows only when the script is run.
#[test]
fn where_a_script_was_stopped_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mistake.rn");
    std::fs::write(&file, "pub async fn get(key) {\n    let x = 1 + \"a\";\n    x\n}\n").unwrap();
    let (code, text, _) = stampede(&["judge", "one-call", file.to_str().unwrap()]);
    assert_eq!(code, 1);
    let said = line(&text, "A mistake stops the script");
    assert!(said.starts_with("A mistake stops the script: line 2, column "), "{said}");
}

#[test]
fn bad_input_is_refused_with_what_is_allowed() {
    let goal = "allowed is METRIC>=NUMBER or METRIC<=NUMBER";
    for (arguments, message) in [
        (vec!["compare", WITH], "<B>"),
        (
            vec!["compare", WITH, "no-such-preset"],
            "preset: no-such-preset is not known; allowed is demo-",
        ),
        (vec!["compare", "./none.json", WITH], "./none.json: "),
        (vec!["compare", WITH, WITH, "--set", "db.pool=0"], "db.pool: 0 is not allowed"),
        (
            vec!["compare", WITH, WITH, "--set-a", "x"],
            "--set-a: `x` is not allowed; allowed is PATH=VALUE",
        ),
        (
            vec!["compare", WITH, WITH, "--set-b", "foo=1"],
            "foo: there is no such field; allowed is ",
        ),
        (vec!["compare", WITH, WITH, "--format", "csv"], "possible values: table, json"),
        (vec!["metrics"], "<SCENARIO>"),
        (
            vec!["metrics", "no-such-preset"],
            "preset: no-such-preset is not known; allowed is demo-",
        ),
        (vec!["metrics", WITH, "--set", "db.pool=0"], "db.pool: 0 is not allowed"),
        (vec!["metrics", WITH, "--scrape", "0ms"], "allowed is a span from 1ms to 5m"),
        (vec!["metrics", WITH, "--scrape", "301s"], "allowed is a span from 1ms to 5m"),
        (vec!["metrics", WITH, "--timeout", "1.5s"], "allowed is a whole number of ms, s, m or h"),
        (vec!["metrics", WITH, "--timeout", "16s"], "--timeout: 16000 ms is not allowed"),
        (vec!["metrics", WITH, "--jitter", "16s"], "--jitter: 16000 ms is not allowed"),
        (vec!["export", WITH], "--dir <FOLDER>"),
        (vec!["export", "no-such-preset", "--dir", "."], "preset: no-such-preset is not known"),
        (vec!["export", WITH, "--dir", ".", "--set", "db.pool=0"], "db.pool: 0 is not allowed"),
        (vec!["export", WITH, "--dir", ".", "--scrape", "999ms"], "a span from 1s to 5m"),
        (vec!["export", WITH, "--dir", ".", "--evaluate", "301s"], "a span from 1s to 5m"),
        (vec!["export", WITH, "--dir", ".", "--epoch", "-1"], "'-1'"),
        (vec!["ablate"], "<SCENARIO>"),
        (vec!["ablate", "no-such-preset"], "preset: no-such-preset is not known; allowed is demo-"),
        (vec!["ablate", WITH, "--set", "cache.ttl_ms=-1"], "cache.ttl_ms: -1 is not allowed"),
        (vec!["ablate", WITH, "--smallest", "--goal", "speed>=1"], goal),
        (vec!["ablate", WITH, "--smallest", "--goal", "db_calls=1"], goal),
        (vec!["chaos"], "<SCENARIO>"),
        (vec!["chaos", WITH, "--set", "db.pool=0"], "db.pool: 0 is not allowed"),
        (vec!["chaos", WITH, "--goodput", "2"], "allowed is a number from 0 to 1"),
        (vec!["chaos", WITH, "--p99-times", "0.5"], "allowed is a number of at least 1"),
        (vec!["chaos", WITH, "--faults", "0"], "0 is not in 1..=50"),
        (vec!["chaos", WITH, "--find", "5", "--draw", "2"], "cannot be used with"),
        (vec!["ablate", WITH, "--goal", "db_calls<=1"], "--smallest"),
        (vec!["judge", "easy"], "challenge: easy is not known; allowed is one-call, leaver, "),
        (vec!["judge", "four", "./none.rn"], "./none.rn: "),
        (vec!["run", WITH, "--script", "./none.rn"], "./none.rn: "),
        (vec!["run", WITH, "--script"], "--script <FILE>"),
    ] {
        let (code, out, err) = stampede(&arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
        assert!(err.contains(message), "{arguments:?}: {err}");
    }
}

/// Whoever reads may stop reading.
#[test]
fn a_pipe_that_is_closed_early_is_no_error() {
    for arguments in [
        vec!["compare", WITHOUT, WITH],
        vec!["ablate", WITH],
        vec!["chaos", WITH],
        vec!["metrics", WITH],
        vec!["check"],
        vec!["judge"],
        vec!["list"],
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_stampede"))
            .args(&arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!((child.wait().unwrap().code(), said.as_str()), (Some(0), ""), "{arguments:?}");
    }
}
