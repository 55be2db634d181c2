//! What we say of an expression beside what Prometheus says.

use std::collections::BTreeMap;

use serde_json::Value;
use stampede_watch::Millis;
use stampede_watch::eval::{self, Instant, Times};
use stampede_watch::parse::parse;
use stampede_watch::series::{Labels, Sample, Store};

/// Samples by labels, or why there are none.
pub type Answer = Result<BTreeMap<Labels, Vec<(Millis, f64)>>, String>;

/// What we say at an instant.
pub fn ours_at(store: &Store, expr: &str, t: Millis) -> Answer {
    let expr = parse(expr).map_err(|error| error.to_string())?;
    let found = eval::instant(store, &expr, t).map_err(|error| error.to_string())?;
    Ok(match found {
        Instant::Scalar(v) => BTreeMap::from([(Labels::default(), vec![(t, v)])]),
        Instant::Vector(all) => {
            let count = all.len();
            let all: BTreeMap<_, _> =
                all.into_iter().map(|(labels, v)| (labels, vec![(t, v)])).collect();
            assert_eq!(all.len(), count, "{expr}: the same labels twice");
            all
        }
        Instant::Range(all) => {
            let samples = |it: Vec<Sample>| it.into_iter().map(|it| (it.t, it.v)).collect();
            all.into_iter().map(|series| (series.labels, samples(series.samples))).collect()
        }
        Instant::Text(text) => return Err(text),
    })
}

/// What we say at many.
pub fn ours_over(store: &Store, expr: &str, times: Times) -> Answer {
    let expr = parse(expr).map_err(|error| error.to_string())?;
    let lines = eval::range(store, &expr, times).map_err(|error| error.to_string())?;
    let samples = |values: Vec<Option<f64>>| {
        times.iter().zip(values).filter_map(|(t, v)| Some((t, v?))).collect()
    };
    Ok(lines.into_iter().map(|line| (line.labels, samples(line.values))).collect())
}

/// What Prometheus said.
pub fn theirs(answer: &Value) -> Answer {
    if answer["status"] != "success" {
        return Err(answer["error"].to_string());
    }
    let (kind, result) = (&answer["data"]["resultType"], &answer["data"]["result"]);
    let sample = |pair: &Value| {
        let t = (pair[0].as_f64().unwrap() * 1000.0).round() as Millis;
        let text = pair[1].as_str().unwrap();
        (t, text.parse().unwrap_or_else(|_| panic!("{text}")))
    };
    if kind == "scalar" {
        return Ok(BTreeMap::from([(Labels::default(), vec![sample(result)])]));
    }
    if kind == "string" {
        return Err(result[1].as_str().unwrap().to_owned());
    }
    let series = |one: &Value| {
        let labels = one["metric"].as_object().unwrap().iter();
        let labels = labels.map(|(name, value)| (name.as_str(), value.as_str().unwrap()));
        let samples = match one["values"].as_array() {
            Some(values) => values.iter().map(sample).collect(),
            None => vec![sample(&one["value"])],
        };
        (labels.collect(), samples)
    };
    Ok(result.as_array().unwrap().iter().map(series).collect())
}

/// In what two answers differ; both may be errors.
pub fn difference(ours: &Answer, theirs: &Answer) -> Option<String> {
    let (ours, theirs) = match (ours, theirs) {
        (Err(_), Err(_)) => return None,
        (Err(error), Ok(_)) => return Some(format!("we fail: {error}")),
        (Ok(_), Err(error)) => return Some(format!("they fail: {error}")),
        (Ok(ours), Ok(theirs)) => (ours, theirs),
    };
    for labels in ours.keys().chain(theirs.keys()) {
        let (Some(a), Some(b)) = (ours.get(labels), theirs.get(labels)) else {
            let whose = if ours.contains_key(labels) { "we" } else { "they" };
            return Some(format!("only {whose} have {labels}"));
        };
        let same = |(a, b): (&(Millis, f64), &(Millis, f64))| a.0 == b.0 && near(a.1, b.1);
        if a.len() != b.len() || !a.iter().zip(b).all(same) {
            let at = a.iter().zip(b).position(|pair| !same(pair)).unwrap_or(a.len().min(b.len()));
            return Some(format!(
                "{labels} from {at} of {}, {}: {:?}, they {:?}",
                a.len(),
                b.len(),
                &a[at..a.len().min(at + 3)],
                &b[at..b.len().min(at + 3)]
            ));
        }
    }
    None
}

/// Equal to 1e-9 of what they are; what should be nothing, and is not because
/// of rounding, is nothing.
pub fn near(a: f64, b: f64) -> bool {
    a == b || a.is_nan() && b.is_nan() || (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1e-4)
}
