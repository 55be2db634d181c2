//! What is said of a study and a search.

use stampede_sim::ablation::{Ablation, Kept, Method, Metric, Outcome, Search};
use stampede_sim::engine::Nanos;
use stampede_sim::scenario::problem::number;

use crate::lang::Lang;

/// What is asked.
pub fn title(lang: Lang) -> &'static str {
    lang.pick("What saved you?", "何が守ったか")
}

/// What the table compares.
pub fn what_is_compared(lang: Lang) -> &'static str {
    lang.pick(
        "Load, seed and faults stay the same. Each row leaves out one defence, and what means nothing without it; what is large is the difference from all of them together. Right: answered with a value, old or new, while the client waited. Memory: of the requests that are in the system at one time, at most. Other calls: to the cache, lock servers, the gateway’s counters and L3. Press a row to see its run.",
        "負荷、シード、障害は変えません。行ごとに対策を 1 つ外します（それがないと意味のないものも一緒に外します）。大きい数字は、すべて入れたときとの差です。正答は、クライアントが待っている間に値（古い値も含む）が返ったこと、メモリは、同時にシステムの中にいるリクエストの最大の分、ほかの呼び出しは、キャッシュ、ロックサーバー、ゲートウェイのカウンター、L3 への呼び出しです。行を押すと、その実行が出ます。",
    )
}

/// What stands above a number's column.
pub fn heading(metric: Metric, lang: Lang) -> &'static str {
    match metric {
        Metric::Goodput => lang.pick("Right", "正答"),
        Metric::Errors => lang.pick("Errors", "エラー"),
        Metric::P99Ms => "p99",
        Metric::DbCalls => lang.pick("DB calls", "DB"),
        Metric::MemoryMb => lang.pick("Memory", "メモリ"),
        Metric::ExtraCalls => lang.pick("Other calls", "ほかの呼び出し"),
        Metric::Stale => lang.pick("Stale", "古い値"),
        Metric::Outdated => lang.pick("Too old", "古すぎる"),
    }
}

/// How many runs are known.
pub fn runs(done: usize, most: usize, lang: Lang) -> String {
    lang.pick(format!("{done} of {most} runs"), format!("{most} 回中 {done} 回の実行"))
}

/// How many sets have been tried.
pub fn sets(done: usize, most: usize, lang: Lang) -> String {
    lang.pick(format!("{done} of at most {most} sets"), format!("最大 {most} 組中 {done} 組"))
}

/// A number with its unit.
pub fn value(metric: Metric, outcome: &Outcome) -> String {
    let value = metric.of(outcome);
    match metric {
        Metric::Goodput => format!("{:.2} %", value * 100.0),
        Metric::P99Ms if value < 10_000.0 => format!("{value:.1} ms"),
        Metric::P99Ms => format!("{:.1} s", Nanos::from_ms(value).secs()),
        Metric::MemoryMb => format!("{value:.1} MB"),
        _ => number(value),
    }
}

/// By how much a number is more or less than another; and whether that is worse.
pub fn difference(metric: Metric, outcome: &Outcome, full: &Outcome) -> (String, Option<bool>) {
    let scale = if metric == Metric::Goodput { 100.0 } else { 1.0 };
    let more = (metric.of(outcome) - metric.of(full)) * scale;
    let size = more.abs();
    let text = match metric {
        Metric::Goodput => format!("{size:.2}"),
        Metric::P99Ms | Metric::MemoryMb if size < 1_000.0 => format!("{size:.1}"),
        _ => number(size.round()),
    };
    if !text.contains(|digit: char| ('1'..='9').contains(&digit)) {
        return ("±0".to_owned(), None);
    }
    let worse = (more < 0.0) == (metric == Metric::Goodput);
    (format!("{}{text}", if more < 0.0 { "−" } else { "+" }), Some(worse))
}

/// The names of some defences.
pub fn names(ablation: &Ablation, kept: Kept, lang: Lang) -> String {
    let parts = ablation.parts().iter().enumerate().filter(|(i, _)| kept.has(*i));
    let names: Vec<&str> = parts.map(|(_, part)| part.names()[lang as usize]).collect();
    match names.is_empty() {
        true => lang.pick("no defence at all", "対策なし").to_owned(),
        false => names.join(lang.pick(", ", "、")),
    }
}

/// What was found, and how.
pub fn found(search: &Search, lang: Lang) -> &'static str {
    match (search.found().is_empty(), search.method()) {
        (true, _) => lang.pick(
            "Not even all of them together keep it.",
            "すべて入れても、この目標は守れません。",
        ),
        (_, Method::Exact) => lang.pick(
            "These keep it, and no smaller set does:",
            "目標を守る最小の組（これより小さい組では守れません）：",
        ),
        (_, Method::Greedy) => lang.pick(
            "These keep it, and none of them can be taken away. With so many defences not every set is tried: there may be a smaller one.",
            "目標を守り、どれも外せない組です。対策が多いので、すべての組は試していません。もっと小さい組があるかもしれません。",
        ),
    }
}
