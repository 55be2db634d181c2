//! A prediction drawn as a curve over the run's time, by pointer or keyboard,
//! and then beside it what happened.

use std::fmt::Write;
use std::rc::Rc;

use stampede_sim::engine::Nanos;
use stampede_sim::scenario::problem::number;
use stampede_sim::telemetry::series::{Bin, Series};
use web_sys::Element;
use yew::prelude::*;

use super::check::{finished, value};
use crate::lang::Lang;
use crate::ui::time::round;
use crate::ui::typed::use_typed;

/// Into how many steps the run is cut.
pub const POINTS: usize = 18;
/// Width and height of the drawing's own units.
const SIZE: (f64, f64) = (360.0, 120.0);
/// Steps from the bottom to the top by keyboard.
const LEVELS: f64 = 20.0;

/// A run's values over time.
#[derive(Clone, PartialEq, Debug)]
pub struct Truth {
    /// The values, step by step.
    pub values: Vec<f64>,
    /// Over how long.
    pub span: Nanos,
}

/// What a run has over its first `span`: `a.goodput`, a lane and the name of a
/// series.
pub fn truth(run: &str, answer: &str, span: Nanos) -> Option<Truth> {
    let (lane, name) = value(answer)?;
    let player = finished(run).ok()?;
    let step = Nanos(span.0.div_ceil(POINTS as u64).max(1));
    let read: fn(&Bin, f64) -> f64 = match name.as_str() {
        "goodput" => |bin, secs| bin.ok as f64 / secs,
        "errors" => |bin, secs| bin.errors as f64 / secs,
        "db_calls" => |bin, secs| bin.db_calls as f64 / secs,
        "db_concurrency" => |bin, _| bin.db_concurrency as f64,
        "pool_waiting" => |bin, _| bin.pool_waiting as f64,
        _ => return None,
    };
    // Any step that a question asks for; its runs are small.
    let series = player.lanes.get(lane)?.read(|log, _| Series::of(log, step));
    let mut values: Vec<f64> = series.bins.iter().map(|bin| read(bin, step.secs())).collect();
    values.resize(POINTS, 0.0);
    Some(Truth { values, span })
}

/// A drawn curve as it is kept; `None` if it is none.
pub fn read(text: &str) -> Option<Vec<f64>> {
    let values: Option<Vec<f64>> = text.split(' ').map(|value| value.parse().ok()).collect();
    values.filter(|v| v.len() == POINTS && v.iter().all(|v: &f64| v.is_finite() && *v >= 0.0))
}

fn write(values: &[f64]) -> String {
    let values: Vec<String> = values.iter().map(|value| format!("{value:.0}")).collect();
    values.join(" ")
}

/// See [`Curve`].
#[derive(Properties, PartialEq)]
pub struct CurveProps {
    /// The question's name.
    pub id: AttrValue,
    /// What is asked.
    pub question: &'static str,
    /// The value at the top of the chart.
    pub top: f64,
    /// The unit of the values.
    pub unit: &'static str,
    /// Over how long.
    pub span: Nanos,
    /// What was drawn before.
    pub given: Option<AttrValue>,
    /// What happened, once something was drawn.
    pub truth: Option<Truth>,
    /// Where what was drawn goes.
    pub commit: Callback<String>,
    /// The page's language.
    pub lang: Lang,
}

