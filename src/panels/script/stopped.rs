//! What stopped requests in the run on the stage: where in the script, how often, and
//! which was the first.

use std::rc::Rc;

use stampede_sim::engine::Nanos;
use stampede_sim::telemetry::Kind;
use stampede_sim::telemetry::stopped::Stopped;
use yew::prelude::*;

use crate::lang::Lang;
use crate::stage::studio::Studio;
use crate::stage::view::NAMES;
use crate::ui::trouble;
use crate::why::words::time;

/// Requests that were stopped at the same place for the same reason.
#[derive(Clone, PartialEq)]
pub struct Group {
    /// In this lane.
    pub lane: usize,
    /// Where, and by what.
    pub what: Stopped,
    /// How many.
    pub count: usize,
    /// When the first was.
    pub at: Nanos,
    /// Which that is.
    pub who: u32,
}

/// The most that are listed of a lane.
const MOST: usize = 12;

/// What there is of them in the lanes that have a script.
pub fn groups(studio: &Studio, scripts: &[String]) -> Vec<Group> {
    let mut all = Vec::new();
    studio.read(|player| {
        let lanes = player.lanes.iter().zip(scripts).enumerate();
        for (lane, (of, _)) in lanes.filter(|(_, (_, source))| !source.is_empty()) {
            let mut groups: Vec<Group> = Vec::new();
            of.read(|log, _| {
                for event in log.iter().filter(|event| event.kind == Kind::Stopped) {
                    let (what, full) = (Stopped::unpack(event.arg), groups.len() == MOST);
                    match groups.iter_mut().find(|group| group.what == what) {
                        Some(group) => group.count += 1,
                        None if full => {}
                        None => groups.push(Group {
                            lane,
                            what,
                            count: 1,
                            at: event.at,
                            who: event.who,
                        }),
                    }
                }
            });
            all.extend(groups);
        }
    });
    all
}

/// They in words, each with a way to its place, and to the first request.
pub fn list(
    groups: &Rc<Vec<Group>>,
    lang: Lang,
    seek: &Callback<(u32, u32)>,
    show: &Callback<Group>,
) -> Html {
    let one = |(n, group): (usize, &Group)| {
        let Stopped { line, column, .. } = group.what;
        let words = trouble::stopped(group.what, lang);
        let place = match line {
            0 => html! { <span>{ words }</span> },
            _ => {
                html! { <button type="button" onclick={seek.reform(move |_: MouseEvent| (line, column))}>{ words }</button> }
            }
        };
        let (name, first) = (NAMES[group.lane], time(group.at));
        let often = match (lang, group.count) {
            (Lang::En, 1) => format!("lane {name}, once, "),
            (Lang::En, n) => format!("lane {name}, {n} requests, the first "),
            (Lang::Ja, n) => format!("レーン {name}、{n} 件、最初は "),
        };
        let onclick = {
            let group = group.clone();
            show.reform(move |_: MouseEvent| group.clone())
        };
        html! {
            <li key={n}>{ place }<small>{ often }<button type="button" class="quiet" {onclick}>{ lang.pick(format!("at {first}"), first.clone()) }</button></small></li>
        }
    };
    html! {
        <section class="stopped" hidden={groups.is_empty()}>
            <h2>{ lang.pick("Requests that it stopped", "スクリプトで止まったリクエスト") }</h2>
            <ul class="mistakes">{ for groups.iter().enumerate().map(one) }</ul>
        </section>
    }
}
