//! What is fetched after the first figure: panels, and the sheet for sharing.

use stampede_sim::engine::Nanos;
use yew::prelude::*;

use super::apart::Apart;
use super::share::{Share, ShareProps};
use super::{PanelProps, moments};
use super::{act, defences, experiments, log, numbers, settings, why};
use crate::lang::Lang;
use crate::stage::studio::Studio;
use crate::state::Panel;

/// The ways into it, which are there when it is: see [`crate::web::later`].
pub struct Later {
    /// A panel; nothing for the text.
    pub panel: fn(Panel, &PanelProps) -> Html,
    /// The sheet for sharing.
    pub share: fn(ShareProps) -> Html,
    /// What happened last, in words, and whether the playhead is there.
    pub latest: fn(&Studio, Nanos, Lang) -> (String, bool),
}

/// All of them. Named in the first part, it would be there.
pub const LATER: Later =
    Later { panel, share: |props| html! { <Share ..props/> }, latest: moments::latest };

fn panel(open: Panel, props: &PanelProps) -> Html {
    let inner = props.clone();
    match open {
        Panel::Stage | Panel::Text => Html::default(),
        Panel::Experiments => html! { <experiments::Experiments key="experiments" ..inner/> },
        Panel::Defences => html! { <defences::Defences key="defences" ..inner/> },
        Panel::Act => html! { <act::Act key="act" ..inner/> },
        Panel::Why => html! { <why::Why key="why" ..inner/> },
        Panel::Log => html! { <log::LogPanel key="log" ..inner/> },
        Panel::Numbers => html! { <numbers::Numbers key="numbers" ..inner/> },
        Panel::Settings => html! { <settings::Settings key="settings" ..inner/> },
        Panel::Script
        | Panel::System
        | Panel::Luck
        | Panel::Saved
        | Panel::Chaos
        | Panel::Learn
        | Panel::Charts
        | Panel::Watch
        | Panel::Code
        | Panel::Class => {
            html! { <Apart key={super::tab_id(open)} panel={open} {inner}/> }
        }
    }
}
