//! A chapter on paper: the text, its figures as stills, room for predictions.
//! `?handout`, and the chapter in the fragment.

use std::rc::Rc;

use stampede_sim::engine::Nanos;
use stampede_sim::scenario::link::{LANES, Link};
use stampede_sim::telemetry::series::nice_step;
use yew::prelude::*;

use super::check::finished;
use super::checklist::items;
use super::tree::{self, Node};
use super::view::one;
use super::{CHAPTERS, path, position};
use crate::lang::Lang;
use crate::player::{Lane, Player};
use crate::stage::studio::Studio;
use crate::stage::view::LaneView;
use crate::state::Measure;
use crate::state::{Dispatch, Shared};
use crate::web;
use crate::web::fetched::{Fetched, use_text};
use stampede_picture::station::{Spot, Station};

/// At how many instants a run is looked at for its still.
const LOOKS: u64 = 60;

/// Shows the handout in this window, instead of the page.
pub fn show() {
    yew::Renderer::<Handout>::new().render();
}

/// The chapter that the address names.
#[component]
fn Handout() -> Html {
    let state = use_reducer(Shared::start);
    let (lang, number) = (state.lang, state.link.chapter.map_or(1, |(chapter, _)| chapter));
    let number = position(number);
    let text = use_text(path(&CHAPTERS[number], lang, false));
    let nodes = use_memo(text, |text| match text {
        Fetched::Here(text) => tree::read(text),
        _ => Vec::new(),
    });
    use_effect_with((lang, number), |(lang, number)| {
        web::set_root_attribute("lang", Some(lang.code()));
        // Paper is white.
        web::set_root_attribute("data-theme", Some("light"));
        web::set_title(CHAPTERS[*number].title(*lang));
    });
    // What is asked on the same paper.
    let asked: Vec<&str> = (nodes.iter())
        .filter_map(|node| match node {
            Node::Element('w', "predict", inner) => Some(tree::field(&tree::fields(inner), "run")),
            _ => None,
        })
        .collect();
    let print = Callback::from(|_: MouseEvent| {
        // A window that cannot print says so itself.
        let _ = web::window().print();
    });
    html! {
        <main class="handout">
            <p class="row"><button type="button" class="primary" onclick={print}>{ lang.pick("Print", "印刷") }</button></p>
            <div class="chapter">
                { for nodes.iter().map(|node| block(node, &asked, lang, &state.dispatcher())) }
            </div>
        </main>
    }
}

fn block(node: &Node, asked: &[&str], lang: Lang, dispatch: &Dispatch) -> Html {
    let Node::Element('w', kind, inner) = node else { return one(node, None) };
    let fields = tree::fields(inner);
    let of = |name: &str| tree::field(&fields, name);
    match *kind {
        "figure" => html! {
            <figure class="still">
                <Still run={of("run")} asked={asked.contains(&of("run"))} measure={Measure::named(of("measure"))} caption={of("caption")} {lang} dispatch={dispatch.clone()}/>
                <figcaption>{ of("caption") }</figcaption>
            </figure>
        },
        "predict" => html! {
            <section class="widget">
                <p class="kind">{ lang.pick("Predict", "予想する") }</p>
                <p>{ of("question") }</p>
                if of("kind") == "curve" { <EmptyChart top={of("top")} unit={of("unit")} seconds={of("seconds")}/> }
                else { <p>{ of("options") }{ "  " }<span class="answer-line"></span></p> }
                <p class="space">{ lang.pick("Why:", "理由：") }</p>
            </section>
        },
        "checklist" => html! {
            <section class="widget">
                <p class="kind">{ lang.pick("Checklist", "チェックリスト") }</p>
                { for items(&fields).iter().map(|item| html! { <p>{ "☐ " }{ tree::field(item, "say") }</p> }) }
            </section>
        },
        _ => html! {
            <section class="widget">
                <p class="kind">{ lang.pick("Task", "課題") }</p>
                <p>{ of("goal") }</p>
                if !of("second").is_empty() { <p>{ "★★ " }{ of("second") }</p> }
            </section>
        },
    }
}

#[derive(Properties, PartialEq)]
struct EmptyChartProps {
    top: &'static str,
    unit: &'static str,
    seconds: &'static str,
}

