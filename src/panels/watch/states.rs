//! States by number, as a strip for each series.

use stampede_sim::alerting::Words;
use yew::prelude::*;

use super::plot::Axis;
use super::seen::Seen;
use super::strip::{Stretch, Strip, joined};

/// So many series have a strip of their own.
const MOST: usize = 8;
/// What a state looks like, by its number: nothing, half, whole.
const LOOKS: [&str; 3] = ["", "half", "whole"];

/// Each series with its state at the playhead, in words.
pub fn states(names: &'static [Words], seen: &Seen, axis: &Axis) -> Html {
    let row = |(nr, (name, values)): (usize, &(String, Vec<Option<f64>>))| {
        let state = |value: f64| {
            let number = value as usize;
            if value >= 0.0 {
                names.get(number).map(|words| axis.lang.pick(words.en, words.ja))
            } else {
                None
            }
        };
        let now = seen.value(nr, axis.at).and_then(state).unwrap_or("–");
        let stretch = |(i, value): (usize, &Option<f64>)| -> Option<Stretch> {
            let class = *LOOKS.get((*value)? as usize)?;
            let from = seen.times.start + i as i64 * seen.times.step;
            (!class.is_empty()).then_some((from, from + seen.times.step, class))
        };
        let stretches = joined(values.iter().enumerate().filter_map(stretch).collect());
        html! {
            <tr key={nr}><th scope="row">{ name }</th><td>{ now }</td>
                <td class="wide"><Strip {stretches} axis={axis.clone()}/></td></tr>
        }
    };
    html! { <table class="seen states"><tbody>{ for seen.series.iter().take(MOST).enumerate().map(row) }</tbody></table> }
}
