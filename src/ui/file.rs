//! A button that lets somebody choose a file: it speaks the page's language, which the
//! browser's own does not.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use crate::web;

/// The button, and behind it the browser's field, which nobody sees; `found` hears the
/// text of what was chosen, as [`web::read_file`] has it.
pub fn button(
    label: &str,
    name: &'static str,
    accept: &'static str,
    found: Callback<String>,
) -> Html {
    let onclick = Callback::from(|event: MouseEvent| {
        let field =
            event.target_dyn_into::<Element>().and_then(|button| button.next_element_sibling());
        if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlElement>().ok()) {
            field.click();
        }
    });
    let onchange = Callback::from(move |event: Event| {
        let found = found.clone();
        web::read_file(event, move |text| found.emit(text));
    });
    html! {
        <>
            <button type="button" name={["choose-", name].concat()} {onclick}>{ label.to_owned() }</button>
            <input type="file" hidden=true {name} {accept} {onchange}/>
        </>
    }
}
