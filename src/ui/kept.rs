//! What somebody typed is there when its panel is opened again.

use std::cell::RefCell;
use std::thread::LocalKey;

use yew::prelude::*;

/// A state that outlives its component, for as long as the page is open.
#[hook]
pub fn use_kept<T: Clone + Default + 'static>(
    kept: &'static LocalKey<RefCell<T>>,
) -> UseStateHandle<T> {
    let state = use_state(|| kept.with_borrow(T::clone));
    {
        let state = state.clone();
        use_effect(move || kept.set((*state).clone()));
    }
    state
}
