//! How Japanese is written here: `course/ja/terms.md`, a table with one word for
//! one thing, and rules for marks and spaces.
//!
//! [`Wording::check`] holds every Japanese text to both, so that the same thing
//! is called the same in the chapters, in the glossary and on the page.

/// The file's name. It stands among the chapters and is none.
pub const NAME: &str = "terms.md";

/// The table.
#[derive(Clone, Debug, Default)]
pub struct Wording(Vec<Term>);

#[derive(Clone, Debug)]
struct Term {
    english: String,
    word: String,
    wrong: Vec<String>,
}

impl Wording {
    /// Reads the table. Refuses, with its line, a row without a word, or with
    /// no word that it stands in place of.
    pub fn read(text: &str) -> Result<Wording, (usize, String)> {
        let rows = text.lines().enumerate().filter(|(_, line)| line.starts_with('|'));
        // A heading, and the line below it.
        let terms = rows.skip(2).map(|(i, line)| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            match cells[..] {
                [english, word, wrong] if cells.iter().all(|cell| !cell.is_empty()) => Ok(Term {
                    english: english.to_owned(),
                    word: word.to_owned(),
                    wrong: wrong.split(", ").map(str::to_owned).collect(),
                }),
                _ => Err((i + 1, format!("`{line}` is not English, a word, and wrong ones"))),
            }
        });
        terms.collect::<Result<_, _>>().map(Wording)
    }

    /// Refuses what is not written as it should be in a line of Japanese, or of
    /// Markdown, and says how to write it. Other lines are left alone.
    pub fn check(&self, line: &str) -> Result<(), String> {
        if !line.contains(|c| is_letter(c) || is_sign(c)) {
            return Ok(());
        }
        for Term { english, word, wrong } in &self.0 {
            for wrong in wrong {
                let mut places = line.match_indices(wrong.as_str()).map(|(at, _)| at);
                if places.any(|at| !self.is_part(line, at, wrong.len())) {
                    return Err(format!("`{wrong}` is not used: write `{word}` ({english})"));
                }
            }
        }
        marks(line)
    }

    /// Whether a piece of a line is only a part of some right word.
    fn is_part(&self, line: &str, at: usize, length: usize) -> bool {
        self.0.iter().any(|Term { word, .. }| {
            let mut places = line.match_indices(word.as_str()).map(|(start, _)| start);
            places.any(|start| start <= at && at + length <= start + word.len())
        })
    }
}

