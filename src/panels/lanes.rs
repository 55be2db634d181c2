//! A choice of a lane.

use yew::prelude::*;

use crate::lang::Lang;
use crate::stage::view::NAMES;

/// A button for each of `count` lanes.
pub fn choice(count: usize, shown: usize, lang: Lang, choose: &Callback<usize>) -> Html {
    let button = |lane: usize| {
        let pressed = (lane == shown).to_string();
        let onclick = choose.reform(move |_: MouseEvent| lane);
        html! { <button key={lane} type="button" aria-pressed={pressed} {onclick}>{ NAMES[lane] }</button> }
    };
    html! { <div class="row" role="group" aria-label={lang.pick("Lane", "レーン")}>{ for (0..count).map(button) }</div> }
}

/// Which of `count` lanes is looked at, and a choice of it.
#[hook]
pub fn use_lane(first: impl FnOnce() -> usize, count: usize, lang: Lang) -> (usize, Html) {
    let lane = use_state(first);
    let shown = (*lane).min(count - 1);
    let choose = Callback::from(move |chosen| lane.set(chosen));
    (shown, choice(count, shown, lang, &choose))
}
