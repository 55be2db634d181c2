//! What the dots' shapes mean.

use yew::prelude::*;

use crate::stage::dots::Shape;
use crate::text::Lang;

/// See [`Legend`].
#[derive(Properties, PartialEq)]
pub struct LegendProps {
    /// The page's language.
    pub lang: Lang,
    /// Whether any lane has leaders and followers.
    pub singleflight: bool,
}

/// The shapes, drawn as on the stage, and what they mean.
#[component]
pub fn Legend(props: &LegendProps) -> Html {
    let lang = props.lang;
    let entries = [
        (Shape::Asking, lang.pick("asking", "問い合わせ中")),
        (Shape::Hit, lang.pick("hit", "ヒット")),
        (Shape::Miss, lang.pick("miss", "ミス")),
        (Shape::Leader, lang.pick("leader", "リーダー")),
        (Shape::Follower, lang.pick("follower", "フォロワー")),
        (Shape::Error, lang.pick("error", "エラー")),
    ];
    let used =
        |shape: Shape| props.singleflight || !matches!(shape, Shape::Leader | Shape::Follower);
    html! {
        <ul class="legend" aria-label={lang.pick("Shapes", "形の意味")}>
            { for entries.into_iter().filter(|(shape, _)| used(*shape)).map(|(shape, name)| html! {
                <li key={name}>{ icon(shape) }{ name }</li>
            }) }
        </ul>
    }
}

/// A shape as a small picture, with the measures of [`crate::stage::sprites`].
pub fn icon(shape: Shape) -> Html {
    let (class, inner) = match shape {
        Shape::Asking => ("asking", html! { <circle r="0.72"/> }),
        Shape::Hit => ("hit", html! { <circle r="1"/> }),
        Shape::Miss => ("miss", html! { <path d="M0 -1.15 L1.05 0.85 H-1.05 Z"/> }),
        Shape::Leader => (
            "leader",
            html! { <g><path d="M0 -1.1 L1.1 0 L0 1.1 L-1.1 0 Z"/><circle r="1.56" fill="none" stroke="currentColor" stroke-width="0.32"/></g> },
        ),
        Shape::Follower => ("follower", html! { <path d="M-.86 -.86 H.86 V.86 H-.86 Z"/> }),
        Shape::Error => (
            "error",
            html! { <path d="M-1.02 -.39 L-.39 -1.02 L0 -.63 L.39 -1.02 L1.02 -.39 L.63 0 L1.02 .39 L.39 1.02 L0 .63 L-.39 1.02 L-1.02 .39 L-.63 0 Z"/> },
        ),
    };
    html! { <svg class={classes!("shape", class)} viewBox="-2 -2 4 4" aria-hidden="true">{ inner }</svg> }
}
