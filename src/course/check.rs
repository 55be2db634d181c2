//! Conditions over runs: what a task asks for, what a prediction is about.
//!
//! `b.db_calls < 5; b.p99_ms < 100; b.fleet.processes = 4`: a lane, a number
//! of its report or a field of its scenario, and what it must be.

use std::cmp::Ordering;

use crate::player::{Lane, Player};
use stampede_sim::scenario::Problem;
use stampede_sim::scenario::link::{LANES, Link};

/// One condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// The lane's number.
    pub lane: usize,
    /// A metric of its report, the path of a field of its scenario, or
    /// [`DEFENCES_ON`](crate::player::DEFENCES_ON).
    pub name: String,
    /// How it is compared.
    pub op: &'static str,
    /// With what.
    pub wanted: String,
}

/// The comparisons, longer ones first.
const OPS: [&str; 5] = ["<=", ">=", "<", ">", "="];

/// Reads conditions; `None` if one of them is none.
pub fn parse(text: &str) -> Option<Vec<Condition>> {
    text.split(';').map(|part| condition(part.trim())).collect()
}

fn condition(text: &str) -> Option<Condition> {
    let (op, at) = OPS.into_iter().find_map(|op| Some((op, text.find(op)?)))?;
    let (left, wanted) = (text[..at].trim(), text[at + op.len()..].trim());
    let (lane, name) = value(left)?;
    Some(Condition { lane, name, op, wanted: wanted.to_owned() })
}

/// `b.db_calls`: a lane and a name.
pub fn value(text: &str) -> Option<(usize, String)> {
    let (lane, name) = text.split_once('.')?;
    Some((LANES.iter().position(|known| *known == lane)?, name.to_owned()))
}

impl Condition {
    /// What the condition is about, as it is in these lanes.
    pub fn found(&self, lanes: &[Lane]) -> Option<String> {
        lanes.get(self.lane)?.value(&self.name)
    }

    /// Whether it holds in these lanes.
    pub fn holds(&self, lanes: &[Lane]) -> bool {
        let Some(found) = self.found(lanes) else { return false };
        match (found.parse::<f64>(), self.wanted.parse::<f64>()) {
            (Ok(found), Ok(wanted)) => {
                let order = found.total_cmp(&wanted);
                match self.op {
                    "<" => order == Ordering::Less,
                    ">" => order == Ordering::Greater,
                    "<=" => order != Ordering::Greater,
                    ">=" => order != Ordering::Less,
                    _ => order == Ordering::Equal,
                }
            }
            _ => self.op == "=" && found == self.wanted,
        }
    }
}

/// A run computed to its end.
pub fn finished(run: &str) -> Result<Player, Problem> {
    let mut player = Player::new(&Link::in_course(run)?)?;
    while player.compute_on() {}
    Ok(player)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_read_and_hold_or_not() {
        let lanes = finished("fleet.processes=4").unwrap().lanes;
        for (text, holds) in [
            ("b.db_calls = 4", true),
            ("b.db_calls < 5; b.requests >= 100; b.fleet.processes = 4", true),
            ("b.db_calls < 4", false),
            ("b.db_calls > 4", false),
            ("a.db_calls < 5", false),
            ("a.db_calls > 99; b.db_calls <= 4", true),
            ("b.protect.singleflight = true", true),
            ("a.protect.singleflight = true", false),
            ("a.defences = 0; b.defences = 1", true),
            ("b.nothing = 1", false),
            ("c.db_calls = 4", false),
        ] {
            let conditions = parse(text).unwrap();
            assert_eq!(conditions.iter().all(|c| c.holds(&lanes)), holds, "{text}");
        }
        for text in ["", "b.db_calls", "db_calls < 5", "x.y < 1"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
