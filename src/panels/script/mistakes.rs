//! What is wrong with a script: a button each, which leads there.

use std::rc::Rc;

use stampede_sim::scenario::script::Trouble;
use yew::prelude::*;

use crate::lang::Lang;
use crate::ui::trouble::trouble;

/// See [`Mistakes`].
#[derive(Properties, PartialEq)]
pub struct MistakesProps {
    /// What was found.
    pub found: Rc<[Trouble]>,
    /// The page's language.
    pub lang: Lang,
    /// Where a place goes that is to be looked at.
    pub seek: Callback<(u32, u32)>,
}

/// How many there are, in words.
pub fn count(n: usize, lang: Lang) -> String {
    match (lang, n) {
        (Lang::En, 1) => "One mistake.".to_owned(),
        (Lang::En, n) => format!("{n} mistakes."),
        (Lang::Ja, n) => format!("誤りが {n} つあります。"),
    }
}

/// The list; nothing if there is nothing wrong.
#[component]
pub fn Mistakes(props: &MistakesProps) -> Html {
    let MistakesProps { found, lang, seek } = props;
    let one = |(n, found): (usize, &Trouble)| {
        let place = (found.line, found.column);
        let onclick = seek.reform(move |_: MouseEvent| place);
        html! { <li key={n}><button type="button" {onclick}>{ trouble(found, *lang) }</button></li> }
    };
    html! {
        <ul class="mistakes" aria-label={lang.pick("Mistakes", "誤り")} hidden={found.is_empty()}>
            { for found.iter().enumerate().map(one) }
        </ul>
    }
}
