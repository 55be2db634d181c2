//! What is wrong with an expression: the place in its text, and what was expected
//! there, in the viewer's language.

use std::ops::Range;

use stampede_watch::eval;
use stampede_watch::parse::{self, Expected, Mistake, Slot, Type};
use yew::prelude::*;

use crate::lang::Lang;

/// The place, in bytes, and the words.
#[derive(Clone, Debug, PartialEq)]
pub struct Wrong {
    /// Where.
    pub at: Range<usize>,
    /// What.
    pub words: String,
}

/// What cannot be read.
pub fn unreadable(error: &parse::Error, lang: Lang) -> Wrong {
    let words = match lang {
        Lang::En => error.mistake.to_string(),
        Lang::Ja => japanese(&error.mistake),
    };
    Wrong { at: error.at.clone(), words }
}

/// What cannot be evaluated.
pub fn unanswerable(error: &eval::Error, lang: Lang) -> Wrong {
    let words = match lang {
        Lang::En => error.mistake.to_string(),
        Lang::Ja => unanswered(&error.mistake),
    };
    Wrong { at: error.at.clone(), words }
}

/// The text with its place marked, and below it the words; they have this identifier.
pub fn shown(wrong: Option<&Wrong>, text: &str, id: &'static str, lang: Lang) -> Html {
    let Some(Wrong { at, words }) = wrong else {
        return html! { <div {id} class="mistake" role="status"></div> };
    };
    let part = |range: Range<usize>| text.get(range).unwrap_or_default().to_owned();
    let (start, end) = (at.start.min(text.len()), at.end.min(text.len()));
    // One reads places from 1, in characters.
    let column = part(0..start).chars().count() + 1;
    let marked = if start == end { "\u{a0}".to_owned() } else { part(start..end) };
    html! {
        <div {id} class="mistake" role="status">
            <pre aria-hidden="true">{ part(0..start) }<mark>{ marked }</mark>{ part(end..text.len()) }</pre>
            <p>{ match lang {
                Lang::En => format!("At character {column}: {words}."),
                Lang::Ja => format!("{column} 文字目：{words}。"),
            } }</p>
        </div>
    }
}

fn japanese(mistake: &Mistake) -> String {
    match mistake {
        Mistake::Character(c) => format!("「{c}」はここでは使えない"),
        Mistake::OpenText => "文字列が閉じていない".to_owned(),
        Mistake::BadEscape(escape) => format!("{escape} というエスケープはない"),
        Mistake::BadNumber(text) => format!("{text} は数でも時間でもない"),
        Mistake::Unexpected { found: Some(found), expected } => {
            format!("{found} ではなく、{}が要る", wanted(*expected))
        }
        Mistake::Unexpected { found: None, expected } => {
            format!("ここで終わっている。{}が要る", wanted(*expected))
        }
        Mistake::Open(sign) => format!("「{sign}」が閉じていない"),
        Mistake::ZeroDuration => "時間は 0 より長くする".to_owned(),
        Mistake::At => "@ 修飾子は使えない".to_owned(),
        Mistake::UnknownFunction(name) => format!("{name} という関数はない"),
        Mistake::Arguments { of, least, most, got } => {
            let count = match most {
                Some(most) if most == least => format!("{least} 個"),
                Some(most) if got > most => format!("{most} 個以下"),
                _ => format!("{least} 個以上"),
            };
            format!("{of} の引数は {count}だが、{got} 個ある")
        }
        Mistake::WrongType { expected, got, slot } => {
            format!("{}{}が要るが、{}になっている", place(slot), kind(*expected), kind(*got))
        }
        Mistake::Operand(got) => {
            format!(
                "演算子の両側にはスカラーかインスタントベクトルが要るが、{}になっている",
                kind(*got)
            )
        }
        Mistake::ScalarComparison => "数どうしの比較には bool が要る".to_owned(),
        Mistake::BoolWithoutComparison => "bool は比較にだけ付けられる".to_owned(),
        Mistake::MatchingScalars => "on と ignoring はベクトルどうしにだけ使える".to_owned(),
        Mistake::SetOfScalars(op) => format!("{op} は数には使えない"),
        Mistake::GroupedSet(op) => format!("{op} に group_left や group_right は付けられない"),
        Mistake::LabelInBoth(label) => format!("ラベル {label} が on と group の両方にある"),
        Mistake::RangeOfExpression => {
            "範囲を付けられるのはセレクターだけだ（サブクエリにはコロンが要る）".to_owned()
        }
        Mistake::RangeAfterOffset => "offset の後ろに範囲は付けられない".to_owned(),
        Mistake::OffsetOfExpression => {
            "offset を付けられるのは、セレクターかサブクエリだけだ".to_owned()
        }
        Mistake::OffsetTwice => "offset が 2 つある".to_owned(),
        Mistake::EmptySelector => "空でない条件が 1 つは要る".to_owned(),
        Mistake::NameTwice => "メトリクスの名前が 2 つある".to_owned(),
        Mistake::BadRegex(error) => format!("正規表現が読めない（{error}）"),
        Mistake::BadLabelName(name) => format!("「{name}」はラベルの名前にならない"),
        Mistake::TooDeep => "入れ子が深すぎる".to_owned(),
    }
}

