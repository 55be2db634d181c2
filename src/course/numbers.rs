//! Numbers in the prose, read off a run, so that they cannot go stale.

use serde_json::Value;
use stampede_sim::run::Run;
use stampede_sim::scenario::presets;
use stampede_sim::telemetry::{Recording, Report};

/// The seed of every number in the prose.
pub const SEED: u64 = 1;

/// The number called `metric` of a preset's run, as text: a count, or whole
/// milliseconds. `None` if there is no such preset or number.
pub fn number(preset: &str, metric: &str) -> Option<String> {
    let scenario = presets::find(preset).ok()?;
    let mut run = Run::new(&scenario, &[], SEED, Recording::Counters).ok()?;
    run.run_to_end();
    let report = run.read(|tape| Report::of(tape, preset, SEED));
    match serde_json::to_value(report).ok()?.get(metric)? {
        Value::Number(n) if metric.ends_with("_ms") => Some(format!("{:.0} ms", n.as_f64()?)),
        Value::Number(n) => Some(n.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Block, CHAPTERS, Inline};
    use super::*;

    fn collect(inlines: &[Inline], found: &mut Vec<(&'static str, &'static str)>) {
        for inline in inlines {
            match inline {
                Inline::Number(preset, metric) => found.push((preset, metric)),
                Inline::Strong(i) | Inline::Emph(i) | Inline::Link(_, i) => collect(i, found),
                _ => {}
            }
        }
    }

    fn walk(blocks: &[Block], found: &mut Vec<(&'static str, &'static str)>) {
        for block in blocks {
            match block {
                Block::Heading(_, _, i) | Block::Paragraph(i) => collect(i, found),
                Block::List(_, items) => items.iter().for_each(|item| walk(item, found)),
                Block::Quote(inner) => walk(inner, found),
                Block::Table(rows) => {
                    rows.iter().flat_map(|r| r.iter()).for_each(|c| collect(c, found));
                }
                Block::Code(_) => {}
            }
        }
    }

    #[test]
    fn every_number_in_the_prose_resolves() {
        let mut found = Vec::new();
        for chapter in CHAPTERS {
            walk(chapter.en, &mut found);
            walk(chapter.ja, &mut found);
        }
        assert!(found.len() > 10);
        for (preset, metric) in found {
            assert!(number(preset, metric).is_some(), "{preset}.{metric}");
        }
    }

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
            let fill = tape.log.iter().find(|e| e.kind == stampede_sim::telemetry::Kind::Fill);
            let share = fill.unwrap().at.ms() / tape.latency.max().ms();
            assert!((0.18..0.3).contains(&share), "{share}");
        });
    }
}
