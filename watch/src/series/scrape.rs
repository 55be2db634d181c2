//! What a scrape leaves behind: samples, `up`, and markers for what has gone.
//! Source: Prometheus's scrape loop (`scrape/scrape.go`, version 2.42).

use std::collections::BTreeSet;

use super::{Labels, NAME, OutOfOrder, Sample, Store};
use crate::Millis;

/// Something that is scraped again and again.
#[derive(Clone, Debug)]
pub struct Target {
    labels: Labels,
    there: BTreeSet<Labels>,
}

impl Target {
    /// A target whose labels (`job`, `instance`) go onto each of its series.
    pub fn new(labels: Labels) -> Self {
        Self { labels, there: BTreeSet::new() }
    }

    /// A scrape at `t` found these samples. What was there the last time and is
    /// not now gets a marker.
    ///
    /// # Errors
    ///
    /// If a series has a sample that is as late.
    pub fn scraped(
        &mut self,
        store: &mut Store,
        t: Millis,
        found: impl IntoIterator<Item = (Labels, f64)>,
    ) -> Result<(), OutOfOrder> {
        let mut now = BTreeSet::new();
        for (mut labels, v) in found {
            for (name, value) in self.labels.iter() {
                labels.set(name, value);
            }
            store.append(&labels, Sample { t, v })?;
            now.insert(labels);
        }
        for gone in self.there.difference(&now) {
            store.append(gone, Sample::stale(t))?;
        }
        self.there = now;
        self.up(store, t, 1.0)
    }

    /// A scrape at `t` failed: every series that was there gets a marker.
    ///
    /// # Errors
    ///
    /// If a series has a sample that is as late.
    pub fn failed(&mut self, store: &mut Store, t: Millis) -> Result<(), OutOfOrder> {
        for gone in std::mem::take(&mut self.there) {
            store.append(&gone, Sample::stale(t))?;
        }
        self.up(store, t, 0.0)
    }

    fn up(&self, store: &mut Store, t: Millis, v: f64) -> Result<(), OutOfOrder> {
        let mut labels = self.labels.clone();
        labels.set(NAME, "up");
        store.append(&labels, Sample { t, v })
    }
}
