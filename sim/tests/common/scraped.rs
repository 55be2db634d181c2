//! What metrics say, read back from their text or from scraped series.

use stampede_sim::engine::Nanos;
use stampede_sim::metrics::series::is_stale;
use stampede_sim::metrics::{self, Meter, Plan, Series, text};
use stampede_sim::scenario::Scenario;

/// Lines of `/metrics` without comments: names with labels, and values.
pub struct Said(Vec<(String, f64)>);

impl Said {
    pub fn of(text: &str) -> Said {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let parsed = lines.map(|line| {
            let (series, value) = line.rsplit_once(' ').unwrap();
            (series.to_owned(), value.parse().unwrap())
        });
        Said(parsed.collect())
    }

    /// What all targets say when a run is over.
    pub fn last(scenario: &Scenario, seed: u64) -> Said {
        let meter = metrics::last(scenario, &[], seed).unwrap();
        Said::of(&text::prometheus(&meter))
    }

    pub fn by(meter: &Meter) -> Said {
        Said::of(&text::prometheus(meter))
    }

    /// Values of the series with a name and such labels.
    pub fn all(&self, name: &str, labels: &[(&str, &str)]) -> Vec<f64> {
        let has = |series: &str| {
            let same = series.split('{').next() == Some(name);
            same && labels.iter().all(|(label, value)| {
                let wanted = format!("{label}=\"{value}\"");
                series.contains(&format!("{{{wanted}")) || series.contains(&format!(",{wanted}"))
            })
        };
        self.0.iter().filter(|(series, _)| has(series)).map(|(_, value)| *value).collect()
    }

    pub fn sum(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        self.all(name, labels).iter().sum()
    }

    /// The value of the only such series.
    pub fn only(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let all = self.all(name, labels);
        assert_eq!(all.len(), 1, "{name} {labels:?}: {all:?}");
        all[0]
    }
}

/// The series of a run that is scraped every so often, all targets at the same time.
pub fn scraped(scenario: &Scenario, every: Nanos, offset: Nanos) -> Vec<Series> {
    let plan = Plan { offset: Some(offset), ..Plan::every(every) };
    metrics::record(scenario, &[], 1, &plan).unwrap()
}

/// Those with a name and such labels.
pub fn find<'a>(all: &'a [Series], name: &str, labels: &[(&str, &str)]) -> Vec<&'a Series> {
    let has = |one: &&Series| {
        one.label("__name__") == name && labels.iter().all(|(l, v)| one.label(l) == *v)
    };
    all.iter().filter(has).collect()
}

/// The samples of the only such one; `None` where it has ended.
pub fn samples(all: &[Series], name: &str, labels: &[(&str, &str)]) -> Vec<(i64, Option<f64>)> {
    let found = find(all, name, labels);
    assert_eq!(found.len(), 1, "{name} {labels:?}");
    let value = |value: f64| if is_stale(value) { None } else { Some(value) };
    found[0].samples.iter().map(|(at, it)| (*at, value(*it))).collect()
}