fn unanswered(mistake: &eval::Mistake) -> String {
    match mistake {
        eval::Mistake::Duplicate { side, group } => {
            let side = if *side == eval::Side::Left { "左" } else { "右" };
            format!("演算子の{side}側で、{group} に合う系列が 2 本以上ある")
        }
        eval::Mistake::ManyToOne => {
            "1 本の系列に何本も対応する。group_left か group_right が要る".to_owned()
        }
        eval::Mistake::NotUnique => "対応する組のラベルが重なる".to_owned(),
        eval::Mistake::SameLabels(labels) => format!("{labels} が 2 本になる"),
        eval::Mistake::BadCount(value) => format!("{value} は個数にならない"),
        eval::Mistake::TooMany => "値が多すぎてメモリに入らない".to_owned(),
        eval::Mistake::NoValues(got) => {
            format!("スカラーかインスタントベクトルが要るが、{}になっている", kind(*got))
        }
    }
}

fn wanted(expected: Expected) -> String {
    match expected {
        Expected::Expression => "式".to_owned(),
        Expected::OperatorOrEnd => "演算子か終わり".to_owned(),
        Expected::OperatorOr(sign) => format!("演算子か「{sign}」"),
        Expected::OperatorOrComma => format!("演算子か {} か {}", ',', ')'),
        Expected::Sign(sign) => format!("「{sign}」"),
        Expected::CommaOr(sign) => format!("「,」か「{sign}」"),
        Expected::LabelName => "ラベルの名前".to_owned(),
        Expected::MatchOp => format!("{} のどれか", "= != =~ !~"),
        Expected::Text => "文字列".to_owned(),
        Expected::Duration => "5m のような時間".to_owned(),
    }
}

fn place(slot: &Slot) -> String {
    match slot {
        Slot::Call(name) => format!("関数 {name} には"),
        Slot::Aggregation(name) => format!("集約 {name} には"),
        Slot::Parameter(name) => format!("{name} の引数には"),
        Slot::Unary => "符号の後ろには".to_owned(),
        Slot::Subquery => "サブクエリには".to_owned(),
        Slot::Whole => "式全体には".to_owned(),
    }
}

fn kind(kind: Type) -> &'static str {
    match kind {
        Type::Scalar => "スカラー",
        Type::Vector => "インスタントベクトル",
        Type::Range => "範囲ベクトル",
        Type::Text => "文字列",
    }
}

#[cfg(test)]
mod tests {
    use stampede_watch::parse::parse;

    use super::*;

    #[test]
    fn a_mistake_has_its_place_and_what_was_expected_in_both_languages() {
        for (text, at, en, ja) in [
            ("sum(up", 3..4, "\"(\" is never closed", "が閉じていない"),
            ("rate(up)", 5..7, "range vector", "範囲ベクトル"),
            ("up >", 4..4, "an expression", "式が要る"),
            ("nope(up)", 0..4, "unknown function \"nope\"", "nope という関数はない"),
        ] {
            let error = parse(text).unwrap_err();
            let [english, japanese] = [Lang::En, Lang::Ja].map(|lang| unreadable(&error, lang));
            assert_eq!(english.at, at, "{text}: {}", english.words);
            assert!(english.words.contains(en), "{}", english.words);
            assert!(japanese.words.contains(ja), "{}", japanese.words);
        }
    }
}
