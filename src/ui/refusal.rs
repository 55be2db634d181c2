//! What is wrong with some input, in the viewer's language, and what is allowed.

use stampede_sim::scenario::fields::Limit;
use stampede_sim::scenario::link::stations;
use stampede_sim::scenario::problem::number;
use stampede_sim::scenario::{Expected, Fault, Problem};

use crate::lang::Lang;
use crate::runs::beyond;
use crate::ui::trouble;

/// What is said in the place of what could not be fetched.
pub fn not_fetched(lang: Lang) -> &'static str {
    lang.pick(
        "This part of the page could not be fetched. Reload the page when you are online.",
        "ページのこの部分を取得できませんでした。オンラインで読み込み直してください。",
    )
}

/// A refusal in the viewer's language.
pub fn text(problem: &Problem, lang: Lang) -> String {
    if beyond::is_missing(problem) {
        return not_fetched(lang).to_owned();
    }
    if lang == Lang::En {
        return problem.to_string();
    }
    let Problem { path, fault } = problem;
    let text = match fault {
        Fault::OutOfRange { found, min, max, whole } => {
            let kind = if *whole { "整数" } else { "数" };
            format!(
                "{found} は使えません。{} から {} までの{kind}にしてください",
                number(*min),
                number(*max)
            )
        }
        Fault::TooManyRequests { expected, max } => format!(
            "この実行は約 {} 件のリクエストになります。1 回の実行で送れるのは {} 件までです",
            number(expected.round()),
            number(*max)
        ),
        Fault::UnknownField(allowed) => format!("この項目はありません。使えるもの：{allowed}"),
        Fault::UnknownWord { found, allowed } => {
            format!("{found} は使えません。使えるもの：{allowed}")
        }
        Fault::Missing => "この項目が必要です".to_owned(),
        Fault::WrongType { found, expected } => {
            // A whole file is not repeated: what it is called is in English.
            let found = if *expected == Expected::SavedFile { "このファイル" } else { found };
            format!("{found} は使えません。{}にしてください", expected_text(*expected))
        }
        Fault::NoParts(whole) => format!("この項目はありません。{whole} に下位の項目はありません"),
        Fault::Needs(other) => format!("これには {other} を有効にする必要があります"),
        Fault::Excludes(other) => format!("{other} と同時には使えません"),
        Fault::Twice(word) => format!("{word} が 2 回あります。1 回だけにしてください"),
        // Of what the parser says, its place: the rest is in English.
        Fault::Syntax(message) => {
            let place =
                message.rsplit_once(" at line ").and_then(|(_, at)| at.split_once(" column "));
            let place = place.map(|(line, column)| format!("（{line} 行目、{column} 文字目）"));
            format!("シナリオとして読めません{}", place.unwrap_or_default())
        }
        Fault::Script(found) => trouble::refused(found, lang),
        Fault::DamagedLink => {
            "リンクが途中で切れたか、書き換えられています。もう一度もらってください".to_owned()
        }
        Fault::UnknownVersion(version) => {
            format!("リンクのバージョン {version} は、このページでは扱えません。扱えるのは 1 です")
        }
    };
    if path.is_empty() { text } else { format!("{path}：{text}") }
}

/// What is allowed, in Japanese.
fn expected_text(expected: Expected) -> String {
    match expected {
        Expected::Number => "数",
        Expected::WholeNumber => "整数",
        Expected::Flag => "true か false ",
        Expected::Text => "文字列",
        Expected::Words => "単語のリスト",
        Expected::List => "リスト",
        Expected::Object => "オブジェクト",
        Expected::Deed => "`\"clear-cache\"` か、項目のそろった出来事 1 つ",
        Expected::Change => "PATH=VALUE の形",
        Expected::Chapter => "章番号、または章番号.見出し番号",
        Expected::Selection => {
            return format!("「レーン.リクエスト番号」か「レーン.{}」", stations().join("|"));
        }
        Expected::SavedFile => "このページで保存したファイル",
    }
    .to_owned()
}

