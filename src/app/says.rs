//! What the stage itself says, in large words below the lanes: the task that
//! was done, who is selected, or what happened last; and, over the lanes, what
//! is to be predicted first.

use std::rc::Rc;

use stampede_sim::engine::Nanos;
use yew::prelude::*;

use crate::lang::Lang;
use crate::panels::why::now;
use crate::stage::studio::Studio;
use crate::stage::view::{NAMES, title};
use crate::state::{Change, Dispatch, Guess, Panel, Playhead, Shared, State};
use crate::web;

/// See [`Says`].
#[derive(Properties)]
pub struct SaysProps {
    /// The run.
    pub studio: Rc<Studio>,
    /// The page's state.
    pub state: Shared,
    /// Where changes go.
    pub dispatch: Dispatch,
    /// The playhead.
    pub at: Nanos,
    /// What happened last.
    pub latest: String,
}

impl PartialEq for SaysProps {
    fn eq(&self, other: &Self) -> bool {
        (self.at, &self.latest, &self.state) == (other.at, &other.latest, &other.state)
    }
}

/// The large words.
#[component]
pub fn Says(props: &SaysProps) -> Html {
    let SaysProps { studio, state, dispatch, at, latest } = props;
    let lang = state.lang;
    let selected = state.link.selected.as_ref();
    let to = |change: fn() -> Change| {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(change()))
    };
    let inner = match (&state.done, selected) {
        (Some((goal, stars)), _) => html! {
            <p class="done"><b>{ if *stars > 1 { "★★ " } else { "★ " } }{ lang.pick("Done: ", "達成：") }</b>{ *goal }</p>
        },
        (None, Some((lane, what))) => html! { <>
            <p>{ studio.read(|player| now(player, (*lane, what), *at, false, lang)) }</p>
            <button type="button" name="why" onclick={to(|| Change::Panel(Panel::Why))}>{ lang.pick("Why?", "なぜ？") }</button>
            <button type="button" class="quiet" onclick={to(|| Change::Select(None))} aria-label={lang.pick("Select nothing", "選択を解除")}>{ "×" }</button>
        </> },
        _ => html! { <p class="moment">{ latest }</p> },
    };
    html! { <div class="says">{ inner }</div> }
}

/// What is announced, each thing once: a task that was done; what there is to
/// predict; while it plays, what is on the stage and then each moment; while it
/// stands, what is selected, or where everybody is.
pub fn status(
    studio: &Studio,
    state: &State,
    playhead: &Playhead,
    (latest, here): (&str, bool),
    said: &str,
) -> String {
    let lang = state.lang;
    match (&state.done, &state.guess, &state.link.selected) {
        (Some((goal, _)), ..) => format!("{}{goal}", lang.pick("Done: ", "達成：")),
        (_, Some(guess), _) => guess.question.to_owned(),
        _ if playhead.playing && !latest.is_empty() => latest.to_owned(),
        _ if playhead.playing => studio.read(|player| {
            let lanes = NAMES.iter().zip(&player.lanes);
            let lanes = lanes.map(|(name, lane)| {
                format!("{name}{}{}", lang.pick(": ", "："), title(&lane.scenario, lang))
            });
            lanes.collect::<Vec<_>>().join(lang.pick("; ", "／"))
        }),
        (.., Some((lane, what))) => {
            studio.read(|player| now(player, (*lane, what), playhead.at, true, lang))
        }
        _ if here => format!("{latest}{}{said}", lang.pick(". ", "。")),
        _ => said.to_owned(),
    }
}

/// See [`Cover`].
#[derive(Properties, PartialEq)]
pub struct CoverProps {
    /// What is to be predicted.
    pub guess: Guess,
    /// The page's language.
    pub lang: Lang,
    /// Where changes go.
    pub dispatch: Dispatch,
}

/// Stands over the lanes until somebody has predicted, or asked to be shown.
#[component]
pub fn Cover(props: &CoverProps) -> Html {
    let CoverProps { guess, lang, dispatch } = props;
    let answer = {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| {
            dispatch.dispatch(Change::Panel(Panel::Text));
            wasm_bindgen_futures::spawn_local(async {
                // It may not have been there.
                web::painted().await;
                web::scroll_to("question");
                web::focus("question");
            });
        })
    };
    let reveal = {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Change::Reveal))
    };
    html! {
        <div class="cover" role="group" aria-label={lang.pick("Predict first", "まず予想")}>
            <p>{ guess.question }</p>
            <div class="row">
                <button type="button" class="primary" name="answer" onclick={answer}>{ lang.pick("Answer in the text", "本文で答える") }</button>
                <button type="button" name="reveal-stage" onclick={reveal}>{ lang.pick("Show it without a guess", "予想せずに見る") }</button>
            </div>
        </div>
    }
}
