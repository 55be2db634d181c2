//! Chaos: which faults does a lane not stand, and which of them are to blame?

mod aims;
mod search;
mod words;

use std::cell::RefCell;
use std::rc::Rc;

use stampede_sim::chaos::Report;
use stampede_sim::scenario::Problem;
use yew::prelude::*;

use super::PanelProps;
use super::lanes::use_lane;
use crate::lang::Lang;
use crate::runs::{Plan, carry_out};
use crate::state::{Change, Notice};
use crate::ui::undertaking::use_undertaking;
use aims::{Aims, COUNT};
use search::Search;

/// What is known so far.
#[derive(Clone, Default)]
struct Known {
    is_running: bool,
    search: Option<Rc<Search>>,
}

/// The panel.
#[component]
pub fn Chaos(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch, playhead, .. } = props;
    let lang = state.lang;
    let (lane, lanes) = use_lane(|| 1, playhead.lanes.len(), lang);
    let known = use_state(Known::default);
    let aims = use_state(Aims::default);
    let undertaking = use_undertaking();
    let link = state.link.clone();
    // What was found stays while another lane changes, as it does when it is shown.
    let about = (link.lanes.get(lane).cloned(), link.changes.clone(), link.seed, *aims);
    {
        let (undertaking, known) = (undertaking.clone(), known.clone());
        use_effect_with(about, move |_| {
            undertaking.stop();
            known.set(Known::default());
        });
    }
    let find = {
        let (known, undertaking, dispatch) = (known.clone(), undertaking.clone(), dispatch.clone());
        let (link, aims) = (link.clone(), *aims);
        Callback::from(move |_: MouseEvent| {
            let (known, dispatch, link) = (known.clone(), dispatch.clone(), link.clone());
            undertaking.begin(async move {
                let know = |search: &Search| {
                    let is_running = !search.is_over();
                    known.set(Known { is_running, search: Some(Rc::new(search.clone())) });
                };
                let done: Result<(), Problem> =
                    match Search::new(link, lane, aims).map(RefCell::new) {
                        Err(problem) => Err(problem),
                        Ok(search) => {
                            know(&search.borrow());
                            carry_out(&search, &|| know(&search.borrow())).await
                        }
                    };
                if let Err(problem) = done {
                    known.set(Known::default());
                    dispatch.dispatch(Change::Notice(Some(Notice::Refused(problem))));
                }
            });
        })
    };
    let cancel = {
        let known = known.clone();
        Callback::from(move |_: MouseEvent| {
            undertaking.stop();
            known.set(Known::default());
        })
    };
    let show = {
        let (dispatch, known) = (dispatch.clone(), known.clone());
        Callback::from(move |_: MouseEvent| {
            let search = known.search.as_ref();
            let fewest = search.and_then(|search| Some((search, search.found()?.fewest()?)));
            if let Some((search, (faults, _))) = fewest {
                dispatch.dispatch(Change::Run(search.shown(faults)));
            }
        })
    };
    let (held, attempts) = known.search.as_ref().map_or((0, 1), |search| search.progress());
    let progress = match known.search.as_ref().filter(|_| known.is_running) {
        None => String::new(),
        Some(search) => {
            words::progress(held, attempts, search.found().map(search::Found::runs), lang)
        }
    };
    let take = {
        let aims = aims.clone();
        Callback::from(move |changed| aims.set(changed))
    };
    let over = known.search.as_ref().filter(|_| !known.is_running);
    html! {
        <div class="chaos">
            <div class="row">
                { lanes }
                if known.is_running {
                    <button type="button" name="cancel" onclick={cancel}>{ lang.pick("Cancel", "中止") }</button>
                } else { <span/> }
                <progress hidden={known.search.is_none()} max={attempts.to_string()} value={held.to_string()} aria-label={lang.pick("Attempts made", "試した回数")}></progress>
                <span class="note">{ progress }</span>
            </div>
            <p class="note">{ words::what_it_does(lang) }</p>
            <h2>{ lang.pick("The steady state, and the search", "定常状態と探し方") }</h2>
            <div class="knobs">{ for (0..COUNT).map(|field| aims::field(field, *aims, &take, lang)) }</div>
            <button type="button" name="find" onclick={find}>{ lang.pick("Find me a failure", "壊れるところを探す") }</button>
            <div class="found" role="status">
                if let Some(search) = over { { result(search, lang, &show) } } else { <span/> }
            </div>
        </div>
    }
}

/// What came of the search.
fn result(search: &Search, lang: Lang, show: &Callback<MouseEvent>) -> Html {
    let Some(calm) = search.calm() else { return html! { <span/> } };
    if !calm.holds() {
        return html! {
            <>
                <p class="now">{ lang.pick(
                    "It leaves this steady state by itself, though nothing is broken that is not in the run already. So there is nothing to find.",
                    "もともとの実行が、何も壊さなくても、この定常状態を外れています。探すものがありません。",
                ) }</p>
                { reached(calm, lang) }
            </>
        };
    }
    let fewest = search.found().and_then(|found| Some((found, found.fewest()?)));
    let Some((found, (faults, report))) = fewest else {
        return html! { <p class="now">{ words::nothing(search.progress().1, lang) }</p> };
    };
    let all = &found.drawn().0;
    let others = all.iter().filter(|fault| !faults.contains(fault));
    html! {
        <>
            <p class="now">{ words::found(found.attempt, all.len(), faults.len(), lang) }</p>
            <ul class="faults">{ for faults.iter().map(|fault| html! { <li><b>{ words::fault(fault, lang) }</b></li> }) }</ul>
            <h2>{ lang.pick("How far it reached", "影響範囲") }</h2>
            { reached(report, lang) }
            <p>{ words::lost(report, lang) }</p>
            <p><button type="button" class="primary" name="show" onclick={show.clone()}>{ lang.pick("Show it beside the run without faults", "障害のない実行と並べて表示") }</button></p>
            if all.len() > faults.len() {
                <h2>{ lang.pick("Drawn, too, but not needed for it", "引いたが、関係のなかった障害") }</h2>
                <ul class="note">{ for others.map(|fault| html! { <li>{ words::fault(fault, lang) }</li> }) }</ul>
            }
        </>
    }
}

/// What left its bound.
fn reached(report: &Report, lang: Lang) -> Html {
    html! { <ul>{ for report.radius.iter().map(|radius| html! { <li>{ words::radius(radius, lang) }</li> }) }</ul> }
}
