//! What stands above the stage: the name of each station, and what it is doing.

use std::rc::Rc;

use stampede_picture::layout::{Area, Layout};
use stampede_picture::place::Place;
use stampede_picture::signals::BreakerState;
use stampede_picture::station::{Spot, Station};
use stampede_sim::scenario::problem::count;
use stampede_sim::scenario::{Scenario, Switch};
use stampede_sim::telemetry::Kind;
use stampede_sim::telemetry::event::Node;
use stampede_sim::telemetry::reply::{From, Reply};
use yew::prelude::*;

use super::names;
use crate::lang::Lang;
use crate::player::Reading;
use crate::ui::decimal::{decimal, fixed};

/// A button for each of them, at the place where it stands.
pub fn labels(
    layout: &Layout,
    reading: &Reading,
    lang: Lang,
    scenario: &Scenario,
    places: &Rc<[Place]>,
    selected: Option<&str>,
    select: &Callback<Option<String>>,
) -> Html {
    let Reading { counters, places: crowds, freshness, .. } = reading;
    let band = &layout.bands[0];
    let middle = |area: Area| area.middle().0;
    let label = |key: &'static str, x: f64, row: usize, name: String, value: String| {
        let low = (row > 0).then_some("low");
        let pressed = selected == Some(key);
        let onclick = select.reform(move |_: MouseEvent| (!pressed).then(|| key.to_owned()));
        let at = (1000.0 * x / layout.size.0).round() / 10.0;
        let style = match key == Node::Pool.key() {
            // The last one has no room on its right: what is too long goes to the left.
            true => format!("right:0;min-width:{}%;--row:{row}", decimal(2.0 * (100.0 - at))),
            false => format!("left:{}%;--row:{row}", decimal(at)),
        };
        html! {
            <button {key} type="button" class={classes!("label", format!("label-{key}"), low)} aria-pressed={pressed.to_string()}
                {onclick} {style}>
                <b>{ name }</b><span data-test={key}>{ value }</span>
            </button>
        }
    };
    let fresh = match *freshness > 0.0 {
        true => lang.pick("fresh", "新鮮").to_owned(),
        false => lang.pick("empty", "空").to_owned(),
    };
    let sent = short(counters.requests(), lang);
    let replicas = scenario.replicas.count;
    let connections = scenario.most_connections();
    let database = match (lang, replicas) {
        (_, 0) => lang.pick("Database", "データベース").to_owned(),
        (Lang::En, n) => format!("Database + {n}"),
        (Lang::Ja, n) => format!("データベース＋{n}"),
    };
    let busy = match (lang, counters.for_nobody()) {
        (Lang::En, 0) => format!("{} of {connections} busy", crowds[Spot::Querying]),
        (Lang::Ja, 0) => format!("{} / {connections} 使用中", crowds[Spot::Querying]),
        (Lang::En, n) => {
            format!("{} busy, {} for nobody", crowds[Spot::Querying], count(n))
        }
        (Lang::Ja, n) => {
            format!("{} 使用中、{} は待つ人なし", crowds[Spot::Querying], count(n))
        }
    };
    let mut rows = names::rows(places, layout.size.0).into_iter();
    let mut row = || rows.next().unwrap_or(0);
    let clients = row();
    let named = |Place { node, crowd, .. }: &Place| {
        let x = layout.place(0, *node).map_or(0.0, |area| middle(*area));
        let (name, value) = match node {
            Node::Cache => (lang.pick("Cache", "キャッシュ").to_owned(), fresh.clone()),
            Node::Pool => (database.clone(), busy.clone()),
            Node::Edge => (edge_name(scenario, lang), waiting(crowds[Spot::Fetching], lang)),
            Node::Cpu => ("CPU".to_owned(), waiting(crowds[Spot::Computing], lang)),
            Node::Gate(gate) => gate_label(*gate, reading, scenario.lock.servers, lang),
            _ => (node.key().to_owned(), String::new()),
        };
        // A crowd that has not the name of what it waits for.
        let queue = crowd.filter(|crowd| crowd.key() != node.key()).map(|crowd| {
            let x = middle(band.crowds[crowd as usize].area());
            let name = lang.pick("Queue", "列").to_owned();
            label(crowd.key(), x, row(), name, waiting(crowds[crowd.spot()], lang))
        });
        queue.into_iter().chain([label(node.key(), x, row(), name, value)])
    };
    html! {
        <div class="labels">
            { label("clients", layout.clients_x, clients, lang.pick("Clients", "クライアント").to_owned(), match lang {
                Lang::En => format!("{sent} sent"),
                Lang::Ja => format!("{sent} 件送信"),
            }) }
            { for places.iter().flat_map(named) }
        </div>
    }
}

