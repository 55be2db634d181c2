//! What somebody typed or drew, and has not handed in, is there when its panel
//! is opened again, and when the page has been loaded anew.

use yew::prelude::*;

use crate::web;

/// A state that this window keeps under a name, as text, also while it is
/// reloaded; `None` as long as nothing was typed, or what was kept is not to
/// be read.
#[hook]
pub fn use_typed<T: Clone + PartialEq + 'static>(
    name: &str,
    read: fn(&str) -> Option<T>,
    write: fn(&T) -> String,
) -> UseStateHandle<Option<T>> {
    let name = name.to_owned();
    let state = use_state(|| web::typed(&name).and_then(|text| read(&text)));
    use_effect_with((name, (*state).clone()), move |(name, typed)| {
        web::keep_typed(name, typed.as_ref().map(write).as_deref());
    });
    state
}
