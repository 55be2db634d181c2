//! A lane as its operator sees it: scraped every so often, looked at on a dashboard,
//! asked in PromQL, watched by alert rules.

mod alert;
mod alerts;
mod became;
mod dashboard;
mod drafts;
mod editor;
mod export;
mod instances;
mod judged;
mod judging;
mod known;
mod mistake;
mod pages;
mod plot;
mod query;
mod recording;
mod scraping;
mod seen;
mod sliced;
mod states;
mod strip;
mod zip;

use std::cell::RefCell;
use std::rc::Rc;

use stampede_sim::engine::Nanos;
use stampede_sim::scenario::link::Link;
use yew::prelude::*;

use super::PanelProps;
use super::lanes::use_lane;
use crate::lang::Lang;
use crate::state::{Change, plain};
use crate::ui::kept::use_kept;
use crate::ui::typed::use_typed;
use alerts::Alerts;
use dashboard::Dashboard;
use drafts::Drafts;
use export::Export;
use known::{Known, use_recording};
use plot::Axis;
use query::Query;
use scraping::{Chosen, choices};

/// What is looked at.
#[derive(Clone, Copy, Default, PartialEq)]
enum View {
    #[default]
    Dashboard,
    Query,
    Alerts,
}

impl View {
    const ALL: [(View, &'static str, &'static str, &'static str); 3] = [
        (View::Dashboard, "dashboard", "Dashboard", "ダッシュボード"),
        (View::Query, "query", "PromQL", "PromQL"),
        (View::Alerts, "alerts", "Alerts", "アラート"),
    ];
}

thread_local! {
    static VIEW: RefCell<View> = const { RefCell::new(View::Dashboard) };
}

/// The panel.
#[component]
pub fn Watch(props: &PanelProps) -> Html {
    let PanelProps { studio, state, dispatch, playhead, .. } = props;
    let lang = state.lang;
    let (lane, lanes) = use_lane(|| 0, playhead.lanes.len(), lang);
    let view = use_kept(&VIEW);
    let chosen = use_typed("watch", Chosen::read, Chosen::write);
    let now = (*chosen).unwrap_or_default();
    let scraping = now.scraping(playhead.end);
    let drafts = use_typed("alerts", Drafts::read, Drafts::write);
    let rules = (*drafts).clone().unwrap_or_default();
    let change = Callback::from(move |now| drafts.set(Some(now)));
    let link = Link { chapter: None, selected: None, ..plain(&state.link) };
    let (known, begin, cancel) = use_recording(&link, lane, scraping, playhead.complete, props);
    let on_stage = link.lanes.iter().map(|lane| &*lane.preset).eq(judging::RUNS);
    let stage = (!on_stage).then(|| {
        let dispatch = dispatch.clone();
        let [evening, incident] = judging::RUNS.map(str::to_owned);
        Callback::from(move |()| {
            dispatch.dispatch(Change::Experiment(evening.clone(), incident.clone()))
        })
    });
    let choose = {
        let chosen = chosen.clone();
        Callback::from(move |now| chosen.set(Some(now)))
    };
    let seek = use_callback(Rc::as_ptr(studio), {
        let studio = Rc::clone(studio);
        move |at: Nanos, _| studio.with(|player| player.seek(at))
    });
    let button = |(it, name, en, ja): (View, &'static str, &'static str, &'static str)| {
        let view = view.clone();
        let pressed = (it == *view).to_string();
        let onclick = Callback::from(move |_: MouseEvent| view.set(it));
        html! { <button key={name} type="button" {name} aria-pressed={pressed} {onclick}>{ lang.pick(en, ja) }</button> }
    };
    let body = match &known {
        Known::Nothing if !playhead.complete => html! {
            <p class="note" key="wait">{ lang.pick("The run is still being computed.", "実行はまだ計算中。") }</p>
        },
        Known::Nothing => html! {
            <div key="nothing">
                <p class="note">{ lang.pick("Nothing has been scraped yet. Of a long run that takes a while.", "まだスクレイプしていない。長い実行では時間がかかる。") }</p>
                <button type="button" class="primary" name="record" onclick={begin.reform(|_: MouseEvent| ())}>{ lang.pick("Scrape it", "スクレイプする") }</button>
            </div>
        },
        Known::Part(done) => html! {
            <div key="part" class="row" role="status">
                <span class="note">{ lang.pick("Scraping the run…", "実行をスクレイプ中…") }</span>
                <progress max="1" value={done.to_string()} aria-label={lang.pick("Scraped", "スクレイプの進み")}></progress>
                <button type="button" name="cancel" onclick={cancel.reform(|_: MouseEvent| ())}>{ lang.pick("Cancel", "中止") }</button>
            </div>
        },
        Known::All(recorded) => {
            let (recorded, at) = (recorded.clone(), recorded.at(playhead.at));
            let axis = Axis { recorded, at, seek, lang };
            let said = scrapes(axis.recorded.scrapes, lang);
            let counters = &playhead.lanes[lane].counters;
            let evaluation = scraping.evaluation;
            html! {
                <div key="all">
                    <p class="note" data-test="scrapes">{ said }</p>
                    { match *view {
                        View::Dashboard => html! { <Dashboard key="dashboard" axis={axis.clone()} {evaluation}/> },
                        View::Query => html! { <Query key="query" axis={axis.clone()} {evaluation}/> },
                        View::Alerts => html! { <Alerts key="alerts" axis={axis.clone()} {scraping} each={[counters.errors(), counters.followers()]} drafts={rules.clone()} {change} {stage}/> },
                    } }
                    <Export key="export" {link} {lane} {scraping} rules={rules.asked()} {lang} dispatch={dispatch.clone()}/>
                </div>
            }
        }
    };
    html! {
        <div class="watch">
            <div class="row">{ lanes }
                <div class="row" role="group" aria-label={lang.pick("View", "表示")}>{ for View::ALL.into_iter().map(button) }</div>
            </div>
            { choices(now, scraping, lang, &choose) }
            { body }
        </div>
    }
}

/// How scraping went, in words.
fn scrapes([answered, dead, late]: [usize; 3], lang: Lang) -> String {
    let all = answered + dead + late;
    match (dead + late, lang) {
        (0, Lang::En) => format!("{all} scrapes, all answered."),
        (0, Lang::Ja) => format!("スクレイプ {all} 回、すべて応答あり。"),
        (_, Lang::En) => format!(
            "{all} scrapes: {answered} answered, {dead} found nobody, {late} were not answered in time."
        ),
        (_, Lang::Ja) => format!(
            "スクレイプ {all} 回：応答 {answered} 回、プロセスなし {dead} 回、時間切れ {late} 回。"
        ),
    }
}
