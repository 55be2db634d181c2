//! Something that was done to a run: it can be moved, or taken away.

use stampede_sim::scenario::{Action, Expected, Fault, Problem, fields};
use yew::prelude::*;

use super::act::deed_name;
use super::entry::{plain, use_entry};
use crate::player;
use crate::stage::view::NAMES;
use crate::state::{Change, Dispatch, Shared};
use crate::ui::refusal;

/// See [`Done`].
#[derive(Properties, PartialEq)]
pub struct DoneProps {
    /// In which lane.
    pub lane: usize,
    /// Its number among the lane's actions.
    pub n: usize,
    /// What it was.
    pub action: Action,
    /// The page's state.
    pub state: Shared,
    /// Where changes go.
    pub dispatch: Dispatch,
}

/// Where a link has an instant of a run: the same is allowed here.
const INSTANT: &str = "t";

/// The instant that was typed, if the run is allowed with the deed there.
fn moved(state: &Shared, (lane, n): (usize, usize), text: &str) -> Result<f64, Problem> {
    let at_ms = text.parse().map_err(|_| {
        let (found, expected) = (text.to_owned(), Expected::Number);
        Problem::new(INSTANT, Fault::WrongType { found, expected })
    })?;
    fields::limit(INSTANT).map_or(Ok(()), |limit| limit.check(INSTANT, at_ms))?;
    let mut link = state.link.clone();
    if let Some(action) = link.lanes.get_mut(lane).and_then(|lane| lane.actions.get_mut(n)) {
        action.at_ms = at_ms;
    }
    player::check(&link).map(|()| at_ms)
}

/// A line for it.
#[component]
pub fn Done(props: &DoneProps) -> Html {
    let DoneProps { lane, n, action, state, dispatch } = props;
    let (lane, n, lang) = (*lane, *n, state.lang);
    let edit = {
        let dispatch = dispatch.clone();
        move |action| dispatch.dispatch(Change::Edit(lane, n, action))
    };
    let read = {
        let state = state.clone();
        move |text: &str| moved(&state, (lane, n), &plain(text))
    };
    let take = {
        let (read, edit, action) = (read.clone(), edit.clone(), action.clone());
        move |text: String| {
            if let Ok(at_ms) = read(&text) {
                edit(Some(Action { at_ms, ..action.clone() }));
            }
        }
    };
    let value = AttrValue::from(action.at_ms.to_string());
    let entry = use_entry(&value, move |text| read(text).map(drop), take);
    let (oninput, onchange) = (entry.oninput(), entry.onchange());
    let below = format!("deed-{lane}-{n}");
    let wrong = entry.problem.as_ref().map(|problem| match fields::limit(INSTANT) {
        Some(limit) if problem.path == INSTANT => refusal::of_number(problem, limit, "ms", lang),
        _ => refusal::text(problem, lang),
    });
    let remove = Callback::from(move |_: MouseEvent| edit(None));
    let what = deed_name(&action.deed, lang);
    html! {
        <li>
            <b>{ NAMES[lane] }</b>
            <input type="text" inputmode="decimal" value={entry.value} {oninput} {onchange}
                aria-invalid={wrong.is_some().then_some("true")} aria-describedby={below.clone()}
                aria-label={lang.pick(format!("{what}: at, in milliseconds"), format!("{what}：時刻（ミリ秒）"))}/>
            <span>{ "ms  " }{ what.clone() }</span>
            <button type="button" class="quiet" aria-label={lang.pick(format!("Remove: {what}"), format!("削除：{what}"))} onclick={remove}>{ lang.pick("Remove", "削除") }</button>
            <small id={below} class="wrong" aria-live="polite">{ wrong }</small>
        </li>
    }
}
