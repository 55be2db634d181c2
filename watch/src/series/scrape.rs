//! What a scrape leaves behind: samples, `up`, and markers for what has gone.
//! Source: Prometheus's scrape loop (`scrape/scrape.go`, version 2.42).

use super::output::Output;
use super::writer::Writer;
use super::{Labels, NAME, OutOfOrder, Store};
use crate::Millis;

/// Something that is scraped again and again.
#[derive(Clone, Debug)]
pub struct Target {
    labels: Labels,
    series: Writer,
    up: Output,
}

impl Target {
    /// A target whose labels (`job`, `instance`) go onto each of its series. What
    /// a series calls so itself becomes `exported_job`.
    pub fn new(labels: Labels) -> Self {
        let mut up = labels.clone();
        up.set(NAME, "up");
        Self { labels, series: Writer::default(), up: Output::new(up) }
    }

    /// A scrape at `t` found these samples. What was there the last time and is
    /// not now gets a marker. Of several with the same labels the first counts.
    ///
    /// # Errors
    ///
    /// If a series has a sample that is as late; all others are written.
    pub fn scraped(
        &mut self,
        store: &mut Store,
        t: Millis,
        found: impl IntoIterator<Item = (Labels, f64)>,
    ) -> Result<(), OutOfOrder> {
        let mut values = Vec::new();
        for (mut labels, value) in found {
            for (name, value) in self.labels.iter() {
                let exposed = labels.get(name).to_owned();
                labels.set(name, value);
                if !exposed.is_empty() {
                    labels.set(&format!("exported_{name}"), &exposed);
                }
            }
            let number = self.series.number(&labels);
            if !self.series.note(number, t) {
                values.push((number, value));
            }
        }
        let written = self.series.write(store, t, &values);
        written.and(self.up.put(store, t, Some(1.0)))
    }

    /// A scrape at `t` failed: every series that was there gets a marker.
    ///
    /// # Errors
    ///
    /// If a series has a sample that is as late; all others are written.
    pub fn failed(&mut self, store: &mut Store, t: Millis) -> Result<(), OutOfOrder> {
        let written = self.series.write(store, t, &[]);
        written.and(self.up.put(store, t, Some(0.0)))
    }
}
