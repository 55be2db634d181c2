//! Knobs: the numbers of both lanes' system.

use stampede_sim::scenario::{Expected, Fault, Problem, fields};
use yew::prelude::*;

use super::PanelProps;
use super::field::{Field, value_at};
use crate::state::progress::{self, Progress};
use crate::state::{Change, Notice};
use crate::ui::file;
use crate::ui::knobs::{Knob, SYSTEM};
use crate::web;

/// The knobs that this load has, and the seed.
#[component]
pub fn Settings(props: &PanelProps) -> Html {
    let PanelProps { studio, state, dispatch, .. } = props;
    let lang = state.lang;
    // New fields forget what was typed into the old ones and not taken.
    let round = use_state(|| 0);
    let document = studio.read(|player| player.lanes[0].scenario.to_value());
    let knob = |(path, ..): &'static Knob| {
        let value = match *path {
            "seed" => Some(state.link.seed.to_string()),
            path => value_at(&document, path),
        };
        match value.filter(|_| fields::find(path).is_some()) {
            Some(value) => {
                let (key, state) = (format!("{path} {}", *round), state.clone());
                html! { <Field {key} path={*path} link={*path} {value} {state} dispatch={dispatch.clone()}/> }
            }
            // This load has no such number.
            None => html! { <span key={*path} class="none"/> },
        }
    };
    let reset = {
        let (dispatch, round) = (dispatch.clone(), round.clone());
        Callback::from(move |_| {
            round.set(*round + 1);
            dispatch.dispatch(Change::Reset);
        })
    };
    let sure = use_state(|| false);
    let save = {
        let progress = state.progress.clone();
        Callback::from(move |_: MouseEvent| {
            web::download_text("stampede-progress.json", &progress.write())
        })
    };
    let open = {
        let dispatch = dispatch.clone();
        Callback::from(move |text: String| {
            dispatch.dispatch(match Progress::read(&text) {
                Some(progress) => Change::Progress(progress),
                None => {
                    let (found, expected) = ("this file".into(), Expected::SavedFile);
                    let problem = Problem::new("progress", Fault::WrongType { found, expected });
                    Change::Notice(Some(Notice::Refused(problem)))
                }
            });
        })
    };
    let forget = {
        let (dispatch, sure) = (dispatch.clone(), sure.clone());
        Callback::from(move |_: MouseEvent| {
            if *sure {
                dispatch.dispatch(Change::Progress(Progress::default()));
            }
            sure.set(!*sure);
        })
    };
    let bring_back = {
        let (dispatch, progress) = (dispatch.clone(), state.progress.clone());
        Callback::from(move |_: MouseEvent| {
            let texts = web::aside::bring_back(progress::KEY);
            let mut all = progress.clone();
            for text in texts {
                match Progress::read(&text) {
                    Some(progress) => all.merge(progress),
                    None => web::store_damaged(progress::KEY, &text),
                }
            }
            dispatch.dispatch(Change::Progress(all));
        })
    };
    html! {
        <div class="settings">
            <p class="note">{ lang.pick("Both lanes get the same system and the same arrivals. A change starts the run over. 0 as a time, memory or budget means without a limit.", "両レーンの構成と到着は同じです。変更すると最初から実行し直します。時間、メモリ、予算の 0 は「制限なし」です。") }</p>
            <div class="knobs">{ for SYSTEM.iter().map(knob) }</div>
            <button type="button" onclick={reset}>{ lang.pick("Back to the experiment's settings", "実験の最初の設定に戻す") }</button>
            <h2>{ lang.pick("What you have done in the course", "講座の進み具合") }</h2>
            <p class="note">{ lang.pick("It is kept on this device only. Take it along as a file.", "この端末にだけ保存されています。ファイルとして持ち出せます。") }</p>
            <div class="row">
                <button type="button" name="progress-save" onclick={save}>{ lang.pick("Save as a file", "ファイルに保存") }</button>
                { file::button(lang.pick("Open a file", "ファイルを開く"), "progress-open", ".json", open) }
                <button type="button" name="progress-reset" onclick={forget}>{ if *sure { lang.pick("Really forget all stars and predictions", "本当にすべて消す") } else { lang.pick("Begin anew", "最初から") } }</button>
            </div>
            if web::aside::any() {
                <p class="note">{ lang.pick("When the page was started afresh, what was kept on this device was put aside.", "最初から開いたときに、この端末に保存されていた内容を取り置きました。") }</p>
                <button type="button" name="bring-back" onclick={bring_back}>{ lang.pick("Bring it back", "元に戻す") }</button>
            } else { <span class="none"/> }
        </div>
    }
}
