//! What the dots' shapes mean.

use stampede_sim::scenario::{Method, ProtectSpec, Scenario};
use yew::prelude::*;

use crate::lang::Lang;
use crate::player::Lane;
use stampede_picture::dots::Shape;

/// See [`Legend`].
#[derive(Properties, PartialEq)]
pub struct LegendProps {
    /// The page's language.
    pub lang: Lang,
    /// The defences of all lanes.
    pub used: Vec<ProtectSpec>,
    /// Whether values are updated, so that an answer can be too old.
    pub updates: bool,
    /// Whether any client gives up on work that goes on.
    pub alone: bool,
    /// Whether any work goes on behind an answer.
    pub behind: bool,
    /// Whether pages are made of parts.
    pub parts: bool,
    /// Whether caches of the edge fetch.
    pub fetches: bool,
}

/// Whether any work goes on behind an answer in a lane.
pub fn is_behind(lane: &Lane) -> bool {
    let Scenario { writes, local, .. } = &*lane.scenario;
    let settles = writes.again_ms > 0.0 || writes.method == Method::WriteBehind;
    let p = &lane.ever;
    let renews = p.local && local.soft_ms > 0.0;
    let written = ["refresh", "spawn"].iter().any(|word| lane.scenario.script.names(word));
    let on = p.stale || p.warming || p.backup;
    on || renews || written || (settles && lane.scenario.has_updates())
}

/// The shapes, drawn as on the stage, and what they mean.
#[component]
pub fn Legend(props: &LegendProps) -> Html {
    let LegendProps { lang, used, updates, alone, behind, parts, fetches } = props;
    let any = |is: fn(&ProtectSpec) -> bool| used.iter().any(is);
    let leads = any(|p| p.singleflight || p.lock || p.lease || p.coalesce);
    let refuses = any(|p| {
        let doors = p.shed || p.gateway || p.breaker || p.limiter || p.throttle;
        doors || p.concurrency || p.bulkhead || p.codel || p.spill
    });
    let entries = [
        (true, Shape::Asking, lang.pick("asking", "問い合わせ中")),
        (true, Shape::Hit, lang.pick("hit", "ヒット")),
        (true, Shape::Miss, lang.pick("miss", "ミス")),
        (leads, Shape::Leader, lang.pick("loads for others", "代表して読み込む")),
        (leads, Shape::Follower, lang.pick("waits for another", "ほかを待つ")),
        (*updates || any(|p| p.stale), Shape::Stale, lang.pick("stale", "古い値")),
        (*behind, Shape::Refresh, lang.pick("behind an answer", "応答の裏")),
        (*parts, Shape::Errand, lang.pick("part of a page", "ページの部分")),
        (*fetches, Shape::Errand, lang.pick("fetch of the edge", "エッジの取得")),
        (refuses, Shape::Refused, lang.pick("refused", "断られた")),
        (*alone, Shape::Alone, lang.pick("for nobody", "待つ人なし")),
        (true, Shape::Error, lang.pick("error", "エラー")),
    ];
    html! {
        <ul class="legend" aria-label={lang.pick("Shapes", "形の意味")}>
            { for entries.into_iter().filter(|(shown, ..)| *shown).map(|(_, shape, name)| html! {
                <li key={name}>{ icon(shape) }{ name }</li>
            }) }
        </ul>
    }
}

/// A shape as a small picture, with the measures of [`stampede_picture::sprites`].
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
        Shape::Stale => ("stale", html! { <path d="M-1.13 -.2 A1.15 1.15 0 1 0 1.13 -.2 Z"/> }),
        Shape::Refused => (
            "asking",
            html! { <circle r="0.82" fill="none" stroke="currentColor" stroke-width="0.4"/> },
        ),
        Shape::Refresh => ("stale", html! { <path d="M0 -1.15 L1.15 0 L0 1.15 L-1.15 0 Z"/> }),
        Shape::Errand => (
            "leader",
            html! { <path d="M0 -.87 L.87 0 L0 .87 L-.87 0 Z" fill="none" stroke="currentColor" stroke-width="0.39"/> },
        ),
        Shape::Alone => (
            "asking",
            html! { <path d="M-.68 -.68 H.68 V.68 H-.68 Z" fill="none" stroke="currentColor" stroke-width="0.36"/> },
        ),
        Shape::Error => (
            "error",
            html! { <path d="M-1.02 -.39 L-.39 -1.02 L0 -.63 L.39 -1.02 L1.02 -.39 L.63 0 L1.02 .39 L.39 1.02 L0 .63 L-.39 1.02 L-1.02 .39 L-.63 0 Z"/> },
        ),
    };
    html! { <svg class={classes!("shape", class)} viewBox="-2 -2 4 4" aria-hidden="true">{ inner }</svg> }
}