/// What a number may be, below the field where it is typed.
pub fn allowed(limit: Limit, unit: &str, lang: Lang) -> String {
    let (min, max) = (number(limit.min), number(limit.max));
    let unit = if unit.is_empty() { String::new() } else { format!("\u{a0}{unit}") };
    match (lang, limit.whole) {
        (Lang::En, true) => format!("allowed: {min} to {max}{unit}, whole numbers"),
        (Lang::En, false) => format!("allowed: {min} to {max}{unit}"),
        (Lang::Ja, true) => format!("使えるのは {min} から {max}{unit} までの整数"),
        (Lang::Ja, false) => format!("使えるのは {min} から {max}{unit} までの数"),
    }
}

/// A refusal below the field where a number was typed: what it may be, where
/// that is what is wrong.
pub fn of_number(problem: &Problem, limit: Limit, unit: &str, lang: Lang) -> String {
    match problem.fault {
        Fault::OutOfRange { .. } | Fault::WrongType { .. } => allowed(limit, unit, lang),
        _ => text(problem, lang),
    }
}

#[cfg(test)]
mod tests {
    use stampede_sim::scenario::script::{Trouble, What};

    use super::*;

    /// One of each refusal, with what it says beside the field's name: in
    /// English and in Japanese. A refusal that is not in this list does not
    /// compile.
    fn each() -> Vec<(Fault, &'static str, &'static str)> {
        let text = str::to_owned;
        // So that a new kind is missed here.
        let listed = |fault: &Fault| match fault {
            Fault::OutOfRange { .. }
            | Fault::TooManyRequests { .. }
            | Fault::UnknownField(_)
            | Fault::UnknownWord { .. }
            | Fault::Missing
            | Fault::WrongType { .. }
            | Fault::NoParts(_)
            | Fault::Needs(_)
            | Fault::Excludes(_)
            | Fault::Twice(_)
            | Fault::Syntax(_)
            | Fault::Script(_)
            | Fault::DamagedLink
            | Fault::UnknownVersion(_) => std::mem::discriminant(fault),
        };
        let all = vec![
            (
                Fault::OutOfRange { found: text("0"), min: 1.0, max: 10_000.0, whole: true },
                "0 is not allowed; allowed is a whole number from 1 to 10,000",
                "0 は使えません。1 から 10,000 までの整数にしてください",
            ),
            (
                Fault::OutOfRange { found: text("-1"), min: 0.0, max: 0.5, whole: false },
                "-1 is not allowed; allowed is a number from 0 to 0.5",
                "-1 は使えません。0 から 0.5 までの数にしてください",
            ),
            (
                Fault::TooManyRequests { expected: 6e6, max: 5e5 },
                "this run would send about 6,000,000 requests; allowed are 500,000 in one run",
                "この実行は約 6,000,000 件のリクエストになります。1 回の実行で送れるのは 500,000 件までです",
            ),
            (
                Fault::UnknownField(text("pool, cores")),
                "there is no such field; allowed is pool, cores",
                "この項目はありません。使えるもの：pool, cores",
            ),
            (
                Fault::UnknownWord { found: text("magic"), allowed: text("fifo, random") },
                "magic is not known; allowed is fifo, random",
                "magic は使えません。使えるもの：fifo, random",
            ),
            (Fault::Missing, "this field is missing", "この項目が必要です"),
            (
                Fault::WrongType { found: text("\"x\""), expected: Expected::Number },
                "\"x\" is not allowed; allowed is a number",
                "\"x\" は使えません。数にしてください",
            ),
            (
                Fault::NoParts(text("name")),
                "there is no such field; name has no parts",
                "この項目はありません。name に下位の項目はありません",
            ),
            (
                Fault::Needs(text("cache.enabled")),
                "this needs cache.enabled to be on",
                "これには cache.enabled を有効にする必要があります",
            ),
            (
                Fault::Excludes(text("protect.lock")),
                "this and protect.lock cannot be on together",
                "protect.lock と同時には使えません",
            ),
            (
                Fault::Twice(text("lock")),
                "lock is named twice; allowed is once",
                "lock が 2 回あります。1 回だけにしてください",
            ),
            (
                Fault::Syntax(text("EOF at line 1 column 5")),
                "not a readable scenario: EOF at line 1 column 5",
                "シナリオとして読めません（1 行目、5 文字目）",
            ),
            (
                Fault::Script(Trouble { line: 3, column: 7, end: (3, 9), what: What::NoGet }),
                "line 3, column 7: there is no `pub async fn get(key)`",
                "3 行目、7 文字目：pub async fn get(key) がありません",
            ),
            (
                Fault::DamagedLink,
                "this link was cut or changed on its way; ask for it again",
                "リンクが途中で切れたか、書き換えられています。もう一度もらってください",
            ),
            (
                Fault::UnknownVersion(text("9")),
                "this link has version 9, which this page does not know; it knows 1",
                "リンクのバージョン 9 は、このページでは扱えません。扱えるのは 1 です",
            ),
        ];
        let mut kinds: Vec<_> = all.iter().map(|(fault, ..)| listed(fault)).collect();
        kinds.dedup();
        assert_eq!(kinds.len(), 14, "one of each kind, those of a kind together");
        all
    }

