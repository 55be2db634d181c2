//! What one request is doing and why, from its first event to its last; or who
//! waits at a station.

use std::rc::Rc;

use stampede_sim::engine::Nanos;
use stampede_sim::scenario::problem::number;
use stampede_sim::telemetry::Kind;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::PanelProps;
use super::lanes::choice;
use super::station::{more, station_words, waiting};
use crate::lang::Lang;
use crate::player::neighbour::neighbour;
use crate::player::{Lane, Player};
use crate::stage::view::NAMES;
use crate::state::Change;
use crate::why::words::{doing, sentence, time};
use crate::why::{Step, story};

/// The most requests of a station that are listed.
const MOST: usize = 60;

/// The inspector.
#[component]
pub fn Why(props: &PanelProps) -> Html {
    let PanelProps { studio, state, dispatch, playhead, .. } = props;
    let lang = state.lang;
    let selected = state.link.selected.clone();
    let (lane, what) = selected.clone().unwrap_or_default();
    let who: Option<u32> = what.parse().ok();
    let steps = use_memo((playhead.run, playhead.complete, lane, who), |(.., who)| {
        let read = |who| studio.read(|p| p.lanes[lane].read(|log, film| story(log, film, who)));
        who.map(read).unwrap_or_default()
    });
    let select = |lane: usize| {
        let dispatch = dispatch.clone();
        Callback::from(move |what: String| dispatch.dispatch(Change::Select(Some((lane, what)))))
    };
    let onchange = {
        let select = select(lane);
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            if let Ok(who) = input.value().parse::<u32>() {
                select.emit(who.to_string());
            }
        })
    };
    let step = |back: bool, name: &'static str| {
        let (studio, dispatch) = (Rc::clone(studio), dispatch.clone());
        let selected = selected.clone().or_else(|| Some((lane, String::new())));
        let onclick = Callback::from(move |_: MouseEvent| {
            let next = studio.read(|player| neighbour(player, selected.as_ref(), back));
            dispatch.dispatch(Change::Select(next));
        });
        html! { <button type="button" {onclick}>{ name }</button> }
    };
    let choose = {
        let (dispatch, what) = (dispatch.clone(), what.clone());
        Callback::from(move |lane| {
            let what = if what.is_empty() { "0".to_owned() } else { what.clone() };
            dispatch.dispatch(Change::Select(Some((lane, what))));
        })
    };
    let body = match who {
        Some(who) if steps.is_empty() => html! { <p class="note">{ match lang {
            Lang::En => format!("There is no #{who} in lane {}.", NAMES[lane]),
            Lang::Ja => format!("レーン {} に #{who} はありません。", NAMES[lane]),
        } }</p> },
        Some(who) => {
            let now = studio.read(|player| does(&player.lanes[lane], who, playhead.at, lang));
            html! { <>
                <p class="now">{ now }</p>
                { waterfall(props, &steps) }
            </> }
        }
        None if what.is_empty() => html! { <p class="note">{ lang.pick(
            "Click a dot or a station’s name, press S to go from dot to dot, or type a number.",
            "点か場所の名前をクリックする、S キーで点を順に選ぶ、番号を入力する、のいずれかで選びます。",
        ) }</p> },
        None => {
            let (waiting, said) = studio.read(|player| {
                let lane = &player.lanes[lane];
                (waiting(lane, &what, playhead.at), more(lane, &what, playhead.at, lang))
            });
            let select = select(lane);
            let more = waiting.len().saturating_sub(MOST);
            html! { <>
                <p class="now">{ station_words(&what, &waiting, playhead.at, lang) }</p>
                { for said.into_iter().map(|line| html! { <p class="note">{ line }</p> }) }
                <ul class="crowd">{ for waiting.iter().take(MOST).map(|(_, who)| {
                    let (select, who) = (select.clone(), who.to_string());
                    html! { <li key={who.clone()}><button type="button" class="quiet" onclick={select.reform({ let who = who.clone(); move |_: MouseEvent| who.clone() })}>{ format!("#{who}") }</button></li> }
                }) }
                if more > 0 { <li key="more">{ match lang {
                    Lang::En => format!("and {} more", number(more as f64)),
                    Lang::Ja => format!("ほか {} 件", number(more as f64)),
                } }</li> } else { <span key="more"/> }</ul>
            </> }
        }
    };
    html! {
        <div class="why">
            <div class="row">
                { choice(playhead.lanes.len(), lane, lang, &choose) }
                <label class="check">{ "#" }<input type="number" name="who" min="0" step="1" aria-label={lang.pick("Request number", "リクエスト番号")}
                    value={who.map_or(String::new(), |who| who.to_string())} {onchange}/></label>
                { step(true, lang.pick("Previous dot", "前の点")) }
                { step(false, lang.pick("Next dot", "次の点")) }
            </div>
            { body }
        </div>
    }
}

