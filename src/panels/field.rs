//! One field of a scenario, as something to type, choose or tick.

use serde_json::Value;
use stampede_sim::scenario::fields::{self, Kind};
use stampede_sim::scenario::problem::number;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use crate::player::MAX_REQUESTS;
use crate::state::{Change, Dispatch};

/// See [`Field`].
#[derive(Properties, PartialEq)]
pub struct FieldProps {
    /// The field's path in a scenario.
    pub path: &'static str,
    /// Its path in a link: with the lane in front, if it is for one only.
    pub link: AttrValue,
    /// What it is called.
    pub name: AttrValue,
    /// Its unit, if its name does not say it.
    #[prop_or_default]
    pub unit: AttrValue,
    /// What it is now, as JSON.
    pub value: AttrValue,
    /// Where changes go.
    pub dispatch: Dispatch,
}

/// What a document has at a path, as JSON; nothing if it has no such field.
pub fn value_at(document: &Value, path: &str) -> Option<String> {
    let place = path.split('.').try_fold(document, |place, step| place.get(step))?;
    Some(place.as_str().map_or_else(|| place.to_string(), str::to_owned))
}

/// One field. A component of its own, so that it is not drawn anew, and what
/// somebody types not undone, while the playhead moves.
#[component]
pub fn Field(props: &FieldProps) -> Html {
    let FieldProps { path, link, name, unit, value, dispatch } = props;
    let set = {
        let (dispatch, link) = (dispatch.clone(), link.clone());
        Callback::from(move |text: String| dispatch.dispatch(Change::Set(link.to_string(), text)))
    };
    match fields::find(path) {
        Some(Kind::Number(limit)) => {
            let onchange = {
                let value = value.clone();
                Callback::from(move |event: Event| {
                    let input: HtmlInputElement = event.target_unchecked_into();
                    set.emit(input.value());
                    // What is refused does not stay; what is taken comes back as it is.
                    input.set_value(&value);
                })
            };
            let max = if *path == "load.requests" { MAX_REQUESTS } else { limit.max };
            let range = format!("{}–{} {unit}", number(limit.min), number(max));
            let described = format!("range-{link}");
            html! {
                <label class="knob">
                    <span>{ name }</span>
                    <input type="text" inputmode="decimal" name={link.clone()} value={value.clone()} {onchange} aria-describedby={described.clone()}/>
                    <small id={described}>{ range }</small>
                </label>
            }
        }
        Some(Kind::Word(words)) => {
            let onchange = Callback::from(move |event: Event| {
                if let Some(select) =
                    event.target().and_then(|t| t.dyn_into::<HtmlSelectElement>().ok())
                {
                    set.emit(select.value());
                }
            });
            html! {
                <label class="knob">
                    <span>{ name }</span>
                    <select name={link.clone()} {onchange}>
                        { for words.iter().map(|word| html! { <option key={*word} value={*word} selected={*word == value.as_str()}>{ *word }</option> }) }
                    </select>
                </label>
            }
        }
        Some(Kind::Flag) => {
            let on = value == "true";
            let onclick = Callback::from(move |_: MouseEvent| set.emit((!on).to_string()));
            html! {
                <span class="knob">
                    <span aria-hidden="true">{ name }</span>
                    <button type="button" class="switch" role="switch" name={link.clone()} aria-label={name.clone()} aria-checked={on.to_string()} {onclick}><i></i></button>
                </span>
            }
        }
        _ => html! { <span/> },
    }
}
