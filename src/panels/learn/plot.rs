//! The ROC curve, with the learner's threshold on it, and those of others.

use std::fmt::Write;
use std::rc::Rc;

use stampede_predict::lesson::Lesson;
use stampede_predict::logistic::Logistic;
use stampede_predict::roc::Point;
use yew::prelude::*;

use super::super::values::values;
use super::verdict::percent;
use crate::lang::Lang;

/// The sides of the drawing, in its own units.
const SIDE: f64 = 200.0;
/// How many rows of the curve the table has at most.
const ROWS: usize = 20;

/// See [`Plot`].
#[derive(Properties, PartialEq)]
pub struct PlotProps {
    /// The histories.
    pub lesson: Rc<Lesson>,
    /// What has been learned.
    pub model: Logistic,
    /// From which score on there is an alarm.
    pub from: f64,
    /// The page's language.
    pub lang: Lang,
}

/// The picture, and its values.
#[component]
pub fn Plot(props: &PlotProps) -> Html {
    let PlotProps { lesson, model, from, lang } = props;
    let lang = *lang;
    let curve = use_memo(model.clone(), |model| lesson.curve(model));
    let Some((points, _)) = &*curve else { return html! { <p class="note">{ "–" }</p> } };
    let at = |judged: stampede_predict::judged::Judged| {
        let share = |share: Option<f64>| share.unwrap_or_default();
        place(share(judged.false_alarm_rate()), share(judged.recall()))
    };
    let (x, y) = at(lesson.judged(model, *from));
    let (fixed_x, fixed_y) = at(lesson.judged_thresholds());
    let title = lang.pick("Caught, against false alarms", "見つけた割合と誤警報の割合");
    html! {
        <figure class="chart roc">
            <figcaption><b>{ title }</b>{ " " }<small>{ lang.pick("(ROC curve)", "（ROC 曲線）") }</small></figcaption>
            <div class="plot">
                <span class="y-top">{ "100 %" }</span><span class="y-zero">{ "0" }</span>
                <svg viewBox={format!("-6 -6 {0} {0}", SIDE + 12.0)} aria-hidden="true">
                    <path class="grid" d={format!("M0 0H{SIDE}V{SIDE}H0ZM0 {SIDE}L{SIDE} 0")}/>
                    <path class="line-b" d={path(points)}/>
                    <path class="fixed" d={format!("M{:.1} {:.1}h9v9h-9z", fixed_x - 4.5, fixed_y - 4.5)}/>
                    <path class="never" d={format!("M-4 {}l8 8m0 -8l-8 8", SIDE - 4.0)}/>
                    <circle class="mine" cx={format!("{x:.1}")} cy={format!("{y:.1}")} r="5.5"/>
                </svg>
                <span class="x-start">{ "0" }</span><span class="x-end">{ "100 %" }</span>
            </div>
            <p class="note">{ lang.pick(
                "○ your threshold · □ three fixed thresholds · × always no. Along the diagonal it would be guesswork.",
                "○ 選んだしきい値 · □ 3 つの固定しきい値 · × 常に「いいえ」。斜めの線は、当てずっぽうの場合です。",
            ) }</p>
            { values(title, lang, table(points, lang)) }
        </figure>
    }
}

fn place(false_alarms: f64, caught: f64) -> (f64, f64) {
    (SIDE * false_alarms, SIDE * (1.0 - caught))
}

fn path(points: &[Point]) -> String {
    let mut path = String::new();
    for point in points {
        let (x, y) = place(point.false_alarms, point.caught);
        let command = if path.is_empty() { 'M' } else { 'L' };
        // Writing to a String cannot fail.
        let _ = write!(path, "{command}{x:.1} {y:.1}");
    }
    path
}

/// Some points of the curve.
fn table(points: &[Point], lang: Lang) -> Html {
    let rows = points[1..].iter().step_by(points.len() / ROWS + 1);
    let row = |point: &Point| {
        html! { <tr key={point.threshold.to_string()}><th scope="row">{ format!("{:.3}", point.threshold) }</th><td>{ percent(Some(point.false_alarms)) }</td><td>{ percent(Some(point.caught)) }</td></tr> }
    };
    html! {
        <table>
            <thead><tr><th scope="col">{ lang.pick("threshold", "しきい値") }</th><th scope="col">{ lang.pick("false alarms", "誤警報") }</th><th scope="col">{ lang.pick("caught", "見つけた割合") }</th></tr></thead>
            <tbody>{ for rows.map(row) }</tbody>
        </table>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the lower left corner to the upper right one.
    #[test]
    fn the_curve_as_a_path() {
        let point = |false_alarms, caught| Point { threshold: 0.5, false_alarms, caught };
        let points = [point(0.0, 0.0), point(0.0, 0.5), point(1.0, 1.0)];
        assert_eq!(path(&points), "M0.0 200.0L0.0 100.0L200.0 0.0");
    }
}
