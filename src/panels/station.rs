//! What there is to say of a station: who is there, which lock servers are up, and who
//! is how far from an edge and pays what for it.

use stampede_picture::station::Station;
use stampede_sim::engine::Nanos;
use stampede_sim::scenario::problem::number;
use stampede_sim::scenario::{Action, Deed, EdgeSpec};
use stampede_sim::telemetry::{Event, Kind, Latency};

use crate::lang::Lang;
use crate::player::Lane;
use crate::why::words::time;

/// What else there is to say of a station, a sentence each.
pub fn more(lane: &Lane, station: &str, at: Nanos, lang: Lang) -> Vec<String> {
    let (locks, edge) = (lane.scenario.lock.servers, &lane.scenario.edge);
    match station {
        "lock" if locks > 1 => servers_words(&lock_servers(lane.deeds(), locks, at), lang),
        "edge" => {
            let client = Nanos::from_ms(2.0 * lane.scenario.network.client_ms);
            let paid = lane.read(|log, _| pops(log.iter(), edge.pops, at));
            pops_words(edge, client, &paid, lang)
        }
        _ => Vec::new(),
    }
}

/// A lock server at an instant: whether it is up, and by how many milliseconds its clock
/// is ahead.
#[derive(Clone, Copy, PartialEq, Debug)]
struct LockServer {
    up: bool,
    ahead_ms: f64,
}

/// The lock servers at `at`, after what has been done to them: what is broken twice is
/// mended when the first of the two is over, as in the run.
fn lock_servers<'a>(
    deeds: impl Iterator<Item = &'a Action>,
    count: u32,
    at: Nanos,
) -> Vec<LockServer> {
    let mut servers = vec![LockServer { up: true, ahead_ms: 0.0 }; count as usize];
    let mut turns: Vec<(Nanos, Option<u32>, bool)> = Vec::new();
    for Action { at_ms, deed } in deeds {
        let (which, for_ms) = match deed {
            Deed::LockCrash { server, for_ms } => (Some(*server), for_ms),
            Deed::LockOutage { for_ms } => (None, for_ms),
            Deed::ClockJump { server, by_ms } if Nanos::from_ms(*at_ms) <= at => {
                servers[*server as usize].ahead_ms += by_ms;
                continue;
            }
            _ => continue,
        };
        let from = Nanos::from_ms(*at_ms);
        turns.extend([(from, which, false), (from + Nanos::from_ms(*for_ms), which, true)]);
    }
    turns.retain(|(when, ..)| *when <= at);
    turns.sort_by_key(|(when, ..)| *when);
    for (_, which, up) in turns {
        let these = servers.iter_mut().enumerate();
        these
            .filter(|(i, _)| which.is_none_or(|which| which as usize == *i))
            .for_each(|(_, server)| server.up = up);
    }
    servers
}

fn servers_words(servers: &[LockServer], lang: Lang) -> Vec<String> {
    let list = |up: bool| {
        let these = servers.iter().enumerate().filter(|(_, server)| server.up == up);
        let these: Vec<String> = these.map(|(i, _)| i.to_string()).collect();
        if these.is_empty() { lang.pick("none", "なし").to_owned() } else { these.join(", ") }
    };
    let (up, down) = (list(true), list(false));
    let mut said = vec![lang.pick(
        format!("Lock servers that answer: {up}; that do not: {down}."),
        format!("応答するロックサーバー：{up}。応答しないもの：{down}。"),
    )];
    let ahead = servers.iter().enumerate().filter(|(_, server)| server.ahead_ms > 0.0);
    said.extend(ahead.map(|(i, server)| {
        let by = number(server.ahead_ms);
        lang.pick(
            format!("The clock of server {i} is {by} ms ahead."),
            format!("サーバー {i} の時計は {by} ms 進んでいる。"),
        )
    }));
    said
}

