//! What is looked at before a script is compiled: that it is not larger or deeper
//! than whoever compiles it can bear, and that it uses nothing whose outcome could
//! differ from one machine to another, or that takes long without taking steps.
//!
//! The language counts a script's steps, but not those of its own library (an
//! iterator's `count` over a large range is one step). So scripts have those of its
//! methods that end quickly, and none of its paths. Nor have they types of their own,
//! which it compares field by field, each as often as it is reached (`words/list.rs`).
//! And to name a text is one step, however long it is.

use crate::scenario::script::{MAX_BYTES, MAX_TEXT, What};

/// How deep brackets may be nested.
const DEPTH: usize = 24;
/// How many words and signs a statement may have, with those around it that have
/// begun.
const STATEMENT: usize = 300;

/// Words of the language that scripts do without.
const WORDS: &[&str] = &[
    "abstract", "auto", "const", "crate", "do", "enum", "extern", "final", "impl", "import",
    "macro", "mod", "select", "self", "Self", "std", "struct", "super", "trait", "try", "unsafe",
    "use", "virtual", "where", "yield",
];

/// Methods that scripts have: those of what they can hold, and of the lab's own
/// things.
const METHODS: &[&str] = &[
    "await",
    "clone",
    "is_empty",
    "is_err",
    "is_none",
    "is_ok",
    "is_some",
    "len",
    "unwrap",
    "unwrap_or",
    "expect",
    "get",
    "push",
    "pop",
    "clear",
    "ok",
    "err",
    "abs",
    "min",
    "max",
    "pow",
    "to_string",
    "result",
    "land",
    "release",
    "extend",
    "fence",
    "reason",
    "value",
    "is_stale",
    "is_mine",
    "stale_for",
    "fresh_for",
    "delta",
];

/// Something that was found in a source, by bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Where.
    pub from: usize,
    /// And where it ends.
    pub to: usize,
    /// What.
    pub what: What,
}

/// One word, number or sign.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Token<'a> {
    /// A name or a word of the language.
    Name(&'a str),
    /// A number or a text.
    Literal,
    /// Anything else, character by character.
    Sign(char),
}

/// Everything that is wrong with a source, as far as that is seen without
/// compiling it.
pub fn scan(source: &str) -> Vec<Found> {
    if source.len() > MAX_BYTES {
        return vec![Found { from: 0, to: 0, what: What::TooLong }];
    }
    let (tokens, mut wrong) = tokens(source);
    let mut open = vec![0];
    for (number, (from, to, token)) in tokens.iter().enumerate() {
        let mut say = |what| wrong.push(Found { from: *from, to: *to, what });
        let next = |ahead: usize| tokens.get(number + ahead).map(|(_, _, token)| *token);
        let before = number.checked_sub(1).map(|before| tokens[before].2);
        match token {
            Token::Name(name) if WORDS.contains(name) => say(What::Word((*name).to_owned())),
            // `a.name(` and `a.name::<T>(`; a field has no bracket.
            Token::Name(name)
                if before == Some(Token::Sign('.'))
                    && matches!(next(1), Some(Token::Sign('(' | ':')))
                    && !METHODS.contains(name) =>
            {
                say(What::Method((*name).to_owned()));
            }
            Token::Sign('(' | '[' | '{') => open.push(0),
            Token::Sign(')' | ']' | '}') if open.len() > 1 => drop(open.pop()),
            _ => {}
        }
        if let (Token::Sign(';' | ',' | '}'), Some(count)) = (token, open.last_mut()) {
            *count = 0;
        }
        if let Some(count) = open.last_mut() {
            *count += 1;
        }
        if open.len() > DEPTH + 1 || open.iter().sum::<usize>() > STATEMENT {
            wrong.push(Found { from: *from, to: *to, what: What::TooDeep });
            break;
        }
    }
    wrong
}

