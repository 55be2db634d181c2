//! Scripts that mean harm, by hand and by chance.

use stampede_sim::engine::streams::{Purpose, Stream};
use stampede_sim::lab::TEMPLATES;

/// A function around some statements.
pub fn get(body: &str) -> String {
    format!("pub async fn get(key) {{\n{body}\n}}")
}

/// Bodies that go on without a wait.
pub const NEVER_ENDS: [&str; 12] = [
    "loop {}",
    "while true {}",
    "for i in 0..9000000000000 {}",
    "loop { sleep(0).await; }",
    "let v = []; for i in 0..800 { v.push(i); } loop { let w = v.clone(); }",
    "let a = None; let b = None; for i in 0..400 { a = Some(a); b = Some(b); } loop { a == b; }",
    "let a = None; for i in 0..400 { a = Ok(a); } loop { let b = a.clone(); }",
    "let s = \"0123456789abcdef\"; for i in 0..9 { s = s + s; } loop { let c = s + s; }",
    "let s = \"0123456789abcdef\"; for i in 0..9 { s = s + s; } loop { let c = s.clone(); }",
    "let s = \"0123456789abcdef\"; for i in 0..9 { s = s + s; } loop { let c = \"\"; c += s; }",
    "let s = \"0123456789abcdef\"; for i in 0..9 { s = s + s; } let t = s.clone(); loop { s == t; }",
    "let s = \"0123456789abcdef\"; for i in 0..9 { s = s + s; } let t = s.clone(); loop { s < t; }",
];

/// Whole scripts that call themselves.
pub const RECURSE: [&str; 3] = [
    "async fn f(n) { f(n + 1).await }\npub async fn get(key) { f(0).await }",
    "fn f(n) { 1 + f(n + 1) }\npub async fn get(key) { f(0) }",
    "fn f(n) { let g = || f(n + 1); g() }\npub async fn get(key) { f(0) }",
];

/// Bodies that take ever more memory.
pub const GROWS: [&str; 5] = [
    "let s = \"x\"; loop { s = s + s; }",
    "let v = []; loop { v.push([1, 2, 3]); }",
    "let v = []; loop { v = [v]; }",
    "let o = #{}; loop { o = #{ inner: o }; }",
    "let f = || 1; loop { let g = f; f = || g(); }",
];

/// Whole scripts that start too much, or keep too much.
pub const SPAWNS: [&str; 3] = [
    "pub async fn get(key) {\nfor i in 0..1000 { spawn(async { sleep(10).await }); }\n}",
    "async fn again() { spawn(again()); spawn(again()); }\npub async fn get(key) { spawn(again()); db::load(key).await }",
    "pub async fn get(key) { let n = counter::add(\"n\", 1); for i in 0..900 { map::set(\"m\", n * 1000 + i, i); } db::load(key).await }",
];

/// Bodies that do what cannot be done.
pub const CANNOT: [&str; 12] = [
    "let x = 1 + \"a\"; x",
    "let v = [1]; v[9]",
    "let x = None; x.unwrap()",
    "key.foo",
    "1 / 0",
    "9223372036854775807 + 1",
    "let x = key; x.await",
    "cache::set(key, 5, 1000).await; 1",
    "db::load(\"key\").await",
    "spawn(1)",
    "map::set(\"m\", 1, [1])",
    "local::set(key, 5, 1000)",
];

/// Bodies that compare what is small, and has more parts than could ever be compared:
/// each holds the one before it twice.
pub const COMPARES: [&str; 4] = [
    "let v = [1]; for i in 0..40 { v = [v, v]; } v == v",
    "let v = (1, 2); for i in 0..40 { v = (v, v); } v < v",
    "let v = 0..1; for i in 0..40 { v = v..v; } v == v",
    "let v = #{ a: 1 }; for i in 0..40 { v = #{ a: v, b: v }; } v == v",
];

/// Bodies that do not say what they are asked for while the cache is being looked into:
/// they go on, and they say something else.
pub const ASKED: [&str; 2] = [
    "cache::set(key, db::nothing(), 9000).await; cache::get_unless(key, |entry| loop {}).await",
    "cache::set(key, db::nothing(), 9000).await; cache::get_unless(key, |entry| sleep(1)).await",
];

/// Bodies that wait for what never comes.
pub const WAITS: [&str; 3] = [
    "let flight = flights::lead(key); flight.result().await",
    "if let Some(flight) = flights::join(key) { return flight.await; } flights::lead(key).result().await",
    "let flight = flights::lead(key); flights::join(key).unwrap().await",
];

/// What is no script at all.
pub fn no_scripts() -> Vec<String> {
    let bodies = [
        "let x = cach::get(key).await;",
        "let = 1;",
        "}",
        "async {",
        "x",
        "👻",
        "\u{202e}",
        "let x = 99999999999999999999;",
        "\"never closed",
        "std::ops::hash(1)",
        "struct Pair(a, b);",
    ];
    let mut all: Vec<String> = bodies.iter().map(|body| get(body)).collect();
    all.push("x".repeat(1 << 20));
    all.push("(".repeat(5_000) + &get(""));
    all.push(get(&format!("loop {{ let c = \"{}\"; }}", "x".repeat(15_000))));
    all.push("\0".to_owned() + &get(""));
    all
}

/// All of these as scripts.
pub fn by_hand() -> Vec<String> {
    let bodies = [&NEVER_ENDS[..], &GROWS, &CANNOT, &COMPARES, &ASKED, &WAITS].concat();
    let mut all: Vec<String> = bodies.into_iter().map(get).collect();
    all.extend([&RECURSE[..], &SPAWNS].concat().into_iter().map(str::to_owned));
    all.extend(no_scripts());
    all
}

/// What is put into scripts.
const ODD: [&str; 24] = [
    "loop {}",
    "{",
    "}",
    "(",
    ")",
    ";",
    "\"",
    "/*",
    "//",
    "0",
    "-1",
    "1e308",
    "key",
    "await",
    ".await",
    "return",
    "spawn(get(key));",
    "get(key).await",
    "None",
    "[]",
    "#{}",
    "|x|",
    "🦀",
    "\u{0}",
];

/// A template with something done to it, by number.
pub fn changed(number: u64) -> String {
    let mut dice = Stream::new(number, Purpose::Chaos, 19);
    let mut below = |n: usize| dice.below(n as u64) as usize;
    let mut script = pieces(TEMPLATES[below(TEMPLATES.len())].source);
    for _ in 0..=below(3) {
        let at = below(script.len());
        match below(6) {
            0 => drop(script.remove(at)),
            1 => script.insert(at, script[at]),
            2 => {
                let other = below(script.len());
                script.swap(at, other);
            }
            3 => {
                let other = pieces(TEMPLATES[below(TEMPLATES.len())].source);
                script.insert(at, other[below(other.len())]);
            }
            4 => script.insert(at, ODD[below(ODD.len())]),
            _ => script[at] = ODD[below(ODD.len())],
        }
    }
    script.concat()
}

/// A source in words, signs and what is between them.
fn pieces(source: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut from = 0;
    let kind = |c: char| if c.is_alphanumeric() || c == '_' { 1 } else { 2 + c as u32 };
    let chars: Vec<(usize, char)> = source.char_indices().collect();
    for pair in chars.windows(2) {
        if kind(pair[0].1) != kind(pair[1].1) || kind(pair[1].1) > 1 {
            pieces.push(&source[from..pair[1].0]);
            from = pair[1].0;
        }
    }
    pieces.push(&source[from..]);
    pieces
}
