//! What leads from a sentence to the moment that shows it.

use yew::prelude::*;

use super::view::Send;
use crate::lang::Lang;
use crate::state::{Change, Dispatch, Figure, Measure};

/// The way to see a claim: `label|measure|run`, see the crate `chapters`.
pub fn show_me(claim: &'static str, send: Send) -> Html {
    let (label, rest) = claim.split_once('|').unwrap_or_default();
    let (measure, run) = rest.split_once('|').unwrap_or_default();
    // On paper there is only the time.
    let Some((to, lang)) = send else {
        return html! { <small class="shown-at">{ " [" }{ label }{ "]" }</small> };
    };
    let figure = Figure { run: run.to_owned(), measure: Measure::named(measure), guess: None };
    let name = [lang.pick("Show me: ", "見る："), label].concat();
    html! { <button type="button" class="show-me" aria-label={name.clone()} title={name} onclick={shows(to, figure)}/> }
}

/// The ways to see several, with semicolons between them; nothing if there is none.
pub fn show_all(claims: &'static str, dispatch: &Dispatch, lang: Lang) -> Html {
    let to = dispatched(dispatch);
    let all = claims.split(';').filter(|claim| !claim.is_empty());
    all.map(|claim| show_me(claim, Some((&to, lang)))).collect()
}

/// A click that shows a run.
pub fn shows(to: &Callback<Figure>, figure: Figure) -> Callback<MouseEvent> {
    let to = to.clone();
    Callback::from(move |_| to.emit(figure.clone()))
}

/// Puts runs on the stage, from where all of the program is.
pub fn dispatched(dispatch: &Dispatch) -> Callback<Figure> {
    let dispatch = dispatch.clone();
    Callback::from(move |figure| dispatch.dispatch(Change::Figure(figure)))
}
