//! What stands below the lanes: experiments, defences, requests to send and
//! things to break, numbers, charts, the code, settings.

mod act;
mod chart;
mod charts;
mod class;
mod code;
mod defences;
mod done;
mod entry;
mod episodes;
mod experiments;
mod field;
mod heat;
mod highlight;
mod knobs;
mod lanes;
pub mod later;
pub mod legend;
mod log;
mod luck;
pub mod moments;
mod numbers;
mod settings;
pub mod share;
mod system;
mod system_field;
mod values;
mod why;

use std::rc::Rc;

use yew::prelude::*;

use crate::lang::Lang;
use crate::stage::studio::Studio;
use crate::state::{Change, Dispatch, Panel, Playhead, Shared};
use crate::web;
use crate::web::later::NotFetched;

use later::Later;

/// What every panel gets.
#[derive(Clone, Properties)]
pub struct PanelProps {
    /// The run.
    pub studio: Rc<Studio>,
    /// The page's state.
    pub state: Shared,
    /// Where changes go.
    pub dispatch: Dispatch,
    /// The numbers at the playhead.
    pub playhead: Playhead,
    /// What they are made of, if it was asked for, and has come or not.
    pub later: Option<Result<&'static Later, NotFetched>>,
}

impl PartialEq for PanelProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.studio, &other.studio)
            && self.playhead == other.playhead
            && self.state == other.state
            && self.later.map(|later| later.is_ok()) == other.later.map(|later| later.is_ok())
    }
}

fn name(panel: Panel, lang: Lang) -> &'static str {
    match panel {
        Panel::Start => "",
        Panel::Experiments => lang.pick("Experiments", "実験"),
        Panel::System => lang.pick("My system", "自分のシステム"),
        Panel::Defences => lang.pick("Defences", "対策"),
        Panel::Act => lang.pick("Act", "操作"),
        Panel::Why => lang.pick("Why", "なぜ"),
        Panel::Log => lang.pick("Log", "記録"),
        Panel::Numbers => lang.pick("Numbers", "数値"),
        Panel::Charts => lang.pick("Charts", "グラフ"),
        Panel::Code => lang.pick("Code", "コード"),
        Panel::Luck => lang.pick("Luck", "運"),
        Panel::Class => lang.pick("Class", "授業"),
        Panel::Settings => lang.pick("Settings", "設定"),
    }
}

fn tab_id(panel: Panel) -> &'static str {
    match panel {
        Panel::Start => "",
        Panel::Experiments => "tab-experiments",
        Panel::System => "tab-system",
        Panel::Defences => "tab-defences",
        Panel::Act => "tab-act",
        Panel::Why => "tab-why",
        Panel::Log => "tab-log",
        Panel::Numbers => "tab-numbers",
        Panel::Charts => "tab-charts",
        Panel::Code => "tab-code",
        Panel::Luck => "tab-luck",
        Panel::Class => "tab-class",
        Panel::Settings => "tab-settings",
    }
}

/// What is said in the place of what could not be fetched.
pub fn not_fetched(lang: Lang) -> &'static str {
    lang.pick(
        "This part of the page could not be fetched. Reload the page when you are online.",
        "ページのこの部分を取得できませんでした。オンラインで読み込み直してください。",
    )
}

/// The panels, one open at a time.
#[component]
pub fn Panels(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch, later, .. } = props;
    let open = state.panel;
    let choose = {
        let dispatch = dispatch.clone();
        Callback::from(move |panel| dispatch.dispatch(Change::Panel(panel)))
    };
    // The pattern for tabs: arrows move between them, Tab goes into the panel.
    let onkeydown = {
        let choose = choose.clone();
        Callback::from(move |event: KeyboardEvent| {
            let at = Panel::ALL.iter().position(|p| *p == open).unwrap_or(0);
            let last = Panel::ALL.len() - 1;
            let to = match event.key().as_str() {
                "ArrowRight" => (at + 1) % (last + 1),
                "ArrowLeft" => (at + last) % (last + 1),
                "Home" => 0,
                "End" => last,
                _ => return,
            };
            event.prevent_default();
            choose.emit(Panel::ALL[to]);
            web::focus(tab_id(Panel::ALL[to]));
        })
    };
    let tab = |panel: Panel| {
        let selected = panel == open;
        html! {
            <button key={tab_id(panel)} id={tab_id(panel)} type="button" role="tab" aria-selected={selected.to_string()}
                aria-controls="panel" tabindex={if selected || (open == Panel::Start && panel == Panel::ALL[0]) { "0" } else { "-1" }}
                onclick={choose.reform(move |_| panel)}>{ name(panel, state.lang) }</button>
        }
    };
    html! {
        <section class="panels">
            <div role="tablist" aria-label={state.lang.pick("Panels", "パネル")} {onkeydown}>
                { for Panel::ALL.into_iter().map(tab) }
            </div>
            <div id="panel" role="tabpanel" aria-labelledby={(open != Panel::Start).then(|| tab_id(open))}
                aria-label={(open == Panel::Start).then(|| state.lang.pick("What next", "次にすること"))} tabindex="0">
                { match (open, later) {
                    (Panel::Start, _) => html! { <p class="note" key="start">{ state.lang.pick(
                        "What next? Do the tasks in the text. Click any dot and read why it is there. Open Act to send another herd, clear the cache or break the database, at any moment of the run. Or choose another experiment.",
                        "次にすること:本文の課題を解く。点をクリックして、なぜそこにいるのかを読む。「操作」を開き、好きな時刻に群れを送ったり、キャッシュを消したり、データベースを止めたりする。別の実験を選ぶ。",
                    ) }</p> },
                    (_, Some(Ok(later))) => (later.panel)(open, props),
                    (_, None) => html! { <p class="note" key="wait">{ "…" }</p> },
                    (_, Some(Err(NotFetched))) => html! { <p class="note" key="wait">{ not_fetched(state.lang) }</p> },
                } }
            </div>
        </section>
    }
}