/// The edge, and how many caches it has.
fn edge_name(scenario: &Scenario, lang: Lang) -> String {
    let pops = scenario.edge.pops;
    let shield = if scenario.edge.shield { lang.pick(" + shield", "＋シールド") } else { "" };
    match lang {
        Lang::En => format!("Edge ×{pops}{shield}"),
        Lang::Ja => format!("エッジ ×{pops}{shield}"),
    }
}

/// A number for which there is little room: millions are rounded, as they stand
/// below and in the table to the last one.
fn short(n: u64, lang: Lang) -> String {
    match lang {
        _ if n < 1_000_000 => count(n),
        Lang::En => format!("{} M", fixed(n as f64 / 1e6, 2)),
        Lang::Ja => format!("{} 万", fixed(n as f64 / 1e4, 1)),
    }
}

/// An answer: its status, whether it was somebody else's, and whose or how old it is.
fn reply(reply: Reply, lang: Lang) -> String {
    let Reply { status, from, account, age } = reply;
    let hit = if from == From::Handler { "miss" } else { "hit" };
    match (account, lang) {
        (0, _) => format!("{status} {hit}, {} s", decimal(f64::from(age) / 10.0)),
        (_, Lang::En) => format!("{status} {hit}, account {account}"),
        (_, Lang::Ja) => format!("{status} {hit}、アカウント {account}"),
    }
}

/// How many wait.
fn waiting(n: u64, lang: Lang) -> String {
    match lang {
        Lang::En => format!("{} waiting", short(n, lang)),
        Lang::Ja => format!("{} 件待ち", short(n, lang)),
    }
}

/// A gate's name, the lock's with how many servers keep it, and what it is doing.
fn gate_label(gate: Switch, reading: &Reading, servers: u32, lang: Lang) -> (String, String) {
    let Reading { places, counters, lock, breakers, .. } = reading;
    let node = Node::Gate(gate);
    let crowd = Station::before(node).map(|station| places[station.spot()]);
    let value = match (gate, crowd) {
        (Switch::Lock, Some(crowd)) => match lock {
            Some(held) => match (lang, crowd) {
                (Lang::En, 0) => format!("#{} holds", held.who),
                (Lang::Ja, 0) => format!("#{} 保持", held.who),
                (Lang::En, _) => format!("#{}, {crowd} wait", held.who),
                (Lang::Ja, _) => format!("#{}、{crowd} 件待ち", held.who),
            },
            None if crowd > 0 => waiting(crowd, lang),
            None => lang.pick("free", "空き").to_owned(),
        },
        (Switch::Breaker, _) => {
            let count = |state| breakers.iter().filter(|(s, _)| *s == state).count();
            let (open, half) = (count(BreakerState::Open), count(BreakerState::HalfOpen));
            let word = match (open, half) {
                (0, 0) => lang.pick("closed", "閉"),
                (0, _) => lang.pick("half-open", "半開"),
                _ => lang.pick("open", "開"),
            };
            let several = breakers.len() > 1 && open + half > 0;
            match several {
                true => format!("{word} {}/{}", open.max(half), breakers.len()),
                false => word.to_owned(),
            }
        }
        (Switch::Local | Switch::Backup, _) => {
            let local = gate == Switch::Local;
            let hits = if local { counters.local_hits() } else { counters.backup_hits() };
            let hits = short(hits, lang);
            lang.pick(format!("{hits} hits"), format!("{hits} 件ヒット"))
        }
        (Switch::Coalesce, Some(0)) => reading.reply.map_or_else(String::new, |it| reply(it, lang)),
        (Switch::Fallback, _) => {
            let instead = short(counters.of(Kind::Ancient) + counters.stand_ins(), lang);
            lang.pick(format!("{instead} instead"), format!("{instead} 件を代替"))
        }
        (Switch::Viral, _) => {
            let noticed = short(counters.of(Kind::Viral), lang);
            lang.pick(format!("{noticed} noticed"), format!("{noticed} 件検知"))
        }
        (Switch::Predict, _) => {
            let expected = short(counters.of(Kind::Brace), lang);
            lang.pick(format!("{expected} rushes"), format!("混雑 {expected} 回"))
        }
        (_, Some(crowd)) => waiting(crowd, lang),
        (_, None) => {
            let refused = short(counters.refused_at(node), lang);
            lang.pick(format!("{refused} refused"), format!("{refused} 件断った"))
        }
    };
    let name = gate.defence().label[lang as usize];
    match (gate, servers) {
        (Switch::Lock, 2..) => (format!("{name} ×{servers}"), value),
        _ => (name.to_owned(), value),
    }
}
