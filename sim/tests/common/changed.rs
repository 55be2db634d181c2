//! Links that somebody or something has changed on their way.

use super::dice::Dice;

/// Good links to begin with.
const GOOD: [&str; 4] = [
    "v=1&a=layered&b=unprotected&c=layered&c.db.pool=3&seed=7&t=60&speed=30&sel=c.41&lang=ja",
    "v=1&load.requests=1000&db.query_ms=80&b.xfetch.beta=2&b.protect.xfetch=true",
    "v=1&a.actions=%5B%7B%22at_ms%22%3A5%2C%22do%22%3A%22clear-cache%22%7D%2C%7B%22at_ms%22%3A6%2C%22do%22%3A%7B%22switch%22%3A%7B%22defence%22%3A%22lock%22%2C%22on%22%3Atrue%7D%7D%7D%5D&seed=9",
    "v=1&a=metastable&b=metastable-breaker&client.retries=5&fleet.processes=3&t=1e3&sel=a.queue&ch=6.2",
];

/// What is put into them.
const WORDS: [&str; 28] = [
    "&",
    "=",
    "%",
    ".",
    "-1",
    "1e308",
    "0",
    "9",
    "null",
    "true",
    "[]",
    "{}",
    "%22",
    "a.",
    "e.",
    "d=",
    "ch=",
    "actions",
    "seed",
    "NaN",
    "9007199254740993",
    "speed=",
    "sel=b.",
    "\u{0}",
    "%00",
    "日",
    "load.",
    "&c=layered",
];

/// Link number `number`: a good one with one to five changes.
pub fn link(number: u64) -> String {
    let dice = &mut Dice::new(number);
    let mut chars: Vec<char> = dice.one(&GOOD).chars().collect();
    for _ in 0..=dice.below(5) {
        let length = chars.len();
        if length == 0 {
            break;
        }
        let mut at = || dice.below(length as u64) as usize;
        let (from, to) = (at(), at());
        let until = (from + 1 + to % 12).min(length);
        match dice.below(4) {
            0 => drop(chars.drain(from..until)),
            1 => drop(chars.splice(from..from, dice.one(&WORDS).chars())),
            2 => chars.swap(from, to),
            _ => {
                let part = chars[from..until].to_vec();
                chars.extend(part);
            }
        }
    }
    chars.into_iter().collect()
}