/// Space to draw a curve in, with marks where the text names seconds and sizes.
#[component]
fn EmptyChart(props: &EmptyChartProps) -> Html {
    let number = |text: &str| text.parse().unwrap_or(1.0);
    let (top, seconds): (f64, f64) = (number(props.top), number(props.seconds));
    let marks = |most: f64| {
        let step = nice_step(Nanos::from_ms(most * 1e3), 9).secs();
        (1..).map(move |i| f64::from(i) * step).take_while(move |value| *value <= most)
    };
    let at = |edge: &str, share: f64| format!("{edge}: {:.2}%", 100.0 * share);
    html! {
        <div class="empty-chart">
            { for marks(seconds).map(|second| html! { <span class="second" style={at("left", second / seconds)}>{ second }</span> }) }
            { for marks(top).map(|value| html! { <span class="value" style={at("bottom", value / top)}>{ value }</span> }) }
            <span class="unit">{ props.unit }</span><span class="unit of-time">{ "s" }</span>
        </div>
    }
}

/// See [`Still`].
#[derive(Properties)]
struct StillProps {
    run: &'static str,
    /// Whether somebody is to predict what it comes to.
    asked: bool,
    measure: Measure,
    caption: &'static str,
    lang: Lang,
    dispatch: Dispatch,
}

impl PartialEq for StillProps {
    fn eq(&self, other: &Self) -> bool {
        (self.run, self.lang) == (other.run, other.lang)
    }
}

/// A run at its fullest instant, or at the one that its link names; if it is to be
/// predicted, at its first moment.
#[component]
fn Still(props: &StillProps) -> Html {
    let StillProps { run, asked, measure, caption, lang, dispatch } = props;
    let lang = *lang;
    let studio = use_memo((*run, *asked), |(run, asked)| {
        let mut player = finished(run).ok()?;
        let named = Link::in_course(run).ok()?.at_ms.map(Nanos::from_ms);
        let first = player.moments().first().map(|(moment, _)| moment.at);
        let at = named.or(first.filter(|_| *asked)).unwrap_or_else(|| fullest(&mut player));
        player.stop_at(at);
        Some(Studio::new(player, Callback::noop()))
    });
    let Some(studio) = studio.as_ref() else { return Html::default() };
    let (at, readings, id) = studio.read(|player| {
        let at = player.at();
        let readings: Vec<_> = player.lanes.iter_mut().map(|lane| lane.reading(at)).collect();
        (at, readings, player.id)
    });
    html! {
        <>
            <p class="note">{ lang.pick(format!("At {at}"), format!("{at} の時点")) }</p>
            <div role="img" aria-label={*caption}><div class="lanes" inert=true>
                { for readings.into_iter().enumerate().map(|(lane, reading)| html! {
                    <LaneView key={LANES[lane]} studio={Rc::clone(studio)} {lane} {lang} measure={*measure} covered={*asked} revision={id}
                        fork_of={None} selected={None::<String>} dispatch={dispatch.clone()} {reading}/>
                }) }
            </div></div>
        </>
    }
}

/// The instant at which the most requests stand somewhere and wait.
fn fullest(player: &mut Player) -> Nanos {
    let end = player.end().0;
    let waiting = |player: &mut Player, at: Nanos| -> u64 {
        let standing = |lane: &mut Lane| {
            let places = lane.reading(at).places;
            let crowds = Station::ALL.map(|station| places[station.spot()]);
            crowds.iter().sum::<u64>() + places[Spot::Querying]
        };
        player.lanes.iter_mut().map(standing).sum()
    };
    let looks = (1..LOOKS).map(|i| Nanos(end / LOOKS * i));
    // The first of the fullest.
    looks.rev().max_by_key(|at| waiting(player, *at)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// When most of the hundred wait in lane A, as chapter 1 has it.
    #[test]
    fn a_still_shows_the_crowd() {
        let mut player = finished("a=demo-without-singleflight&b=demo-with-singleflight").unwrap();
        let at = fullest(&mut player);
        let places: Vec<_> = player.lanes.iter_mut().map(|lane| lane.reading(at).places).collect();
        assert_eq!((places[0][Spot::Queueing], places[0][Spot::Querying]), (80, 20));
        assert_eq!((places[1][Spot::Following], places[1][Spot::Querying]), (99, 1));
    }
}