/// What a request is doing now, or who is at a station: what is selected. `all`: with
/// whatever else there is to say of a station, however long.
pub fn now(
    player: &Player,
    (lane, what): (usize, &str),
    at: Nanos,
    all: bool,
    lang: Lang,
) -> String {
    let Some(lane) = player.lanes.get(lane) else { return String::new() };
    if let Ok(who) = what.parse() {
        return does(lane, who, at, lang);
    }
    let mut said = vec![station_words(what, &waiting(lane, what, at), at, lang)];
    // Of an edge that is long.
    if all || what != "edge" {
        said.extend(more(lane, what, at, lang));
    }
    said.join(" ")
}

/// What a request is doing now, and whom it waits for.
fn does(lane: &Lane, who: u32, at: Nanos, lang: Lang) -> String {
    let say = |who: u32| {
        let scene = lane.scene(who, at)?;
        let since = scene.event.at;
        let what = doing(&scene.event, lang);
        let text = match lang {
            Lang::En => {
                format!("#{who} {what}, since {} ({} so far).", time(since), time(at - since))
            }
            Lang::Ja => {
                format!("#{who} は{what}（{} から、経過 {}）。", time(since), time(at - since))
            }
        };
        Some((text, scene.event))
    };
    match say(who) {
        None => lang.pick(
            format!("#{who} is not in the system now."),
            format!("#{who} は今、システムの中にいません。"),
        ),
        Some((text, event)) if event.kind == Kind::Join => {
            let leader = say(event.arg).map_or(String::new(), |(text, _)| text);
            format!("{text} {leader}")
        }
        Some((text, _)) => text,
    }
}

/// Each step with its bar; the one that lasts at the playhead is marked.
fn waterfall(props: &PanelProps, steps: &[Step]) -> Html {
    let PanelProps { studio, state, playhead, .. } = props;
    let (first, last) = (steps[0].event.at, steps[steps.len() - 1].event.at);
    let span = (last - first).0.max(1) as f64;
    let share = |at: Nanos| 100.0 * (at - first).0 as f64 / span;
    let here = steps.iter().rposition(|step| step.event.at <= playhead.at);
    let row = |(i, step): (usize, &Step)| {
        let at = step.event.at;
        let until = steps.get(i + 1).map_or(at, |next| next.event.at);
        let studio = Rc::clone(studio);
        let seek = Callback::from(move |_: MouseEvent| {
            studio.with(|player| player.stop_at(at));
        });
        let style = format!("left:{:.2}%;width:{:.2}%", share(at), share(until) - share(at));
        html! {
            <li key={i} aria-current={(here == Some(i)).then_some("true")} class={(at > playhead.at).then_some("later")}>
                <button type="button" class="quiet" onclick={seek}>{ time(at) }</button>
                <span class="bar" aria-hidden="true"><i {style}></i></span>
                <span>{ sentence(step, state.lang) }</span>
            </li>
        }
    };
    html! { <ol class="waterfall">{ for steps.iter().enumerate().map(row) }</ol> }
}
