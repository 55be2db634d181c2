//! What the page tells the viewer: refusals, with what is allowed.

use stampede_sim::scenario::problem::number;
use stampede_sim::scenario::{Fault, Problem};
use yew::prelude::*;

use crate::lang::Lang;
use crate::state::{Change, Dispatch, Notice};

/// A refusal in the viewer's language.
pub fn problem_text(problem: &Problem, lang: Lang) -> String {
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
            "この負荷では約 {} 件のリクエストになります。1 回の実行で送れるのは {} 件までです",
            number(expected.round()),
            number(*max)
        ),
        Fault::UnknownField(allowed) => format!("この項目はありません。使えるもの:{allowed}"),
        Fault::UnknownWord { found, allowed } => {
            format!("{found} は使えません。使えるもの:{allowed}")
        }
        Fault::Missing => "この項目が必要です".to_owned(),
        Fault::WrongType { found, expected } => {
            format!("{found} は使えません。{expected} にしてください")
        }
        Fault::Needs(other) => format!("これには {other} を有効にする必要があります"),
        Fault::Excludes(other) => format!("{other} と同時には使えません"),
        Fault::Twice(word) => format!("{word} が 2 回あります。1 回だけにしてください"),
        Fault::Syntax(message) => format!("シナリオとして読めません({message})"),
        Fault::DamagedLink => {
            "リンクが途中で切れたか、書き換えられています。もう一度もらってください".to_owned()
        }
        Fault::UnknownVersion(version) => {
            format!("リンクの版 {version} は、このページでは扱えません。扱えるのは 1 です")
        }
    };
    if path.is_empty() { text } else { format!("{path}:{text}") }
}

/// See [`NoticeBar`].
#[derive(Properties, PartialEq)]
pub struct NoticeProps {
    /// What to say.
    pub notice: Notice,
    /// The page's language.
    pub lang: Lang,
    /// Where to say that it was read.
    pub dispatch: Dispatch,
}

/// A line across the page with something to say.
#[component]
pub fn NoticeBar(props: &NoticeProps) -> Html {
    let lang = props.lang;
    let dispatch = props.dispatch.clone();
    let close = Callback::from(move |_| dispatch.dispatch(Change::Notice(None)));
    let (class, text) = match &props.notice {
        Notice::Refused(problem) => {
            let kept = lang.pick("Nothing was changed.", "何も変更していません。");
            let stop = lang.pick(". ", "。");
            ("notice bad", format!("{}{stop}{kept}", problem_text(problem, lang)))
        }
        Notice::Damaged(what) => (
            "notice bad",
            match lang {
                Lang::En => format!(
                    "What is saved on this device could not be read ({what}). It was put aside, and the page starts without it."
                ),
                Lang::Ja => format!(
                    "この端末に保存された内容を読めませんでした({what})。元の内容は別に残し、それなしで始めます。"
                ),
            },
        ),
        Notice::Copied => (
            "notice",
            lang.pick(
                "The link to exactly this run and moment is on your clipboard.",
                "この実行と時刻を再現するリンクをコピーしました。",
            )
            .to_owned(),
        ),
        Notice::NewVersion => (
            "notice",
            lang.pick(
                "A new version of this page has been fetched. Close and reopen the page to use it.",
                "新しい版を取得しました。ページを閉じて開き直すと切り替わります。",
            )
            .to_owned(),
        ),
        Notice::NoWindow => (
            "notice",
            lang.pick(
                "This browser does not open a second window for the page; allow pop-ups for it.",
                "別の窓を開けませんでした。このページのポップアップを許可してください。",
            )
            .to_owned(),
        ),
        Notice::NotCopied => (
            "notice",
            lang.pick(
                "This browser does not let the page copy; the link is in the address bar.",
                "このブラウザーではコピーできません。リンクはアドレスバーにあります。",
            )
            .to_owned(),
        ),
    };
    html! {
        <div {class}>
            <p>{ text }</p>
            <button type="button" onclick={close}>{ lang.pick("Dismiss", "閉じる") }</button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every message exists in Japanese, with the path and what is allowed.
    #[test]
    fn refusals_are_translated() {
        let found = "0".to_owned();
        let problem = Problem::new(
            "db.pool",
            Fault::OutOfRange { found, min: 1.0, max: 10_000.0, whole: true },
        );
        assert_eq!(
            problem_text(&problem, Lang::Ja),
            "db.pool:0 は使えません。1 から 10,000 までの整数にしてください"
        );
        assert_eq!(
            problem_text(&problem, Lang::En),
            "db.pool: 0 is not allowed; allowed is a whole number from 1 to 10,000"
        );
    }
}
