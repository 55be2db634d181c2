//! Knobs: the numbers of both lanes' system.

use stampede_sim::scenario::fields::{self, Limit};
use stampede_sim::scenario::problem::number;
use yew::prelude::*;

use super::{PanelProps, value_of};
use crate::app::Change;
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
    let knob = |(path, en, ja, unit): &Knob| {
        let value = path.split('.').try_fold(&document, |place, step| place.get(step));
        let (Some(value), Some(limit)) = (value.and_then(|v| v.as_f64()), fields::limit(path))
        else {
            return html! { <p key={*path} class="none"/> };
        };
        let dispatch = dispatch.clone();
        let path = *path;
        let onchange = Callback::from(move |event: Event| {
            dispatch.dispatch(Change::Set(path.to_owned(), value_of(&event)));
        });
        field(path, lang.pick(en, ja), unit, value.to_string(), limit, onchange)
    };
    let seed = {
        let dispatch = dispatch.clone();
        let onchange = Callback::from(move |event: Event| {
            // What is no number goes the way of every refused field.
            match value_of(&event).parse::<u64>() {
                Ok(seed) => dispatch.dispatch(Change::Seed(seed)),
                Err(_) => dispatch.dispatch(Change::Open(format!("v=1&seed={}", value_of(&event)))),
            }
        });
        fields::limit("seed").map(|limit| {
            field(
                "seed",
                lang.pick("seed", "シード"),
                "",
                state.link.seed.to_string(),
                limit,
                onchange,
            )
        })
    };
    let reset = {
        let dispatch = dispatch.clone();
        Callback::from(move |_| dispatch.dispatch(Change::Reset))
    };
    html! {
        <div class="settings">
            <p class="note">{ lang.pick("Both lanes get the same system and the same arrivals. A change starts the run over.", "両方のレーンが同じ構成、同じ到着になる。変更すると最初から実行し直す。") }</p>
            <div class="knobs">
                { for KNOBS.iter().map(knob) }
                { seed.unwrap_or_default() }
            </div>
            <button type="button" onclick={reset}>{ lang.pick("Back to the chapter's settings", "章の設定に戻す") }</button>
        </div>
    }
}

fn field(
    path: &'static str,
    name: &str,
    unit: &str,
    value: String,
    limit: Limit,
    onchange: Callback<Event>,
) -> Html {
    let max = if path == "load.requests" { MAX_REQUESTS } else { limit.max };
    let range = format!("{}–{} {unit}", number(limit.min), number(max));
    html! {
        <label key={path} class="knob">
            <span>{ name }</span>
            <input type="text" inputmode="decimal" name={path} {value} {onchange} aria-describedby={format!("range-{path}")}/>
            <small id={format!("range-{path}")}>{ range }</small>
        </label>
    }
}
