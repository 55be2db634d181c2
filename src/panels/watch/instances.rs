//! The alerts of a rule at the playhead, by their labels.

use stampede_watch::rule::{State, Timeline};
use yew::prelude::*;

use super::plot::Axis;
use super::scraping::span;
use super::seen::said;

/// So many have a line.
const MOST: usize = 20;

/// A table of them.
pub fn instances(timeline: &Timeline, axis: &Axis) -> Html {
    let (at, lang) = (axis.at, axis.lang);
    let count = timeline.active(at).count();
    if count == 0 {
        return html! { <p class="note" key="instances">{ lang.pick("No alert at the playhead.", "再生位置にアラートはない。") }</p> };
    }
    let row = |(nr, (spell, state)): (usize, (&stampede_watch::rule::Spell, State))| {
        let since = spell.fired.filter(|_| state == State::Firing).unwrap_or(spell.since);
        let words = match state {
            State::Firing => lang.pick("firing", "発火"),
            _ => lang.pick("pending", "保留"),
        };
        let labels = spell
            .labels
            .only(|name| name != stampede_watch::rule::ALERT_NAME && name != "severity");
        let value = spell.said(at).map(|said| said.value);
        html! {
            <tr key={nr}>
                <th scope="row"><code>{ labels.to_string() }</code></th>
                <td>{ words }</td><td>{ span(since, lang) }</td>
                <td>{ said(value, stampede_sim::alerting::dashboard::Unit::Count) }</td>
            </tr>
        }
    };
    html! {
        <div class="scrolls" key="instances" tabindex="0" role="region" aria-label={lang.pick("Alerts at the playhead", "再生位置のアラート")}>
            <table class="instances">
                <thead><tr>
                    <th scope="col">{ lang.pick("labels", "ラベル") }</th><th scope="col">{ lang.pick("state", "状態") }</th>
                    <th scope="col">{ lang.pick("since", "開始") }</th><th scope="col">{ lang.pick("value", "値") }</th>
                </tr></thead>
                <tbody>{ for timeline.active(at).take(MOST).enumerate().map(row) }</tbody>
            </table>
            if count > MOST {
                <p class="note">{ match lang {
                    crate::lang::Lang::En => format!("And {} more.", count - MOST),
                    crate::lang::Lang::Ja => format!("ほかに {} 件。", count - MOST),
                } }</p>
            }
        </div>
    }
}
