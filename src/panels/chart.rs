//! One chart: a line of steps over time for each lane, drawn as SVG.
//!
//! Why not a charting library: see ARCHITECTURE.md, "Charts".

use std::fmt::Write;
use std::rc::Rc;

use stampede_sim::engine::Nanos;
use stampede_sim::scenario::link::LANES;
use web_sys::Element;
use yew::prelude::*;

use super::values::values;
use crate::lang::Lang;
use crate::stage::view::NAMES;
use crate::ui::scale::{nice_top, round};
use crate::ui::time;
use crate::web;

/// A lane's value in each step; `None` where there is none.
pub type Line = Rc<Vec<Option<f64>>>;

/// Width and height of the drawing's own units; it is stretched to its place.
const SIZE: (f64, f64) = (1000.0, 100.0);

/// See [`Chart`].
#[derive(Properties, PartialEq)]
pub struct ChartProps {
    /// What it shows.
    pub title: AttrValue,
    /// The unit of its values.
    pub unit: AttrValue,
    /// More about it.
    pub note: AttrValue,
    /// The lanes' values.
    pub lines: Vec<Line>,
    /// How long a step is.
    pub step: Nanos,
    /// Where the axis ends.
    pub end: Nanos,
    /// The playhead.
    pub at: Nanos,
    /// The page's language.
    pub lang: Lang,
    /// Where a click puts the playhead.
    pub seek: Callback<Nanos>,
}

/// A chart with its values as a table.
#[component]
pub fn Chart(props: &ChartProps) -> Html {
    let ChartProps { title, unit, note, lines, step, end, at, lang, seek } = props;
    let hover = use_state(|| None::<Nanos>);
    let area = use_node_ref();
    let (step, end, at) = (*step, *end, *at);
    let top = nice_top(lines.iter().flat_map(|l| l.iter().flatten()).fold(0.0, |a, b| a.max(*b)));
    let x = |at: Nanos| SIZE.0 * at.0 as f64 / end.0.max(1) as f64;
    let instant = {
        let area = area.clone();
        move |event: &PointerEvent| {
            let area = area.cast::<Element>()?.get_bounding_client_rect();
            let share = (f64::from(event.client_x()) - area.left()) / area.width().max(1.0);
            Some(Nanos::from_f64(end.0 as f64 * share.clamp(0.0, 1.0)))
        }
    };
    let onpointermove = {
        let (hover, instant) = (hover.clone(), instant.clone());
        Callback::from(move |event: PointerEvent| hover.set(instant(&event)))
    };
    let onpointerleave = {
        let hover = hover.clone();
        Callback::from(move |_: PointerEvent| hover.set(None))
    };
    let onpointerdown = {
        let seek = seek.clone();
        Callback::from(move |event: PointerEvent| {
            instant(&event).iter().for_each(|at| seek.emit(*at))
        })
    };
    let read = hover.unwrap_or(at);
    let value = |lane: usize| {
        let i = (read.0 / step.0.max(1)) as usize;
        lines[lane].get(i).copied().flatten().map_or("–".to_owned(), round)
    };
    let save = {
        let (lines, name) = (lines.clone(), format!("{title}, {unit}"));
        Callback::from(move |_: MouseEvent| {
            let points = |line: &Line| -> Vec<Option<[f64; 2]>> {
                let steps = line.iter().enumerate();
                steps
                    .map(|(i, v)| v.map(|v| [i as f64 * step.0 as f64 / end.0 as f64, v / top]))
                    .collect()
            };
            let lines: Vec<_> = lines.iter().map(points).collect();
            let axes = [round(top), time::round(end)];
            web::canvas::save_chart(&name, &axes, &lines);
        })
    };
    html! {
        <figure class="chart">
            <figcaption>
                <b>{ title }</b>{ " " }<small>{ note }</small>
                <span class="values">{ time::instant(read, end) }{ "  " }
                    { for (0..lines.len()).map(|lane| html! { <span key={lane} class={format!("key-{}", LANES[lane])}>{ NAMES[lane] }{ " " }{ value(lane) }{ "  " }</span> }) }{ unit }
                </span>
                <button type="button" class="quiet" name="png" aria-label={lang.pick(format!("{title}: save as PNG"), format!("{title}：PNG で保存"))} onclick={save}>{ "PNG" }</button>
            </figcaption>
            <div class="plot">
                <span class="y-top">{ round(top) }</span><span class="y-zero">{ "0" }</span>
                <svg ref={area} viewBox={format!("0 0 {} {}", SIZE.0, SIZE.1)} preserveAspectRatio="none" aria-hidden="true"
                    {onpointermove} {onpointerleave} {onpointerdown}>
                    <path class="grid" d={format!("M0 .5H{0}M0 50H{0}M0 99.5H{0}", SIZE.0)}/>
                    { for lines.iter().enumerate().map(|(lane, line)| html! { <path key={lane} class={format!("line-{}", LANES[lane])} d={path(line, step, top, x)}/> }) }
                    <path class="playhead" d={format!("M{0:.1} 0V100", x(at))}/>
                </svg>
                <span class="x-start">{ "0" }</span><span class="x-end">{ time::round(end) }</span>
            </div>
            { values(title, *lang, html! {
                    <table>
                        <thead><tr><th scope="col">{ lang.pick("from", "開始") }</th>{ for NAMES.iter().take(lines.len()).map(|name| html! { <th key={*name} scope="col">{ name }</th> }) }</tr></thead>
                        <tbody>{ for (0..lines.iter().map(|line| line.len()).max().unwrap_or(0)).map(|i| {
                            let cell = |lane: usize| lines[lane].get(i).copied().flatten().map_or("–".to_owned(), round);
                            html! { <tr key={i}><th scope="row">{ time::instant(Nanos(step.0 * i as u64), end) }</th>{ for (0..lines.len()).map(|lane| html! { <td key={lane}>{ cell(lane) }</td> }) }</tr> }
                        }) }</tbody>
                    </table>
            }) }
        </figure>
    }
}

/// The line as an SVG path: a level for each step, a gap where there is none.
fn path(line: &[Option<f64>], step: Nanos, top: f64, x: impl Fn(Nanos) -> f64) -> String {
    let mut path = String::new();
    let mut drawing = false;
    for (i, value) in line.iter().enumerate() {
        let Some(value) = value else {
            drawing = false;
            continue;
        };
        let y = SIZE.1 - (SIZE.1 - 1.0) * value / top - 0.5;
        let from = x(Nanos(step.0 * i as u64));
        let to = x(Nanos(step.0 * (i as u64 + 1))).min(SIZE.0);
        let move_or_line = if drawing { 'L' } else { 'M' };
        // Writing to a String cannot fail.
        let _ = write!(path, "{move_or_line}{from:.1} {y:.1}H{to:.1}");
        drawing = true;
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_in_the_values_is_a_gap_in_the_line() {
        let x = |at: Nanos| at.0 as f64;
        let line = [Some(1.0), Some(0.5), None, Some(1.0)];
        assert_eq!(path(&line, Nanos(10), 1.0, x), "M0.0 0.5H10.0L10.0 50.0H20.0M30.0 0.5H40.0");
    }
}
