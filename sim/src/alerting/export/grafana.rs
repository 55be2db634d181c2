//! The dashboard as Grafana reads it: panels `timeseries`, `stat` and `table` (its older
//! `graph` and `singlestat` are gone), and a variable for the data source.

use serde_json::{Value, json};
use stampede_watch::Millis;

use super::Export;
use crate::alerting::Language;
use crate::alerting::dashboard::{Kind, PANELS, Panel, Query, Unit};

/// How many panels stand side by side, in Grafana's 24 columns.
const COLUMNS: usize = 3;
const WIDTH: usize = 24 / COLUMNS;
const HEIGHT: usize = 8;

/// The file. `last` is when the last sample is, in milliseconds since the run began.
pub fn dashboard(export: &Export<'_>, last: Millis) -> String {
    let Export { scenario, seed, epoch, language, .. } = *export;
    let ms = (epoch * 1e3) as Millis;
    let panels: Vec<Value> = (0..).zip(&PANELS).map(|(nr, it)| panel(nr, it, language)).collect();
    let dashboard = json!({
        "title": format!("Stampede: {}, seed {seed}", scenario.name),
        "tags": ["stampede"],
        "schemaVersion": 39,
        "editable": true,
        "timezone": "utc",
        "time": { "from": moment(ms), "to": moment(ms + last) },
        "templating": { "list": [{
            "name": "datasource",
            "label": "Prometheus",
            "type": "datasource",
            "query": "prometheus",
        }] },
        "panels": panels,
    });
    format!("{dashboard:#}\n")
}

fn panel(nr: usize, panel: &Panel, language: Language) -> Value {
    let unit = match panel.unit {
        Unit::PerSecond => "reqps",
        Unit::Percent => "percent",
        Unit::Count => "short",
    };
    let mut defaults = json!({ "unit": unit });
    if let Some([middling, good]) = panel.thresholds {
        defaults["thresholds"] = json!({ "mode": "absolute", "steps": [
            { "color": "red", "value": null },
            { "color": "yellow", "value": middling },
            { "color": "green", "value": good },
        ] });
    }
    let (kind, options) = match panel.kind {
        Kind::TimeSeries => ("timeseries", json!({ "legend": { "displayMode": "list" } })),
        Kind::Stat => ("stat", json!({ "reduceOptions": { "calcs": ["lastNotNull"] } })),
        Kind::States(words) => {
            let word =
                |(nr, word)| (format!("{nr}"), json!({ "text": language(word), "index": nr }));
            let words: serde_json::Map<_, _> = (0..).zip(words.iter().copied()).map(word).collect();
            defaults["mappings"] = json!([{ "type": "value", "options": words }]);
            ("table", json!({}))
        }
    };
    let source = json!({ "type": "prometheus", "uid": "${datasource}" });
    let target = |(nr, Query { expr, legend }): (u8, &Query)| {
        let table = matches!(panel.kind, Kind::States(_));
        let name = if legend.is_empty() { language(panel.title) } else { legend };
        json!({
            "refId": char::from(b'A' + nr).to_string(),
            "datasource": source,
            "expr": expr,
            "legendFormat": name,
            "instant": table,
            "range": !table,
            "format": if table { "table" } else { "time_series" },
        })
    };
    json!({
        "id": nr + 1,
        "type": kind,
        "title": language(panel.title),
        "datasource": source,
        "gridPos": {
            "x": nr % COLUMNS * WIDTH, "y": nr / COLUMNS * HEIGHT, "w": WIDTH, "h": HEIGHT,
        },
        "targets": (0..).zip(panel.queries).map(target).collect::<Vec<_>>(),
        "fieldConfig": { "defaults": defaults, "overrides": [] },
        "options": options,
    })
}

/// A Unix time in milliseconds as ISO 8601 writes it, in UTC.
fn moment(ms: Millis) -> String {
    let (days, rest) = (ms.div_euclid(86_400_000), ms.rem_euclid(86_400_000));
    // Years that begin in March, so that a leap day is the last one (Howard Hinnant,
    // chrono-Compatible Low-Level Date Algorithms, `civil_from_days`).
    let shifted = days + 719_468;
    let (era, day) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let in_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * in_year + 2) / 153;
    let date = in_year - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    let year = year + era * 400 + next;
    let (seconds, ms) = (rest / 1_000, rest % 1_000);
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{date:02}T{hour:02}:{minute:02}:{second:02}.{ms:03}Z")
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400, "2000-02-29T00:00:00.000Z"),
            (1_700_000_000, "2023-11-14T22:13:20.000Z"),
            (4_107_542_399, "2100-02-28T23:59:59.000Z"),
            (4_107_542_400, "2100-03-01T00:00:00.000Z"),
        ] {
            assert_eq!(moment(seconds * 1_000), text);
        }
        assert_eq!(moment(1_735_689_599_999), "2024-12-31T23:59:59.999Z");
    }
}
