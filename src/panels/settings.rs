//! Knobs: the numbers of both lanes' system.

use stampede_sim::scenario::fields::{self, Limit};
use stampede_sim::scenario::problem::number;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::PanelProps;
use crate::app::{Change, State};
use crate::player::MAX_REQUESTS;

/// A number's path, its names, and its unit.
type Knob = (&'static str, &'static str, &'static str, &'static str);

const KNOBS: [Knob; 6] = [
    ("load.requests", "requests", "リクエスト数", ""),
    ("cache.ttl_ms", "TTL", "TTL", "ms"),
    ("db.query_ms", "query time", "クエリ時間", "ms"),
    ("db.pool", "pool, per process", "プール(プロセスごと)", ""),
    ("db.cores", "database cores", "DB のコア数", ""),
    ("fleet.processes", "processes", "プロセス数", ""),
];

/// The knobs that this load has, and the seed.
#[component]
pub fn Settings(props: &PanelProps) -> Html {
    let PanelProps { studio, state, dispatch, .. } = props;
    let lang = state.lang;
    let document = studio.read(|player| player.lanes[0].scenario.to_value());
    let seed = ("seed", "seed", "シード", "");
    let knob = |(path, en, ja, unit): &Knob| {
        let value = match *path {
            "seed" => Some(state.link.seed.to_string()),
            path => path
                .split('.')
                .try_fold(&document, |place, step| place.get(step))
                .map(ToString::to_string),
        };
        match (value, fields::limit(path)) {
            (Some(value), Some(limit)) => {
                let (name, dispatch) = (lang.pick(*en, *ja), dispatch.clone());
                html! { <KnobField key={*path} path={*path} {name} unit={*unit} {value} {limit} {dispatch}/> }
            }
            // This load has no such number.
            _ => html! { <span key={*path} class="none"/> },
        }
    };
    let reset = {
        let dispatch = dispatch.clone();
        Callback::from(move |_| dispatch.dispatch(Change::Reset))
    };
    html! {
        <div class="settings">
            <p class="note">{ lang.pick("Both lanes get the same system and the same arrivals. A change starts the run over.", "両方のレーンが同じ構成、同じ到着になる。変更すると最初から実行し直す。") }</p>
            <div class="knobs">{ for KNOBS.iter().chain([&seed]).map(knob) }</div>
            <button type="button" onclick={reset}>{ lang.pick("Back to the chapter's settings", "章の設定に戻す") }</button>
        </div>
    }
}

/// See [`KnobField`].
#[derive(Properties, PartialEq)]
struct KnobProps {
    path: &'static str,
    name: &'static str,
    unit: &'static str,
    value: AttrValue,
    limit: Limit,
    dispatch: UseReducerDispatcher<State>,
}

/// One number to change. A component of its own, so that it is not drawn
/// anew, and what somebody types not undone, while the playhead moves.
#[component]
fn KnobField(props: &KnobProps) -> Html {
    let KnobProps { path, name, unit, value, limit, dispatch } = props;
    let path = *path;
    let onchange = {
        let (dispatch, value) = (dispatch.clone(), value.clone());
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            dispatch.dispatch(Change::Set(path.to_owned(), input.value()));
            // What is refused does not stay; what is taken comes back as it is.
            input.set_value(&value);
        })
    };
    let max = if path == "load.requests" { MAX_REQUESTS } else { limit.max };
    let range = format!("{}–{} {unit}", number(limit.min), number(max));
    let described = format!("range-{path}");
    html! {
        <label class="knob">
            <span>{ *name }</span>
            <input type="text" inputmode="decimal" name={path} value={value.clone()} {onchange} aria-describedby={described.clone()}/>
            <small id={described}>{ range }</small>
        </label>
    }
}