/// Whether a letter is Japanese.
pub fn is_letter(c: char) -> bool {
    matches!(c, 'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'ー' | '々' | '一'..='鿿')
}

fn is_sign(c: char) -> bool {
    "、。，．・：；？！（）「」『』【】〜／".contains(c)
}

fn is_latin(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '%' || ('Α'..='ω').contains(&c)
}

/// Refuses half-width signs in Japanese, spaces where none may be or none where
/// one must be, and emphasis that Japanese type has no letters for.
fn marks(line: &str) -> Result<(), String> {
    let text = plain(line)?;
    let near = |i: usize| -> String {
        text[i.saturating_sub(6)..(i + 6).min(text.len())].iter().collect()
    };
    let japanese = |c: Option<&char>| c.is_some_and(|c| is_letter(*c) || is_sign(*c));
    let full = [('(', '（'), (')', '）'), (':', '：'), ('?', '？'), ('!', '！')];
    for (i, c) in text.iter().enumerate() {
        let (before, after) = (i.checked_sub(1).and_then(|i| text.get(i)), text.get(i + 1));
        if let Some((_, wide)) = full.iter().find(|(half, _)| half == c)
            && (japanese(before) || japanese(after) && !"?!".contains(*c))
        {
            return Err(format!("`{}`: write `{wide}`", near(i)));
        }
        if let (Some(before), ' ', Some(after)) = (before, *c, after) {
            let sign = is_sign(*before) || is_sign(*after);
            // Behind the mark of a list, a field, a cell or a heading stands one.
            let begins = "-=|#".contains([*before, *after]);
            if sign && !begins || is_letter(*before) && is_letter(*after) {
                return Err(format!("`{}`: no space here", near(i)));
            }
        }
        let joined = |a: char, b: char| is_letter(a) && is_latin(b) || is_latin(a) && is_letter(b);
        if after.is_some_and(|after| joined(*c, *after)) {
            return Err(format!("`{}`: a space between Japanese and others", near(i + 1)));
        }
    }
    Ok(())
}

/// A line as it is read: links and what is bold without their marks, and a
/// letter for each piece of code. What a program fills in may be anything, and
/// is a sign that no rule is about.
fn plain(line: &str) -> Result<Vec<char>, String> {
    let mut text = Vec::new();
    let bare = line.replace("**", "");
    let mut letters = bare.chars();
    while let Some(c) = letters.next() {
        match c {
            '`' => {
                letters.by_ref().find(|c| *c == '`');
                text.push('x');
            }
            '{' => {
                letters.by_ref().find(|c| *c == '}');
                text.push('{');
            }
            '*' => return Err("emphasis is `**bold**`, 「」 or 『』".to_owned()),
            '[' if letters.as_str().contains("](") => {}
            ']' if letters.as_str().starts_with('(') => {
                letters.by_ref().find(|c| *c == ')');
            }
            c => text.push(c),
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# T\n\n| English | 日本語 | 使わない語 |\n|---|---|---|\n\
        | server | サーバー | サーバ |\n| retry | 再試行 | リトライ, やり直し |\n";

    fn refused(line: &str) -> String {
        Wording::read(TEXT).unwrap().check(line).unwrap_err()
    }

    #[test]
    fn a_wrong_word_is_refused_with_the_right_one() {
        assert_eq!(refused("リトライする"), "`リトライ` is not used: write `再試行` (retry)");
        assert_eq!(refused("やり直しは 3 回"), "`やり直し` is not used: write `再試行` (retry)");
        // Part of the right word, and by itself.
        assert_eq!(refused("サーバーとサーバ"), "`サーバ` is not used: write `サーバー` (server)");
    }

    #[test]
    fn marks_and_spaces_are_refused() {
        for (line, problem) in [
            ("群れ(大群)が来る", "`群れ(大群)が来`: write `（`"),
            ("問い:誰か", "`問い:誰か`: write `：`"),
            ("なぜか?", "`なぜか?`: write `？`"),
            ("これが **群れ** だ", "`これが 群れ だ`: no space here"),
            ("画面の 「図」", "`画面の 「図」`: no space here"),
            ("クエリ 、と", "`クエリ 、と`: no space here"),
            ("クエリは`=a.b`件", "`クエリはx件`: a space between Japanese and others"),
            ("2本のレーン", "`2本のレーン`: a space between Japanese and others"),
            ("[図 1](run:a=b)を見る", "`図 1を見る`: a space between Japanese and others"),
            ("*群れ*だ", "emphasis is `**bold**`, 「」 or 『』"),
        ] {
            assert_eq!(refused(line), problem);
        }
    }

    #[test]
    fn what_is_right_passes() {
        let terms = Wording::read(TEXT).unwrap();
        for line in [
            "これが**群れ**で、`=a.b` 件の再試行（`retry`）をサーバーに送る。",
            "[図 1](run:a=b) を見る。0:00 から p99 が 3 % 伸びる：λ は 2。",
            "{name}は {count} 件（{why}）",
            "『Release It!』を読む。[ と ] で移動。",
            "more = 「設定」を開く。",
            "The server (retry): *emphasis*",
        ] {
            assert_eq!(terms.check(line), Ok(()), "{line}");
        }
    }

    #[test]
    fn a_row_that_says_nothing_is_refused() {
        let refused = Wording::read(&format!("{TEXT}| log | ログ | |\n")).unwrap_err();
        assert_eq!(
            refused,
            (7, "`| log | ログ | |` is not English, a word, and wrong ones".to_owned())
        );
    }
}
