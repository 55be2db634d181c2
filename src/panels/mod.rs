//! What stands beside the stage in the place of the text: experiments, defences,
//! requests to send and things to break, numbers, charts, the code, settings.

mod act;
mod amount;
mod apart;
mod chaos;
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
mod learn;
pub mod legend;
mod listing;
mod log;
mod luck;
pub mod moments;
mod numbers;
mod saved;
mod script;
mod settings;
pub mod share;
mod source;
mod spot;
mod station;
mod system;
mod system_field;
mod system_parts;
mod system_words;
mod values;
mod watch;
pub mod why;

use std::rc::Rc;

use yew::prelude::*;

use crate::lang::Lang;
use crate::stage::studio::Studio;
use crate::state::{Change, Dispatch, Group, Panel, Playhead, Shared};
use crate::ui::refusal::not_fetched;
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
        Panel::Stage => lang.pick("Stage", "ステージ"),
        Panel::Text => lang.pick("Text", "本文"),
        Panel::Experiments => lang.pick("Experiments", "実験"),
        Panel::System => lang.pick("My system", "自分のシステム"),
        Panel::Defences => lang.pick("Defences", "対策"),
        Panel::Act => lang.pick("Act", "操作"),
        Panel::Why => lang.pick("Why", "なぜ"),
        Panel::Log => lang.pick("Log", "ログ"),
        Panel::Numbers => lang.pick("Numbers", "数値"),
        Panel::Charts => lang.pick("Charts", "グラフ"),
        Panel::Watch => lang.pick("Watch", "監視"),
        Panel::Script => lang.pick("Lab", "ラボ"),
        Panel::Code => lang.pick("Code", "コード"),
        Panel::Luck => lang.pick("Luck", "ばらつき"),
        Panel::Saved => lang.pick("What saved you?", "何が守ったか"),
        Panel::Chaos => lang.pick("Chaos", "カオス"),
        Panel::Learn => lang.pick("Learn", "学習"),
        Panel::Class => lang.pick("Class", "クラス"),
        Panel::Settings => lang.pick("Settings", "設定"),
    }
}

fn tab_id(panel: Panel) -> &'static str {
    match panel {
        Panel::Stage => "tab-stage",
        Panel::Text => "tab-text",
        Panel::Experiments => "tab-experiments",
        Panel::System => "tab-system",
        Panel::Defences => "tab-defences",
        Panel::Act => "tab-act",
        Panel::Why => "tab-why",
        Panel::Log => "tab-log",
        Panel::Numbers => "tab-numbers",
        Panel::Charts => "tab-charts",
        Panel::Watch => "tab-watch",
        Panel::Script => "tab-script",
        Panel::Code => "tab-code",
        Panel::Luck => "tab-luck",
        Panel::Saved => "tab-saved",
        Panel::Chaos => "tab-chaos",
        Panel::Learn => "tab-learn",
        Panel::Class => "tab-class",
        Panel::Settings => "tab-settings",
    }
}

/// Opens another panel from within one, and goes on there: the button that was pressed is
/// gone.
pub fn go_to(panel: Panel, dispatch: &Dispatch) {
    dispatch.dispatch(Change::Panel(panel));
    wasm_bindgen_futures::spawn_local(async move {
        web::painted().await;
        web::focus(tab_id(panel));
    });
}

fn group_name(group: Group, lang: Lang) -> &'static str {
    match group {
        Group::Change => lang.pick("Change", "変える"),
        Group::Look => lang.pick("Look closer", "詳しく見る"),
        Group::Own => lang.pick("My own", "自分用"),
        Group::Teach => lang.pick("Teach", "教える"),
    }
}

/// See [`Choice`].
#[derive(Clone, Properties, PartialEq)]
pub struct ChoiceProps {
    /// What is open.
    pub open: Panel,
    /// The page's language.
    pub lang: Lang,
    /// Where changes go.
    pub dispatch: Dispatch,
}

