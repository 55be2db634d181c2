//! What is wrong with a script, and what stopped one, in the reader's language.

use stampede_sim::scenario::script::{MAX_BYTES, MAX_TEXT, Trouble, What};
use stampede_sim::telemetry::stopped::{By, Stopped};

use crate::lang::Lang;

/// What is wrong, without its place.
pub fn what(what: &What, lang: Lang) -> String {
    match what {
        What::Language(message) if lang == Lang::Ja => language(message),
        other => in_short(other, lang),
    }
}

/// The same; of what the language has to say, in Japanese, only that it says something.
fn in_short(what: &What, lang: Lang) -> String {
    if lang == Lang::En {
        return what.to_string();
    }
    match what {
        What::TooLong => format!("スクリプトが {MAX_BYTES} バイトを超えています"),
        What::TooDeep => "入れ子が深すぎるか、文が長すぎます".to_owned(),
        What::Word(word) => format!("スクリプトでは {word} は使えません"),
        What::Character(c) => format!("スクリプトでは {c} は使えません"),
        What::Method(name) => format!("スクリプトに {name} というメソッドはありません"),
        What::Unclosed => "この文字列かコメントが閉じていません".to_owned(),
        What::LongText => format!("この文字列は {MAX_TEXT} バイトを超えています"),
        What::NoGet => "pub async fn get(key) がありません".to_owned(),
        What::Language(_) => "Rune の文法に合いません".to_owned(),
    }
}

/// A mistake and its place, in a sentence.
pub fn trouble(trouble: &Trouble, lang: Lang) -> String {
    format!("{}{}", place(trouble.line, trouble.column, lang), what(&trouble.what, lang))
}

/// The same in short, where nobody mends it.
pub fn refused(trouble: &Trouble, lang: Lang) -> String {
    format!("{}{}", place(trouble.line, trouble.column, lang), in_short(&trouble.what, lang))
}

/// What stopped a script, and where if that is known.
pub fn stopped(stopped: Stopped, lang: Lang) -> String {
    let Stopped { by, line, column } = stopped;
    let place = if line > 0 { place(line, column, lang) } else { String::new() };
    place + lang.pick(by.words(), by_ja(by))
}

/// `line 3, column 7: `.
fn place(line: u32, column: u32, lang: Lang) -> String {
    match lang {
        Lang::En => format!("line {line}, column {column}: "),
        Lang::Ja => format!("{line} 行目、{column} 文字目："),
    }
}

fn by_ja(by: By) -> &'static str {
    match by {
        By::Mistake => "この値ではできない操作",
        By::Steps => "ステップ数が上限を超えた（無限ループ？）",
        By::Memory => "メモリを使いすぎた",
        By::NoValue => "get が返したものは、キャッシュやデータベースの値ではない",
        By::OtherKey => "触れてよいのは、そのリクエストのキーだけ",
        By::Tasks => "裏の処理を増やしすぎた",
        By::Entries => "プロセスが覚えるものが多すぎる",
        By::Span => "ミリ秒の時間として使えない値",
        By::Reason => "そういう名前の理由はない",
        By::GivenUp => "止められたリクエストが多く、スクリプトはもう呼ばれない",
        By::Setting => "そういう名前の設定はない",
    }
}

/// What the language says, as far as it is one of its usual sentences.
fn language(message: &str) -> String {
    if let Some((wanted, found)) =
        message.strip_prefix("Expected ").and_then(|rest| rest.split_once(" but got "))
    {
        return format!("{}が必要ですが、{}があります", word(wanted), word(found));
    }
    match message.strip_prefix("Missing item ").or(message.strip_prefix("Missing local ")) {
        Some(name) => format!("{name} というものはありません"),
        None => format!("Rune の文法に合いません（{message}）"),
    }
}

/// A part of a usual sentence; what is no Japanese has a space behind it.
fn word(part: &str) -> String {
    match part {
        "expression" => "式".to_owned(),
        "end of file" => "ファイルの終わり".to_owned(),
        "identifier" => "名前".to_owned(),
        "item" => "宣言".to_owned(),
        "pattern" => "パターン".to_owned(),
        "statement" => "文".to_owned(),
        other => {
            let plain = other.replace(" delimiter", "").replace(" keyword", "");
            plain.replace('`', "") + " "
        }
    }
}
