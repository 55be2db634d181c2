//! The run over time, all lanes on the playhead's axis.

use std::rc::Rc;

use stampede_sim::engine::Nanos;
use stampede_sim::telemetry::series::{Bin, nice_step};
use yew::prelude::*;

use super::PanelProps;
use super::chart::{Chart, Line};
use super::episodes::Episodes;
use super::heat::Heat;
use crate::stage::view::NAMES;
use crate::web;

/// Into how many steps a run is cut at most.
const STEPS: u64 = 80;

/// What a chart shows of a step.
enum Read {
    /// How many; shown per second.
    Rate(fn(&Bin) -> u64),
    /// How many at most at one time.
    Level(fn(&Bin) -> u64),
    /// A value that not every step has.
    Value(fn(&Bin) -> Option<f64>),
}

/// A chart's title in both languages, its unit in both, and what it reads.
type Plan = (&'static str, &'static str, [&'static str; 2], Read);

const PLANS: [Plan; 9] = [
    (
        "Goodput: answered with a value, per second",
        "グッドプット：毎秒、値を返した数",
        ["/s", "/秒"],
        Read::Rate(|bin| bin.ok),
    ),
    (
        "Errors per second, refusals included",
        "毎秒のエラー（断ったものを含む）",
        ["/s", "/秒"],
        Read::Rate(|bin| bin.errors),
    ),
    ("Retries per second", "毎秒の再試行", ["/s", "/秒"], Read::Rate(|bin| bin.retries)),
    (
        "Cache hit ratio",
        "キャッシュのヒット率",
        ["%", "%"],
        Read::Value(|bin| {
            let all = bin.hits + bin.misses;
            (all > 0).then(|| 100.0 * bin.hits as f64 / all as f64)
        }),
    ),
    (
        "Database calls per second",
        "毎秒の DB 呼び出し",
        ["calls/s", "回/秒"],
        Read::Rate(|bin| bin.db_calls),
    ),
    (
        "Queries at the database",
        "データベースで実行中のクエリ",
        ["", ""],
        Read::Level(|bin| bin.db_concurrency),
    ),
    (
        "Queueing for a connection",
        "接続を待つリクエスト",
        ["", ""],
        Read::Level(|bin| bin.pool_waiting),
    ),
    (
        "Response time, median",
        "応答時間（中央値）",
        ["ms", "ms"],
        Read::Value(|bin| bin.latency.as_ref().map(|l| l.quantile(0.5).ms())),
    ),
    (
        "Response time, p99",
        "応答時間（p99）",
        ["ms", "ms"],
        Read::Value(|bin| bin.latency.as_ref().map(|l| l.quantile(0.99).ms())),
    ),
];

/// The charts.
#[component]
pub fn Charts(props: &PanelProps) -> Html {
    let PanelProps { studio, state, playhead, .. } = props;
    let lang = state.lang;
    let end = playhead.end;
    let step = nice_step(end, STEPS);
    let lines = use_memo((playhead.run, playhead.complete, step), |_| {
        let series: Vec<_> =
            studio.read(|player| player.lanes.iter().map(|lane| lane.series(step, true)).collect());
        let steps = end.0.div_ceil(step.0) as usize;
        let line = |read: &Read, bins: &[Bin]| -> Line {
            let mut values: Vec<Option<f64>> = (bins.iter())
                .map(|bin| match read {
                    Read::Rate(count) => Some(count(bin) as f64 / step.secs()),
                    Read::Level(level) => Some(level(bin) as f64),
                    Read::Value(value) => value(bin),
                })
                .collect();
            // Where a lane has ended, nothing happens any more.
            let after = if matches!(read, Read::Value(_)) { None } else { Some(0.0) };
            values.resize(steps.max(values.len()), after);
            Rc::new(values)
        };
        let of = |(.., read): &Plan| series.iter().map(|s| line(read, &s.bins)).collect();
        PLANS.iter().map(of).collect::<Vec<Vec<Line>>>()
    });
    let seek = {
        let studio = Rc::clone(studio);
        Callback::from(move |at: Nanos| studio.with(|player| player.seek(at)))
    };
    let csv = |lane: usize| {
        let studio = Rc::clone(studio);
        let save = Callback::from(move |_: MouseEvent| {
            let csv = studio.read(|player| player.lanes[lane].series(step, true).csv());
            web::download_text(&format!("stampede-{}.csv", NAMES[lane]), &csv);
        });
        html! { <button key={lane} type="button" name="csv" onclick={save}>{ "CSV " }{ NAMES[lane] }</button> }
    };
    let note = |read: &Read| match read {
        Read::Rate(_) => lang.pick(format!("in steps of {step}"), format!("{step} ごと")),
        Read::Level(_) => lang.pick("the most in each step", "各区間の最大").to_owned(),
        Read::Value(_) => lang.pick("of each step", "区間ごと").to_owned(),
    };
    html! {
        <div class="charts">
            <div class="row">{ for (0..playhead.lanes.len()).map(csv) }</div>
            { for PLANS.iter().enumerate().map(|(i, (en, ja, units, read))| html! {
                <Chart key={i} title={lang.pick(*en, *ja)} unit={units[lang as usize]} note={note(read)} {step} {end} at={playhead.at}
                    lines={lines[i].clone()} {lang} seek={seek.clone()}/>
            }) }
            <Heat ..props.clone()/>
            <Episodes ..props.clone()/>
        </div>
    }
}
