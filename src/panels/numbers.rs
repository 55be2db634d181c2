//! A against B.

use stampede_sim::engine::Nanos;
use stampede_sim::scenario::problem::number;
use yew::prelude::*;

use super::PanelProps;
use crate::player::Reading;

/// A number's English and Japanese name, and where it is read.
type Row = (&'static str, &'static str, fn(&Reading) -> String);

const ROWS: [Row; 12] = [
    ("requests sent", "送信リクエスト", |r| number(r.counters.requests() as f64)),
    ("cache hits", "キャッシュヒット", |r| number(r.counters.hits() as f64)),
    ("cache misses", "キャッシュミス", |r| number(r.counters.misses() as f64)),
    ("database calls", "DB 呼び出し", |r| number(r.counters.db_calls() as f64)),
    ("most at the database at once", "DB 同時実行の最大", |r| {
        r.counters.db_peak_concurrency().to_string()
    }),
    ("followers", "フォロワー", |r| number(r.counters.followers() as f64)),
    ("shared, as Go counts", "shared(Go の数え方)", |r| number(r.counters.shared() as f64)),
    ("errors", "エラー", |r| number(r.counters.errors() as f64)),
    ("still waiting", "待機中", |r| number(r.counters.waiting() as f64)),
    ("response time, median", "応答時間 中央値", |r| span(r.p50)),
    ("response time, p99", "応答時間 p99", |r| span(r.p99)),
    ("response time, slowest", "応答時間 最大", |r| span(r.max)),
];

fn span(span: Nanos) -> String {
    if span == Nanos::ZERO { "–".to_owned() } else { format!("{:.1} ms", span.ms()) }
}

/// The table of numbers at the playhead.
#[component]
pub fn Numbers(props: &PanelProps) -> Html {
    let lang = props.state.lang;
    let [a, b] = &props.moment.lanes;
    html! {
        <div class="numbers">
            <table>
                <caption>{ lang.pick("At the playhead", "再生位置での値") }</caption>
                <thead><tr><td></td><th scope="col">{ "A" }</th><th scope="col">{ "B" }</th></tr></thead>
                <tbody>
                    { for ROWS.iter().map(|(en, ja, read)| html! {
                        <tr key={*en}><th scope="row">{ lang.pick(*en, *ja) }</th><td>{ read(a) }</td><td>{ read(b) }</td></tr>
                    }) }
                </tbody>
            </table>
            <p class="note">{ lang.pick(
                "Shared counts everybody whose result went to more than one caller, the leader included. Followers leave the leader out: one less for each flight.",
                "shared は、結果が 2 人以上に渡った呼び出しを、リーダーも含めて数える。フォロワーはリーダーを除くので、1 回の読み込みにつき 1 少ない。",
            ) }</p>
        </div>
    }
}
