//! The demo's endpoints, things to break and defences to switch, to be pressed
//! while the run plays; and what was pressed, to be moved or removed.

use std::rc::Rc;

use stampede_sim::scenario::problem::number;
use stampede_sim::scenario::{Action, Deed, Switch};
use stampede_sim::telemetry::series::nice_step;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::PanelProps;
use super::done::Done;
use crate::lang::Lang;
use crate::player::MAX_LANES;
use crate::stage::view::NAMES;
use crate::state::Change;
use crate::web;
use stampede_picture::station::Spot;

/// Over how many milliseconds a burst spreads: a click of many people.
const SPREAD_MS: f64 = 20.0;

/// By how much a clock jumps that somebody sets: more than any lock lasts.
const DAY: f64 = 86_400_000.0;

/// A request for something to read.
#[derive(Clone, Copy, PartialEq)]
enum Page {
    Metrics,
    Health,
}

/// Buttons for everything that can be done, and the answer of the last page.
#[component]
pub fn Act(props: &PanelProps) -> Html {
    let PanelProps { studio, state, dispatch, playhead, .. } = props;
    let lang = state.lang;
    let page = use_state(|| None::<Page>);
    let target = use_state(|| None::<usize>);
    let fork = use_state(|| false);
    let switched = use_state(|| Switch::Singleflight);
    let count = playhead.lanes.len();
    let lanes: Vec<usize> = match *target {
        Some(lane) if lane < count => vec![lane],
        _ => (0..count).collect(),
    };
    let act = |deed: Deed| {
        let (dispatch, studio, lanes) = (dispatch.clone(), Rc::clone(studio), lanes.clone());
        let forks = *fork && count + lanes.len() <= MAX_LANES;
        Callback::from(move |_: MouseEvent| {
            let at_ms = studio.read(|player| player.at().ms());
            let action = Action { at_ms, deed: deed.clone() };
            dispatch.dispatch(Change::Act(lanes.clone(), action, forks));
        })
    };
    // A tenth of the run, in a round number.
    let span = nice_step(playhead.end, 10).ms();
    let button = |deed: Deed, name: String| {
        html! { <button type="button" name={deed.word()} onclick={act(deed)}>{ name }</button> }
    };
    let fault = |deed: Deed, name: &'static str| button(deed, name.to_owned());
    let send = |requests: u32| {
        let n = number(f64::from(requests));
        let name = lang.pick(format!("Send {n}"), format!("{n} 件送る"));
        button(Deed::Burst { requests, spread_ms: SPREAD_MS }, name)
    };
    let open = |which: Page, name: &'static str| {
        let page = page.clone();
        html! { <button type="button" aria-pressed={(*page == Some(which)).to_string()} onclick={Callback::from(move |_| page.set(Some(which)))}>{ name }</button> }
    };
    let lane = lanes[0];
    let replicated = studio
        .read(|player| lanes.iter().all(|lane| player.lanes[*lane].scenario.replicas.count > 0));
    let endpoint = studio.read(|player| match player.lanes[lane].scenario.protect.singleflight {
        _ if lanes.len() > 1 => "GET",
        true => "GET /api/with-singleflight",
        false => "GET /api/without-singleflight",
    });
    let row = |key: &'static str, name: &'static str, buttons: Html| {
        html! { <tr {key} class={key}><th scope="row">{ name }</th><td class="row">{ buttons }</td></tr> }
    };
    let choose = |lane: Option<usize>, name: &'static str| {
        let (target, chosen) = (target.clone(), (*target == lane).to_string());
        html! { <button key={name} type="button" aria-pressed={chosen} onclick={Callback::from(move |_| target.set(lane))}>{ name }</button> }
    };
    let forking = {
        let fork = fork.clone();
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            fork.set(input.checked());
        })
    };
    let only_fork = {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Change::Fork(lane)))
    };
    let pick = {
        let switched = switched.clone();
        Callback::from(move |event: Event| {
            let chosen = web::chosen(&event).and_then(|chosen| Switch::ALL.get(chosen).copied());
            chosen.into_iter().for_each(|chosen| switched.set(chosen));
        })
    };
    let undo = {
        let dispatch = dispatch.clone();
        Callback::from(move |_| dispatch.dispatch(Change::Undo))
    };
    let answer = page.map(|page| studio.read(|player| match page {
        Page::Metrics => player.lanes[lane].metrics(playhead.at),
        Page::Health => {
            let reading = &playhead.lanes[lane];
            let busy = reading.places[Spot::Querying];
            let pool = player.lanes[lane].scenario.most_connections();
            format!("200 OK\n{{\"status\":\"ok\",\"waiting\":{},\"connections\":{busy},\"pool\":{pool}}}\n", reading.counters.waiting())
        }
    }));
    let full = count == MAX_LANES;
    html! {
        <div class="act">
            <div class="row where" role="group" aria-label={lang.pick("In which lanes", "対象のレーン")}>
                { choose(None, lang.pick("All lanes", "全レーン")) }
                { for (0..count).map(|lane| choose(Some(lane), NAMES[lane])) }
                <label class="check"><input type="checkbox" name="fork" checked={*fork} disabled={full} onchange={forking}/>{ lang.pick("keep the run as it was, and show the new one beside it", "元の実行を残し、新しい実行を横に並べる") }</label>
                <button type="button" class="quiet" name="fork-only" disabled={full} onclick={only_fork}>{ lang.pick("Fork ", "分岐：") }{ NAMES[lane] }</button>
            </div>
            <table>
                <tbody>
                    { row("send", endpoint, html! { <>{ send(100) }{ send(1000) }</> }) }
                    { row("clear", "POST /api/clear-cache", html! { <>
                        { fault(Deed::ClearCache, lang.pick("Clear the cache", "キャッシュをクリア")) }
                        { fault(Deed::ClearLocal, lang.pick("Empty every L1", "全プロセスの L1 を空に")) }</> }) }
                    { row("update", lang.pick("the most popular key", "最もよく読まれるキー"), button(Deed::Update, lang.pick("Update it", "書き換える").to_owned())) }
                    { row("db", lang.pick("database", "データベース"), html! { <>
                        { fault(Deed::DbOutage { for_ms: span }, lang.pick("Outage", "停止")) }
                        { fault(Deed::DbBrownout { for_ms: span, slowdown: 10.0 }, lang.pick("Ten times slower", "10 倍遅く")) }
                        if replicated {
                            { fault(Deed::ReplicaOutage { replica: 1, for_ms: span }, lang.pick("Outage of replica 1", "レプリカ 1 を停止")) }
                            { fault(Deed::FailOver { for_ms: span }, lang.pick("Fail over to a replica", "レプリカに引き継ぐ")) }
                        } else { <></> }</> }) }
                    { row("others", lang.pick("cache, lock server, counters", "キャッシュ、ロックサーバー、カウンター"), html! { <>
                        { fault(Deed::CacheOutage { for_ms: span }, lang.pick("Cache outage", "キャッシュ停止")) }
                        { fault(Deed::BackupOutage { for_ms: span }, lang.pick("Backup outage", "バックアップ停止")) }
                        { fault(Deed::LockOutage { for_ms: span }, lang.pick("Lock outage", "ロック停止")) }
                        { fault(Deed::LockCrash { server: 0, for_ms: span }, lang.pick("Lock server 0 crash", "ロックサーバー 0 のクラッシュ")) }
                        { fault(Deed::ClockJump { server: 0, by_ms: DAY }, lang.pick("Lock server 0: clock a day ahead", "ロックサーバー 0 の時計を 1 日進める")) }
                        { fault(Deed::CounterOutage { for_ms: span }, lang.pick("Counter outage", "カウンター停止")) }</> }) }
                    { row("process", lang.pick("process 0", "プロセス 0"), html! { <>
                        { fault(Deed::Crash { process: 0, for_ms: span }, lang.pick("Crash", "クラッシュ")) }
                        { fault(Deed::SlowProcess { process: 0, for_ms: span, delay_ms: span / 10.0 }, lang.pick("Slow down", "遅くする")) }
                        { fault(Deed::Pause { process: 0, for_ms: span }, lang.pick("Stand still", "一時停止")) }
                        { fault(Deed::CutOff { process: 0, for_ms: span }, lang.pick("Cut off from pub/sub", "Pub/Sub から切断")) }</> }) }
                    { row("switching", lang.pick("defence", "対策"), html! { <>
                        <select name="switch" aria-label={lang.pick("Defence to switch", "切り替える対策")} onchange={pick}>
                            { for Switch::ALL.iter().map(|s| html! { <option key={s.word()} selected={s == &*switched}>{ defence_name(*s, lang) }</option> }) }
                        </select>
                        { fault(Deed::Switch { defence: *switched, on: true }, lang.pick("Switch on", "オン")) }
                        { fault(Deed::Switch { defence: *switched, on: false }, lang.pick("Switch off", "オフ")) }</> }) }
                    { row("pages", lang.pick("to read", "読む"), html! { <>{ open(Page::Metrics, "GET /metrics") }{ open(Page::Health, "GET /health") }</> }) }
                </tbody>
            </table>
            <p class="note">
                { match lang {
                    Lang::En => format!("What you press happens at the playhead, in virtual time, and becomes part of the run. What breaks is mended after {} ms. ", number(span)),
                    Lang::Ja => format!("操作は再生位置の時刻に起き、実行の一部になります。壊れたものは {} ms 後に直ります。", number(span)),
                } }
                if !state.history.is_empty() {
                    <button type="button" name="undo" onclick={undo}>{ lang.pick(format!("Undo ({})", state.history.len()), format!("元に戻す（{}）", state.history.len())) }</button>
                } else { <span/> }
            </p>
            <ol class="deeds" aria-label={lang.pick("What you did", "行った操作")}>
                { for state.link.lanes.iter().enumerate().flat_map(|(lane, l)| {
                    l.actions.iter().enumerate().map(move |(n, action)| (lane, n, action))
                }).map(|(lane, n, action)| html! {
                    <Done key={format!("{lane}.{n}")} {lane} {n} action={action.clone()} state={state.clone()} dispatch={dispatch.clone()}/>
                }) }
            </ol>
            { answer.map_or_else(|| html! { <span/> }, |text| html! { <pre class="answer" tabindex="0" aria-label={lang.pick("Answer", "応答")}>{ text }</pre> }) }
        </div>
    }
}

