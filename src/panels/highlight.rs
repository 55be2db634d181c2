//! Colours for Rust source, a line at a time: enough for the files of
//! `sim/src/protect/`, which have no strings or comments over several lines.

/// A class (`c`omment, `s`tring, `n`umber, `k`eyword, `f`unction, `t`ype, or
/// `-` for none), and text of that class.
pub type Span<'a> = (&'static str, &'a str);

const KEYWORDS: &str = " as async await const crate else enum false fn for if impl in let loop match mod move mut pub ref return self Self static struct super trait true type use where while ";

/// The stretches of a line; together they are the line.
pub fn spans(line: &str) -> Vec<Span<'_>> {
    let mut spans: Vec<Span> = Vec::new();
    let mut rest = line;
    let mut after_fn = false;
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let (class, length) = if rest.starts_with("//") {
            ("c", rest.len())
        } else if first == '"' {
            ("s", string(rest))
        } else if first == '\'' {
            character(rest)
        } else if first.is_ascii_digit() {
            let end = rest.find(|c: char| !is_word(c) && c != '.').unwrap_or(rest.len());
            // A range is no part of a number.
            ("n", rest.find("..").map_or(end, |dots| end.min(dots)))
        } else if is_word(first) {
            let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
            let word = &rest[..end];
            let keyword = KEYWORDS.split(' ').any(|known| known == word);
            let class = match () {
                () if keyword => "k",
                () if after_fn => "f",
                () if first.is_uppercase() => "t",
                () => "-",
            };
            after_fn = word == "fn";
            (class, end)
        } else {
            ("-", first.len_utf8())
        };
        let (text, remaining) = rest.split_at(length);
        match spans.last_mut() {
            // Neighbours of a class are one stretch.
            Some((last, before)) if *last == class => {
                let start = line.len() - rest.len() - before.len();
                *before = &line[start..start + before.len() + length];
            }
            _ => spans.push((class, text)),
        }
        rest = remaining;
    }
    spans
}

/// How long the string at the start of `text` is.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            _ => escaped = c == '\\' && !escaped,
        }
    }
    text.len()
}

/// A character, or a lifetime, which reads like a type.
fn character(text: &str) -> (&'static str, usize) {
    let end = text[1..].find('\'').map(|at| at + 2);
    match end {
        Some(end) if end <= 4 => ("s", end),
        _ => {
            let word = text[1..].find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len() - 1);
            ("t", word + 1)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_in_colours() {
        assert_eq!(
            spans("    pub fn land(self, n: u32) -> &'a str { \"a\\\"b\" } // 'x'"),
            [
                ("-", "    "),
                ("k", "pub"),
                ("-", " "),
                ("k", "fn"),
                ("-", " "),
                ("f", "land"),
                ("-", "("),
                ("k", "self"),
                ("-", ", n: u32) -> &"),
                ("t", "'a"),
                ("-", " str { "),
                ("s", "\"a\\\"b\""),
                ("-", " } "),
                ("c", "// 'x'"),
            ]
        );
        assert_eq!(spans("0..size"), [("n", "0"), ("-", "..size")]);
        assert_eq!(spans("Nanos(1_000)"), [("t", "Nanos"), ("-", "("), ("n", "1_000"), ("-", ")")]);
        assert_eq!(spans("'x' 日本"), [("s", "'x'"), ("-", " 日本")]);
    }
}
