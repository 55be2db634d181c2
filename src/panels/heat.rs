//! Response times as a heat map: for each lane a picture, time to the right,
//! response time upwards on a scale of halvings, the more answers the darker.

use std::rc::Rc;

use stampede_sim::engine::Nanos;
use stampede_sim::telemetry::series::{Bin, Series, nice_step};
use web_sys::HtmlCanvasElement;
use yew::prelude::*;

use super::PanelProps;
use super::values::values;
use crate::lang::Lang;
use crate::stage::view::NAMES;
use crate::ui::time::instant;
use crate::web;
use crate::why::words::time;
use stampede_picture::paint::Picture;

/// Into how many steps a run is cut at most.
const STEPS: u64 = 160;
/// Rows: two for each doubling, from [`LEAST`].
const ROWS: usize = 40;
/// Response times below this are in the lowest row.
const LEAST: Nanos = Nanos(100_000);
/// The colour of answers: the follower's blue.
const COLOUR: [u8; 3] = [0x00, 0x72, 0xb2];

/// The answers of a step, by row.
type Column = [u32; ROWS];

/// How many requests were answered in each step, by response time (to three
/// digits).
fn cells(series: &Series) -> Vec<Column> {
    let column = |bin: &Bin| {
        let mut column = [0; ROWS];
        bin.latency.iter().for_each(|latency| latency.each(|span, n| column[row(span)] += n));
        column
    };
    series.bins.iter().map(column).collect()
}

/// The row of a response time.
fn row(span: Nanos) -> usize {
    let mut row = 0;
    let mut edge = LEAST.0;
    // An edge and the middle to the next, 7/5 being nearly the root of two.
    while row + 1 < ROWS && span.0 >= edge {
        edge = if row % 2 == 0 { edge * 7 / 5 } else { edge * 10 / 7 };
        row += 1;
    }
    row
}

/// The response time at the lower edge of a row.
fn edge(row: usize) -> Nanos {
    (1..row).fold(LEAST, |edge, i| Nanos(if i % 2 == 1 { edge.0 * 7 / 5 } else { edge.0 * 10 / 7 }))
}

/// The heat maps.
#[component]
pub fn Heat(props: &PanelProps) -> Html {
    let PanelProps { studio, state, playhead, .. } = props;
    let lang = state.lang;
    let step = nice_step(playhead.end, STEPS);
    let maps = use_memo((playhead.run, playhead.complete, step), |_| {
        studio.read(|player| -> Vec<Rc<[Column]>> {
            player.lanes.iter().map(|lane| cells(&lane.series(step, true)).into()).collect()
        })
    });
    let map = |(lane, cells): (usize, &Rc<[Column]>)| {
        let used = |row: &usize| cells.iter().any(|column| column[*row] > 0);
        let low = (0..ROWS).find(used).unwrap_or(0);
        let high = (0..ROWS).rfind(used).unwrap_or(0) + 1;
        html! {
            <figure key={lane} class="chart heat">
                <figcaption><b>{ NAMES[lane] }{ " " }{ lang.pick("Response times", "応答時間の分布") }</b>{ " " }
                    <small>{ lang.pick("the darker, the more answers", "濃いほど応答が多い") }</small></figcaption>
                <div class="plot">
                    <span class="y-top">{ time(edge(high)) }</span><span class="y-zero">{ if low == 0 { "0".to_owned() } else { time(edge(low)) } }</span>
                    <HeatMap cells={Rc::clone(cells)} {low} {high} columns={playhead.end.0.div_ceil(step.0) as usize}/>
                    <span class="x-start">{ "0" }</span><span class="x-end">{ crate::ui::time::round(playhead.end) }</span>
                </div>
                { table(cells, low..high, step, playhead.end, lang) }
            </figure>
        }
    };
    html! { <div class="heats">{ for maps.iter().enumerate().map(map) }</div> }
}

