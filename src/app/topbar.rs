//! The line at the top: what this is, language, colours, share, keys.

use std::pin::pin;

use futures::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use stampede_sim::engine::Nanos;
use yew::prelude::*;

use super::{Change, Notice, State};
use crate::text::Lang;
use crate::web;
use crate::web::settings::Theme;

/// How long the browser may take to copy, in milliseconds.
const PATIENCE_MS: u32 = 3_000;
/// How long it is said that something was copied, in milliseconds.
const READING_MS: u32 = 8_000;

/// See [`TopBar`].
#[derive(Properties, PartialEq)]
pub struct TopBarProps {
    /// The page's state.
    pub state: State,
    /// Where changes go.
    pub dispatch: UseReducerDispatcher<State>,
    /// The playhead.
    pub at: Nanos,
    /// The speed, as in links.
    pub speed: f64,
}

/// The line at the top.
#[component]
pub fn TopBar(props: &TopBarProps) -> Html {
    let TopBarProps { state, dispatch, at, speed } = props;
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
        let (dispatch, link) = (dispatch.clone(), state.link_at(at.ms(), *speed).write());
        Callback::from(move |_| {
            let (dispatch, link) = (dispatch.clone(), link.clone());
            wasm_bindgen_futures::spawn_local(async move {
                web::replace_fragment(&link);
                let address = format!("{}#{link}", web::address());
                // Some browsers ask first, and some never answer.
                let copying = pin!(web::copy(&address));
                let copied = select(copying, TimeoutFuture::new(PATIENCE_MS)).await;
                let copied = matches!(copied, Either::Left((true, _)));
                let notice = if copied { Notice::Copied } else { Notice::NotCopied };
                dispatch.dispatch(Change::Notice(Some(notice)));
                TimeoutFuture::new(READING_MS).await;
                dispatch.dispatch(Change::Fade);
            });
        })
    };
    let more = {
        let dispatch = dispatch.clone();
        Callback::from(move |_| {
            let dispatch = dispatch.clone();
            wasm_bindgen_futures::spawn_local(async move {
                web::lab::ready().await;
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
                    { if dark { lang.pick("Light", "明るく") } else { lang.pick("Dark", "暗く") } }
                </button>
                <button type="button" onclick={share}>{ lang.pick("Copy link", "リンク") }</button>
                <button type="button" name="share" onclick={more}>{ lang.pick("Share", "共有") }</button>
                <button type="button" onclick={send(Change::Help, true)}>{ lang.pick("Keys", "キー") }</button>
            </div>
        </header>
    }
}
