//! The run in a sentence for each lane: the text equivalent of the picture.

use stampede_sim::scenario::problem::count;
use stampede_sim::telemetry::Kind;

use crate::lang::Lang;
use crate::player::Reading;
use crate::stage::view::NAMES;
use crate::state::{Panel, Playhead, State};
use crate::ui::time::instant;
use stampede_picture::signals::BreakerState;
use stampede_picture::station::{Spot, Station};

/// Where everybody is; at the end, what could be done next.
pub fn narrate(playhead: &Playhead, state: &State) -> String {
    let lang = state.lang;
    let said = lanes(playhead, lang);
    let ended = playhead.complete && playhead.at >= playhead.end;
    match ended && state.panel == Panel::Text {
        true => said + lang.pick(
            " Now you: answer the question in the text, click any dot, or break something (Change, then Act).",
            "次はあなたの番です。本文の問いに答えるか、点をクリックするか、「変える」の「操作」で何かを壊してください。",
        ),
        false => said,
    }
}

/// What lock, breakers and processes are doing, where that is worth saying.
fn stations(reading: &Reading, lang: Lang) -> Vec<String> {
    let mut parts = Vec::new();
    if let Some(held) = reading.lock {
        parts.push(match lang {
            Lang::En => format!("the lock held by #{}", held.who),
            Lang::Ja => format!("ロックは #{} が保持", held.who),
        });
    }
    let count = |state: BreakerState| reading.breakers.iter().filter(|(s, _)| *s == state).count();
    let down = reading.up.iter().filter(|up| !**up).count();
    let words = [
        (
            count(BreakerState::Open),
            ["breaker open", "breakers open", "個のブレーカーが開いている"],
        ),
        (
            count(BreakerState::HalfOpen),
            ["breaker half-open", "breakers half-open", "個のブレーカーが半開"],
        ),
        (down, ["process down", "processes down", "個のプロセスが停止"]),
    ];
    for (n, [one, more, ja]) in words {
        let what = lang.pick(if n == 1 { one } else { more }, ja);
        parts.extend((n > 0).then(|| format!("{n} {what}")));
    }
    parts
}

/// Where everybody is, in a sentence for each lane.
fn lanes(playhead: &Playhead, lang: Lang) -> String {
    let stop = lang.pick(": ", "：");
    let lane = |name: &str, reading: &Reading| {
        let p = reading.places;
        let counters = &reading.counters;
        let crowd = |station: Station| (p[station.spot()], waits(station, lang));
        let parts: Vec<String> = [(p[Spot::Asking], lang.pick("asking", "件が問い合わせ中"))]
            .into_iter()
            .chain(Station::ALL.map(crowd))
            .chain([
                (p[Spot::Querying], lang.pick("at the database", "件がデータベースに")),
                (p[Spot::Returning], lang.pick("on the way", "件が移動中")),
                (
                    p[Spot::Refreshing],
                    lang.pick("working behind an answer", "件が応答の裏で処理中"),
                ),
                (p[Spot::Errand], errand(reading, lang)),
                (p[Spot::Alone], lang.pick("going on for nobody", "件が待つ人のないまま続行中")),
                (counters.ok(), lang.pick("answered", "件が応答済み")),
                (counters.errors(), lang.pick("ended with an error", "件がエラーで終了")),
            ])
            .filter(|(n, _)| *n > 0)
            .map(|(n, what)| format!("{} {what}", count(n)))
            .collect();
        let parts: Vec<String> = parts.into_iter().chain(stations(reading, lang)).collect();
        match parts.is_empty() {
            true => format!("{name}{stop}{}", lang.pick("nothing yet", "まだ何もない")),
            false => format!("{name}{stop}{}", parts.join(lang.pick(", ", "、"))),
        }
    };
    let at = instant(playhead.at, playhead.end);
    let lanes = NAMES.iter().zip(&playhead.lanes).map(|(name, reading)| lane(name, reading));
    let lanes: Vec<String> = lanes.collect();
    match lang {
        Lang::En => format!("At {at}. {}.", lanes.join(". ")),
        Lang::Ja => format!("{at} 時点。{}。", lanes.join("。")),
    }
}

/// What those do for whom another request waits: a shop has no edge.
fn errand(reading: &Reading, lang: Lang) -> &'static str {
    match reading.counters.of(Kind::Part) {
        0 => lang.pick("fetching for the edge", "件がエッジのために取得中"),
        _ => lang.pick("getting a part of a page", "件がページの部分を取得中"),
    }
}

/// What those do who stand in a crowd.
fn waits(station: Station, lang: Lang) -> &'static str {
    match station {
        Station::Edge => lang.pick("waiting for a fetch of the edge", "件がエッジの取得待ち"),
        Station::Cpu => lang.pick("at the CPU or waiting for it", "件が CPU で処理中か CPU 待ち"),
        Station::Coalesced => lang.pick("waiting for another's answer", "件がほかの応答待ち"),
        Station::Followers => lang.pick("waiting for a leader", "件がリーダー待ち"),
        Station::Lock => lang.pick("waiting for the lock", "件がロック待ち"),
        Station::Lease => lang.pick("told to wait", "件がリース待ち"),
        Station::Bulkhead => lang.pick("waiting at the bulkhead", "件がバルクヘッド待ち"),
        Station::Queue => lang.pick("queueing for a connection", "件が接続待ち"),
    }
}
