//! What a picture shows, to read.

use yew::prelude::*;

use crate::lang::Lang;

/// The values of a picture called `name`, folded.
pub fn values(name: impl Into<AttrValue>, lang: Lang, values: Html) -> Html {
    html! {
        <details>
            <summary>{ lang.pick("Values as a table", "値の表") }</summary>
            <div class="scroll" tabindex="0" role="region" aria-label={name.into()}>{ values }</div>
        </details>
    }
}