/// By PoP: the response times of its clients' requests that have been answered by `at`,
/// first tries and waits between tries included.
fn pops(log: impl Iterator<Item = Event>, count: u32, at: Nanos) -> Vec<Latency> {
    let mut paid = vec![Latency::default(); count as usize];
    // By request: when its client sent it first, and which PoP it has come to.
    let mut sent: Vec<Nanos> = Vec::new();
    let mut asks: Vec<Option<u32>> = Vec::new();
    for Event { at, kind, who, arg } in log.take_while(|event| event.at <= at) {
        let who = who as usize;
        match kind {
            Kind::Send | Kind::Retry => {
                let first = if kind == Kind::Send { at } else { sent[arg as usize] };
                sent.resize(sent.len().max(who + 1), Nanos::ZERO);
                asks.resize(sent.len(), None);
                sent[who] = first;
            }
            Kind::EdgeHit | Kind::EdgeMiss | Kind::EdgeGrace | Kind::EdgePass => {
                // Fetches come to the shield.
                if let Some(asks) = asks.get_mut(who) {
                    *asks = Some(arg);
                }
            }
            Kind::Ok | Kind::Error => {
                let pop = asks.get(who).copied().flatten();
                if let Some(paid) = pop.and_then(|pop| paid.get_mut(pop as usize)) {
                    paid.record(at - sent[who]);
                }
            }
            _ => {}
        }
    }
    paid
}

fn pops_words(edge: &EdgeSpec, client: Nanos, paid: &[Latency], lang: Lang) -> Vec<String> {
    let client = time(client);
    let (whom, ja) =
        if edge.shield { ("shield", "シールド") } else { ("origin", "オリジン") };
    let mut said = vec![lang.pick(
        format!("There and back it is {client} from a client to its PoP."),
        format!("クライアントから PoP までは往復 {client}。"),
    )];
    if edge.shield {
        let on = time(Nanos::from_ms(2.0 * edge.shield_ms));
        said.push(lang.pick(
            format!("From the shield to the origin it is {on}."),
            format!("シールドからオリジンまでは往復 {on}。"),
        ));
    }
    said.extend(paid.iter().enumerate().map(|(i, paid)| {
        let on = time(Nanos::from_ms(2.0 * (edge.origin_ms + i as f64 * edge.spread_ms)));
        let (n, p50, p99) =
            (number(paid.count() as f64), time(paid.quantile(0.5)), time(paid.quantile(0.99)));
        lang.pick(
            format!("PoP {i}: {on} to the {whom} and back; {n} answers, p50 {p50}, p99 {p99}."),
            format!("PoP {i}：{ja}まで往復 {on}。応答 {n} 件、p50 {p50}、p99 {p99}。"),
        )
    }));
    said
}

/// Who is at a station, and since when: who has waited longest first.
pub fn waiting(lane: &Lane, station: &str, at: Nanos) -> Vec<(Nanos, u32)> {
    let mut waiting: Vec<(Nanos, u32)> = Vec::new();
    lane.on_stage(at, |scene, _| {
        let kind = scene.event.kind;
        let here = match station {
            "pool" => kind == Kind::Query,
            "clients" => matches!(kind, Kind::Send | Kind::Retry),
            "cache" => kind == Kind::Arrive,
            station => Station::of(kind).is_some_and(|s| s.key() == station),
        };
        if here {
            waiting.push((scene.event.at, scene.who));
        }
    });
    waiting.sort_unstable();
    waiting
}

