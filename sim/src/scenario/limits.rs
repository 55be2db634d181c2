//! Every number's range: one table for checks, schema, knobs and links.

use serde_json::Value;

use super::{Fault, Problem};

/// The most requests a run may send.
pub const MAX_REQUESTS: f64 = 5_000_000.0;
/// The longest span a field may hold, in milliseconds: a day.
const DAY: f64 = 86_400_000.0;

/// What a number may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limit {
    /// Where it stands; `[]` for every element of a list.
    pub path: &'static str,
    /// The smallest value allowed.
    pub min: f64,
    /// The largest value allowed.
    pub max: f64,
    /// Whether it must be a whole number.
    pub whole: bool,
}

const fn real(path: &'static str, min: f64, max: f64) -> Limit {
    Limit { path, min, max, whole: false }
}

const fn whole(path: &'static str, min: f64, max: f64) -> Limit {
    Limit { path, min, max, whole: true }
}

/// The table.
pub const LIMITS: [Limit; 30] = [
    whole("load.requests", 1.0, MAX_REQUESTS),
    real("load.at_ms", 0.0, DAY),
    real("load.spread_ms", 0.0, DAY),
    real("load.rate", 0.001, 1_000_000.0),
    real("load.duration_ms", 1.0, DAY),
    whole("load.max_vus", 1.0, MAX_REQUESTS),
    real("load.start_rate", 0.0, 1_000_000.0),
    real("load.stages[].target", 0.0, 1_000_000.0),
    real("load.stages[].duration_ms", 0.0, DAY),
    whole("load.vus", 1.0, 10_000.0),
    whole("load.start_vus", 0.0, 10_000.0),
    real("load.think_ms", 0.0, DAY),
    whole("load.iterations", 1.0, MAX_REQUESTS),
    whole("keys.count", 1.0, 1_000_000.0),
    real("keys.exponent", 0.0, 10.0),
    whole("fleet.processes", 1.0, 64.0),
    real("network.client_ms", 0.0, 60_000.0),
    real("network.cache_ms", 0.0, 60_000.0),
    real("network.db_ms", 0.0, 60_000.0),
    real("network.jitter", 0.0, 0.9),
    whole("cache.ttl_ms", 1.0, DAY),
    whole("db.pool", 1.0, 10_000.0),
    whole("db.cores", 1.0, 10_000.0),
    real("db.query_ms", 0.001, 600_000.0),
    real("db.error_rate", 0.0, 1.0),
    real("actions[].at_ms", 0.0, DAY),
    whole("actions[].do.burst.requests", 1.0, 100_000.0),
    real("actions[].do.burst.spread_ms", 0.0, DAY),
    whole("seed", 0.0, 9_007_199_254_740_991.0),
    real("t", 0.0, DAY),
];

/// The limit of the number at `path`.
pub fn of(path: &str) -> Option<&'static Limit> {
    LIMITS.iter().find(|limit| limit.path == path)
}

/// Checks every number of the table that is there. What is not a number is
/// left to the types.
pub(super) fn check(document: &Value) -> Result<(), Problem> {
    LIMITS.iter().try_for_each(|limit| walk(document, limit.path, String::new(), limit))
}

fn walk(value: &Value, rest: &str, path: String, limit: &Limit) -> Result<(), Problem> {
    let (step, rest) = rest.split_once('.').unwrap_or((rest, ""));
    let (field, list) = step.strip_suffix("[]").map_or((step, false), |f| (f, true));
    let Some(value) = value.get(field) else { return Ok(()) };
    let path = if path.is_empty() { field.to_owned() } else { format!("{path}.{field}") };
    if list {
        return value.as_array().map_or(Ok(()), |elements| {
            elements
                .iter()
                .enumerate()
                .try_for_each(|(i, element)| walk(element, rest, format!("{path}[{i}]"), limit))
        });
    }
    if !rest.is_empty() {
        return walk(value, rest, path, limit);
    }
    match value.as_f64() {
        Some(number) => limit.check(&path, number),
        None => Ok(()),
    }
}

impl Limit {
    /// Checks one number; `path` is where it stands.
    pub fn check(&self, path: &str, number: f64) -> Result<(), Problem> {
        let fits = (self.min..=self.max).contains(&number);
        if fits && (!self.whole || number.fract() == 0.0) {
            return Ok(());
        }
        let Limit { min, max, whole, .. } = *self;
        let found = number.to_string();
        Err(Problem::new(path, Fault::OutOfRange { found, min, max, whole }))
    }
}