/// A chart to draw in.
#[component]
pub fn Curve(props: &CurveProps) -> Html {
    let CurveProps { id, question, top, unit, span, given, truth, commit, lang } = props;
    let (top, span, lang) = (*top, *span, *lang);
    let typed = use_typed(id, read, |values: &Vec<f64>| write(values));
    let touched = typed.is_some() || given.is_some();
    let drawn = (typed.as_ref().cloned())
        .or_else(|| given.as_deref().and_then(read))
        .unwrap_or_else(|| vec![top / 2.0; POINTS]);
    let here = use_state(|| 0_usize);
    let area = use_node_ref();
    let last = use_mut_ref(|| None::<usize>);
    let set = {
        let (drawn, typed, here) = (drawn.clone(), typed.clone(), here.clone());
        move |range: std::ops::RangeInclusive<usize>, value: f64, at: usize| {
            let mut values = drawn.clone();
            values[range].fill(value.clamp(0.0, top));
            typed.set(Some(values));
            here.set(at);
        }
    };
    let draw = {
        let (set, area, last) = (set.clone(), area.clone(), Rc::clone(&last));
        move |event: &PointerEvent| {
            let Some(element) = area.cast::<Element>() else { return };
            let frame = element.get_bounding_client_rect();
            let x = (f64::from(event.client_x()) - frame.left()) / frame.width().max(1.0);
            let y = (f64::from(event.client_y()) - frame.top()) / frame.height().max(1.0);
            let at = ((x * POINTS as f64).max(0.0) as usize).min(POINTS - 1);
            // A quick hand leaves no gap.
            let from = last.borrow_mut().replace(at).unwrap_or(at);
            set(from.min(at)..=from.max(at), (1.0 - y) * top, at);
        }
    };
    let onpointerdown = {
        let (draw, area, last) = (draw.clone(), area.clone(), Rc::clone(&last));
        Callback::from(move |event: PointerEvent| {
            // A new stroke has nothing to do with the last one.
            last.borrow_mut().take();
            if let Some(element) = area.cast::<Element>() {
                // Refused only for a pointer that is gone.
                let _ = element.set_pointer_capture(event.pointer_id());
            }
            draw(&event);
        })
    };
    let onpointermove = Callback::from(move |event: PointerEvent| {
        if event.buttons() > 0 {
            draw(&event);
        }
    });
    let onkeydown = {
        let (set, here, drawn) = (set.clone(), here.clone(), drawn.clone());
        Callback::from(move |event: KeyboardEvent| {
            let at = *here;
            // From here on: a level is drawn with few keys.
            let lift = |by: f64| set(at..=POINTS - 1, drawn[at] + by * top / LEVELS, at);
            match event.key().as_str() {
                "ArrowRight" => here.set((at + 1).min(POINTS - 1)),
                "ArrowLeft" => here.set(at.saturating_sub(1)),
                "ArrowUp" => lift(1.0),
                "ArrowDown" => lift(-1.0),
                "PageUp" => lift(5.0),
                "PageDown" => lift(-5.0),
                "Home" => here.set(0),
                "End" => here.set(POINTS - 1),
                _ => return,
            }
            event.prevent_default();
            event.stop_propagation();
        })
    };
    let onclick = {
        let (commit, drawn, typed) = (commit.clone(), drawn.clone(), typed.clone());
        Callback::from(move |_: MouseEvent| {
            commit.emit(write(&drawn));
            typed.set(None);
        })
    };
    let at = |i: usize| round(Nanos(span.0 / POINTS as u64 * i as u64));
    let now = drawn[*here];
    let text = match lang {
        Lang::En => format!("from {}: {} {unit}", at(*here), number(now.round())),
        Lang::Ja => format!("{} から：{} {unit}", at(*here), number(now.round())),
    };
    let width = SIZE.0 / POINTS as f64;
    html! {
        <div class="curve">
            <p class="note">{ lang.pick(
                "Draw with the pointer, or with the arrow keys: left and right choose a moment, up and down set the level from there on.",
                "ポインターで描いてください。矢印キーなら、左右で時刻を選び、上下でそこから先の高さを決めます。",
            ) }</p>
            <div class="plot">
                <span class="y-top">{ number(top) }</span><span class="y-zero">{ "0" }</span>
                <svg ref={area} viewBox={format!("0 0 {} {}", SIZE.0, SIZE.1)} preserveAspectRatio="none" tabindex="0" role="slider"
                    aria-label={*question} aria-orientation="vertical" aria-valuemin="0" aria-valuemax={top.to_string()} aria-valuenow={format!("{now:.0}")} aria-valuetext={text.clone()}
                    {onpointerdown} {onpointermove} {onkeydown}>
                    <path class="grid" d={format!("M0 .5H{0}M0 60H{0}M0 119.5H{0}", SIZE.0)}/>
                    <rect class="here" x={(width * *here as f64).to_string()} width={width.to_string()} height={SIZE.1.to_string()}/>
                    <path class={if touched { "drawn" } else { "drawn faint" }} d={steps(&drawn, top)}/>
                    if let Some(truth) = truth { <path class="truth" d={steps(&truth.values, top)}/> }
                </svg>
                <span class="x-start">{ "0" }</span><span class="x-end">{ round(span) }</span>
            </div>
            <div class="row">
                <button type="button" name="commit" disabled={!touched} {onclick}>{ lang.pick("That is my guess", "こうなると思う") }</button>
                <span class="note">{ text }</span>
                if truth.is_some() { <span class="note">{ lang.pick("solid: yours; dashed: the run", "実線：予想、破線：実行の結果") }</span> }
            </div>
        </div>
    }
}

