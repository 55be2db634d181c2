//! Ways to pass a run on: a link, a file, a frame in another page.

use yew::prelude::*;

use stampede_sim::scenario::link::Link;
use stampede_sim::scenario::{Fault, Problem, json};

use crate::lang::Lang;
use crate::stage::view::NAMES;
use crate::state::{Change, Dispatch, Notice, Shared, held};
use crate::ui::copying::copy;
use crate::ui::dialog::use_modal;
use crate::ui::file;
use crate::web;

/// See [`Share`].
#[derive(Properties, PartialEq)]
pub struct ShareProps {
    /// The page's state.
    pub state: Shared,
    /// Where changes go.
    pub dispatch: Dispatch,
    /// A link to the run as it stands.
    pub link: Link,
}

/// What a file holds: a link, in JSON.
fn write(link: &Link) -> String {
    // A fragment has no character that JSON would have to escape.
    format!("{{\n  \"stampede-playground\": 1,\n  \"run\": \"{}\"\n}}\n", link.write())
}

/// What a file holds, or what is wrong with it.
fn read(text: &str) -> Result<Link, Problem> {
    let document = json::read("", text)?;
    let run = document.get("run").and_then(|run| run.as_str());
    Link::read(run.ok_or_else(|| Problem::new("run", Fault::Missing))?)
}

/// What a run holds that somebody wrote; nothing if it has no script.
fn carried(link: &Link, lang: Lang) -> Option<String> {
    let scripts = held::scripts(link).unwrap_or_default();
    let lanes: Vec<&str> = scripts.iter().map(|(lane, _)| NAMES[*lane]).collect();
    Some(match (lang, &lanes[..]) {
        (_, []) => return None,
        (Lang::En, [one]) => format!(
            "It takes the script of lane {one} along. Whoever opens it is asked before that runs."
        ),
        (Lang::En, _) => format!(
            "It takes the scripts of lanes {} along. Whoever opens it is asked before they run.",
            lanes.join(" and ")
        ),
        (Lang::Ja, _) => format!(
            "レーン {} のスクリプトも一緒に渡ります。開いた人に確認してから実行されます。",
            lanes.join("・")
        ),
    })
}

/// The sheet.
#[component]
pub fn Share(props: &ShareProps) -> Html {
    let ShareProps { state, dispatch, link } = props;
    let lang = state.lang;
    let dialog = use_modal();
    let close = {
        let dispatch = dispatch.clone();
        Callback::from(move |()| dispatch.dispatch(Change::Share(false)))
    };
    let fragment = link.write();
    let address = format!("{}#{fragment}", web::address());
    let frame = format!(
        "<iframe src=\"{}?embed#{fragment}\" width=\"900\" height=\"640\" title=\"Stampede Playground\"></iframe>",
        web::address()
    );
    let copy = |text: &str| {
        let (dispatch, text) = (dispatch.clone(), text.to_owned());
        Callback::from(move |_: MouseEvent| {
            dispatch.dispatch(Change::Share(false));
            copy(text.clone(), dispatch.clone());
        })
    };
    let save = {
        let link = link.clone();
        Callback::from(move |_: MouseEvent| web::download_text("run.stampede.json", &write(&link)))
    };
    let open = {
        let dispatch = dispatch.clone();
        Callback::from(move |text: String| {
            dispatch.dispatch(Change::Share(false));
            dispatch.dispatch(match read(&text) {
                Ok(link) => Change::Open(link.write()),
                Err(problem) => Change::Notice(Some(Notice::Refused(problem))),
            });
        })
    };
    let row = |name: &'static str, label: &'static str, text: &str| {
        html! {
            <p key={name} class="row">
                <input type="text" readonly=true {name} aria-label={label} value={text.to_owned()}/>
                <button type="button" name={format!("copy-{name}")} onclick={copy(text)}>{ lang.pick("Copy", "コピー") }</button>
            </p>
        }
    };
    html! {
        <dialog ref={dialog} class="help share" aria-labelledby="share-title" onclose={close.reform(|_: Event| ())}>
            <h2 id="share-title">{ lang.pick("Pass this run on", "この実行を共有") }</h2>
            if let Some(carried) = carried(link, lang) {
                <p class="carried">{ carried }</p>
            }
            <h3>{ lang.pick("A link: the run, the moment, the speed, what is selected", "リンク：実行、時刻、速度、選択を再現する") }</h3>
            { row("link", lang.pick("Link", "リンク"), &address) }
            <h3>{ lang.pick("A frame for another page: only the figure", "別のページへの埋め込み：図だけ") }</h3>
            { row("frame", lang.pick("Frame", "埋め込み"), &frame) }
            <h3>{ lang.pick("For the projector: larger type, and a key for each step", "プロジェクター用：大きな文字、1 キーで 1 ステップ") }</h3>
            { row("present", lang.pick("Projector", "プロジェクター"), &format!("{}?present#{fragment}", web::address())) }
            <h3>{ lang.pick("A file", "ファイル") }</h3>
            <p class="row">
                <button type="button" name="save" onclick={save}>{ lang.pick("Save", "保存") }</button>
                { file::button(lang.pick("Open", "開く"), "open", ".json", open) }
            </p>
            <button type="button" class="primary" onclick={close.reform(|_| ())}>{ lang.pick("Close", "閉じる") }</button>
        </dialog>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_holds_a_run() {
        let mut link = Link::pair("hot-key", "hot-key-xfetch");
        link.seed = 9;
        link.at_ms = Some(12.5);
        assert_eq!(read(&write(&link)), Ok(link));
        let refused = |text: &str| read(text).unwrap_err().to_string();
        assert_eq!(refused("{}"), "run: this field is missing");
        assert!(refused("hello").starts_with("not a readable scenario"), "{}", refused("hello"));
        assert_eq!(
            refused("{\"run\": \"v=7\"}"),
            "v: this link has version 7, which this page does not know; it knows 1"
        );
    }
}
