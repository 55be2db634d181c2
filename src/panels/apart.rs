//! Panels that few open: each lies in a part of the program that is fetched when
//! it is opened, and kept for use without a network from then on.

use std::cell::RefCell;

use yew::prelude::*;

use super::PanelProps;
use super::{chaos, charts, class, code, learn, luck, saved, script, system, watch};
use crate::state::Panel;
use crate::ui::refusal::not_fetched;
use crate::web::later::{NotFetched, later};
use crate::web::offline;

/// Draws a panel.
type Draw = fn(&PanelProps) -> Html;

later! {
    own: async fn system() -> Draw { |props| html! { <system::MySystem ..props.clone()/> } }
}

later! {
    own: async fn luck() -> Draw { |props| html! { <luck::Luck ..props.clone()/> } }
}

later! {
    own: async fn saved() -> Draw { |props| html! { <saved::Saved ..props.clone()/> } }
}

later! {
    own: async fn chaos() -> Draw { |props| html! { <chaos::Chaos ..props.clone()/> } }
}

later! {
    learn: async fn learn() -> Draw { |props| html! { <learn::Learn ..props.clone()/> } }
}

later! {
    charts: async fn charts() -> Draw { |props| html! { <charts::Charts ..props.clone()/> } }
}

later! {
    watch: async fn watch() -> Draw { |props| html! { <watch::Watch ..props.clone()/> } }
}

later! {
    script: async fn script() -> Draw { |props| html! { <script::Script ..props.clone()/> } }
}

later! {
    code: async fn code() -> Draw { |props| html! { <code::Code ..props.clone()/> } }
}

later! {
    teach: async fn class() -> Draw { |props| html! { <class::Class ..props.clone()/> } }
}

/// What draws a panel that lies apart; nothing for others.
async fn fetch(panel: Panel) -> Option<Result<Draw, NotFetched>> {
    let (part, draw) = match panel {
        Panel::System => ("own", system().await),
        Panel::Luck => ("own", luck().await),
        Panel::Saved => ("own", saved().await),
        Panel::Chaos => ("own", chaos().await),
        Panel::Learn => ("learn", learn().await),
        Panel::Charts => ("charts", charts().await),
        Panel::Watch => ("watch", watch().await),
        Panel::Script => ("script", script().await),
        Panel::Code => ("code", code().await),
        Panel::Class => ("teach", class().await),
        _ => return None,
    };
    if let Ok(draw) = draw {
        HERE.with_borrow_mut(|here| here.push((panel, draw)));
        offline::keep(part);
    }
    Some(draw)
}

thread_local! {
    static HERE: RefCell<Vec<(Panel, Draw)>> = const { RefCell::new(Vec::new()) };
}

fn here(panel: Panel) -> Option<Draw> {
    HERE.with_borrow(|here| here.iter().find(|(known, _)| *known == panel).map(|(_, draw)| *draw))
}

/// See [`Apart`].
#[derive(Clone, PartialEq, Properties)]
pub struct ApartProps {
    /// Which panel.
    pub panel: Panel,
    /// What it gets.
    pub inner: PanelProps,
}

/// A panel that lies apart, as soon as it has come.
#[component]
pub fn Apart(props: &ApartProps) -> Html {
    let ApartProps { panel, inner } = props;
    let draw = use_state(|| here(*panel).map(Ok));
    {
        let draw = draw.clone();
        use_effect_with(*panel, move |panel| {
            if draw.is_none() {
                let panel = *panel;
                wasm_bindgen_futures::spawn_local(async move { draw.set(fetch(panel).await) });
            }
        });
    }
    match *draw {
        Some(Ok(draw)) => draw(inner),
        Some(Err(NotFetched)) => html! { <p class="note">{ not_fetched(inner.state.lang) }</p> },
        None => html! { <p class="note">{ "…" }</p> },
    }
}