fn steps(values: &[f64], top: f64) -> String {
    let width = SIZE.0 / POINTS as f64;
    let mut path = String::new();
    for (i, value) in values.iter().enumerate() {
        let y = 1.0 + (SIZE.1 - 2.0) * (1.0 - (value / top).min(1.0));
        let command = if i == 0 { 'M' } else { 'L' };
        // Writing to a String cannot fail.
        let _ =
            write!(path, "{command}{:.1} {y:.1}H{:.1}", width * i as f64, width * (i + 1) as f64);
    }
    path
}

/// How far a drawn curve is from what happened, in words.
pub fn gap(given: &[f64], truth: &Truth, unit: &str, lang: Lang) -> String {
    let off = |i: &usize| (given[*i] - truth.values[*i]).abs();
    let mean = (0..POINTS).map(|i| off(&i)).sum::<f64>() / POINTS as f64;
    let worst = (0..POINTS).rev().max_by(|a, b| off(a).total_cmp(&off(b))).unwrap_or(0);
    let at = round(Nanos(truth.span.0 / POINTS as u64 * worst as u64));
    let show = |value: f64| number(value.round());
    let (mean, drew, was) = (show(mean), show(given[worst]), show(truth.values[worst]));
    match lang {
        Lang::En => format!(
            "On average you are {mean} {unit} off. The widest gap is from {at}: you drew {drew}, the run has {was}."
        ),
        Lang::Ja => format!(
            "平均で {mean} {unit} ずれています。差が最も大きいのは {at} からで、予想は {drew}、実行の結果は {was} です。"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_is_kept_and_damage_is_not() {
        let values: Vec<f64> = (0..POINTS).map(|i| i as f64).collect();
        assert_eq!(read(&write(&values)), Some(values));
        for damaged in ["", "1 2 3", &"x ".repeat(POINTS), &"-1 ".repeat(POINTS)] {
            assert_eq!(read(damaged.trim_end()), None, "{damaged}");
        }
    }

    /// Every answer is on the curve: what the steps add up to is the report's
    /// count.
    #[test]
    fn the_truth_is_the_run() {
        let run = "a=demo-without-singleflight&b=demo-with-singleflight";
        let span = Nanos::from_ms(360.0);
        let truth = truth(run, "a.goodput", span).unwrap();
        let step = 0.36 / POINTS as f64;
        assert!((truth.values.iter().sum::<f64>() * step - 100.0).abs() < 1e-6);
        assert_eq!(super::truth(run, "a.db_concurrency", span).unwrap().values[4], 20.0);
        for nothing in ["a.nothing", "goodput", "d.goodput"] {
            assert_eq!(super::truth(run, nothing, span), None);
        }
    }

    #[test]
    fn the_gap_in_words() {
        let truth = Truth { values: vec![10.0; POINTS], span: Nanos(18_000_000_000) };
        let mut given = vec![10.0; POINTS];
        given[4] = 46.0;
        assert_eq!(
            gap(&given, &truth, "/s", Lang::En),
            "On average you are 2 /s off. The widest gap is from 4 s: you drew 46, the run has 10."
        );
    }
}
