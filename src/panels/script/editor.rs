//! The editor in the panel.

use std::rc::Rc;

use stampede_sim::scenario::script::Trouble;
use wasm_bindgen::JsCast;
use yew::prelude::*;

use crate::lang::Lang;
use crate::ui::refusal::not_fetched;
use crate::ui::trouble;
use crate::web::editor::{Heard, ScriptEditor, ready};
use crate::web::later::NotFetched;

/// See [`Editor`].
#[derive(Properties, PartialEq)]
pub struct EditorProps {
    /// The element, once it is there.
    pub node: NodeRef,
    /// What was put into it last, and how often something was.
    pub put: (u32, Rc<str>),
    /// What is wrong with what is written.
    pub found: Rc<[Trouble]>,
    /// The page's language.
    pub lang: Lang,
    /// Hears what is written after each change.
    pub written: Callback<String>,
    /// It is to be run.
    pub run: Callback<()>,
}

fn element(node: &NodeRef) -> Option<ScriptEditor> {
    node.get().map(JsCast::unchecked_into)
}

/// What is written, if the editor is there.
pub fn value(node: &NodeRef) -> Option<String> {
    element(node).map(|editor| editor.value())
}

/// Puts the cursor to a place, and the focus.
pub fn go(node: &NodeRef, line: u32, column: u32) {
    element(node).into_iter().for_each(|editor| editor.go(line, column));
}

/// The editor, and how one gets out of it.
#[component]
pub fn Editor(props: &EditorProps) -> Html {
    let EditorProps { node, put, found, lang, written, run } = props;
    let lang = *lang;
    let there = use_state_eq(|| None::<Result<(), NotFetched>>);
    {
        let there = there.clone();
        use_effect_with((), move |()| {
            wasm_bindgen_futures::spawn_local(async move { there.set(Some(ready().await)) });
        });
    }
    let here = *there == Some(Ok(()));
    // The element goes on calling as long as it is there: what it calls is replaced.
    let calls = use_mut_ref(|| (written.clone(), run.clone()));
    *calls.borrow_mut() = (written.clone(), run.clone());
    {
        let node = node.clone();
        use_effect_with(here, move |_| {
            let heard = element(&node).map(|editor| {
                let (own, of_written, of_run) = (editor.clone(), Rc::clone(&calls), calls);
                [
                    Heard::new(&editor, "written", move || {
                        let call = of_written.borrow().0.clone();
                        call.emit(own.value());
                    }),
                    Heard::new(&editor, "run", move || {
                        let call = of_run.borrow().1.clone();
                        call.emit(());
                    }),
                ]
            });
            move || drop(heard)
        });
    }
    {
        let node = node.clone();
        use_effect_with((here, put.clone()), move |(_, (_, text))| {
            element(&node).into_iter().for_each(|editor| editor.set_value(text));
        });
    }
    {
        let node = node.clone();
        use_effect_with((here, Rc::clone(found), lang), move |(_, found, lang)| {
            let marked = found.iter().map(|found| {
                ((found.line, found.column), found.end, trouble::what(&found.what, *lang))
            });
            if let Some(editor) = element(&node) {
                editor.mark(marked);
            }
        });
    }
    let keys = lang.pick(
        "Tab leaves the editor, Ctrl+Enter (⌘ Enter) runs, F8 goes to the next mistake.",
        "Tab でエディターを出る。Ctrl+Enter（⌘ Enter）で実行、F8 で次の誤りへ。",
    );
    match *there {
        None => html! { <p class="note">{ "…" }</p> },
        Some(Err(NotFetched)) => html! { <p class="note">{ not_fetched(lang) }</p> },
        Some(Ok(())) => html! {
            <>
                <@{"script-editor"} ref={node.clone()} lang={lang.code()} label={lang.pick("Script", "スクリプト")} described={keys}/>
                <p class="note keys">{ keys }</p>
            </>
        },
    }
}
