//! What a real Prometheus thinks of the output. Needs `promtool` (Debian:
//! `apt-get install prometheus`); `cargo xtask test` installs it on Debian.

use std::path::Path;

use stampede_oracle::promtool::promtool;
use stampede_sim::engine::Nanos;
use stampede_sim::metrics::{self, Plan, text};
use stampede_sim::run::Run;
use stampede_sim::scenario::presets;
use stampede_sim::telemetry::{Recording, exposition};

fn finished(preset: &str) -> Run {
    let mut run = Run::new(&presets::find(preset).unwrap(), &[], 1, Recording::Trace).unwrap();
    run.run_to_end();
    run
}

/// Whether promtool takes metrics, without a complaint.
fn takes(text: &str) -> Result<(), String> {
    let (good, complaints) = promtool(Path::new("."), &["check", "metrics"], text);
    if good && complaints.is_empty() { Ok(()) } else { Err(complaints) }
}

/// What a data base that was made of this text says that it holds.
fn read_back(text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    // A data base without a write-ahead log is none to `dump`.
    std::fs::create_dir_all(folder.path().join("data/wal")).unwrap();
    std::fs::write(folder.path().join("run.om"), text).unwrap();
    let create = ["tsdb", "create-blocks-from", "openmetrics", "run.om", "data"];
    let (good, said) = promtool(folder.path(), &create, "");
    assert!(good, "{said}");
    promtool(folder.path(), &["tsdb", "dump", "data"], "").1
}

#[test]
fn promtool_accepts_the_metrics() {
    for preset in ["demo-with-singleflight", "expiry-without-singleflight"] {
        let run = finished(preset);
        let text = run.read(|tape| exposition::prometheus(&tape.counters, &tape.latency));
        assert_eq!(takes(&text), Ok(()));
        // The check can fail: a metric without help is refused.
        let broken = text.replace("# HELP db_calls_total", "# HELP nobody_total");
        assert!(takes(&broken).is_err());
    }
}

/// Whatever happens in a run, what its targets say is in order: of every preset, and
/// with every metric.
#[test]
fn promtool_accepts_the_metrics_with_labels_of_every_preset() {
    let mut names = std::collections::BTreeSet::new();
    for (name, _) in presets::PRESETS {
        // The same system, five million times.
        if name.starts_with("black-friday") || *name == "reference" {
            continue;
        }
        let meter = metrics::last(&presets::find(name).unwrap(), &[], 1).unwrap();
        let text = text::prometheus(&meter);
        assert_eq!(takes(&text), Ok(()), "{name}");
        let types = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
        names.extend(types.map(|line| line.split(' ').next().unwrap().to_owned()));
    }
    let declared = metrics::declared::metrics();
    let missing: Vec<&str> = declared.iter().map(|it| it.name).collect();
    let missing: Vec<&&str> = missing
        .iter()
        .filter(|name| !names.contains(**name) && !names.contains(&format!("{name}_total")))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// What was scraped, loaded into a real data base and read back: each sample, and
/// nothing else.
#[test]
fn prometheus_loads_what_was_scraped() {
    let s = presets::find("restart-cold").unwrap();
    let series = metrics::record(&s, &[], 1, &Plan::every(Nanos::from_secs(1.0))).unwrap();
    let text = text::openmetrics(&series, 1_700_000_000.0);
    let dump = read_back(&text);
    let mut loaded: Vec<String> = dump.lines().map(str::to_owned).collect();
    let mut told = Vec::new();
    for one in &series {
        let mut labels = one.labels.clone();
        labels.sort();
        let labels: Vec<String> = labels.iter().map(|(l, v)| format!("{l}=\"{v}\"")).collect();
        let sample = |(at, value): &(i64, f64)| {
            format!("{{{}}} {} {}", labels.join(", "), value, 1_700_000_000_000 + at)
        };
        let alive = one.samples.iter().filter(|it| !metrics::series::is_stale(it.1));
        told.extend(alive.map(sample));
    }
    // Go writes small numbers with an exponent.
    let plain = |line: &String| {
        let parts: Vec<&str> = line.rsplitn(3, ' ').collect();
        format!("{} {} {}", parts[2], parts[1].parse::<f64>().unwrap(), parts[0])
    };
    loaded = loaded.iter().map(plain).collect();
    loaded.sort();
    told.sort();
    assert!(told.len() > 5_000, "{}", told.len());
    assert_eq!(loaded.len(), told.len());
    assert!(loaded == told, "{:?}", loaded.iter().zip(&told).find(|(a, b)| a != b));
}

/// The whole run, loaded into a real Prometheus data base and read back.
#[test]
fn prometheus_loads_the_whole_run() {
    let run = finished("expiry-without-singleflight");
    let (step, end) = (Nanos::from_secs(1.0), Nanos::from_secs(20.0));
    let text = run.read(|tape| exposition::openmetrics(&tape.log, end, step, 1_700_000_000.0));
    let dump = read_back(&text);
    let last = dump.lines().rfind(|l| l.contains("\"db_calls_total\"")).unwrap();
    let calls = run.read(|tape| tape.counters.db_calls());
    assert!(last.contains(&format!(" {calls} 1700000020000")), "{last}");
}
