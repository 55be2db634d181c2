//! The moments, and everything that happened, line by line.

use std::rc::Rc;

use stampede_sim::engine::Nanos;
use stampede_sim::telemetry::event::WORLD;
use stampede_sim::telemetry::{Event as Logged, Kind, Log};
use web_sys::{HtmlElement, HtmlInputElement};
use yew::prelude::*;

use super::PanelProps;
use super::lanes::use_lane;
use super::moments::Moments;
use crate::lang::Lang;
use crate::state::Change;
use crate::why::words::{sentence, time};
use crate::why::{Relation, Step};

/// The height of a line, in CSS pixels.
const LINE: f64 = 44.0;
/// How many lines are made at once: more than can be seen.
const WINDOW: usize = 24;
/// The tallest list that browsers scroll without rounding, in CSS pixels.
const TALLEST: f64 = 8_000_000.0;

/// Which events a filter lets through: all, one request's, or those of which
/// some word of the sentence begins so.
#[derive(Clone, PartialEq)]
enum Filter {
    All,
    Request(u32),
    Text(String),
}

impl Filter {
    fn of(text: &str) -> Filter {
        let text = text.trim();
        match text.trim_start_matches('#').parse() {
            Ok(who) => Filter::Request(who),
            Err(_) if text.is_empty() => Filter::All,
            Err(_) => Filter::Text(text.to_ascii_lowercase()),
        }
    }

    /// The numbers of the events it lets through; `None`: all.
    fn apply(&self, log: &Log, lang: Lang) -> Option<Vec<u32>> {
        let kept = |keep: &dyn Fn(&Logged) -> bool| {
            let all = log.iter().enumerate().filter(|(_, event)| keep(event));
            Some(all.map(|(i, _)| i as u32).collect())
        };
        match self {
            Filter::All => None,
            Filter::Request(who) => kept(&|event| event.who == *who),
            Filter::Text(text) => {
                // What is said depends on the kind and on whether there is an argument.
                let says = |kind: Kind, arg: u32| {
                    let event = Logged { at: Nanos::ZERO, kind, who: 0, arg };
                    line(&event, lang).to_ascii_lowercase().contains(text)
                };
                let kinds: Vec<[bool; 2]> =
                    Kind::ALL.iter().map(|kind| [says(*kind, 0), says(*kind, 1)]).collect();
                kept(&|event| kinds[event.kind as usize][usize::from(event.arg != 0)])
            }
        }
    }
}

fn line(event: &Logged, lang: Lang) -> String {
    sentence(&Step { event: *event, relation: Relation::None }, lang)
}

