//! One field of a scenario, as something to type, choose or tick.

use serde_json::Value;
use stampede_sim::scenario::fields::{self, Kind};
use stampede_sim::scenario::problem::number;
use stampede_sim::scenario::{Problem, json};
use yew::prelude::*;

use super::entry::{knob, plain, said, use_entry};
use crate::player;
use crate::state::{Change, Dispatch, Shared};
use crate::ui::{names, refusal};
use crate::web;

/// See [`Field`].
#[derive(Properties, PartialEq)]
pub struct FieldProps {
    /// The field's path in a scenario.
    pub path: &'static str,
    /// Its path in a link: with the lane in front, if it is for one only.
    pub link: AttrValue,
    /// What it is now, as JSON.
    pub value: AttrValue,
    /// The page's state.
    pub state: Shared,
    /// Where changes go.
    pub dispatch: Dispatch,
}

/// What a document has at a path, as JSON; nothing if it has no such field.
pub fn value_at(document: &Value, path: &str) -> Option<String> {
    let place = json::at(document, path)?;
    Some(place.as_str().map_or_else(|| place.to_string(), str::to_owned))
}

/// Whether the run would be allowed with this in the field.
fn check(state: &Shared, link: &str, text: &str) -> Result<(), Problem> {
    let mut changed = state.link.clone();
    changed.set(link, text)?;
    player::check(&changed)
}

/// One field. A component of its own, so that it is not drawn anew while the
/// playhead moves.
#[component]
pub fn Field(props: &FieldProps) -> Html {
    let FieldProps { path, link, value, state, dispatch } = props;
    let lang = state.lang;
    let kind = fields::find(path);
    let is_number = matches!(kind, Some(Kind::Number(_)));
    let read = move |text: &str| if is_number { plain(text) } else { text.to_owned() };
    let set = {
        let (dispatch, link) = (dispatch.clone(), link.clone());
        move |text: String| dispatch.dispatch(Change::Set(link.to_string(), read(&text)))
    };
    let entry = {
        let (state, link) = (state.clone(), link.clone());
        use_entry(value, move |text| check(&state, &link, &read(text)), set.clone())
    };
    let id = format!("field-{link}");
    let name = html! { <>{ names::name(path, lang) }{ " " }<code>{ *path }</code></> };
    match kind {
        Some(Kind::Number(limit)) => {
            let unit = names::unit(path, lang);
            let wrong = entry.problem.as_ref().map(|problem| match problem.path == *path {
                true => refusal::of_number(problem, limit, unit, lang),
                false => refusal::text(problem, lang),
            });
            let range = format!("{}–{} {unit}", number(limit.min), number(limit.max));
            knob(entry, (id, link.clone()), name, wrong, range)
        }
        Some(Kind::Word(words)) => {
            let wrong = entry.problem.as_ref().map(|problem| refusal::text(problem, lang));
            let (below, invalid) = (format!("{id}-range"), wrong.is_some().then_some("true"));
            let onchange = {
                let change = entry.change.clone();
                Callback::from(move |event: Event| {
                    web::select(&event).into_iter().for_each(|select| change.emit(select.value()));
                })
            };
            html! {
                <div class="knob">
                    <label for={id.clone()}>{ name }</label>
                    <select {id} name={link.clone()} {onchange} aria-invalid={invalid} aria-describedby={below.clone()}>
                        { for words.iter().map(|word| html! { <option key={*word} value={*word} selected={*word == entry.value.as_str()}>{ names::choice(word, lang) }</option> }) }
                    </select>
                    { said(below, wrong, String::new()) }
                </div>
            }
        }
        Some(Kind::Flag) => {
            let on = value == "true";
            let onclick = Callback::from(move |_: MouseEvent| set((!on).to_string()));
            html! {
                <div class="knob">
                    <label for={id.clone()}>{ name }</label>
                    <button {id} type="button" class="switch" role="switch" name={link.clone()} aria-checked={on.to_string()} {onclick}><i></i></button>
                </div>
            }
        }
        _ => html! { <span/> },
    }
}
