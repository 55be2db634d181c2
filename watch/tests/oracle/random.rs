//! Expressions that nobody would write, by chance, whose types fit.

use crate::chance::Chance;

const METRICS: [&str; 10] = [
    "http_requests_total",
    "pool_usage",
    "memory_bytes",
    "special",
    "flapping",
    "node_info",
    "latency_seconds_bucket",
    "odd_bucket",
    "once",
    "circuit_breaker_state",
];
const LABELS: [&str; 7] = ["job", "instance", "code", "kind", "le", "zone", "service"];
const SPANS: [&str; 7] = ["17s", "30s", "1m", "2m", "5m", "10m", "1m30s"];

fn one<'a>(chance: &mut Chance, of: &[&'a str]) -> &'a str {
    of[chance.below(of.len() as u64) as usize]
}

fn labels(chance: &mut Chance) -> String {
    let count = chance.below(3);
    (0..count).map(|_| one(chance, &LABELS)).collect::<Vec<_>>().join(", ")
}

fn selector(chance: &mut Chance) -> String {
    let metric = one(chance, &METRICS);
    match chance.below(6) {
        0 => format!("{metric}{{instance=~\"0|1\"}}"),
        1 => format!("{metric}{{job=\"api\"}}"),
        2 => format!("{metric}{{code!=\"200\", instance!~\"[23]\"}}"),
        _ => metric.to_owned(),
    }
}

fn offset(chance: &mut Chance) -> &'static str {
    one(chance, &["", "", "", "", " offset 1m", " offset 7m", " offset -30s"])
}

fn range(chance: &mut Chance, depth: u32) -> String {
    let span = one(chance, &SPANS);
    let inner = if depth > 0 && chance.below(5) == 0 {
        let step = one(chance, &["", "10s", "1m", "7s"]);
        format!("({})[{span}:{step}]", vector(chance, depth - 1))
    } else {
        format!("{}[{span}]", selector(chance))
    };
    format!("{inner}{}", offset(chance))
}

pub fn scalar(chance: &mut Chance, depth: u32) -> String {
    match chance.below(if depth > 0 { 8 } else { 4 }) {
        0 => "0.5".to_owned(),
        1 => format!("{}", chance.below(1000)),
        2 => one(chance, &["1e3", "-2", "NaN", "Inf", "0", "0.1"]).to_owned(),
        3 => "time()".to_owned(),
        4 => format!("scalar({})", vector(chance, depth - 1)),
        5 => format!("-{}", scalar(chance, depth - 1)),
        6 => format!("({})", scalar(chance, depth - 1)),
        _ => {
            let op = one(chance, &["+", "-", "*", "/", "%", "^", "== bool", "> bool", "<= bool"]);
            format!("{} {op} {}", scalar(chance, depth - 1), scalar(chance, depth - 1))
        }
    }
}

pub fn vector(chance: &mut Chance, depth: u32) -> String {
    if depth == 0 {
        return format!("{}{}", selector(chance), offset(chance));
    }
    let depth = depth - 1;
    match chance.below(14) {
        0..=2 => {
            let function = one(
                chance,
                &[
                    "rate",
                    "increase",
                    "irate",
                    "delta",
                    "idelta",
                    "deriv",
                    "changes",
                    "resets",
                    "avg_over_time",
                    "min_over_time",
                    "max_over_time",
                    "sum_over_time",
                    "count_over_time",
                    "last_over_time",
                    "present_over_time",
                    "stddev_over_time",
                    "stdvar_over_time",
                    "absent_over_time",
                ],
            );
            format!("{function}({})", range(chance, depth))
        }
        3 => match chance.below(2) {
            0 => format!("predict_linear({}, {})", range(chance, depth), scalar(chance, 0)),
            _ => format!("quantile_over_time({}, {})", scalar(chance, 0), range(chance, depth)),
        },
        4 | 5 => {
            let how =
                one(chance, &["sum", "avg", "min", "max", "count", "group", "stddev", "stdvar"]);
            let word = one(chance, &["by", "without"]);
            format!("{how} {word} ({}) ({})", labels(chance), vector(chance, depth))
        }
        6 => format!(
            "quantile by ({}) ({}, {})",
            labels(chance),
            scalar(chance, 0),
            vector(chance, depth)
        ),
        7 => {
            let function = one(
                chance,
                &[
                    "abs",
                    "ceil",
                    "floor",
                    "exp",
                    "ln",
                    "log2",
                    "log10",
                    "sqrt",
                    "sgn",
                    "round",
                    "sort",
                    "timestamp",
                    "absent",
                ],
            );
            format!("{function}({})", vector(chance, depth))
        }
        8 => match chance.below(5) {
            0 => format!(
                "clamp({}, {}, {})",
                vector(chance, depth),
                scalar(chance, 0),
                scalar(chance, 0)
            ),
            1 => format!("histogram_quantile({}, {})", scalar(chance, 0), vector(chance, depth)),
            2 => format!(
                "label_replace({}, \"job\", \"$1x\", \"instance\", \"(.).*\")",
                vector(chance, depth)
            ),
            3 => {
                format!("label_join({}, \"code\", \"/\", \"job\", \"kind\")", vector(chance, depth))
            }
            _ => format!("vector({})", scalar(chance, depth)),
        },
        9 => format!("-{}", vector(chance, 0)),
        10 => {
            let op = one(
                chance,
                &["+", "-", "*", "/", "%", "^", "==", "!=", ">", "<=", "> bool", "== bool"],
            );
            match chance.below(2) {
                0 => format!("({}) {op} ({})", vector(chance, depth), scalar(chance, depth)),
                _ => format!("({}) {op} ({})", scalar(chance, depth), vector(chance, depth)),
            }
        }
        11 => {
            let op = one(chance, &["and", "or", "unless"]);
            let matching = match chance.below(3) {
                0 => String::new(),
                1 => format!(" on({})", labels(chance)),
                _ => format!(" ignoring({})", labels(chance)),
            };
            format!("({}) {op}{matching} ({})", vector(chance, depth), vector(chance, depth))
        }
        _ => {
            let op = one(chance, &["+", "-", "*", "/", "==", ">", "<", "!= bool", "<= bool"]);
            let word = one(chance, &["on", "ignoring"]);
            let group = one(chance, &["", "", " group_left", " group_right"]);
            let include =
                if group.is_empty() { "" } else { one(chance, &["()", "(version)", "(path)"]) };
            let left = vector(chance, depth);
            // Often the same, so that there is something that matches.
            let right = if chance.below(2) == 0 { left.clone() } else { vector(chance, depth) };
            match chance.below(3) {
                0 => format!("({left}) {op} ({right})"),
                _ => format!("({left}) {op} {word}({}){group}{include} ({right})", labels(chance)),
            }
        }
    }
}