/// How many are at a station, and who has been there for longest.
pub fn station_words(station: &str, waiting: &[(Nanos, u32)], at: Nanos, lang: Lang) -> String {
    let (en, ja) = match station {
        "edge" => ("Waiting for a fetch of the edge", "エッジの取得待ち"),
        "cpu" => ("At the CPU, or waiting for it", "CPU で処理中、または CPU 待ち"),
        "pool" => ("Using a connection", "接続を使用中"),
        "queue" => ("Queueing for a connection", "接続待ちの列"),
        "singleflight" => ("Waiting for a leader", "リーダー待ち"),
        "lock" => ("Waiting for the lock", "ロック待ち"),
        "lease" => ("Told to wait by the cache", "リース待ち"),
        "clients" => ("On their way from the clients", "クライアントから送信中"),
        "cache" => ("Asking the cache", "キャッシュに問い合わせ中"),
        _ => ("Nobody waits here: it answers at once", "ここでは何も待たない（すぐに判断する）"),
    };
    let name = lang.pick(en, ja);
    match (waiting.first(), lang) {
        (None, Lang::En) => format!("{name}: 0."),
        (None, Lang::Ja) => format!("{name}：0 件。"),
        (Some((since, who)), Lang::En) => format!(
            "{name}: {}. #{who} longest, for {}.",
            number(waiting.len() as f64),
            time(at - *since)
        ),
        (Some((since, who)), Lang::Ja) => format!(
            "{name}：{} 件。最長は #{who} の {}。",
            number(waiting.len() as f64),
            time(at - *since)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn does(at_ms: f64, deed: Deed) -> Action {
        Action { at_ms, deed }
    }

    /// By hand: one is away from 10 to 30, all from 20 to 25 (so that one is back at 25, as
    /// in a run), and a clock is set twice.
    #[test]
    fn which_lock_servers_are_up() {
        let deeds = [
            does(20.0, Deed::LockOutage { for_ms: 5.0 }),
            does(10.0, Deed::LockCrash { server: 1, for_ms: 20.0 }),
            does(12.0, Deed::ClockJump { server: 2, by_ms: 60_000.0 }),
            does(40.0, Deed::ClockJump { server: 2, by_ms: 500.0 }),
        ];
        let at = |at| lock_servers(deeds.iter(), 3, Nanos::from_ms(at));
        let up = |when| at(when).iter().map(|server| server.up).collect::<Vec<_>>();
        let all: Vec<_> = [9.0, 10.0, 20.0, 25.0, 30.0].map(up).into();
        let t = true;
        assert_eq!(all, [[t, t, t], [t, false, t], [false; 3], [t; 3], [t; 3]]);
        assert_eq!([9.0, 12.0, 40.0].map(|when| at(when)[2].ahead_ms), [0.0, 60_000.0, 60_500.0]);
        assert_eq!(
            servers_words(&at(15.0), Lang::En),
            [
                "Lock servers that answer: 0, 2; that do not: 1.",
                "The clock of server 2 is 60,000 ms ahead."
            ]
        );
        assert_eq!(
            servers_words(&at(20.0), Lang::Ja)[0],
            "応答するロックサーバー：なし。応答しないもの：0, 1, 2。"
        );
    }

    /// By hand: #0 and #3 ask PoP 0, #1 asks PoP 1, for which #2 fetches by way of the
    /// shield; #4 tries again for #3, 40 ms after that was sent.
    #[test]
    fn who_pays_what_at_the_edge() {
        let log = [
            (0, Kind::Send, 0, 0),
            (1, Kind::Send, 1, 0),
            (5, Kind::EdgeHit, 0, 0),
            (6, Kind::EdgeMiss, 1, 1),
            (6, Kind::Fetch, 2, 1),
            (10, Kind::Ok, 0, 1),
            (16, Kind::EdgeMiss, 2, u32::MAX),
            (20, Kind::Send, 3, 0),
            (25, Kind::EdgeMiss, 3, 0),
            (30, Kind::Fail, 3, 1),
            (60, Kind::Retry, 4, 3),
            (65, Kind::EdgeHit, 4, 0),
            (70, Kind::Ok, 4, 1),
            (81, Kind::Ok, 1, 1),
        ];
        let events = || {
            let ms = |ms: u64| Nanos(ms * 1_000_000);
            log.iter().map(move |(at, kind, who, arg)| Event {
                at: ms(*at),
                kind: *kind,
                who: *who,
                arg: *arg,
            })
        };
        let at = |at: f64| {
            let paid = pops(events(), 2, Nanos::from_ms(at));
            paid.iter().map(|p| (p.count(), p.min().ms(), p.max().ms())).collect::<Vec<_>>()
        };
        assert_eq!(at(69.0), [(1, 10.0, 10.0), (0, 0.0, 0.0)]);
        assert_eq!(at(81.0), [(2, 10.0, 50.0), (1, 80.0, 80.0)]);
        let edge = EdgeSpec { pops: 2, origin_ms: 10.0, spread_ms: 20.0, ..EdgeSpec::default() };
        let paid = pops(events(), 2, Nanos::from_ms(100.0));
        let said = pops_words(&edge, Nanos::from_ms(10.0), &paid, Lang::En);
        assert_eq!(said[0], "There and back it is 10.000 ms from a client to its PoP.");
        assert!(said[1].starts_with("PoP 0: 20.000 ms to the origin and back; 2 answers, p50 10"));
        assert!(said[2].starts_with("PoP 1: 60.000 ms to the origin and back; 1 answers, p50 80"));
        let shielded = EdgeSpec { shield: true, shield_ms: 1.5, ..edge };
        let said = pops_words(&shielded, Nanos::from_ms(10.0), &paid, Lang::Ja);
        assert_eq!(said[1], "シールドからオリジンまでは往復 3.000 ms。");
        assert!(said[3].starts_with("PoP 1：シールドまで往復 60.000 ms。応答 1 件、p50 80"));
    }
}
