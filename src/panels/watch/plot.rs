//! A small chart: lines over the time that was watched, the playhead, thresholds.

use std::fmt::Write;

use stampede_sim::engine::Nanos;
use stampede_watch::Millis;
use web_sys::Element;
use yew::prelude::*;

use super::recording::Recorded;
use super::scraping::span;
use super::seen::{DRAWN, Seen};
use crate::lang::Lang;
use crate::ui::scale::{nice_top, round};

/// Width and height of the drawing's own units; it is stretched to its place.
const SIZE: (f64, f64) = (1000.0, 100.0);

/// What every picture over the time of a recording shares.
#[derive(Clone, PartialEq)]
pub struct Axis {
    /// What was recorded.
    pub recorded: Recorded,
    /// The playhead, in ms.
    pub at: Millis,
    /// Where a click puts the playhead.
    pub seek: Callback<Nanos>,
    /// The page's language.
    pub lang: Lang,
}

impl Axis {
    /// Where an instant is, in the drawing's units.
    pub fn x(&self, at: Millis) -> f64 {
        SIZE.0 * at as f64 / self.recorded.until.max(1) as f64
    }

    /// Where the run ends, if it is watched for longer.
    pub fn end(&self) -> Option<f64> {
        (self.recorded.until > self.recorded.end).then(|| self.x(self.recorded.end))
    }

    /// Puts the playhead where a picture is clicked.
    pub fn click(&self, area: NodeRef) -> Callback<PointerEvent> {
        let until = self.recorded.until as f64 * 1e6;
        let seek = self.seek.clone();
        Callback::from(move |event: PointerEvent| {
            let Some(area) = area.cast::<Element>() else { return };
            let area = area.get_bounding_client_rect();
            let share = (f64::from(event.client_x()) - area.left()) / area.width().max(1.0);
            seek.emit(Nanos::from_f64(until * share.clamp(0.0, 1.0)));
        })
    }

    /// From when to when it goes.
    pub fn ends(&self) -> Html {
        let until = self.recorded.until;
        let until = if until < 10_000 { until } else { until - until % 1000 };
        html! { <><span class="x-start">{ "0" }</span><span class="x-end">{ span(until, self.lang) }</span></> }
    }
}

/// See [`Plot`].
#[derive(Properties, PartialEq)]
pub struct PlotProps {
    /// What is drawn.
    pub seen: Seen,
    /// Over which time.
    pub axis: Axis,
    /// Where values turn from bad to middling, and to good.
    #[prop_or_default]
    pub thresholds: Option<[f64; 2]>,
    /// Where the upper end is, if not at the largest value.
    #[prop_or_default]
    pub top: Option<f64>,
}

/// A small chart. Its values are for others to say.
#[component]
pub fn Plot(props: &PlotProps) -> Html {
    let PlotProps { seen, axis, thresholds, top } = props;
    let area = use_node_ref();
    let drawn = &seen.series[..seen.series.len().min(DRAWN)];
    let finite = drawn.iter().flat_map(|(_, values)| values.iter().flatten().copied());
    let (least, most) = finite
        .filter(|value| value.is_finite())
        .fold((0.0_f64, 0.0_f64), |(least, most), value| (least.min(value), most.max(value)));
    let top = top.unwrap_or_else(|| nice_top(most));
    let bottom = if least < 0.0 { -nice_top(-least) } else { 0.0 };
    let y = |value: f64| height(value, bottom, top);
    html! {
        <div class="plot watched">
            <span class="y-top">{ round(top) }</span><span class="y-zero">{ round(bottom) }</span>
            <svg ref={area.clone()} viewBox={format!("0 0 {} {}", SIZE.0, SIZE.1)} preserveAspectRatio="none" aria-hidden="true"
                onpointerdown={axis.click(area)}>
                <path class="grid" d={format!("M0 {:.1}H{}M0 .5H{1}", y(0.0), SIZE.0)}/>
                { for axis.end().map(|x| html! { <path class="over" d={format!("M{x:.1} 0V100")}/> }) }
                { for thresholds.iter().flatten().map(|it| html! { <path class="threshold" d={format!("M0 {:.1}H{}", y(*it), SIZE.0)}/> }) }
                <Lines seen={seen.clone()} until={axis.recorded.until} {bottom} {top}/>
                <path class="playhead" d={format!("M{:.1} 0V100", axis.x(axis.at))}/>
            </svg>
            { axis.ends() }
        </div>
    }
}

/// What does not move with the playhead.
#[derive(Properties, PartialEq)]
struct LinesProps {
    seen: Seen,
    until: Millis,
    bottom: f64,
    top: f64,
}

#[component]
fn Lines(props: &LinesProps) -> Html {
    let LinesProps { seen, until, bottom, top } = props;
    let x = |i: usize| {
        SIZE.0 * (seen.times.start + i as i64 * seen.times.step) as f64 / (*until).max(1) as f64
    };
    let line = |(nr, (_, values)): (usize, &(String, Vec<Option<f64>>))| {
        let d = path(values, x, |value| height(value, *bottom, *top));
        html! { <path key={nr} class={format!("line-{nr}")} {d}/> }
    };
    html! { <g>{ for seen.series.iter().take(DRAWN).enumerate().map(line) }</g> }
}

/// Where a value is, in the drawing's units.
fn height(value: f64, bottom: f64, top: f64) -> f64 {
    SIZE.1 - 1.0 - (SIZE.1 - 2.0) * (value - bottom) / (top - bottom)
}

/// A line from value to value; where there is none it ends, and one alone is a dot.
fn path(values: &[Option<f64>], x: impl Fn(usize) -> f64, y: impl Fn(f64) -> f64) -> String {
    let mut path = String::new();
    let mut drawing = false;
    let there = |i: usize| values.get(i).copied().flatten().filter(|value| value.is_finite());
    for i in 0..values.len() {
        let Some(value) = there(i) else {
            drawing = false;
            continue;
        };
        let (to, at) = (if drawing { 'L' } else { 'M' }, (x(i), y(value)));
        // Writing to a String cannot fail.
        let _ = write!(path, "{to}{:.1} {:.1}", at.0, at.1);
        if !drawing && there(i + 1).is_none() {
            path += "h.1";
        }
        drawing = true;
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_a_gap_and_one_value_alone_is_a_dot() {
        let values = [Some(1.0), Some(2.0), None, Some(3.0), Some(f64::NAN), Some(4.0)];
        let drawn = path(&values, |i| i as f64, |value| value);
        assert_eq!(drawn, "M0.0 1.0L1.0 2.0M3.0 3.0h.1M5.0 4.0h.1");
    }
}
