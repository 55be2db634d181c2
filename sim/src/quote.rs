//! Numbers of a run as prose quotes them.

use std::collections::BTreeMap;
use std::sync::Mutex;

use crate::run::Run;
use crate::scenario::presets;
use crate::scenario::problem::number as thousands;
use crate::telemetry::{Recording, Report};
use serde_json::Value;

/// The seed of every number in the prose.
pub const SEED: u64 = 1;

/// Reports of the presets asked for so far: one that is quoted is quoted often,
/// and some runs are long.
static REPORTS: Mutex<BTreeMap<String, Option<Value>>> = Mutex::new(BTreeMap::new());

/// The number called `metric` of a preset's run, as text: a count, or whole
/// milliseconds. `None` if there is no such preset or number.
pub fn number(preset: &str, metric: &str) -> Option<String> {
    // Whoever asks meanwhile waits for it, and does not make it, too.
    let mut reports = REPORTS.lock().ok()?;
    let report = reports.entry(preset.to_owned()).or_insert_with(|| report(preset)).as_ref()?;
    match report.get(metric)? {
        Value::Number(n) if metric.ends_with("_ms") => Some(format!("{:.0} ms", n.as_f64()?)),
        Value::Number(n) => Some(thousands(n.as_f64()?)),
        _ => None,
    }
}

/// What came of a preset's run.
fn report(preset: &str) -> Option<Value> {
    let scenario = presets::find(preset).ok()?;
    let mut run = Run::new(&scenario, &[], SEED, Recording::Counters).ok()?;
    run.run_to_end();
    serde_json::to_value(run.read(|tape| Report::of(tape, preset, SEED))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What chapter 1 says in words about its figure.
    #[test]
    fn chapter_1_says_what_the_run_shows() {
        let n = |preset: &str, metric| number(&format!("demo-{preset}-singleflight"), metric);
        assert_eq!(n("without", "db_calls").as_deref(), Some("100"));
        assert_eq!(n("with", "db_calls").as_deref(), Some("1"));
        assert_eq!(n("with", "followers").as_deref(), Some("99"));
        assert_eq!(n("with", "shared").as_deref(), Some("100"));
        assert_eq!(presets::find("demo-without-singleflight").map(|s| s.db.pool), Ok(20));
        // "the first answer was in the cache after a quarter of that time"
        let scenario = presets::find("demo-without-singleflight").unwrap();
        let mut run = Run::new(&scenario, &[], SEED, Recording::Trace).unwrap();
        run.run_to_end();
        run.read(|tape| {
            // "The other 80 requests queue"
            assert_eq!(tape.counters.of(crate::telemetry::Kind::Queue), 80);
            let fill = tape.log.iter().find(|e| e.kind == crate::telemetry::Kind::Fill);
            let share = fill.unwrap().at.ms() / tape.latency.max().ms();
            assert!((0.18..0.3).contains(&share), "{share}");
        });
    }
}
