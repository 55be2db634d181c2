//! What the page tells the viewer, across its top.

use yew::prelude::*;

use crate::lang::Lang;
use crate::state::{Change, Dispatch, Notice};
use crate::ui::refusal;

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
            ("notice bad", format!("{}{stop}{kept}", refusal::text(problem, lang)))
        }
        Notice::Damaged(what) => (
            "notice bad",
            match lang {
                Lang::En => format!(
                    "What is saved on this device could not be read ({what}). It was put aside, and the page starts without it."
                ),
                Lang::Ja => format!(
                    "この端末に保存された内容を読めませんでした（{what}）。元の内容は別に残し、空の状態で始めます。"
                ),
            },
        ),
        Notice::Misses(goal) => (
            "notice",
            lang.pick(
                format!("In this run your script misses “{}”.", goal.en),
                format!("この実行では、スクリプトは目標「{}」を達成できない。", goal.ja),
            ),
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
                "新しいバージョンを取得しました。ページを閉じて開き直すと切り替わります。",
            )
            .to_owned(),
        ),
        Notice::NoWindow => (
            "notice",
            lang.pick(
                "This browser does not open a second window for the page; allow pop-ups for it.",
                "別のウィンドウを開けませんでした。このページのポップアップを許可してください。",
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