/// The list of moments, and the log below it.
#[component]
pub fn LogPanel(props: &PanelProps) -> Html {
    let PanelProps { studio, state, dispatch, playhead, .. } = props;
    let lang = state.lang;
    let (lane_shown, lanes) = use_lane(|| 0, playhead.lanes.len(), lang);
    let filter = use_state(|| Filter::All);
    let top = use_state(|| 0.0);
    let area = use_node_ref();
    let deps = (playhead.run, playhead.complete, lane_shown, (*filter).clone(), lang);
    let kept = use_memo(deps, |(.., filter, lang)| {
        studio.read(|player| player.lanes[lane_shown].read(|log, _| filter.apply(log, *lang)))
    });
    let hash = use_memo((playhead.run, playhead.complete, lane_shown), |(.., lane)| {
        studio.read(|player| player.lanes[*lane].log_hash())
    });
    let read = |view: &dyn Fn(&Log) -> usize| {
        studio.read(|player| player.lanes[lane_shown].read(|log, _| view(log)))
    };
    let count = kept.as_ref().as_ref().map_or_else(|| read(&Log::len), Vec::len);
    // Lines before the playhead.
    let done = read(&|log| log.count_until(playhead.at));
    let here =
        kept.as_ref().as_ref().map_or(done, |kept| kept.partition_point(|i| (*i as usize) < done));
    // A very long list scrolls in larger steps than it is tall.
    let tall = (count as f64 * LINE).min(TALLEST);
    let first = if tall > 0.0 { (*top / tall * count as f64) as usize } else { 0 };
    let first = first.min(count.saturating_sub(WINDOW / 2));
    let lines: Vec<(usize, Logged)> = studio.read(|player| {
        player.lanes[lane_shown].read(|log, _| {
            let number = |n: usize| kept.as_ref().as_ref().map_or(n, |kept| kept[n] as usize);
            (first..count.min(first + WINDOW)).map(|n| (n, log.get(number(n)))).collect()
        })
    });
    let row = |(n, event): (usize, Logged)| {
        let (at, studio, dispatch) = (event.at, Rc::clone(studio), dispatch.clone());
        let who = (event.who != WORLD).then_some(event.who);
        let seek = Callback::from(move |_: MouseEvent| {
            studio.with(|player| player.stop_at(at));
        });
        let select = who.map(|who| {
            Callback::from(move |_: MouseEvent| {
                dispatch.dispatch(Change::Select(Some((lane_shown, who.to_string()))));
            })
        });
        html! {
            <li key={n} aria-current={(n + 1 == here).then_some("true")} class={(n >= here).then_some("later")}>
                <button type="button" class="quiet" onclick={seek}>{ time(at) }</button>
                if let Some(onclick) = select {
                    <button type="button" class="quiet" {onclick}>{ format!("#{}", event.who) }</button>
                } else { <span/> }
                <span>{ line(&event, lang) }</span>
            </li>
        }
    };
    let onscroll = {
        let top = top.clone();
        Callback::from(move |event: Event| {
            let list: HtmlElement = event.target_unchecked_into();
            top.set(f64::from(list.scroll_top()));
        })
    };
    let onchange = {
        let (filter, top) = (filter.clone(), top.clone());
        Callback::from(move |event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            filter.set(Filter::of(&input.value()));
            top.set(0.0);
        })
    };
    let to_playhead = {
        let area = area.clone();
        let share = if count > 0 { here.saturating_sub(3) as f64 / count as f64 } else { 0.0 };
        Callback::from(move |_: MouseEvent| {
            if let Some(area) = area.cast::<HtmlElement>() {
                area.set_scroll_top((share * tall) as i32);
            }
        })
    };
    let before = first as f64 / count.max(1) as f64 * tall;
    html! {
        <div class="log">
            <Moments ..props.clone()/>
            <h2>{ lang.pick("Everything that happened", "起きたことすべて") }</h2>
            <div class="row">
                { lanes }
                <input type="search" name="filter" placeholder={lang.pick("word or #number", "語句または #番号")}
                    aria-label={lang.pick("Show only lines with this word, or of this request", "この語句、またはこのリクエストの行だけ表示")} oninput={onchange}/>
                <button type="button" onclick={to_playhead}>{ lang.pick("To the playhead", "再生位置へ") }</button>
                <code class="note" title={lang.pick("The log’s fingerprint: equal runs have equal ones", "ログの指紋：同じ実行なら同じ値")} data-test="log-hash">{ format!("{:016x}", *hash) }</code>
                <span class="note" role="status">{ match lang {
                    Lang::En => format!("{count} lines"),
                    Lang::Ja => format!("{count} 行"),
                } }</span>
            </div>
            <div ref={area} class="lines" tabindex="0" role="region" aria-label={lang.pick("Log", "ログ")} {onscroll}>
                <ol style={format!("height:{tall}px;padding-top:{before}px")}>{ for lines.into_iter().map(row) }</ol>
            </div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::why::tests::small;

    #[test]
    fn lines_are_found_by_word_and_by_number() {
        let (log, _) = small();
        let found = |text: &str, lang| Filter::of(text).apply(&log, lang);
        assert_eq!(found("", Lang::En), None);
        assert_eq!(found("#1", Lang::En).unwrap().len(), 6);
        assert_eq!(found("1", Lang::En).unwrap().len(), 6);
        assert_eq!(found("Misses", Lang::En).unwrap(), [4, 6, 22]);
        assert_eq!(found("ミス", Lang::Ja).unwrap(), [4, 6, 22]);
        assert_eq!(found("nonsense", Lang::En), Some(Vec::new()));
    }
}
