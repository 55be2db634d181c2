//! The demo's endpoints, and things to break, to be pressed while the run plays.

use std::rc::Rc;

use stampede_sim::scenario::problem::number;
use stampede_sim::scenario::{Action, Deed};
use stampede_sim::telemetry::series::nice_step;
use yew::prelude::*;

use super::PanelProps;
use crate::app::Change;
use crate::text::Lang;

/// Over how many milliseconds a burst spreads: a click of many people.
const SPREAD_MS: f64 = 20.0;

/// A request for something to read.
#[derive(Clone, Copy, PartialEq)]
enum Page {
    Metrics(usize),
    Health(usize),
}

/// Buttons for everything that can be sent, and the answer of the last page.
#[component]
pub fn Requests(props: &PanelProps) -> Html {
    let PanelProps { studio, state, dispatch, moment } = props;
    let lang = state.lang;
    let page = use_state(|| None::<Page>);
    let act = |lanes: &'static [usize], deed: Deed| {
        let (dispatch, studio) = (dispatch.clone(), Rc::clone(studio));
        Callback::from(move |_: MouseEvent| {
            let at_ms = studio.read(|player| player.at().ms());
            let action = Action { at_ms, deed: deed.clone() };
            dispatch.dispatch(Change::Act(lanes.to_vec(), action));
        })
    };
    let send = |lanes: &'static [usize], requests: u32| {
        let onclick = act(lanes, Deed::Burst { requests, spread_ms: SPREAD_MS });
        let n = number(f64::from(requests));
        let text = lang.pick(format!("Send {n}"), format!("{n} 件送る"));
        html! { <button type="button" {onclick}>{ text }</button> }
    };
    // A tenth of the run, in a round number.
    let span = nice_step(moment.end, 10).ms();
    let fault = |deed: Deed, name: &'static str| {
        let title =
            lang.pick(format!("for {} ms", number(span)), format!("{} ms の間", number(span)));
        html! { <button type="button" {title} name={deed.word()} onclick={act(&[0, 1], deed)}>{ name }</button> }
    };
    let open = |which: Page, name: &'static str| {
        let page = page.clone();
        html! { <button type="button" aria-pressed={(*page == Some(which)).to_string()} onclick={Callback::from(move |_| page.set(Some(which)))}>{ name }</button> }
    };
    let endpoint = |lane: usize| {
        studio.read(|player| match player.lanes[lane].scenario.protect.singleflight {
            true => "GET /api/with-singleflight",
            false => "GET /api/without-singleflight",
        })
    };
    let row = |key: &'static str, lane: &'static str, call: &'static str, buttons: Html| {
        html! { <tr {key}><th scope="row">{ lane }</th><td><code>{ call }</code></td><td class="row">{ buttons }</td></tr> }
    };
    let both = lang.pick("A and B", "A と B");
    let each = lang.pick("A or B", "A か B");
    let undo = {
        let dispatch = dispatch.clone();
        Callback::from(move |_| dispatch.dispatch(Change::Undo))
    };
    let done = state.link.actions.iter().map(Vec::len).sum::<usize>();
    let answer = page.map(|page| studio.read(|player| match page {
        Page::Metrics(lane) => player.lanes[lane].metrics(moment.at),
        Page::Health(lane) => {
            let (reading, db) = (&moment.lanes[lane], &player.lanes[lane].scenario.db);
            let busy = reading.places.querying;
            let pool = db.pool * player.lanes[lane].scenario.fleet.processes;
            format!("200 OK\n{{\"status\":\"ok\",\"waiting\":{},\"connections\":{busy},\"pool\":{pool}}}\n", reading.counters.waiting())
        }
    }));
    html! {
        <div class="requests">
            <table>
                <tbody>
                    { row("both", both, "GET", html! { <>{ send(&[0, 1], 100) }{ send(&[0, 1], 1000) }</> }) }
                    { row("a", "A", endpoint(0), html! { <>{ send(&[0], 100) }{ send(&[0], 1000) }</> }) }
                    { row("b", "B", endpoint(1), html! { <>{ send(&[1], 100) }{ send(&[1], 1000) }</> }) }
                    { row("clear", both, "POST /api/clear-cache", html! {
                        <button type="button" onclick={act(&[0, 1], Deed::ClearCache)}>{ lang.pick("Clear the cache", "キャッシュを消す") }</button>
                    }) }
                    { row("db", both, lang.pick("database", "データベース"), html! { <>
                        { fault(Deed::DbOutage { for_ms: span }, lang.pick("Outage", "停止")) }
                        { fault(Deed::DbBrownout { for_ms: span, slowdown: 10.0 }, lang.pick("Ten times slower", "10 倍遅く")) }</> }) }
                    { row("others", both, lang.pick("cache, lock server", "キャッシュ、ロックサーバー"), html! { <>
                        { fault(Deed::CacheOutage { for_ms: span }, lang.pick("Cache outage", "キャッシュ停止")) }
                        { fault(Deed::LockOutage { for_ms: span }, lang.pick("Lock outage", "ロック停止")) }</> }) }
                    { row("process", both, lang.pick("process 0", "プロセス 0"), html! { <>
                        { fault(Deed::Crash { process: 0, for_ms: span }, lang.pick("Crash", "クラッシュ")) }
                        { fault(Deed::SlowProcess { process: 0, for_ms: span, delay_ms: span / 10.0 }, lang.pick("Slow down", "遅くする")) }</> }) }
                    { row("metrics", each, "GET /metrics", html! { <>{ open(Page::Metrics(0), "A") }{ open(Page::Metrics(1), "B") }</> }) }
                    { row("health", each, "GET /health", html! { <>{ open(Page::Health(0), "A") }{ open(Page::Health(1), "B") }</> }) }
                </tbody>
            </table>
            <p class="note">
                { match lang {
                    Lang::En => format!("What you press happens at the playhead, in virtual time, and becomes part of the run. What breaks is mended after {} ms. ", number(span)),
                    Lang::Ja => format!("押した操作は再生位置の時刻に起き、実行の一部になる。壊れたものは {} ms 後に直る。", number(span)),
                } }
                if done > 0 {
                    <button type="button" onclick={undo}>{ lang.pick(format!("Undo the last ({done})"), format!("最後の操作を取り消す({done})")) }</button>
                } else { <span/> }
            </p>
            { answer.map_or_else(|| html! { <span/> }, |text| html! { <pre class="answer" tabindex="0" aria-label={lang.pick("Answer", "応答")}>{ text }</pre> }) }
        </div>
    }
}
