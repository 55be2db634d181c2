//! The line at the top: what this is, language, colours, share, keys.

use std::rc::Rc;

use yew::prelude::*;

use super::later;
use crate::lang::Lang;
use crate::stage::studio::Studio;
use crate::state::{Change, Dispatch, Shared};
use crate::web::settings::Theme;

/// See [`TopBar`].
#[derive(Properties)]
pub struct TopBarProps {
    /// The page's state.
    pub state: Shared,
    /// Where changes go.
    pub dispatch: Dispatch,
    /// The run on the stage, which a link is to.
    pub studio: Rc<Studio>,
}

impl PartialEq for TopBarProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.studio, &other.studio) && self.state == other.state
    }
}

/// The line at the top.
#[component]
pub fn TopBar(props: &TopBarProps) -> Html {
    let TopBarProps { state, dispatch, studio } = props;
    let lang = state.lang;
    let send = |change: fn(bool) -> Change, value: bool| {
        let dispatch = dispatch.clone();
        Callback::from(move |_| dispatch.dispatch(change(value)))
    };
    let language = |own: Lang, name: &'static str| {
        let dispatch = dispatch.clone();
        let onclick = Callback::from(move |_| dispatch.dispatch(Change::Language(own)));
        html! {
            <button key={own.code()} type="button" lang={own.code()} aria-pressed={(lang == own).to_string()} {onclick}>{ name }</button>
        }
    };
    let dark = state.is_dark();
    let theme: fn(bool) -> Change =
        |dark| Change::Theme(if dark { Theme::Dark } else { Theme::Light });
    let share = {
        let (state, dispatch, studio) = (state.clone(), dispatch.clone(), Rc::clone(studio));
        Callback::from(move |_| {
            // At once if it can be: some browsers let nobody copy later.
            if let Some(later) = later::here() {
                return (later.copy)(&studio, &state, dispatch.clone());
            }
            let (state, dispatch, studio) = (state.clone(), dispatch.clone(), Rc::clone(&studio));
            wasm_bindgen_futures::spawn_local(async move {
                if let Ok(later) = later::ready().await {
                    (later.copy)(&studio, &state, dispatch);
                }
            });
        })
    };
    let more = {
        let dispatch = dispatch.clone();
        Callback::from(move |_| {
            let dispatch = dispatch.clone();
            wasm_bindgen_futures::spawn_local(async move {
                // What could not be fetched is said in its place.
                let _ = later::ready().await;
                dispatch.dispatch(Change::Share(true));
            });
        })
    };
    html! {
        <header class="topbar">
            <p class="brand"><b>{ "Stampede Playground" }</b></p>
            <div class="tools">
                <div class="languages" role="group" aria-label={lang.pick("Language", "言語")}>
                    { language(Lang::En, "English") }
                    { language(Lang::Ja, "日本語") }
                </div>
                <button type="button" onclick={send(theme, !dark)}>
                    { if dark { lang.pick("Light", "ライト") } else { lang.pick("Dark", "ダーク") } }
                </button>
                <button type="button" onclick={share}>{ lang.pick("Copy link", "リンクをコピー") }</button>
                <button type="button" name="share" onclick={more}>{ lang.pick("Share", "共有") }</button>
                <button type="button" onclick={send(Change::Help, true)}>{ lang.pick("Keys", "キー") }</button>
            </div>
        </header>
    }
}
