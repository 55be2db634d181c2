//! A code to pass on, and a button that copies it.

use yew::prelude::*;

use super::copying;
use crate::lang::Lang;

/// See [`Code`].
#[derive(Properties, PartialEq)]
pub struct CodeProps {
    /// The code.
    pub code: AttrValue,
    /// What it is, for whoever looks for it in the page.
    pub test: &'static str,
    /// The page's language.
    pub lang: Lang,
}

/// The code, large enough for a board.
#[component]
pub fn Code(props: &CodeProps) -> Html {
    let CodeProps { code, test, lang } = props;
    let lang = *lang;
    // Which code was copied, and whether that worked.
    let copied = use_state(|| None::<(AttrValue, bool)>);
    let onclick = {
        let (copied, code) = (copied.clone(), code.clone());
        Callback::from(move |_: MouseEvent| {
            let (copied, code) = (copied.clone(), code.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let worked = copying::put(&code).await;
                copied.set(Some((code, worked)));
            });
        })
    };
    let said = match &*copied {
        Some((which, worked)) if which == code => match worked {
            true => lang.pick("Copied.", "コピーしました。"),
            false => lang.pick(
                "This browser does not let the page copy.",
                "このブラウザーではコピーできません。",
            ),
        },
        _ => "",
    };
    html! {
        <span class="coded"><code class="code-big" data-test={*test}>{ code.clone() }</code>{ " " }
            <button type="button" class="quiet" name={format!("copy-{test}")} {onclick}>{ lang.pick("Copy", "コピー") }</button>{ " " }
            <span class="note" role="status">{ said }</span></span>
    }
}
