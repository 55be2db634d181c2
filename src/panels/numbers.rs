//! A against B.

use stampede_sim::engine::Nanos;
use stampede_sim::scenario::problem::number;
use stampede_sim::telemetry::Kind;
use yew::prelude::*;

use super::PanelProps;
use crate::player::Reading;
use crate::stage::view::NAMES;

/// A number's English and Japanese name, where it is read, and whether it is
/// shown even if it is 0 in both lanes.
type Row = (&'static str, &'static str, fn(&Reading) -> String, bool);

fn n(count: u64) -> String {
    number(count as f64)
}

const ROWS: [Row; 24] = [
    ("requests sent", "送信リクエスト", |r| n(r.counters.requests()), true),
    ("answered with a value", "値を返した", |r| n(r.counters.ok()), true),
    ("cache hits", "キャッシュヒット", |r| n(r.counters.hits()), true),
    ("cache misses", "キャッシュミス", |r| n(r.counters.misses()), true),
    ("database calls", "DB 呼び出し", |r| n(r.counters.db_calls()), true),
    (
        "most at the database at once",
        "DB 同時実行の最大",
        |r| n(r.counters.db_peak_concurrency()),
        true,
    ),
    ("followers", "フォロワー", |r| n(r.counters.followers()), true),
    ("shared, as Go counts", "shared(Go の数え方)", |r| n(r.counters.shared()), true),
    ("writes to the cache", "キャッシュへの書き込み", |r| n(r.counters.of(Kind::Fill)), false),
    ("locks acquired", "取得したロック", |r| n(r.counters.locks()), false),
    ("leases given", "渡したリース", |r| n(r.counters.of(Kind::Lease)), false),
    (
        "writes refused by the cache",
        "キャッシュが断った書き込み",
        |r| n(r.counters.of(Kind::Reject)),
        false,
    ),
    ("stale answers", "古い値の応答", |r| n(r.counters.stale()), false),
    ("background refreshes", "裏での更新", |r| n(r.counters.refreshes()), false),
    ("early reloads", "期限前の更新", |r| n(r.counters.of(Kind::Early)), false),
    ("breaker trips", "ブレーカーが開いた回数", |r| n(r.counters.trips()), false),
    ("refused by a defence", "対策が断った", |r| n(r.counters.refused()), false),
    ("retries", "リトライ", |r| n(r.counters.retries()), false),
    ("queries done for nobody", "待つ人のいないクエリ", |r| n(r.counters.wasted()), false),
    ("process crashes", "プロセスのクラッシュ", |r| n(r.counters.crashes()), false),
    ("errors", "エラー", |r| n(r.counters.errors()), true),
    ("still waiting", "待機中", |r| n(r.counters.waiting()), true),
    ("response time, median", "応答時間 中央値", |r| span(r.p50), true),
    ("response time, p99", "応答時間 p99", |r| span(r.p99), true),
];

fn span(span: Nanos) -> String {
    if span == Nanos::ZERO { "–".to_owned() } else { format!("{:.1} ms", span.ms()) }
}

/// The table of numbers at the playhead.
#[component]
pub fn Numbers(props: &PanelProps) -> Html {
    let lang = props.state.lang;
    let lanes = &props.playhead.lanes;
    let shown = |(_, _, read, always): &&Row| *always || lanes.iter().any(|l| read(l) != "0");
    html! {
        <div class="numbers">
            <table>
                <caption>{ lang.pick("At the playhead", "再生位置での値") }</caption>
                <thead><tr><td></td>{ for NAMES.iter().take(lanes.len()).map(|name| html! { <th key={*name} scope="col">{ name }</th> }) }</tr></thead>
                <tbody>
                    { for ROWS.iter().filter(shown).map(|(en, ja, read, _)| html! {
                        <tr key={*en}><th scope="row">{ lang.pick(*en, *ja) }</th>{ for lanes.iter().enumerate().map(|(i, lane)| html! { <td key={i}>{ read(lane) }</td> }) }</tr>
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