    /// What is allowed is said in the reader's language: no English word but
    /// those that are typed.
    #[test]
    fn what_is_allowed_is_translated() {
        for expected in [
            Expected::Number,
            Expected::WholeNumber,
            Expected::Flag,
            Expected::Text,
            Expected::Words,
            Expected::List,
            Expected::Object,
            Expected::Deed,
            Expected::Change,
            Expected::Chapter,
            Expected::Selection,
            Expected::SavedFile,
        ] {
            let typed = ["true", "false", "clear-cache", "PATH=VALUE"];
            let typed = [&typed[..], &stations()].concat();
            let text =
                typed.iter().fold(expected_text(expected), |text, word| text.replace(word, ""));
            assert!(!text.contains(|c: char| c.is_ascii_alphabetic()), "{expected:?}: {text}");
        }
    }

    /// What is allowed in a field is what it was refused for; what does not go
    /// together with something else is said as it is elsewhere.
    #[test]
    fn a_number_is_told_what_it_may_be() {
        let whole = Limit { min: 1.0, max: 500_000.0, whole: true };
        let wrong = Fault::WrongType { found: "\"abc\"".to_owned(), expected: Expected::Number };
        let outside = Fault::OutOfRange { found: "-5".to_owned(), min: 1.0, max: 9.0, whole: true };
        for fault in [wrong, outside] {
            let problem = Problem::new("load.requests", fault);
            let said = |lang| of_number(&problem, whole, "", lang);
            assert_eq!(said(Lang::En), "allowed: 1 to 500,000, whole numbers");
            assert_eq!(said(Lang::Ja), "使えるのは 1 から 500,000 までの整数");
        }
        let share = Limit { min: 0.0, max: 0.9, whole: false };
        assert_eq!(allowed(share, "", Lang::En), "allowed: 0 to 0.9");
        assert_eq!(allowed(share, "ms", Lang::Ja), "使えるのは 0 から 0.9\u{a0}ms までの数");
        let many = Problem::new("load.rate", Fault::TooManyRequests { expected: 6e6, max: 5e6 });
        assert_eq!(of_number(&many, whole, "", Lang::En), many.to_string());
    }

    #[test]
    fn refusals_are_translated() {
        for (fault, en, ja) in each() {
            for path in ["", "db.pool"] {
                let problem = Problem::new(path, fault.clone());
                if beyond::is_missing(&problem) {
                    // What is missing is not a field.
                    for lang in [Lang::En, Lang::Ja] {
                        assert_eq!(text(&problem, lang), not_fetched(lang));
                    }
                    continue;
                }
                let named = |text: &str, colon| match path {
                    "" => text.to_owned(),
                    path => format!("{path}{colon}{text}"),
                };
                assert_eq!(text(&problem, Lang::En), named(en, ": "));
                assert_eq!(text(&problem, Lang::Ja), named(ja, "："));
            }
        }
    }
}