fn defence_name(switch: Switch, lang: Lang) -> &'static str {
    switch.defence().names[lang as usize]
}

/// What was done, in words.
pub fn deed_name(deed: &Deed, lang: Lang) -> String {
    let name = |en: &str, ja: &str| lang.pick(en, ja).to_owned();
    match deed {
        Deed::ClearCache => name("clear the cache", "キャッシュをクリア"),
        Deed::ClearLocal => name("empty every process’s cache (L1)", "全プロセスの L1 を空にする"),
        Deed::Update => name("update", "書き換え"),
        Deed::Burst { requests, .. } => {
            name("send {n} requests", "{n} 件送る").replace("{n}", &number(f64::from(*requests)))
        }
        Deed::DbOutage { .. } => name("database outage", "データベース停止"),
        Deed::DbBrownout { .. } => name("slow database", "データベースの遅延"),
        Deed::CacheOutage { .. } => name("cache outage", "キャッシュ停止"),
        Deed::BackupOutage { .. } => name("backup cache outage", "バックアップキャッシュ停止"),
        Deed::LockOutage { .. } => name("lock server outage", "ロックサーバー停止"),
        Deed::LockCrash { server, .. } => {
            name("crash of lock server {n}", "ロックサーバー {n} のクラッシュ")
                .replace("{n}", &server.to_string())
        }
        Deed::ClockJump { server, .. } => {
            name("clock jump of lock server {n}", "ロックサーバー {n} の時計を進める")
                .replace("{n}", &server.to_string())
        }
        Deed::CounterOutage { .. } => {
            name("gateway counters outage", "ゲートウェイのカウンター停止")
        }
        Deed::ReplicaOutage { .. } => name("replica outage", "レプリカの停止"),
        Deed::FailOver { .. } => name("fail-over", "フェイルオーバー"),
        Deed::Crash { .. } => name("process crash", "プロセスのクラッシュ"),
        Deed::SlowProcess { .. } => name("slow process", "プロセスの遅延"),
        Deed::CutOff { .. } => name("cut off from pub/sub", "Pub/Sub から切断"),
        Deed::Pause { .. } => name("process pause", "プロセスの一時停止"),
        Deed::Switch { defence, on: true } => {
            format!("{}{}", defence_name(*defence, lang), lang.pick(" on", "をオン"))
        }
        Deed::Switch { defence, on: false } => {
            format!("{}{}", defence_name(*defence, lang), lang.pick(" off", "をオフ"))
        }
    }
}