/// A source's tokens with their places, and what is none.
pub fn tokens(source: &str) -> (Vec<(usize, usize, Token<'_>)>, Vec<Found>) {
    let (mut tokens, mut wrong) = (Vec::new(), Vec::new());
    let mut from = 0;
    while let Some(first) = source[from..].chars().next() {
        let rest = &source[from..];
        let is_name = |c: char| c == '_' || c.is_alphanumeric();
        let (length, token) = match first {
            _ if rest.starts_with("//") => (rest.find('\n').unwrap_or(rest.len()), None),
            _ if rest.starts_with("/*") => match rest.find("*/") {
                Some(end) => (end + 2, None),
                None => {
                    wrong.push(Found { from, to: source.len(), what: What::Unclosed });
                    break;
                }
            },
            '"' => match closed(rest) {
                Some(end) => {
                    if end > MAX_TEXT {
                        wrong.push(Found { from, to: from + end, what: What::LongText });
                    }
                    (end, Some(Token::Literal))
                }
                None => {
                    wrong.push(Found { from, to: source.len(), what: What::Unclosed });
                    break;
                }
            },
            // Templates have expressions in them; labels and characters nobody needs.
            '`' | '\'' | '#' | '@' | '$' | '~' | '\\' => {
                // An object is `#{…}`, and that is fine.
                if !rest.starts_with("#{") {
                    wrong.push(Found { from, to: from + 1, what: What::Character(first) });
                }
                (first.len_utf8(), Some(Token::Sign(first)))
            }
            c if c.is_ascii_digit() => {
                let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
                (end, Some(Token::Literal))
            }
            c if is_name(c) => {
                let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
                (end, Some(Token::Name(&rest[..end])))
            }
            c if c.is_whitespace() => (c.len_utf8(), None),
            c => (c.len_utf8(), Some(Token::Sign(c))),
        };
        tokens.extend(token.map(|token| (from, from + length, token)));
        from += length;
    }
    (tokens, wrong)
}

/// How long a text is that begins here, with its quotation marks.
fn closed(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().skip(1).find_map(|(at, c)| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends.then_some(at + 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whats(source: &str) -> Vec<What> {
        scan(source).into_iter().map(|found| found.what).collect()
    }

    #[test]
    fn what_is_allowed_passes() {
        let source = "// std is a word in a comment, and `templates` are too\npub async fn get(key) {\n  let o = #{ count: 1 };\n  let s = \"std \\\" select\";\n  for i in 0..3 { o.count += i; }\n  if let Some(v) = cache::get(key).await { return v; }\n  /* yield */ db::load(key).await\n}";
        assert_eq!(scan(source), []);
    }

    #[test]
    fn what_could_differ_or_take_long_is_refused() {
        let word = |word: &str| vec![What::Word(word.to_owned())];
        assert_eq!(whats("let x = std::ops::hash(1);"), word("std"));
        assert_eq!(whats("const X = 1;"), word("const"));
        assert_eq!(whats("mod other;"), word("mod"));
        let method = |name: &str| vec![What::Method(name.to_owned())];
        assert_eq!(whats("(0..9000000000).count()"), method("count"));
        assert_eq!(whats("(0..9000000000) . /* x */ sum\n::<i64>()"), method("sum"));
        assert_eq!(whats("`${(0..9).count()}`")[0], What::Character('`'));
        assert_eq!(whats("\"abc"), [What::Unclosed]);
        assert_eq!(whats("/* abc"), [What::Unclosed]);
    }

    #[test]
    fn what_is_deep_is_refused() {
        let deep = |open: &str, close: &str, n| open.repeat(n) + "1" + &close.repeat(n);
        for (open, close) in [("(", ")"), ("[", "]"), ("{", "}"), ("f(", ")"), ("|x| { ", "}")] {
            assert_eq!(scan(&deep(open, close, 20)), [], "{open}");
            assert_eq!(whats(&deep(open, close, 2_000)), [What::TooDeep], "{open}");
        }
        for chain in ["!", "-", "1 + ", "x = ", "return ", "a.", "|x| ", "async "] {
            assert_eq!(whats(&(chain.repeat(2_000) + "x")), [What::TooDeep], "{chain}");
        }
        // Statements one after another are as many as fit.
        assert_eq!(scan(&"let x = f(1, [2, 3]);\n".repeat(700)), []);
    }

    #[test]
    fn what_is_too_long_is_refused() {
        assert_eq!(whats(&" ".repeat(MAX_BYTES)), []);
        assert_eq!(whats(&" ".repeat(1 << 20)), [What::TooLong]);
        let text = |bytes: usize| format!("let s = \"{}\";", "x".repeat(bytes - 2));
        assert_eq!(whats(&text(MAX_TEXT)), []);
        assert_eq!(whats(&text(MAX_TEXT + 1)), [What::LongText]);
    }
}
