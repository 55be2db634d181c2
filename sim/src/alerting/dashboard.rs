//! What is looked at: the demo's three panels, and the four of the protector's
//! monitoring part. The page draws them, and [`export`](super::export) gives them to
//! Grafana.

use super::Words;

/// A panel.
#[derive(Clone, Copy, Debug)]
pub struct Panel {
    /// What links and tests call it.
    pub id: &'static str,
    /// What stands above it.
    pub title: Words,
    /// What it shows.
    pub queries: &'static [Query],
    /// In which unit.
    pub unit: Unit,
    /// Where it turns from bad to middling, and to good; or nothing.
    pub thresholds: Option<[f64; 2]>,
    /// How it shows it.
    pub kind: Kind,
}

/// An expression, whose series are shown.
#[derive(Clone, Copy, Debug)]
pub struct Query {
    /// In PromQL.
    pub expr: &'static str,
    /// What each series is called, with `{{label}}` for a label's value; a panel of one
    /// series needs none.
    pub legend: &'static str,
}

/// How a panel shows its series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Lines over time.
    TimeSeries,
    /// What it is now, as a large number.
    Stat,
    /// A state for each series as it is now, by number.
    States(&'static [Words]),
}

/// What values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// So many a second.
    PerSecond,
    /// Hundredths.
    Percent,
    /// A number of something.
    Count,
}

const fn one(expr: &'static str, legend: &'static str) -> Query {
    Query { expr, legend }
}

/// In the order in which they stand.
pub static PANELS: [Panel; 7] = [
    Panel {
        id: "db-calls",
        title: Words::new("Database calls", "DB 呼び出し"),
        queries: &[one("sum(rate(db_calls_total[1m]))", "")],
        unit: Unit::PerSecond,
        thresholds: None,
        kind: Kind::TimeSeries,
    },
    Panel {
        id: "shared",
        title: Words::new("Shared by singleflight", "singleflight の共有"),
        queries: &[one("sum(rate(singleflight_shared_total[1m]))", "")],
        unit: Unit::PerSecond,
        thresholds: None,
        kind: Kind::TimeSeries,
    },
    Panel {
        id: "misses",
        title: Words::new("Cache misses", "ミス"),
        queries: &[one("sum(rate(cache_misses_total[1m]))", "")],
        unit: Unit::PerSecond,
        thresholds: None,
        kind: Kind::TimeSeries,
    },
    Panel {
        id: "requests",
        title: Words::new("Requests by pattern and result", "キーの種類と結果ごとのリクエスト"),
        queries: &[one(
            "sum by (key_pattern, result) (rate(thundering_herd_requests_total[1m]))",
            "{{key_pattern}} – {{result}}",
        )],
        unit: Unit::PerSecond,
        thresholds: None,
        kind: Kind::TimeSeries,
    },
    Panel {
        id: "hit-rate",
        title: Words::new("Hit rate", "ヒット率"),
        queries: &[one(
            "sum(rate(cache_hits_total[1m])) / sum(rate(cache_requests_total[1m])) * 100",
            "",
        )],
        unit: Unit::Percent,
        thresholds: Some([70.0, 90.0]),
        kind: Kind::Stat,
    },
    Panel {
        id: "flight-queue",
        title: Words::new("Followers that wait", "待っているフォロワー"),
        queries: &[one("sum by (key_pattern) (single_flight_queue_depth)", "{{key_pattern}}")],
        unit: Unit::Count,
        thresholds: None,
        kind: Kind::TimeSeries,
    },
    Panel {
        id: "breakers",
        title: Words::new("Breakers", "ブレーカー"),
        queries: &[one("circuit_breaker_state", "{{instance}} – {{service}} {{endpoint}}")],
        unit: Unit::Count,
        thresholds: None,
        kind: Kind::States(&[
            Words::new("closed", "閉"),
            Words::new("half-open", "半開"),
            Words::new("open", "開"),
        ]),
    },
];
