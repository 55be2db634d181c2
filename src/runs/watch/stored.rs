//! What was scraped, as text, so that a worker can say it; and back, a piece at a
//! time, so that the page stays alive.

use std::fmt::Write;
use std::str::Lines;

use stampede_watch::Millis;
use stampede_watch::series::{Labels, Sample, Store};

/// Between a label's name and its value, and between labels.
const BETWEEN: char = '\u{1f}';
/// The marker that a series has ended.
const STALE: &str = "-";

/// When the run was over, and until when it was scraped, in ms; then a line of labels
/// and one of samples for each series.
pub fn write(store: &Store, [end, until]: [Millis; 2]) -> String {
    let mut text = format!("{end} {until}\n");
    // Writing to a String cannot fail.
    for series in store.series() {
        for (name, value) in series.labels.iter() {
            let _ = write!(text, "{name}{BETWEEN}{value}{BETWEEN}");
        }
        text.push('\n');
        for sample in &series.samples {
            let _ = match sample.is_stale() {
                true => write!(text, "{} {STALE} ", sample.t),
                false => write!(text, "{} {:?} ", sample.t, sample.v),
            };
        }
        text.push('\n');
    }
    text
}

/// Reads what [`write`] has written.
pub struct Reader<'a> {
    lines: Lines<'a>,
    /// What has been read.
    pub store: Store,
    /// When the run was over, in ms.
    pub end: Millis,
    /// Until when it was scraped, in ms.
    pub until: Millis,
}

impl<'a> Reader<'a> {
    /// Begins; `None` if it is something else.
    pub fn new(text: &'a str) -> Option<Reader<'a>> {
        let mut lines = text.lines();
        let (end, until) = lines.next()?.split_once(' ')?;
        let (end, until) = (end.parse().ok()?, until.parse().ok()?);
        Some(Reader { lines, store: Store::new(), end, until })
    }

    /// Reads one more series; whether there was one. `None` if it is none.
    pub fn step(&mut self) -> Option<bool> {
        let Some(labels) = self.lines.next() else { return Some(false) };
        let mut parts = labels.split(BETWEEN);
        let mut all = Vec::new();
        while let Some((name, value)) = parts.next().zip(parts.next()) {
            all.push((name, value));
        }
        let labels: Labels = all.into_iter().collect();
        let mut place = usize::MAX;
        let mut samples = self.lines.next()?.split_ascii_whitespace();
        while let Some((t, v)) = samples.next().zip(samples.next()) {
            let t = t.parse().ok()?;
            let sample = match v {
                STALE => Sample::stale(t),
                v => Sample { t, v: v.parse().ok()? },
            };
            self.store.append_near(&mut place, &labels, sample).ok()?;
        }
        Some(true)
    }
}
