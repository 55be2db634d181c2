//! To keep a script: on this device, or as a file.

use stampede_sim::scenario::script::{MAX_BYTES, What};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::drafts::Drafts;
use crate::lang::Lang;
use crate::state::{Change, Dispatch};
use crate::ui::{file, trouble};
use crate::web;

/// See [`Files`].
#[derive(Properties, PartialEq)]
pub struct FilesProps {
    /// What is written.
    pub source: String,
    /// What is kept on this device.
    pub drafts: Drafts,
    /// Keeps others in their place; whether that worked.
    pub store: Callback<Drafts, bool>,
    /// The page's language.
    pub lang: Lang,
    /// Where a source goes that is to be put into the editor.
    pub load: Callback<String>,
    /// Where it goes that the run is to be shared.
    pub dispatch: Dispatch,
}

/// What came of it.
#[derive(Clone, Copy, PartialEq)]
enum Said {
    Kept,
    NotKept,
    TooLarge,
    NotText,
}

/// Buttons for it, and the drafts.
#[component]
pub fn Files(props: &FilesProps) -> Html {
    let FilesProps { source, drafts: all, store, lang, load, dispatch } = props;
    let lang = *lang;
    let name = use_state(String::new);
    let said = use_state(|| None::<Said>);
    let store = {
        let (store, said) = (store.clone(), said.clone());
        move |changed: Drafts| {
            said.set(Some(if store.emit(changed) { Said::Kept } else { Said::NotKept }));
        }
    };
    let typed = {
        let (name, said) = (name.clone(), said.clone());
        Callback::from(move |event: InputEvent| {
            said.set(None);
            name.set(event.target_unchecked_into::<HtmlInputElement>().value());
        })
    };
    let title = match name.trim() {
        "" => lang.pick("My script", "自分のスクリプト"),
        name => name,
    }
    .to_owned();
    let onsubmit = {
        let (store, all, source, title) =
            (store.clone(), all.clone(), source.clone(), title.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            store(all.with(&title, &source));
        })
    };
    let download = {
        let source = source.clone();
        Callback::from(move |_: MouseEvent| {
            web::download_text(&format!("{title}.rn"), &source);
        })
    };
    let open = {
        let (load, said) = (load.clone(), said.clone());
        Callback::from(move |text: String| {
            let wrong = refused(&text);
            said.set(wrong);
            if wrong.is_none() {
                load.emit(text);
            }
        })
    };
    let share = {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Change::Share(true)))
    };
    let draft = |(name, source): &(String, String)| {
        let (open, source) = (load.clone(), source.clone());
        let forget = {
            let (store, rest) = (store.clone(), all.without(name));
            Callback::from(move |_: MouseEvent| store(rest.clone()))
        };
        html! {
            <li key={name.clone()}>
                <button type="button" class="quiet" onclick={open.reform(move |_: MouseEvent| source.clone())}>{ name }</button>
                <button type="button" class="quiet" aria-label={lang.pick(format!("Forget {name}"), format!("「{name}」を削除"))} onclick={forget}>{ lang.pick("forget", "削除") }</button>
            </li>
        }
    };
    html! {
        <section class="files">
            <h2>{ lang.pick("Keep it", "残す") }</h2>
            <form class="row" {onsubmit}>
                <label>{ lang.pick("Name ", "名前 ") }<input name="draft" maxlength="60" autocomplete="off" value={(*name).clone()} oninput={typed}/></label>
                <button type="submit" name="keep">{ lang.pick("Keep on this device", "この端末に残す") }</button>
            </form>
            <ul class="drafts" aria-label={lang.pick("Drafts", "下書き")} hidden={all.is_empty()}>{ for all.iter().map(draft) }</ul>
            <p class="row">
                <button type="button" name="download" onclick={download}>{ lang.pick("Download", "ダウンロード") }</button>
                { file::button(lang.pick("Open a file", "ファイルを開く"), "open", ".rn,.txt,text/plain", open) }
                <button type="button" name="share" onclick={share}>{ lang.pick("Share what runs", "動いているものを共有") }</button>
            </p>
            <p class="said" role="status">{ said.map_or_else(String::new, |said| words(said, lang)) }</p>
        </section>
    }
}

/// Why a file is no script. One that is much too large is not read: it is empty here.
fn refused(text: &str) -> Option<Said> {
    match text {
        text if text.is_empty() || text.len() > MAX_BYTES => Some(Said::TooLarge),
        text if text.contains(['\0', char::REPLACEMENT_CHARACTER]) => Some(Said::NotText),
        _ => None,
    }
}

fn words(said: Said, lang: Lang) -> String {
    match said {
        Said::Kept => {
            lang.pick("Kept on this device.", "この端末の内容を更新しました。").to_owned()
        }
        Said::NotKept => lang
            .pick("This browser does not keep it.", "このブラウザーには保存できません。")
            .to_owned(),
        Said::TooLarge => lang.pick(
            format!("The file is empty, or {}.", trouble::what(&What::TooLong, lang)),
            format!("空のファイルか、{}。", trouble::what(&What::TooLong, lang)),
        ),
        Said::NotText => {
            lang.pick("This file is no text.", "テキストのファイルではありません。").to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_script_is_refused() {
        assert!(refused("pub async fn get(key) {}").is_none());
        assert!(refused("").is_some_and(|said| said == Said::TooLarge));
        assert!(refused(&"x".repeat(MAX_BYTES)).is_none());
        assert!(refused(&"x".repeat(MAX_BYTES + 1)).is_some_and(|said| said == Said::TooLarge));
        for text in ["\u{fffd}PNG", "a\0b"] {
            assert!(refused(text).is_some_and(|said| said == Said::NotText));
        }
    }
}
