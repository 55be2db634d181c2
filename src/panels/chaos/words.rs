//! What is said of faults, and of what they reached.

use stampede_sim::chaos::{Radius, Report};
use stampede_sim::scenario::problem::number;
use stampede_sim::scenario::{Action, Deed};

use super::super::act::deed_name;
use crate::lang::Lang;

/// What the panel is about.
pub fn what_it_does(lang: Lang) -> &'static str {
    lang.pick(
        "In the run as it is, one sees by these numbers that all is well, step by step (about a hundred steps in all). Then faults that this system can have are drawn, at random times and for random spans, attempt by attempt, until a step leaves these bounds. Of these faults one after the other is left out, until none can be.",
        "今の実行を約 100 の区間に分け、うまくいっていることを、区間ごとに次の数字で見ます。次に、このシステムに起こりうる障害を、無作為な時刻と長さで引きます。どこかの区間がこの範囲を外れるまで、それを繰り返します。外れたら、障害を 1 つずつ外していき、どれも外せないところまで減らします。",
    )
}

/// A fault: when, what, to whom, for how long.
pub fn fault(action: &Action, lang: Lang) -> String {
    let Action { at_ms, deed } = action;
    let (what, for_ms) = (deed_name(deed, lang), span(deed));
    let whom = match *deed {
        Deed::Crash { process, .. } | Deed::Pause { process, .. } => {
            lang.pick(format!(" (process {process})"), format!("（プロセス {process}）"))
        }
        Deed::SlowProcess { process, delay_ms, .. } => lang.pick(
            format!(" (process {process}, {} ms for each request)", number(delay_ms)),
            format!("（プロセス {process}、リクエストごとに {} ms）", number(delay_ms)),
        ),
        Deed::DbBrownout { slowdown, .. } => {
            lang.pick(format!(" (× {})", number(slowdown)), format!("（{} 倍）", number(slowdown)))
        }
        Deed::ReplicaOutage { replica, .. } => {
            lang.pick(format!(" (replica {replica})"), format!("（レプリカ {replica}）"))
        }
        _ => String::new(),
    };
    let (at, span) = (seconds(*at_ms), seconds(for_ms));
    lang.pick(
        format!("at {at} s: {what}{whom}, for {span} s"),
        format!("{at} 秒：{what}{whom}、{span} 秒間"),
    )
}

/// For how long, in milliseconds.
fn span(deed: &Deed) -> f64 {
    match *deed {
        Deed::DbOutage { for_ms }
        | Deed::DbBrownout { for_ms, .. }
        | Deed::CacheOutage { for_ms }
        | Deed::BackupOutage { for_ms }
        | Deed::LockOutage { for_ms }
        | Deed::LockCrash { for_ms, .. }
        | Deed::CounterOutage { for_ms }
        | Deed::ReplicaOutage { for_ms, .. }
        | Deed::Crash { for_ms, .. }
        | Deed::SlowProcess { for_ms, .. }
        | Deed::Pause { for_ms, .. } => for_ms,
        _ => 0.0,
    }
}

fn seconds(ms: f64) -> String {
    // To the millisecond, in which faults are drawn.
    number((ms.round() / 1e3 * 1e3).round() / 1e3)
}

/// How many requests they cost.
pub fn lost(report: &Report, lang: Lang) -> String {
    let (lost, requests) = (number(report.lost as f64), number(report.requests as f64));
    lang.pick(
        format!("Of {requests} requests, {lost} more end with an error than without faults."),
        format!(
            "{requests} 件のリクエストのうち、エラーは障害なしのときより {lost} 件多くなります。"
        ),
    )
}

/// How far a number left its bound, and for how long.
pub fn radius(radius: &Radius, lang: Lang) -> String {
    let shown = |value: f64| match radius.number {
        "goodput" => format!("{:.1} %", value * 100.0),
        "p99_ms" => format!("{} ms", number((value * 10.0).round() / 10.0)),
        _ => number(value.round()),
    };
    let name = match radius.number {
        "goodput" => lang.pick("Right answers", "正答"),
        "p99_ms" => "p99",
        _ => lang.pick("Database calls in a step", "1 区間の DB 呼び出し"),
    };
    let (worst, bound) = (shown(radius.worst), shown(radius.bound));
    let [from, until, outside] = [radius.from_ms, radius.until_ms, radius.outside_ms].map(seconds);
    lang.pick(
        format!("{name}: {worst} at worst (bound: {bound}), outside for {outside} s between {from} s and {until} s"),
        format!("{name}：最悪で {worst}（限度は {bound}）。{from} 秒から {until} 秒の間に、計 {outside} 秒外れた"),
    )
}

/// How far the search has come.
pub fn progress(held: usize, attempts: usize, shrinking: Option<usize>, lang: Lang) -> String {
    match shrinking {
        Some(runs) => lang.pick(
            format!("leaving faults out: {runs} runs"),
            format!("障害を外しています：{runs} 回の実行"),
        ),
        None => lang
            .pick(format!("{held} of {attempts} attempts"), format!("{attempts} 回中 {held} 回")),
    }
}

/// That nothing was found.
pub fn nothing(attempts: usize, lang: Lang) -> String {
    lang.pick(
        format!("Nothing found in {attempts} attempts. That says how long has been searched, not that nothing can break it."),
        format!("{attempts} 回試して、何も見つかりませんでした。どれだけ探したかが分かるだけで、壊れないとは言えません。"),
    )
}

/// What was found.
pub fn found(attempt: u64, drawn: usize, fewest: usize, lang: Lang) -> String {
    match (drawn, fewest, lang) {
        _ if drawn == fewest => lang.pick(
            format!("Attempt {attempt} breaks it. None of its faults can be left out:"),
            format!("{attempt} 回目で外れました。引いた障害は、どれも外せません："),
        ),
        (_, 1, Lang::En) => {
            format!("Attempt {attempt} breaks it, with {drawn} faults. One of them is enough:")
        }
        (_, 1, Lang::Ja) => format!(
            "{attempt} 回目で、{drawn} 件の障害によって外れました。そのうち 1 件で足ります："
        ),
        (.., Lang::En) => format!(
            "Attempt {attempt} breaks it, with {drawn} faults. {fewest} of them are enough, and none of these can be left out:"
        ),
        (.., Lang::Ja) => format!(
            "{attempt} 回目で、{drawn} 件の障害によって外れました。そのうち次の {fewest} 件で足り、どれも外せません："
        ),
    }
}