/// What stands beside the stage: the text, or one of what somebody may want,
/// and then of its panels.
#[component]
pub fn Choice(props: &ChoiceProps) -> Html {
    let ChoiceProps { open, lang, dispatch } = props;
    let (open, lang) = (*open, *lang);
    let choose = {
        let dispatch = dispatch.clone();
        Callback::from(move |panel| dispatch.dispatch(Change::Panel(panel)))
    };
    let chosen = Group::of(open);
    let group = |group: Group| {
        let pressed = chosen == Some(group);
        let first = group.panels()[0];
        let onclick = choose.reform(move |_: MouseEvent| if pressed { open } else { first });
        html! { <button key={group_name(group, Lang::En)} type="button" aria-pressed={pressed.to_string()} {onclick}>{ group_name(group, lang) }</button> }
    };
    // On a wall one sees one of both.
    let stage = web::is_presented().then_some(Panel::Stage);
    let plain = |panel: Panel| {
        html! {
            <button id={tab_id(panel)} type="button" aria-pressed={(open == panel).to_string()} title="T"
                onclick={choose.reform(move |_: MouseEvent| panel)}>{ name(panel, lang) }</button>
        }
    };
    html! {
        <nav class="choice" aria-label={lang.pick("Beside the stage", "ステージの横に表示")}>
            <div class="groups" role="group" aria-label={lang.pick("What to show", "表示するもの")}>
                { for stage.map(plain) }
                { plain(Panel::Text) }
                { for Group::ALL.into_iter().map(group) }
            </div>
            { for Group::ALL.into_iter().map(|group| tabs(group, chosen == Some(group), open, lang, &choose)) }
        </nav>
    }
}

/// A group's panels. The pattern for tabs: arrows move between them, Tab goes
/// into the panel.
fn tabs(group: Group, shown: bool, open: Panel, lang: Lang, choose: &Callback<Panel>) -> Html {
    let panels = group.panels();
    let onkeydown = {
        let choose = choose.clone();
        Callback::from(move |event: KeyboardEvent| {
            let at = panels.iter().position(|p| *p == open).unwrap_or(0);
            let last = panels.len() - 1;
            let to = match event.key().as_str() {
                "ArrowRight" => (at + 1) % (last + 1),
                "ArrowLeft" => (at + last) % (last + 1),
                "Home" => 0,
                "End" => last,
                _ => return,
            };
            event.prevent_default();
            choose.emit(panels[to]);
            web::focus(tab_id(panels[to]));
        })
    };
    let tab = |panel: &Panel| {
        let (panel, selected) = (*panel, *panel == open);
        html! {
            <button key={tab_id(panel)} id={tab_id(panel)} type="button" role="tab" aria-selected={selected.to_string()}
                aria-controls="panel" tabindex={if selected { "0" } else { "-1" }}
                onclick={choose.reform(move |_| panel)}>{ name(panel, lang) }</button>
        }
    };
    html! {
        <div role="tablist" aria-label={group_name(group, lang)} hidden={!shown} {onkeydown}>{ for panels.iter().map(tab) }</div>
    }
}

/// The panel that is open.
#[component]
pub fn Open(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch, later, .. } = props;
    let (open, lang) = (state.panel, state.lang);
    let inner = match later {
        _ if open.tells() && state.guess.is_some() => {
            let onclick = {
                let dispatch = dispatch.clone();
                Callback::from(move |_: MouseEvent| dispatch.dispatch(Change::Panel(Panel::Text)))
            };
            html! { <div key="guess"><p class="note">{ lang.pick(
                "This would give the answer away. Predict first.",
                "ここには答えが載っています。先に予想してください。",
            ) }</p><button type="button" class="primary" {onclick}>{ lang.pick("To the question", "問いへ") }</button></div> }
        }
        Some(Ok(later)) => (later.panel)(open, props),
        None => html! { <p class="note" key="wait">{ "…" }</p> },
        Some(Err(NotFetched)) => html! { <p class="note" key="wait">{ not_fetched(lang) }</p> },
    };
    html! {
        <div id="panel" class="panels" role="tabpanel" aria-labelledby={tab_id(open)} tabindex="0">
            <h1 class="visually-hidden">{ name(open, lang) }</h1>
            { inner }
        </div>
    }
}
