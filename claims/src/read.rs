//! From text to statements.

use stampede_sim::scenario::link::LANES;
use stampede_sim::telemetry::Kind;

use crate::Statement;
use crate::chain::{Chain, Link, Quantity, Whose};
use crate::compare::{Compare, Product, Term, Which};
use crate::pattern::{Pattern, name, wanted};
use crate::watched::Question;

type Read<T> = Result<T, String>;

/// The parts of a text between which something stands, quotations left whole.
pub fn split<'a>(text: &'a str, at: &str) -> Vec<&'a str> {
    let (mut parts, mut begin, mut i) = (Vec::new(), 0, 0);
    let mut quoted = false;
    while i < text.len() {
        let rest = &text[i..];
        if !quoted && rest.starts_with(at) {
            parts.push(&text[begin..i]);
            i += at.len();
            begin = i;
        } else {
            quoted ^= rest.starts_with('"');
            i += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    parts.push(&text[begin..]);
    parts
}

/// Reads a statement.
pub fn statement(text: &str) -> Read<Statement> {
    match text.split_once(": ") {
        Some((lane, rest)) if lane.len() == 1 => chain(text, lane, rest).map(Statement::Chain),
        _ => compare(text).map(Statement::Compare),
    }
}

fn lane(name: &str) -> Read<usize> {
    let found = LANES.iter().position(|known| *known == name);
    found.ok_or_else(|| format!("`{name}` is no lane; lanes are {}", LANES.join(", ")))
}

fn chain(text: &str, named: &str, rest: &str) -> Read<Chain> {
    let words: Vec<&str> = rest.split_whitespace().collect();
    let mut words: &[&str] = &words;
    let quantity = quantity(&mut words)?;
    let first = pattern(next(&mut words, "an event")?)?;
    let mut filter = Vec::new();
    if words.first().is_some_and(|word| word.starts_with('(')) {
        let end = words.iter().position(|word| closes(word));
        let end = end.ok_or_else(|| format!("`{text}`: a bracket is not closed"))?;
        let inner = words[..=end].join(" ");
        let inner: Vec<&str> = inner[1..inner.len() - 1].split(' ').collect();
        filter = links(&inner)?;
        words = &words[end + 1..];
    }
    let links = links(words)?;
    Ok(Chain { text: text.to_owned(), lane: lane(named)?, quantity, first, filter, links })
}

/// Whether a word has a bracket more that closes than that opens.
fn closes(word: &str) -> bool {
    let opened = word.trim_start_matches('(').matches('(').count();
    word.matches(')').count() > opened
}

fn next<'a>(words: &mut &[&'a str], what: &str) -> Read<&'a str> {
    let (first, rest) = words.split_first().ok_or_else(|| format!("{what} is missing"))?;
    *words = rest;
    Ok(first)
}

fn quantity(words: &mut &[&str]) -> Read<Quantity> {
    let number = |word: &str| {
        let wrong = || format!("`{word}` is no quantity: every, most, some, no, a number");
        word.parse::<usize>().map_err(|_| wrong())
    };
    Ok(match next(words, "a quantity")? {
        "every" => Quantity::Every,
        "most" => Quantity::Most,
        "no" => Quantity::No,
        "some" => Quantity::Between(1, usize::MAX),
        "at" => match next(words, "`least` or `most`")? {
            "least" => Quantity::Between(number(next(words, "a number")?)?, usize::MAX),
            "most" => Quantity::Between(0, number(next(words, "a number")?)?),
            other => return Err(format!("at `{other}`: it is `least` or `most`")),
        },
        word => number(word).map(|n| Quantity::Between(n, n))?,
    })
}

