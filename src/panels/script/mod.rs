//! The lab: a protector of one's own, written beside the stage on which it runs.

mod answer;
mod drafts;
mod editor;
mod files;
mod ladder;
mod mistakes;
mod place;
mod starts;
mod stopped;
mod vocabulary;

use std::rc::Rc;

use stampede_sim::lab::check;
use stampede_sim::scenario::script::Trouble;
use yew::prelude::*;

use super::{PanelProps, go_to};
use crate::lang::Lang;
use crate::stage::view::NAMES;
use crate::state::{Change, Notice, Panel};
use crate::ui::trouble::trouble;
use crate::ui::typed::use_typed;
use crate::web;

pub use ladder::chosen;

use drafts::Drafts;
use editor::{Editor, go};
use files::Files;
use ladder::Ladder;
use mistakes::{Mistakes, count};
use place::{Place, runs, without};
use starts::Starts;
use stopped::Group;

/// Under this name what is written is kept while the window is open.
const WRITTEN: &str = "script";

/// How long nothing is typed until what is written is looked at, in milliseconds.
const PAUSE_MS: u32 = 400;

/// What came of a press of *Run*.
#[derive(Clone, Copy, PartialEq)]
enum Outcome {
    /// It runs in this lane.
    Runs(usize),
    /// It does not: it has mistakes.
    Refused,
    /// It was taken out of this lane.
    Out(usize),
    /// Another one stands in the editor now.
    Put,
}

/// The panel.
#[component]
pub fn Script(props: &PanelProps) -> Html {
    let PanelProps { studio, state, dispatch, playhead, .. } = props;
    let lang = state.lang;
    let text = use_typed::<String>(WRITTEN, |text| Some(text.to_owned()), String::clone);
    let lanes = runs(&state.link);
    let first = || {
        // What runs there, unless there are several, which are to be compared.
        let mut running = lanes.iter().filter(|source| !source.is_empty());
        let only = running.next().filter(|_| running.next().is_none()).cloned();
        let first = || starts::first().to_owned();
        (*text).clone().or(only).unwrap_or_else(first)
    };
    // Counts what was put into the editor, to tell it from what was typed there.
    let put = use_state(|| (0_u32, Rc::<str>::from(first())));
    let written = (*text).clone().unwrap_or_else(|| put.1.to_string());
    let found = use_state(Rc::<[Trouble]>::default);
    let outcome = use_state(|| None::<Outcome>);
    let place = use_state(Place::default);
    let place_now = (*place).within(state.link.lanes.len());
    let lane = place_now.lane();
    let node = use_node_ref();
    let pause = use_mut_ref(|| None::<gloo_timers::callback::Timeout>);

    let drafts = use_state(Drafts::load);
    {
        let (damage, dispatch) = (drafts.as_ref().err().cloned(), dispatch.clone());
        use_effect_with(damage, move |damage| {
            if let Some(reason) = damage.clone() {
                dispatch.dispatch(Change::Notice(Some(Notice::Damaged(reason))));
            }
        });
    }
    let kept = drafts.as_ref().cloned().unwrap_or_default();
    let store = {
        let drafts = drafts.clone();
        Callback::from(move |changed: Drafts| {
            let kept = changed.save();
            drafts.set(Ok(changed));
            kept
        })
    };
    let look = {
        let found = found.clone();
        move |source: &str| {
            let troubles: Rc<[Trouble]> = check(source).err().unwrap_or_default().into();
            let fine = troubles.is_empty();
            found.set(troubles);
            fine
        }
    };
    let on_written = {
        let (text, look, pause) = (text.clone(), look.clone(), Rc::clone(&pause));
        Callback::from(move |source: String| {
            let (look, copy) = (look.clone(), source.clone());
            let later = gloo_timers::callback::Timeout::new(PAUSE_MS, move || {
                look(&copy);
            });
            *pause.borrow_mut() = Some(later);
            text.set(Some(source));
        })
    };
    let load = {
        let (put, text, outcome, look) = (put.clone(), text.clone(), outcome.clone(), look.clone());
        Callback::from(move |source: String| {
            look(&source);
            outcome.set(Some(Outcome::Put));
            put.set((put.0 + 1, source.as_str().into()));
            text.set(Some(source));
        })
    };
    let run = {
        let (dispatch, outcome, node) = (dispatch.clone(), outcome.clone(), node.clone());
        let (link, written, look) = (state.link.clone(), written.clone(), look.clone());
        Callback::from(move |()| {
            // What stands there now: the page may not have heard of it yet.
            let source = editor::value(&node).unwrap_or_else(|| written.clone());
            if !look(&source) {
                return outcome.set(Some(Outcome::Refused));
            }
            dispatch.dispatch(Change::Run(place_now.with(&link, &source)));
            dispatch.dispatch(Change::ShowLane(lane));
            outcome.set(Some(Outcome::Runs(lane)));
        })
    };
    let judged = {
        let (outcome, node) = (outcome.clone(), node.clone());
        let written = written.clone();
        Callback::from(move |()| {
            let source = editor::value(&node).unwrap_or_else(|| written.clone());
            if look(&source) {
                return Some(source);
            }
            outcome.set(Some(Outcome::Refused));
            None
        })
    };
    let take_out = {
        let (dispatch, outcome, link) = (dispatch.clone(), outcome.clone(), state.link.clone());
        Callback::from(move |_: MouseEvent| {
            dispatch.dispatch(Change::Run(without(&link, lane)));
            outcome.set(Some(Outcome::Out(lane)));
        })
    };
    let lines = {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| go_to(Panel::Code, &dispatch))
    };
    let seek = {
        let node = node.clone();
        Callback::from(move |(line, column)| go(&node, line, column))
    };
    let choose = {
        let (place, outcome) = (place.clone(), outcome.clone());
        Callback::from(move |event: Event| {
            outcome.set(None);
            web::chosen(&event).into_iter().for_each(|chosen| place.set(Place::of(chosen)));
        })
    };
    let groups = {
        let (studio, lanes) = (Rc::clone(studio), lanes.clone());
        use_memo((playhead.run, playhead.complete), move |_| stopped::groups(&studio, &lanes))
    };
    let show = {
        let (studio, dispatch) = (Rc::clone(studio), dispatch.clone());
        Callback::from(move |group: Group| {
            studio.with(|player| player.stop_at(group.at));
            dispatch.dispatch(Change::Select(Some((group.lane, group.who.to_string()))));
        })
    };
    let has = lanes.get(lane).is_some_and(|source| !source.is_empty());
    html! {
        <div class="script">
            <div class="row">
                <Starts lanes={lanes.clone()} drafts={kept.clone()} {lang} load={load.clone()}/>
                <label>{ lang.pick("Runs in ", "実行する場所 ") }
                    <select name="place" onchange={choose}>{ for Place::all(state.link.lanes.len()).map(|one| html! {
                        <option selected={one == place_now}>{ one.words(lang) }</option>
                    }) }</select>
                </label>
            </div>
            <Editor node={node.clone()} put={(*put).clone()} found={Rc::clone(&found)} {lang} written={on_written} run={run.clone()}/>
            <div class="row runs">
                <button type="button" class="primary" name="run" onclick={run.reform(|_: MouseEvent| ())}>{ lang.pick("Run", "実行") }</button>
                <button type="button" name="take-out" disabled={!has} onclick={take_out}>{ lang.pick("Take it out", "取り除く") }</button>
                <button type="button" name="lines" class="quiet" hidden={!has} onclick={lines}>{ lang.pick("Where requests wait", "待っている行") }</button>
                <p class="note">{ standing(lanes.get(lane).map_or("", String::as_str), &written, lane, lang) }</p>
            </div>
            <p class={if *outcome == Some(Outcome::Refused) { "said" } else { "visually-hidden" }} role="status">{ outcome.map_or_else(String::new, |outcome| said(outcome, &found, lang)) }</p>
            <Mistakes found={Rc::clone(&found)} {lang} seek={seek.clone()}/>
            { stopped::list(&groups, lang, &seek, &show) }
            <Ladder state={state.clone()} dispatch={dispatch.clone()} source={judged} written={written.clone()}/>
            <Files source={written} drafts={kept} {store} {lang} load={load} dispatch={dispatch.clone()}/>
            { vocabulary::list(lang) }
        </div>
    }
}

