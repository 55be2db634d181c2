//! The run over time, both lanes on the playhead's axis.

use std::rc::Rc;

use stampede_sim::engine::Nanos;
use stampede_sim::telemetry::series::{Bin, nice_step};
use yew::prelude::*;

use super::PanelProps;
use super::chart::{Chart, Line};

/// Into how many steps a run is cut at most.
const STEPS: u64 = 80;

/// The charts.
#[component]
pub fn Charts(props: &PanelProps) -> Html {
    let PanelProps { studio, state, moment, .. } = props;
    let lang = state.lang;
    let end = moment.end;
    let step = nice_step(end, STEPS);
    let lines = use_memo((state.revision, moment.complete, step), |_| {
        studio.read(|player| {
            let series = [player.lanes[0].series(step), player.lanes[1].series(step)];
            let line = |read: &dyn Fn(&Bin) -> Option<f64>| -> [Line; 2] {
                [0, 1].map(|lane| Rc::new(series[lane].bins.iter().map(read).collect()))
            };
            let secs = step.secs();
            let steps = end.0.div_ceil(step.0) as usize;
            // Where a lane has ended, nothing happens any more.
            let count = |read: fn(&Bin) -> f64| {
                [0, 1].map(|lane: usize| {
                    let mut counts: Vec<Option<f64>> =
                        series[lane].bins.iter().map(|bin| Some(read(bin))).collect();
                    counts.resize(steps.max(counts.len()), Some(0.0));
                    Rc::new(counts)
                })
            };
            let rate = |lines: [Line; 2]| {
                lines.map(|line| Rc::new(line.iter().map(|n| n.map(|n| n / secs)).collect()))
            };
            [
                rate(count(|bin| bin.ok as f64)),
                rate(count(|bin| bin.db_calls as f64)),
                count(|bin| bin.db_concurrency as f64),
                line(&|bin| bin.latency.as_ref().map(|l| l.quantile(0.99).ms())),
            ]
        })
    });
    let seek = {
        let studio = Rc::clone(studio);
        Callback::from(move |at: Nanos| studio.with(|player| player.seek(at)))
    };
    let every = format!("{step}");
    let steps = || lang.pick(format!("in steps of {every}"), format!("{every} ごと"));
    let titles = [
        (
            lang.pick(
                "Goodput: answered with a value, per second",
                "グッドプット:毎秒、値を返した数",
            ),
            lang.pick("/s", "/秒"),
            steps(),
        ),
        (
            lang.pick("Database calls per second", "毎秒の DB 呼び出し"),
            lang.pick("calls/s", "回/秒"),
            steps(),
        ),
        (
            lang.pick("Queries at the database", "データベースで実行中のクエリ"),
            "",
            lang.pick("the most in each step".to_owned(), "各区間の最大".to_owned()),
        ),
        (
            lang.pick("Response time, p99", "応答時間 p99"),
            "ms",
            lang.pick(
                "of the requests answered in each step".to_owned(),
                "各区間で応答したリクエスト".to_owned(),
            ),
        ),
    ];
    html! {
        <div class="charts">
            { for titles.into_iter().enumerate().map(|(i, (title, unit, note))| html! {
                <Chart key={i} {title} {unit} {note} {step} {end} at={moment.at} lines={lines[i].clone()} {lang} seek={seek.clone()}/>
            }) }
        </div>
    }
}
