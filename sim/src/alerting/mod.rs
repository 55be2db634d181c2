//! A run as it wakes people: alert rules over what is scraped of it, how good they
//! are, the dashboard to look at then, and all of it as files for the real programs.
//!
//! Nothing here is part of a run: it reads [`metrics`](crate::metrics), and PromQL and
//! rules are evaluated by [`stampede_watch`].
//!
//! | file | idea |
//! |---|---|
//! | [`rules`] | the seed's five alert rules, each beside one that works |
//! | [`dashboard`] | what is looked at, as data for the page and for Grafana |
//! | [`judge`] | rules judged over many runs: when they fire, what they miss, false pages |
//! | [`export`] | files for promtool, Prometheus and Grafana |

pub mod dashboard;
pub mod export;
pub mod judge;
pub mod rules;

use stampede_watch::Millis;
use stampede_watch::series::{Labels, Sample, Store};

use crate::engine::Nanos;
use crate::metrics::{Plan, Series};
use crate::scenario::Scenario;

/// A text in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    /// English.
    pub en: &'static str,
    /// Japanese.
    pub ja: &'static str,
}

/// One of the languages of [`Words`].
pub type Language = fn(Words) -> &'static str;

impl Words {
    const fn new(en: &'static str, ja: &'static str) -> Words {
        Words { en, ja }
    }

    /// In English.
    pub fn en(self) -> &'static str {
        self.en
    }

    /// In Japanese.
    pub fn ja(self) -> &'static str {
        self.ja
    }
}

/// What was scraped of a run, ready to be asked. Times are in milliseconds since the run
/// began.
pub fn store(series: &[Series]) -> Store {
    let mut store = Store::new();
    for one in series {
        let labels: Labels = one.labels.iter().map(|(name, value)| (*name, &**value)).collect();
        let mut place = usize::MAX;
        for (t, v) in &one.samples {
            // A series is scraped in the order of time, and no two have the same labels.
            let appended = store.append_near(&mut place, &labels, Sample { t: *t, v: *v });
            debug_assert!(appended.is_ok(), "{appended:?}");
        }
    }
    store
}

/// How a run is scraped that is to be watched: every so often, and for two minutes more
/// than requests are sent, so that alerts can end. Times are whole tenths of a second: a
/// test for promtool has a place for every instant that samples can have.
pub fn plan(scenario: &Scenario, interval: Nanos) -> Plan {
    let until = Nanos::from_ms(scenario.load.span_ms() + AFTERWARDS_MS);
    Plan { until, grain: Nanos(100_000_000), ..Plan::every(interval) }
}

const AFTERWARDS_MS: f64 = 120_000.0;

fn millis(at: Nanos) -> Millis {
    (at.0 / 1_000_000) as Millis
}