/// The same to read: for each step, how many answers, and the slowest row.
fn table(
    cells: &[Column],
    rows: std::ops::Range<usize>,
    step: Nanos,
    end: Nanos,
    lang: Lang,
) -> Html {
    let row = |(i, column): (usize, &Column)| {
        let all: u32 = column.iter().sum();
        let ends = |found: Option<usize>| found.map_or("–".to_owned(), |row| time(edge(row)));
        let (fast, slow) = (
            rows.clone().find(|row| column[*row] > 0),
            rows.clone().rfind(|row| column[*row] > 0).map(|row| row + 1),
        );
        html! { <tr key={i}><th scope="row">{ instant(Nanos(step.0 * i as u64), end) }</th><td>{ all }</td><td>{ ends(fast) }</td><td>{ ends(slow) }</td></tr> }
    };
    values(
        lang.pick("Response times", "応答時間の分布"),
        lang,
        html! {
                    <table>
                        <thead><tr><th scope="col">{ lang.pick("from", "開始") }</th><th scope="col">{ lang.pick("answers", "応答") }</th>
                            <th scope="col">{ lang.pick("fastest", "最速") }</th><th scope="col">{ lang.pick("slowest, below", "最遅（未満）") }</th></tr></thead>
                        <tbody>{ for cells.iter().enumerate().map(row) }</tbody>
                    </table>
        },
    )
}

#[derive(Properties)]
struct HeatMapProps {
    cells: Rc<[Column]>,
    low: usize,
    high: usize,
    columns: usize,
}

impl PartialEq for HeatMapProps {
    fn eq(&self, other: &Self) -> bool {
        let of = |props: &Self| (props.low, props.high, props.columns);
        Rc::ptr_eq(&self.cells, &other.cells) && of(self) == of(other)
    }
}

/// One pixel for each cell, stretched to its place.
#[component]
fn HeatMap(props: &HeatMapProps) -> Html {
    let canvas = use_node_ref();
    {
        let canvas = canvas.clone();
        let HeatMapProps { cells, low, high, columns } = props;
        let (cells, low, high, columns) = (Rc::clone(cells), *low, *high, *columns);
        // It is made anew only when its properties are others.
        use_effect(move || {
            let Some(canvas) = canvas.cast::<HtmlCanvasElement>() else { return };
            let (w, h) = (columns.max(cells.len()).max(1), high - low);
            let mut picture = Picture::new(w as f64, h as f64, 1.0, [1.0; 2]);
            let most = cells.iter().flatten().copied().max().unwrap_or(1).max(1);
            for (x, column) in cells.iter().enumerate() {
                for (y, count) in column[low..high].iter().enumerate().filter(|(_, n)| **n > 0) {
                    // The root: a few among many can still be seen.
                    let share = (f64::from(*count) / f64::from(most)).sqrt();
                    let at = ((h - 1 - y) * w + x) * 4;
                    picture.rgba[at..at + 3].copy_from_slice(&COLOUR);
                    picture.rgba[at + 3] = (40.0 + 215.0 * share) as u8;
                }
            }
            web::canvas::show(&canvas, &picture);
        });
    }
    html! { <canvas ref={canvas} aria-hidden="true"></canvas> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_double_every_two() {
        assert_eq!(row(Nanos(99_999)), 0);
        assert_eq!(row(LEAST), 1);
        for i in 1..ROWS - 1 {
            assert_eq!(row(edge(i)), i, "{i}");
            assert_eq!(row(Nanos(edge(i + 1).0 - 1)), i, "{i}");
        }
        let doubled = edge(21).0 as f64 / edge(1).0 as f64;
        assert!((doubled / 1024.0 - 1.0).abs() < 1e-3, "{doubled}");
        assert_eq!(row(Nanos(u64::MAX)), ROWS - 1);
    }

    #[test]
    fn answers_are_counted_where_they_belong() {
        let (log, _) = crate::why::tests::small();
        let cells = cells(&Series::of(&log, Nanos(50_000_000)));
        // Two answers after 94 ms in the second step, one after 24 ms in the third.
        assert_eq!(cells[1][row(Nanos(94_000_000))], 2);
        assert_eq!(cells[2][row(Nanos(24_000_000))], 1);
        assert_eq!(cells.iter().flatten().sum::<u32>(), 3);
    }
}
