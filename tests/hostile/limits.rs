//! Systems at their limits: each field has what it may have at least or at
//! most, more often than what is usual.

use serde_json::{Map, Value, json};
use stampede_sim::scenario::fields::{self, Choice, Kind, Limit, Part};
use stampede_sim::scenario::link::Link;

use super::dice::Dice;

/// Link number `number`: one system in two lanes.
pub fn link(number: u64) -> String {
    let dice = &mut Dice::new(number);
    let mut link = Link::pair("demo-with-singleflight", "demo-without-singleflight");
    for (path, kind) in fields::all() {
        let described = ["name", "about", "pair"].iter().any(|part| path.starts_with(part));
        let often = match *path {
            "load" => 0.9,
            // One of two defences on would be refused for what it needs.
            path if path.starts_with("protect.") => 0.1,
            _ => 0.2,
        };
        if !described && dice.yes(often) {
            link.changes.push(((*path).to_owned(), value(kind, dice).to_string()));
        }
    }
    link.seed = dice.below(1 << 53);
    link.write()
}

fn value(kind: &Kind, dice: &mut Dice) -> Value {
    match kind {
        Kind::Number(limit) => number(limit, dice),
        Kind::Flag => json!(dice.yes(0.5)),
        Kind::Word(words) => json!(dice.one(words)),
        Kind::Words(words) => {
            json!(words.iter().filter(|_| dice.yes(0.5)).collect::<Vec<_>>())
        }
        Kind::Text => json!("x"),
        Kind::List(kind) => (0..dice.below(4)).map(|_| value(kind, dice)).collect(),
        Kind::Object(parts) => object(parts, dice).into(),
        Kind::Choice(Choice { tag, options }) => {
            let (word, parts) = dice.one(options);
            let mut fields = object(parts, dice);
            match *tag {
                "" if parts.is_empty() => json!(word),
                "" => json!({ word: fields }),
                tag => {
                    fields.insert(tag.to_owned(), json!(word));
                    fields.into()
                }
            }
        }
    }
}

fn object(parts: &[Part], dice: &mut Dice) -> Map<String, Value> {
    let mut fields = Map::new();
    for Part { name, kind, required } in parts {
        if *required || dice.yes(0.5) {
            fields.insert((*name).to_owned(), value(kind, dice));
        }
    }
    fields
}

fn number(Limit { min, max, whole }: &Limit, dice: &mut Dice) -> Value {
    let share = dice.unit();
    let number = match dice.below(5) {
        0 => *min,
        1 => *max,
        // From small to large, as many of each size.
        2 => {
            let size = |number: f64| libm::log(number + 1.0);
            libm::exp(size(*min) * (1.0 - share) + size(*max) * share) - 1.0
        }
        _ => min + (max - min).min(1_000.0) * share,
    };
    let number = if *whole { number.round() } else { number };
    match number {
        number if number.fract() == 0.0 => json!(number as i64),
        number => json!(number),
    }
}