/// What the lane runs, beside what is written.
fn standing(running: &str, written: &str, lane: usize, lang: Lang) -> String {
    let name = NAMES[lane];
    match (running.is_empty(), running == written) {
        (true, _) => lang.pick(
            format!("Lane {name} has no script."),
            format!("レーン {name} にスクリプトはない"),
        ),
        (false, true) => lang.pick(
            format!("Lane {name} runs this script."),
            format!("レーン {name} はこのスクリプトで動いている"),
        ),
        (false, false) => lang.pick(
            format!("Lane {name} runs another version."),
            format!("レーン {name} は別のバージョンで動いている"),
        ),
    }
}

/// What came of it, to be announced.
fn said(outcome: Outcome, found: &[Trouble], lang: Lang) -> String {
    match outcome {
        Outcome::Runs(lane) => lang.pick(
            format!("Lane {} runs it now.", NAMES[lane]),
            format!("レーン {} で動かしました。", NAMES[lane]),
        ),
        Outcome::Out(lane) => lang.pick(
            format!("Lane {} runs without a script.", NAMES[lane]),
            format!("レーン {} からスクリプトを取り除きました。", NAMES[lane]),
        ),
        Outcome::Put => lang
            .pick(
                "It stands in the editor now; undo brings back what was there.",
                "エディターに入れました。元に戻す操作で、前の内容に戻せます。",
            )
            .to_owned(),
        Outcome::Refused if found.is_empty() => {
            lang.pick("No mistakes are left.", "誤りはなくなりました。").to_owned()
        }
        Outcome::Refused => {
            let first = found.first().map(|found| trouble(found, lang)).unwrap_or_default();
            lang.pick(
                format!("{} The stage stays as it was. {first}", count(found.len(), lang)),
                format!("{}ステージはそのままです。{first}", count(found.len(), lang)),
            )
        }
    }
}