fn links(words: &[&str]) -> Read<Vec<Link>> {
    let mut words = words;
    let mut links = Vec::new();
    while !words.is_empty() {
        let mut word = next(&mut words, "`then`")?;
        let again = word == "and";
        if again {
            word = next(&mut words, "`then` or `after`")?;
        }
        let later = match word {
            "then" => true,
            "after" => false,
            other => return Err(format!("`{other}`: it is `then`, `after` or `and`")),
        };
        let mut word = next(&mut words, "an event")?;
        let none = word == "no";
        if none {
            word = next(&mut words, "an event")?;
        }
        let whose = match word {
            "other" => Whose::Other,
            "any" => Whose::Any,
            "peer" => Whose::Peer,
            "its" => Whose::Its,
            _ => Whose::Same,
        };
        if whose != Whose::Same {
            word = next(&mut words, "an event")?;
        }
        let pattern = pattern(word)?;
        let mut within_ms = f64::INFINITY;
        if words.first() == Some(&"within") {
            next(&mut words, "within")?;
            within_ms = number(next(&mut words, "milliseconds")?)?;
        }
        links.push(Link { again, later, none, whose, pattern, within_ms });
    }
    Ok(links)
}

fn number(word: &str) -> Read<f64> {
    word.parse().map_err(|_| format!("`{word}` is no number"))
}

/// Reads `hit/stale@100..200`.
fn pattern(word: &str) -> Read<Pattern> {
    let (kinds, window) = word.split_once('@').unwrap_or((word, ".."));
    let (from, to) =
        window.split_once("..").ok_or_else(|| format!("`@{window}` is not `@from..to`"))?;
    let bound = |text: &str, other: f64| if text.is_empty() { Ok(other) } else { number(text) };
    let kind = |text: &str| {
        let (named, argument) = match text.strip_suffix(')').and_then(|t| t.split_once('(')) {
            Some((named, argument)) => (named, Some(argument)),
            None => (text, None),
        };
        let kind = Kind::ALL.into_iter().find(|kind| name(*kind) == named);
        let kind = kind.ok_or_else(|| {
            let all: Vec<String> = Kind::ALL.into_iter().map(name).collect();
            format!("`{named}` is no event; events are {}", all.join(", "))
        })?;
        let argument = argument.map(|word| {
            wanted(kind, word).ok_or_else(|| format!("`{named}` has no argument `{word}`"))
        });
        Ok::<_, String>((kind, argument.transpose()?))
    };
    let kinds = kinds.split('/').map(kind).collect::<Read<_>>()?;
    Ok(Pattern { kinds, from_ms: bound(from, 0.0)?, to_ms: bound(to, f64::INFINITY)? })
}

fn compare(text: &str) -> Read<Compare> {
    let wrong = || format!("`{text}` is neither `lane: …` nor a comparison");
    let mut sides = None;
    for op in ["<=", ">=", "<", ">", "="] {
        let parts = split(text, op);
        if let ([left, right], None) = (&*parts, sides) {
            sides = Some((*left, op, *right));
        }
    }
    let (left, op, right) = sides.ok_or_else(wrong)?;
    let (left, right) = (product(left)?, product(right)?);
    Ok(Compare { text: text.to_owned(), left, op, right })
}

fn product(text: &str) -> Read<Product> {
    split(text, "*").into_iter().map(|part| term(part.trim())).collect()
}

fn term(text: &str) -> Read<Term> {
    if let Ok(number) = text.parse() {
        return Ok(Term::Number(number));
    }
    if text == "never" {
        return Ok(Term::Number(f64::INFINITY));
    }
    let (named, rest) = text
        .split_once('.')
        .ok_or_else(|| format!("`{text}` is neither number nor `lane.name`"))?;
    let lane = lane(named)?;
    for (word, which) in [("count", Which::Count), ("first", Which::First), ("last", Which::Last)] {
        let inner = rest.strip_prefix(word).and_then(|rest| rest.strip_prefix('('));
        if let Some(inner) = inner.and_then(|inner| inner.strip_suffix(')')) {
            return Ok(Term::Of(lane, which, pattern(inner)?));
        }
    }
    match Question::read(rest) {
        Some(question) => Ok(Term::Watched(lane, question?)),
        None => Ok(Term::Named(lane, rest.to_owned())),
    }
}
